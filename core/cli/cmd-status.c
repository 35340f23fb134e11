/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* pawlctl status: everything that the daemon tells, on one screen. */

#include "pawl-command.h"
#include "pawl-format.h"
#include "pawl-show.h"

#define LABEL "%-12s "

static GVariant *
lookup (GVariant *properties, const char *name, const char *type)
{
  return g_variant_lookup_value (properties, name, G_VARIANT_TYPE (type));
}

static void
show_state (PawlCli *cli, GVariant *properties)
{
  g_autoptr (GVariant) progress = lookup (properties, "progress", "a{sv}");
  const char *state = pawl_show_string (properties, "state");

  pawl_cli_print (cli, PAWL_TONE_TITLE, LABEL "%s%s\n", "State:", state,
                  pawl_show_boolean (properties, "reboot-pending") ? ", a reboot is pending" : "");
  if (progress != NULL)
    {
      g_autofree char *text = pawl_show_progress (progress);

      pawl_cli_print (cli, PAWL_TONE_PLAIN, LABEL "%s\n", "Progress:", text);
    }
}

static void
show_installed (PawlCli *cli, GVariant *properties)
{
  static const char *const TITLES[] = {"  ECU", "SERIAL", "HARDWARE", "INSTALLER", "RUNS", NULL};
  g_autoptr (PawlTable) table = pawl_table_new (TITLES);
  g_autoptr (GVariant) ecus = lookup (properties, "installed", "aa{sv}");

  for (gsize i = 0; ecus != NULL && i < g_variant_n_children (ecus); i++)
    {
      g_autoptr (GVariant) ecu = g_variant_get_child_value (ecus, i);
      g_autoptr (GVariant) target = lookup (ecu, "installed", "a{sv}");
      g_autofree char *name = g_strdup_printf ("  %s", pawl_show_string (ecu, "name"));
      g_autofree char *runs = target != NULL ? pawl_show_target (target) : g_strdup ("unknown");

      pawl_table_add (table, PAWL_TONE_PLAIN, name, pawl_show_string (ecu, "serial"),
                      pawl_show_string (ecu, "hardware-id"), pawl_show_string (ecu, "installer"),
                      runs, NULL);
    }
  if (pawl_table_get_length (table) == 0)
    pawl_cli_print (cli, PAWL_TONE_PLAIN, LABEL "no ECU is known\n", "Installed:");
  else
    pawl_cli_print (cli, PAWL_TONE_PLAIN, "Installed:\n");
  pawl_cli_print_table (cli, table);
}

static void
show_available (PawlCli *cli, GVariant *properties)
{
  g_autoptr (GVariant) update = lookup (properties, "available", "a{sv}");
  g_autofree char *name = NULL;

  if (update == NULL)
    return;
  name = pawl_show_update_name (update);
  pawl_cli_print (cli, PAWL_TONE_PLAIN, LABEL "%s\n", "Update:", name);
  pawl_show_update (cli, update);
}

static void
show_confirmers (PawlCli *cli, GVariant *trial)
{
  static const char *const TITLES[] = {"  CONFIRMER", "VERDICT", "REQUIRED", "REASON", NULL};
  g_autoptr (PawlTable) table = pawl_table_new (TITLES);
  g_autoptr (GVariant) confirmers = lookup (trial, "confirmers", "aa{sv}");

  for (gsize i = 0; confirmers != NULL && i < g_variant_n_children (confirmers); i++)
    {
      g_autoptr (GVariant) confirmer = g_variant_get_child_value (confirmers, i);
      const char *verdict = pawl_show_string (confirmer, "verdict");
      g_autofree char *name = g_strdup_printf ("  %s", pawl_show_string (confirmer, "name"));

      pawl_table_add (table, pawl_show_verdict_tone (verdict), name, verdict,
                      pawl_show_boolean (confirmer, "required") ? "yes" : "no",
                      pawl_show_string (confirmer, "reason"), NULL);
    }
  pawl_cli_print_table (cli, table);
}

static void
show_trial (PawlCli *cli, GVariant *properties, gint64 now_us)
{
  g_autoptr (GVariant) trial = lookup (properties, "trial", "a{sv}");
  g_autofree char *deadline = NULL;
  guint32 boots = 0;

  if (trial == NULL)
    return;
  deadline = pawl_format_time_near (pawl_show_int64 (trial, "deadline"), now_us);
  g_variant_lookup (trial, "boots", "u", &boots);
  pawl_cli_print (cli, PAWL_TONE_PLAIN, LABEL "boot %u, until %s\n", "Trial:", boots, deadline);
  show_confirmers (cli, trial);
}

static void
show_held (PawlCli *cli, GVariant *properties)
{
  g_autoptr (GVariant) decisions = lookup (properties, "decisions", "aa{sv}");

  if (decisions == NULL || pawl_show_count_held (decisions) == 0)
    return;
  pawl_cli_print (cli, PAWL_TONE_PLAIN, "Held back by:\n");
  pawl_show_decisions (cli, decisions, TRUE);
}

static void
show_inhibitors (PawlCli *cli, GVariant *properties)
{
  static const char *const TITLES[] = {"  WHAT", "WHO", "SINCE", "WHY", NULL};
  g_autoptr (PawlTable) table = pawl_table_new (TITLES);
  g_autoptr (GVariant) inhibitors = lookup (properties, "inhibitors", "aa{sv}");

  for (gsize i = 0; inhibitors != NULL && i < g_variant_n_children (inhibitors); i++)
    {
      g_autoptr (GVariant) inhibitor = g_variant_get_child_value (inhibitors, i);
      g_autofree char *what = g_strdup_printf ("  %s", pawl_show_string (inhibitor, "what"));
      g_autofree char *since = pawl_format_time (pawl_show_int64 (inhibitor, "time"));

      pawl_table_add (table, PAWL_TONE_PLAIN, what, pawl_show_string (inhibitor, "who"), since,
                      pawl_show_string (inhibitor, "why"), NULL);
    }
  if (pawl_table_get_length (table) == 0)
    return;
  pawl_cli_print (cli, PAWL_TONE_PLAIN, "Inhibitors:\n");
  pawl_cli_print_table (cli, table);
}

static void
show_last_result (PawlCli *cli, GVariant *properties, gint64 now_us)
{
  g_autoptr (GVariant) report = lookup (properties, "last-result", "a{sv}");
  g_autofree char *text = NULL;
  g_autofree char *time = NULL;

  if (report == NULL)
    return;
  text = pawl_show_result (report);
  time = pawl_format_time_near (pawl_show_int64 (report, "time"), now_us);
  pawl_cli_print (cli, pawl_show_boolean (report, "success") ? PAWL_TONE_GOOD : PAWL_TONE_BAD,
                  LABEL "%s, %s\n", "Last result:", text, time);
}

static void
show_all (PawlCli *cli, GVariant *properties)
{
  gint64 now_us = g_get_real_time ();
  gint64 next_us = pawl_show_int64 (properties, "next-check");
  g_autofree char *next = pawl_format_time_near (next_us, now_us);

  show_state (cli, properties);
  show_installed (cli, properties);
  show_available (cli, properties);
  show_trial (cli, properties, now_us);
  show_held (cli, properties);
  show_inhibitors (cli, properties);
  show_last_result (cli, properties, now_us);
  pawl_cli_print (cli, PAWL_TONE_PLAIN, LABEL "%s\n",
                  "Next check:", next_us > 0 ? next : "none is planned");
  pawl_cli_print (cli, PAWL_TONE_QUIET, LABEL "%s\n",
                  "Daemon:", pawl_show_string (properties, "version"));
}

static PawlExit
run (PawlCli *cli, const char *const *arguments, GError **error)
{
  g_autoptr (GVariant) properties = pawl_cli_read (cli, error);

  if (properties == NULL)
    return PAWL_EXIT_FAILED;
  if (cli->json)
    pawl_cli_print_json (cli, properties, PAWL_JSON_INDENTED);
  else
    show_all (cli, properties);
  return PAWL_EXIT_OK;
}

const PawlCommand pawl_cmd_status = {
  .name = "status",
  .arguments = "",
  .summary = "Show where the update stands and what runs",
  .run = run,
};
