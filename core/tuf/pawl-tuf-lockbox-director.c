/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What a Director says by an offline update: its snapshot, the one file of updates that is on the
 * medium, and which of its images are for this vehicle's ECUs. */
#include "pawl-tuf-announced.h"
#include "pawl-tuf-lockbox-private.h"

#include <pawl-tuf/pawl-tuf-error.h>
#include <pawl-tuf/pawl-tuf-target.h>

#include <string.h>

/* ---- one file ---- */

/* What is kept, if the Director's keys of now signed it. */
static PawlTufMetadata *
load_kept (PawlTufLockbox *self, PawlTufType type, const char *role, GError **error)
{
  PawlTufClient *director = self->uptane->director;
  g_autoptr (GBytes) bytes = pawl_tuf_store_load (self->store, role, error);

  return bytes != NULL ? pawl_tuf_client_read (director, type, role, director->root, bytes, error)
                       : NULL;
}

/* %NULL without an error when the medium does not have it, and @out_missing wants to know. */
static PawlTufMetadata *
read_one (PawlTufLockbox *self,
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

gboolean
pawl_tuf_lockbox_fail_unknown (GError **error, const char *role)
{
  if (error != NULL && *error == NULL)
    g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_FETCH, "the store has no %s.json", role);
  return FALSE;
}

/* ---- the Director's two files ---- */

static gboolean
read_snapshot (PawlTufLockbox *self, GError **error)
{
  g_autoptr (PawlTufMetadata) kept =
    load_kept (self, PAWL_TUF_TYPE_OFFLINE_SNAPSHOT, PAWL_TUF_OFFLINE_SNAPSHOT,
               self->reading ? NULL : error);

  self->snapshot = self->reading
                     ? read_one (self, PAWL_TUF_TYPE_OFFLINE_SNAPSHOT, PAWL_TUF_OFFLINE_SNAPSHOT,
                                 PAWL_TUF_OFFLINE_SNAPSHOT ".json", NULL, error)
                     : g_steal_pointer (&kept);
  if (self->snapshot == NULL)
    return self->reading ? FALSE : pawl_tuf_lockbox_fail_unknown (error, PAWL_TUF_OFFLINE_SNAPSHOT);
  return (kept == NULL || (pawl_tuf_announced_check_version (PAWL_TUF_OFFLINE_SNAPSHOT, kept,
                                                             self->snapshot, error) &&
                           /* An update of that name may have ended. */
                           pawl_tuf_announced_check_entries (kept, self->snapshot, TRUE, error))) &&
         pawl_tuf_metadata_check_expiry (self->snapshot, self->now_us, error);
}

/* Takes @updates if it is the first one of the medium. */
static gboolean
take_updates (PawlTufLockbox *self, const char *file_name, PawlTufMetadata *updates, GError **error)
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
try_updates (PawlTufLockbox *self, const char *file_name, PawlTufValue entry, GError **error)
{
  g_autofree char *path = g_uri_escape_string (file_name, NULL, FALSE);
  gboolean missing = FALSE;
  g_autoptr (PawlTufMetadata) updates =
    read_one (self, PAWL_TUF_TYPE_OFFLINE_UPDATES, PAWL_TUF_OFFLINE_UPDATES, path, &missing, error);

  if (updates == NULL)
    return missing;
  if (pawl_tuf_metadata_check_described (updates, self->snapshot, entry, error))
    return take_updates (self, file_name, updates, error);
  g_prefix_error (error, "%s: ", file_name);
  return FALSE;
}

static gboolean
try_kept (PawlTufLockbox *self,
          const char *file_name,
          PawlTufValue entry,
          PawlTufMetadata *kept,
          GError **error)
{
  return kept == NULL || !pawl_tuf_metadata_check_described (kept, self->snapshot, entry, NULL) ||
         take_updates (self, file_name, kept, error);
}

static gboolean
read_updates (PawlTufLockbox *self, GError **error)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (self->snapshot);
  g_autoptr (PawlTufMetadata) kept = self->reading ? NULL
                                                   : load_kept (self, PAWL_TUF_TYPE_OFFLINE_UPDATES,
                                                                PAWL_TUF_OFFLINE_UPDATES, error);
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
                           "the medium has none of the files that " PAWL_TUF_OFFLINE_SNAPSHOT
                           ".json lists");
      return FALSE;
    }
  if (self->updates == NULL)
    return pawl_tuf_lockbox_fail_unknown (error, PAWL_TUF_OFFLINE_UPDATES);
  return pawl_tuf_metadata_check_expiry (self->updates, self->now_us, error);
}

/* `urn:tdx-ota:lockbox:<name>:<version>:<first 12 digits of its hash>`, as its servers know it. */
static gboolean
name_it (PawlTufLockbox *self, GError **error)
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
                   PAWL_TUF_OFFLINE_SNAPSHOT ": found no sha256 of %s, wanted one",
                   self->file_name);
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
find_ecus (PawlTufLockbox *self,
           const char *image,
           PawlTufValue entry,
           GHashTable *seen,
           GError **error)
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
                       PAWL_TUF_OFFLINE_UPDATES ": the ECU %s has another image besides %s",
                       ecu->serial, image);
          return NULL;
        }
      g_strv_builder_add (serials, ecu->serial);
    }
  return g_strv_builder_end (serials);
}

/* A medium is for many devices: what fits none of this vehicle's ECUs is somebody else's. */
static gboolean
read_target (PawlTufLockbox *self,
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
read_assignments (PawlTufLockbox *self, GError **error)
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

GPtrArray *
pawl_tuf_lockbox_read_director (PawlTufLockbox *self, GError **error)
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
