/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-clock.h"

static void
append (gpointer data)
{
  g_string_append_c (data, 'x');
}

static void
test_fires_once (void)
{
  g_autoptr (PawlClock) clock = pawl_clock_system_new ();
  GString *seen = g_string_new (NULL);
  gint64 began_us = pawl_clock_get_monotonic_us (clock);

  g_assert_cmpuint (pawl_clock_add_timer (clock, 2000, append, seen), >, 0);
  while (seen->len == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (pawl_clock_get_monotonic_us (clock) - began_us, >=, 2000);
  g_assert_false (g_main_context_pending (NULL));
  g_string_free (seen, TRUE);
}

static void
test_forgets (void)
{
  g_autoptr (PawlClock) clock = pawl_clock_system_new ();
  GString *seen = g_string_new (NULL);
  guint id = pawl_clock_add_timer (clock, 0, append, seen);

  pawl_clock_clear_timer (clock, &id);
  g_assert_cmpuint (id, ==, 0);
  pawl_clock_clear_timer (clock, &id);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (seen->len, ==, 0);
  g_string_free (seen, TRUE);
}

/* A year is longer than what a time-out in milliseconds can hold. */
static void
test_waits_long (void)
{
  g_autoptr (PawlClock) clock = pawl_clock_system_new ();
  GString *seen = g_string_new (NULL);
  guint id =
    pawl_clock_add_timer (clock, G_GINT64_CONSTANT (31536000) * G_USEC_PER_SEC, append, seen);

  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_cmpuint (seen->len, ==, 0);
  pawl_clock_clear_timer (clock, &id);
  g_string_free (seen, TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/clock/fires-once", test_fires_once);
  g_test_add_func ("/engine/clock/forgets", test_forgets);
  g_test_add_func ("/engine/clock/waits-long", test_waits_long);
  return g_test_run ();
}
