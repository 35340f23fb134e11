/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-policy.h"

/* 2026-03-02 12:00 UTC, a Monday. */
#define NOW_US  (G_GINT64_CONSTANT (1772452800) * G_USEC_PER_SEC)
#define HOUR_US (G_GINT64_CONSTANT (3600) * G_USEC_PER_SEC)

typedef struct
{
  PawlClock *clock;
  PawlDecisionLog *log;
  PawlPolicyFacts facts;
} Fixture;

static void
configure (Fixture *self, const char *policy)
{
  g_autofree char *text = g_strconcat ("[policy]\nwindow-timezone=UTC\n", policy, NULL);
  g_autoptr (GError) error = NULL;

  g_clear_object (&self->facts.config);
  self->facts.config = pawl_config_load_data (text, "test", &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->clock = pawl_clock_system_new ();
  self->log = pawl_decision_log_new (self->clock);
  self->facts.time_us = NOW_US;
  self->facts.battery_percent = -1;
  self->facts.on_mains = TRUE;
  configure (self, "");
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_object_unref (self->facts.config);
  g_object_unref (self->log);
  g_object_unref (self->clock);
}

static gint64
expect (Fixture *self, PawlStep step, gboolean wanted)
{
  gint64 until_us = -1;

  g_assert_cmpint (pawl_policy_allows (&self->facts, step, self->log, &until_us), ==, wanted);
  return until_us;
}

static void
expect_reason (Fixture *self, const char *rule, const char *wanted)
{
  PawlDecision *decision = pawl_decision_log_lookup (self->log, rule);

  g_assert_nonnull (decision);
  g_assert_cmpstr (pawl_decision_get_reason (decision), ==, wanted);
}

static void
test_allows_by_default (Fixture *self, gconstpointer data)
{
  for (int step = PAWL_STEP_CHECK; step <= PAWL_STEP_REBOOT; step++)
    g_assert_cmpint (expect (self, (PawlStep) step, TRUE), ==, 0);
}

static void
test_approval (Fixture *self, gconstpointer data)
{
  static const char *const approved[] = {"install", NULL};

  configure (self, "download=manual\ninstall=manual\n");
  self->facts.approved = approved;
  expect (self, PAWL_STEP_DOWNLOAD, FALSE);
  expect_reason (self, "approval", "needs-approval");
  expect (self, PAWL_STEP_INSTALL, TRUE);
  expect_reason (self, "approval", "approved");
  expect (self, PAWL_STEP_REBOOT, TRUE);
  expect_reason (self, "approval", "automatic");
}

static void
test_deferral (Fixture *self, gconstpointer data)
{
  g_autoptr (GVariant) deferred = g_variant_ref_sink (
    g_variant_new_parsed ("{'reboot': %x, 'install': %x}", NOW_US + HOUR_US, NOW_US));

  self->facts.deferred = deferred;
  g_assert_cmpint (expect (self, PAWL_STEP_REBOOT, FALSE), ==, NOW_US + HOUR_US);
  expect_reason (self, "deferral", "deferred");
  expect (self, PAWL_STEP_INSTALL, TRUE);
}

static void
test_window (Fixture *self, gconstpointer data)
{
  configure (self, "window=14:00 1h;13:00 1h\n");
  expect (self, PAWL_STEP_DOWNLOAD, TRUE);
  g_assert_cmpint (expect (self, PAWL_STEP_INSTALL, FALSE), ==, NOW_US + HOUR_US);
  expect_reason (self, "maintenance-window", "outside-window");
  self->facts.time_us = NOW_US + HOUR_US;
  expect (self, PAWL_STEP_INSTALL, TRUE);
  expect (self, PAWL_STEP_REBOOT, TRUE);
}

static void
test_network_and_power (Fixture *self, gconstpointer data)
{
  configure (self, "battery-minimum-percent=30\nneed-mains=true\n");
  self->facts.metered = TRUE;
  self->facts.battery_percent = 29;
  self->facts.on_mains = FALSE;
  expect (self, PAWL_STEP_CHECK, TRUE);
  expect (self, PAWL_STEP_DOWNLOAD, FALSE);
  expect_reason (self, "metered-network", "metered");
  expect (self, PAWL_STEP_INSTALL, FALSE);
  expect_reason (self, "battery", "battery-low");
  expect_reason (self, "mains-power", "no-mains");
  self->facts.battery_percent = 30;
  self->facts.on_mains = TRUE;
  expect (self, PAWL_STEP_INSTALL, TRUE);
  configure (self, "download-on-metered=true\n");
  expect (self, PAWL_STEP_DOWNLOAD, TRUE);
}

/* A person who asks is not held back by anything that is only convenience. */
static void
test_force (Fixture *self, gconstpointer data)
{
  configure (self, "install=manual\nwindow=13:00 1h\nneed-mains=true\n");
  self->facts.on_mains = FALSE;
  expect (self, PAWL_STEP_INSTALL, FALSE);
  self->facts.forced = TRUE;
  expect (self, PAWL_STEP_INSTALL, TRUE);
  expect_reason (self, "maintenance-window", "a-person-asked");
  self->facts.inhibited[PAWL_STEP_INSTALL] = "door-control (a door is open)";
  expect (self, PAWL_STEP_INSTALL, FALSE);
  expect_reason (self, "inhibitor", "inhibited");
}

/* A timer only helps when nothing else is in the way. */
static void
test_when_to_ask_again (Fixture *self, gconstpointer data)
{
  g_autoptr (GVariant) deferred =
    g_variant_ref_sink (g_variant_new_parsed ("{'install': %x}", NOW_US + 2 * HOUR_US));

  configure (self, "window=13:00 3h\n");
  self->facts.deferred = deferred;
  g_assert_cmpint (expect (self, PAWL_STEP_INSTALL, FALSE), ==, NOW_US + 2 * HOUR_US);
  self->facts.inhibited[PAWL_STEP_INSTALL] = "somebody";
  g_assert_cmpint (expect (self, PAWL_STEP_INSTALL, FALSE), ==, 0);
}

static void
test_steps (Fixture *self, gconstpointer data)
{
  PawlStep found = PAWL_STEP_CHECK;

  for (int step = PAWL_STEP_CHECK; step <= PAWL_STEP_REBOOT; step++)
    {
      g_assert_true (pawl_step_from_nick (pawl_step_to_nick ((PawlStep) step), &found));
      g_assert_cmpint (found, ==, step);
    }
  g_assert_false (pawl_step_from_nick ("all", &found));
}

#define ADD(name, func) g_test_add ("/engine/policy/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("allows-by-default", test_allows_by_default);
  ADD ("approval", test_approval);
  ADD ("deferral", test_deferral);
  ADD ("window", test_window);
  ADD ("network-and-power", test_network_and_power);
  ADD ("force", test_force);
  ADD ("when-to-ask-again", test_when_to_ask_again);
  ADD ("steps", test_steps);
  return g_test_run ();
}
