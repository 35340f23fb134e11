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

static gboolean
is_missing (GVariant *confirmer)
{
  return pawl_show_boolean (confirmer, "required") && pawl_show_is_held (confirmer);
}

/* The trial may be over before the state says so. */
static PawlExit
conclude (PawlCli *cli, GVariant *before, GVariant *after)
{
  g_autoptr (GVariant) trial = g_variant_lookup_value (after, "trial", G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) confirmers = NULL;
  g_autoptr (GVariant) missing = NULL;

  if (trial != NULL)
    confirmers = g_variant_lookup_value (trial, "confirmers", G_VARIANT_TYPE ("aa{sv}"));
  missing = pawl_show_filter (confirmers, is_missing);
  if (g_variant_n_children (missing) == 0)
    pawl_cli_print (cli, PAWL_TONE_GOOD, "Confirmed: the new version is kept.\n");
  else
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
