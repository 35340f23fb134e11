/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "plugin-promises.h"

/* Runs a plugin as the daemon would run a stranger's, and judges it: first how it behaves whatever
 * it does, then, in the world that its author's program makes, whether it does what its interfaces
 * promise. */

/* A program `tests/world` beside the keyfile needs no option. */
static void
find_world (PluginSubject *subject)
{
  g_autofree char *folder = g_path_get_dirname (subject->path);
  g_autofree char *beside = g_build_filename (folder, "tests", "world", NULL);
  char *chosen = subject->world != NULL ? subject->world : beside;

  if (subject->world == NULL && !g_file_test (beside, G_FILE_TEST_IS_EXECUTABLE))
    return;
  chosen = g_canonicalize_filename (chosen, NULL);
  g_free (subject->world);
  subject->world = chosen;
}

static gboolean
check_interface (const PluginSubject *subject,
                 const char *only,
                 PluginVerdict *verdict,
                 GError **error)
{
  const guint unwritten = verdict->unwritten;
  g_autofree char *folder = g_dir_make_tmp ("pawl-check-XXXXXX", error);

  if (folder == NULL)
    return FALSE;
  g_print ("%s\n", subject->word);
  if (only == NULL)
    plugin_manners_check (subject, folder, verdict);
  plugin_subject_remove_folder (folder);
  return subject->world == NULL || verdict->unwritten > unwritten ||
         plugin_promises_check (subject, only, verdict, error);
}

static gboolean
check_all (PluginSubject *subject, const char *only, PluginVerdict *verdict, GError **error)
{
  g_autoptr (GKeyFile) keyfile = pawl_plugin_tool_load (subject->path, error);
  g_auto (GStrv) provides = NULL;

  if (keyfile == NULL)
    return FALSE;
  find_world (subject);
  provides = g_key_file_get_string_list (keyfile, "Plugin", "Provides", NULL, NULL);
  for (guint i = 0; provides[i] != NULL; i++)
    {
      g_free (subject->word);
      subject->word = g_strdup (provides[i]);
      if (!check_interface (subject, only, verdict, error))
        return FALSE;
    }
  return TRUE;
}

static void
tell (const PluginSubject *subject, const PluginVerdict *verdict)
{
  if (verdict->broken > 0)
    g_print ("%s breaks the contract: %u broken, %u kept, %u skipped. A device would see what the "
             "BROKEN lines say.\n",
             subject->path, verdict->broken, verdict->kept, verdict->skipped);
  else if (verdict->unwritten > 0)
    g_print ("%s keeps the contract as far as it is written: %u methods are not. When they are, "
             "check it again.\n",
             subject->path, verdict->unwritten);
  else if (subject->world == NULL)
    g_print ("%s keeps the contract in every call (%u). Whether it does what it promises was not "
             "tried: that needs a world, see --world in pawl-plugin(1).\n",
             subject->path, verdict->kept);
  else
    g_print ("%s keeps the contract: %u kept, %u skipped.\n", subject->path, verdict->kept,
             verdict->skipped);
}

static int
check (PluginSubject *subject, const char *only)
{
  PluginVerdict verdict = {0};
  g_autoptr (GError) error = NULL;

  if (subject->program == NULL)
    subject->program = g_strdup (PAWL_PLUGIN_HOST_PROGRAM);
  if (!check_all (subject, only, &verdict, &error))
    {
      g_printerr ("pawl-plugin: %s\n", error->message);
      return 1;
    }
  if (only != NULL && verdict.kept + verdict.broken + verdict.skipped == 0)
    {
      g_printerr ("pawl-plugin: %s: there is no such promise, or no world for it\n", only);
      return 1;
    }
  tell (subject, &verdict);
  return verdict.broken == 0 ? 0 : 1;
}

int
pawl_plugin_tool_check (int argc, char **argv)
{
  PluginSubject subject = {NULL};
  g_autofree char *only = NULL;
  const GOptionEntry entries[] = {
    {"host",            0, 0, G_OPTION_ARG_FILENAME, &subject.program, "The pawl-plugin-host to use",
     "PROGRAM"},
    {"scripts",                0, 0, G_OPTION_ARG_FILENAME, &subject.scripts, "Its folder of scripts", "FOLDER"},
    {"set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &subject.settings, "A setting of the plugin",
     "KEY=VALUE"},
    {"grant",         0, 0, G_OPTION_ARG_STRING_ARRAY, &subject.grants, "What the sandbox leaves open",
     "NEED"},
    {"world",         0, 0, G_OPTION_ARG_FILENAME, &subject.world, "The program that is its surroundings",
     "PROGRAM"},
    {"only",                0, 0, G_OPTION_ARG_STRING, &only, "One promise alone, like /installer/install/works",
     "PROMISE"},
    {NULL},
  };
  g_autoptr (GOptionContext) options = g_option_context_new ("FILE.plugin");
  g_autoptr (GError) error = NULL;
  int status;

  g_option_context_add_main_entries (options, entries, NULL);
  if (!g_option_context_parse (options, &argc, &argv, &error) || argc != 2)
    {
      g_printerr ("pawl-plugin: %s\n", error != NULL ? error->message : "see --help");
      return 2;
    }
  subject.path = g_canonicalize_filename (argv[1], NULL);
  status = check (&subject, only);
  plugin_subject_clear (&subject);
  return status;
}
