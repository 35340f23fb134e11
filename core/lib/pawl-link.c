/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-link-private.h"

#include <gio/gunixconnection.h>
#include <pawl/pawl-error.h>
#include <pawl/pawl-transport.h>
#include <pawl/pawl-verifier.h>

/* A connection is made in three steps: authentication, what the host offers, and SetUp. A process
 * that says nothing is given up at the deadline of all three together. */

/* More signals or calls than these in a second are a flood. Progress once for each 64 KiB of a fast
 * disk is less. */
#define FLOOD_PER_SECOND 4000

typedef struct
{
  gint64 second; /* of the monotonic clock; only the connection's worker looks at these */
  guint signals;
  guint calls;
} PawlFloodGuard;

typedef struct
{
  PawlLink *link; /* (owned) */
  GType interface;
  PawlContext *context;      /* (owned) */
  GCancellable *cancellable; /* (owned): cancelled by the caller's and by the deadline */
  GSource *deadline;         /* (owned) */
  GSource *watch;            /* (owned) (nullable): of the caller's cancellable */
  gboolean timed_out;
} PawlConnecting;

void
pawl_link_free (PawlLink *self)
{
  if (self->connection != NULL)
    g_dbus_connection_close (self->connection, NULL, NULL, NULL);
  g_clear_pointer (&self->transports, pawl_servant_free);
  g_clear_pointer (&self->peer, pawl_peer_unref);
  g_clear_pointer (&self->constants, g_variant_unref);
  g_clear_object (&self->connection);
  g_free (self);
}

static void
source_clear (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
connecting_free (gpointer data)
{
  PawlConnecting *self = data;

  source_clear (&self->deadline);
  source_clear (&self->watch);
  g_clear_pointer (&self->link, pawl_link_free);
  g_clear_object (&self->context);
  g_clear_object (&self->cancellable);
  g_free (self);
}

GIOStream *
pawl_link_stream_new (int fd, GError **error)
{
  g_autoptr (GSocket) socket = g_socket_new_from_fd (fd, error);

  if (socket == NULL)
    return NULL;
  return G_IO_STREAM (g_socket_connection_factory_create_connection (socket));
}

static gboolean
is_flood (PawlFloodGuard *guard, guint *count)
{
  const gint64 second = g_get_monotonic_time () / G_USEC_PER_SEC;

  if (second != guard->second)
    *guard = (PawlFloodGuard){.second = second};
  return ++*count > FLOOD_PER_SECOND;
}

/* Runs in the connection's own thread, before anything is queued for the main loop: a flood costs
 * whoever sends it. Signals are dropped; calls would wait for an answer, so the line is cut. */
static GDBusMessage *
guard_flood (GDBusConnection *connection, GDBusMessage *message, gboolean incoming, gpointer data)
{
  PawlFloodGuard *guard = data;
  gboolean drop = FALSE;

  if (incoming && g_dbus_message_get_message_type (message) == G_DBUS_MESSAGE_TYPE_SIGNAL)
    drop = is_flood (guard, &guard->signals);
  else if (incoming &&
           g_dbus_message_get_message_type (message) == G_DBUS_MESSAGE_TYPE_METHOD_CALL &&
           is_flood (guard, &guard->calls))
    {
      g_dbus_connection_close (connection, NULL, NULL, NULL);
      drop = TRUE;
    }
  if (drop)
    g_clear_object (&message);
  return message;
}

static void
return_failure (GTask *task, GError *error)
{
  PawlConnecting *self = g_task_get_task_data (task);

  if (self->timed_out)
    g_task_return_new_error (task, PAWL_ERROR, PAWL_ERROR_TIMED_OUT,
                             "the plugin's process did not come up in time");
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_task_return_error (task, g_error_copy (error));
  else
    g_task_return_error (task, pawl_remote_translate_error (g_error_copy (error)));
  g_error_free (error);
}

static void
on_set_up (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  PawlConnecting *self = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GVariant) reply =
    g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (reply == NULL)
    {
      return_failure (task, error);
      return;
    }
  self->link->constants = g_variant_get_child_value (reply, 0);
  self->link->peer =
    pawl_peer_new (self->link->connection, PAWL_REMOTE_PLUGIN_PATH, self->interface, self->context);
  g_task_return_pointer (task, g_steal_pointer (&self->link), (GDestroyNotify) pawl_link_free);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  PawlConnecting *self = g_task_get_task_data (task);
  GError *error = NULL;

  self->link->connection = g_dbus_connection_new_finish (result, &error);
  /* A verifier asks its sources through the host's transports; nobody else gets to the network by
   * that way. */
  if (error == NULL && self->interface == PAWL_TYPE_VERIFIER)
    self->link->transports = pawl_servant_new (self->link->connection, PAWL_REMOTE_TRANSPORT_PATH,
                                               NULL, self->context, &error);
  if (error != NULL)
    {
      return_failure (task, error);
      return;
    }
  g_dbus_connection_add_filter (self->link->connection, guard_flood, g_new0 (PawlFloodGuard, 1),
                                g_free);
  g_dbus_connection_start_message_processing (self->link->connection);
  g_dbus_connection_call (self->link->connection, NULL, PAWL_REMOTE_PLUGIN_PATH,
                          PAWL_REMOTE_INTERFACE, "SetUp",
                          g_variant_new ("(s@a{sv})", g_type_name (self->interface),
                                         pawl_remote_context_to_variant (self->context,
                                                                         self->interface)),
                          G_VARIANT_TYPE ("(a{sv})"), G_DBUS_CALL_FLAGS_NO_AUTO_START, G_MAXINT,
                          self->cancellable, on_set_up, g_steal_pointer (&task));
}

static gboolean
on_deadline (gpointer data)
{
  PawlConnecting *self = data;

  self->timed_out = TRUE;
  g_cancellable_cancel (self->cancellable);
  return G_SOURCE_REMOVE;
}

static gboolean
on_caller_cancelled (GCancellable *cancellable, gpointer data)
{
  PawlConnecting *self = data;

  g_cancellable_cancel (self->cancellable);
  return G_SOURCE_REMOVE;
}

static GSource *
watch (GSource *source, GSourceFunc callback, PawlConnecting *self)
{
  g_source_set_callback (source, callback, self, NULL);
  g_source_attach (source, g_main_context_get_thread_default ());
  return source;
}

void
pawl_link_new_async (GType interface,
                     int fd,
                     PawlContext *context,
                     guint timeout_ms,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  PawlConnecting *self = g_new0 (PawlConnecting, 1);
  g_autoptr (GIOStream) stream = NULL;
  GError *error = NULL;

  g_task_set_task_data (task, self, connecting_free);
  g_task_set_source_tag (task, pawl_link_new_async);
  /* Both sides have to know the names of its errors. */
  (void) PAWL_ERROR;
  self->link = g_new0 (PawlLink, 1);
  self->interface = interface;
  self->context = g_object_ref (context);
  self->cancellable = g_cancellable_new ();
  stream = pawl_link_stream_new (fd, &error);
  if (stream == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  self->deadline = watch (g_timeout_source_new (timeout_ms), on_deadline, self);
  if (cancellable != NULL)
    self->watch =
      watch (g_cancellable_source_new (cancellable), G_SOURCE_FUNC (on_caller_cancelled), self);
  g_dbus_connection_new (stream, NULL,
                         G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                           G_DBUS_CONNECTION_FLAGS_DELAY_MESSAGE_PROCESSING,
                         NULL, self->cancellable, on_connected, g_steal_pointer (&task));
}

PawlLink *
pawl_link_new_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
