/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-repo-file.h"

#include "pawl-repo-error.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <unistd.h>

#define CHUNK (1 << 20)

void
pawl_repo_digest_clear (PawlRepoDigest *digest)
{
  g_clear_pointer (&digest->sha256, g_free);
  g_clear_pointer (&digest->sha512, g_free);
}

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

static gboolean
make_parent (const char *path, GError **error)
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

  if (!make_parent (path, error))
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

static gboolean
sync_parent (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean done = fd >= 0 && fsync (fd) == 0;
  int saved = errno;

  if (fd >= 0)
    close (fd);
  return done || fail_errno (error, "sync", folder, saved);
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
    return sync_parent (path, error);
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

/* ---- content ---- */

/* Reads @in to its end through both hashes, and writes it to @out unless that is -1. */
static gboolean
pump (int in, int out, const char *path, PawlRepoDigest *out_digest, GError **error)
{
  g_autoptr (GChecksum) sha256 = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (GChecksum) sha512 = g_checksum_new (G_CHECKSUM_SHA512);
  g_autofree guint8 *buffer = g_malloc (CHUNK);
  guint64 length = 0;

  while (TRUE)
    {
      gssize size = read (in, buffer, CHUNK);

      if (size < 0 && errno == EINTR)
        continue;
      if (size < 0)
        return fail_errno (error, "read", path, errno);
      if (size == 0)
        break;
      g_checksum_update (sha256, buffer, size);
      g_checksum_update (sha512, buffer, size);
      length += (guint64) size;
      for (gssize done = 0; out >= 0 && done < size;)
        {
          gssize written = write (out, buffer + done, (gsize) (size - done));

          if (written < 0 && errno != EINTR)
            return fail_errno (error, "write a copy of", path, errno);
          done += MAX (written, 0);
        }
    }
  out_digest->sha256 = g_strdup (g_checksum_get_string (sha256));
  out_digest->sha512 = g_strdup (g_checksum_get_string (sha512));
  out_digest->length = length;
  return TRUE;
}

static int
open_source (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY);

  if (fd < 0)
    fail_errno (error, "open", path, errno);
  else if (!g_file_test (path, G_FILE_TEST_IS_REGULAR))
    {
      pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED, "%s: wanted a regular file", path);
      close (fd);
      fd = -1;
    }
  return fd;
}

/*< private >
 * pawl_repo_file_digest:
 * @path: a file
 * @out_digest: (out caller-allocates): its length and hashes
 * @error: return location
 *
 * Returns: %TRUE if it was read to its end
 */
gboolean
pawl_repo_file_digest (const char *path, PawlRepoDigest *out_digest, GError **error)
{
  int fd = open_source (path, error);
  gboolean done = fd >= 0 && pump (fd, -1, path, out_digest, error);

  if (fd >= 0)
    close (fd);
  return done;
}

static gboolean
copy_to (int in, int out, const char *source, const char *sha256, GError **error)
{
  g_auto (PawlRepoDigest) digest = {NULL, NULL, 0};

  if (!pump (in, out, source, &digest, error))
    return FALSE;
  if (!g_str_equal (digest.sha256, sha256))
    return pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED,
                           "%s: its sha256 is %s, wanted %s: it was changed", source, digest.sha256,
                           sha256);
  if (fsync (out) < 0 || fchmod (out, 0644) < 0)
    return fail_errno (error, "sync a copy of", source, errno);
  return TRUE;
}

/*< private >
 * pawl_repo_file_copy:
 * @source: a file
 * @destination: where a copy shall be
 * @sha256: what the copy has to be
 * @error: return location
 *
 * Copies, and refuses when @source is not what it was.
 *
 * Returns: %TRUE when the copy is on the disk
 */
gboolean
pawl_repo_file_copy (const char *source,
                     const char *destination,
                     const char *sha256,
                     GError **error)
{
  g_autofree char *temporary = g_strconcat (destination, ".XXXXXX", NULL);
  int in = open_source (source, error);
  int out = -1;
  gboolean done;

  if (in < 0)
    return FALSE;
  done = make_parent (destination, error);
  if (done)
    {
      out = g_mkstemp_full (temporary, O_WRONLY | O_CLOEXEC, 0600);
      done = out >= 0 || fail_errno (error, "make", temporary, errno);
    }
  done = done && copy_to (in, out, source, sha256, error) &&
         (g_rename (temporary, destination) == 0 || fail_errno (error, "name", destination, errno));
  close (in);
  if (out >= 0)
    close (out);
  if (out >= 0 && !done)
    g_unlink (temporary);
  return done && sync_parent (destination, error);
}
