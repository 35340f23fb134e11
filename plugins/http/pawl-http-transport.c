/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Web servers. Everything happens on the main thread without blocking it, but for certificates and
 * payload bytes, whose disk work is done by threads. */
#include "pawl-http-transport.h"

#include "pawl-http-fetch.h"
#include "pawl-http-payload.h"
#include "pawl-http-send.h"

struct _PawlHttpTransport
{
  GObject parent_instance;

  PawlHttpSession *session; /* (owned) (nullable): before it is set up */
};

static void iface_init (PawlTransportInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PawlHttpTransport,
                               pawl_http_transport,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PAWL_TYPE_TRANSPORT, iface_init))

static void
pawl_http_transport_dispose (GObject *object)
{
  g_clear_object (&PAWL_HTTP_TRANSPORT (object)->session);
  G_OBJECT_CLASS (pawl_http_transport_parent_class)->dispose (object);
}

static void
pawl_http_transport_class_init (PawlHttpTransportClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pawl_http_transport_dispose;
}

static void
pawl_http_transport_init (PawlHttpTransport *self)
{
}

static gboolean
set_up (PawlTransport *transport, PawlContext *context, GError **error)
{
  PawlHttpTransport *self = PAWL_HTTP_TRANSPORT (transport);

  self->session = pawl_http_session_new (context, error);
  return self->session != NULL;
}

static GStrv
list_schemes (PawlTransport *transport)
{
  return g_strdupv ((char *[]){(char *) "http", (char *) "https", NULL});
}

static gboolean
start_fetch (PawlTransport *transport,
             const char *const *uris,
             guint64 max_size,
             GVariant *options,
             PawlOperation *op,
             GError **error)
{
  return pawl_http_fetch_start (PAWL_HTTP_TRANSPORT (transport)->session, uris, max_size, options,
                                op, error);
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
  if (destination == NULL)
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_NOT_SUPPORTED,
                   "http: targets of format %s need a transport of their own",
                   pawl_target_get_format (target));
      return FALSE;
    }
  return pawl_http_payload_start (PAWL_HTTP_TRANSPORT (transport)->session, target, uris,
                                  destination, options, op, error);
}

static gboolean
start_send (PawlTransport *transport,
            const char *uri,
            const char *method,
            GBytes *body,
            GVariant *options,
            PawlOperation *op,
            GError **error)
{
  return pawl_http_send_start (PAWL_HTTP_TRANSPORT (transport)->session, uri, method, body, options,
                               op, error);
}

static void
iface_init (PawlTransportInterface *iface)
{
  iface->set_up = set_up;
  iface->list_schemes = list_schemes;
  iface->start_fetch = start_fetch;
  iface->start_fetch_payload = start_fetch_payload;
  iface->start_send = start_send;
}
