/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Sizes, times and strangers' words, as people read them. Pure. */

#include "pawl-format.h"

#include <stdlib.h>
#include <string.h>

#include "pawl-exit.h"

#define MINUTE_S 60
#define HOUR_S   3600
#define DAY_S    86400

/**
 * pawl_format_size:
 * @bytes: a size
 *
 * Returns: (transfer full): the size in binary units, like `512 B` or `1.5 MiB`
 */
char *
pawl_format_size (guint64 bytes)
{
  static const char *const UNITS[] = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  double size = bytes / 1024.0;
  gsize unit = 0;

  if (bytes < 1024)
    return g_strdup_printf ("%" G_GUINT64_FORMAT " B", bytes);
  /* What would be printed as 1024.0 is 1.0 of the next unit. */
  for (; size >= 1023.95 && unit + 1 < G_N_ELEMENTS (UNITS); unit++)
    size /= 1024;
  return g_strdup_printf ("%.1f %s", size, UNITS[unit]);
}

/**
 * pawl_format_duration:
 * @seconds: a duration; a negative one counts as 0
 *
 * Returns: (transfer full): its two largest units, like `45 s`, `2 h 5 min` or `3 d`
 */
char *
pawl_format_duration (gint64 seconds)
{
  static const struct
  {
    gint64 seconds;
    const char *name;
  } UNITS[] = {
    {DAY_S,    "d"  },
    {HOUR_S,   "h"  },
    {MINUTE_S, "min"},
    {1,        "s"  }
  };
  gsize i = 0;
  gint64 rest;

  seconds = MAX (seconds, 0);
  while (i + 1 < G_N_ELEMENTS (UNITS) && seconds < UNITS[i].seconds)
    i++;
  if (i + 1 == G_N_ELEMENTS (UNITS))
    return g_strdup_printf ("%" G_GINT64_FORMAT " s", seconds);
  rest = seconds % UNITS[i].seconds / UNITS[i + 1].seconds;
  if (rest == 0)
    return g_strdup_printf ("%" G_GINT64_FORMAT " %s", seconds / UNITS[i].seconds, UNITS[i].name);
  return g_strdup_printf ("%" G_GINT64_FORMAT " %s %" G_GINT64_FORMAT " %s",
                          seconds / UNITS[i].seconds, UNITS[i].name, rest, UNITS[i + 1].name);
}

/**
 * pawl_format_time:
 * @time_us: microseconds since 1970, UTC
 *
 * Returns: (transfer full): local time, like `2026-11-24 19:52:47`; `-` for 0 and for what no
 * calendar can show
 */
char *
pawl_format_time (gint64 time_us)
{
  g_autoptr (GDateTime) time = NULL;

  if (time_us > 0)
    time = g_date_time_new_from_unix_local (time_us / G_USEC_PER_SEC);
  return time == NULL ? g_strdup ("-") : g_date_time_format (time, "%Y-%m-%d %H:%M:%S");
}

/**
 * pawl_format_time_near:
 * @time_us: microseconds since 1970, UTC
 * @now_us: the present, likewise
 *
 * Returns: (transfer full): local time and how far away it is, like `2026-11-24 19:52:47 (in 5
 * min)`
 */
char *
pawl_format_time_near (gint64 time_us, gint64 now_us)
{
  g_autofree char *time = pawl_format_time (time_us);
  g_autofree char *duration = NULL;

  if (time_us <= 0)
    return g_steal_pointer (&time);
  duration = pawl_format_duration (ABS (time_us - now_us) / G_USEC_PER_SEC);
  return g_strdup_printf (time_us >= now_us ? "%s (in %s)" : "%s (%s ago)", time, duration);
}

/**
 * pawl_format_clean:
 * @text: (nullable): what a server, a plugin or a person wrote
 *
 * Takes out what could command a terminal or break a line.
 *
 * Returns: (transfer full): the text in one line of printable characters
 */
char *
pawl_format_clean (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text != NULL ? text : "", -1);
  GString *clean = g_string_new (NULL);

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);
      GUnicodeType type = g_unichar_type (c);

      if (c == '\n' || c == '\t' || c == '\r')
        g_string_append_c (clean, ' ');
      else if (type == G_UNICODE_CONTROL || type == G_UNICODE_FORMAT ||
               type == G_UNICODE_LINE_SEPARATOR || type == G_UNICODE_PARAGRAPH_SEPARATOR)
        g_string_append (clean, "\xef\xbf\xbd");
      else
        g_string_append_unichar (clean, c);
    }
  return g_string_free (clean, FALSE);
}

static gint64
unit_seconds (const char *unit, gsize length)
{
  static const struct
  {
    const char *name;
    gint64 seconds;
  } UNITS[] = {
    {"s",   1        },
    {"min", MINUTE_S },
    {"h",   HOUR_S   },
    {"d",   DAY_S    },
    {"w",   7 * DAY_S}
  };

  for (gsize i = 0; i < G_N_ELEMENTS (UNITS); i++)
    if (strlen (UNITS[i].name) == length && strncmp (UNITS[i].name, unit, length) == 0)
      return UNITS[i].seconds;
  return 0;
}

/* Like `1h30min`. Ten years are more than anybody means. */
static gboolean
parse_duration (const char *text, gint64 *out_seconds)
{
  gint64 seconds = 0;

  for (const char *at = text; *at != '\0' || at == text;)
    {
      char *unit = NULL;
      guint64 number = g_ascii_strtoull (at, &unit, 10);
      gsize length = strcspn (unit, "0123456789");
      gint64 each = unit_seconds (unit, length);

      if (!g_ascii_isdigit (*at) || each == 0 || number > 3650 * (guint64) DAY_S)
        return FALSE;
      seconds += (gint64) number * each;
      at = unit + length;
    }
  *out_seconds = seconds;
  return seconds <= 3650 * (gint64) DAY_S;
}

/* Like `03:00`: the next time that a clock on the wall shows it. */
static GDateTime *
parse_clock (const char *text, GDateTime *now)
{
  g_autoptr (GDateTime) time = NULL;

  if (strlen (text) != 5 || text[2] != ':' || !g_ascii_isdigit (text[0]) ||
      !g_ascii_isdigit (text[1]) || !g_ascii_isdigit (text[3]) || !g_ascii_isdigit (text[4]))
    return NULL;
  time =
    g_date_time_new_local (g_date_time_get_year (now), g_date_time_get_month (now),
                           g_date_time_get_day_of_month (now), atoi (text), atoi (text + 3), 0);
  if (time == NULL || g_date_time_compare (time, now) > 0)
    return g_steal_pointer (&time);
  return g_date_time_add_days (time, 1);
}

/* Like `2026-11-25 03:00`, or any ISO 8601 time; without a zone it is local time. */
static GDateTime *
parse_date (const char *text)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_local ();
  g_autofree char *with_seconds = NULL;

  if (strlen (text) == 16)
    with_seconds = g_strdup_printf ("%s:00", text);
  return g_date_time_new_from_iso8601 (with_seconds != NULL ? with_seconds : text, zone);
}

/**
 * pawl_format_parse_when:
 * @text: `+2h`, `+1h30min`, `03:00`, `2026-11-25 03:00` or any ISO 8601 time
 * @now_us: the present in microseconds since 1970, UTC
 * @out_time_us: (out): the time that is meant, likewise
 * @error: return location
 *
 * Errors: #PawlExit.USAGE when it is no time, or one that has passed.
 *
 * Returns: %TRUE if it is a time to come
 */
gboolean
pawl_format_parse_when (const char *text, gint64 now_us, gint64 *out_time_us, GError **error)
{
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_local (now_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) time = NULL;
  gint64 seconds = 0;

  if (text[0] == '+' && parse_duration (text + 1, &seconds))
    time = g_date_time_add_seconds (now, (double) seconds);
  if (time == NULL && text[0] != '+')
    time = parse_clock (text, now);
  if (time == NULL && text[0] != '+')
    time = parse_date (text);
  if (time == NULL)
    {
      g_set_error (error, PAWL_EXIT_ERROR, PAWL_EXIT_USAGE,
                   "“%s” is not a time; wanted like +2h, 03:00 or \"2026-11-25 03:00\"", text);
      return FALSE;
    }
  if (g_date_time_compare (time, now) <= 0)
    {
      g_set_error (error, PAWL_EXIT_ERROR, PAWL_EXIT_USAGE, "“%s” has passed already", text);
      return FALSE;
    }
  *out_time_us = g_date_time_to_unix (time) * G_USEC_PER_SEC;
  return TRUE;
}
