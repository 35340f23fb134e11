/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* One step of the update, from its call to what came of it. Ctrl-C ends the wait and leaves the
 * step alone, unless --cancel-on-interrupt was given: then the first one cancels the step and the
 * second ends the wait. */

#include "pawl-step.h"

#include <stdio.h>

#include "pawl-agent.h"
#include "pawl-progress-view.h"
#include "pawl-show.h"

/* The steps that a person can approve and defer. */
gboolean
pawl_step_check_name (const char *name, GError **error)
{
  static const char *const NAMES[] = {"download", "install", "reboot", "all", NULL};

  if (g_strv_contains (NAMES, name))
    return TRUE;
  g_set_error (error, PAWL_EXIT_ERROR, PAWL_EXIT_USAGE,
               "“%s” is not a step; wanted download, install, reboot or all", name);
  return FALSE;
}

/* What is not given is left to the daemon's own default. */
GVariant *
pawl_step_options_to_variant (const PawlStepOptions *options)
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  if (options->no_wait)
    g_variant_builder_add (&builder, "{sv}", "wait", g_variant_new_boolean (FALSE));
  if (options->force || options->no_force)
    g_variant_builder_add (&builder, "{sv}", "force", g_variant_new_boolean (options->force));
  if (options->no_reboot)
    g_variant_builder_add (&builder, "{sv}", "reboot", g_variant_new_boolean (FALSE));
  if (options->now)
    g_variant_builder_add (&builder, "{sv}", "now", g_variant_new_boolean (TRUE));
  if (options->source != NULL)
    g_variant_builder_add (&builder, "{sv}", "source", g_variant_new_string (options->source));
  return g_variant_builder_end (&builder);
}

static gboolean
on_interrupt (PawlCli *cli, int signal_number, gpointer data)
{
  gboolean *cancelled = data;

  if (*cancelled)
    return FALSE;
  *cancelled = TRUE;
  fputs ("pawlctl: cancelling the step; once more to stop waiting\n", stderr);
  pawl_client_cancel_async (cli->client, NULL, NULL, NULL, NULL);
  return TRUE;
}

static void
explain_failure (GError *error, const char *method, gboolean cancelled)
{
  if (g_error_matches (error, PAWL_EXIT_ERROR, PAWL_EXIT_INTERRUPTED))
    {
      g_free (error->message);
      error->message = g_strdup ("interrupted; the step goes on: pawlctl status shows it, pawlctl "
                                 "cancel ends it");
    }
  else if (cancelled || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_free (error->message);
      error->message = g_strdup_printf ("%s was cancelled", method);
      error->domain = PAWL_EXIT_ERROR;
      error->code = PAWL_EXIT_CANCELLED;
    }
}

static gboolean
call_step (PawlCli *cli,
           const char *method,
           GVariant *parameters,
           const PawlStepOptions *options,
           GVariant *before,
           GError **error)
{
  g_autoptr (PawlProgressView) view =
    pawl_progress_view_new (cli, pawl_show_string (before, "state"));
  g_autoptr (PawlAgent) agent = pawl_agent_new_if_needed ();
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GError) local = NULL;
  gboolean cancelled = FALSE;

  if (options->cancel)
    {
      cli->on_interrupt = on_interrupt;
      cli->on_interrupt_data = &cancelled;
    }
  reply = pawl_cli_call (cli, method, parameters, &local);
  cli->on_interrupt = NULL;
  if (reply != NULL)
    return TRUE;
  explain_failure (local, method, cancelled);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static PawlExit
tell_result (PawlCli *cli,
             const char *method,
             GVariant *before,
             GVariant *after,
             PawlStepConclude conclude)
{
  PawlExit code = conclude (cli, before, after);
  g_autofree char *command = g_ascii_strdown (method, -1);

  if (cli->json)
    pawl_cli_print_json (cli,
                         g_variant_new_parsed ("{'command': <%s>, 'result': <%s>, 'exit': <%i>, "
                                               "'status': <%@a{sv}>}",
                                               command, pawl_exit_get_name (code), (int) code,
                                               after),
                         PAWL_JSON_INDENTED);
  return code;
}

static PawlExit
tell_accepted (PawlCli *cli, GVariant *before, GVariant *after)
{
  pawl_cli_print (cli, PAWL_TONE_PLAIN, "Accepted; pawlctl monitor follows it.\n");
  return PAWL_EXIT_OK;
}

/**
 * pawl_step_tell_state:
 * @cli: the run
 * @before: the properties before the step
 * @after: the properties now
 *
 * The plainest conclusion: where the update stands.
 *
 * Returns: %PAWL_EXIT_OK
 */
PawlExit
pawl_step_tell_state (PawlCli *cli, GVariant *before, GVariant *after)
{
  pawl_cli_print (cli, PAWL_TONE_GOOD, "Done: the state is %s%s.\n",
                  pawl_show_string (after, "state"),
                  pawl_show_boolean (after, "reboot-pending") ? ", a reboot is pending" : "");
  return PAWL_EXIT_OK;
}

/**
 * pawl_step_run:
 * @cli: the run
 * @method: the method of the bus
 * @parameters: its arguments, a floating tuple
 * @options: how to wait
 * @conclude: what came of it
 * @error: return location
 *
 * Does a step, shows its progress and tells what came of it.
 *
 * Errors: those of the method; %PAWL_EXIT_CANCELLED, %PAWL_EXIT_INTERRUPTED,
 * %PAWL_EXIT_UNREACHABLE.
 *
 * Returns: what pawlctl shall exit with
 */
PawlExit
pawl_step_run (PawlCli *cli,
               const char *method,
               GVariant *parameters,
               const PawlStepOptions *options,
               PawlStepConclude conclude,
               GError **error)
{
  g_autoptr (GVariant) arguments = g_variant_ref_sink (parameters);
  g_autoptr (GVariant) before = pawl_cli_read (cli, error);
  g_autoptr (GVariant) after = NULL;

  if (before == NULL || !call_step (cli, method, arguments, options, before, error))
    return PAWL_EXIT_FAILED;
  after = pawl_cli_read (cli, error);
  if (after == NULL)
    return PAWL_EXIT_FAILED;
  return tell_result (cli, method, before, after, options->no_wait ? tell_accepted : conclude);
}
