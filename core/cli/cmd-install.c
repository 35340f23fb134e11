/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* pawlctl install: the fetched update, onto the inactive side. */

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
  return pawl_step_run (cli, "Install",
                        g_variant_new ("(@a{sv})", pawl_step_options_to_variant (&given)), &given,
                        pawl_step_tell_state, error);
}

const PawlCommand pawl_cmd_install = {
  .name = "install",
  .arguments = "",
  .summary = "Write the fetched update beside what runs",
  .options = options,
  .run = run,
};
