/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The detailed client workflow (TUF 1.0.34, 5.3 to 5.6), step by step in its order. Whatever the
 * store has is verified again each time: a file that somebody wrote there proves nothing. */
#include "pawl-tuf-client-private.h"

#include "pawl-tuf-delegation.h"
#include "pawl-tuf-role.h"

#include <pawl-tuf/pawl-tuf-error.h>

#define MAX_ROOT_ROTATIONS 1024

static gboolean
fail_rollback (GError **error, const char *what, gint64 found, gint64 known)
{
  g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_ROLLBACK,
               "%s: found version %" G_GINT64_FORMAT ", and %" G_GINT64_FORMAT " was there before",
               what, found, known);
  return FALSE;
}

static gboolean
fail_gone (GError **error, const char *file_name, gint64 known)
{
  g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_ROLLBACK,
               "snapshot: found no %s, and version %" G_GINT64_FORMAT " was there before",
               file_name, known);
  return FALSE;
}

static gint64
version_of (PawlTufMetadata *metadata)
{
  return pawl_tuf_metadata_get_version (metadata);
}

static gint64
meta_version (PawlTufMetadata *metadata, PawlTufValue entry)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (metadata);
  gint64 version = 0;

  pawl_tuf_document_get_int (document, pawl_tuf_document_get_member (document, entry, "version"),
                             &version);
  return version;
}

/* ---- 5.3: root ---- */

static gboolean
load_root (PawlTufClient *self, GError **error)
{
  g_autoptr (PawlTufMetadata) stored = NULL;

  if (self->root != NULL)
    return TRUE;
  stored = pawl_tuf_client_load_local (self, PAWL_TUF_TYPE_ROOT, "root", NULL);
  if (stored == NULL)
    {
      g_set_error_literal (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_STORE,
                           "there is no trusted root: give the device the repository's first one");
      return FALSE;
    }
  self->root = g_steal_pointer (&stored);
  return TRUE;
}

/* 5.3.11: a lost online key may have signed versions beyond all honest ones, so what its successor
 * signs must not be compared with them. This comes before @next is stored: whatever ends the update
 * afterwards, no later one would see that the keys have changed. */
static gboolean
forget_rotated (PawlTufClient *self, PawlTufMetadata *next, GError **error)
{
  if (pawl_tuf_metadata_has_same_keys (self->root, next, "timestamp") &&
      pawl_tuf_metadata_has_same_keys (self->root, next, "snapshot"))
    return TRUE;
  g_clear_object (&self->timestamp);
  g_clear_object (&self->snapshot);
  return pawl_tuf_store_remove (self->store, "timestamp", error) &&
         pawl_tuf_store_remove (self->store, "snapshot", error);
}

/* 5.3.4 to 5.3.8, and 5.3.11, for the root that follows the trusted one. */
static gboolean
follow_root (PawlTufClient *self, GBytes *bytes, GError **error)
{
  PawlTufKeyFlags flags = pawl_tuf_client_get_key_flags (self);
  g_autoptr (PawlTufMetadata) next =
    pawl_tuf_client_read (self, PAWL_TUF_TYPE_ROOT, "root", self->root, bytes, error);

  if (next == NULL || !pawl_tuf_metadata_verify (next, next, "root", flags, error))
    return FALSE;
  if (version_of (next) != version_of (self->root) + 1)
    {
      g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_ROOT_ROTATION,
                   "root: found version %" G_GINT64_FORMAT ", wanted %" G_GINT64_FORMAT,
                   version_of (next), version_of (self->root) + 1);
      return FALSE;
    }
  if (!forget_rotated (self, next, error) || !pawl_tuf_client_save (self, "root", next, error))
    return FALSE;
  g_set_object (&self->root, next);
  return TRUE;
}

/* Says in @out_end that there is no next root. */
static gboolean
rotate_once (PawlTufClient *self, gboolean *out_end, GError **error)
{
  g_autofree char *path =
    g_strdup_printf ("%" G_GINT64_FORMAT ".root.json", version_of (self->root) + 1);
  g_autoptr (GBytes) bytes =
    pawl_tuf_client_fetch (self, path, pawl_tuf_client_get_limit (self, PAWL_TUF_TYPE_ROOT),
                           out_end, error);

  if (bytes == NULL)
    return *out_end;
  return follow_root (self, bytes, error);
}

static gboolean
refresh_root (PawlTufClient *self, GError **error)
{
  guint rotations =
    self->limits.root_rotations > 0 ? self->limits.root_rotations : MAX_ROOT_ROTATIONS;
  gboolean end = FALSE;

  if (!load_root (self, error))
    return FALSE;
  for (guint i = 0; i < rotations && !end; i++)
    if (!rotate_once (self, &end, error))
      return FALSE;
  return pawl_tuf_metadata_check_expiry (self->root, self->now_us, error);
}

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
    meta_version (stored, pawl_tuf_metadata_find_meta (stored, "snapshot.json"));
  gint64 fetched_snapshot =
    meta_version (fetched, pawl_tuf_metadata_find_meta (fetched, "snapshot.json"));

  if (version_of (fetched) < version_of (stored))
    return fail_rollback (error, "timestamp", version_of (fetched), version_of (stored));
  /* Servers of the ATS dialect sign a version again with a later expiry. */
  *out_keep = version_of (fetched) == version_of (stored) && !pawl_tuf_client_is_ats (self);
  if (!*out_keep && fetched_snapshot < stored_snapshot)
    return fail_rollback (error, "snapshot in timestamp", fetched_snapshot, stored_snapshot);
  return TRUE;
}

static gboolean
is_same (PawlTufMetadata *stored, GBytes *bytes)
{
  return stored != NULL &&
         g_bytes_equal (pawl_tuf_document_get_bytes (pawl_tuf_metadata_get_document (stored)),
                        bytes);
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
  fetched = is_same (stored, bytes) ? g_object_ref (stored)
                                    : pawl_tuf_client_read (self, PAWL_TUF_TYPE_TIMESTAMP,
                                                            "timestamp", self->root, bytes, error);
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

/* 5.5.5: nothing that the stored snapshot lists disappears or goes back. */
static gboolean
check_snapshot (PawlTufMetadata *stored, PawlTufMetadata *fetched, GError **error)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (stored);
  PawlTufIter iter;
  PawlTufValue name, entry;

  pawl_tuf_iter_init (&iter, document, pawl_tuf_metadata_get_member (stored, "meta"));
  while (pawl_tuf_iter_next (&iter, &name, &entry))
    {
      g_autofree char *file_name = pawl_tuf_document_dup_string (document, name);
      PawlTufValue now = pawl_tuf_metadata_find_meta (fetched, file_name);

      /* Old repositories list the root, too, and stop to. */
      if (g_str_equal (file_name, "root.json"))
        continue;
      if (!pawl_tuf_value_exists (now))
        return fail_gone (error, file_name, meta_version (stored, entry));
      if (meta_version (fetched, now) < meta_version (stored, entry))
        return fail_rollback (error, file_name, meta_version (fetched, now),
                              meta_version (stored, entry));
    }
  return TRUE;
}

static gboolean
is_delegated (const char *role)
{
  return !g_str_equal (role, "snapshot") && !g_str_equal (role, "targets");
}

static char *
make_path (PawlTufClient *self, const char *role, gint64 version)
{
  g_autofree char *escaped = g_uri_escape_string (role, NULL, FALSE);

  if (pawl_tuf_client_is_ats (self) && is_delegated (role))
    return g_strdup_printf ("delegations/%s.json", escaped);
  if (pawl_tuf_metadata_get_consistent_snapshot (self->root))
    return g_strdup_printf ("%" G_GINT64_FORMAT ".%s.json", version, escaped);
  return g_strdup_printf ("%s.json", escaped);
}

/* The announced length is the limit, but never above ours: whoever has stolen an online key must
 * not be able to fill the memory. A snapshot of the ATS dialect gives the length of the canonical
 * form, which the file need not have. */
static gsize
limit_of (PawlTufClient *self, PawlTufMetadata *describer, PawlTufValue entry, PawlTufType type)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (describer);
  gsize limit = pawl_tuf_client_get_limit (self, type);
  gint64 length = 0;

  if (describer != self->timestamp && pawl_tuf_client_is_ats (self))
    return limit;
  if (pawl_tuf_document_get_int (document, pawl_tuf_document_get_member (document, entry, "length"),
                                 &length))
    return MIN ((gsize) length, limit);
  return limit;
}

/* 5.6.7.1: one error for all files of a repository, another for those of a role that is somebody
 * else's. */
static void
fail_missing (PawlTufClient *self, const char *role, const char *path, GError **error)
{
  g_set_error (error, PAWL_TUF_ERROR,
               is_delegated (role) && !self->offline ? PAWL_TUF_ERROR_DELEGATION_MISSING
                                                     : PAWL_TUF_ERROR_FETCH,
               "%s has no %s", self->offline ? "the store" : "the repository", path);
}

/* Fetches the file that @entry of @describer announces, up to its signatures. The announced hashes
 * come first: they keep forged bytes from the verifier (5.5.2, 5.6.2). */
static PawlTufMetadata *
fetch_described (PawlTufClient *self,
                 PawlTufType type,
                 const char *role,
                 PawlTufMetadata *delegator,
                 PawlTufMetadata *describer,
                 PawlTufValue entry,
                 GError **error)
{
  g_autofree char *path = make_path (self, role, meta_version (describer, entry));
  gboolean missing = FALSE;
  g_autoptr (GBytes) bytes =
    pawl_tuf_client_fetch (self, path, limit_of (self, describer, entry, type), &missing, error);
  g_autoptr (PawlTufMetadata) metadata = NULL;

  if (missing)
    fail_missing (self, role, path, error);
  if (bytes == NULL)
    return NULL;
  metadata = pawl_tuf_metadata_new (type, bytes, error);
  if (metadata == NULL || !pawl_tuf_metadata_check_described (metadata, describer, entry, error) ||
      !pawl_tuf_metadata_verify (metadata, delegator, role, pawl_tuf_client_get_key_flags (self),
                                 error))
    {
      g_prefix_error (error, "%s: ", path);
      return NULL;
    }
  return g_steal_pointer (&metadata);
}

static gboolean
is_still_good (PawlTufClient *self,
               PawlTufMetadata *stored,
               PawlTufMetadata *describer,
               PawlTufValue entry)
{
  return stored != NULL && pawl_tuf_metadata_check_described (stored, describer, entry, NULL) &&
         pawl_tuf_metadata_check_expiry (stored, self->now_us, NULL);
}

static gboolean
refresh_snapshot (PawlTufClient *self, GError **error)
{
  PawlTufValue entry = pawl_tuf_metadata_find_meta (self->timestamp, "snapshot.json");
  g_autoptr (PawlTufMetadata) stored =
    pawl_tuf_client_load_local (self, PAWL_TUF_TYPE_SNAPSHOT, "snapshot", self->root);
  g_autoptr (PawlTufMetadata) fetched = NULL;

  if (is_still_good (self, stored, self->timestamp, entry))
    {
      g_set_object (&self->snapshot, stored);
      return TRUE;
    }
  fetched = fetch_described (self, PAWL_TUF_TYPE_SNAPSHOT, "snapshot", self->root, self->timestamp,
                             entry, error);
  if (fetched == NULL || (stored != NULL && !check_snapshot (stored, fetched, error)) ||
      !pawl_tuf_metadata_check_expiry (fetched, self->now_us, error) ||
      !pawl_tuf_client_save (self, "snapshot", fetched, error))
    return FALSE;
  g_set_object (&self->snapshot, fetched);
  return TRUE;
}

/* ---- 5.6: targets ---- */

static gboolean
check_director (PawlTufClient *self, PawlTufMetadata *targets, GError **error)
{
  if (!(self->flags & PAWL_TUF_CLIENT_FLAGS_DIRECTOR) || !pawl_tuf_delegations_exist (targets))
    return TRUE;
  g_set_error_literal (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_DIRECTOR_DELEGATION,
                       "targets: found delegations, wanted none of a Director");
  return FALSE;
}

/* 4.3: one key for each key id, in all files together. */
static gboolean
check_key_ids (PawlTufClient *self, PawlTufMetadata *targets, GError **error)
{
  PawlTufKeyFlags flags = pawl_tuf_client_get_key_flags (self);
  GHashTableIter iter;
  gpointer known;

  if (!pawl_tuf_delegations_exist (targets))
    return TRUE;
  if (!pawl_tuf_role_check_key_ids (targets, self->root, flags, error))
    return FALSE;
  g_hash_table_iter_init (&iter, self->roles);
  while (g_hash_table_iter_next (&iter, NULL, &known))
    if (!pawl_tuf_role_check_key_ids (targets, ((PawlTufKnown *) known)->metadata, flags, error))
      return FALSE;
  return TRUE;
}

/* The Director of the ATS dialect has no snapshot: its targets file stands for itself. */
static PawlTufMetadata *
load_alone (PawlTufClient *self, gboolean *out_stored, GError **error)
{
  g_autoptr (PawlTufMetadata) stored =
    pawl_tuf_client_load_local (self, PAWL_TUF_TYPE_TARGETS, "targets", self->root);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (PawlTufMetadata) fetched = NULL;

  *out_stored = self->offline && stored != NULL;
  if (*out_stored)
    return g_steal_pointer (&stored);
  bytes =
    pawl_tuf_client_fetch (self, "targets.json",
                           pawl_tuf_client_get_limit (self, PAWL_TUF_TYPE_TARGETS), NULL, error);
  if (bytes == NULL)
    return NULL;
  fetched = pawl_tuf_client_read (self, PAWL_TUF_TYPE_TARGETS, "targets", self->root, bytes, error);
  if (fetched == NULL)
    return NULL;
  if (stored != NULL && version_of (fetched) < version_of (stored))
    {
      fail_rollback (error, "targets", version_of (fetched), version_of (stored));
      return NULL;
    }
  *out_stored = is_same (stored, bytes);
  return g_steal_pointer (&fetched);
}

/* What aktualizr's clients call a version that is not the listed one. */
static void
fail_unlisted (PawlTufClient *self, const char *file_name, GError **error)
{
  g_set_error (error, PAWL_TUF_ERROR,
               pawl_tuf_client_is_ats (self) ? PAWL_TUF_ERROR_VERSION_MISMATCH
                                             : PAWL_TUF_ERROR_DELEGATION_MISSING,
               "snapshot: it does not list %s", file_name);
}

static PawlTufMetadata *
load_described (PawlTufClient *self,
                const char *role,
                PawlTufMetadata *delegator,
                gboolean *out_stored,
                GError **error)
{
  g_autofree char *file_name = g_strconcat (role, ".json", NULL);
  PawlTufValue entry = pawl_tuf_metadata_find_meta (self->snapshot, file_name);
  g_autoptr (PawlTufMetadata) stored = NULL;

  if (!pawl_tuf_value_exists (entry))
    {
      fail_unlisted (self, file_name, error);
      return NULL;
    }
  stored = pawl_tuf_client_load_local (self, PAWL_TUF_TYPE_TARGETS, role, delegator);
  *out_stored = is_still_good (self, stored, self->snapshot, entry);
  if (*out_stored)
    return g_steal_pointer (&stored);
  return fetch_described (self, PAWL_TUF_TYPE_TARGETS, role, delegator, self->snapshot, entry,
                          error);
}

/* Two delegators may share a role, and each has keys of its own for it (4.3, 5.6.7). */
static PawlTufMetadata *
find_known (PawlTufClient *self, const char *role, PawlTufMetadata *delegator)
{
  PawlTufKnown *known = g_hash_table_lookup (self->roles, role);

  if (known != NULL && (known->delegator == delegator ||
                        pawl_tuf_metadata_verify (known->metadata, delegator, role,
                                                  pawl_tuf_client_get_key_flags (self), NULL)))
    return known->metadata;
  return NULL;
}

static PawlTufMetadata *
remember (PawlTufClient *self,
          const char *role,
          PawlTufMetadata *delegator,
          PawlTufMetadata *metadata)
{
  PawlTufKnown *known = g_new (PawlTufKnown, 1);

  known->metadata = g_object_ref (metadata);
  known->delegator = g_object_ref (delegator);
  g_hash_table_replace (self->roles, g_strdup (role), known);
  return metadata;
}

/**
 * pawl_tuf_client_load_role:
 * @self: a client with a trusted snapshot
 * @role: `targets`, or a delegated role
 * @delegator: who delegates to it: the root, or a trusted targets file
 * @error: return location
 *
 * Gets a targets file: the stored one if the snapshot still lists it, else from the repository.
 * Fetches each role once in a refresh.
 *
 * Errors: every one of #PawlTufError that a metadata file can have, and what the fetch function
 * says.
 *
 * Returns: (transfer none): the trusted file
 *
 * Since: 1.0
 */
PawlTufMetadata *
pawl_tuf_client_load_role (PawlTufClient *self,
                           const char *role,
                           PawlTufMetadata *delegator,
                           GError **error)
{
  g_autoptr (PawlTufMetadata) loaded = NULL;
  PawlTufMetadata *known = find_known (self, role, delegator);
  gboolean stored = FALSE;

  if (known != NULL)
    return known;
  loaded = self->snapshot != NULL ? load_described (self, role, delegator, &stored, error)
                                  : load_alone (self, &stored, error);
  if (loaded == NULL || !check_director (self, loaded, error) ||
      !check_key_ids (self, loaded, error) ||
      !pawl_tuf_metadata_check_expiry (loaded, self->now_us, error) ||
      (!stored && !pawl_tuf_client_save (self, role, loaded, error)))
    return NULL;
  return remember (self, role, delegator, loaded);
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
  return named (self, refresh_root (self, error), error);
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
