/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-format.h"

#include "pawl-exit.h"

/* 2026-11-24 19:52:47 UTC, 20:52:47 an hour east of it */
#define NOW_S  G_GINT64_CONSTANT (1795549967)
#define NOW_US (NOW_S * G_USEC_PER_SEC)

static void
assert_text (char *text, const char *wanted)
{
  g_assert_cmpstr (text, ==, wanted);
  g_free (text);
}

static void
test_sizes (void)
{
  assert_text (pawl_format_size (0), "0 B");
  assert_text (pawl_format_size (1023), "1023 B");
  assert_text (pawl_format_size (1024), "1.0 KiB");
  assert_text (pawl_format_size (1536 * 1024), "1.5 MiB");
  assert_text (pawl_format_size (1024 * 1024 - 1), "1.0 MiB");
  assert_text (pawl_format_size (G_MAXUINT64), "16.0 EiB");
}

static void
test_durations (void)
{
  assert_text (pawl_format_duration (-5), "0 s");
  assert_text (pawl_format_duration (59), "59 s");
  assert_text (pawl_format_duration (60), "1 min");
  assert_text (pawl_format_duration (125), "2 min 5 s");
  assert_text (pawl_format_duration (7500), "2 h 5 min");
  assert_text (pawl_format_duration (86400 + 59), "1 d");
  assert_text (pawl_format_duration (90000), "1 d 1 h");
}

static void
test_times (void)
{
  assert_text (pawl_format_time (NOW_US), "2026-11-24 20:52:47");
  assert_text (pawl_format_time (0), "-");
  assert_text (pawl_format_time (-1), "-");
  assert_text (pawl_format_time (G_MAXINT64), "-");
  assert_text (pawl_format_time_near (NOW_US, NOW_US - 65 * G_USEC_PER_SEC),
               "2026-11-24 20:52:47 (in 1 min 5 s)");
  assert_text (pawl_format_time_near (NOW_US, NOW_US + G_USEC_PER_SEC * G_GINT64_CONSTANT (3600)),
               "2026-11-24 20:52:47 (1 h ago)");
  assert_text (pawl_format_time_near (0, NOW_US), "-");
}

static void
test_clean (void)
{
  assert_text (pawl_format_clean (NULL), "");
  assert_text (pawl_format_clean ("Zürich 日本"), "Zürich 日本");
  assert_text (pawl_format_clean ("two\nlines\tand"), "two lines and");
  assert_text (pawl_format_clean ("\x1b[2Jgone"), "\xef\xbf\xbd[2Jgone");
  assert_text (pawl_format_clean ("\xe2\x80\xaeright"), "\xef\xbf\xbdright");
  assert_text (pawl_format_clean ("bad \xff byte"), "bad \xef\xbf\xbd byte");
}

static void
assert_when (const char *text, gint64 wanted_s)
{
  g_autoptr (GError) error = NULL;
  gint64 time_us = 0;

  g_assert_true (pawl_format_parse_when (text, NOW_US, &time_us, &error));
  g_assert_no_error (error);
  g_assert_cmpint (time_us / G_USEC_PER_SEC, ==, wanted_s);
}

static void
test_when (void)
{
  assert_when ("+90s", NOW_S + 90);
  assert_when ("+1h30min", NOW_S + 5400);
  assert_when ("+2w", NOW_S + 14 * 86400);
  /* 03:00 there is 02:00 UTC of the next day. */
  assert_when ("03:00", 1795572000);
  assert_when ("23:00", 1795557600);
  assert_when ("2026-11-25 03:00", 1795572000);
  assert_when ("2026-11-25T03:00:00", 1795572000);
  assert_when ("2026-11-25T03:00:00Z", 1795575600);
}

static void
test_when_refused (void)
{
  static const char *const NO_TIMES[] = {"",      "soon",       "+",     "+2",
                                         "+2 h",  "+h",         "25:00", "3:00",
                                         "03:60", "+99999999w", "1h",    "+-1h",
                                         "+1h-2", "+9999w",     "ab:cd", "2020-01-01 00:00"};

  for (gsize i = 0; i < G_N_ELEMENTS (NO_TIMES); i++)
    {
      g_autoptr (GError) error = NULL;
      gint64 time_us = 7;

      g_assert_false (pawl_format_parse_when (NO_TIMES[i], NOW_US, &time_us, &error));
      g_assert_error (error, PAWL_EXIT_ERROR, PAWL_EXIT_USAGE);
      g_assert_cmpint (time_us, ==, 7);
    }
}

int
main (int argc, char **argv)
{
  g_setenv ("TZ", "CET-1", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/format/sizes-are-binary", test_sizes);
  g_test_add_func ("/cli/format/durations-have-two-units", test_durations);
  g_test_add_func ("/cli/format/times-are-local", test_times);
  g_test_add_func ("/cli/format/strangers-cannot-command-the-terminal", test_clean);
  g_test_add_func ("/cli/format/when", test_when);
  g_test_add_func ("/cli/format/when-refuses", test_when_refused);
  return g_test_run ();
}
