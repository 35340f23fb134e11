/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* When a device asks again. A fleet that was switched on together, by the same power cut, must not
 * ask together: the first wait is anywhere in the interval, and from there the devices stay apart.
 * Chance comes from the caller, as a number from 0 up to but not including 1, so that tests can
 * choose it. */
#include "pawl-schedule.h"

/*< private >
 * pawl_schedule_first:
 * @self: a schedule
 * @random: 0 <= @random < 1
 *
 * Returns: how long to wait after a start that knows of no earlier check, in microseconds; -1
 *   when nothing is asked without being told
 */
gint64
pawl_schedule_first (const PawlSchedule *self, double random)
{
  return self->interval_us == 0 ? -1 : (gint64) ((double) self->interval_us * random);
}

/*< private >
 * pawl_schedule_succeeded:
 * @self: a schedule; forgets its failures
 *
 * Returns: how long to wait after an answer, in microseconds; -1 for ever
 */
gint64
pawl_schedule_succeeded (PawlSchedule *self)
{
  self->failures = 0;
  return self->interval_us == 0 ? -1 : self->interval_us;
}

/* Doubles without running over: 2^62 microseconds are longer than any limit. */
static gint64
get_backoff (const PawlSchedule *self)
{
  gint64 wait_us = self->backoff_min_us;

  for (guint i = 1; i < self->failures && wait_us < self->backoff_max_us; i++)
    wait_us *= 2;
  return MIN (wait_us, self->backoff_max_us);
}

/*< private >
 * pawl_schedule_failed:
 * @self: a schedule; remembers the failure
 * @retry_after_us: what the other side asked for, in microseconds, or 0; never undercut
 * @random: 0 <= @random < 1
 *
 * Half of the back-off is certain and half is chance, so that a fleet whose server went away
 * together does not come back together. The same chance is put on top of what the other side asked
 * for, which is one time for everybody.
 *
 * Returns: how long to wait after a failure, in microseconds
 */
gint64
pawl_schedule_failed (PawlSchedule *self, gint64 retry_after_us, double random)
{
  gint64 backoff_us;
  gint64 spread_us;

  if (self->failures < G_MAXUINT)
    self->failures++;
  backoff_us = get_backoff (self);
  spread_us = (gint64) ((double) (backoff_us / 2) * random);
  return MAX (backoff_us - backoff_us / 2, retry_after_us) + spread_us;
}
