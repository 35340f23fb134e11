/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

G_BEGIN_DECLS

/**
 * PawlRunning:
 * @PAWL_RUNNING_BEFORE: every ECU of the update runs what it ran before
 * @PAWL_RUNNING_AFTER: every one runs its target
 * @PAWL_RUNNING_MIXED: anything else: some of each, something third, or it cannot be told
 *
 * What the installers say that runs.
 */
typedef enum
{
  PAWL_RUNNING_BEFORE,
  PAWL_RUNNING_AFTER,
  PAWL_RUNNING_MIXED,
} PawlRunning;

/**
 * PawlRecoveryFacts:
 * @state: what the disk says
 * @boot: what the boot loader says
 * @running: what the installers say
 * @activated: the disk says that activating had its effect
 * @rebooted: this is another boot than the one in which it had
 * @confirmed: the disk says that the trial was passed
 *
 * All that is known when the daemon starts.
 */
typedef struct
{
  PawlState state;
  PawlBootStatus boot;
  PawlRunning running;
  gboolean activated;
  gboolean rebooted;
  gboolean confirmed;
} PawlRecoveryFacts;

/**
 * PawlRecoveryStep:
 * @PAWL_RECOVERY_STAY: nothing was cut off
 * @PAWL_RECOVERY_SETTLE: no update is known, but the boot loader counts: let it stop
 * @PAWL_RECOVERY_RETURN: an interrupted step begins again from where it started
 * @PAWL_RECOVERY_ACTIVATE: arm and activate again
 * @PAWL_RECOVERY_REBOOT: all is done but the reboot
 * @PAWL_RECOVERY_TRIAL: the new version runs and is judged, or judged on
 * @PAWL_RECOVERY_CONFIRM: the trial was passed: finish keeping the new version
 * @PAWL_RECOVERY_REVERT: go back to the version before
 * @PAWL_RECOVERY_FINISH_REVERT: the version before runs: remove the other, then stop counting
 *
 * What to do next.
 */
typedef enum
{
  PAWL_RECOVERY_STAY,
  PAWL_RECOVERY_SETTLE,
  PAWL_RECOVERY_RETURN,
  PAWL_RECOVERY_ACTIVATE,
  PAWL_RECOVERY_REBOOT,
  PAWL_RECOVERY_TRIAL,
  PAWL_RECOVERY_CONFIRM,
  PAWL_RECOVERY_REVERT,
  PAWL_RECOVERY_FINISH_REVERT,
} PawlRecoveryStep;

/* @out_why, a sentence for people, is never NULL. */
PawlRecoveryStep pawl_recovery_decide (const PawlRecoveryFacts *facts, const char **out_why);

G_END_DECLS
