/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Offline updates (Uptane's PURE-2, a “lockbox” of the ATS dialect): two roles of the Director say
 * what is on a medium and for which hardware, the Image repository has to agree, and a timestamp is
 * nowhere. What keeps a device from an older medium is what it has seen, online or on a medium.
 *
 * What was proved of a medium is kept in a folder of its own, so that a bad one spoils nothing of
 * what was proved online; only roots are shared. */
#include "pawl-tuf-announced.h"
#include "pawl-tuf-lockbox-private.h"

static void
lockbox_clear (PawlTufLockbox *self)
{
  g_clear_object (&self->store);
  g_clear_object (&self->image);
  g_clear_object (&self->snapshot);
  g_clear_object (&self->updates);
  g_clear_pointer (&self->file_name, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PawlTufLockbox, lockbox_clear)

static void
lockbox_init (PawlTufLockbox *self,
              PawlTufUptane *uptane,
              const char *folder,
              gboolean reading,
              gint64 now_us)
{
  g_autofree char *director = g_build_filename (folder, "director", NULL);
  g_autofree char *image = g_build_filename (folder, "image", NULL);
  g_autoptr (PawlTufStore) store = pawl_tuf_store_new (image);

  self->uptane = uptane;
  self->reading = reading;
  self->now_us = now_us;
  self->store = pawl_tuf_store_new (director);
  self->image = pawl_tuf_client_new (uptane->image->name, store, uptane->image->flags);
  self->image->limits = uptane->image->limits;
  self->image->fetch = uptane->image->fetch;
  self->image->fetch_data = uptane->image->fetch_data;
  self->image->now_us = now_us;
  self->image->offline = !reading;
  self->image->plain = TRUE;
}

/* ---- the Image repository ---- */

/* @trusted is a snapshot of that client, online or of a medium. */
static gboolean
is_no_older (PawlTufClient *client, PawlTufMetadata *found, PawlTufMetadata *root, GError **error)
{
  g_autoptr (PawlTufMetadata) trusted =
    pawl_tuf_client_load_local (client, PAWL_TUF_TYPE_SNAPSHOT, "snapshot", root);

  return trusted == NULL || (pawl_tuf_announced_check_version ("snapshot", trusted, found, error) &&
                             pawl_tuf_announced_check_entries (trusted, found, FALSE, error));
}

static PawlTufMetadata *
get_image_snapshot (PawlTufLockbox *self, GError **error)
{
  PawlTufClient *image = self->image;
  g_autoptr (GBytes) bytes = NULL;
  PawlTufMetadata *kept;

  if (self->reading)
    {
      bytes = pawl_tuf_client_fetch (image, "snapshot.json",
                                     pawl_tuf_client_get_limit (image, PAWL_TUF_TYPE_SNAPSHOT),
                                     NULL, error);
      return bytes != NULL ? pawl_tuf_client_read (image, PAWL_TUF_TYPE_SNAPSHOT, "snapshot",
                                                   image->root, bytes, error)
                           : NULL;
    }
  kept = pawl_tuf_client_load_local (image, PAWL_TUF_TYPE_SNAPSHOT, "snapshot", image->root);
  if (kept == NULL)
    pawl_tuf_lockbox_fail_unknown (error, "snapshot");
  return kept;
}

static gboolean
read_image_files (PawlTufLockbox *self, GError **error)
{
  PawlTufClient *image = self->image;
  PawlTufClient *online = self->uptane->image;
  g_autoptr (PawlTufMetadata) snapshot = get_image_snapshot (self, error);

  if (snapshot == NULL || !is_no_older (online, snapshot, image->root, error) ||
      !is_no_older (image, snapshot, image->root, error) ||
      !pawl_tuf_metadata_check_expiry (snapshot, self->now_us, error) ||
      (self->reading && !pawl_tuf_client_save (image, "snapshot", snapshot, error)))
    return FALSE;
  g_set_object (&image->snapshot, snapshot);
  return pawl_tuf_client_load_role (image, "targets", image->root, error) != NULL;
}

static gboolean
read_image (PawlTufLockbox *self, GError **error)
{
  PawlTufClient *online = self->uptane->image;
  gboolean done;

  self->uptane->current = online;
  online->offline = !self->reading;
  done = pawl_tuf_client_refresh_root (online, self->now_us, error);
  online->offline = FALSE;
  if (!done)
    return FALSE;
  g_set_object (&self->image->root, online->root);
  done = read_image_files (self, error);
  if (!done)
    g_prefix_error (error, "%s: ", pawl_tuf_client_get_name (online));
  return done;
}

/* ---- all of it ---- */

static gboolean
keep (PawlTufLockbox *self, GError **error)
{
  PawlTufDocument *snapshot = pawl_tuf_metadata_get_document (self->snapshot);
  PawlTufDocument *updates = pawl_tuf_metadata_get_document (self->updates);

  return !self->reading || (pawl_tuf_store_save (self->store, PAWL_TUF_OFFLINE_SNAPSHOT,
                                                 pawl_tuf_document_get_bytes (snapshot), error) &&
                            pawl_tuf_store_save (self->store, PAWL_TUF_OFFLINE_UPDATES,
                                                 pawl_tuf_document_get_bytes (updates), error));
}

static GPtrArray *
verify (PawlTufLockbox *self, GError **error)
{
  g_autoptr (GPtrArray) assignments = NULL;

  g_clear_pointer (&self->uptane->path, g_free);
  g_clear_pointer (&self->uptane->lockbox_id, g_free);
  assignments = pawl_tuf_lockbox_read_director (self, error);
  if (assignments == NULL || !read_image (self, error) ||
      !pawl_tuf_uptane_match (self->uptane, self->image, assignments, error) || !keep (self, error))
    return NULL;
  if (self->reading && pawl_tuf_uptane_is_nothing_new (assignments, self->uptane->ecus))
    g_ptr_array_set_size (assignments, 0);
  return g_steal_pointer (&assignments);
}

/**
 * pawl_tuf_uptane_check_lockbox:
 * @self: a verification whose clients read a medium: the Director's from `metadata/director`, the
 *   Image repository's from `metadata/image-repo`
 * @folder: where what is proved of media is kept, apart from what is proved online
 * @now_us: the time, in microseconds since 1970, UTC
 * @error: return location
 *
 * One full verification of an offline update: the roots, then `offline-snapshot.json` and the one
 * file of those it lists that is on the medium, by the Director's roles `offline-snapshot` and
 * `offline-updates`; an image for each ECU of a hardware that it is for; and the Image repository's
 * snapshot, targets and delegations, which has to agree on each. Nothing of it may be expired, or
 * older than what was seen online or on another medium.
 *
 * Errors: every one of #PawlTufError, and what the fetch functions say.
 *
 * Returns: (transfer full) (element-type PawlTufAssignment): what the ECUs have to run; empty when
 * there is nothing new
 *
 * Since: 1.0
 */
GPtrArray *
pawl_tuf_uptane_check_lockbox (PawlTufUptane *self,
                               const char *folder,
                               gint64 now_us,
                               GError **error)
{
  g_auto (PawlTufLockbox) box = {NULL};

  g_return_val_if_fail (PAWL_TUF_IS_UPTANE (self), NULL);

  lockbox_init (&box, self, folder, TRUE, now_us);
  return verify (&box, error);
}

/**
 * pawl_tuf_uptane_load_lockbox:
 * @self: a verification
 * @folder: where what was proved of media is kept
 * @now_us: the time, in microseconds since 1970, UTC
 * @error: return location
 *
 * The same of the last medium that was good, without it, and without leaving out what runs already.
 *
 * Errors: %PAWL_TUF_ERROR_FETCH when there was none; every other one of #PawlTufError.
 *
 * Returns: (transfer full) (element-type PawlTufAssignment): what the ECUs have to run
 *
 * Since: 1.0
 */
GPtrArray *
pawl_tuf_uptane_load_lockbox (PawlTufUptane *self,
                              const char *folder,
                              gint64 now_us,
                              GError **error)
{
  g_auto (PawlTufLockbox) box = {NULL};

  g_return_val_if_fail (PAWL_TUF_IS_UPTANE (self), NULL);

  lockbox_init (&box, self, folder, FALSE, now_us);
  return verify (&box, error);
}
