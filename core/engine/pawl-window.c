/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Where clocks change, a window begins at the hour that the wall shows and lasts as long as it
 * says: one that would begin in the hour that is left out begins when that hour is over. */
#include "pawl-window.h"

#include <pawl/pawl.h>
#include <string.h>

#define MINUTE_US (G_GINT64_CONSTANT (60) * G_USEC_PER_SEC)
#define DAY_US    (24 * 60 * MINUTE_US)

/* The longest a window may last, in days: so many days ago one may have begun that is still open.
 */
#define MAX_DAYS 7

/* A Friday the 13th is never further away than 14 months. */
#define SEARCH_DAYS 430

struct _PawlWindow
{
  guint32 weekdays;  /* bit 1 is Monday, bit 7 Sunday; 0: any */
  guint32 monthdays; /* bit 1 is the first; 0: any */
  int hour;
  int minute;
  gint64 length_us;
};

/* ---- reading ---- */

static gboolean
refuse (const char *word, const char *why, GError **error)
{
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_ARGUMENT, "“%s”: %s", word, why);
  return FALSE;
}

/* One name or number of a list; 0 when it is none. */
typedef int (*ParseDay) (const char *text);

static int
parse_weekday (const char *text)
{
  static const char *const names[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};

  for (int i = 0; i < (int) G_N_ELEMENTS (names); i++)
    if (g_ascii_strcasecmp (text, names[i]) == 0)
      return i + 1;
  return 0;
}

static int
parse_monthday (const char *text)
{
  guint64 day = 0;

  return g_ascii_string_to_unsigned (text, 10, 1, 31, &day, NULL) ? (int) day : 0;
}

/* `Mon..Fri` runs on over the end of the week: `Sat..Mon` is three days. */
static gboolean
add_range (const char *text, ParseDay parse, int last, guint32 *days)
{
  g_auto (GStrv) ends = g_strsplit (text, "..", 2);
  int from = ends[0] != NULL ? parse (ends[0]) : 0;
  int to = from != 0 && ends[1] != NULL ? parse (ends[1]) : from;

  if (from == 0 || to == 0)
    return FALSE;
  *days |= 1u << to;
  for (int day = from; day != to; day = day % last + 1)
    *days |= 1u << day;
  return TRUE;
}

static gboolean
parse_days (const char *word,
            const char *list,
            ParseDay parse,
            int last,
            guint32 *days,
            GError **error)
{
  g_auto (GStrv) ranges = g_strsplit (list, ",", -1);

  for (guint i = 0; ranges[i] != NULL; i++)
    if (!add_range (ranges[i], parse, last, days))
      return refuse (word, "wanted days like Mon..Fri or *-*-1..7,15", error);
  return *days != 0 || refuse (word, "wanted at least one day", error);
}

static gboolean
parse_time (PawlWindow *self, const char *word, GError **error)
{
  g_auto (GStrv) parts = g_strsplit (word, ":", 2);
  guint64 hour = 0;
  guint64 minute = 0;

  if (parts[0] == NULL || parts[1] == NULL ||
      !g_ascii_string_to_unsigned (parts[0], 10, 0, 23, &hour, NULL) ||
      !g_ascii_string_to_unsigned (parts[1], 10, 0, 59, &minute, NULL))
    return refuse (word, "wanted a time like 02:00", error);
  self->hour = (int) hour;
  self->minute = (int) minute;
  return TRUE;
}

static gboolean
parse_length (PawlWindow *self, const char *word, GError **error)
{
  static const struct
  {
    const char *unit;
    gint64 us;
  } units[] = {
    {"min", MINUTE_US     },
    {"h",   60 * MINUTE_US},
    {"d",   DAY_US        }
  };

  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    {
      g_autofree char *number = NULL;
      guint64 count = 0;

      if (!g_str_has_suffix (word, units[i].unit))
        continue;
      number = g_strndup (word, strlen (word) - strlen (units[i].unit));
      if (!g_ascii_string_to_unsigned (number, 10, 1, (guint64) (MAX_DAYS * DAY_US / units[i].us),
                                       &count, NULL))
        break;
      self->length_us = (gint64) count * units[i].us;
      return TRUE;
    }
  return refuse (word, "wanted how long it lasts, like 90min, 3h or 2d, and at most a week", error);
}

/* The two last words are there always; what stands before them are days. */
static gboolean
parse (PawlWindow *self, const char *expression, GError **error)
{
  g_auto (GStrv) words = g_strsplit_set (expression, " \t", -1);
  g_autoptr (GPtrArray) found = g_ptr_array_new ();

  for (guint i = 0; words[i] != NULL; i++)
    if (*words[i] != '\0')
      g_ptr_array_add (found, words[i]);
  if (found->len < 2 || found->len > 4)
    return refuse (expression, "wanted something like Mon..Fri 02:00 3h", error);
  for (guint i = 0; i < found->len - 2; i++)
    {
      const char *word = found->pdata[i];
      gboolean is_date = g_str_has_prefix (word, "*-*-");

      if (is_date ? !parse_days (word, word + 4, parse_monthday, 31, &self->monthdays, error)
                  : !parse_days (word, word, parse_weekday, 7, &self->weekdays, error))
        return FALSE;
    }
  return parse_time (self, found->pdata[found->len - 2], error) &&
         parse_length (self, found->pdata[found->len - 1], error);
}

PawlWindow *
pawl_window_new (const char *expression, GError **error)
{
  g_autoptr (PawlWindow) self = g_new0 (PawlWindow, 1);

  return parse (self, expression, error) ? g_steal_pointer (&self) : NULL;
}

void
pawl_window_free (PawlWindow *self)
{
  g_free (self);
}

/* ---- asking ---- */

static gboolean
is_day (const PawlWindow *self, GDateTime *day)
{
  return (self->weekdays == 0 ||
          (self->weekdays & (1u << g_date_time_get_day_of_week (day))) != 0) &&
         (self->monthdays == 0 ||
          (self->monthdays & (1u << g_date_time_get_day_of_month (day))) != 0);
}

/* When the window of the day @offset days after @today opens; FALSE when it does not on that day.
 */
static gboolean
get_opening (const PawlWindow *self,
             GTimeZone *timezone,
             GDateTime *today,
             int offset,
             gint64 *out_us)
{
  g_autoptr (GDateTime) day = g_date_time_add_days (today, offset);
  g_autoptr (GDateTime) opening = NULL;

  if (day == NULL || !is_day (self, day))
    return FALSE;
  opening = g_date_time_new (timezone, g_date_time_get_year (day), g_date_time_get_month (day),
                             g_date_time_get_day_of_month (day), self->hour, self->minute, 0);
  if (opening == NULL)
    return FALSE;
  *out_us = g_date_time_to_unix (opening) * G_USEC_PER_SEC;
  return TRUE;
}

gboolean
pawl_window_contains (const PawlWindow *self,
                      GTimeZone *timezone,
                      gint64 time_us,
                      gint64 *out_until_us)
{
  g_autoptr (GDateTime) utc = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);
  g_autoptr (GDateTime) today = utc != NULL ? g_date_time_to_timezone (utc, timezone) : NULL;
  gint64 closes_us = 0;

  *out_until_us = 0;
  for (int offset = -MAX_DAYS - 1; today != NULL && offset <= SEARCH_DAYS; offset++)
    {
      gint64 opens_us = 0;

      if (!get_opening (self, timezone, today, offset, &opens_us))
        continue;
      if (opens_us > time_us && closes_us == 0)
        {
          *out_until_us = opens_us;
          return FALSE;
        }
      /* Windows that overlap are one: it closes when the last of them does. */
      if (opens_us + self->length_us > time_us && (closes_us == 0 || opens_us <= closes_us))
        closes_us = opens_us + self->length_us;
      else if (closes_us != 0)
        break;
    }
  *out_until_us = closes_us;
  return closes_us != 0;
}
