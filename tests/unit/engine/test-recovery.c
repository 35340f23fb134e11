/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-recovery.h"
#include "pawl-state-table.h"

typedef void (*Promise) (const PawlRecoveryFacts *facts, PawlRecoveryStep step);

/* Every promise is tried with all combinations that there are. */
static void
for_all (gconstpointer data)
{
  Promise promise = (Promise) data;
  guint n = 0;

  for (guint i = 0; i < 10 * 3 * 3 * 8; i++)
    {
      PawlRecoveryFacts facts = {
        .state = (PawlState) (i / 72),
        .boot = (PawlBootStatus) (i / 24 % 3),
        .running = (PawlRunning) (i / 8 % 3),
        .activated = (i & 4) != 0,
        .rebooted = (i & 2) != 0,
        .confirmed = (i & 1) != 0,
      };
      const char *why = NULL;
      PawlRecoveryStep step = pawl_recovery_decide (&facts, &why);

      g_assert_nonnull (why);
      promise (&facts, step);
      n++;
    }
  g_test_message ("%u combinations", n);
}

/* Where a step leads has to be where the table of states allows to go. */
static void
keeps_to_the_table (const PawlRecoveryFacts *facts, PawlRecoveryStep step)
{
  static const int leads_to[] = {
    [PAWL_RECOVERY_STAY] = -1,
    [PAWL_RECOVERY_SETTLE] = -1,
    [PAWL_RECOVERY_RETURN] = -1,
    [PAWL_RECOVERY_ACTIVATE] = PAWL_STATE_ACTIVATING,
    [PAWL_RECOVERY_REBOOT] = PAWL_STATE_ACTIVATING,
    [PAWL_RECOVERY_TRIAL] = PAWL_STATE_TRIAL,
    [PAWL_RECOVERY_CONFIRM] = PAWL_STATE_IDLE,
    [PAWL_RECOVERY_REVERT] = PAWL_STATE_REVERTING,
    [PAWL_RECOVERY_FINISH_REVERT] = PAWL_STATE_IDLE,
  };
  int to = leads_to[step];

  if (to >= 0 && to != (int) facts->state)
    g_assert_true (pawl_state_table_has_edge (facts->state, (PawlState) to));
}

static void
judges_only_what_runs (const PawlRecoveryFacts *facts, PawlRecoveryStep step)
{
  if (step == PAWL_RECOVERY_TRIAL || step == PAWL_RECOVERY_CONFIRM)
    g_assert_cmpint (facts->running, ==, PAWL_RUNNING_AFTER);
}

/* Never both confirmed and reverted. Only when the confirmed version no longer runs, which nothing
 * of ours can bring about, is there nothing left to keep. */
static void
keeps_what_was_confirmed (const PawlRecoveryFacts *facts, PawlRecoveryStep step)
{
  if (facts->state == PAWL_STATE_TRIAL && facts->confirmed && facts->running == PAWL_RUNNING_AFTER)
    g_assert_cmpint (step, ==, PAWL_RECOVERY_CONFIRM);
}

static void
confirms_only_what_passed (const PawlRecoveryFacts *facts, PawlRecoveryStep step)
{
  if (step == PAWL_RECOVERY_CONFIRM)
    g_assert_true (facts->confirmed);
}

/* A reboot is asked for once: a version that did not come up in it is not tried for ever. */
static void
reboots_once (const PawlRecoveryFacts *facts, PawlRecoveryStep step)
{
  if (step == PAWL_RECOVERY_REBOOT)
    {
      g_assert_true (facts->activated);
      g_assert_false (facts->rebooted);
    }
}

static void
believes_the_boot_loader (const PawlRecoveryFacts *facts, PawlRecoveryStep step)
{
  if (facts->state == PAWL_STATE_ACTIVATING && facts->boot == PAWL_BOOT_STATUS_FELL_BACK)
    g_assert_cmpint (step, ==, PAWL_RECOVERY_REVERT);
  if (facts->state == PAWL_STATE_TRIAL && facts->boot == PAWL_BOOT_STATUS_FELL_BACK)
    g_assert_true (step == PAWL_RECOVERY_REVERT || step == PAWL_RECOVERY_CONFIRM);
}

/* An end that does not need the other version to run, and so no second reboot. */
static void
ends_reverting (const PawlRecoveryFacts *facts, PawlRecoveryStep step)
{
  if (facts->state == PAWL_STATE_REVERTING)
    g_assert_cmpint (step, ==,
                     facts->running == PAWL_RUNNING_BEFORE ? PAWL_RECOVERY_FINISH_REVERT
                                                           : PAWL_RECOVERY_REVERT);
}

/* What does not change what boots is never answered with something that does. */
static void
leaves_the_running_alone (const PawlRecoveryFacts *facts, PawlRecoveryStep step)
{
  if (facts->state < PAWL_STATE_ACTIVATING)
    g_assert_true (step == PAWL_RECOVERY_STAY || step == PAWL_RECOVERY_RETURN ||
                   step == PAWL_RECOVERY_SETTLE);
}

#define ADD(name, promise) g_test_add_data_func ("/engine/recovery/" name, promise, for_all)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("keeps-to-the-table", keeps_to_the_table);
  ADD ("judges-only-what-runs", judges_only_what_runs);
  ADD ("keeps-what-was-confirmed", keeps_what_was_confirmed);
  ADD ("confirms-only-what-passed", confirms_only_what_passed);
  ADD ("reboots-once", reboots_once);
  ADD ("believes-the-boot-loader", believes_the_boot_loader);
  ADD ("ends-reverting", ends_reverting);
  ADD ("leaves-the-running-alone", leaves_the_running_alone);
  return g_test_run ();
}
