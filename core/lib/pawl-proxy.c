/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-proxy-private.h"

#include <pawl/pawl-error.h>

/* What all proxies do alike: keep a peer, ask for one when there is none, and let calls wait for
 * it. */

typedef struct
{
  char *method;        /* (owned) */
  GVariant *arguments; /* (owned) */
  GUnixFDList *fds;    /* (owned) (nullable) */
  PawlOperation *op;   /* (owned) */
  GType answer_type;
} PawlWaiting;

typedef struct
{
  PawlPeer *peer;      /* (owned) (nullable) */
  GVariant *constants; /* (owned) (nullable) */
  GPtrArray *waiting;  /* (owned) (element-type PawlWaiting) */
  PawlProxyConnect connect;
  gpointer connect_data;
  GDestroyNotify connect_destroy;
} PawlProxyPrivate;

G_DEFINE_ABSTRACT_TYPE_WITH_PRIVATE (PawlProxy, pawl_proxy, G_TYPE_OBJECT)

static PawlProxyPrivate *
get_private (gpointer self)
{
  return pawl_proxy_get_instance_private (PAWL_PROXY (self));
}

static void
waiting_free (gpointer data)
{
  PawlWaiting *waiting = data;

  g_free (waiting->method);
  g_variant_unref (waiting->arguments);
  g_clear_object (&waiting->fds);
  g_object_unref (waiting->op);
  g_free (waiting);
}

static void
pawl_proxy_dispose (GObject *object)
{
  PawlProxyPrivate *self = get_private (object);
  GDestroyNotify destroy = g_steal_pointer (&self->connect_destroy);

  g_clear_pointer (&self->peer, pawl_peer_unref);
  g_ptr_array_set_size (self->waiting, 0);
  if (destroy != NULL)
    destroy (self->connect_data);
  G_OBJECT_CLASS (pawl_proxy_parent_class)->dispose (object);
}

static void
pawl_proxy_finalize (GObject *object)
{
  PawlProxyPrivate *self = get_private (object);

  g_clear_pointer (&self->constants, g_variant_unref);
  g_clear_pointer (&self->waiting, g_ptr_array_unref);
  G_OBJECT_CLASS (pawl_proxy_parent_class)->finalize (object);
}

static guint closed_signal;

static void
pawl_proxy_class_init (PawlProxyClass *klass)
{
  /* For whoever started the other side: the connection is closed, so that it should be gone. */
  closed_signal = g_signal_new ("closed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                NULL, NULL, G_TYPE_NONE, 0);
  G_OBJECT_CLASS (klass)->dispose = pawl_proxy_dispose;
  G_OBJECT_CLASS (klass)->finalize = pawl_proxy_finalize;
}

static void
pawl_proxy_init (PawlProxy *self)
{
  get_private (self)->waiting = g_ptr_array_new_with_free_func (waiting_free);
}

GObject *
pawl_proxy_new (GType interface,
                PawlPeer *peer,
                GVariant *constants,
                PawlProxyConnect connect,
                gpointer user_data,
                GDestroyNotify destroy)
{
  GObject *object = g_object_new (pawl_proxy_get_type_for (interface), NULL);
  PawlProxyPrivate *self = get_private (object);

  self->peer = peer != NULL ? pawl_peer_ref (peer) : NULL;
  self->constants = constants != NULL ? g_variant_ref_sink (constants) : NULL;
  self->connect = connect;
  self->connect_data = user_data;
  self->connect_destroy = destroy;
  return object;
}

gboolean
pawl_proxy_call (gpointer object,
                 const char *method,
                 GVariant *arguments,
                 GUnixFDList *fds,
                 GType answer_type,
                 PawlOperation *op)
{
  PawlProxyPrivate *self = get_private (object);
  PawlWaiting *waiting;

  if (self->peer != NULL && g_dbus_connection_is_closed (pawl_peer_get_connection (self->peer)))
    pawl_proxy_drop_peer (object);
  if (self->peer != NULL)
    {
      pawl_peer_call (self->peer, method, arguments, fds, answer_type, op);
      return TRUE;
    }
  waiting = g_new0 (PawlWaiting, 1);
  waiting->method = g_strdup (method);
  waiting->arguments = g_variant_ref_sink (arguments);
  waiting->fds = fds != NULL ? g_object_ref (fds) : NULL;
  waiting->op = g_object_ref (op);
  waiting->answer_type = answer_type;
  g_ptr_array_add (self->waiting, waiting);
  if (self->connect == NULL)
    {
      g_autoptr (GError) gone =
        g_error_new (PAWL_ERROR, PAWL_ERROR_PLUGIN, "the plugin's process has ended");

      pawl_proxy_take_peer (object, NULL, gone);
    }
  else if (self->waiting->len == 1)
    self->connect (object, self->connect_data);
  return TRUE;
}

void
pawl_proxy_take_peer (GObject *proxy, PawlPeer *peer, const GError *error)
{
  PawlProxyPrivate *self = get_private (proxy);
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&self->waiting);

  self->waiting = g_ptr_array_new_with_free_func (waiting_free);
  g_clear_pointer (&self->peer, pawl_peer_unref);
  self->peer = peer != NULL ? pawl_peer_ref (peer) : NULL;
  for (guint i = 0; i < waiting->len; i++)
    {
      PawlWaiting *call = waiting->pdata[i];

      if (peer != NULL)
        pawl_peer_call (peer, call->method, call->arguments, call->fds, call->answer_type,
                        call->op);
      else
        pawl_operation_fail (call->op, error);
    }
}

void
pawl_proxy_drop_peer (GObject *proxy)
{
  g_clear_pointer (&get_private (proxy)->peer, pawl_peer_unref);
  g_signal_emit (proxy, closed_signal, 0);
}

GStrv
pawl_proxy_dup_constant (gpointer object, const char *name)
{
  PawlProxyPrivate *self = get_private (object);
  GStrv list = NULL;

  if (self->constants != NULL)
    g_variant_lookup (self->constants, name, "^as", &list);
  return list;
}
