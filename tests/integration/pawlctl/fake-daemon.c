/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "fake-daemon.h"

#define BUS_NAME "org.pawl.Update1"
#define BUS_PATH "/org/pawl/Update1"

static void
answer (FakeDaemon *fake, GDBusMethodInvocation *invocation)
{
  const char *method = g_dbus_method_invocation_get_method_name (invocation);
  g_autofree char *parameters =
    g_variant_print (g_dbus_method_invocation_get_parameters (invocation), FALSE);

  g_string_append_printf (fake->calls, "%s%s\n", method, parameters);
  if (fake->on_call != NULL && fake->on_call (fake, invocation, method))
    return;
  if (fake->error != NULL)
    g_dbus_method_invocation_return_gerror (invocation, fake->error);
  else
    g_dbus_method_invocation_return_value (invocation, fake->reply);
}

/* All methods go one way, whatever their arguments. */
static void
marshal_call (GClosure *closure,
              GValue *result,
              guint n_values,
              const GValue *values,
              gpointer hint,
              gpointer data)
{
  answer (closure->data, g_value_get_object (&values[1]));
  g_value_set_boolean (result, TRUE);
}

static void
connect_methods (FakeDaemon *fake)
{
  guint n = 0;
  g_autofree guint *ids = g_signal_list_ids (PAWL_DBUS_TYPE_UPDATE1, &n);

  for (guint i = 0; i < n; i++)
    {
      const char *name = g_signal_name (ids[i]);
      GClosure *closure;

      if (!g_str_has_prefix (name, "handle-"))
        continue;
      closure = g_closure_new_simple (sizeof (GClosure), fake);
      g_closure_set_marshal (closure, marshal_call);
      g_signal_connect_closure (fake->object, name, closure, FALSE);
    }
}

FakeDaemon *
fake_daemon_new (void)
{
  FakeDaemon *fake = g_new0 (FakeDaemon, 1);
  g_autoptr (GError) error = NULL;

  fake->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  fake->calls = g_string_new (NULL);
  g_test_dbus_up (fake->bus);
  fake->connection =
    g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (fake->bus),
                                            G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                              G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                            NULL, NULL, &error);
  g_assert_no_error (error);
  fake->object = pawl_dbus_update1_skeleton_new ();
  connect_methods (fake);
  fake_daemon_set (fake, "state", "'idle'");
  fake_daemon_set (fake, "version", "'9.8.7'");
  for (gsize i = 0; i < 4; i++)
    {
      static const char *const DICTS[] = {"progress", "available", "last-result", "trial"};
      static const char *const LISTS[] = {"installed", "decisions", "inhibitors", "decisions"};

      fake_daemon_set (fake, DICTS[i], "@a{sv} {}");
      fake_daemon_set (fake, LISTS[i], "@aa{sv} []");
    }
  g_dbus_interface_skeleton_export (G_DBUS_INTERFACE_SKELETON (fake->object), fake->connection,
                                    BUS_PATH, &error);
  g_assert_no_error (error);
  return fake;
}

void
fake_daemon_free (FakeDaemon *fake)
{
  fake_daemon_disown (fake);
  g_dbus_interface_skeleton_unexport (G_DBUS_INTERFACE_SKELETON (fake->object));
  g_clear_object (&fake->object);
  g_dbus_connection_close_sync (fake->connection, NULL, NULL);
  g_clear_object (&fake->connection);
  g_test_dbus_down (fake->bus);
  g_clear_object (&fake->bus);
  g_string_free (fake->calls, TRUE);
  g_clear_error (&fake->error);
  g_clear_pointer (&fake->reply, g_variant_unref);
  g_free (fake->out);
  g_free (fake->err);
  g_free (fake);
}

static void
on_acquired (GDBusConnection *connection, const char *name, gpointer data)
{
  *(gboolean *) data = TRUE;
}

void
fake_daemon_own (FakeDaemon *fake)
{
  gboolean owned = FALSE;

  fake->name_id =
    g_bus_own_name_on_connection (fake->connection, BUS_NAME, 0, on_acquired, NULL, &owned, NULL);
  while (!owned)
    g_main_context_iteration (NULL, TRUE);
}

void
fake_daemon_disown (FakeDaemon *fake)
{
  g_clear_handle_id (&fake->name_id, g_bus_unown_name);
}

/* @value is a variant as text. */
void
fake_daemon_set (FakeDaemon *fake, const char *property, const char *value)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) variant = g_variant_parse (NULL, value, NULL, NULL, &error);
  GParamSpec *pspec = g_object_class_find_property (G_OBJECT_GET_CLASS (fake->object), property);

  g_assert_no_error (error);
  g_assert_nonnull (pspec);
  if (G_IS_PARAM_SPEC_VARIANT (pspec))
    g_object_set (fake->object, property, variant, NULL);
  else if (G_IS_PARAM_SPEC_STRING (pspec))
    g_object_set (fake->object, property, g_variant_get_string (variant, NULL), NULL);
  else if (G_IS_PARAM_SPEC_BOOLEAN (pspec))
    g_object_set (fake->object, property, g_variant_get_boolean (variant), NULL);
  else
    g_object_set (fake->object, property, g_variant_get_int64 (variant), NULL);
  g_dbus_interface_skeleton_flush (G_DBUS_INTERFACE_SKELETON (fake->object));
}

/* @reply is a tuple as text. */
void
fake_daemon_reply (FakeDaemon *fake, const char *reply)
{
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&fake->reply, g_variant_unref);
  fake->reply = g_variant_parse (NULL, reply, NULL, NULL, &error);
  g_assert_no_error (error);
}

static void
on_communicated (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

/* Starts pawlctl on the private bus, in UTC. */
GSubprocess *
fake_daemon_spawn (FakeDaemon *fake, const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autofree char *line = g_strdup_printf ("%s --bus %s %s", g_getenv ("PAWLCTL"),
                                           g_test_dbus_get_bus_address (fake->bus), words);
  g_auto (GStrv) argv = NULL;
  GSubprocess *process;

  if (fake->terminal)
    argv = g_strdupv ((char *[]){"script", "-qec", line, "/dev/null", NULL});
  else
    g_assert_true (g_shell_parse_argv (line, NULL, &argv, &error));
  g_subprocess_launcher_setenv (launcher, "TERM", "xterm", TRUE);
  g_subprocess_launcher_unsetenv (launcher, "NO_COLOR");
  g_subprocess_launcher_setenv (launcher, "TZ", "UTC", TRUE);
  g_subprocess_launcher_setenv (launcher, "LC_ALL", "C.UTF-8", TRUE);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv, &error);
  g_assert_no_error (error);
  return process;
}

/* Serves the bus until pawlctl has ended. */
void
fake_daemon_finish (FakeDaemon *fake, GSubprocess *process)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&fake->out, g_free);
  g_clear_pointer (&fake->err, g_free);
  g_subprocess_communicate_utf8_async (process, NULL, NULL, on_communicated, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_subprocess_communicate_utf8_finish (process, result, &fake->out, &fake->err, &error);
  g_assert_no_error (error);
  g_assert_true (g_subprocess_get_if_exited (process));
  fake->exit_code = g_subprocess_get_exit_status (process);
}

void
fake_daemon_run (FakeDaemon *fake, const char *words)
{
  g_autoptr (GSubprocess) process = fake_daemon_spawn (fake, words);

  fake_daemon_finish (fake, process);
}
