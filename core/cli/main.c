/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* pawlctl: finds the command, reads the options, prints what went wrong. */

#include <locale.h>
#include <stdio.h>

#include "pawl-command.h"
#include "pawl-format.h"

#define DEFAULT_COMMAND "status"

static const PawlCommand *const commands[] = {
  &pawl_cmd_status,   &pawl_cmd_check,    &pawl_cmd_update,  &pawl_cmd_fetch,   &pawl_cmd_install,
  &pawl_cmd_activate, &pawl_cmd_cancel,   &pawl_cmd_approve, &pawl_cmd_defer,   &pawl_cmd_confirm,
  &pawl_cmd_reject,   &pawl_cmd_rollback, &pawl_cmd_forget,  &pawl_cmd_inhibit, &pawl_cmd_why,
  &pawl_cmd_history,  &pawl_cmd_monitor,  &pawl_cmd_config,  &pawl_cmd_plugins, &pawl_cmd_doctor};

static char *option_bus;
static char *option_color;
static gboolean option_describe;
static gboolean option_json;
static gboolean option_session;
static gboolean option_version;

static const GOptionEntry common_options[] = {
  {"json",              'j', 0,                    G_OPTION_ARG_NONE,   &option_json,     "Print JSON",                         NULL     },
  {"color",             0,   0,                    G_OPTION_ARG_STRING, &option_color,    "auto, always or never",              "WHEN"   },
  {"bus",               0,   0,                    G_OPTION_ARG_STRING, &option_bus,      "The bus of pawld, not the system's", "ADDRESS"},
  {"session",           0,   0,                    G_OPTION_ARG_NONE,   &option_session,  "The session bus",                    NULL     },
  {"version",           0,   0,                    G_OPTION_ARG_NONE,   &option_version,  "Print the version",                  NULL     },
  {"describe-commands", 0,   G_OPTION_FLAG_HIDDEN, G_OPTION_ARG_NONE,   &option_describe, "",                                   NULL     },
  G_OPTION_ENTRY_NULL,
};

static const PawlCommand *
find_command (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    if (g_str_equal (commands[i]->name, name))
      return commands[i];
  return NULL;
}

static GVariant *
describe_options (const GOptionEntry *entries)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (const GOptionEntry *entry = entries; entry != NULL && entry->long_name != NULL; entry++)
    {
      char letter[2] = {entry->short_name, '\0'};

      if ((entry->flags & G_OPTION_FLAG_HIDDEN) == 0)
        g_variant_builder_add_parsed (
          &builder, "{'name': <%s>, 'letter': <%s>, 'argument': <%s>, 'summary': <%s>}",
          entry->long_name, letter, entry->arg_description != NULL ? entry->arg_description : "",
          entry->description);
    }
  return g_variant_builder_end (&builder);
}

/* The table as JSON: the completions are made of it, and the manual page is checked with it. */
static void
print_table (PawlCli *cli)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    g_variant_builder_add_parsed (
      &builder, "{'name': <%s>, 'arguments': <%s>, 'summary': <%s>, 'options': <%@aa{sv}>}",
      commands[i]->name, commands[i]->arguments, commands[i]->summary,
      describe_options (commands[i]->options));
  pawl_cli_print_json (cli,
                       g_variant_new_parsed ("{'options': <%@aa{sv}>, 'commands': <%@aa{sv}>}",
                                             describe_options (common_options),
                                             g_variant_builder_end (&builder)),
                       PAWL_JSON_INDENTED);
}

static char *
describe_commands (void)
{
  g_autoptr (PawlTable) table = pawl_table_new (NULL);
  g_autofree char *text = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (commands); i++)
    {
      g_autofree char *usage =
        g_strdup_printf ("  %s %s", commands[i]->name, commands[i]->arguments);

      pawl_table_add (table, PAWL_TONE_PLAIN, usage, commands[i]->summary, NULL);
    }
  text = pawl_table_to_text (table, FALSE);
  return g_strdup_printf ("Commands:\n%s\nWithout a command: " DEFAULT_COMMAND, text);
}

static char *
describe_exits (void)
{
  g_autoptr (PawlTable) table = pawl_table_new (NULL);
  g_autofree char *text = NULL;
  gsize n = 0;
  const PawlExitInfo *exits = pawl_exit_list (&n);

  for (gsize i = 0; i < n; i++)
    {
      g_autofree char *code = g_strdup_printf ("  %d", exits[i].code);

      pawl_table_add (table, PAWL_TONE_PLAIN, code, exits[i].text, NULL);
    }
  text = pawl_table_to_text (table, FALSE);
  return g_strdup_printf ("Exit codes:\n%s\nMore in pawlctl(1).", text);
}

/* The options before the command. */
static gboolean
parse_common (int *argc, char ***argv, GError **error)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("[COMMAND…]");
  g_autofree char *command_help = describe_commands ();
  g_autofree char *exit_help = describe_exits ();

  g_option_context_set_summary (context, command_help);
  g_option_context_set_description (context, exit_help);
  g_option_context_set_strict_posix (context, TRUE);
  g_option_context_add_main_entries (context, common_options, NULL);
  return g_option_context_parse (context, argc, argv, error);
}

/* The options after it: its own, and the common ones again. */
static gboolean
parse_command (const PawlCommand *command, int *argc, char ***argv, GError **error)
{
  g_autofree char *usage = g_strdup_printf ("%s %s", command->name, command->arguments);
  g_autoptr (GOptionContext) context = g_option_context_new (usage);

  g_option_context_set_summary (context, command->summary);
  g_option_context_set_strict_posix (context, command->verbatim);
  g_option_context_add_main_entries (context, common_options, NULL);
  if (command->options != NULL)
    g_option_context_add_main_entries (context, command->options, NULL);
  return g_option_context_parse (context, argc, argv, error);
}

static gboolean
check_count (const PawlCommand *command, guint n, GError **error)
{
  if (n >= command->minimum && n <= command->maximum)
    return TRUE;
  g_set_error (error, PAWL_EXIT_ERROR, PAWL_EXIT_USAGE,
               n < command->minimum ? "%s: too few arguments; wanted: pawlctl %s %s"
                                    : "%s: too many arguments; wanted: pawlctl %s %s",
               command->name, command->name, command->arguments);
  return FALSE;
}

static gboolean
take_common (PawlCli *cli, GError **error)
{
  const char *color = option_color != NULL ? option_color : "auto";

  cli->json = option_json;
  cli->session = option_session;
  cli->address = g_strdup (option_bus);
  if (g_str_equal (color, "always") || g_str_equal (color, "never"))
    cli->colour = g_str_equal (color, "always");
  else if (!g_str_equal (color, "auto"))
    {
      g_set_error (error, PAWL_EXIT_ERROR, PAWL_EXIT_USAGE,
                   "--color: “%s” is not one of auto, always, never", color);
      return FALSE;
    }
  return TRUE;
}

static PawlExit
run_command (PawlCli *cli, const PawlCommand *command, int argc, char **argv, GError **error)
{
  if (!parse_command (command, &argc, &argv, error) || !take_common (cli, error))
    return PAWL_EXIT_USAGE;
  if (option_version)
    {
      puts ("pawlctl " PAWL_VERSION);
      return PAWL_EXIT_OK;
    }
  /* GOption leaves the end of the options standing. */
  if (argc > 1 && g_str_equal (argv[1], "--"))
    {
      argc--;
      argv++;
    }
  if (!check_count (command, (guint) argc - 1, error))
    return PAWL_EXIT_USAGE;
  return command->run (cli, (const char *const *) argv + 1, error);
}

static PawlExit
run (PawlCli *cli, int argc, char **argv, GError **error)
{
  const PawlCommand *command;
  const char *name;

  if (!parse_common (&argc, &argv, error))
    return PAWL_EXIT_USAGE;
  if (option_describe)
    {
      print_table (cli);
      return PAWL_EXIT_OK;
    }
  name = argc > 1 ? argv[1] : DEFAULT_COMMAND;
  command = find_command (name);
  if (command == NULL)
    {
      g_set_error (error, PAWL_EXIT_ERROR, PAWL_EXIT_USAGE,
                   "there is no command “%s”; pawlctl --help lists them", name);
      cli->json = option_json;
      return PAWL_EXIT_USAGE;
    }
  if (argc > 1)
    {
      argc--;
      argv++;
    }
  return run_command (cli, command, argc, argv, error);
}

static PawlExit
tell_error (PawlCli *cli, const GError *error)
{
  PawlExit code = pawl_exit_for_error (error);
  g_autofree char *message = pawl_format_clean (error->message);

  fprintf (stderr, "pawlctl: %s\n", message);
  if (cli->json || option_json)
    pawl_cli_print_json (cli,
                         g_variant_new_parsed ("{'error': <{'code': <%s>, 'exit': <%i>, "
                                               "'message': <%s>}>}",
                                               pawl_exit_get_name (code), (int) code,
                                               error->message),
                         PAWL_JSON_INDENTED);
  return code;
}

int
main (int argc, char **argv)
{
  g_autoptr (PawlCli) cli = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char **words = g_memdup2 (argv, sizeof (char *) * ((gsize) argc + 1));
  PawlExit code;

  setlocale (LC_ALL, "");
  g_set_prgname ("pawlctl");
  cli = pawl_cli_new ();
  code = run (cli, argc, words, &error);
  if (error != NULL)
    code = tell_error (cli, error);
  /* A full disk behind standard output must not look like success. */
  if ((fflush (stdout) != 0 || ferror (stdout) != 0) && code == PAWL_EXIT_OK)
    {
      fputs ("pawlctl: standard output cannot be written\n", stderr);
      code = PAWL_EXIT_FAILED;
    }
  g_free (option_bus);
  g_free (option_color);
  return (int) code;
}
