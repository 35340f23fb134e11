/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-window.h"

#include <pawl/pawl.h>
#include <string.h>

/* @when and @wanted_until are times in Zurich, as `2026-03-02 02:30`; the zone is in every
 * installation of tzdata, and Debian's tests have it. */
static gint64
parse_time (GTimeZone *timezone, const char *text)
{
  g_autofree char *iso = g_strconcat (text, ":00", NULL);
  g_autoptr (GDateTime) time = NULL;

  iso[10] = 'T';
  time = g_date_time_new_from_iso8601 (iso, timezone);
  g_assert_nonnull (time);
  return g_date_time_to_unix (time) * G_USEC_PER_SEC;
}

static char *
format_time (GTimeZone *timezone, gint64 time_us)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) local = g_date_time_to_timezone (utc, timezone);

  return g_date_time_format (local, "%Y-%m-%d %H:%M");
}

typedef struct
{
  const char *expression;
  const char *when;
  gboolean inside;
  const char *until;
} Row;

/* 2026-03-02 is a Monday. Clocks go forward on 2026-03-29 at two, and back on 2026-10-25 at three,
 * so that the week before has an hour more than seven days. */
static const Row rows[] = {
  {"02:00 3h",                 "2026-03-02 01:59", FALSE, "2026-03-02 02:00"},
  {"02:00 3h",                 "2026-03-02 02:00", TRUE,  "2026-03-02 05:00"},
  {"02:00 3h",                 "2026-03-02 05:00", FALSE, "2026-03-03 02:00"},
  {"Mon..Fri 22:00 6h",        "2026-03-07 03:00", TRUE,  "2026-03-07 04:00"},
  {"Mon..Fri 22:00 6h",        "2026-03-07 23:00", FALSE, "2026-03-09 22:00"},
  {"Sat..Mon 00:00 1d",        "2026-03-07 12:00", TRUE,  "2026-03-10 00:00"},
  {"Sat,Tue 10:00 30min",      "2026-03-04 00:00", FALSE, "2026-03-07 10:00"},
  {"Sat *-*-1..7 01:30 90min", "2026-03-08 00:00", FALSE, "2026-04-04 01:30"},
  {"*-*-31 12:00 1h",          "2026-04-01 00:00", FALSE, "2026-05-31 12:00"},
  {"Fri *-*-13 12:00 1h",      "2026-03-14 00:00", FALSE, "2026-11-13 12:00"},
  {"Mon 00:00 7d",             "2026-03-08 23:59", TRUE,  "2026-10-25 23:00"},
  {"02:30 1h",                 "2026-03-29 01:59", FALSE, "2026-03-29 03:00"},
  {"01:00 3h",                 "2026-03-29 04:30", TRUE,  "2026-03-29 05:00"},
  {"01:00 3h",                 "2026-10-25 03:30", FALSE, "2026-10-26 01:00"},
};

static void
test_contains (void)
{
  g_autoptr (GTimeZone) timezone = g_time_zone_new_identifier ("Europe/Zurich");

  if (timezone == NULL)
    {
      g_test_skip ("this machine has no tzdata");
      return;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PawlWindow) window = pawl_window_new (rows[i].expression, &error);
      g_autofree char *found = NULL;
      gint64 until_us = -1;
      gboolean inside;

      g_assert_no_error (error);
      inside =
        pawl_window_contains (window, timezone, parse_time (timezone, rows[i].when), &until_us);
      found = format_time (timezone, until_us);
      g_test_message ("%s at %s: %d until %s", rows[i].expression, rows[i].when, inside, found);
      g_assert_cmpint (inside, ==, rows[i].inside);
      g_assert_cmpstr (found, ==, rows[i].until);
    }
}

/* Each error names the word. */
static void
test_refuses (void)
{
  static const struct
  {
    const char *expression;
    const char *word;
  } wrong[] = {
    {"",                ""      },
    {"02:00",           "02:00" },
    {"24:00 1h",        "24:00" },
    {"02:60 1h",        "02:60" },
    {"2 1h",            "2"     },
    {"02:00 1",         "1"     },
    {"02:00 0h",        "0h"    },
    {"02:00 8d",        "8d"    },
    {"02:00 -1h",       "-1h"   },
    {"02:00 1week",     "1week" },
    {"Mo 02:00 1h",     "Mo"    },
    {"Mon.. 02:00 1h",  "Mon.." },
    {"Mon, 02:00 1h",   "Mon,"  },
    {"*-*-0 02:00 1h",  "*-*-0" },
    {"*-*-32 02:00 1h", "*-*-32"},
    {"*-*- 02:00 1h",   "*-*-"  },
    {"a b c 02:00 1h",  "a b c" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PawlWindow) window = pawl_window_new (wrong[i].expression, &error);

      g_assert_null (window);
      g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_ARGUMENT);
      g_assert_nonnull (strstr (error->message, wrong[i].word));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/window/contains", test_contains);
  g_test_add_func ("/engine/window/refuses", test_refuses);
  return g_test_run ();
}
