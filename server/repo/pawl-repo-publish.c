/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-repo-publish.h"

#include "pawl-repo-envelope.h"
#include "pawl-repo-error.h"
#include "pawl-repo-file.h"
#include "pawl-repo-tree.h"
#include "pawl-repo-verify.h"

#include <string.h>

typedef struct
{
  char *path; /* (owned) */
  GBytes *bytes;
} File;

typedef struct
{
  PawlRepoWork *work; /* (unowned) */
  const char *folder;
  GPtrArray *files;             /* (owned) (element-type File): in the order in which they appear */
  GPtrArray *roots;             /* (owned) (element-type File) */
  PawlRepoPublished *published; /* (unowned) */
} Publication;

static void
file_free (gpointer data)
{
  File *file = data;

  g_free (file->path);
  g_bytes_unref (file->bytes);
  g_free (file);
}

static void
publication_clear (Publication *self)
{
  g_clear_pointer (&self->files, g_ptr_array_unref);
  g_clear_pointer (&self->roots, g_ptr_array_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Publication, publication_clear)

static void
add_file (GPtrArray *files, char *path, PawlTufMetadata *metadata)
{
  File *file = g_new0 (File, 1);

  file->path = path;
  file->bytes =
    g_bytes_ref (pawl_tuf_document_get_bytes (pawl_tuf_metadata_get_document (metadata)));
  g_ptr_array_add (files, file);
}

/* ---- what there is ---- */

static gboolean
collect_roots (Publication *self, GError **error)
{
  gint64 last = pawl_repo_work_get_root_version (self->work);

  for (gint64 version = 1; version <= last; version++)
    {
      g_autofree char *path = pawl_repo_work_dup_role_path (self->work, "root", version);
      g_autoptr (GBytes) bytes = pawl_repo_file_read (path, error);
      g_autoptr (PawlTufMetadata) root =
        bytes != NULL ? pawl_repo_envelope_read ("root", bytes, error) : NULL;

      if (root == NULL)
        return FALSE;
      add_file (self->roots, g_strdup_printf ("%" G_GINT64_FORMAT ".root.json", version), root);
      if (version == last && self->work->dialect == PAWL_TUF_DIALECT_ATS)
        add_file (self->roots, g_strdup ("root.json"), root);
    }
  return last > 0 || pawl_repo_fail (error, PAWL_REPO_ERROR_INCOMPLETE,
                                     "there is no signed root yet: see “pawl-repo tx status”");
}

/* Clients of the ATS dialect ask for plain names; those with a version are there as well, because
 * only they never change under a client's feet. */
static void
add_role_file (Publication *self, const char *role, PawlTufMetadata *metadata, gboolean delegated)
{
  gint64 version = pawl_tuf_metadata_get_version (metadata);
  gboolean is_ats = self->work->dialect == PAWL_TUF_DIALECT_ATS;

  if (is_ats && delegated)
    {
      add_file (self->files, g_strdup_printf ("delegations/%s.json", role), metadata);
      return;
    }
  if (!g_str_equal (role, "timestamp"))
    add_file (self->files, g_strdup_printf ("%" G_GINT64_FORMAT ".%s.json", version, role),
              metadata);
  if (is_ats || g_str_equal (role, "timestamp"))
    add_file (self->files, g_strdup_printf ("%s.json", role), metadata);
}

static gboolean
collect_role (Publication *self, const char *role, gboolean delegated, GError **error)
{
  g_autoptr (PawlTufMetadata) metadata = pawl_repo_work_need_current (self->work, role, error);

  if (metadata != NULL)
    add_role_file (self, role, metadata, delegated);
  return metadata != NULL;
}

static gboolean
collect (Publication *self, GError **error)
{
  static const char *const roles[] = {"targets", "snapshot", "timestamp"};
  g_autoptr (GPtrArray) delegated = pawl_repo_work_list_delegated (self->work, error);

  if (delegated == NULL || !collect_roots (self, error))
    return FALSE;
  for (guint i = 0; i < delegated->len; i++)
    if (!collect_role (self, delegated->pdata[i], TRUE, error))
      return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    if (!collect_role (self, roles[i], FALSE, error))
      return FALSE;
  return TRUE;
}

/* ---- whether it is good ---- */

static GBytes *
fetch (const char *path, gsize max_size, gboolean *out_missing, gpointer data, GError **error)
{
  Publication *self = data;
  GPtrArray *const lists[] = {self->files, self->roots};

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    for (guint j = 0; j < lists[i]->len; j++)
      if (g_str_equal (((File *) lists[i]->pdata[j])->path, path))
        return g_bytes_ref (((File *) lists[i]->pdata[j])->bytes);
  *out_missing = TRUE;
  return NULL;
}

/* A mistake that reaches the web server reaches the fleet: a device looks first. */
static gboolean
check_as_device (Publication *self, GError **error)
{
  PawlRepoVerify verify = {.fetch = fetch, .fetch_data = self, .now_us = g_get_real_time ()};
  File *first = self->roots->pdata[0];

  if (pawl_repo_verify (&verify, first->bytes, error))
    return TRUE;
  g_prefix_error (error, "not published, a device would refuse it: ");
  return FALSE;
}

static PawlTufMetadata *
read_published (Publication *self, const char *role, const char *name)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  g_autoptr (GBytes) bytes = pawl_repo_file_read_optional (path, NULL);

  return bytes != NULL ? pawl_repo_envelope_read (role, bytes, NULL) : NULL;
}

/* An old clone of the work folder must not take a repository back. */
static gboolean
check_newer (Publication *self, GError **error)
{
  g_autoptr (PawlTufMetadata) there = read_published (self, "timestamp", "timestamp.json");
  g_autoptr (PawlTufMetadata) ours = pawl_repo_work_need_current (self->work, "timestamp", error);
  gint64 found = there != NULL ? pawl_tuf_metadata_get_version (there) : 0;

  if (ours == NULL)
    return FALSE;
  if (found > pawl_tuf_metadata_get_version (ours))
    return pawl_repo_fail (error, PAWL_REPO_ERROR_CONFLICT,
                           "%s has timestamp version %" G_GINT64_FORMAT
                           ", the work folder only %" G_GINT64_FORMAT
                           ": get the newest work folder first",
                           self->folder, found, pawl_tuf_metadata_get_version (ours));
  return TRUE;
}

/* ---- writing ---- */

static gboolean
write_files (Publication *self, GPtrArray *files, GError **error)
{
  for (guint i = 0; i < files->len; i++)
    {
      File *file = files->pdata[i];
      g_autofree char *path = g_build_filename (self->folder, file->path, NULL);
      g_autoptr (GBytes) there = pawl_repo_file_read_optional (path, NULL);

      if (there != NULL && g_bytes_equal (there, file->bytes))
        continue;
      if (!pawl_repo_file_write (path, file->bytes, 0644, error))
        return FALSE;
      self->published->files++;
    }
  return TRUE;
}

/* ---- roots ---- */

static PawlTufMetadata *
load_published_root (Publication *self)
{
  PawlTufMetadata *root = NULL;

  for (gint64 version = pawl_repo_work_get_root_version (self->work); version > 0 && root == NULL;
       version--)
    {
      g_autofree char *name = g_strdup_printf ("%" G_GINT64_FORMAT ".root.json", version);

      root = read_published (self, "root", name);
    }
  return root;
}

/* Whether a device that knows only the root that is public now accepts what is coming. Then the
 * new root appears last, and no device ever sees a new root beside old signatures; else, when a
 * stolen key is thrown out, it has to appear first. */
static gboolean
is_good_for_old_root (Publication *self)
{
  static const char *const roles[] = {"targets", "snapshot", "timestamp"};
  g_autoptr (PawlTufMetadata) root = load_published_root (self);

  for (guint i = 0; i < G_N_ELEMENTS (roles) && root != NULL; i++)
    {
      g_autoptr (PawlTufMetadata) metadata =
        pawl_repo_work_load_current (self->work, roles[i], NULL);

      if (metadata == NULL ||
          !pawl_tuf_metadata_verify (metadata, root, roles[i], PAWL_TUF_KEY_FLAGS_NONE, NULL))
        return FALSE;
    }
  return root != NULL;
}

static gboolean
write_all (Publication *self, PawlRepoTree *tree, GError **error)
{
  gboolean root_last = is_good_for_old_root (self);

  self->folder = pawl_repo_tree_get_folder (tree);
  if (!pawl_repo_publish_contents (self->work, self->folder, self->published, error) ||
      (!root_last && !write_files (self, self->roots, error)) ||
      !write_files (self, self->files, error) ||
      (root_last && !write_files (self, self->roots, error)))
    return FALSE;
  return pawl_repo_tree_show (tree, self->published->files + self->published->contents > 0, error);
}

/*< private >
 * pawl_repo_publish:
 * @work: a work folder
 * @folder: what a web server gives out
 * @published: (inout): what is wanted, and what was done
 * @error: return location
 *
 * Publishes today's roles. A kill in between leaves what a device saw before, and the next call
 * goes on.
 *
 * Returns: %TRUE when all files are on the disk
 */
gboolean
pawl_repo_publish (PawlRepoWork *work,
                   const char *folder,
                   PawlRepoPublished *published,
                   GError **error)
{
  g_auto (Publication) self = {.work = work, .folder = folder, .published = published};
  g_autoptr (PawlRepoTree) tree = NULL;

  self.files = g_ptr_array_new_with_free_func (file_free);
  self.roots = g_ptr_array_new_with_free_func (file_free);
  if (!collect (&self, error) || !check_as_device (&self, error) || !check_newer (&self, error) ||
      !pawl_repo_work_log (work, error, "publish", "%s", folder))
    return FALSE;
  tree = pawl_repo_tree_open (folder, published->switched, error);
  return tree != NULL && write_all (&self, tree, error);
}
