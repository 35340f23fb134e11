/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* pawld: reads its configuration, starts the engine, takes its name on the bus, and leaves when it
 * is told to or when nothing keeps it. */
#include "pawl-daemon.h"
#include "pawl-notify.h"
#include "pawl-sample.h"

#include <glib-unix.h>
#include <locale.h>
#include <stdlib.h>

typedef struct
{
  GMainLoop *loop;             /* (owned) */
  PawlEngine *engine;          /* (owned) */
  PawlDaemon *daemon;          /* (owned) */
  GDBusConnection *connection; /* (owned) (nullable) */
  guint name;
  int status;
} Program;

static char *config_file;
static char **plugin_folders;
static char **plugin_host;
static char *address;
static gboolean session;
static gboolean show_version;
static gboolean show_sample;
static gboolean check_config;

static gboolean
take_plugin_host (const char *option, const char *value, gpointer data, GError **error)
{
  g_clear_pointer (&plugin_host, g_strfreev);
  return g_shell_parse_argv (value, NULL, &plugin_host, error);
}

static const GOptionEntry options[] = {
  {"config",        0, 0, G_OPTION_ARG_FILENAME,       &config_file,                "Read this file alone, without fragments",
   "FILE"                                                                                                                               },
  {"plugin-dir",    0, 0, G_OPTION_ARG_FILENAME_ARRAY, &plugin_folders,
   "Look for plugins here; may be repeated",                                                                                   "DIR"    },
  {"plugin-host",   0, 0, G_OPTION_ARG_CALLBACK,       (gpointer) take_plugin_host,
   "Run isolated plugins with this command",                                                                                   "COMMAND"},
  {"address",       0, 0, G_OPTION_ARG_STRING,         &address,                    "Use the bus at this address",             "ADDRESS"},
  {"session",       0, 0, G_OPTION_ARG_NONE,           &session,                    "Use the session bus",                     NULL     },
  {"check-config",  0, 0, G_OPTION_ARG_NONE,           &check_config,               "Check the configuration and leave",
   NULL                                                                                                                                 },
  {"sample-config", 0, 0, G_OPTION_ARG_NONE,           &show_sample,
   "Print a commented configuration and leave",                                                                                NULL     },
  {"version",       0, 0, G_OPTION_ARG_NONE,           &show_version,               "Print the version and leave",             NULL     },
  {NULL,            0, 0, G_OPTION_ARG_NONE,           NULL,                        NULL,                                      NULL     },
};

/* ---- configuration ---- */

static PawlConfig *
load_config (GError **error)
{
  const char *const alone[] = {config_file, NULL};
  g_auto (GStrv) files = NULL;

  if (config_file != NULL)
    return pawl_config_load (alone, error);
  files = pawl_config_find_files (PAWL_VENDOR_CONFIG_DIR, PAWL_CONFIG_FILE, PAWL_CONFIG_DIR);
  return pawl_config_load ((const char *const *) files, error);
}

static PawlPluginHost *
make_host (void)
{
  const char *const installed[] = {PAWL_PLUGIN_DIR, NULL};
  PawlPluginHost *host =
    pawl_plugin_host_new (plugin_folders != NULL ? (const char *const *) plugin_folders : installed,
                          TRUE);

  if (plugin_host != NULL)
    pawl_plugin_host_set_program (host, plugin_host[0], (const char *const *) plugin_host + 1);
  return host;
}

static int
run_check_config (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlConfig) config = load_config (&error);
  g_autoptr (PawlPluginHost) host = make_host ();

  pawl_plugin_host_scan (host);
  if (config != NULL && pawl_config_check_plugins (config, host, &error))
    return EXIT_SUCCESS;
  g_printerr ("pawld: %s\n", error->message);
  return EXIT_FAILURE;
}

/* ---- the end ---- */

static void
on_stopped (GObject *source, GAsyncResult *result, gpointer data)
{
  g_main_loop_quit (((Program *) data)->loop);
}

static void
leave (Program *program, int status)
{
  program->status = status;
  pawl_notify ("STOPPING=1");
  pawl_engine_stop_async (program->engine, on_stopped, program);
}

/* Who leaves gives the name back first: a call that comes now starts the daemon again. */
static void
on_leave (PawlDaemon *daemon, gpointer data)
{
  Program *program = data;

  g_clear_handle_id (&program->name, g_bus_unown_name);
  leave (program, EXIT_SUCCESS);
}

static gboolean
on_terminate (gpointer data)
{
  leave (data, EXIT_SUCCESS);
  return G_SOURCE_REMOVE;
}

/* ---- reload ---- */

static void
on_reloaded (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!pawl_engine_reload_finish (PAWL_ENGINE (source), result, &error))
    g_message ("%s", error->message);
  pawl_notify ("READY=1");
}

static gboolean
on_reload (gpointer data)
{
  Program *program = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlConfig) config = load_config (&error);
  g_autofree char *text =
    g_strdup_printf ("RELOADING=1\nMONOTONIC_USEC=%" G_GINT64_FORMAT, g_get_monotonic_time ());

  pawl_notify (text);
  if (config != NULL)
    {
      pawl_engine_reload_async (program->engine, config, NULL, on_reloaded, program);
      return G_SOURCE_CONTINUE;
    }
  pawl_engine_refuse_config (program->engine, error);
  pawl_notify ("READY=1");
  return G_SOURCE_CONTINUE;
}

/* ---- the watchdog of the service ---- */

static gboolean
on_watchdog (gpointer data)
{
  if (pawl_engine_is_alive (((Program *) data)->engine))
    pawl_notify ("WATCHDOG=1");
  return G_SOURCE_CONTINUE;
}

static void
start_watchdog (Program *program)
{
  guint64 interval_us = pawl_notify_get_watchdog_us ();

  if (interval_us > 0)
    g_timeout_add ((guint) MIN (interval_us / 1000, G_MAXUINT), on_watchdog, program);
}

/* ---- the beginning ---- */

static void
on_name_acquired (GDBusConnection *connection, const char *name, gpointer data)
{
  Program *program = data;

  pawl_notify ("READY=1");
  pawl_daemon_watch_idleness (program->daemon);
}

static void
on_name_lost (GDBusConnection *connection, const char *name, gpointer data)
{
  Program *program = data;

  g_printerr ("pawld: the name %s cannot be owned: another pawld has it, or the policy of the bus "
              "forbids it\n",
              name);
  leave (program, EXIT_FAILURE);
}

/* The name comes last: whoever sees it finds an engine that knows where the device is. */
static void
on_started (GObject *source, GAsyncResult *result, gpointer data)
{
  Program *program = data;
  g_autoptr (GError) error = NULL;

  if (!pawl_engine_start_finish (PAWL_ENGINE (source), result, &error))
    g_message ("only reading works: %s", error->message);
  program->name =
    g_bus_own_name_on_connection (program->connection, PAWL_BUS_NAME, G_BUS_NAME_OWNER_FLAGS_NONE,
                                  on_name_acquired, on_name_lost, program, NULL);
}

static void
on_closed (GDBusConnection *connection, gboolean vanished, GError *error, gpointer data)
{
  g_message ("the bus is gone");
  leave (data, EXIT_FAILURE);
}

static GDBusConnection *
connect_to_bus (GError **error)
{
  g_autofree char *of_type = NULL;
  GBusType type = session ? G_BUS_TYPE_SESSION : G_BUS_TYPE_SYSTEM;

  if (address == NULL)
    of_type = g_dbus_address_get_for_bus_sync (type, NULL, error);
  if (address == NULL && of_type == NULL)
    return NULL;
  return g_dbus_connection_new_for_address_sync (address != NULL ? address : of_type,
                                                 G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                   G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                                 NULL, NULL, error);
}

static int
run (Program *program)
{
  g_autoptr (GError) config_error = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlConfig) config = load_config (&config_error);
  g_autoptr (PawlPluginHost) host = make_host ();
  g_autoptr (PawlClock) clock = pawl_clock_system_new ();

  if (config == NULL)
    config = pawl_config_load_data ("", "default", NULL);
  program->loop = g_main_loop_new (NULL, FALSE);
  program->engine = pawl_engine_new (config, clock, host);
  program->daemon = pawl_daemon_new (program->engine);
  program->connection = connect_to_bus (&error);
  if (program->connection == NULL ||
      !pawl_daemon_export (program->daemon, program->connection, &error))
    {
      g_printerr ("pawld: the bus cannot be used: %s\n", error->message);
      return EXIT_FAILURE;
    }
  g_dbus_connection_set_exit_on_close (program->connection, FALSE);
  g_signal_connect (program->connection, "closed", G_CALLBACK (on_closed), program);
  g_signal_connect (program->daemon, "leave", G_CALLBACK (on_leave), program);
  g_unix_signal_add (SIGTERM, on_terminate, program);
  g_unix_signal_add (SIGINT, on_terminate, program);
  g_unix_signal_add (SIGHUP, on_reload, program);
  start_watchdog (program);
  if (config_error != NULL)
    pawl_engine_refuse_config (program->engine, config_error);
  pawl_engine_start_async (program->engine, NULL, on_started, program);
  g_main_loop_run (program->loop);
  return program->status;
}

static void
program_clear (Program *program)
{
  g_clear_handle_id (&program->name, g_bus_unown_name);
  if (program->connection != NULL)
    g_signal_handlers_disconnect_by_data (program->connection, program);
  g_clear_object (&program->daemon);
  g_clear_object (&program->engine);
  g_clear_object (&program->connection);
  g_clear_pointer (&program->loop, g_main_loop_unref);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GError) error = NULL;
  Program program = {0};
  int status;

  setlocale (LC_ALL, "");
  g_option_context_set_summary (context, "Keeps this device up to date, for org.pawl.Update1.");
  g_option_context_add_main_entries (context, options, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc > 1)
    {
      g_printerr ("pawld: %s\n", error != NULL ? error->message : "no arguments are expected");
      return 2;
    }
  if (show_version)
    {
      g_print ("pawld %s\n", PAWL_VERSION);
      return EXIT_SUCCESS;
    }
  if (show_sample)
    {
      g_autofree char *sample = pawl_sample_make ();

      g_print ("%s", sample);
      return EXIT_SUCCESS;
    }
  if (check_config)
    return run_check_config ();
  status = run (&program);
  program_clear (&program);
  return status;
}
