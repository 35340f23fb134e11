/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-testing-private.h"

static void
start_begin_trial (PawlTestingCase *self,
                   guint timeout_ms,
                   PawlMonitor *monitor,
                   GCancellable *cancel)
{
  const gint64 deadline = g_get_monotonic_time () + G_TIME_SPAN_HOUR;
  g_autoptr (PawlUpdate) update = pawl_update_new_from_variant (
    g_variant_new_parsed ("{'id': <'u1'>, 'targets': <{'primary': {'name': <'fw'>}}>}"), NULL);

  pawl_confirmer_begin_trial_async (self->instance, update,
                                    g_variant_new_parsed ("{'deadline': <%x>}", deadline),
                                    timeout_ms, cancel, pawl_testing_keep, self);
}

static gboolean
take (GVariant *taken)
{
  g_autoptr (GVariant) answer = taken;

  return answer != NULL;
}

static gboolean
finish_begin_trial (PawlTestingCase *self, GError **error)
{
  return take (pawl_confirmer_begin_trial_finish (self->instance, self->result, error));
}

static void
start_check (PawlTestingCase *self, guint timeout_ms, PawlMonitor *monitor, GCancellable *cancel)
{
  pawl_confirmer_check_async (
    self->instance,
    g_variant_new_parsed ("{'progressing': <true>, 'elapsed-s': <@u 1>, 'x-unknown': <'ignored'>}"),
    timeout_ms, cancel, pawl_testing_keep, self);
}

static gboolean
finish_check (PawlTestingCase *self, GError **error)
{
  g_autoptr (GVariant) details = NULL;

  pawl_confirmer_check_finish (self->instance, self->result, &details, error);
  if (details != NULL)
    pawl_testing_check_members (details, "verdict", "s", "reason", "s", "details", "a{sv}", NULL);
  return details != NULL;
}

static void
start_end_trial (PawlTestingCase *self,
                 guint timeout_ms,
                 PawlMonitor *monitor,
                 GCancellable *cancel)
{
  pawl_confirmer_end_trial_async (self->instance, PAWL_VERDICT_FAIL, NULL, timeout_ms, cancel,
                                  pawl_testing_keep, self);
}

static gboolean
finish_end_trial (PawlTestingCase *self, GError **error)
{
  return take (pawl_confirmer_end_trial_finish (self->instance, self->result, error));
}

static const PawlTestingMethod methods[] = {
  {"begin-trial",       start_begin_trial, finish_begin_trial},
  {"check", start_check, finish_check},
  {"end-trial",             start_end_trial, finish_end_trial},
  {NULL      },
};

/* A confirmer may say `not-yet` for a while; it is asked again, as the engine does. */
static void
expect_verdict (PawlTestingCase *self, GVariant *(*change) (gpointer world), PawlVerdict wanted)
{
  g_autoptr (GVariant) options = NULL;
  PawlVerdict verdict = PAWL_VERDICT_NOT_YET;
  g_autoptr (GError) error = NULL;

  if (change == NULL)
    {
      g_test_skip ("the implementation's test cannot change what is judged");
      return;
    }
  options = change (self->world);
  if (options != NULL)
    g_variant_ref_sink (options);
  g_assert_true (pawl_testing_call (self, &methods[0], &error));
  while (verdict == PAWL_VERDICT_NOT_YET)
    {
      pawl_confirmer_check_async (self->instance, options, PAWL_TESTING_TIMEOUT_MS, NULL,
                                  pawl_testing_keep, self);
      verdict =
        pawl_confirmer_check_finish (self->instance, pawl_testing_wait (self), NULL, &error);
      g_assert_no_error (error);
      g_clear_object (&self->result);
    }
  g_assert_cmpint (verdict, ==, wanted);
}

static void
test_says_yes_to_a_good_version (PawlTestingCase *self)
{
  const PawlTestingConfirmer *spec = (const PawlTestingConfirmer *) self->implementation;

  expect_verdict (self, spec->make_good, PAWL_VERDICT_PASS);
}

static void
test_says_no_to_a_bad_version (PawlTestingCase *self)
{
  const PawlTestingConfirmer *spec = (const PawlTestingConfirmer *) self->implementation;

  expect_verdict (self, spec->make_bad, PAWL_VERDICT_FAIL);
}

/* A trial goes on after a restart, and ends without having been seen to begin. */
static void
test_survives_a_restart (PawlTestingCase *self)
{
  g_autoptr (GError) error = NULL;

  for (const PawlTestingMethod *method = methods; method->name != NULL; method++)
    {
      pawl_testing_call (self, method, &error);
      g_assert_no_error (error);
      pawl_testing_restart (self);
    }
}

void
pawl_testing_add_confirmer (const PawlTestingConfirmer *implementation)
{
  const PawlTestingWorld *base = &implementation->base;

  pawl_testing_add_methods (base, methods);
  pawl_testing_add (base, "says-yes-to-a-good-version", test_says_yes_to_a_good_version);
  pawl_testing_add (base, "says-no-to-a-bad-version", test_says_no_to_a_bad_version);
  pawl_testing_add (base, "survives-a-restart", test_survives_a_restart);
}
