/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include <pawl/pawl-serve.h>

#include "pawl-link-private.h"
#include "pawl-operation-private.h"

#include <pawl/pawl-error.h>

/* Where a proxy's connections come from: the one that it was made with, and, when it can be
 * reopened, a new one for the first call after the last was lost or given up for idleness. */

typedef struct
{
  GObject *proxy; /* (unowned) */
  GType interface;
  PawlContext *context; /* (owned) */
  guint timeout_ms;
  PawlLink *link; /* (owned) (nullable) */
  GCancellable *cancellable;
  PawlProxyOpenFunc open_func;
  gpointer open_data;
  GDestroyNotify open_destroy;
  guint idle_ms;
  GSource *idle_source; /* (owned) (nullable): only while there is a link */
  guint idle_serial;
} PawlHome;

static GQuark
home_quark (void)
{
  return g_quark_from_static_string ("pawl-proxy-home");
}

static void
home_clear_open (PawlHome *self)
{
  if (self->open_destroy != NULL)
    self->open_destroy (self->open_data);
  self->open_destroy = NULL;
}

static void
home_drop_link (PawlHome *self)
{
  if (self->idle_source != NULL)
    g_source_destroy (self->idle_source);
  g_clear_pointer (&self->idle_source, g_source_unref);
  if (self->link != NULL)
    g_signal_handlers_disconnect_by_data (self->link->connection, self);
  g_clear_pointer (&self->link, pawl_link_free);
}

static void
home_free (gpointer data)
{
  PawlHome *self = data;

  g_cancellable_cancel (self->cancellable);
  home_drop_link (self);
  home_clear_open (self);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->context);
  g_free (self);
}

static void
on_closed (GDBusConnection *connection, gboolean remote, GError *error, gpointer data)
{
  PawlHome *self = data;

  home_drop_link (self);
  pawl_proxy_drop_peer (self->proxy);
}

static gboolean
on_idle (gpointer data)
{
  PawlHome *self = data;

  if (!pawl_peer_check_idle (self->link->peer, &self->idle_serial))
    return G_SOURCE_CONTINUE;
  home_drop_link (self);
  pawl_proxy_drop_peer (self->proxy);
  return G_SOURCE_REMOVE;
}

static void
home_watch_idle (PawlHome *self)
{
  if (self->idle_ms == 0 || self->link == NULL || self->idle_source != NULL)
    return;
  self->idle_source = g_timeout_source_new (self->idle_ms);
  g_source_set_callback (self->idle_source, on_idle, self, NULL);
  g_source_attach (self->idle_source, g_main_context_get_thread_default ());
}

static void
home_take_link (PawlHome *self, PawlLink *link)
{
  self->link = link;
  g_signal_connect (link->connection, "closed", G_CALLBACK (on_closed), self);
  home_watch_idle (self);
}

static void
on_reopened (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GObject) proxy = data;
  PawlHome *self = g_object_get_qdata (proxy, home_quark ());
  g_autoptr (GError) error = NULL;
  PawlLink *link = pawl_link_new_finish (result, &error);

  if (link != NULL)
    home_take_link (self, link);
  pawl_proxy_take_peer (proxy, link != NULL ? link->peer : NULL, error);
}

static void
reopen (GObject *proxy, gpointer data)
{
  PawlHome *self = data;
  g_autoptr (GError) error = NULL;
  int fd = -1;

  /* A connection may be known to be closed before it says so. */
  home_drop_link (self);
  if (self->open_func != NULL)
    fd = self->open_func (self->open_data, &error);
  else
    error = g_error_new (PAWL_ERROR, PAWL_ERROR_PLUGIN, "the plugin's process has ended");
  if (fd < 0)
    {
      pawl_proxy_take_peer (proxy, NULL, error);
      return;
    }
  pawl_link_new_async (self->interface, fd, self->context, self->timeout_ms, self->cancellable,
                       on_reopened, g_object_ref (proxy));
}

/* A task's own until its proxy is there. */
static void
home_holder_free (gpointer data)
{
  PawlHome **holder = data;

  g_clear_pointer (holder, home_free);
  g_free (holder);
}

static void
on_linked (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  PawlHome **holder = g_task_get_task_data (task);
  PawlHome *self = *holder;
  GError *error = NULL;
  PawlLink *link = pawl_link_new_finish (result, &error);
  GObject *proxy;

  if (link == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  proxy = pawl_proxy_new (self->interface, link->peer, link->constants, reopen, self, NULL);
  pawl_instance_set_name (proxy, pawl_context_get_name (self->context));
  self->proxy = proxy;
  g_object_set_qdata_full (proxy, home_quark (), g_steal_pointer (holder), home_free);
  home_take_link (self, link);
  g_task_return_pointer (task, proxy, g_object_unref);
}

/**
 * pawl_proxy_new_async:
 * @interface: one of the five interfaces
 * @fd: one end of a socket pair, at whose other end pawl_serve_async() answers; taken over
 * @context: what the host offers to the plugin; its set_up is called with it
 * @timeout_ms: milliseconds until the deadline of connecting and set_up together, 1 to %G_MAXUINT
 * @cancellable: (nullable): to cancel
 * @callback: called in the thread-default main context of this call
 * @user_data: for @callback
 *
 * Makes an object that implements @interface by calling whoever serves on @fd.
 *
 * Since: 1.0
 */
void
pawl_proxy_new_async (GType interface,
                      int fd,
                      PawlContext *context,
                      guint timeout_ms,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  PawlHome **holder;
  PawlHome *self;

  g_return_if_fail (PAWL_IS_CONTEXT (context));

  self = g_new0 (PawlHome, 1);
  self->interface = interface;
  self->context = g_object_ref (context);
  self->timeout_ms = timeout_ms;
  self->cancellable = g_cancellable_new ();
  g_task_set_source_tag (task, pawl_proxy_new_async);
  holder = g_new0 (PawlHome *, 1);
  *holder = self;
  g_task_set_task_data (task, holder, home_holder_free);
  pawl_link_new_async (interface, fd, context, timeout_ms, cancellable, on_linked,
                       g_steal_pointer (&task));
}

/**
 * pawl_proxy_new_finish:
 * @result: the result
 * @error: return location
 *
 * Errors: those of the plugin's set_up; %PAWL_ERROR_PLUGIN when the other side does not speak as
 * agreed or has no such interface; %PAWL_ERROR_TIMED_OUT at the deadline; %G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full): the object
 *
 * Since: 1.0
 */
GObject *
pawl_proxy_new_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/**
 * pawl_proxy_set_reopen: (skip)
 * @proxy: what pawl_proxy_new_finish() returned
 * @idle_ms: milliseconds without a call until the connection is given up, so that the other side
 * can leave; 0 for never. While a confirmer's trial runs it is never given up
 * @open_func: (nullable): starts the other side again, when a call finds it gone
 * @user_data: for @open_func
 * @destroy: (nullable): for @user_data
 *
 * Lets a proxy outlive its connection. Its signal `closed` says that the connection is gone, so
 * that a process which does not leave by itself can be ended.
 *
 * Since: 0.1
 */
void
pawl_proxy_set_reopen (GObject *proxy,
                       guint idle_ms,
                       PawlProxyOpenFunc open_func,
                       gpointer user_data,
                       GDestroyNotify destroy)
{
  PawlHome *self = g_object_get_qdata (proxy, home_quark ());

  g_return_if_fail (self != NULL);

  home_clear_open (self);
  self->open_func = open_func;
  self->open_data = user_data;
  self->open_destroy = destroy;
  self->idle_ms = idle_ms;
  home_watch_idle (self);
}
