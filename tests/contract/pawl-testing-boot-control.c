/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-testing-private.h"

static void
start_arm (PawlTestingCase *self, guint timeout_ms, PawlMonitor *monitor, GCancellable *cancel)
{
  pawl_boot_control_arm_async (self->instance, 3, NULL, timeout_ms, cancel, pawl_testing_keep,
                               self);
}

static gboolean
take (GVariant *taken)
{
  g_autoptr (GVariant) answer = taken;

  return answer != NULL;
}

static gboolean
finish_arm (PawlTestingCase *self, GError **error)
{
  return take (pawl_boot_control_arm_finish (self->instance, self->result, error));
}

static void
start_mark_good (PawlTestingCase *self,
                 guint timeout_ms,
                 PawlMonitor *monitor,
                 GCancellable *cancel)
{
  pawl_boot_control_mark_good_async (self->instance, NULL, timeout_ms, cancel, pawl_testing_keep,
                                     self);
}

static gboolean
finish_mark_good (PawlTestingCase *self, GError **error)
{
  return take (pawl_boot_control_mark_good_finish (self->instance, self->result, error));
}

static void
start_mark_bad (PawlTestingCase *self, guint timeout_ms, PawlMonitor *monitor, GCancellable *cancel)
{
  pawl_boot_control_mark_bad_async (self->instance, NULL, timeout_ms, cancel, pawl_testing_keep,
                                    self);
}

static gboolean
finish_mark_bad (PawlTestingCase *self, GError **error)
{
  return take (pawl_boot_control_mark_bad_finish (self->instance, self->result, error));
}

static void
start_get_status (PawlTestingCase *self,
                  guint timeout_ms,
                  PawlMonitor *monitor,
                  GCancellable *cancel)
{
  pawl_boot_control_get_status_async (self->instance, NULL, timeout_ms, cancel, pawl_testing_keep,
                                      self);
}

static gboolean
finish_get_status (PawlTestingCase *self, GError **error)
{
  g_autoptr (GVariant) details = NULL;

  pawl_boot_control_get_status_finish (self->instance, self->result, &details, error);
  if (details != NULL)
    pawl_testing_check_members (details, "status", "s", "tries-left", "u", "reason", "s", NULL);
  return details != NULL;
}

static const PawlTestingMethod methods[] = {
  {"get-status",       start_get_status, finish_get_status},
  {"arm", start_arm, finish_arm},
  {"mark-good",              start_mark_good, finish_mark_good},
  {NULL       },
};
static const PawlTestingMethod *const arm = &methods[1];
static const PawlTestingMethod *const mark_good = &methods[2];
static const PawlTestingMethod mark_bad = {"mark-bad", start_mark_bad, finish_mark_bad};

static void
expect (PawlTestingCase *self, const PawlTestingMethod *method)
{
  g_autoptr (GError) error = NULL;

  pawl_testing_call (self, method, &error);
  g_assert_no_error (error);
}

static PawlBootStatus
get_status (PawlTestingCase *self)
{
  g_autoptr (GError) error = NULL;
  PawlBootStatus status;

  start_get_status (self, PAWL_TESTING_TIMEOUT_MS, NULL, NULL);
  pawl_testing_wait (self);
  status = pawl_boot_control_get_status_finish (self->instance, self->result, NULL, &error);
  g_assert_no_error (error);
  g_clear_object (&self->result);
  return status;
}

static gboolean
reboot (PawlTestingCase *self)
{
  const PawlTestingBootControl *spec = (const PawlTestingBootControl *) self->implementation;

  if (spec->reboot == NULL)
    {
      g_test_skip ("the implementation's test cannot boot");
      return FALSE;
    }
  spec->reboot (self->world);
  pawl_testing_restart (self);
  return TRUE;
}

static void
test_is_normal_at_first (PawlTestingCase *self)
{
  g_assert_cmpint (get_status (self), ==, PAWL_BOOT_STATUS_NORMAL);
}

static void
test_an_armed_boot_is_a_trial (PawlTestingCase *self)
{
  expect (self, arm);
  if (!reboot (self))
    return;
  g_assert_cmpint (get_status (self), ==, PAWL_BOOT_STATUS_TRIAL);
  expect (self, mark_good);
  g_assert_cmpint (get_status (self), ==, PAWL_BOOT_STATUS_NORMAL);
  reboot (self);
  g_assert_cmpint (get_status (self), ==, PAWL_BOOT_STATUS_NORMAL);
}

static void
test_falls_back_after_its_tries (PawlTestingCase *self)
{
  expect (self, arm);
  for (guint tries = 0; tries < 4; tries++)
    if (!reboot (self))
      return;
  g_assert_cmpint (get_status (self), ==, PAWL_BOOT_STATUS_FELL_BACK);
}

/* What boots then is the default: whether the boot loader calls that a fall back is its own way. */
static void
test_does_not_try_what_is_bad (PawlTestingCase *self)
{
  expect (self, arm);
  if (!reboot (self))
    return;
  expect (self, &mark_bad);
  reboot (self);
  g_assert_cmpint (get_status (self), !=, PAWL_BOOT_STATUS_TRIAL);
}

void
pawl_testing_add_boot_control (const PawlTestingBootControl *implementation)
{
  const PawlTestingWorld *base = &implementation->base;

  pawl_testing_add_methods (base, methods);
  pawl_testing_add (base, "is-normal-at-first", test_is_normal_at_first);
  pawl_testing_add (base, "an-armed-boot-is-a-trial", test_an_armed_boot_is_a_trial);
  pawl_testing_add (base, "falls-back-after-its-tries", test_falls_back_after_its_tries);
  pawl_testing_add (base, "does-not-try-what-is-bad", test_does_not_try_what_is_bad);
}
