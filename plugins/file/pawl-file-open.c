/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Opens the first of several places that has the file. */
#include "pawl-file-open.h"

#include <errno.h>
#include <fcntl.h>
#include <pawl/pawl.h>
#include <sys/stat.h>
#include <unistd.h>

static PawlError
code_from_errno (int saved)
{
  switch (saved)
    {
    case ENOENT:
    case ENOTDIR:
      return PAWL_ERROR_NOT_FOUND;
    case EACCES:
    case EPERM:
    case ELOOP:
      return PAWL_ERROR_ACCESS_DENIED;
    default:
      /* A stick that was pulled out, or a network mount whose server is away. */
      return PAWL_ERROR_NETWORK;
    }
}

static int
fail (const char *uri, PawlError code, const char *why, GError **error)
{
  g_set_error (error, PAWL_ERROR, (int) code, "%s: %s", uri, why);
  return -1;
}

/* A file that changed has another size, another time, or is another file. */
static char *
make_etag (const struct stat *info)
{
  return g_strdup_printf ("%lx-%lx-%lx-%lx.%lx", (gulong) info->st_dev, (gulong) info->st_ino,
                          (gulong) info->st_size, (gulong) info->st_mtim.tv_sec,
                          (gulong) info->st_mtim.tv_nsec);
}

static int
open_one (const char *uri, guint64 *out_size, char **out_etag, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autofree char *path = g_filename_from_uri (uri, NULL, &local_error);
  struct stat info;
  int fd;

  if (path == NULL)
    return fail (uri, PAWL_ERROR_INVALID_ARGUMENT, local_error->message, error);
  /* Without waiting, because what has the name may be a pipe that nobody writes to. */
  fd = open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (fd < 0)
    return fail (uri, code_from_errno (errno), g_strerror (errno), error);
  if (fstat (fd, &info) < 0 || !S_ISREG (info.st_mode))
    {
      close (fd);
      return fail (uri, PAWL_ERROR_NOT_FOUND, "it is no regular file", error);
    }
  *out_size = (guint64) info.st_size;
  *out_etag = make_etag (&info);
  return fd;
}

/* "Not there" is only concluded when every place says so; anything else says more. */
static gboolean
says_more (const GError *error, const GError *than)
{
  return than == NULL || (than->code == PAWL_ERROR_NOT_FOUND && error->code != than->code);
}

/*< private >
 * pawl_file_open:
 * @uris: the same file at several places, in order of preference
 * @out_uri: (out) (transfer none): the place that has it
 * @out_size: (out): its size in bytes
 * @out_etag: (out) (transfer full): a text that changes when the file does
 * @error: return location; #PAWL_ERROR_NOT_FOUND, #PAWL_ERROR_ACCESS_DENIED, #PAWL_ERROR_NETWORK
 *   for a medium that fails, #PAWL_ERROR_INVALID_ARGUMENT
 *
 * Blocks as long as the medium does: for a worker thread.
 *
 * Returns: a file descriptor, or -1
 */
int
pawl_file_open (const char *const *uris,
                const char **out_uri,
                guint64 *out_size,
                char **out_etag,
                GError **error)
{
  g_autoptr (GError) worst = NULL;

  for (guint i = 0; uris[i] != NULL; i++)
    {
      g_autoptr (GError) local_error = NULL;
      int fd = open_one (uris[i], out_size, out_etag, &local_error);

      *out_uri = uris[i];
      if (fd >= 0)
        return fd;
      if (says_more (local_error, worst))
        {
          g_clear_error (&worst);
          worst = g_steal_pointer (&local_error);
        }
    }
  if (worst == NULL)
    return fail ("file", PAWL_ERROR_INVALID_ARGUMENT, "no place to fetch from is given", error);
  g_propagate_error (error, g_steal_pointer (&worst));
  return -1;
}
