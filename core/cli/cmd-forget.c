/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* pawlctl forget: a version that failed may be tried again. */

#include "pawl-command.h"
#include "pawl-step.h"

static gboolean all;

static const GOptionEntry options[] = {
  {"all", 0, 0, G_OPTION_ARG_NONE, &all, "Every version that failed", NULL},
  G_OPTION_ENTRY_NULL,
};

static PawlExit
conclude (PawlCli *cli, GVariant *before, GVariant *after)
{
  pawl_cli_print (cli, PAWL_TONE_GOOD, "Forgotten; the next check may offer it again.\n");
  return PAWL_EXIT_OK;
}

static PawlExit
run (PawlCli *cli, const char *const *arguments, GError **error)
{
  PawlStepOptions none = {0};

  /* An empty name means all of them to the daemon, which nobody should say by accident. */
  if (all == (arguments[0] != NULL && *arguments[0] != '\0'))
    {
      g_set_error (error, PAWL_EXIT_ERROR, PAWL_EXIT_USAGE, "forget: wanted a target or --all");
      return PAWL_EXIT_USAGE;
    }
  return pawl_step_run (cli, "Forget", g_variant_new ("(sa{sv})", all ? "" : arguments[0], NULL),
                        &none, conclude, error);
}

const PawlCommand pawl_cmd_forget = {
  .name = "forget",
  .arguments = "TARGET|--all",
  .summary = "Forget that a version failed, so that it may be tried again",
  .options = options,
  .maximum = 1,
  .run = run,
};
