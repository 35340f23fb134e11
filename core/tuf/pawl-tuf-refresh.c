/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The detailed client workflow (TUF 1.0.34, 5.3 to 5.6), step by step in its order. Whatever the
 * store has is verified again each time: a file that somebody wrote there proves nothing. */
#include "pawl-tuf-announced.h"

#include <pawl-tuf/pawl-tuf-error.h>

/* ---- 5.4: timestamp ---- */

/* 5.4.3. Says in @out_keep that the stored one stays. */
static gboolean
check_timestamp (PawlTufClient *self,
                 PawlTufMetadata *stored,
                 PawlTufMetadata *fetched,
                 gboolean *out_keep,
                 GError **error)
{
  gint64 stored_snapshot =
    pawl_tuf_announced_get_version (stored, pawl_tuf_metadata_find_meta (stored, "snapshot.json"));
  gint64 fetched_snapshot =
    pawl_tuf_announced_get_version (fetched,
                                    pawl_tuf_metadata_find_meta (fetched, "snapshot.json"));

  if (!pawl_tuf_announced_check_version ("timestamp", stored, fetched, error))
    return FALSE;
  /* Servers of the ATS dialect sign a version again with a later expiry. */
  *out_keep = pawl_tuf_metadata_get_version (fetched) == pawl_tuf_metadata_get_version (stored) &&
              !pawl_tuf_client_is_ats (self);
  if (!*out_keep && fetched_snapshot < stored_snapshot)
    return pawl_tuf_announced_fail_rollback (error, "snapshot in timestamp", fetched_snapshot,
                                             stored_snapshot);
  return TRUE;
}

static gboolean
refresh_timestamp (PawlTufClient *self, GError **error)
{
  g_autoptr (PawlTufMetadata) stored =
    pawl_tuf_client_load_local (self, PAWL_TUF_TYPE_TIMESTAMP, "timestamp", self->root);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (PawlTufMetadata) fetched = NULL;
  gboolean keep = FALSE;

  if (self->offline && stored != NULL)
    {
      g_set_object (&self->timestamp, stored);
      return pawl_tuf_metadata_check_expiry (stored, self->now_us, error);
    }
  bytes =
    pawl_tuf_client_fetch (self, "timestamp.json",
                           pawl_tuf_client_get_limit (self, PAWL_TUF_TYPE_TIMESTAMP), NULL, error);
  if (bytes == NULL)
    return FALSE;
  fetched =
    pawl_tuf_announced_is_same (stored, bytes)
      ? g_object_ref (stored)
      : pawl_tuf_client_read (self, PAWL_TUF_TYPE_TIMESTAMP, "timestamp", self->root, bytes, error);
  if (fetched == NULL ||
      (stored != NULL && !check_timestamp (self, stored, fetched, &keep, error)) ||
      !pawl_tuf_metadata_check_expiry (keep ? stored : fetched, self->now_us, error) ||
      (!keep && !pawl_tuf_client_save (self, "timestamp", fetched, error)))
    return FALSE;
  if (keep)
    g_set_object (&self->timestamp, stored);
  else
    g_set_object (&self->timestamp, fetched);
  return TRUE;
}

/* ---- 5.5: snapshot ---- */

static gboolean
refresh_snapshot (PawlTufClient *self, GError **error)
{
  PawlTufValue entry = pawl_tuf_metadata_find_meta (self->timestamp, "snapshot.json");
  g_autoptr (PawlTufMetadata) stored =
    pawl_tuf_client_load_local (self, PAWL_TUF_TYPE_SNAPSHOT, "snapshot", self->root);
  g_autoptr (PawlTufMetadata) fetched = NULL;

  if (pawl_tuf_announced_is_still_good (self, stored, self->timestamp, entry))
    {
      g_set_object (&self->snapshot, stored);
      return TRUE;
    }
  fetched = pawl_tuf_announced_fetch (self, PAWL_TUF_TYPE_SNAPSHOT, "snapshot", self->root,
                                      self->timestamp, entry, error);
  if (fetched == NULL ||
      (stored != NULL && !pawl_tuf_announced_check_entries (stored, fetched, FALSE, error)) ||
      !pawl_tuf_metadata_check_expiry (fetched, self->now_us, error) ||
      !pawl_tuf_client_save (self, "snapshot", fetched, error))
    return FALSE;
  g_set_object (&self->snapshot, fetched);
  return TRUE;
}

/* ---- the steps, and all of them ---- */

static gboolean
named (PawlTufClient *self, gboolean done, GError **error)
{
  if (!done)
    g_prefix_error (error, "%s: ", self->name);
  return done;
}

/**
 * pawl_tuf_client_refresh_root:
 * @self: a client with a fetch function
 * @now_us: when the update began, in microseconds since 1970, UTC
 * @error: return location
 *
 * Follows the roots to the last one (TUF 1.0.34, 5.3). Each is stored before the next is fetched.
 *
 * Returns: %TRUE if the last root is trusted and not expired
 *
 * Since: 1.0
 */
gboolean
pawl_tuf_client_refresh_root (PawlTufClient *self, gint64 now_us, GError **error)
{
  self->now_us = now_us;
  g_hash_table_remove_all (self->roles);
  return named (self, pawl_tuf_roots_follow (self, error), error);
}

/**
 * pawl_tuf_client_refresh_timestamp:
 * @self: a client with a trusted root
 * @now_us: when the update began, in microseconds since 1970, UTC
 * @error: return location
 *
 * Fetches the timestamp (TUF 1.0.34, 5.4).
 *
 * Returns: %TRUE if it is trusted and not expired
 *
 * Since: 1.0
 */
gboolean
pawl_tuf_client_refresh_timestamp (PawlTufClient *self, gint64 now_us, GError **error)
{
  self->now_us = now_us;
  return named (self, refresh_timestamp (self, error), error);
}

/**
 * pawl_tuf_client_refresh_snapshot:
 * @self: a client with a trusted timestamp
 * @now_us: when the update began, in microseconds since 1970, UTC
 * @error: return location
 *
 * Fetches the snapshot, unless the stored one is the announced one (TUF 1.0.34, 5.5).
 *
 * Returns: %TRUE if it is trusted and not expired
 *
 * Since: 1.0
 */
gboolean
pawl_tuf_client_refresh_snapshot (PawlTufClient *self, gint64 now_us, GError **error)
{
  self->now_us = now_us;
  return named (self, refresh_snapshot (self, error), error);
}

/**
 * pawl_tuf_client_refresh_targets:
 * @self: a client with a trusted snapshot, or for a Director of the ATS dialect a trusted root
 * @now_us: when the update began, in microseconds since 1970, UTC
 * @error: return location
 *
 * Fetches the top-level targets file, unless the stored one is the announced one (TUF 1.0.34, 5.6).
 *
 * Returns: %TRUE if it is trusted and not expired
 *
 * Since: 1.0
 */
gboolean
pawl_tuf_client_refresh_targets (PawlTufClient *self, gint64 now_us, GError **error)
{
  self->now_us = now_us;
  return named (self, pawl_tuf_client_load_role (self, "targets", self->root, error) != NULL,
                error);
}

static gboolean
refresh (PawlTufClient *self, gint64 now_us, GError **error)
{
  /* The Director of the ATS dialect has neither timestamp nor snapshot. */
  if (!pawl_tuf_client_refresh_root (self, now_us, error))
    return FALSE;
  if ((!(self->flags & PAWL_TUF_CLIENT_FLAGS_DIRECTOR) || !pawl_tuf_client_is_ats (self)) &&
      (!pawl_tuf_client_refresh_timestamp (self, now_us, error) ||
       !pawl_tuf_client_refresh_snapshot (self, now_us, error)))
    return FALSE;
  return pawl_tuf_client_refresh_targets (self, now_us, error);
}

/**
 * pawl_tuf_client_refresh:
 * @self: a client with a fetch function
 * @now_us: when the update began, in microseconds since 1970, UTC (TUF 1.0.34, 5.1)
 * @error: return location
 *
 * The whole workflow up to the top-level targets file. What was trusted before a failure is still
 * in the store, and so is every root that was accepted.
 *
 * Errors: every one of #PawlTufError that a metadata file can have, and what the fetch function
 * says.
 *
 * Returns: %TRUE if all files are trusted and not expired
 *
 * Since: 1.0
 */
gboolean
pawl_tuf_client_refresh (PawlTufClient *self, gint64 now_us, GError **error)
{
  g_return_val_if_fail (PAWL_TUF_IS_CLIENT (self) && self->fetch != NULL, FALSE);

  return refresh (self, now_us, error);
}

/**
 * pawl_tuf_client_load_trusted:
 * @self: a client
 * @now_us: the time, in microseconds since 1970, UTC
 * @error: return location
 *
 * Loads and verifies what the store has, without fetching: what was trusted when the device was
 * last on the network.
 *
 * Errors: %PAWL_TUF_ERROR_STORE, %PAWL_TUF_ERROR_FETCH for a file that is not there or no longer
 * good, %PAWL_TUF_ERROR_EXPIRED.
 *
 * Returns: %TRUE if all files are there, trusted and not expired
 *
 * Since: 1.0
 */
gboolean
pawl_tuf_client_load_trusted (PawlTufClient *self, gint64 now_us, GError **error)
{
  gboolean done;

  self->offline = TRUE;
  done = refresh (self, now_us, error);
  self->offline = FALSE;
  return done;
}
