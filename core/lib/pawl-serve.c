/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include <pawl/pawl-serve.h>

#include "pawl-link-private.h"

#include <pawl/pawl-boot-control.h>
#include <pawl/pawl-confirmer.h>
#include <pawl/pawl-error.h>
#include <pawl/pawl-installer.h>
#include <pawl/pawl-transport.h>
#include <pawl/pawl-verifier.h>

typedef struct
{
  GDBusConnection *connection; /* (owned) */
  PawlServant *servant;        /* (owned) */
  GSource *watch;              /* (owned) (nullable): of the caller's cancellable */
} PawlServing;

static void
serving_free (gpointer data)
{
  PawlServing *self = data;

  if (self->watch != NULL)
    g_source_destroy (self->watch);
  g_clear_pointer (&self->watch, g_source_unref);
  g_clear_pointer (&self->servant, pawl_servant_free);
  g_clear_object (&self->connection);
  g_free (self);
}

static guint
count_interfaces (GObject *instance)
{
  return (guint) PAWL_IS_TRANSPORT (instance) + (guint) PAWL_IS_VERIFIER (instance) +
         (guint) PAWL_IS_INSTALLER (instance) + (guint) PAWL_IS_BOOT_CONTROL (instance) +
         (guint) PAWL_IS_CONFIRMER (instance);
}

static void
on_closed (GDBusConnection *connection, gboolean remote, GError *error, gpointer data)
{
  g_autoptr (GTask) task = data;

  g_signal_handlers_disconnect_by_data (connection, task);
  g_task_return_boolean (task, TRUE);
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer data)
{
  PawlServing *self = data;

  g_dbus_connection_close (self->connection, NULL, NULL, NULL);
  return G_SOURCE_REMOVE;
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  PawlServing *self = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  GError *error = NULL;

  self->connection = g_dbus_connection_new_finish (result, &error);
  if (self->connection != NULL)
    self->servant = pawl_servant_new (self->connection, PAWL_REMOTE_PLUGIN_PATH,
                                      g_task_get_source_object (task), NULL, &error);
  if (error != NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (cancellable != NULL)
    {
      self->watch = g_cancellable_source_new (cancellable);
      g_source_set_callback (self->watch, G_SOURCE_FUNC (on_cancelled), self, NULL);
      g_source_attach (self->watch, g_main_context_get_thread_default ());
    }
  g_signal_connect (self->connection, "closed", G_CALLBACK (on_closed), task);
  g_dbus_connection_start_message_processing (self->connection);
  g_steal_pointer (&task);
}

/**
 * pawl_serve_async:
 * @instance: implements exactly one of the five interfaces
 * @fd: one end of a socket pair; taken over
 * @cancellable: (nullable): to stop
 * @callback: called once the other side is gone
 * @user_data: for @callback
 *
 * Answers calls to @instance until the other side closes. For a plugin's own process; runs no loop
 * and blocks nobody.
 *
 * Since: 1.0
 */
void
pawl_serve_async (GObject *instance,
                  int fd,
                  GCancellable *cancellable,
                  GAsyncReadyCallback callback,
                  gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (instance, cancellable, callback, user_data);
  g_autoptr (GIOStream) stream = NULL;
  g_autofree char *guid = g_dbus_generate_guid ();
  GError *error = NULL;

  g_return_if_fail (G_IS_OBJECT (instance));

  g_task_set_source_tag (task, pawl_serve_async);
  g_task_set_task_data (task, g_new0 (PawlServing, 1), serving_free);
  g_task_set_check_cancellable (task, FALSE);
  (void) PAWL_ERROR;
  stream = pawl_link_stream_new (fd, &error);
  if (stream != NULL && count_interfaces (instance) != 1)
    error = g_error_new (PAWL_ERROR, PAWL_ERROR_INVALID_ARGUMENT,
                         "%s: implements %u of the five interfaces, wanted exactly one",
                         G_OBJECT_TYPE_NAME (instance), count_interfaces (instance));
  if (error != NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  /* This side checks the other's credentials: they are those of whoever made the pair, whatever
   * user this process has become since. */
  g_dbus_connection_new (stream, guid,
                         G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_SERVER |
                           G_DBUS_CONNECTION_FLAGS_DELAY_MESSAGE_PROCESSING,
                         NULL, cancellable, on_connected, g_steal_pointer (&task));
}

/**
 * pawl_serve_finish:
 * @instance: what was served
 * @result: the result
 * @error: return location
 *
 * Errors: %PAWL_ERROR_INVALID_ARGUMENT when @instance implements none or several of the five
 * interfaces; those of GIO when @fd is no socket or the other side does not speak D-Bus.
 *
 * Returns: %TRUE when the other side closed, or the serving was cancelled
 *
 * Since: 1.0
 */
gboolean
pawl_serve_finish (GObject *instance, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, instance), FALSE);

  return g_task_propagate_boolean (G_TASK (result), error);
}
