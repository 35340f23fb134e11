/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* pawlctl approve: a person agrees to a step that waits for it. */

#include "pawl-command.h"
#include "pawl-step.h"

static PawlExit
conclude (PawlCli *cli, GVariant *before, GVariant *after)
{
  pawl_cli_print (cli, PAWL_TONE_GOOD, "Approved.\n");
  return PAWL_EXIT_OK;
}

static PawlExit
run (PawlCli *cli, const char *const *arguments, GError **error)
{
  const char *step = arguments[0] != NULL ? arguments[0] : "all";
  PawlStepOptions none = {0};

  if (!pawl_step_check_name (step, error))
    return PAWL_EXIT_USAGE;
  return pawl_step_run (cli, "Approve",
                        g_variant_new ("(s@a{sv})", step, pawl_step_options_to_variant (&none)),
                        &none, conclude, error);
}

const PawlCommand pawl_cmd_approve = {
  .name = "approve",
  .arguments = "[STEP]",
  .summary = "Agree to download, install, reboot or all",
  .maximum = 1,
  .run = run,
};
