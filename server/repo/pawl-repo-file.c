/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-repo-file.h"

#include "pawl-repo-error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

static gboolean
fail_errno (GError **error, const char *verb, const char *path, int saved)
{
  return pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED, "%s %s: %s", verb, path,
                         g_strerror (saved));
}

/*< private >
 * pawl_repo_file_read:
 * @path: a file
 * @error: return location
 *
 * Returns: (transfer full): its bytes
 */
GBytes *
pawl_repo_file_read (const char *path, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  char *data = NULL;
  gsize size = 0;

  if (g_file_get_contents (path, &data, &size, &local_error))
    return g_bytes_new_take (data, size);
  pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED, "read %s: %s", path, local_error->message);
  return NULL;
}

/*< private >
 * pawl_repo_file_read_optional:
 * @path: a file
 * @error: return location
 *
 * Returns: (transfer full) (nullable): its bytes; %NULL without an error when there is no such file
 */
GBytes *
pawl_repo_file_read_optional (const char *path, GError **error)
{
  return g_file_test (path, G_FILE_TEST_EXISTS) ? pawl_repo_file_read (path, error) : NULL;
}

/*< private >
 * pawl_repo_file_make_parent:
 * @path: a file
 * @error: return location
 *
 * Returns: %TRUE when its folder is there
 */
gboolean
pawl_repo_file_make_parent (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  return g_mkdir_with_parents (folder, 0755) == 0 || fail_errno (error, "make", folder, errno);
}

/*< private >
 * pawl_repo_file_write:
 * @path: a file
 * @bytes: what it shall have
 * @mode: its permissions
 * @error: return location
 *
 * Returns: %TRUE when @bytes are on the disk, whatever happens next
 */
gboolean
pawl_repo_file_write (const char *path, GBytes *bytes, int mode, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  if (!pawl_repo_file_make_parent (path, error))
    return FALSE;
  if (g_file_set_contents_full (path, data != NULL ? data : "", (gssize) size,
                                G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, mode,
                                &local_error))
    return TRUE;
  return pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED, "write %s: %s", path, local_error->message);
}

/*< private >
 * pawl_repo_file_write_changed:
 * @path: a file
 * @bytes: what it shall have
 * @error: return location
 *
 * Writes only what is not there yet, so that dates say when something changed.
 *
 * Returns: %TRUE when the file has @bytes
 */
gboolean
pawl_repo_file_write_changed (const char *path, GBytes *bytes, GError **error)
{
  g_autoptr (GBytes) there = pawl_repo_file_read_optional (path, NULL);

  if (there != NULL && g_bytes_equal (there, bytes))
    return TRUE;
  return pawl_repo_file_write (path, bytes, 0644, error);
}

/* Names in a folder, or all of the file system that it is on. */
static gboolean
sync_folder (const char *folder, int (*sync) (int), GError **error)
{
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean done = fd >= 0 && sync (fd) == 0;
  int saved = errno;

  if (fd >= 0)
    close (fd);
  return done || fail_errno (error, "sync", folder, saved);
}

/*< private >
 * pawl_repo_file_sync_parent:
 * @path: a file
 * @error: return location
 *
 * Returns: %TRUE when the names in its folder are on the disk
 */
gboolean
pawl_repo_file_sync_parent (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  return sync_folder (folder, fsync, error);
}

/*< private >
 * pawl_repo_file_sync_all:
 * @folder: a folder
 * @error: return location
 *
 * One call for any number of files.
 *
 * Returns: %TRUE when everything on its file system is on the disk
 */
gboolean
pawl_repo_file_sync_all (const char *folder, GError **error)
{
  return sync_folder (folder, syncfs, error);
}

/*< private >
 * pawl_repo_file_remove:
 * @path: a file
 * @error: return location
 *
 * Returns: %TRUE when there is no such file any more
 */
gboolean
pawl_repo_file_remove (const char *path, GError **error)
{
  if (g_unlink (path) == 0)
    return pawl_repo_file_sync_parent (path, error);
  return errno == ENOENT || fail_errno (error, "remove", path, errno);
}

/*< private >
 * pawl_repo_file_remove_tree:
 * @path: a folder
 * @error: return location
 *
 * Returns: %TRUE when nothing of it is left
 */
gboolean
pawl_repo_file_remove_tree (const char *path, GError **error)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      gboolean is_folder =
        g_file_test (child, G_FILE_TEST_IS_DIR) && !g_file_test (child, G_FILE_TEST_IS_SYMLINK);

      if (is_folder && !pawl_repo_file_remove_tree (child, error))
        return FALSE;
      if (!is_folder && g_unlink (child) < 0)
        return fail_errno (error, "remove", child, errno);
    }
  return g_rmdir (path) == 0 || errno == ENOENT || fail_errno (error, "remove", path, errno);
}

/*< private >
 * pawl_repo_file_is_same:
 * @one: a path
 * @two: another one
 *
 * Returns: %TRUE if both are names of one file
 */
gboolean
pawl_repo_file_is_same (const char *one, const char *two)
{
  struct stat a, b;

  return stat (one, &a) == 0 && stat (two, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

/*< private >
 * pawl_repo_file_list:
 * @folder: a folder
 * @suffix: how a name has to end
 * @error: return location
 *
 * Returns: (transfer full) (element-type utf8): the sorted names without @suffix; none when there
 * is no such folder
 */
GPtrArray *
pawl_repo_file_list (const char *folder, const char *suffix, GError **error)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (!g_file_test (folder, G_FILE_TEST_IS_DIR))
    return g_steal_pointer (&names);
  dir = g_dir_open (folder, 0, error);
  if (dir == NULL)
    return NULL;
  while ((name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, suffix) && *name != '.')
      g_ptr_array_add (names, g_strndup (name, strlen (name) - strlen (suffix)));
  g_ptr_array_sort (names, compare_names);
  return g_steal_pointer (&names);
}
