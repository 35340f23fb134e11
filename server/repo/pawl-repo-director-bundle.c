/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Updates on a stick. In the ATS format they are what toradex-aktualizr calls a lockbox (Uptane's
 * PURE-2): two roles of the Director say what is on it, for every device that it fits. In the TUF
 * format a stick is what is public, with nothing but the targets that are wanted. */
#include "pawl-repo-director.h"

#include "pawl-repo-error.h"
#include "pawl-repo-file.h"
#include "pawl-repo-ostree.h"
#include "pawl-repo-publish.h"
#include "pawl-repo-sign.h"
#include "pawl-repo-stage.h"

static gboolean
copy_file (const char *source, const char *folder, const char *name, GError **error)
{
  g_autoptr (GBytes) bytes = pawl_repo_file_read (source, error);
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return bytes != NULL && pawl_repo_file_write_changed (path, bytes, error);
}

static gboolean
copy_roots (PawlRepoWork *work, const char *folder, GError **error)
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

      if (!copy_file (source, folder, name, error))
        return FALSE;
    }
  return TRUE;
}

static JsonObject *
new_signed (PawlRepoDirector *self, const char *type, const char *role, GError **error)
{
  g_autofree char *expires = pawl_repo_work_dup_expires (self->work, role, error);
  JsonObject *object;

  if (expires == NULL)
    return NULL;
  object = json_object_new ();
  json_object_set_string_member (object, "_type", type);
  json_object_set_string_member (object, "expires", expires);
  /* Bundles are made one after the other and have no common counter; time is one. */
  json_object_set_int_member (object, "version", g_get_real_time () / G_USEC_PER_SEC);
  return object;
}

static JsonObject *
make_updates (PawlRepoDirector *self, const char *const *targets, GError **error)
{
  g_autoptr (JsonObject) object = new_signed (self, "Offline-Updates", "targets", error);
  JsonObject *list = object != NULL ? pawl_repo_json_ensure_object (object, "targets") : NULL;

  if (object == NULL)
    return NULL;
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

  if (object != NULL)
    json_object_set_object_member (
      pawl_repo_json_ensure_object (object, "meta"), file,
      pawl_repo_stage_describe_bytes (bytes, pawl_repo_json_get_int (updates, "version", 0)));
  return object;
}

static gboolean
write_in (const char *folder, const char *name, GBytes *bytes, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return bytes != NULL && pawl_repo_file_write (path, bytes, 0644, error);
}

static gboolean
copy_commit (PawlRepoDirectorBundle *job, const char *target, const char *commit, GError **error)
{
  g_autofree char *destination = g_build_filename (job->folder, "images", "ostree", NULL);

  if (job->ostree == NULL)
    return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                           "target %s is a commit: wanted --ostree, the repository that has it",
                           target);
  return pawl_repo_ostree_copy (job->ostree, destination, commit, error);
}

static gboolean
copy_image (PawlRepoDirector *self, PawlRepoDirectorBundle *job, const char *target, GError **error)
{
  g_autoptr (JsonObject) image = pawl_repo_director_find_image (self, target, error);
  const char *sha256 =
    pawl_repo_json_get_string (pawl_repo_json_get_object (image, "hashes"), "sha256");
  const char *format =
    pawl_repo_json_get_string (pawl_repo_json_get_object (image, "custom"), "targetFormat");
  g_autofree char *source = NULL;
  g_autofree char *destination = g_build_filename (job->folder, "images", target, NULL);

  if (image == NULL)
    return FALSE;
  if (sha256 == NULL)
    return pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED, "target %s: it has no sha256", target);
  if (g_strcmp0 (format, "OSTREE") == 0)
    return copy_commit (job, target, sha256, error);
  source = pawl_repo_work_dup_content_path (self->images, sha256);
  return pawl_repo_file_copy (source, destination, sha256, error);
}

static gboolean
write_director (PawlRepoDirector *self, PawlRepoDirectorBundle *job, GError **error)
{
  g_autofree char *folder = g_build_filename (job->folder, "metadata", "director", NULL);
  g_autofree char *file = g_strconcat (job->name, ".json", NULL);
  g_autoptr (PawlTufMetadata) root = pawl_repo_work_load_current (self->work, "root", NULL);
  g_autoptr (JsonObject) updates = NULL;
  g_autoptr (JsonObject) snapshot = NULL;
  g_autoptr (GBytes) updates_bytes = NULL;
  g_autoptr (GBytes) snapshot_bytes = NULL;

  if (!copy_roots (self->work, folder, error))
    return FALSE;
  updates = make_updates (self, job->targets, error);
  updates_bytes = updates != NULL ? pawl_repo_sign_object (updates, PAWL_TUF_DIALECT_ATS, root,
                                                           "offline-updates", job->signers, error)
                                  : NULL;
  if (updates_bytes == NULL)
    return FALSE;
  snapshot = make_snapshot (self, file, updates, updates_bytes, error);
  snapshot_bytes = snapshot == NULL
                     ? NULL
                     : pawl_repo_sign_object (snapshot, PAWL_TUF_DIALECT_ATS, root,
                                              "offline-snapshot", job->signers, error);
  return write_in (folder, file, updates_bytes, error) &&
         write_in (folder, "offline-snapshot.json", snapshot_bytes, error);
}

static gboolean
write_role (PawlRepoWork *work, const char *role, const char *folder, GError **error)
{
  g_autofree char *source = pawl_repo_work_dup_role_path (work, role, 0);
  g_autofree char *name = g_strconcat (role, ".json", NULL);

  return copy_file (source, folder, name, error);
}

static gboolean
write_images (PawlRepoDirector *self, PawlRepoDirectorBundle *job, GError **error)
{
  g_autofree char *folder = g_build_filename (job->folder, "metadata", "image-repo", NULL);
  g_autofree char *delegations = g_build_filename (folder, "delegations", NULL);
  g_autoptr (GPtrArray) roles = pawl_repo_work_list_delegated (self->images, error);

  if (roles == NULL || !copy_roots (self->images, folder, error))
    return FALSE;
  for (guint i = 0; i < roles->len; i++)
    if (!write_role (self->images, roles->pdata[i], delegations, error))
      return FALSE;
  return write_role (self->images, "targets", folder, error) &&
         write_role (self->images, "snapshot", folder, error);
}

static gboolean
write_lockbox (PawlRepoDirector *self, PawlRepoDirectorBundle *job, GError **error)
{
  for (guint i = 0; job->targets[i] != NULL; i++)
    if (!copy_image (self, job, job->targets[i], error))
      return FALSE;
  return write_images (self, job, error) && write_director (self, job, error);
}

/* ---- the TUF format ---- */

static gboolean
write_folders (PawlRepoDirector *self, PawlRepoDirectorBundle *job, GError **error)
{
  g_autofree char *images = g_build_filename (job->folder, "repo", NULL);
  g_autofree char *director = g_build_filename (job->folder, "director", NULL);
  PawlRepoPublished published = {.only = job->targets};
  guint files = 0;

  for (guint i = 0; job->targets[i] != NULL; i++)
    {
      g_autoptr (JsonObject) image = pawl_repo_director_find_image (self, job->targets[i], error);

      if (image == NULL)
        return FALSE;
    }
  return pawl_repo_publish (self->images, images, &published, error) &&
         pawl_repo_director_publish (self, director, FALSE, &files, error);
}

/*< private >
 * pawl_repo_director_bundle:
 * @self: a Director
 * @job: what to write, and where
 * @error: return location
 *
 * Writes an offline update: in the ATS format for every device that the targets fit, in the TUF
 * format for every device that is assigned one.
 *
 * Returns: %TRUE when everything is on the stick
 */
gboolean
pawl_repo_director_bundle (PawlRepoDirector *self, PawlRepoDirectorBundle *job, GError **error)
{
  if (!pawl_repo_key_check_name (job->name, error) ||
      !pawl_repo_work_log (self->work, error, "director offline-bundle", "%s", job->name))
    return FALSE;
  return self->work->dialect == PAWL_TUF_DIALECT_ATS ? write_lockbox (self, job, error)
                                                     : write_folders (self, job, error);
}
