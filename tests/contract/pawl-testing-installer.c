/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-testing-private.h"

static const PawlTestingInstaller *
spec_of (PawlTestingCase *self)
{
  return (const PawlTestingInstaller *) self->implementation;
}

static PawlPayload *
dup_payload (PawlTestingCase *self)
{
  return spec_of (self)->dup_payload != NULL ? spec_of (self)->dup_payload (self->world) : NULL;
}

static void
start_describe (PawlTestingCase *self, guint timeout_ms, PawlMonitor *monitor, GCancellable *cancel)
{
  pawl_installer_describe_installed_async (self->instance, NULL, timeout_ms, cancel,
                                           pawl_testing_keep, self);
}

static gboolean
finish_describe (PawlTestingCase *self, GError **error)
{
  g_autoptr (PawlTarget) target =
    pawl_installer_describe_installed_finish (self->instance, self->result, error);

  if (target != NULL)
    g_assert_cmpstr (pawl_target_get_name (target), !=, "");
  return target != NULL;
}

static gboolean
take (GVariant *taken)
{
  g_autoptr (GVariant) answer = taken;

  if (answer != NULL)
    pawl_testing_check_members (answer, "disk-bytes", "t", "reboot-needed", "b", "freed-bytes", "t",
                                NULL);
  return answer != NULL;
}

static void
start_install (PawlTestingCase *self, guint timeout_ms, PawlMonitor *monitor, GCancellable *cancel)
{
  g_autoptr (PawlTarget) target = spec_of (self)->dup_target (self->world);
  g_autoptr (PawlPayload) payload = dup_payload (self);

  pawl_installer_install_async (self->instance, target, payload,
                                g_variant_new_parsed ("{'x-unknown': <'ignored'>}"), timeout_ms,
                                monitor, cancel, pawl_testing_keep, self);
}

static gboolean
finish_install (PawlTestingCase *self, GError **error)
{
  return take (pawl_installer_install_finish (self->instance, self->result, error));
}

#define DEFINE_TARGET_METHOD(method)                                                               \
  static void start_##method (PawlTestingCase *self, guint timeout_ms, PawlMonitor *monitor,       \
                              GCancellable *cancel)                                                \
  {                                                                                                \
    g_autoptr (PawlTarget) target = spec_of (self)->dup_target (self->world);                      \
                                                                                                   \
    pawl_installer_##method##_async (self->instance, target, NULL, timeout_ms, cancel,             \
                                     pawl_testing_keep, self);                                     \
  }                                                                                                \
                                                                                                   \
  static gboolean finish_##method (PawlTestingCase *self, GError **error)                          \
  {                                                                                                \
    return take (pawl_installer_##method##_finish (self->instance, self->result, error));          \
  }

DEFINE_TARGET_METHOD (can_install)
DEFINE_TARGET_METHOD (activate)
DEFINE_TARGET_METHOD (revert)
DEFINE_TARGET_METHOD (commit)

static const PawlTestingMethod methods[] = {
  {"describe-installed", start_describe, finish_describe},
  {"can-install",     start_can_install, finish_can_install},
  {"install",        start_install, finish_install},
  {"revert",  start_revert, finish_revert},
  {NULL           },
};
static const PawlTestingMethod activate_method = {"activate", start_activate, finish_activate};
static const PawlTestingMethod commit_method = {"commit", start_commit, finish_commit};
static const PawlTestingMethod *const install_method = &methods[2];
static const PawlTestingMethod *const revert_method = &methods[3];

static void
expect (PawlTestingCase *self, const PawlTestingMethod *method)
{
  g_autoptr (GError) error = NULL;

  pawl_testing_call (self, method, &error);
  g_assert_no_error (error);
}

static gboolean
runs_target (PawlTestingCase *self)
{
  g_autoptr (PawlTarget) target = spec_of (self)->dup_target (self->world);
  g_autoptr (PawlTarget) installed = NULL;
  g_autoptr (GError) error = NULL;

  start_describe (self, PAWL_TESTING_TIMEOUT_MS, NULL, NULL);
  pawl_testing_wait (self);
  installed = pawl_installer_describe_installed_finish (self->instance, self->result, &error);
  g_assert_no_error (error);
  g_clear_object (&self->result);
  return g_str_equal (pawl_target_get_name (installed), pawl_target_get_name (target));
}

static void
reboot (PawlTestingCase *self)
{
  if (spec_of (self)->reboot != NULL)
    spec_of (self)->reboot (self->world);
  pawl_testing_restart (self);
}

static void
test_installing_changes_nothing_yet (PawlTestingCase *self)
{
  g_assert_false (runs_target (self));
  expect (self, install_method);
  g_assert_false (runs_target (self));
}

static void
test_runs_what_was_activated (PawlTestingCase *self)
{
  expect (self, install_method);
  pawl_testing_restart (self);
  expect (self, &activate_method);
  reboot (self);
  g_assert_true (runs_target (self));
  expect (self, &commit_method);
  g_assert_true (runs_target (self));
}

static void
test_reverts_to_what_ran_before (PawlTestingCase *self)
{
  expect (self, install_method);
  expect (self, &activate_method);
  reboot (self);
  expect (self, revert_method);
  reboot (self);
  g_assert_false (runs_target (self));
  /* A power cut asks again. */
  expect (self, revert_method);
}

static void
test_installs_after_a_revert (PawlTestingCase *self)
{
  expect (self, install_method);
  expect (self, revert_method);
  expect (self, install_method);
  expect (self, &activate_method);
  reboot (self);
  g_assert_true (runs_target (self));
}

static void
test_cleans_up (PawlTestingCase *self)
{
  g_autoptr (GError) error = NULL;

  pawl_installer_clean_up_async (self->instance,
                                 g_variant_new_parsed ("{'need-bytes': <uint64 1>}"),
                                 PAWL_TESTING_TIMEOUT_MS, NULL, pawl_testing_keep, self);
  pawl_testing_wait (self);
  if (!take (pawl_installer_clean_up_finish (self->instance, self->result, &error)))
    g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NOT_SUPPORTED);
}

static void
test_lists_formats (PawlTestingCase *self)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) formats = pawl_installer_list_formats (self->instance, &error);

  g_assert_no_error (error);
  g_assert_nonnull (formats);
}

void
pawl_testing_add_installer (const PawlTestingInstaller *implementation)
{
  const PawlTestingWorld *base = &implementation->base;

  pawl_testing_add_methods (base, methods);
  pawl_testing_add (base, "lists-formats", test_lists_formats);
  pawl_testing_add (base, "installing-changes-nothing-yet", test_installing_changes_nothing_yet);
  pawl_testing_add (base, "runs-what-was-activated", test_runs_what_was_activated);
  pawl_testing_add (base, "reverts-to-what-ran-before", test_reverts_to_what_ran_before);
  pawl_testing_add (base, "installs-after-a-revert", test_installs_after_a_revert);
  pawl_testing_add (base, "cleans-up", test_cleans_up);
}
