/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* pawlctl update: all the steps that policy allows, from where the update stands. */

#include "pawl-command.h"
#include "pawl-show.h"
#include "pawl-step.h"

static PawlStepOptions given;

static const GOptionEntry options[] = {
  PAWL_STEP_OPTION_SOURCE (given),
  {"force", 0, 0, G_OPTION_ARG_NONE, &given.force, "Do not wait for windows, networks and power",
            NULL},
  PAWL_STEP_OPTION_NO_REBOOT (given),
  PAWL_STEP_OPTION_NO_WAIT (given),
  PAWL_STEP_OPTION_CANCEL (given),
  G_OPTION_ENTRY_NULL,
};

/* “Up to date” would be a lie about a version that failed before, or about a broken verifier. */
static PawlExit
conclude_nothing (PawlCli *cli, GVariant *after)
{
  g_autoptr (GVariant) decisions =
    g_variant_lookup_value (after, "decisions", G_VARIANT_TYPE ("aa{sv}"));

  if (decisions == NULL || pawl_show_count_held (decisions) == 0)
    pawl_cli_print (cli, PAWL_TONE_PLAIN, "Nothing to do: this device is up to date.\n");
  else
    {
      pawl_cli_print (cli, PAWL_TONE_WARNING, "Nothing to do, for these reasons:\n");
      pawl_show_decisions (cli, decisions, TRUE);
    }
  return PAWL_EXIT_NOTHING;
}

/* Back at idle: either an update is over, or there was none. */
static PawlExit
conclude_idle (PawlCli *cli, GVariant *before, GVariant *after)
{
  g_autoptr (GVariant) earlier =
    g_variant_lookup_value (before, "last-result", G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) result =
    g_variant_lookup_value (after, "last-result", G_VARIANT_TYPE_VARDICT);

  if (result == NULL || (earlier != NULL && g_variant_equal (earlier, result)))
    return conclude_nothing (cli, after);
  if (pawl_show_boolean (result, "success"))
    return pawl_step_tell_state (cli, before, after);
  pawl_cli_print (cli, PAWL_TONE_BAD, "The update failed: pawlctl history shows why.\n");
  return PAWL_EXIT_FAILED;
}

static PawlExit
conclude (PawlCli *cli, GVariant *before, GVariant *after)
{
  g_autoptr (GVariant) decisions =
    g_variant_lookup_value (after, "decisions", G_VARIANT_TYPE ("aa{sv}"));
  const char *state = pawl_show_string (after, "state");

  if (g_str_equal (state, "idle"))
    return conclude_idle (cli, before, after);
  if (g_str_equal (state, "activating") || g_str_equal (state, "trial"))
    return pawl_step_tell_state (cli, before, after);
  pawl_cli_print (cli, PAWL_TONE_WARNING, "Waiting: the state is %s.\n", state);
  if (decisions != NULL)
    pawl_show_decisions (cli, decisions, TRUE);
  return PAWL_EXIT_WAITING;
}

static PawlExit
run (PawlCli *cli, const char *const *arguments, GError **error)
{
  return pawl_step_run (cli, "Update",
                        g_variant_new ("(@a{sv})", pawl_step_options_to_variant (&given)), &given,
                        conclude, error);
}

const PawlCommand pawl_cmd_update = {
  .name = "update",
  .arguments = "",
  .summary = "Take all the steps that policy allows",
  .options = options,
  .run = run,
};
