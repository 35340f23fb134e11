/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-decision-log.h"

typedef struct
{
  PawlClock *clock;
  PawlDecisionLog *log;
  guint changes;
} Fixture;

static void
on_changed (PawlDecisionLog *log, gpointer data)
{
  ((Fixture *) data)->changes++;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->clock = pawl_clock_system_new ();
  self->log = pawl_decision_log_new (self->clock);
  g_signal_connect (self->log, "changed", G_CALLBACK (on_changed), self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_assert_finalize_object (self->log);
  g_object_unref (self->clock);
}

static void
test_keeps_the_last (Fixture *self, gconstpointer data)
{
  g_autoptr (GListModel) list = NULL;

  pawl_decision_log_note (self->log, "metered", PAWL_VERDICT_NOT_YET, "metered-network", "", 0);
  pawl_decision_log_note (self->log, "approval", PAWL_VERDICT_PASS, "automatic", "", 0);
  pawl_decision_log_note (self->log, "metered", PAWL_VERDICT_PASS, "free-network", "", 0);
  list = pawl_decision_log_dup_list (self->log);
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 2);
  g_assert_cmpstr (pawl_decision_get_reason (pawl_decision_log_lookup (self->log, "metered")), ==,
                   "free-network");
  g_assert_cmpint (pawl_decision_get_time (pawl_decision_log_lookup (self->log, "metered")), >, 0);
  g_assert_cmpuint (self->changes, ==, 3);
}

static void
test_tells_real_changes (Fixture *self, gconstpointer data)
{
  pawl_decision_log_note (self->log, "window", PAWL_VERDICT_NOT_YET, "outside-window", "a", 5);
  pawl_decision_log_note (self->log, "window", PAWL_VERDICT_NOT_YET, "outside-window", "a", 5);
  g_assert_cmpuint (self->changes, ==, 1);
  pawl_decision_log_note (self->log, "window", PAWL_VERDICT_NOT_YET, "outside-window", "a", 6);
  g_assert_cmpuint (self->changes, ==, 2);
}

static void
test_forgets (Fixture *self, gconstpointer data)
{
  pawl_decision_log_drop (self->log, "window");
  g_assert_cmpuint (self->changes, ==, 0);
  pawl_decision_log_note (self->log, "window", PAWL_VERDICT_PASS, "inside-window", "", 0);
  pawl_decision_log_drop (self->log, "window");
  g_assert_null (pawl_decision_log_lookup (self->log, "window"));
  g_assert_cmpuint (self->changes, ==, 2);
}

/* A plugin that knows when it judged is believed. */
static void
test_keeps_the_time (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlDecision) decision =
    pawl_decision_new_from_variant (g_variant_new_parsed (
                                      "{'rule': <'r'>, 'verdict': <'fail'>, 'reason': <'x'>, "
                                      "'time': <int64 42>, 'details': <{'n': <1>}>}"),
                                    &error);

  g_assert_no_error (error);
  pawl_decision_log_add (self->log, decision);
  g_assert_true (pawl_value_equal (PAWL_VALUE (pawl_decision_log_lookup (self->log, "r")),
                                   PAWL_VALUE (decision)));
}

#define ADD(name, func)                                                                            \
  g_test_add ("/engine/decision-log/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("keeps-the-last", test_keeps_the_last);
  ADD ("tells-real-changes", test_tells_real_changes);
  ADD ("forgets", test_forgets);
  ADD ("keeps-the-time", test_keeps_the_time);
  return g_test_run ();
}
