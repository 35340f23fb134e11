/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Offline updates (Uptane's PURE-2, a “lockbox” of the ATS dialect): two roles of the Director say
 * what is on a medium and for which hardware, the Image repository has to agree, and a timestamp is
 * nowhere. What keeps a device from an older medium is what it has seen, online or on a medium.
 *
 * What was proved of a medium is kept in a folder of its own, so that a bad one spoils nothing of
 * what was proved online; only roots are shared. */
#include "pawl-tuf-announced.h"
#include "pawl-tuf-uptane-private.h"

#include <pawl-tuf/pawl-tuf-error.h>
#include <pawl-tuf/pawl-tuf-target.h>

#include <string.h>

#define SNAPSHOT "offline-snapshot"
#define UPDATES  "offline-updates"

typedef struct
{
  PawlTufUptane *uptane; /* (unowned) */
  gboolean reading;      /* from the medium; else from what is kept */
  gint64 now_us;
  PawlTufStore *store;       /* (owned): of the Director's files */
  PawlTufClient *image;      /* (owned): of the Image repository's */
  PawlTufMetadata *snapshot; /* (owned) (nullable) */
  PawlTufMetadata *updates;  /* (owned) (nullable) */
  char *file_name;           /* (owned) (nullable): of the updates, as the snapshot has it */
} Lockbox;

static void
lockbox_clear (Lockbox *self)
{
  g_clear_object (&self->store);
  g_clear_object (&self->image);
  g_clear_object (&self->snapshot);
  g_clear_object (&self->updates);
  g_clear_pointer (&self->file_name, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Lockbox, lockbox_clear)

static void
lockbox_init (Lockbox *self,
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

/* ---- one file ---- */

/* What is kept, if the Director's keys of now signed it. */
static PawlTufMetadata *
load_kept (Lockbox *self, PawlTufType type, const char *role, GError **error)
{
  PawlTufClient *director = self->uptane->director;
  g_autoptr (GBytes) bytes = pawl_tuf_store_load (self->store, role, error);

  return bytes != NULL ? pawl_tuf_client_read (director, type, role, director->root, bytes, error)
                       : NULL;
}

/* %NULL without an error when the medium does not have it, and @out_missing wants to know. */
static PawlTufMetadata *
read_one (Lockbox *self,
          PawlTufType type,
          const char *role,
          const char *path,
          gboolean *out_missing,
          GError **error)
{
  PawlTufClient *director = self->uptane->director;
  g_autoptr (GBytes) bytes =
    pawl_tuf_client_fetch (director, path, pawl_tuf_client_get_limit (director, type), out_missing,
                           error);

  return bytes != NULL ? pawl_tuf_client_read (director, type, role, director->root, bytes, error)
                       : NULL;
}

static gboolean
fail_unknown (GError **error, const char *role)
{
  if (error != NULL && *error == NULL)
    g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_FETCH, "the store has no %s.json", role);
  return FALSE;
}

/* ---- the Director's two files ---- */

static gboolean
check_version (const char *what, PawlTufMetadata *found, PawlTufMetadata *kept, GError **error)
{
  if (pawl_tuf_metadata_get_version (found) >= pawl_tuf_metadata_get_version (kept))
    return TRUE;
  return pawl_tuf_announced_fail_rollback (error, what, pawl_tuf_metadata_get_version (found),
                                           pawl_tuf_metadata_get_version (kept));
}

/* An update of that name may have ended, but never goes back. */
static gboolean
check_entries (PawlTufMetadata *found, PawlTufMetadata *kept, GError **error)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (kept);
  PawlTufIter iter;
  PawlTufValue name, entry;

  pawl_tuf_iter_init (&iter, document, pawl_tuf_metadata_get_member (kept, "meta"));
  while (pawl_tuf_iter_next (&iter, &name, &entry))
    {
      g_autofree char *file_name = pawl_tuf_document_dup_string (document, name);
      PawlTufValue now = pawl_tuf_metadata_find_meta (found, file_name);

      if (pawl_tuf_value_exists (now) && pawl_tuf_announced_get_version (found, now) <
                                           pawl_tuf_announced_get_version (kept, entry))
        return pawl_tuf_announced_fail_rollback (error, file_name,
                                                 pawl_tuf_announced_get_version (found, now),
                                                 pawl_tuf_announced_get_version (kept, entry));
    }
  return TRUE;
}

static gboolean
read_snapshot (Lockbox *self, GError **error)
{
  g_autoptr (PawlTufMetadata) kept =
    load_kept (self, PAWL_TUF_TYPE_OFFLINE_SNAPSHOT, SNAPSHOT, self->reading ? NULL : error);

  self->snapshot = self->reading ? read_one (self, PAWL_TUF_TYPE_OFFLINE_SNAPSHOT, SNAPSHOT,
                                             SNAPSHOT ".json", NULL, error)
                                 : g_steal_pointer (&kept);
  if (self->snapshot == NULL)
    return self->reading ? FALSE : fail_unknown (error, SNAPSHOT);
  return (kept == NULL || (check_version (SNAPSHOT, self->snapshot, kept, error) &&
                           check_entries (self->snapshot, kept, error))) &&
         pawl_tuf_metadata_check_expiry (self->snapshot, self->now_us, error);
}

/* Takes @updates if it is the first one of the medium. */
static gboolean
take_updates (Lockbox *self, const char *file_name, PawlTufMetadata *updates, GError **error)
{
  if (self->updates != NULL)
    {
      g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_INVALID_METADATA,
                   "the medium has %s and %s, wanted one of them", self->file_name, file_name);
      return FALSE;
    }
  self->updates = g_object_ref (updates);
  self->file_name = g_strdup (file_name);
  return TRUE;
}

/* A snapshot may list more updates than one medium brings. */
static gboolean
try_updates (Lockbox *self, const char *file_name, PawlTufValue entry, GError **error)
{
  g_autofree char *path = g_uri_escape_string (file_name, NULL, FALSE);
  gboolean missing = FALSE;
  g_autoptr (PawlTufMetadata) updates =
    read_one (self, PAWL_TUF_TYPE_OFFLINE_UPDATES, UPDATES, path, &missing, error);

  if (updates == NULL)
    return missing;
  if (pawl_tuf_metadata_check_described (updates, self->snapshot, entry, error))
    return take_updates (self, file_name, updates, error);
  g_prefix_error (error, "%s: ", file_name);
  return FALSE;
}

static gboolean
try_kept (Lockbox *self,
          const char *file_name,
          PawlTufValue entry,
          PawlTufMetadata *kept,
          GError **error)
{
  return kept == NULL || !pawl_tuf_metadata_check_described (kept, self->snapshot, entry, NULL) ||
         take_updates (self, file_name, kept, error);
}

static gboolean
read_updates (Lockbox *self, GError **error)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (self->snapshot);
  g_autoptr (PawlTufMetadata) kept =
    self->reading ? NULL : load_kept (self, PAWL_TUF_TYPE_OFFLINE_UPDATES, UPDATES, error);
  PawlTufIter iter;
  PawlTufValue name, entry;

  pawl_tuf_iter_init (&iter, document, pawl_tuf_metadata_get_member (self->snapshot, "meta"));
  while (pawl_tuf_iter_next (&iter, &name, &entry))
    {
      g_autofree char *file_name = pawl_tuf_document_dup_string (document, name);

      if (self->reading ? !try_updates (self, file_name, entry, error)
                        : !try_kept (self, file_name, entry, kept, error))
        return FALSE;
    }
  if (self->updates == NULL && self->reading)
    {
      g_set_error_literal (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_FETCH,
                           "the medium has none of the files that " SNAPSHOT ".json lists");
      return FALSE;
    }
  if (self->updates == NULL)
    return fail_unknown (error, UPDATES);
  return pawl_tuf_metadata_check_expiry (self->updates, self->now_us, error);
}

/* `urn:tdx-ota:lockbox:<name>:<version>:<first 12 digits of its hash>`, as its servers know it. */
static gboolean
name_it (Lockbox *self, GError **error)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (self->snapshot);
  PawlTufValue hashes =
    pawl_tuf_document_get_member (document,
                                  pawl_tuf_metadata_find_meta (self->snapshot, self->file_name),
                                  "hashes");
  g_autofree char *hash =
    pawl_tuf_document_dup_string (document,
                                  pawl_tuf_document_get_member (document, hashes, "sha256"));
  g_autofree char *name = g_str_has_suffix (self->file_name, ".json")
                            ? g_strndup (self->file_name, strlen (self->file_name) - 5)
                            : g_strdup (self->file_name);

  if (hash == NULL)
    {
      g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_INVALID_METADATA,
                   SNAPSHOT ": found no sha256 of %s, wanted one", self->file_name);
      return FALSE;
    }
  self->uptane->lockbox_id =
    g_strdup_printf ("urn:tdx-ota:lockbox:%s:%" G_GINT64_FORMAT ":%.12s", name,
                     pawl_tuf_metadata_get_version (self->updates), hash);
  return TRUE;
}

/* ---- what it means for this vehicle ---- */

/* Every ECU of a hardware that the image is for. */
static GStrv
find_ecus (Lockbox *self, const char *image, PawlTufValue entry, GHashTable *seen, GError **error)
{
  g_autoptr (GStrvBuilder) serials = g_strv_builder_new ();
  GHashTableIter iter;
  gpointer value;

  g_hash_table_iter_init (&iter, self->uptane->ecus);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      PawlTufUptaneEcu *ecu = value;

      if (!pawl_tuf_target_has_hardware (self->updates, entry, ecu->hardware_id))
        continue;
      if (!g_hash_table_add (seen, ecu))
        {
          g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_REPEATED_ECU,
                       UPDATES ": the ECU %s has another image besides %s", ecu->serial, image);
          return NULL;
        }
      g_strv_builder_add (serials, ecu->serial);
    }
  return g_strv_builder_end (serials);
}

/* A medium is for many devices: what fits none of this vehicle's ECUs is somebody else's. */
static gboolean
read_target (Lockbox *self,
             PawlTufValue name,
             PawlTufValue entry,
             GHashTable *seen,
             GPtrArray *assignments,
             GError **error)
{
  PawlTufAssignment *assignment = g_new0 (PawlTufAssignment, 1);

  g_ptr_array_add (assignments, assignment);
  assignment->name =
    pawl_tuf_document_dup_string (pawl_tuf_metadata_get_document (self->updates), name);
  assignment->director = g_object_ref (self->updates);
  assignment->entry = entry;
  assignment->serials = find_ecus (self, assignment->name, entry, seen, error);
  if (assignment->serials == NULL)
    return FALSE;
  if (assignment->serials[0] != NULL)
    return pawl_tuf_uptane_check_assignment (assignment, self->uptane->ecus, error);
  g_ptr_array_set_size (assignments, (int) assignments->len - 1);
  return TRUE;
}

static GPtrArray *
read_assignments (Lockbox *self, GError **error)
{
  g_autoptr (GPtrArray) assignments =
    g_ptr_array_new_with_free_func ((GDestroyNotify) pawl_tuf_assignment_free);
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  PawlTufIter iter;
  PawlTufValue name, entry;

  pawl_tuf_iter_init (&iter, pawl_tuf_metadata_get_document (self->updates),
                      pawl_tuf_metadata_get_member (self->updates, "targets"));
  while (pawl_tuf_iter_next (&iter, &name, &entry))
    if (!read_target (self, name, entry, seen, assignments, error))
      return NULL;
  if (assignments->len > 0)
    return g_steal_pointer (&assignments);
  /* Somebody took the wrong medium, which is no attack. */
  g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_FETCH,
               "%s: found nothing for the hardware of this device", self->file_name);
  return NULL;
}

static GPtrArray *
read_director (Lockbox *self, GError **error)
{
  PawlTufClient *director = self->uptane->director;
  GPtrArray *assignments = NULL;
  gboolean done;

  self->uptane->current = director;
  director->offline = !self->reading;
  done = pawl_tuf_client_refresh_root (director, self->now_us, error);
  director->offline = FALSE;
  if (!done)
    return NULL;
  if (read_snapshot (self, error) && read_updates (self, error) && name_it (self, error))
    assignments = read_assignments (self, error);
  if (assignments == NULL)
    g_prefix_error (error, "%s: ", pawl_tuf_client_get_name (director));
  return assignments;
}

/* ---- the Image repository ---- */

/* @trusted is a snapshot of that client, online or of a medium. */
static gboolean
is_no_older (PawlTufClient *client, PawlTufMetadata *found, PawlTufMetadata *root, GError **error)
{
  g_autoptr (PawlTufMetadata) trusted =
    pawl_tuf_client_load_local (client, PAWL_TUF_TYPE_SNAPSHOT, "snapshot", root);

  return trusted == NULL || (check_version ("snapshot", found, trusted, error) &&
                             pawl_tuf_announced_check_snapshot (trusted, found, error));
}

static PawlTufMetadata *
get_image_snapshot (Lockbox *self, GError **error)
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
    fail_unknown (error, "snapshot");
  return kept;
}

static gboolean
read_image_files (Lockbox *self, GError **error)
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
read_image (Lockbox *self, GError **error)
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
keep (Lockbox *self, GError **error)
{
  PawlTufDocument *snapshot = pawl_tuf_metadata_get_document (self->snapshot);
  PawlTufDocument *updates = pawl_tuf_metadata_get_document (self->updates);

  return !self->reading ||
         (pawl_tuf_store_save (self->store, SNAPSHOT, pawl_tuf_document_get_bytes (snapshot),
                               error) &&
          pawl_tuf_store_save (self->store, UPDATES, pawl_tuf_document_get_bytes (updates), error));
}

static GPtrArray *
verify (Lockbox *self, GError **error)
{
  g_autoptr (GPtrArray) assignments = NULL;

  g_clear_pointer (&self->uptane->path, g_free);
  g_clear_pointer (&self->uptane->lockbox_id, g_free);
  assignments = read_director (self, error);
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
  g_auto (Lockbox) box = {NULL};

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
  g_auto (Lockbox) box = {NULL};

  g_return_val_if_fail (PAWL_TUF_IS_UPTANE (self), NULL);

  lockbox_init (&box, self, folder, FALSE, now_us);
  return verify (&box, error);
}
