/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-plugin-file.h"
#include "pawl-plugin-module.h"
#include "plugin-host-sandbox.h"

#include <pawl/pawl.h>
#include <unistd.h>

/* The process of one plugin: shuts itself in, loads the plugin, and answers on descriptor 3 until
 * the daemon closes it. A plugin that is not in C is run by its interpreter, which this process
 * becomes. */

#define HOST_FD 3

typedef struct
{
  gboolean check_owner;
  char *scripts;
  PluginHostSandbox sandbox;
} Options;

static char *
module_path (PawlPluginInfo *info, const char *suffix)
{
  g_autofree char *folder = g_path_get_dirname (pawl_plugin_info_get_path (info));
  g_autofree char *name = g_strconcat (pawl_plugin_info_get_module (info), suffix, NULL);

  return g_build_filename (folder, name, NULL);
}

/* The plugin itself, and what runs it. */
static void
add_own_files (Options *options, PawlPluginInfo *info)
{
  g_autoptr (GStrvBuilder) reads = g_strv_builder_new ();
  g_autofree char *folder = g_path_get_dirname (pawl_plugin_info_get_path (info));

  if (options->sandbox.reads != NULL)
    g_strv_builder_addv (reads, (const char **) options->sandbox.reads);
  g_strv_builder_add (reads, folder);
  if (options->scripts != NULL)
    g_strv_builder_add (reads, options->scripts);
  g_strfreev (options->sandbox.reads);
  options->sandbox.reads = g_strv_builder_end (reads);
}

/* Returns only when it failed. */
static gboolean
run_interpreter (const Options *options, PawlPluginInfo *info, GType interface, GError **error)
{
  const gboolean is_python = g_str_equal (pawl_plugin_info_get_language (info), "python");
  const char *interpreter = is_python ? PLUGIN_HOST_PYTHON : PLUGIN_HOST_GJS;
  g_autofree char *module = module_path (info, is_python ? ".py" : ".js");
  g_autofree char *script =
    g_build_filename (options->scripts != NULL ? options->scripts : PLUGIN_HOST_SCRIPTS,
                      is_python ? "plugin-host.py" : "plugin-host.js", NULL);
  const char *const argv[] = {interpreter, script, module, g_type_name (interface) + 4, NULL};

  if (options->check_owner && !pawl_plugin_file_check_owner (module, error))
    return FALSE;
  if (!plugin_host_sandbox_enter (&options->sandbox, error))
    return FALSE;
  execv (interpreter, (char **) argv);
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_PLUGIN, "%s: cannot run %s", module, interpreter);
  return FALSE;
}

static void
on_served (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (!pawl_serve_finish (source, result, &error))
    g_printerr ("pawl-plugin-host: %s\n", error->message);
  g_main_loop_quit (data);
}

static gboolean
serve (const Options *options, PawlPluginInfo *info, GType interface, GError **error)
{
  g_autoptr (PawlPluginModule) module = NULL;
  g_autoptr (GObject) instance = NULL;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);

  /* Before the first line of the plugin's code. */
  if (!plugin_host_sandbox_enter (&options->sandbox, error))
    return FALSE;
  module = pawl_plugin_module_open (info, options->check_owner, error);
  if (module == NULL)
    return FALSE;
  instance = pawl_plugin_module_new_instance (module, interface, error);
  if (instance == NULL)
    return FALSE;
  pawl_serve_async (instance, HOST_FD, NULL, on_served, loop);
  g_main_loop_run (loop);
  return TRUE;
}

static gboolean
run (Options *options, const char *keyfile, const char *word, GError **error)
{
  g_autoptr (PawlPluginInfo) info = pawl_plugin_info_load (keyfile, error);
  const GType interface = pawl_plugin_interface_from_word (word);

  if (info == NULL)
    return FALSE;
  if (interface == G_TYPE_INVALID)
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_ARGUMENT, "%s: there is no interface %s",
                   keyfile, word);
      return FALSE;
    }
  options->sandbox.is_js = g_str_equal (pawl_plugin_info_get_language (info), "js");
  add_own_files (options, info);
  if (g_str_equal (pawl_plugin_info_get_language (info), "c"))
    return serve (options, info, interface, error);
  return run_interpreter (options, info, interface, error);
}

int
main (int argc, char **argv)
{
  Options options = {0};
  const GOptionEntry entries[] = {
    {"check-owner",         0, 0, G_OPTION_ARG_NONE, &options.check_owner, "Files have to be root's", NULL},
    {"scripts",                    0, 0, G_OPTION_ARG_FILENAME, &options.scripts, "Where the interpreters' parts are",
     "FOLDER"},
    {"state-dir", 0, 0, G_OPTION_ARG_FILENAME, &options.sandbox.state_dir,
     "The one folder that may be written to", "FOLDER"},
    {"read",                 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.sandbox.reads, "What may be read, too",
     "PATH"},
    {"write",             0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options.sandbox.writes,
     "What may be written to, too", "PATH"},
    {"grant",                    0, 0, G_OPTION_ARG_STRING_ARRAY, &options.sandbox.grants,
     "What the sandbox leaves open", "NEED"},
    {"user",     0, 0, G_OPTION_ARG_STRING, &options.sandbox.user, "Who to become, started as root",
     "NAME"},
    {"no-sandbox",              0, 0, G_OPTION_ARG_NONE, &options.sandbox.off, "For a plugin's author", NULL},
    {NULL          },
  };
  g_autoptr (GOptionContext) context = g_option_context_new ("KEYFILE INTERFACE");
  g_autoptr (GError) error = NULL;

  g_option_context_set_summary (context, "Runs one plugin for pawld, which starts it.");
  g_option_context_add_main_entries (context, entries, NULL);
  if (!g_option_context_parse (context, &argc, &argv, &error) || argc != 3)
    {
      g_printerr ("pawl-plugin-host: %s\n", error != NULL ? error->message : "see --help");
      return 2;
    }
  if (run (&options, argv[1], argv[2], &error))
    return 0;
  g_printerr ("pawl-plugin-host: %s\n", error->message);
  return 1;
}
