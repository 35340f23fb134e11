/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* pawlctl config: what the daemon runs with, and which file said so. */

#include "pawl-command.h"
#include "pawl-format.h"
#include "pawl-show.h"

static gboolean only_set;
static gboolean describe;

static const GOptionEntry options[] = {
  {"set",      0, 0, G_OPTION_ARG_NONE, &only_set, "Only what a file sets, without the defaults", NULL},
  {"describe", 0, 0, G_OPTION_ARG_NONE, &describe, "Also type, unit, range and meaning",          NULL},
  G_OPTION_ENTRY_NULL,
};

/* GROUP, or GROUP.KEY; groups may have dots of their own, keys have none. */
static gboolean
matches (GVariant *key, const char *pattern)
{
  const char *group = pawl_show_string (key, "group");
  g_autofree char *full = g_strdup_printf ("%s.%s", group, pawl_show_string (key, "key"));

  return pattern == NULL || g_str_equal (pattern, group) || g_str_equal (pattern, full);
}

static GVariant *
filter (GVariant *keys, const char *pattern)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (gsize i = 0; i < g_variant_n_children (keys); i++)
    {
      g_autoptr (GVariant) key = g_variant_get_child_value (keys, i);
      gboolean set = !g_str_equal (pawl_show_string (key, "origin"), "default");

      if (matches (key, pattern) && (set || !only_set))
        g_variant_builder_add_value (&builder, key);
    }
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

static void
show_meaning (PawlCli *cli, GVariant *key)
{
  g_autofree char *meaning = pawl_format_clean (pawl_show_string (key, "description"));
  g_autofree char *unit = pawl_format_clean (pawl_show_string (key, "unit"));
  g_autofree char *usual = pawl_format_clean (pawl_show_string (key, "default"));
  gint64 minimum = pawl_show_int64 (key, "minimum");
  gint64 maximum = pawl_show_int64 (key, "maximum");

  pawl_cli_print (cli, PAWL_TONE_QUIET, "    # %s\n    # %s", meaning,
                  pawl_show_string (key, "type"));
  if (minimum != 0 || maximum != 0)
    pawl_cli_print (cli, PAWL_TONE_QUIET, ", %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT, minimum,
                    maximum);
  if (*unit != '\0')
    pawl_cli_print (cli, PAWL_TONE_QUIET, " %s", unit);
  pawl_cli_print (cli, PAWL_TONE_QUIET, ", default “%s”\n", usual);
}

static void
show_described (PawlCli *cli, GVariant *keys)
{
  for (gsize i = 0; i < g_variant_n_children (keys); i++)
    {
      g_autoptr (GVariant) key = g_variant_get_child_value (keys, i);
      g_autofree char *value = pawl_format_clean (pawl_show_string (key, "value"));
      g_autofree char *origin = pawl_format_clean (pawl_show_string (key, "origin"));

      pawl_cli_print (cli, PAWL_TONE_TITLE, "[%s] %s=%s", pawl_show_string (key, "group"),
                      pawl_show_string (key, "key"), value);
      pawl_cli_print (cli, PAWL_TONE_PLAIN, "  (%s)\n", origin);
      show_meaning (cli, key);
    }
}

static void
show_table (PawlCli *cli, GVariant *keys)
{
  static const char *const TITLES[] = {"GROUP", "KEY", "VALUE", "ORIGIN", NULL};
  g_autoptr (PawlTable) table = pawl_table_new (TITLES);

  for (gsize i = 0; i < g_variant_n_children (keys); i++)
    {
      g_autoptr (GVariant) key = g_variant_get_child_value (keys, i);
      const char *origin = pawl_show_string (key, "origin");

      pawl_table_add (table, g_str_equal (origin, "default") ? PAWL_TONE_QUIET : PAWL_TONE_PLAIN,
                      pawl_show_string (key, "group"), pawl_show_string (key, "key"),
                      pawl_show_string (key, "value"), origin, NULL);
    }
  pawl_cli_print_table (cli, table);
}

static PawlExit
run (PawlCli *cli, const char *const *arguments, GError **error)
{
  g_autoptr (GVariant) all = pawl_cli_ask (cli, "GetConfig", error);
  g_autoptr (GVariant) keys = NULL;

  if (all == NULL)
    return PAWL_EXIT_FAILED;
  keys = filter (all, arguments[0]);
  if (g_variant_n_children (keys) == 0 && arguments[0] != NULL)
    {
      g_set_error (error, PAWL_EXIT_ERROR, PAWL_EXIT_NOT_FOUND,
                   "config: there is no group or key “%s”", arguments[0]);
      return PAWL_EXIT_NOT_FOUND;
    }
  if (cli->json)
    pawl_cli_print_json (cli, g_variant_new_parsed ("{'keys': <%@aa{sv}>}", keys),
                         PAWL_JSON_INDENTED);
  else if (describe)
    show_described (cli, keys);
  else
    show_table (cli, keys);
  return PAWL_EXIT_OK;
}

const PawlCommand pawl_cmd_config = {
  .name = "config",
  .arguments = "[GROUP[.KEY]]",
  .summary = "Show the configuration, and where each value comes from",
  .options = options,
  .maximum = 1,
  .run = run,
};
