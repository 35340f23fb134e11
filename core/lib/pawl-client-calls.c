/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* How a method of the bus becomes an asynchronous call. All have this one shape, and none has a
 * time limit: a step may take hours. */

#include <pawl/pawl-client.h>

#include "pawl-client-private.h"

static void
on_called (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = G_TASK (data);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_proxy_call_finish (G_DBUS_PROXY (source), result, &error);

  if (reply == NULL)
    {
      pawl_client_translate_error (error);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  g_task_return_pointer (task, g_steal_pointer (&reply), (GDestroyNotify) g_variant_unref);
}

void
pawl_client_begin_call (PawlClient *self,
                        const char *method,
                        GVariant *parameters,
                        gpointer source_tag,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, source_tag);
  g_dbus_proxy_call (self->proxy, method, parameters,
                     G_DBUS_CALL_FLAGS_ALLOW_INTERACTIVE_AUTHORIZATION, G_MAXINT, cancellable,
                     on_called, g_object_ref (task));
}

gboolean
pawl_client_end_call (PawlClient *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GVariant) reply = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  reply = g_task_propagate_pointer (G_TASK (result), error);
  return reply != NULL;
}

GVariant *
pawl_client_take_options (GVariant *options)
{
  return options != NULL ? options : g_variant_new ("a{sv}", NULL);
}

/**
 * pawl_client_call_async:
 * @self: a client
 * @method: a method of `org.pawl.Update1`, or another interface's as `interface.Method`
 * @parameters: (nullable): a tuple; %NULL: an empty one
 * @cancellable: (nullable): ends the wait
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Calls any method of the bus object, also one that is newer than this library.
 *
 * Since: 1.0
 */
void
pawl_client_call_async (PawlClient *self,
                        const char *method,
                        GVariant *parameters,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_return_if_fail (PAWL_IS_CLIENT (self));
  g_return_if_fail (method != NULL);

  pawl_client_begin_call (self, method, parameters, pawl_client_call_async, cancellable, callback,
                          user_data);
}

/**
 * pawl_client_call_finish:
 * @self: a client
 * @result: what the callback got
 * @error: return location
 *
 * Ends pawl_client_call_async().
 *
 * Errors: those of the method; %PAWL_ERROR_NOT_SUPPORTED when the daemon has no such method.
 *
 * Returns: (transfer full): the method's answer, a tuple
 *
 * Since: 1.0
 */
GVariant *
pawl_client_call_finish (PawlClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (PAWL_IS_CLIENT (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
