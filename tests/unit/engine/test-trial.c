/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "device-fixture.h"
#include "pawl-clock-fake.h"
#include "pawl-trial.h"

#include <string.h>

typedef struct
{
  DeviceFixture device;
  PawlClockFake *clock;
  PawlTrial *trial;
  GAsyncResult *result;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  device_fixture_set_up (&self->device, NULL);
  self->clock = pawl_clock_fake_new ();
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_object (&self->trial);
  g_clear_object (&self->result);
  g_object_unref (self->clock);
  device_fixture_tear_down (&self->device, NULL);
}

static void
start (Fixture *self, const char *groups, guint elapsed_s, GCancellable *cancellable)
{
  g_autoptr (PawlUpdate) update = device_fixture_make_update (&self->device);
  g_autofree char *daemon = g_strconcat ("verifier=judge\n", groups, NULL);

  device_fixture_make_device (&self->device, daemon);
  self->trial =
    pawl_trial_new (self->device.device, PAWL_CLOCK (self->clock), update, elapsed_s, 600);
  pawl_trial_run_async (self->trial, cancellable, device_fixture_keep_result, &self->result);
}

/* Lets every question be answered. */
static void
settle (void)
{
  for (guint i = 0; i < 100; i++)
    g_main_context_iteration (NULL, FALSE);
}

static void
advance (Fixture *self, guint seconds)
{
  settle ();
  pawl_clock_fake_advance (self->clock, (gint64) seconds * G_USEC_PER_SEC);
  settle ();
}

static gboolean
finish (Fixture *self, GError **error)
{
  device_fixture_wait_for (&self->result);
  return pawl_trial_run_finish (self->trial, self->result, error);
}

static void
test_passes_when_all_say_yes (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  start (self, "[trial]\nrequired=judge;user\n", 0, NULL);
  settle ();
  g_assert_null (self->result);
  pawl_trial_set_person (self->trial, PAWL_VERDICT_PASS, "");
  g_assert_true (finish (self, &error));
  g_assert_no_error (error);
}

static void
test_needs_no_confirmer (Fixture *self, gconstpointer data)
{
  start (self, "", 0, NULL);
  g_assert_true (finish (self, NULL));
}

static void
test_one_no_is_enough (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  device_fixture_mood = "fail";
  start (self, "[trial]\nrequired=user;judge\n", 0, NULL);
  g_assert_false (finish (self, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_REJECTED);
  g_assert_cmpstr (error->message, ==, "judge: its mood");
}

static void
test_asks_again (Fixture *self, gconstpointer data)
{
  device_fixture_mood = "not-yet";
  start (self, "[trial]\nrequired=judge\n", 0, NULL);
  advance (self, 20);
  g_assert_null (self->result);
  device_fixture_mood = "pass";
  advance (self, 5);
  g_assert_true (finish (self, NULL));
}

static void
test_silence_until_the_deadline_is_no (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  start (self, "[trial]\nrequired=user\n", 500, NULL);
  advance (self, 99);
  g_assert_null (self->result);
  g_assert_cmpuint (pawl_trial_get_elapsed_s (self->trial), ==, 599);
  advance (self, 1);
  g_assert_false (finish (self, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_TIMED_OUT);
  g_assert_nonnull (strstr (error->message, "user: nobody has answered"));
  g_assert_cmpuint (pawl_clock_fake_count_timers (self->clock), ==, 0);
}

/* The watchdog of others hears that it should no longer be fed, and the deadline does the rest. */
static void
test_a_failure_is_not_a_yes (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  device_fixture_mood = "broken";
  start (self, "[trial]\nrequired=judge\n", 0, NULL);
  advance (self, 599);
  g_assert_null (self->result);
  advance (self, 1);
  g_assert_false (finish (self, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_TIMED_OUT);
  g_assert_nonnull (strstr (error->message, "the sensor does not answer"));
}

static void
test_optional_ones_are_only_reported (Fixture *self, gconstpointer data)
{
  g_autoptr (GVariant) answers = NULL;
  g_autofree char *text = NULL;

  device_fixture_mood = "fail";
  start (self, "[trial]\noptional=judge\n", 0, NULL);
  g_assert_true (finish (self, NULL));
  answers = g_variant_ref_sink (pawl_trial_list_answers (self->trial));
  text = g_variant_print (answers, FALSE);
  g_assert_nonnull (strstr (text, "'verdict': <'fail'>"));
  g_assert_nonnull (strstr (text, "'required': <false>"));
}

static void
test_an_interrupted_one_is_undecided (Fixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  start (self, "[trial]\nrequired=user\n", 0, cancellable);
  settle ();
  g_cancellable_cancel (cancellable);
  g_assert_false (finish (self, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Who cannot reach the server cannot be mended by it. */
static void
test_the_server_is_asked_when_it_matters (Fixture *self, gconstpointer data)
{
  device_fixture_mood = "lonely";
  start (self, "[trial]\nrequired=judge\n", 0, NULL);
  g_assert_true (finish (self, NULL));
}

static void
test_lets_go (Fixture *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;

  start (self, "[trial]\nrequired=judge\noptional=user\n", 0, NULL);
  g_assert_true (finish (self, NULL));
  pawl_trial_end_async (self->trial, PAWL_VERDICT_PASS, device_fixture_keep_result, &result);
  device_fixture_wait_for (&result);
  g_assert_true (pawl_trial_end_finish (self->trial, result, NULL));
}

#define ADD(name, func) g_test_add ("/engine/trial/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("passes-when-all-say-yes", test_passes_when_all_say_yes);
  ADD ("needs-no-confirmer", test_needs_no_confirmer);
  ADD ("one-no-is-enough", test_one_no_is_enough);
  ADD ("asks-again", test_asks_again);
  ADD ("silence-until-the-deadline-is-no", test_silence_until_the_deadline_is_no);
  ADD ("a-failure-is-not-a-yes", test_a_failure_is_not_a_yes);
  ADD ("optional-ones-are-only-reported", test_optional_ones_are_only_reported);
  ADD ("an-interrupted-one-is-undecided", test_an_interrupted_one_is_undecided);
  ADD ("the-server-is-asked-when-it-matters", test_the_server_is_asked_when_it_matters);
  ADD ("lets-go", test_lets_go);
  return g_test_run ();
}
