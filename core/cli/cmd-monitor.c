/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* pawlctl monitor: what changes, line by line, until Ctrl-C. Does not start the daemon: it follows
 * one that comes and goes. */

#include <stdio.h>

#include "pawl-command.h"
#include "pawl-format.h"
#include "pawl-show.h"

static char *until;

static const GOptionEntry options[] = {
  {"until", 0, 0, G_OPTION_ARG_STRING, &until, "End when the update gets to this state", "STATE"},
  G_OPTION_ENTRY_NULL,
};

/* One line: the time, what changed, and to what. @value is an a{sv}. */
static void
tell (PawlCli *cli, const char *event, GVariant *value, const char *text)
{
  g_autoptr (GVariant) held = g_variant_ref_sink (value);
  gint64 now_us = g_get_real_time ();
  g_autofree char *time = pawl_format_time (now_us);
  g_autofree char *clean = pawl_format_clean (text);

  if (cli->json)
    pawl_cli_print_json (cli,
                         g_variant_new_parsed ("{'time': <%x>, 'event': <%s>, 'value': <%@a{sv}>}",
                                               now_us, event, held),
                         PAWL_JSON_LINE);
  pawl_cli_print (cli, PAWL_TONE_PLAIN, "%s  %-8s  %s\n", time, event, clean);
  fflush (stdout);
}

static void
on_state (PawlClient *client, GParamSpec *pspec, gpointer data)
{
  const char *state = pawl_enum_to_nick (PAWL_TYPE_STATE, pawl_client_get_state (client));

  tell (data, "state", g_variant_new_parsed ("{'state': <%s>}", state), state);
}

static void
on_progress (PawlClient *client, GParamSpec *pspec, gpointer data)
{
  PawlProgress *progress = pawl_client_get_progress (client);
  g_autofree char *text = NULL;

  if (progress == NULL)
    return;
  text = pawl_show_progress (pawl_value_to_variant (PAWL_VALUE (progress)));
  tell (data, "progress", pawl_value_to_variant (PAWL_VALUE (progress)), text);
}

static void
on_running (PawlClient *client, GParamSpec *pspec, gpointer data)
{
  gboolean running = pawl_client_get_running (client);

  tell (data, "daemon", g_variant_new_parsed ("{'running': <%b>}", running),
        running ? "pawld runs" : "pawld does not run");
}

static void
on_happened (PawlClient *client, const char *name, GVariant *fields, gpointer data)
{
  g_autofree char *text = g_strdup_printf ("%s: %s", name, pawl_show_string (fields, "message"));

  tell (data, "happened",
        g_variant_new_parsed ("{'name': <%s>, 'fields': <%@a{sv}>}", name, fields), text);
}

static gboolean
check_until (GError **error)
{
  int state;

  if (until == NULL || pawl_enum_from_nick (PAWL_TYPE_STATE, until, &state, NULL))
    return TRUE;
  g_set_error (error, PAWL_EXIT_ERROR, PAWL_EXIT_USAGE, "--until: there is no state “%s”", until);
  return FALSE;
}

static gboolean
is_over (PawlCli *cli)
{
  const char *state = pawl_enum_to_nick (PAWL_TYPE_STATE, pawl_client_get_state (cli->client));

  if (cli->interrupted || g_dbus_connection_is_closed (cli->connection))
    return TRUE;
  return until != NULL && pawl_client_get_running (cli->client) && g_str_equal (state, until);
}

static PawlExit
run (PawlCli *cli, const char *const *arguments, GError **error)
{
  if (!check_until (error))
    return PAWL_EXIT_USAGE;
  if (!pawl_cli_connect (cli, error))
    return PAWL_EXIT_FAILED;
  on_running (cli->client, NULL, cli);
  if (pawl_client_get_running (cli->client))
    on_state (cli->client, NULL, cli);
  on_progress (cli->client, NULL, cli);
  g_signal_connect (cli->client, "notify::running", G_CALLBACK (on_running), cli);
  g_signal_connect (cli->client, "notify::state", G_CALLBACK (on_state), cli);
  g_signal_connect (cli->client, "notify::progress", G_CALLBACK (on_progress), cli);
  g_signal_connect (cli->client, "happened", G_CALLBACK (on_happened), cli);
  while (!is_over (cli))
    g_main_context_iteration (NULL, TRUE);
  if (!g_dbus_connection_is_closed (cli->connection))
    return PAWL_EXIT_OK;
  g_set_error (error, PAWL_EXIT_ERROR, PAWL_EXIT_UNREACHABLE, "the bus went away");
  return PAWL_EXIT_UNREACHABLE;
}

const PawlCommand pawl_cmd_monitor = {
  .name = "monitor",
  .arguments = "",
  .summary = "Show what changes, until Ctrl-C",
  .options = options,
  .run = run,
};
