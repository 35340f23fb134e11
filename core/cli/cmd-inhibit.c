/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* pawlctl inhibit: holds back steps of the update for as long as a command runs. The daemon
 * releases the inhibitor when its descriptor closes, so a killed pawlctl leaves none behind. */

#include <signal.h>
#include <unistd.h>

#include "pawl-agent.h"
#include "pawl-command.h"

/* What a shell adds to the number of the signal that ended a command. */
#define SIGNAL_EXIT 128

static char *what;
static char *who;
static char *why;

static const GOptionEntry options[] = {
  {"what", 0, 0, G_OPTION_ARG_STRING, &what, "check, download, install, reboot; joined by colons",
   "WHAT"                                                                                                },
  {"who",  0, 0, G_OPTION_ARG_STRING, &who,  "Who asks, for people",                               "NAME"},
  {"why",  0, 0, G_OPTION_ARG_STRING, &why,  "The reason, for people",                             "TEXT"},
  G_OPTION_ENTRY_NULL,
};

static int
take_inhibitor (PawlCli *cli, const char *command, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GVariant) properties = pawl_cli_read (cli, error);
  g_autoptr (PawlAgent) agent = pawl_agent_new_if_needed ();
  g_autofree char *name = g_path_get_basename (command);

  if (properties == NULL)
    return -1;
  pawl_client_inhibit_async (cli->client, what != NULL ? what : "install:reboot",
                             who != NULL ? who : name, why != NULL ? why : "pawlctl inhibit", NULL,
                             cli->cancellable, pawl_cli_on_ready, &result);
  pawl_cli_wait (cli, &result);
  return pawl_client_inhibit_finish (cli->client, result, error);
}

/* A terminal tells the command of Ctrl-C by itself; of SIGTERM it hears only from here. */
static gboolean
on_interrupt (PawlCli *cli, int signal_number, gpointer data)
{
  if (signal_number == SIGTERM)
    g_subprocess_send_signal (G_SUBPROCESS (data), SIGTERM);
  return TRUE;
}

static PawlExit
run_process (PawlCli *cli, const char *const *arguments, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GSubprocess) process =
    g_subprocess_newv (arguments, G_SUBPROCESS_FLAGS_STDIN_INHERIT, &local);

  if (process == NULL)
    {
      PawlExit code = g_error_matches (local, G_SPAWN_ERROR, G_SPAWN_ERROR_NOENT)
                        ? PAWL_EXIT_NO_COMMAND
                        : PAWL_EXIT_CANNOT_RUN;

      g_set_error (error, PAWL_EXIT_ERROR, code, "inhibit: %s", local->message);
      return code;
    }
  cli->on_interrupt = on_interrupt;
  cli->on_interrupt_data = process;
  g_subprocess_wait_async (process, NULL, pawl_cli_on_ready, &result);
  pawl_cli_wait (cli, &result);
  cli->on_interrupt = NULL;
  if (g_subprocess_get_if_signaled (process))
    return (PawlExit) (SIGNAL_EXIT + g_subprocess_get_term_sig (process));
  return (PawlExit) g_subprocess_get_exit_status (process);
}

static PawlExit
run (PawlCli *cli, const char *const *arguments, GError **error)
{
  int inhibitor = take_inhibitor (cli, arguments[0], error);
  PawlExit code;

  if (inhibitor < 0)
    return PAWL_EXIT_FAILED;
  code = run_process (cli, arguments, error);
  close (inhibitor);
  return code;
}

const PawlCommand pawl_cmd_inhibit = {
  .name = "inhibit",
  .arguments = "COMMAND [ARGUMENT…]",
  .summary = "Hold back the update while a command runs",
  .options = options,
  .minimum = 1,
  .maximum = G_MAXUINT,
  .verbatim = TRUE,
  .run = run,
};
