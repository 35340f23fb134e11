/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Large files: hashed while they are copied, so what is announced is what was read. */
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
  return TRUE;
}

/*< private >
 * pawl_repo_file_copy_unsynced:
 * @source: a file
 * @destination: where a copy shall be; replaced when it is there
 * @sha256: what the copy has to be
 * @error: return location
 *
 * Copies, and refuses when @source is not what it was. Whoever calls this syncs before it gives the
 * copy its name.
 *
 * Returns: %TRUE when the copy is there
 */
gboolean
pawl_repo_file_copy_unsynced (const char *source,
                              const char *destination,
                              const char *sha256,
                              GError **error)
{
  int in = open_source (source, error);
  int out = -1;
  gboolean done;

  if (in < 0)
    return FALSE;
  /* It may be a link of an earlier try, which must not be written through. */
  g_unlink (destination);
  out = open (destination, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  done = out >= 0 ? copy_to (in, out, source, sha256, error)
                  : fail_errno (error, "make", destination, errno);
  close (in);
  if (out >= 0 && close (out) < 0 && done)
    done = fail_errno (error, "write", destination, errno);
  if (!done)
    g_unlink (destination);
  return done;
}

static gboolean
sync_file (const char *path, GError **error)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  gboolean done = fd >= 0 && fsync (fd) == 0;
  int saved = errno;

  if (fd >= 0)
    close (fd);
  return done || fail_errno (error, "sync", path, saved);
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
  g_autofree char *unfinished = g_strconcat (destination, ".unfinished", NULL);

  if (!pawl_repo_file_make_parent (destination, error) ||
      !pawl_repo_file_copy_unsynced (source, unfinished, sha256, error))
    return FALSE;
  if (sync_file (unfinished, error) &&
      (g_rename (unfinished, destination) == 0 || fail_errno (error, "name", destination, errno)))
    return pawl_repo_file_sync_parent (destination, error);
  g_unlink (unfinished);
  return FALSE;
}
