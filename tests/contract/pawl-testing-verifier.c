/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-testing-private.h"

static const PawlTestingVerifier *
spec_of (PawlTestingCase *self)
{
  return (const PawlTestingVerifier *) self->implementation;
}

static void
start_check (PawlTestingCase *self, guint timeout_ms, PawlMonitor *monitor, GCancellable *cancel)
{
  pawl_verifier_check_async (self->instance, g_variant_new_parsed ("{'x-unknown': <'ignored'>}"),
                             timeout_ms, monitor, cancel, pawl_testing_keep, self);
}

static gboolean
finish_check (PawlTestingCase *self, GError **error)
{
  g_autoptr (PawlUpdate) update = pawl_verifier_check_finish (self->instance, self->result, error);

  if (update != NULL)
    g_assert_false (pawl_update_is_empty (update));
  return update != NULL;
}

static const PawlTestingMethod methods[] = {
  {"check",       start_check, finish_check},
  {NULL},
};

static PawlTarget *
check (PawlTestingCase *self)
{
  g_autoptr (PawlUpdate) update = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) serials = NULL;

  start_check (self, PAWL_TESTING_TIMEOUT_MS, NULL, NULL);
  update = pawl_verifier_check_finish (self->instance, pawl_testing_wait (self), &error);
  g_assert_no_error (error);
  g_clear_object (&self->result);
  serials = pawl_update_dup_serials (update);
  g_assert_nonnull (serials[0]);
  return pawl_update_dup_target (update, serials[0]);
}

static gboolean
verify (PawlTestingCase *self,
        PawlTarget *target,
        PawlPayload *payload,
        GCancellable *cancel,
        GError **error)
{
  gboolean ok;

  pawl_verifier_verify_async (self->instance, target, payload, NULL, PAWL_TESTING_TIMEOUT_MS, NULL,
                              cancel, pawl_testing_keep, self);
  ok = pawl_verifier_verify_finish (self->instance, pawl_testing_wait (self), error);
  g_clear_object (&self->result);
  return ok;
}

static void
test_says_yes_to_genuine_bytes (PawlTestingCase *self)
{
  g_autoptr (PawlTarget) target = check (self);
  g_autoptr (PawlPayload) payload = spec_of (self)->dup_payload (self->world, target);
  g_autoptr (GError) error = NULL;

  g_assert_true (verify (self, target, payload, NULL, &error));
  g_assert_no_error (error);
  /* Also after a restart, without asking anybody. */
  pawl_testing_restart (self);
  g_assert_true (verify (self, target, payload, NULL, &error));
  g_assert_no_error (error);
}

static void
test_says_no_to_other_bytes (PawlTestingCase *self)
{
  g_autoptr (PawlTarget) target = check (self);
  g_autoptr (PawlPayload) payload = spec_of (self)->dup_wrong_payload (self->world, target);
  g_autoptr (GError) error = NULL;

  g_assert_false (verify (self, target, payload, NULL, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NOT_TRUSTED);
}

static void
test_says_no_to_empty_bytes (PawlTestingCase *self)
{
  g_autoptr (PawlTarget) target = check (self);
  g_autoptr (GBytes) nothing = g_bytes_new_static ("", 0);
  g_autoptr (PawlPayload) payload = pawl_payload_new_for_bytes (nothing, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (verify (self, target, payload, NULL, &error));
  g_assert_nonnull (error);
}

static void
test_says_no_to_a_made_up_target (PawlTestingCase *self)
{
  g_autoptr (PawlTarget) genuine = check (self);
  g_autoptr (PawlTarget) target = pawl_target_new_from_variant (
    g_variant_new_parsed ("{'name': <'made-up'>, 'length': <%t>, 'hashes': <{'sha256': '00'}>}",
                          pawl_target_get_length (genuine)),
    NULL);
  g_autoptr (PawlPayload) payload = spec_of (self)->dup_payload (self->world, genuine);
  g_autoptr (GError) error = NULL;

  g_assert_false (verify (self, target, payload, NULL, &error));
  g_assert_nonnull (error);
}

static void
test_a_cancel_is_a_no (PawlTestingCase *self)
{
  g_autoptr (PawlTarget) target = check (self);
  g_autoptr (PawlPayload) payload = spec_of (self)->dup_payload (self->world, target);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_false (verify (self, target, payload, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

void
pawl_testing_add_verifier (const PawlTestingVerifier *implementation)
{
  const PawlTestingWorld *base = &implementation->base;

  pawl_testing_add_methods (base, methods);
  pawl_testing_add (base, "says-yes-to-genuine-bytes", test_says_yes_to_genuine_bytes);
  pawl_testing_add (base, "says-no-to-other-bytes", test_says_no_to_other_bytes);
  pawl_testing_add (base, "says-no-to-empty-bytes", test_says_no_to_empty_bytes);
  pawl_testing_add (base, "says-no-to-a-made-up-target", test_says_no_to_a_made_up_target);
  pawl_testing_add (base, "a-cancel-is-a-no", test_a_cancel_is_a_no);
}
