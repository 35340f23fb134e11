/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* pawlctl fetch: the payloads of the update, onto this device. */

#include "pawl-command.h"
#include "pawl-step.h"

static PawlStepOptions given;

static const GOptionEntry options[] = {
  PAWL_STEP_OPTION_NO_FORCE (given),
  PAWL_STEP_OPTION_NO_WAIT (given),
  PAWL_STEP_OPTION_CANCEL (given),
  G_OPTION_ENTRY_NULL,
};

static PawlExit
run (PawlCli *cli, const char *const *arguments, GError **error)
{
  return pawl_step_run (cli, "Fetch",
                        g_variant_new ("(@a{sv})", pawl_step_options_to_variant (&given)), &given,
                        pawl_step_tell_state, error);
}

const PawlCommand pawl_cmd_fetch = {
  .name = "fetch",
  .arguments = "",
  .summary = "Fetch the available update",
  .options = options,
  .run = run,
};
