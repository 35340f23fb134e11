/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* pawlctl reject: a person says that the running version is bad. */

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
  g_autofree char *reason = g_strjoinv (" ", (char **) arguments);

  if (!g_utf8_validate (reason, -1, NULL))
    {
      g_set_error (error, PAWL_EXIT_ERROR, PAWL_EXIT_USAGE, "reject: the reason is not in UTF-8");
      return PAWL_EXIT_USAGE;
    }
  return pawl_step_run (cli, "Reject",
                        g_variant_new ("(s@a{sv})", reason, pawl_step_options_to_variant (&given)),
                        &given, pawl_step_tell_state, error);
}

const PawlCommand pawl_cmd_reject = {
  .name = "reject",
  .arguments = "[REASON…]",
  .summary = "Say that the version on trial is bad",
  .options = options,
  .maximum = G_MAXUINT,
  .run = run,
};
