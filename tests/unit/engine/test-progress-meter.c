/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-clock-fake.h"
#include "pawl-progress-meter.h"

#define MS 1000
#define S  (1000 * MS)

typedef struct
{
  PawlClockFake *clock;
  PawlProgressMeter *meter;
  guint changes;
} Fixture;

static void
on_changed (PawlProgressMeter *meter, gpointer data)
{
  ((Fixture *) data)->changes++;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->clock = pawl_clock_fake_new ();
  self->meter = pawl_progress_meter_new (PAWL_CLOCK (self->clock));
  g_signal_connect (self->meter, "changed", G_CALLBACK (on_changed), self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_assert_finalize_object (self->meter);
  g_assert_cmpuint (pawl_clock_fake_count_timers (self->clock), ==, 0);
  g_object_unref (self->clock);
}

/* A thousand bytes each millisecond, for so long, from nothing. */
static void
feed (Fixture *self, guint ms, guint64 total)
{
  for (guint i = 0; i < ms; i++)
    {
      pawl_progress_meter_update (self->meter, (i + 1) * 1000, total);
      pawl_clock_fake_advance (self->clock, MS);
    }
}

static void
test_is_told_four_times_a_second (Fixture *self, gconstpointer data)
{
  pawl_progress_meter_begin (self->meter, PAWL_PHASE_DOWNLOAD, "os-2");
  g_assert_cmpuint (self->changes, ==, 1);
  feed (self, 2000, 0);
  g_assert_cmpuint (self->changes, >=, 7);
  g_assert_cmpuint (self->changes, <=, 9);
}

static void
test_tells_the_last_value (Fixture *self, gconstpointer data)
{
  pawl_progress_meter_begin (self->meter, PAWL_PHASE_DOWNLOAD, "os-2");
  pawl_progress_meter_update (self->meter, 1, 10);
  pawl_progress_meter_update (self->meter, 7, 10);
  pawl_clock_fake_advance (self->clock, S);
  g_assert_cmpuint (pawl_progress_get_bytes_done (pawl_progress_meter_get (self->meter)), ==, 7);
  /* And then nothing wakes anybody. */
  g_assert_cmpuint (pawl_clock_fake_count_timers (self->clock), ==, 0);
  pawl_progress_meter_update (self->meter, 7, 10);
  g_assert_cmpuint (pawl_clock_fake_count_timers (self->clock), ==, 0);
}

static void
test_rate_and_time_left (Fixture *self, gconstpointer data)
{
  PawlProgress *progress;

  pawl_progress_meter_begin (self->meter, PAWL_PHASE_DOWNLOAD, "os-2");
  feed (self, 4000, 40000000);
  progress = pawl_progress_meter_get (self->meter);
  /* A million bytes a second, and 36 of them left. */
  g_assert_cmpuint (pawl_progress_get_rate (progress), >, 990000);
  g_assert_cmpuint (pawl_progress_get_rate (progress), <, 1010000);
  g_assert_cmpint (pawl_progress_get_time_left_s (progress), >=, 35);
  g_assert_cmpint (pawl_progress_get_time_left_s (progress), <=, 37);
  g_assert_cmpfloat_with_epsilon (pawl_progress_get_percent (progress), 10.0, 0.7);
}

static void
test_unknown (Fixture *self, gconstpointer data)
{
  PawlProgress *progress;

  pawl_progress_meter_begin (self->meter, PAWL_PHASE_INSTALL, NULL);
  progress = pawl_progress_meter_get (self->meter);
  g_assert_cmpstr (pawl_progress_get_target (progress), ==, "");
  g_assert_cmpuint (pawl_progress_get_rate (progress), ==, 0);
  g_assert_cmpint (pawl_progress_get_time_left_s (progress), ==, -1);
  g_assert_cmpfloat (pawl_progress_get_percent (progress), ==, -1);
}

/* All bytes are here; the phase has not ended. */
static void
test_hundred_is_the_end (Fixture *self, gconstpointer data)
{
  pawl_progress_meter_begin (self->meter, PAWL_PHASE_DOWNLOAD, "os-2");
  pawl_progress_meter_update (self->meter, 10, 10);
  pawl_clock_fake_advance (self->clock, S);
  g_assert_cmpfloat (pawl_progress_get_percent (pawl_progress_meter_get (self->meter)), <, 100);
  pawl_progress_meter_end (self->meter);
  g_assert_null (pawl_progress_meter_get (self->meter));
  pawl_progress_meter_end (self->meter);
  g_assert_cmpuint (self->changes, ==, 3);
}

static void
test_begins_anew (Fixture *self, gconstpointer data)
{
  pawl_progress_meter_begin (self->meter, PAWL_PHASE_DOWNLOAD, "os-2");
  feed (self, 1000, 0);
  pawl_progress_meter_begin (self->meter, PAWL_PHASE_VERIFY, "os-2");
  g_assert_cmpuint (pawl_progress_get_bytes_done (pawl_progress_meter_get (self->meter)), ==, 0);
  g_assert_cmpuint (pawl_progress_get_rate (pawl_progress_meter_get (self->meter)), ==, 0);
  g_assert_cmpint (pawl_progress_get_phase (pawl_progress_meter_get (self->meter)), ==,
                   PAWL_PHASE_VERIFY);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/engine/progress-meter/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("is-told-four-times-a-second", test_is_told_four_times_a_second);
  ADD ("tells-the-last-value", test_tells_the_last_value);
  ADD ("rate-and-time-left", test_rate_and_time_left);
  ADD ("unknown", test_unknown);
  ADD ("hundred-is-the-end", test_hundred_is_the_end);
  ADD ("begins-anew", test_begins_anew);
  return g_test_run ();
}
