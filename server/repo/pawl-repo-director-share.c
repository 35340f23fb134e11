/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Several holders sign the files of devices in clones of their own. What waits travels in git, or
 * as one JSON object:
 *
 *   {"files": [{"device", "role", "file"}, …]}
 *
 * where `file` is the text of the file with the signatures it has. Nothing of it is believed but
 * what is assigned in the clone that reads it. */
#include "pawl-repo-director.h"

#include "pawl-repo-envelope.h"
#include "pawl-repo-error.h"
#include "pawl-repo-file.h"
#include "pawl-repo-holders.h"

/* ---- export ---- */

static const char *const roles[] = {"targets", "snapshot", "timestamp"};

static void
export_device (PawlRepoDirector *self, const char *device, JsonArray *list)
{
  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    {
      g_autofree char *path = pawl_repo_director_dup_file_path (self, "pending", device, roles[i]);
      g_autoptr (GBytes) bytes = pawl_repo_file_read_optional (path, NULL);
      g_autofree char *text = NULL;
      JsonObject *entry;

      if (bytes == NULL)
        continue;
      text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
      entry = json_object_new ();
      json_object_set_string_member (entry, "device", device);
      json_object_set_string_member (entry, "role", roles[i]);
      json_object_set_string_member (entry, "file", text);
      json_array_add_object_element (list, entry);
    }
}

/*< private >
 * pawl_repo_director_export:
 * @self: a Director
 * @path: a file
 * @out_files: (out): how many are in it
 * @error: return location
 *
 * Returns: %TRUE when everything that waits for signatures is in @path
 */
gboolean
pawl_repo_director_export (PawlRepoDirector *self,
                           const char *path,
                           guint *out_files,
                           GError **error)
{
  g_autoptr (GPtrArray) devices = pawl_repo_director_list_devices (self, error);
  g_autoptr (JsonObject) bundle = json_object_new ();
  g_autoptr (GBytes) bytes = NULL;
  JsonArray *list = json_array_new ();

  json_object_set_array_member (bundle, "files", list);
  if (devices == NULL)
    return FALSE;
  for (guint i = 0; i < devices->len; i++)
    export_device (self, devices->pdata[i], list);
  *out_files = json_array_get_length (list);
  if (*out_files == 0)
    return pawl_repo_fail (error, PAWL_REPO_ERROR_INCOMPLETE,
                           "no device waits for signatures: run “pawl-repo director sign” first");
  bytes = pawl_repo_json_to_pretty (bundle);
  return pawl_repo_file_write (path, bytes, 0644, error);
}

/* ---- import ---- */

typedef struct
{
  PawlRepoDirector *director; /* (unowned) */
  PawlTufMetadata *root;      /* (owned) */
  PawlRepoBatch *batch;       /* (owned) */
  guint files;
} Import;

static void
import_clear (Import *self)
{
  g_clear_object (&self->root);
  g_clear_pointer (&self->batch, pawl_repo_batch_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Import, import_clear)

static GBytes *
get_bytes (PawlTufMetadata *file)
{
  return pawl_tuf_document_get_bytes (pawl_tuf_metadata_get_document (file));
}

/* What a targets file says has to be what is assigned here; the others describe the one before
 * them, which “director sign” compares. */
static gboolean
check_same (Import *self,
            const char *device,
            const char *role,
            PawlTufMetadata *file,
            GError **error)
{
  g_autoptr (JsonObject) targets = NULL;

  if (!g_str_equal (role, "targets"))
    return TRUE;
  targets = pawl_repo_director_make_targets (self->director, device, 1, "", error);
  if (targets == NULL)
    return FALSE;
  return pawl_repo_director_says_the_same (file, targets) ||
         pawl_repo_fail (error, PAWL_REPO_ERROR_CONFLICT,
                         "device %s: what was signed is not what it is assigned here: compare "
                         "“pawl-repo director ecu list” in both clones",
                         device);
}

/* The signatures of @theirs that are good, on what is @ours. */
static GBytes *
merge (Import *self,
       const char *role,
       PawlTufMetadata *ours,
       PawlTufMetadata *theirs,
       GError **error)
{
  g_autoptr (GPtrArray) good = pawl_repo_holders_list_signed (theirs, self->root, role);
  g_autoptr (PawlTufMetadata) merged = g_object_ref (ours);

  for (guint i = 0; i < good->len; i++)
    {
      g_autoptr (GBytes) bytes = pawl_repo_envelope_copy_signature (merged, theirs, good->pdata[i]);
      PawlTufMetadata *next = pawl_repo_envelope_read (role, bytes, error);

      if (next == NULL)
        return NULL;
      g_object_unref (merged);
      merged = next;
    }
  return g_bytes_ref (get_bytes (merged));
}

static PawlTufMetadata *
load_pending (Import *self, const char *device, const char *role)
{
  g_autofree char *path =
    pawl_repo_director_dup_file_path (self->director, "pending", device, role);
  g_autoptr (GBytes) bytes = pawl_repo_file_read_optional (path, NULL);

  return bytes != NULL ? pawl_repo_envelope_read (role, bytes, NULL) : NULL;
}

static gboolean
is_same_message (PawlTufMetadata *one, PawlTufMetadata *two)
{
  g_autoptr (GBytes) a = pawl_repo_envelope_dup_message (one);
  g_autoptr (GBytes) b = pawl_repo_envelope_dup_message (two);

  return g_bytes_equal (a, b);
}

/* Without a signature: what is left of a colleague's file when nothing of it is believed. */
static PawlTufMetadata *
strip (PawlTufMetadata *file, const char *role, GError **error)
{
  g_autoptr (JsonObject) object = pawl_repo_envelope_dup_signed (get_bytes (file), role, error);
  g_autoptr (GBytes) bytes = NULL;

  if (object == NULL)
    return NULL;
  bytes = pawl_repo_envelope_new (object, pawl_tuf_metadata_get_dialect (file), error);
  return bytes != NULL ? pawl_repo_envelope_read (role, bytes, error) : NULL;
}

static gboolean
import_file (Import *self, const char *device, const char *role, GBytes *bytes, GError **error)
{
  g_autoptr (PawlTufMetadata) theirs = pawl_repo_envelope_read (role, bytes, error);
  g_autoptr (PawlTufMetadata) ours = NULL;
  g_autoptr (GBytes) merged = NULL;
  g_autofree char *path =
    pawl_repo_director_dup_file_path (self->director, "pending", device, role);

  if (theirs == NULL || !check_same (self, device, role, theirs, error))
    return FALSE;
  ours = load_pending (self, device, role);
  if (ours != NULL && !is_same_message (ours, theirs))
    g_clear_object (&ours);
  if (ours == NULL)
    ours = strip (theirs, role, error);
  merged = ours != NULL ? merge (self, role, ours, theirs, error) : NULL;
  if (merged == NULL)
    return FALSE;
  self->files++;
  return pawl_repo_batch_add (self->batch, PAWL_REPO_BATCH_FIRST, path, merged, error) &&
         pawl_repo_batch_commit_if_large (self->batch, error);
}

static gboolean
is_role (const char *role)
{
  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    if (g_strcmp0 (roles[i], role) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
import_entry (Import *self, JsonNode *node, GError **error)
{
  JsonObject *entry = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char *device = pawl_repo_json_get_string (entry, "device");
  const char *role = pawl_repo_json_get_string (entry, "role");
  const char *text = pawl_repo_json_get_string (entry, "file");
  g_autoptr (GBytes) bytes = NULL;

  if (device == NULL || text == NULL || !is_role (role))
    return pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED,
                           "wanted a device, a role and a file in each of the files");
  if (!pawl_repo_key_check_name (device, error))
    return FALSE;
  bytes = g_bytes_new (text, strlen (text));
  if (import_file (self, device, role, bytes, error))
    return TRUE;
  g_prefix_error (error, "%s of device %s: ", role, device);
  return FALSE;
}

/*< private >
 * pawl_repo_director_import:
 * @self: a Director
 * @path: what a colleague exported
 * @files: (inout): how many files have signatures from there
 * @error: return location
 *
 * Returns: %TRUE if all of it is about what is assigned here
 */
gboolean
pawl_repo_director_import (PawlRepoDirector *self, const char *path, guint *files, GError **error)
{
  g_auto (Import) import = {.director = self};
  g_autoptr (JsonObject) bundle = pawl_repo_json_load (path, error);
  JsonArray *list = pawl_repo_json_get_array (bundle, "files");

  if (bundle == NULL)
    return FALSE;
  if (list == NULL)
    return pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED, "%s: there are no files in it", path);
  import.root = pawl_repo_work_need_current (self->work, "root", error);
  import.batch = pawl_repo_batch_new (self->work->folder);
  if (import.root == NULL ||
      !pawl_repo_work_log (self->work, error, "director sig import", "%s", path))
    return FALSE;
  for (guint i = 0; i < json_array_get_length (list); i++)
    if (!import_entry (&import, json_array_get_element (list, i), error))
      {
        g_prefix_error (error, "%s: ", path);
        return FALSE;
      }
  *files += import.files;
  return pawl_repo_batch_commit (import.batch, error);
}
