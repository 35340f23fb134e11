/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* pawlctl confirm: a person says that the running version is good. */

#include "pawl-command.h"
#include "pawl-show.h"
#include "pawl-step.h"

static PawlStepOptions given;

static const GOptionEntry options[] = {
  {"now", 0, 0, G_OPTION_ARG_NONE, &given.now, "Answer for all confirmers and end the trial", NULL},
  PAWL_STEP_OPTION_NO_WAIT (given),
  G_OPTION_ENTRY_NULL,
};

static PawlExit
conclude (PawlCli *cli, GVariant *before, GVariant *after)
{
  if (!g_str_equal (pawl_show_string (after, "state"), "trial"))
    return pawl_step_tell_state (cli, before, after);
  pawl_cli_print (cli, PAWL_TONE_WARNING,
                  "Noted; other confirmers have not said yes yet: pawlctl status lists them.\n");
  return PAWL_EXIT_OK;
}

static PawlExit
run (PawlCli *cli, const char *const *arguments, GError **error)
{
  return pawl_step_run (cli, "Confirm",
                        g_variant_new ("(@a{sv})", pawl_step_options_to_variant (&given)), &given,
                        conclude, error);
}

const PawlCommand pawl_cmd_confirm = {
  .name = "confirm",
  .arguments = "",
  .summary = "Say that the version on trial is good",
  .options = options,
  .run = run,
};
