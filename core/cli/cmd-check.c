/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* pawlctl check: what should this device run? */

#include "pawl-command.h"
#include "pawl-show.h"
#include "pawl-step.h"

static PawlStepOptions given;

static const GOptionEntry options[] = {
  PAWL_STEP_OPTION_SOURCE (given),
  PAWL_STEP_OPTION_NO_FORCE (given),
  PAWL_STEP_OPTION_NO_WAIT (given),
  PAWL_STEP_OPTION_CANCEL (given),
  G_OPTION_ENTRY_NULL,
};

static PawlExit
conclude (PawlCli *cli, GVariant *before, GVariant *after)
{
  g_autoptr (GVariant) update = g_variant_lookup_value (after, "available", G_VARIANT_TYPE_VARDICT);
  g_autofree char *name = NULL;

  if (update == NULL)
    {
      pawl_cli_print (cli, PAWL_TONE_PLAIN, "Nothing to do: this device is up to date.\n");
      return PAWL_EXIT_NOTHING;
    }
  name = pawl_show_update_name (update);
  pawl_cli_print (cli, PAWL_TONE_GOOD, "An update is available: %s\n", name);
  pawl_show_update (cli, update);
  return PAWL_EXIT_OK;
}

static PawlExit
run (PawlCli *cli, const char *const *arguments, GError **error)
{
  return pawl_step_run (cli, "Check",
                        g_variant_new ("(@a{sv})", pawl_step_options_to_variant (&given)), &given,
                        conclude, error);
}

const PawlCommand pawl_cmd_check = {
  .name = "check",
  .arguments = "",
  .summary = "Ask for an update, and prove it genuine",
  .options = options,
  .run = run,
};
