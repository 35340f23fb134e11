/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* pawlctl history: how earlier updates ended, newest first. */

#include "pawl-command.h"
#include "pawl-format.h"
#include "pawl-show.h"

static int limit;

static const GOptionEntry options[] = {
  {"number", 'n', 0, G_OPTION_ARG_INT, &limit, "At most so many; 0: all that are kept", "N"},
  G_OPTION_ENTRY_NULL,
};

static GVariant *
take_first (GVariant *reports, gsize n)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (gsize i = 0; i < g_variant_n_children (reports) && (n == 0 || i < n); i++)
    {
      g_autoptr (GVariant) report = g_variant_get_child_value (reports, i);

      g_variant_builder_add_value (&builder, report);
    }
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

static void
show (PawlCli *cli, GVariant *reports)
{
  static const char *const TITLES[] = {"TIME", "UPDATE", "RESULT", NULL};
  g_autoptr (PawlTable) table = pawl_table_new (TITLES);

  for (gsize i = 0; i < g_variant_n_children (reports); i++)
    {
      g_autoptr (GVariant) report = g_variant_get_child_value (reports, i);
      g_autofree char *time = pawl_format_time (pawl_show_int64 (report, "time"));
      g_autofree char *result = pawl_show_result (report);

      pawl_table_add (table, pawl_show_boolean (report, "success") ? PAWL_TONE_GOOD : PAWL_TONE_BAD,
                      time, pawl_show_string (report, "update-id"), result, NULL);
    }
  if (pawl_table_get_length (table) == 0)
    pawl_cli_print (cli, PAWL_TONE_PLAIN, "There was no update yet.\n");
  pawl_cli_print_table (cli, table);
}

static PawlExit
run (PawlCli *cli, const char *const *arguments, GError **error)
{
  g_autoptr (GVariant) all = NULL;
  g_autoptr (GVariant) reports = NULL;

  if (limit < 0)
    {
      g_set_error (error, PAWL_EXIT_ERROR, PAWL_EXIT_USAGE,
                   "--number: %d is negative; wanted 0 or more", limit);
      return PAWL_EXIT_USAGE;
    }
  all = pawl_cli_ask (cli, "GetHistory", error);
  if (all == NULL)
    return PAWL_EXIT_FAILED;
  reports = take_first (all, (gsize) limit);
  if (cli->json)
    pawl_cli_print_json (cli, g_variant_new_parsed ("{'reports': <%@aa{sv}>}", reports),
                         PAWL_JSON_INDENTED);
  show (cli, reports);
  return PAWL_EXIT_OK;
}

const PawlCommand pawl_cmd_history = {
  .name = "history",
  .arguments = "",
  .summary = "Show how earlier updates ended",
  .options = options,
  .run = run,
};
