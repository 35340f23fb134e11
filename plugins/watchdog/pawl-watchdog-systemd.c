/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-watchdog-systemd.h"

#define CALL_TIMEOUT_MS (20 * 1000)

#define SYSTEMD_NAME      "org.freedesktop.systemd1"
#define SYSTEMD_PATH      "/org/freedesktop/systemd1"
#define SYSTEMD_INTERFACE "org.freedesktop.systemd1.Manager"
#define PROPERTY          "RuntimeWatchdogUSec"

/* What is asked once there is a connection. */
typedef struct
{
  gboolean set;
  guint64 usec;
} Request;

static void
on_called (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Request *request = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GVariant) answer =
    g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autoptr (GVariant) value = NULL;

  if (answer == NULL)
    {
      g_dbus_error_strip_remote_error (error);
      g_prefix_error (&error, "systemd, %s: ", PROPERTY);
      g_task_return_error (task, error);
      return;
    }
  if (!request->set)
    {
      g_variant_get (answer, "(v)", &value);
      if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT64))
        request->usec = g_variant_get_uint64 (value);
    }
  g_task_return_boolean (task, TRUE);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Request *request = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  GError *error = NULL;
  GVariant *arguments;
  g_autoptr (GDBusConnection) connection =
    source == NULL ? g_bus_get_finish (result, &error)
                   : g_dbus_connection_new_for_address_finish (result, &error);

  if (connection == NULL)
    {
      g_prefix_error (&error, "the bus cannot be reached: ");
      g_task_return_error (task, error);
      return;
    }
  arguments = request->set ? g_variant_new ("(ssv)", SYSTEMD_INTERFACE, PROPERTY,
                                            g_variant_new_uint64 (request->usec))
                           : g_variant_new ("(ss)", SYSTEMD_INTERFACE, PROPERTY);
  g_dbus_connection_call (connection, SYSTEMD_NAME, SYSTEMD_PATH, "org.freedesktop.DBus.Properties",
                          request->set ? "Set" : "Get", arguments,
                          request->set ? NULL : G_VARIANT_TYPE ("(v)"),
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, CALL_TIMEOUT_MS, cancellable, on_called,
                          g_steal_pointer (&task));
}

static void
start (const char *address,
       Request *request,
       gpointer tag,
       GCancellable *cancellable,
       GAsyncReadyCallback callback,
       gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, tag);
  g_task_set_task_data (task, request, g_free);
  if (*address == '\0')
    g_bus_get (G_BUS_TYPE_SYSTEM, cancellable, on_connected, task);
  else
    g_dbus_connection_new_for_address (address,
                                       G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                         G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                       NULL, cancellable, on_connected, task);
}

void
pawl_watchdog_systemd_get_async (const char *address,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  start (address, g_new0 (Request, 1), pawl_watchdog_systemd_get_async, cancellable, callback,
         user_data);
}

gboolean
pawl_watchdog_systemd_get_finish (GAsyncResult *result, guint64 *out_usec, GError **error)
{
  Request *request = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  *out_usec = request->usec;
  return TRUE;
}

void
pawl_watchdog_systemd_set_async (const char *address,
                                 guint64 usec,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  Request *request = g_new0 (Request, 1);

  request->set = TRUE;
  request->usec = usec;
  start (address, request, pawl_watchdog_systemd_set_async, cancellable, callback, user_data);
}

gboolean
pawl_watchdog_systemd_set_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
