/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-payload-stream.h"

#include <errno.h>
#include <unistd.h>

#define PAWL_TYPE_PAYLOAD_STREAM (pawl_payload_stream_get_type ())
G_DECLARE_FINAL_TYPE (PawlPayloadStream, pawl_payload_stream, PAWL, PAYLOAD_STREAM, GInputStream)

struct _PawlPayloadStream
{
  GInputStream parent_instance;

  GObject *owner; /* (owned) */
  int fd;         /* of @owner */
  goffset offset;
};

G_DEFINE_FINAL_TYPE (PawlPayloadStream, pawl_payload_stream, G_TYPE_INPUT_STREAM)

static gssize
read_fn (GInputStream *stream, void *buffer, gsize count, GCancellable *cancellable, GError **error)
{
  PawlPayloadStream *self = PAWL_PAYLOAD_STREAM (stream);
  gssize got;

  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return -1;
  do
    got = pread (self->fd, buffer, count, self->offset);
  while (got < 0 && errno == EINTR);
  if (got < 0)
    g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), "payload: %s",
                 g_strerror (errno));
  else
    self->offset += got;
  return got;
}

static void
pawl_payload_stream_finalize (GObject *object)
{
  g_clear_object (&PAWL_PAYLOAD_STREAM (object)->owner);
  G_OBJECT_CLASS (pawl_payload_stream_parent_class)->finalize (object);
}

static void
pawl_payload_stream_class_init (PawlPayloadStreamClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pawl_payload_stream_finalize;
  G_INPUT_STREAM_CLASS (klass)->read_fn = read_fn;
}

static void
pawl_payload_stream_init (PawlPayloadStream *self)
{
}

GInputStream *
pawl_payload_stream_new (GObject *owner, int fd)
{
  PawlPayloadStream *self = g_object_new (PAWL_TYPE_PAYLOAD_STREAM, NULL);

  self->owner = g_object_ref (owner);
  self->fd = fd;
  return G_INPUT_STREAM (self);
}
