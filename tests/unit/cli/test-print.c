/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-print.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

static void
test_columns (void)
{
  static const char *const TITLES[] = {"NAME", "SIZE", "WHAT", NULL};
  g_autoptr (PawlTable) table = pawl_table_new (TITLES);
  g_autofree char *text = NULL;

  pawl_table_add (table, PAWL_TONE_PLAIN, "日本", "1 B", "wide", NULL);
  pawl_table_add (table, PAWL_TONE_BAD, "Zürich", "", "", NULL);
  pawl_table_add (table, PAWL_TONE_GOOD, "x\x1b[0m", "12 KiB", "tricks", NULL);
  text = pawl_table_to_text (table, FALSE);
  g_assert_cmpuint (pawl_table_get_length (table), ==, 3);
  g_assert_cmpstr (text, ==,
                   "NAME    SIZE    WHAT\n"
                   "日本    1 B     wide\n"
                   "Zürich\n"
                   "x\xef\xbf\xbd[0m   12 KiB  tricks\n");
}

static void
test_empty (void)
{
  static const char *const TITLES[] = {"NAME", NULL};
  g_autoptr (PawlTable) table = pawl_table_new (TITLES);
  g_autofree char *text = pawl_table_to_text (table, TRUE);

  g_assert_cmpstr (text, ==, "");
}

static void
test_tones (void)
{
  g_autoptr (PawlTable) table = pawl_table_new (NULL);
  g_autofree char *text = NULL;

  pawl_table_add (table, PAWL_TONE_BAD, "a", "b", NULL);
  text = pawl_table_to_text (table, TRUE);
  g_assert_cmpstr (text, ==, "\x1b[31ma  b\x1b[0m\n");
}

static void
test_no_color (void)
{
  int terminal = posix_openpt (O_RDWR | O_NOCTTY);

  if (terminal < 0)
    {
      g_test_skip ("no terminal can be made here");
      return;
    }
  g_setenv ("TERM", "xterm", TRUE);
  g_unsetenv ("NO_COLOR");
  g_assert_true (pawl_print_wants_colour (terminal));
  g_setenv ("NO_COLOR", "", TRUE);
  g_assert_true (pawl_print_wants_colour (terminal));
  g_setenv ("NO_COLOR", "1", TRUE);
  g_assert_false (pawl_print_wants_colour (terminal));
  g_unsetenv ("NO_COLOR");
  g_setenv ("TERM", "dumb", TRUE);
  g_assert_false (pawl_print_wants_colour (terminal));
  g_assert_false (pawl_print_is_terminal (terminal));
  close (terminal);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/print/columns-line-up", test_columns);
  g_test_add_func ("/cli/print/no-rows-no-heading", test_empty);
  g_test_add_func ("/cli/print/tones-are-colours", test_tones);
  g_test_add_func ("/cli/print/colours-only-where-wanted", test_no_color);
  return g_test_run ();
}
