/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include <pawl/pawl-payload.h>

#include "pawl-payload-stream.h"

#include <pawl/pawl-error.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

/* The extended attribute that holds the validator of a half-fetched file. Where the file system has
 * none, there is no validator, and a transport starts again rather than guess. */
#define VALIDATOR_ATTRIBUTE "user.pawl.validator"
#define VALIDATOR_MAX       1024

struct _PawlPayload
{
  GObject parent_instance;

  int fd;
  gboolean writable;
};

G_DEFINE_FINAL_TYPE (PawlPayload, pawl_payload, G_TYPE_OBJECT)

static gboolean
fail (GError **error, const char *what)
{
  int saved = errno;

  g_set_error (error, PAWL_ERROR,
               saved == ENOSPC || saved == EDQUOT ? PAWL_ERROR_NO_SPACE : PAWL_ERROR_STORAGE,
               "payload: %s: %s", what, g_strerror (saved));
  return FALSE;
}

static void
pawl_payload_finalize (GObject *object)
{
  PawlPayload *self = PAWL_PAYLOAD (object);

  if (self->fd >= 0)
    close (self->fd);
  G_OBJECT_CLASS (pawl_payload_parent_class)->finalize (object);
}

static void
pawl_payload_class_init (PawlPayloadClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pawl_payload_finalize;
}

static void
pawl_payload_init (PawlPayload *self)
{
  self->fd = -1;
}

static PawlPayload *
new_take_fd (int fd, gboolean writable)
{
  PawlPayload *self = g_object_new (PAWL_TYPE_PAYLOAD, NULL);

  self->fd = fd;
  self->writable = writable;
  return self;
}

/**
 * pawl_payload_new_for_path: (constructor)
 * @path: (type filename): a regular file
 * @writable: %TRUE to append to it; it is made, mode 0600, when it does not exist
 * @error: return location
 *
 * Opens a file. Touches the disk, so a main loop leaves it to a worker thread unless the file is
 * known to be local.
 *
 * Errors: %PAWL_ERROR_STORAGE when it cannot be opened or is no regular file.
 *
 * Returns: (transfer full): the payload
 *
 * Since: 1.0
 */
PawlPayload *
pawl_payload_new_for_path (const char *path, gboolean writable, GError **error)
{
  struct stat status;
  int fd;

  g_return_val_if_fail (path != NULL, NULL);

  /* Without O_NONBLOCK, opening a FIFO that somebody put in the way would wait for ever. */
  fd = open (path, (writable ? O_RDWR | O_CREAT : O_RDONLY) | O_CLOEXEC | O_NONBLOCK, 0600);
  if (fd < 0)
    {
      fail (error, path);
      return NULL;
    }
  if (fstat (fd, &status) < 0 || !S_ISREG (status.st_mode))
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_STORAGE, "payload: %s: wanted a regular file",
                   path);
      close (fd);
      return NULL;
    }
  return new_take_fd (fd, writable);
}

static gboolean
write_at (int fd, const guint8 *data, gsize size, guint64 offset, GError **error)
{
  while (size > 0)
    {
      gssize written = pwrite (fd, data, size, (off_t) offset);

      if (written < 0 && errno == EINTR)
        continue;
      if (written < 0)
        return fail (error, "cannot write");
      data += written;
      size -= (gsize) written;
      offset += (guint64) written;
    }
  return TRUE;
}

/**
 * pawl_payload_new_for_bytes: (constructor)
 * @bytes: the bytes
 * @error: return location
 *
 * Puts @bytes into a sealed memory file, which crosses to an isolated plugin without another copy.
 *
 * Errors: %PAWL_ERROR_STORAGE when the kernel gives no memory file.
 *
 * Returns: (transfer full): the payload, read-only
 *
 * Since: 1.0
 */
PawlPayload *
pawl_payload_new_for_bytes (GBytes *bytes, GError **error)
{
  const guint8 *data;
  gsize size;
  int fd;

  g_return_val_if_fail (bytes != NULL, NULL);

  data = g_bytes_get_data (bytes, &size);
  fd = memfd_create ("pawl-payload", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (fd < 0)
    {
      fail (error, "cannot make a memory file");
      return NULL;
    }
  if (!write_at (fd, data, size, 0, error))
    {
      close (fd);
      return NULL;
    }
  if (fcntl (fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL) < 0)
    {
      fail (error, "cannot seal the memory file");
      close (fd);
      return NULL;
    }
  return new_take_fd (fd, FALSE);
}

/**
 * pawl_payload_new_for_fd: (constructor)
 * @fd: a descriptor of a regular or memory file; duplicated
 * @writable: whether it may be written to
 * @error: return location
 *
 * Errors: %PAWL_ERROR_STORAGE when @fd cannot be duplicated.
 *
 * Returns: (transfer full): the payload
 *
 * Since: 1.0
 */
PawlPayload *
pawl_payload_new_for_fd (int fd, gboolean writable, GError **error)
{
  int own = fcntl (fd, F_DUPFD_CLOEXEC, 3);

  if (own < 0)
    {
      fail (error, "cannot duplicate the descriptor");
      return NULL;
    }
  return new_take_fd (own, writable);
}

/**
 * pawl_payload_get_writable:
 * @self: a payload
 *
 * Tells whether bytes may be appended.
 *
 * Returns: whether bytes may be appended
 *
 * Since: 1.0
 */
gboolean
pawl_payload_get_writable (PawlPayload *self)
{
  g_return_val_if_fail (PAWL_IS_PAYLOAD (self), FALSE);

  return self->writable;
}

/**
 * pawl_payload_get_length:
 * @self: a payload
 *
 * Tells how many bytes there are at this moment.
 *
 * Returns: how many bytes there are at this moment
 *
 * Since: 1.0
 */
guint64
pawl_payload_get_length (PawlPayload *self)
{
  struct stat status;

  g_return_val_if_fail (PAWL_IS_PAYLOAD (self), 0);

  return fstat (self->fd, &status) == 0 ? (guint64) status.st_size : 0;
}

/**
 * pawl_payload_dup_fd:
 * @self: a payload
 * @error: return location
 *
 * Gets a descriptor of one's own. It shares its position with every other one: read with `pread`.
 *
 * Errors: %PAWL_ERROR_STORAGE when there are no more descriptors.
 *
 * Returns: the descriptor, to be closed by the caller; -1 on error
 *
 * Since: 1.0
 */
int
pawl_payload_dup_fd (PawlPayload *self, GError **error)
{
  int fd;

  g_return_val_if_fail (PAWL_IS_PAYLOAD (self), -1);

  fd = fcntl (self->fd, F_DUPFD_CLOEXEC, 3);
  if (fd < 0)
    fail (error, "cannot duplicate the descriptor");
  return fd;
}

/**
 * pawl_payload_open:
 * @self: a payload
 *
 * Opens the bytes for reading.
 *
 * Returns: (transfer full): a stream from the first byte on, with a position of its own; reading
 * touches the disk
 *
 * Since: 1.0
 */
GInputStream *
pawl_payload_open (PawlPayload *self)
{
  g_return_val_if_fail (PAWL_IS_PAYLOAD (self), NULL);

  return pawl_payload_stream_new (G_OBJECT (self), self->fd);
}

/**
 * pawl_payload_read:
 * @self: a payload
 * @offset: from which byte on
 * @count: how many bytes at most
 * @error: return location
 *
 * Reads a part. Touches the disk.
 *
 * Errors: %PAWL_ERROR_STORAGE when the disk fails.
 *
 * Returns: (transfer full): the bytes; fewer than @count only at the end
 *
 * Since: 1.0
 */
GBytes *
pawl_payload_read (PawlPayload *self, guint64 offset, guint64 count, GError **error)
{
  g_autofree guint8 *data = NULL;
  guint64 length;
  gsize filled = 0;

  g_return_val_if_fail (PAWL_IS_PAYLOAD (self), NULL);

  length = pawl_payload_get_length (self);
  count = offset < length ? MIN (count, length - offset) : 0;
  data = g_malloc (count + 1);
  while (filled < count)
    {
      gssize got = pread (self->fd, data + filled, count - filled, (off_t) (offset + filled));

      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        {
          fail (error, "cannot read");
          return NULL;
        }
      if (got == 0)
        break;
      filled += (gsize) got;
    }
  return g_bytes_new_take (g_steal_pointer (&data), filled);
}

static gboolean
check_writable (PawlPayload *self, GError **error)
{
  if (self->writable)
    return TRUE;
  g_set_error_literal (error, PAWL_ERROR, PAWL_ERROR_INVALID_ARGUMENT, "payload: it is read-only");
  return FALSE;
}

/**
 * pawl_payload_append:
 * @self: a writable payload
 * @bytes: what comes next
 * @error: return location
 *
 * Adds bytes at the end. Touches the disk, but does not wait for it: see pawl_payload_sync().
 *
 * Errors: %PAWL_ERROR_NO_SPACE, %PAWL_ERROR_STORAGE, %PAWL_ERROR_INVALID_ARGUMENT when it is
 * read-only.
 *
 * Returns: %TRUE when all of @bytes were written
 *
 * Since: 1.0
 */
gboolean
pawl_payload_append (PawlPayload *self, GBytes *bytes, GError **error)
{
  const guint8 *data;
  gsize size;

  g_return_val_if_fail (PAWL_IS_PAYLOAD (self), FALSE);
  g_return_val_if_fail (bytes != NULL, FALSE);

  data = g_bytes_get_data (bytes, &size);
  return check_writable (self, error) &&
         write_at (self->fd, data, size, pawl_payload_get_length (self), error);
}

/**
 * pawl_payload_truncate:
 * @self: a writable payload
 * @length: how many bytes stay
 * @error: return location
 *
 * Errors: %PAWL_ERROR_STORAGE, %PAWL_ERROR_INVALID_ARGUMENT when it is read-only.
 *
 * Returns: %TRUE when it has that length now
 *
 * Since: 1.0
 */
gboolean
pawl_payload_truncate (PawlPayload *self, guint64 length, GError **error)
{
  g_return_val_if_fail (PAWL_IS_PAYLOAD (self), FALSE);

  if (!check_writable (self, error))
    return FALSE;
  return ftruncate (self->fd, (off_t) length) == 0 || fail (error, "cannot shorten");
}

/**
 * pawl_payload_sync:
 * @self: a payload
 * @error: return location
 *
 * Waits until the bytes are on the disk. Blocks: for a worker thread.
 *
 * Errors: %PAWL_ERROR_STORAGE, %PAWL_ERROR_NO_SPACE; the bytes are then in doubt.
 *
 * Returns: %TRUE when they are
 *
 * Since: 1.0
 */
gboolean
pawl_payload_sync (PawlPayload *self, GError **error)
{
  g_return_val_if_fail (PAWL_IS_PAYLOAD (self), FALSE);

  return fdatasync (self->fd) == 0 || fail (error, "cannot sync");
}

/**
 * pawl_payload_dup_validator:
 * @self: a payload
 *
 * Tells what a server said about the bytes that are here, so that a download can go on safely.
 *
 * Returns: (transfer full) (nullable): what pawl_payload_set_validator() kept, also before a
 * reboot; %NULL when there is nothing
 *
 * Since: 1.0
 */
char *
pawl_payload_dup_validator (PawlPayload *self)
{
  char text[VALIDATOR_MAX];
  gssize size;

  g_return_val_if_fail (PAWL_IS_PAYLOAD (self), NULL);

  size = fgetxattr (self->fd, VALIDATOR_ATTRIBUTE, text, sizeof text);
  if (size <= 0 || !g_utf8_validate (text, size, NULL))
    return NULL;
  return g_strndup (text, (gsize) size);
}

/**
 * pawl_payload_set_validator:
 * @self: a writable payload
 * @validator: (nullable): an entity tag or date of the server, at most 1024 bytes; %NULL forgets it
 * @error: return location
 *
 * Keeps with the bytes what the server calls this version of them.
 *
 * Errors: %PAWL_ERROR_NOT_SUPPORTED where the file system has no extended attributes: a later fetch
 * starts again then.
 *
 * Returns: %TRUE when it is kept
 *
 * Since: 1.0
 */
gboolean
pawl_payload_set_validator (PawlPayload *self, const char *validator, GError **error)
{
  gsize size = validator != NULL ? strlen (validator) : 0;

  g_return_val_if_fail (PAWL_IS_PAYLOAD (self), FALSE);

  if (!check_writable (self, error))
    return FALSE;
  if (size == 0)
    {
      fremovexattr (self->fd, VALIDATOR_ATTRIBUTE);
      return TRUE;
    }
  if (size <= VALIDATOR_MAX && fsetxattr (self->fd, VALIDATOR_ATTRIBUTE, validator, size, 0) == 0)
    return TRUE;
  /* A stale one is worse than none. */
  fremovexattr (self->fd, VALIDATOR_ATTRIBUTE);
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_NOT_SUPPORTED,
               "payload: the validator cannot be kept: %s",
               size > VALIDATOR_MAX ? "it is too long" : g_strerror (errno));
  return FALSE;
}
