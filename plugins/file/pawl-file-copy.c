/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The work of the threads: bytes from a file into memory, or into a payload. */
#include "pawl-file-copy.h"

#include "pawl-file-open.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define CHUNK (256 * 1024)

void
pawl_file_copy_free (PawlFileCopy *self)
{
  g_strfreev (self->uris);
  g_free (self->etag);
  g_clear_object (&self->payload);
  g_clear_object (&self->op);
  g_free (self);
}

static gboolean
too_large (const char *uri, guint64 limit, GError **error)
{
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_TOO_LARGE,
               "%s: found more than the allowed %" G_GUINT64_FORMAT " bytes", uri, limit);
  return FALSE;
}

/* Up to @count bytes at @offset; 0 at the end. */
static gssize
read_at (int fd, const char *uri, guint8 *buffer, gsize count, guint64 offset, GError **error)
{
  gssize size;

  do
    size = pread (fd, buffer, count, (off_t) offset);
  while (size < 0 && errno == EINTR);
  if (size < 0)
    g_set_error (error, PAWL_ERROR, PAWL_ERROR_NETWORK, "%s: %s", uri, g_strerror (errno));
  return size;
}

static void
complete_memory (PawlFileCopy *self, const char *uri, const char *etag, GByteArray *data)
{
  g_auto (GVariantDict) result = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&result, "uri", "s", uri);
  g_variant_dict_insert (&result, "etag", "s", etag);
  g_variant_dict_insert (&result, "not-modified", "b", data == NULL);
  if (data != NULL)
    g_variant_dict_insert_value (&result, "data",
                                 g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, data->data,
                                                            data->len, 1));
  pawl_operation_complete (self->op, g_variant_dict_end (&result));
}

/* The size is checked while reading, too: the file may grow meanwhile. */
static gboolean
read_all (PawlFileCopy *self, int fd, const char *uri, GByteArray *data, GError **error)
{
  g_autofree guint8 *buffer = g_malloc (CHUNK);

  while (TRUE)
    {
      gssize size = read_at (fd, uri, buffer, CHUNK, data->len, error);

      if (size <= 0)
        return size == 0;
      if (g_cancellable_set_error_if_cancelled (pawl_operation_get_cancellable (self->op), error))
        return FALSE;
      if (data->len + (guint64) size > self->max_size)
        return too_large (uri, self->max_size, error);
      g_byte_array_append (data, buffer, (guint) size);
    }
}

/*< private >
 * pawl_file_copy_to_memory:
 * @self: what to fetch; its operation is completed
 * @error: return location
 *
 * Returns: %TRUE after completing the operation
 */
gboolean
pawl_file_copy_to_memory (PawlFileCopy *self, GError **error)
{
  g_autoptr (GByteArray) data = g_byte_array_new ();
  g_autofree char *etag = NULL;
  const char *uri = NULL;
  guint64 size = 0;
  int fd = pawl_file_open ((const char *const *) self->uris, &uri, &size, &etag, error);
  gboolean done;

  if (fd < 0)
    return FALSE;
  if (g_strcmp0 (etag, self->etag) == 0)
    {
      close (fd);
      complete_memory (self, uri, etag, NULL);
      return TRUE;
    }
  done = size > self->max_size ? too_large (uri, self->max_size, error)
                               : read_all (self, fd, uri, data, error);
  close (fd);
  if (done)
    complete_memory (self, uri, etag, data);
  return done;
}

/* Waits for as long as the last @bytes may take, but no longer than until a cancel. */
static void
keep_rate (PawlFileCopy *self, guint64 bytes)
{
  GCancellable *cancellable = pawl_operation_get_cancellable (self->op);
  guint64 wait_ms = self->max_rate > 0 ? bytes * 1000 / self->max_rate : 0;
  GPollFD fd;

  if (wait_ms == 0 || !g_cancellable_make_pollfd (cancellable, &fd))
    return;
  g_poll (&fd, 1, (int) MIN (wait_ms, G_MAXINT));
  g_cancellable_release_fd (cancellable);
}

/* One piece, from where the payload ends. 0 at the end of the file. */
static gssize
append_piece (PawlFileCopy *self, int fd, const char *uri, guint8 *buffer, GError **error)
{
  guint64 offset = pawl_payload_get_length (self->payload);
  gssize size = read_at (fd, uri, buffer, CHUNK, offset, error);
  g_autoptr (GBytes) bytes = NULL;

  if (size <= 0)
    return size;
  if (offset + (guint64) size > self->length)
    {
      too_large (uri, self->length, error);
      return -1;
    }
  bytes = g_bytes_new (buffer, (gsize) size);
  if (!pawl_payload_append (self->payload, bytes, error))
    return -1;
  pawl_operation_progress (self->op, offset + (guint64) size, self->length);
  keep_rate (self, (guint64) size);
  return size;
}

static gboolean
append_all (PawlFileCopy *self, int fd, const char *uri, GError **error)
{
  g_autofree guint8 *buffer = g_malloc (CHUNK);
  gssize size = 1;

  while (size > 0)
    {
      if (g_cancellable_set_error_if_cancelled (pawl_operation_get_cancellable (self->op), error))
        return FALSE;
      size = append_piece (self, fd, uri, buffer, error);
    }
  if (size < 0)
    return FALSE;
  if (pawl_payload_get_length (self->payload) == self->length)
    return pawl_payload_sync (self->payload, error);
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_NOT_TRUSTED,
               "%s: found %" G_GUINT64_FORMAT " bytes, wanted %" G_GUINT64_FORMAT, uri,
               pawl_payload_get_length (self->payload), self->length);
  return FALSE;
}

/* What is here of another file, or of this one before it changed, is of no use. */
static gboolean
begin_payload (PawlFileCopy *self, const char *etag, GError **error)
{
  g_autofree char *validator = pawl_payload_dup_validator (self->payload);

  if (g_strcmp0 (validator, etag) == 0)
    return TRUE;
  return pawl_payload_truncate (self->payload, 0, error) &&
         pawl_payload_set_validator (self->payload, etag, error);
}

/*< private >
 * pawl_file_copy_to_payload:
 * @self: what to fetch; its operation is completed
 * @error: return location
 *
 * Goes on where the payload ends when it was begun from the same file.
 *
 * Returns: %TRUE after completing the operation
 */
gboolean
pawl_file_copy_to_payload (PawlFileCopy *self, GError **error)
{
  g_auto (GVariantDict) result = G_VARIANT_DICT_INIT (NULL);
  g_autofree char *etag = NULL;
  const char *uri = NULL;
  guint64 size = 0;
  guint64 before;
  int fd = pawl_file_open ((const char *const *) self->uris, &uri, &size, &etag, error);
  gboolean done;

  if (fd < 0)
    return FALSE;
  done =
    size <= self->length ? begin_payload (self, etag, error) : too_large (uri, self->length, error);
  before = pawl_payload_get_length (self->payload);
  done = done && append_all (self, fd, uri, error);
  close (fd);
  if (!done)
    return FALSE;
  g_variant_dict_insert (&result, "bytes-transferred", "t", self->length - before);
  g_variant_dict_insert (&result, "requests", "u", 1);
  g_variant_dict_insert (&result, "uri", "s", uri);
  pawl_operation_complete (self->op, g_variant_dict_end (&result));
  return TRUE;
}
