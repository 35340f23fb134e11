/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "plugin-promises.h"

#include "plugin-world.h"

#include <string.h>
#include <unistd.h>

#define EXIT_SKIPPED 77
/* What no promise takes on any machine. */
#define PATIENCE_S 240

/* ---- one promise ---- */

/* Its command line: those of a test program of GLib, then the subject. */
int
plugin_promises_main (int argc, char **argv)
{
  PluginSubject subject = {NULL};
  const GOptionEntry entries[] = {
    {"host",            0, 0, G_OPTION_ARG_FILENAME, &subject.program, NULL, NULL},
    {"scripts",                0, 0, G_OPTION_ARG_FILENAME, &subject.scripts, NULL, NULL},
    {"set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &subject.settings, NULL, NULL},
    {"grant",             0, 0, G_OPTION_ARG_STRING_ARRAY, &subject.grants, NULL, NULL},
    {"world",         0, 0, G_OPTION_ARG_FILENAME, &subject.world, NULL, NULL},
    {NULL               },
  };
  g_autoptr (GOptionContext) options = g_option_context_new (NULL);
  int status;

  g_test_init (&argc, &argv, NULL);
  g_option_context_add_main_entries (options, entries, NULL);
  if (!g_option_context_parse (options, &argc, &argv, NULL) || argc != 3)
    return 2;
  subject.path = g_strdup (argv[1]);
  subject.word = g_strdup (argv[2]);
  alarm (PATIENCE_S);
  plugin_world_begin (&subject);
  plugin_world_add_suite ();
  status = g_test_run ();
  plugin_subject_clear (&subject);
  return status;
}

/* ---- all of them ---- */

static void
add_each (GPtrArray *argv, const char *option, char **values)
{
  for (guint i = 0; values != NULL && values[i] != NULL; i++)
    g_ptr_array_add (argv, g_strconcat (option, values[i], NULL));
}

static GSubprocess *
run (const PluginSubject *subject, const char *promise, GSubprocessFlags flags, GError **error)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (argv, g_strdup ("/proc/self/exe"));
  g_ptr_array_add (argv, g_strdup ("promise"));
  g_ptr_array_add (argv, g_strdup (promise != NULL ? "-p" : "-l"));
  if (promise != NULL)
    g_ptr_array_add (argv, g_strdup (promise));
  g_ptr_array_add (argv, g_strconcat ("--host=", subject->program, NULL));
  g_ptr_array_add (argv, g_strconcat ("--world=", subject->world, NULL));
  if (subject->scripts != NULL)
    g_ptr_array_add (argv, g_strconcat ("--scripts=", subject->scripts, NULL));
  add_each (argv, "--set=", subject->settings);
  add_each (argv, "--grant=", subject->grants);
  g_ptr_array_add (argv, g_strdup (subject->path));
  g_ptr_array_add (argv, g_strdup (subject->word));
  g_ptr_array_add (argv, NULL);
  return g_subprocess_newv ((const char *const *) argv->pdata, flags, error);
}

/* The reason in a line like `Bail out! pawl-testing:ERROR:../file.c:12:function: assertion failed`,
 * or behind `# SKIP`. */
static char *
find_reason (const char *output)
{
  g_auto (GStrv) lines = g_strsplit (output, "\n", -1);
  char *reason = NULL;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *skip = strstr (lines[i], "# SKIP ");
      const char *bail = g_str_has_prefix (lines[i], "Bail out! ") ? lines[i] : NULL;
      const char *assertion = bail != NULL ? strstr (bail, ": ") : NULL;

      if (skip == NULL && bail == NULL)
        continue;
      g_free (reason);
      reason = g_strdup (skip != NULL        ? skip + strlen ("# SKIP ")
                         : assertion != NULL ? assertion + strlen (": ")
                                             : bail + strlen ("Bail out! "));
    }
  return reason;
}

static void
tell (const PluginSubject *subject, const char *promise, const char *word, const char *reason)
{
  g_autofree char *sentence =
    g_strdelimit (g_strdup (promise + strlen ("/") + strlen (subject->word) + strlen ("/")), "-",
                  ' ');

  g_print ("  %-7s %s%s%s\n", word, sentence, reason != NULL ? ": " : "",
           reason != NULL ? reason : "");
}

static gboolean
check_one (const PluginSubject *subject,
           const char *promise,
           PluginVerdict *verdict,
           GError **error)
{
  g_autoptr (GSubprocess) process =
    run (subject, promise, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE, error);
  g_autofree char *output = NULL;
  g_autofree char *reason = NULL;
  gboolean skipped;

  if (process == NULL || !g_subprocess_communicate_utf8 (process, NULL, NULL, &output, NULL, error))
    return FALSE;
  reason = find_reason (output);
  skipped = g_subprocess_get_if_exited (process) &&
            (g_subprocess_get_exit_status (process) == EXIT_SKIPPED ||
             (g_subprocess_get_successful (process) && reason != NULL));
  if (skipped)
    verdict->skipped++;
  else if (g_subprocess_get_successful (process))
    verdict->kept++;
  else
    verdict->broken++;
  tell (subject, promise,
        skipped                                 ? "skipped"
        : g_subprocess_get_successful (process) ? "kept"
                                                : "BROKEN",
        reason);
  if (!skipped && !g_subprocess_get_successful (process))
    g_print ("          alone, with all it says: pawl-plugin check --only=%s …\n%s", promise,
             reason == NULL ? output : "");
  return TRUE;
}

/* With everything that the plugin, the world and the suite say. */
static gboolean
check_loudly (const PluginSubject *subject,
              const char *promise,
              PluginVerdict *verdict,
              GError **error)
{
  g_autoptr (GSubprocess) process = run (subject, promise, G_SUBPROCESS_FLAGS_NONE, error);

  if (process == NULL || !g_subprocess_wait (process, NULL, error))
    return FALSE;
  if (g_subprocess_get_successful (process))
    verdict->kept++;
  else if (g_subprocess_get_if_exited (process) &&
           g_subprocess_get_exit_status (process) == EXIT_SKIPPED)
    verdict->skipped++;
  else
    verdict->broken++;
  return TRUE;
}

/* A line of the list, or NULL: newer versions of GLib list tests as comments of TAP. */
static const char *
find_promise (const char *line)
{
  if (g_str_has_prefix (line, "# /"))
    line += strlen ("# ");
  return *line == '/' ? line : NULL;
}

gboolean
plugin_promises_check (const PluginSubject *subject,
                       const char *only,
                       PluginVerdict *verdict,
                       GError **error)
{
  g_autoptr (GSubprocess) list = run (subject, NULL, G_SUBPROCESS_FLAGS_STDOUT_PIPE, error);
  g_autofree char *output = NULL;
  g_auto (GStrv) lines = NULL;
  gboolean found = FALSE;

  if (list == NULL || !g_subprocess_communicate_utf8 (list, NULL, NULL, &output, NULL, error))
    return FALSE;
  lines = g_strsplit (output, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      const char *promise = find_promise (lines[i]);

      if (promise == NULL || (only != NULL && !g_str_equal (only, promise)))
        continue;
      found = TRUE;
      if (!(only != NULL ? check_loudly : check_one) (subject, promise, verdict, error))
        return FALSE;
    }
  /* Nothing tried is nothing kept. One promise may be another interface's of the same plugin. */
  if (!found && only == NULL)
    g_set_error (error, PAWL_ERROR, PAWL_ERROR_FAILED, "%s: the list of its promises is empty",
                 subject->word);
  return found || only != NULL;
}
