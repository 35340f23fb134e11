/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Files of this device. A network mount or a worn stick may block for minutes, so each fetch is a
 * thread of its own; a cancel is noticed between two pieces. */
#include "pawl-file-transport.h"

#include "pawl-file-copy.h"

struct _PawlFileTransport
{
  GObject parent_instance;
};

static void iface_init (PawlTransportInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PawlFileTransport,
                               pawl_file_transport,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PAWL_TYPE_TRANSPORT, iface_init))

static void
pawl_file_transport_class_init (PawlFileTransportClass *klass)
{
}

static void
pawl_file_transport_init (PawlFileTransport *self)
{
}

static GStrv
list_schemes (PawlTransport *transport)
{
  return g_strdupv ((char *[]){(char *) "file", NULL});
}

static gpointer
run (gpointer data)
{
  PawlFileCopy *copy = data;
  g_autoptr (PawlOperation) op = g_object_ref (copy->op);
  g_autoptr (GError) error = NULL;
  gboolean done = copy->payload != NULL ? pawl_file_copy_to_payload (copy, &error)
                                        : pawl_file_copy_to_memory (copy, &error);

  pawl_file_copy_free (copy);
  if (!done)
    pawl_operation_fail (op, error);
  return NULL;
}

static PawlFileCopy *
copy_new (const char *const *uris, PawlOperation *op)
{
  PawlFileCopy *copy = g_new0 (PawlFileCopy, 1);

  copy->uris = g_strdupv ((GStrv) uris);
  copy->op = g_object_ref (op);
  return copy;
}

static gboolean
start_fetch (PawlTransport *transport,
             const char *const *uris,
             guint64 max_size,
             GVariant *options,
             PawlOperation *op,
             GError **error)
{
  PawlFileCopy *copy = copy_new (uris, op);

  copy->max_size = max_size;
  g_variant_lookup (options, "etag", "s", &copy->etag);
  g_thread_unref (g_thread_new ("pawl-file", run, copy));
  return TRUE;
}

static gboolean
start_fetch_payload (PawlTransport *transport,
                     PawlTarget *target,
                     const char *const *uris,
                     PawlPayload *destination,
                     GVariant *options,
                     PawlOperation *op,
                     GError **error)
{
  PawlFileCopy *copy;

  if (destination == NULL)
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_NOT_SUPPORTED,
                   "file: targets of format %s need a transport of their own",
                   pawl_target_get_format (target));
      return FALSE;
    }
  copy = copy_new (uris, op);
  copy->payload = g_object_ref (destination);
  copy->length = pawl_target_get_length (target);
  g_variant_lookup (options, "max-rate", "t", &copy->max_rate);
  g_thread_unref (g_thread_new ("pawl-file", run, copy));
  return TRUE;
}

static void
iface_init (PawlTransportInterface *iface)
{
  iface->list_schemes = list_schemes;
  iface->start_fetch = start_fetch;
  iface->start_fetch_payload = start_fetch_payload;
}
