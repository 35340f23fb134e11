/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What a web server, or a stick, gives to devices. */
#include "pawl-repo-director.h"

#include "pawl-repo-envelope.h"
#include "pawl-repo-error.h"
#include "pawl-repo-file.h"
#include "pawl-repo-publish.h"
#include "pawl-repo-sign.h"

#include <string.h>

static gboolean
copy_file (const char *source, const char *folder, const char *name, guint *files, GError **error)
{
  g_autoptr (GBytes) bytes = pawl_repo_file_read (source, error);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GBytes) there = pawl_repo_file_read_optional (path, NULL);

  if (bytes == NULL)
    return FALSE;
  if (there != NULL && g_bytes_equal (there, bytes))
    return TRUE;
  *files += 1;
  return pawl_repo_file_write (path, bytes, 0644, error);
}

static gboolean
copy_roots (PawlRepoWork *work, const char *folder, guint *files, GError **error)
{
  gint64 last = pawl_repo_work_get_root_version (work);

  if (last == 0)
    return pawl_repo_fail (error, PAWL_REPO_ERROR_INCOMPLETE,
                           "%s: there is no signed root yet: see “pawl-repo tx status”",
                           work->folder);
  for (gint64 version = 1; version <= last; version++)
    {
      g_autofree char *source = pawl_repo_work_dup_role_path (work, "root", version);
      g_autofree char *name = g_strdup_printf ("%" G_GINT64_FORMAT ".root.json", version);

      if (!copy_file (source, folder, name, files, error) ||
          (version == last && work->dialect == PAWL_TUF_DIALECT_ATS &&
           !copy_file (source, folder, "root.json", files, error)))
        return FALSE;
    }
  return TRUE;
}

static gboolean
publish_device (PawlRepoDirector *self,
                const char *device,
                const char *folder,
                guint *files,
                GError **error)
{
  static const char *const names[] = {"targets.json", "snapshot.json", "timestamp.json"};
  g_autofree char *destination = g_build_filename (folder, device, NULL);

  if (!copy_roots (self->work, destination, files, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *source =
        pawl_repo_work_dup_path (self->work, "signed", device, names[i], NULL);

      if (g_file_test (source, G_FILE_TEST_EXISTS) &&
          !copy_file (source, destination, names[i], files, error))
        return FALSE;
    }
  return TRUE;
}

/*< private >
 * pawl_repo_director_publish:
 * @self: a Director
 * @folder: gets a folder for each device
 * @out_files: (out): how many files are new
 * @error: return location
 *
 * Returns: %TRUE when all signed files are there
 */
gboolean
pawl_repo_director_publish (PawlRepoDirector *self,
                            const char *folder,
                            guint *out_files,
                            GError **error)
{
  g_autoptr (GPtrArray) devices = pawl_repo_director_list_devices (self, error);

  *out_files = 0;
  if (devices == NULL || !pawl_repo_work_log (self->work, error, "director publish", "%s", folder))
    return FALSE;
  for (guint i = 0; i < devices->len; i++)
    if (!publish_device (self, devices->pdata[i], folder, out_files, error))
      return FALSE;
  return TRUE;
}

/* ---- bundles ---- */

static JsonObject *
new_signed (PawlRepoDirector *self, const char *type, const char *role, GError **error)
{
  JsonObject *object = json_object_new ();
  g_autofree char *expires = pawl_repo_work_dup_expires (self->work, role, error);

  json_object_set_string_member (object, "_type", type);
  json_object_set_string_member (object, "expires", expires != NULL ? expires : "");
  /* Bundles are made one after the other and have no common counter; time is one. */
  json_object_set_int_member (object, "version", g_get_real_time () / G_USEC_PER_SEC);
  return object;
}

static JsonObject *
make_updates (PawlRepoDirector *self, const char *const *targets, GError **error)
{
  g_autoptr (JsonObject) object = new_signed (self, "Offline-Updates", "targets", error);
  JsonObject *list = pawl_repo_json_ensure_object (object, "targets");

  for (guint i = 0; targets[i] != NULL; i++)
    {
      g_autoptr (JsonObject) image = pawl_repo_director_find_image (self, targets[i], error);

      if (image == NULL)
        return NULL;
      json_object_set_object_member (list, targets[i], json_object_ref (image));
    }
  return g_steal_pointer (&object);
}

static JsonObject *
make_snapshot (PawlRepoDirector *self,
               const char *file,
               JsonObject *updates,
               GBytes *bytes,
               GError **error)
{
  JsonObject *object = new_signed (self, "Offline-Snapshot", "snapshot", error);
  JsonObject *entry =
    pawl_repo_json_ensure_object (pawl_repo_json_ensure_object (object, "meta"), file);
  g_autofree char *hash = pawl_tuf_hash ("sha256", bytes);

  json_object_set_int_member (entry, "version", pawl_repo_json_get_int (updates, "version", 0));
  json_object_set_int_member (entry, "length", (gint64) g_bytes_get_size (bytes));
  json_object_set_string_member (pawl_repo_json_ensure_object (entry, "hashes"), "sha256", hash);
  return object;
}

static gboolean
write_in (const char *folder, const char *name, GBytes *bytes, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return bytes != NULL && pawl_repo_file_write (path, bytes, 0644, error);
}

/* An OSTree commit comes as a repository, which `ostree` makes on the stick. */
static gboolean
copy_image (PawlRepoDirector *self, const char *target, const char *folder, GError **error)
{
  g_autoptr (JsonObject) image = pawl_repo_director_find_image (self, target, error);
  const char *sha256 =
    pawl_repo_json_get_string (pawl_repo_json_get_object (image, "hashes"), "sha256");
  g_autofree char *source = NULL;
  g_autofree char *destination = g_build_filename (folder, "images", target, NULL);

  if (image == NULL)
    return FALSE;
  if (pawl_repo_json_get_int (image, "length", 0) == 0 || sha256 == NULL)
    return TRUE;
  source = pawl_repo_work_dup_content_path (self->images, sha256);
  return pawl_repo_file_copy (source, destination, sha256, error);
}

static gboolean
write_director (PawlRepoDirector *self,
                const char *name,
                const char *folder,
                const char *const *targets,
                GPtrArray *signers,
                GError **error)
{
  g_autofree char *file = g_strconcat (name, ".json", NULL);
  g_autoptr (PawlTufMetadata) root = pawl_repo_work_load_current (self->work, "root", NULL);
  g_autoptr (JsonObject) updates = NULL;
  g_autoptr (JsonObject) snapshot = NULL;
  g_autoptr (GBytes) updates_bytes = NULL;
  g_autoptr (GBytes) snapshot_bytes = NULL;
  guint files = 0;

  if (!copy_roots (self->work, folder, &files, error))
    return FALSE;
  updates = make_updates (self, targets, error);
  updates_bytes = updates != NULL ? pawl_repo_sign_object (updates, PAWL_TUF_DIALECT_ATS, root,
                                                           "offline-updates", signers, error)
                                  : NULL;
  if (updates_bytes == NULL)
    return FALSE;
  snapshot = make_snapshot (self, file, updates, updates_bytes, error);
  snapshot_bytes = pawl_repo_sign_object (snapshot, PAWL_TUF_DIALECT_ATS, root, "offline-snapshot",
                                          signers, error);
  return write_in (folder, file, updates_bytes, error) &&
         write_in (folder, "offline-snapshot.json", snapshot_bytes, error);
}

static gboolean
write_images (PawlRepoDirector *self, const char *folder, GError **error)
{
  static const char *const roles[] = {"targets", "snapshot"};
  guint files = 0;

  if (!copy_roots (self->images, folder, &files, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    {
      g_autofree char *source = pawl_repo_work_dup_role_path (self->images, roles[i], 0);
      g_autofree char *name = g_strconcat (roles[i], ".json", NULL);

      if (!copy_file (source, folder, name, &files, error))
        return FALSE;
    }
  return TRUE;
}

/*< private >
 * pawl_repo_director_bundle:
 * @self: a Director of the ATS format
 * @name: the bundle's name
 * @folder: the stick
 * @targets: what it brings
 * @signers: (element-type PawlTufSigner): keys of offline-updates and offline-snapshot
 * @error: return location
 *
 * Writes an offline update (PURE-2) for every device that @targets fit.
 *
 * Returns: %TRUE when everything is on the stick
 */
gboolean
pawl_repo_director_bundle (PawlRepoDirector *self,
                           const char *name,
                           const char *folder,
                           const char *const *targets,
                           GPtrArray *signers,
                           GError **error)
{
  g_autofree char *director = g_build_filename (folder, "metadata", "director", NULL);
  g_autofree char *images = g_build_filename (folder, "metadata", "image-repo", NULL);

  if (self->work->dialect != PAWL_TUF_DIALECT_ATS)
    return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                           "offline bundles are of the ATS format, and this repository is not");
  if (!pawl_repo_key_check_name (name, error) ||
      !pawl_repo_work_log (self->work, error, "director offline-bundle", "%s", name))
    return FALSE;
  for (guint i = 0; targets[i] != NULL; i++)
    if (!copy_image (self, targets[i], folder, error))
      return FALSE;
  return write_images (self, images, error) &&
         write_director (self, name, director, targets, signers, error);
}
