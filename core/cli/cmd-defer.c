/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* pawlctl defer: a person asks to come back later. */

#include "pawl-command.h"
#include "pawl-format.h"
#include "pawl-step.h"

static PawlExit
conclude (PawlCli *cli, GVariant *before, GVariant *after)
{
  pawl_cli_print (cli, PAWL_TONE_GOOD, "Noted; pawlctl why shows it.\n");
  return PAWL_EXIT_OK;
}

static PawlExit
run (PawlCli *cli, const char *const *arguments, GError **error)
{
  const char *step = arguments[0];
  PawlStepOptions none = {0};
  gint64 until_us = 0;

  if (!pawl_step_check_name (step, error))
    return PAWL_EXIT_USAGE;
  if (!g_str_equal (arguments[1], "off") &&
      !pawl_format_parse_when (arguments[1], g_get_real_time (), &until_us, error))
    return PAWL_EXIT_USAGE;
  return pawl_step_run (cli, "Defer",
                        g_variant_new ("(sx@a{sv})", step, until_us,
                                       pawl_step_options_to_variant (&none)),
                        &none, conclude, error);
}

const PawlCommand pawl_cmd_defer = {
  .name = "defer",
  .arguments = "STEP WHEN|off",
  .summary = "Put off download, install, reboot or all",
  .minimum = 2,
  .maximum = 2,
  .run = run,
};
