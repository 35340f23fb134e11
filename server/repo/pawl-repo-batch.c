/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-repo-batch.h"

#include "pawl-repo-error.h"
#include "pawl-repo-file.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <unistd.h>

/* What a kill leaves behind has this name and is written over by the next try. */
#define UNFINISHED ".unfinished"
/* Some megabytes of names; a sync for so many files costs each of them nothing. */
#define LARGE 4096

struct _PawlRepoBatch
{
  char *folder;     /* (owned): on the file system that is synced */
  GPtrArray *first; /* (owned) (element-type utf8): paths */
  GPtrArray *last;  /* (owned) (element-type utf8): paths that appear behind all others */
  GPtrArray *gone;  /* (owned) (element-type utf8): paths that are removed in the end */
  GHashTable *seen; /* (owned) (element-type utf8): first and last; a file may be added again */
};

/*< private >
 * pawl_repo_batch_new:
 * @folder: a folder that all files are below; made when it is not there
 *
 * Returns: (transfer full): a batch without files
 */
PawlRepoBatch *
pawl_repo_batch_new (const char *folder)
{
  PawlRepoBatch *self = g_new0 (PawlRepoBatch, 1);

  self->folder = g_strdup (folder);
  self->first = g_ptr_array_new_with_free_func (g_free);
  self->last = g_ptr_array_new_with_free_func (g_free);
  self->gone = g_ptr_array_new_with_free_func (g_free);
  self->seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

static char *
dup_unfinished (const char *path)
{
  return g_strconcat (path, UNFINISHED, NULL);
}

static void
remove_unfinished (GPtrArray *paths)
{
  for (guint i = 0; i < paths->len; i++)
    {
      g_autofree char *unfinished = dup_unfinished (paths->pdata[i]);

      g_unlink (unfinished);
    }
}

void
pawl_repo_batch_free (PawlRepoBatch *self)
{
  remove_unfinished (self->first);
  remove_unfinished (self->last);
  g_ptr_array_unref (self->first);
  g_ptr_array_unref (self->last);
  g_ptr_array_unref (self->gone);
  g_hash_table_unref (self->seen);
  g_free (self->folder);
  g_free (self);
}

static char *
dup_ready (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  if (g_mkdir_with_parents (folder, 0755) == 0)
    return dup_unfinished (path);
  pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED, "make %s: %s", folder, g_strerror (errno));
  return NULL;
}

static void
note (PawlRepoBatch *self, PawlRepoBatchWhen when, const char *path)
{
  if (g_hash_table_add (self->seen, g_strdup (path)))
    g_ptr_array_add (when == PAWL_REPO_BATCH_FIRST ? self->first : self->last, g_strdup (path));
}

/*< private >
 * pawl_repo_batch_add:
 * @self: a batch
 * @when: when it is to appear
 * @path: a file
 * @bytes: what it shall have
 * @error: return location
 *
 * Returns: %TRUE when @bytes are beside @path
 */
gboolean
pawl_repo_batch_add (PawlRepoBatch *self,
                     PawlRepoBatchWhen when,
                     const char *path,
                     GBytes *bytes,
                     GError **error)
{
  g_autofree char *unfinished = dup_ready (path, error);
  g_autoptr (GError) local_error = NULL;
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  if (unfinished == NULL)
    return FALSE;
  /* A link of an earlier try must not be written through. */
  g_unlink (unfinished);
  if (!g_file_set_contents_full (unfinished, data != NULL ? data : "", (gssize) size,
                                 G_FILE_SET_CONTENTS_NONE, 0644, &local_error))
    return pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED, "write %s: %s", path,
                           local_error->message);
  note (self, when, path);
  return TRUE;
}

/*< private >
 * pawl_repo_batch_link:
 * @self: a batch
 * @when: when it is to appear
 * @path: a file
 * @source: another name of it; it is never written to, only replaced
 * @error: return location
 *
 * Costs no bytes where the file system can do so, and copies where it cannot.
 *
 * Returns: %TRUE when the same file is beside @path
 */
gboolean
pawl_repo_batch_link (PawlRepoBatch *self,
                      PawlRepoBatchWhen when,
                      const char *path,
                      const char *source,
                      GError **error)
{
  g_autofree char *unfinished = dup_ready (path, error);
  g_autoptr (GBytes) bytes = NULL;

  if (unfinished == NULL)
    return FALSE;
  g_unlink (unfinished);
  if (link (source, unfinished) == 0)
    {
      note (self, when, path);
      return TRUE;
    }
  bytes = pawl_repo_file_read (source, error);
  return bytes != NULL && pawl_repo_batch_add (self, when, path, bytes, error);
}

/*< private >
 * pawl_repo_batch_copy:
 * @self: a batch
 * @path: a file
 * @source: what it shall be a copy of
 * @sha256: what the copy has to be
 * @error: return location
 *
 * Returns: %TRUE when the copy is beside @path
 */
gboolean
pawl_repo_batch_copy (PawlRepoBatch *self,
                      const char *path,
                      const char *source,
                      const char *sha256,
                      GError **error)
{
  g_autofree char *unfinished = dup_ready (path, error);

  if (unfinished == NULL || !pawl_repo_file_copy_unsynced (source, unfinished, sha256, error))
    return FALSE;
  note (self, PAWL_REPO_BATCH_FIRST, path);
  return TRUE;
}

/*< private >
 * pawl_repo_batch_remove:
 * @self: a batch
 * @path: a file that is of no use when the others are there
 */
void
pawl_repo_batch_remove (PawlRepoBatch *self, const char *path)
{
  g_ptr_array_add (self->gone, g_strdup (path));
}

static gboolean
show (PawlRepoBatch *self, GPtrArray *paths, GError **error)
{
  for (guint i = 0; i < paths->len; i++)
    {
      g_autofree char *unfinished = dup_unfinished (paths->pdata[i]);

      if (g_rename (unfinished, paths->pdata[i]) < 0)
        return pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED, "name %s: %s",
                               (char *) paths->pdata[i], g_strerror (errno));
    }
  if (paths->len > 0 && !pawl_repo_file_sync_all (self->folder, error))
    return FALSE;
  g_ptr_array_set_size (paths, 0);
  return TRUE;
}

/*< private >
 * pawl_repo_batch_commit:
 * @self: a batch
 * @error: return location
 *
 * Returns: %TRUE when all its files are on the disk, and it is empty
 */
gboolean
pawl_repo_batch_commit (PawlRepoBatch *self, GError **error)
{
  if (self->first->len + self->last->len > 0 && !pawl_repo_file_sync_all (self->folder, error))
    return FALSE;
  if (!show (self, self->first, error) || !show (self, self->last, error))
    return FALSE;
  g_hash_table_remove_all (self->seen);
  for (guint i = 0; i < self->gone->len; i++)
    if (g_unlink (self->gone->pdata[i]) < 0 && errno != ENOENT)
      return pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED, "remove %s: %s",
                             (char *) self->gone->pdata[i], g_strerror (errno));
  g_ptr_array_set_size (self->gone, 0);
  return TRUE;
}

/*< private >
 * pawl_repo_batch_commit_if_large:
 * @self: a batch
 * @error: return location
 *
 * For loops without an end in sight: memory has one.
 *
 * Returns: %FALSE when a commit was due and failed
 */
gboolean
pawl_repo_batch_commit_if_large (PawlRepoBatch *self, GError **error)
{
  return self->first->len + self->last->len + self->gone->len < LARGE ||
         pawl_repo_batch_commit (self, error);
}
