/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-reboot.h"

#include <pawl/pawl.h>

static void
fail (GTask *task, const char *who, const GError *error)
{
  g_task_return_new_error (task, PAWL_ERROR, PAWL_ERROR_FAILED,
                           "%s: the device does not reboot: %s", who, error->message);
}

/* ---- a command ---- */

static void
on_command_ended (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;

  if (g_subprocess_wait_check_finish (G_SUBPROCESS (source), result, &error))
    g_task_return_boolean (task, TRUE);
  else
    fail (task, g_task_get_task_data (task), error);
}

static void
run_command (GTask *data, const char *command)
{
  g_autoptr (GTask) task = data;
  g_auto (GStrv) argv = NULL;
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) error = NULL;

  if (g_shell_parse_argv (command, NULL, &argv, &error))
    process = g_subprocess_newv ((const char *const *) argv, G_SUBPROCESS_FLAGS_NONE, &error);
  if (process == NULL)
    fail (task, command, error);
  else
    g_subprocess_wait_check_async (process, NULL, on_command_ended, g_steal_pointer (&task));
}

/* ---- systemd ---- */

static void
on_called (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
    g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);

  if (answer != NULL)
    g_task_return_boolean (task, TRUE);
  else
    fail (task, "org.freedesktop.login1", error);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) connection = g_bus_get_finish (result, &error);

  if (connection == NULL)
    {
      fail (task, "the system bus", error);
      return;
    }
  g_dbus_connection_call (connection, "org.freedesktop.login1", "/org/freedesktop/login1",
                          "org.freedesktop.login1.Manager", "Reboot", g_variant_new ("(b)", FALSE),
                          NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL, on_called,
                          g_steal_pointer (&task));
}

void
pawl_reboot_async (const char *command, GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, NULL, callback, user_data);

  g_task_set_source_tag (task, pawl_reboot_async);
  g_task_set_task_data (task, g_strdup (command), g_free);
  if (*command != '\0')
    run_command (task, command);
  else
    g_bus_get (G_BUS_TYPE_SYSTEM, NULL, on_connected, task);
}

gboolean
pawl_reboot_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
