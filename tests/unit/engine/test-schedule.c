/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-schedule.h"

#define S ((gint64) G_USEC_PER_SEC)

static const PawlSchedule hourly = {3600 * S, 60 * S, 600 * S, 0};

static void
test_spreads_over_the_interval (void)
{
  g_assert_cmpint (pawl_schedule_first (&hourly, 0.0), ==, 0);
  g_assert_cmpint (pawl_schedule_first (&hourly, 0.5), ==, 1800 * S);
  g_assert_cmpint (pawl_schedule_first (&hourly, 0.999999), <, 3600 * S);
}

static void
test_backs_off (void)
{
  PawlSchedule schedule = hourly;

  /* Half of 60, 120, 240, 480 and then always of 600 seconds, when chance adds nothing. */
  g_assert_cmpint (pawl_schedule_failed (&schedule, 0, 0.0), ==, 30 * S);
  g_assert_cmpint (pawl_schedule_failed (&schedule, 0, 0.0), ==, 60 * S);
  g_assert_cmpint (pawl_schedule_failed (&schedule, 0, 0.0), ==, 120 * S);
  g_assert_cmpint (pawl_schedule_failed (&schedule, 0, 0.0), ==, 240 * S);
  g_assert_cmpint (pawl_schedule_failed (&schedule, 0, 0.0), ==, 300 * S);
  g_assert_cmpint (pawl_schedule_failed (&schedule, 0, 0.5), ==, 450 * S);
  g_assert_cmpint (pawl_schedule_succeeded (&schedule), ==, 3600 * S);
  g_assert_cmpint (pawl_schedule_failed (&schedule, 0, 0.0), ==, 30 * S);
}

static void
test_honours_retry_after (void)
{
  PawlSchedule schedule = hourly;

  g_assert_cmpint (pawl_schedule_failed (&schedule, 7200 * S, 0.0), ==, 7200 * S);
  g_assert_cmpint (pawl_schedule_failed (&schedule, 7200 * S, 0.5), >, 7200 * S);
  /* The other side cannot make us come sooner than the back-off says. */
  g_assert_cmpint (pawl_schedule_failed (&schedule, 1 * S, 0.0), ==, 120 * S);
}

static void
test_does_not_run_over (void)
{
  PawlSchedule schedule = {S, S, G_GINT64_CONSTANT (31536000) * S, G_MAXUINT};
  gint64 wait_us = pawl_schedule_failed (&schedule, 0, 0.999);

  g_assert_cmpuint (schedule.failures, ==, G_MAXUINT);
  g_assert_cmpint (wait_us, >, 0);
  g_assert_cmpint (wait_us, <=, schedule.backoff_max_us);
}

static void
test_waits_to_be_told (void)
{
  PawlSchedule schedule = hourly;

  schedule.interval_us = 0;
  g_assert_cmpint (pawl_schedule_first (&schedule, 0.5), ==, -1);
  g_assert_cmpint (pawl_schedule_succeeded (&schedule), ==, -1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/schedule/spreads-over-the-interval", test_spreads_over_the_interval);
  g_test_add_func ("/engine/schedule/backs-off", test_backs_off);
  g_test_add_func ("/engine/schedule/honours-retry-after", test_honours_retry_after);
  g_test_add_func ("/engine/schedule/does-not-run-over", test_does_not_run_over);
  g_test_add_func ("/engine/schedule/waits-to-be-told", test_waits_to_be_told);
  return g_test_run ();
}
