/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-cli.h"

G_BEGIN_DECLS

/**
 * PawlStepOptions:
 *
 * What the commands that start a step can be told. Each command offers those that its method
 * understands.
 */
typedef struct
{
  gboolean no_wait;
  gboolean cancel; /* Ctrl-C cancels the step */
  gboolean no_force;
  gboolean force;
  gboolean no_reboot;
  gboolean now;
  char *source; /* (owned) (nullable) */
} PawlStepOptions;

#define PAWL_STEP_OPTION_NO_WAIT(o)                                                                \
  {                                                                                                \
    "no-wait", 0, 0, G_OPTION_ARG_NONE, &(o).no_wait, "Return as soon as it was accepted", NULL    \
  }
#define PAWL_STEP_OPTION_CANCEL(o)                                                                 \
  {                                                                                                \
    "cancel-on-interrupt", 0, 0, G_OPTION_ARG_NONE, &(o).cancel,                                   \
      "Ctrl-C cancels the step instead of leaving it", NULL                                        \
  }
#define PAWL_STEP_OPTION_NO_FORCE(o)                                                               \
  {                                                                                                \
    "no-force", 0, 0, G_OPTION_ARG_NONE, &(o).no_force, "Only if the rules allow it now", NULL     \
  }
#define PAWL_STEP_OPTION_NO_REBOOT(o)                                                              \
  {                                                                                                \
    "no-reboot", 0, 0, G_OPTION_ARG_NONE, &(o).no_reboot, "Leave the reboot to somebody else",     \
      NULL                                                                                         \
  }
#define PAWL_STEP_OPTION_SOURCE(o)                                                                 \
  {                                                                                                \
    "source", 0, 0, G_OPTION_ARG_STRING, &(o).source, "Look at an offline bundle instead", "URI"   \
  }

/**
 * PawlStepConclude:
 * @cli: the run
 * @before: the properties before the step, as pawl_cli_read() gives them
 * @after: the properties now
 *
 * Tells people what came of a step.
 *
 * Returns: what pawlctl shall exit with
 */
typedef PawlExit (*PawlStepConclude) (PawlCli *cli, GVariant *before, GVariant *after);

gboolean pawl_step_check_name (const char *name, GError **error);
GVariant *pawl_step_options_to_variant (const PawlStepOptions *options);
PawlExit pawl_step_run (PawlCli *cli,
                        const char *method,
                        GVariant *parameters,
                        const PawlStepOptions *options,
                        PawlStepConclude conclude,
                        GError **error);
PawlExit pawl_step_tell_state (PawlCli *cli, GVariant *before, GVariant *after);

G_END_DECLS
