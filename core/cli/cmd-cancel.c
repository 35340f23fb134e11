/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* pawlctl cancel: ends the running step, or forgets the update. */

#include "pawl-command.h"
#include "pawl-step.h"

static PawlStepOptions given;

static const GOptionEntry options[] = {
  PAWL_STEP_OPTION_NO_WAIT (given),
  G_OPTION_ENTRY_NULL,
};

static PawlExit
run (PawlCli *cli, const char *const *arguments, GError **error)
{
  return pawl_step_run (cli, "Cancel",
                        g_variant_new ("(@a{sv})", pawl_step_options_to_variant (&given)), &given,
                        pawl_step_tell_state, error);
}

const PawlCommand pawl_cmd_cancel = {
  .name = "cancel",
  .arguments = "",
  .summary = "End the running step, or forget the update",
  .options = options,
  .run = run,
};
