/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* pawlctl plugins: which plugins are there, and why one is not used. */

#include "pawl-command.h"
#include "pawl-show.h"

static char *
join (GVariant *plugin, const char *name)
{
  g_autofree const char **words = NULL;

  if (!g_variant_lookup (plugin, name, "^a&s", &words))
    return g_strdup ("");
  return g_strjoinv (", ", (char **) words);
}

static const char *
describe_use (GVariant *plugin, PawlTone *out_tone)
{
  *out_tone = PAWL_TONE_PLAIN;
  if (*pawl_show_string (plugin, "error") != '\0')
    {
      *out_tone = PAWL_TONE_BAD;
      return "refused";
    }
  if (!pawl_show_boolean (plugin, "loaded"))
    {
      *out_tone = PAWL_TONE_QUIET;
      return "not used";
    }
  return pawl_show_boolean (plugin, "isolated") ? "isolated" : "loaded";
}

static void
add_plugin (PawlTable *table, GVariant *plugin)
{
  g_autofree char *provides = join (plugin, "provides");
  const char *error = pawl_show_string (plugin, "error");
  PawlTone tone;
  const char *use = describe_use (plugin, &tone);

  pawl_table_add (table, tone, pawl_show_string (plugin, "id"),
                  pawl_show_string (plugin, "version"), use, provides,
                  *error != '\0' ? error : pawl_show_string (plugin, "description"), NULL);
}

static void
show (PawlCli *cli, GVariant *plugins)
{
  static const char *const TITLES[] = {"PLUGIN", "VERSION", "USE", "PROVIDES", "WHAT", NULL};
  g_autoptr (PawlTable) table = pawl_table_new (TITLES);

  for (gsize i = 0; i < g_variant_n_children (plugins); i++)
    {
      g_autoptr (GVariant) plugin = g_variant_get_child_value (plugins, i);

      add_plugin (table, plugin);
    }
  if (pawl_table_get_length (table) == 0)
    pawl_cli_print (cli, PAWL_TONE_PLAIN, "There is no plugin.\n");
  pawl_cli_print_table (cli, table);
}

static PawlExit
run (PawlCli *cli, const char *const *arguments, GError **error)
{
  g_autoptr (GVariant) plugins = pawl_cli_ask (cli, "ListPlugins", error);

  if (plugins == NULL)
    return PAWL_EXIT_FAILED;
  if (cli->json)
    pawl_cli_print_json (cli, g_variant_new_parsed ("{'plugins': <%@aa{sv}>}", plugins),
                         PAWL_JSON_INDENTED);
  show (cli, plugins);
  return PAWL_EXIT_OK;
}

const PawlCommand pawl_cmd_plugins = {
  .name = "plugins",
  .arguments = "",
  .summary = "Show the plugins, and why one is not used",
  .run = run,
};
