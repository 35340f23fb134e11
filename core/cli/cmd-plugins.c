/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* pawlctl plugins: which plugins are there, whose they are, where they run, and how they fare. */

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
  return pawl_show_boolean (plugin, "isolated") ? "isolated" : "in process";
}

/* Why it is not used, before what went wrong last, before what it is for. */
static const char *
describe (GVariant *plugin)
{
  static const char *const names[] = {"error", "last-error"};

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (*pawl_show_string (plugin, names[i]) != '\0')
      return pawl_show_string (plugin, names[i]);
  return pawl_show_string (plugin, "description");
}

static char *
print_number (GVariant *plugin, const char *name)
{
  guint32 number;

  if (!g_variant_lookup (plugin, name, "u", &number))
    return g_strdup ("");
  return g_strdup_printf ("%u", number);
}

static void
add_plugin (PawlTable *table, GVariant *plugin)
{
  g_autofree char *provides = join (plugin, "provides");
  g_autofree char *granted = join (plugin, "granted");
  g_autofree char *abi = print_number (plugin, "abi");
  g_autofree char *crashes = print_number (plugin, "crashes");
  PawlTone tone;
  const char *use = describe_use (plugin, &tone);

  pawl_table_add (table, tone, pawl_show_string (plugin, "id"),
                  pawl_show_string (plugin, "version"), pawl_show_string (plugin, "origin"), abi,
                  use, granted, crashes, provides, describe (plugin), NULL);
}

static void
show (PawlCli *cli, GVariant *plugins)
{
  static const char *const TITLES[] = {"PLUGIN",  "VERSION", "ORIGIN",   "ABI",  "USE",
                                       "GRANTED", "CRASHES", "PROVIDES", "WHAT", NULL};
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
  .summary = "Show the plugins, whose they are and how they fare",
  .run = run,
};
