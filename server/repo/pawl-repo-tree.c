/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The next tree begins as another name for each file of today's, so it costs no bytes, and a device
 * in the middle of a look finds what it was told of by the tree before. Files are only ever
 * replaced, never written to, so the tree of today does not change. */
#include "pawl-repo-tree.h"

#include "pawl-repo-error.h"
#include "pawl-repo-file.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* Beside the trees: the link on its way, and a real folder that it has replaced. */
#define NEXT "next"

struct _PawlRepoTree
{
  char *folder;  /* (owned): what a web server gives out */
  char *trees;   /* (owned) (nullable): %NULL when it is written in place */
  char *name;    /* (owned) (nullable): of the new tree in @trees */
  char *path;    /* (owned) (nullable): of the new tree */
  char *current; /* (owned) (nullable): the name of today's tree in @trees */
  gboolean shown;
};

void
pawl_repo_tree_free (PawlRepoTree *self)
{
  if (self->path != NULL && !self->shown)
    pawl_repo_file_remove_tree (self->path, NULL);
  g_free (self->folder);
  g_free (self->trees);
  g_free (self->name);
  g_free (self->path);
  g_free (self->current);
  g_free (self);
}

static gboolean
fail_errno (GError **error, const char *verb, const char *path)
{
  return pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED, "%s %s: %s", verb, path,
                         g_strerror (errno));
}

/* ---- what there is ---- */

/* The folder's name, without slashes behind it: the trees stand beside it. */
static char *
dup_plain (const char *folder)
{
  gsize length = strlen (folder);

  while (length > 1 && folder[length - 1] == '/')
    length--;
  return g_strndup (folder, length);
}

/* Returns: (transfer full) (nullable): what `FOLDER.trees` is called from the folder beside it */
static char *
dup_trees_name (PawlRepoTree *self)
{
  g_autofree char *base = g_path_get_basename (self->folder);

  return g_strconcat (base, ".trees", NULL);
}

static gboolean
find_current (PawlRepoTree *self, gboolean switched, GError **error)
{
  g_autofree char *link = g_file_read_link (self->folder, NULL);
  g_autofree char *trees = dup_trees_name (self);
  g_autofree char *prefix = g_strconcat (trees, "/", NULL);

  if (link != NULL && g_str_has_prefix (link, prefix))
    self->current = g_strdup (link + strlen (prefix));
  else if (link != NULL && switched)
    return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                           "%s: it is a link to %s, and not one of --switch: name %s itself",
                           self->folder, link, link);
  if (self->current != NULL || switched)
    self->trees = g_strconcat (self->folder, ".trees", NULL);
  return TRUE;
}

/* What a kill has left, and trees that nobody looks at any more. */
static gboolean
remove_others (PawlRepoTree *self, GError **error)
{
  g_autoptr (GPtrArray) names = pawl_repo_file_list (self->trees, "", error);

  for (guint i = 0; names != NULL && i < names->len; i++)
    {
      g_autofree char *path = g_build_filename (self->trees, names->pdata[i], NULL);

      if (g_strcmp0 (names->pdata[i], self->current) == 0)
        continue;
      if (g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? !pawl_repo_file_remove (path, error)
                                                     : !pawl_repo_file_remove_tree (path, error))
        return FALSE;
    }
  return names != NULL;
}

/* ---- the copy ---- */

static gboolean clone_folder (const char *from, const char *to, GError **error);

static gboolean
clone_file (const char *from, const char *to, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;

  if (link (from, to) == 0)
    return TRUE;
  /* The root of a large fleet has as many names as the file system lets one have. */
  if (errno != EMLINK)
    return fail_errno (error, "link to", from);
  bytes = pawl_repo_file_read (from, error);
  return bytes != NULL && g_file_set_contents_full (to, g_bytes_get_data (bytes, NULL),
                                                    (gssize) g_bytes_get_size (bytes),
                                                    G_FILE_SET_CONTENTS_NONE, 0644, error);
}

static gboolean
clone_any (const char *from, const char *to, GError **error)
{
  struct stat status;

  if (lstat (from, &status) < 0)
    return fail_errno (error, "look at", from);
  return S_ISDIR (status.st_mode) ? clone_folder (from, to, error) : clone_file (from, to, error);
}

static gboolean
clone_folder (const char *from, const char *to, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (from, 0, error);
  const char *name;

  if (dir == NULL)
    return FALSE;
  if (g_mkdir_with_parents (to, 0755) < 0)
    return fail_errno (error, "make", to);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *source = g_build_filename (from, name, NULL);
      g_autofree char *target = g_build_filename (to, name, NULL);

      if (!clone_any (source, target, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
begin (PawlRepoTree *self, GError **error)
{
  gint64 number = self->current != NULL ? g_ascii_strtoll (self->current, NULL, 10) : 0;

  self->name = g_strdup_printf ("%" G_GINT64_FORMAT, number + 1);
  self->path = g_build_filename (self->trees, self->name, NULL);
  if (!remove_others (self, error))
    return FALSE;
  if (g_file_test (self->folder, G_FILE_TEST_IS_DIR))
    return clone_folder (self->folder, self->path, error);
  return g_mkdir_with_parents (self->path, 0755) == 0 || fail_errno (error, "make", self->path);
}

/*< private >
 * pawl_repo_tree_open:
 * @folder: what a web server gives out, there or not
 * @switched: whether it is to be a link to a tree; it stays one when it is one
 * @error: return location
 *
 * Returns: (transfer full): a tree to write into
 */
PawlRepoTree *
pawl_repo_tree_open (const char *folder, gboolean switched, GError **error)
{
  g_autoptr (PawlRepoTree) self = g_new0 (PawlRepoTree, 1);

  self->folder = dup_plain (folder);
  if (!find_current (self, switched, error))
    return NULL;
  return self->trees == NULL || begin (self, error) ? g_steal_pointer (&self) : NULL;
}

/*< private >
 * pawl_repo_tree_get_folder:
 * @self: a tree
 *
 * Returns: where its files are written
 */
const char *
pawl_repo_tree_get_folder (PawlRepoTree *self)
{
  return self->path != NULL ? self->path : self->folder;
}

/* A link takes a link's place by a rename; that of a folder only by changing places with it. */
static gboolean
switch_link (PawlRepoTree *self, const char *next)
{
  gboolean is_folder = self->current == NULL && g_file_test (self->folder, G_FILE_TEST_IS_DIR);

  return is_folder ? renameat2 (AT_FDCWD, next, AT_FDCWD, self->folder, RENAME_EXCHANGE) == 0
                   : rename (next, self->folder) == 0;
}

/*< private >
 * pawl_repo_tree_show:
 * @self: a tree; nothing is to be written into it any more
 * @has_news: whether it differs from today's
 * @error: return location
 *
 * Whoever opens a file of the folder finds all of the former tree before, and all of this one after
 * it.
 *
 * Returns: %TRUE when it is on the disk that the web server gives out this tree
 */
gboolean
pawl_repo_tree_show (PawlRepoTree *self, gboolean has_news, GError **error)
{
  g_autofree char *next = NULL;
  g_autofree char *trees = NULL;
  g_autofree char *target = NULL;

  if (self->trees == NULL || (!has_news && self->current != NULL))
    return TRUE;
  next = g_build_filename (self->trees, NEXT, NULL);
  trees = dup_trees_name (self);
  target = g_build_filename (trees, self->name, NULL);
  if (!pawl_repo_file_sync_all (self->path, error))
    return FALSE;
  if (symlink (target, next) < 0)
    return fail_errno (error, "link", next);
  self->shown = switch_link (self, next);
  return self->shown ? pawl_repo_file_sync_parent (self->folder, error)
                     : fail_errno (error, "switch", self->folder);
}
