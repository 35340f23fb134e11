/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PawlWindow:
 *
 * A time that comes again and again, in the words of systemd.time(7), and how long it lasts:
 *
 *   02:00 3h                    every night from two to five
 *   Mon..Fri 22:00 6h           into the next morning
 *   Sat *-*-1..7 01:30 90min    the first Saturday of each month
 *
 * Days of the week and days of the month are lists and ranges, `Mon,Wed,Fri` or `1..7,15`; where
 * both are given both have to match. It lasts from a minute to a week: a number and `min`, `h` or
 * `d`. Immutable.
 */
typedef struct _PawlWindow PawlWindow;

/* PAWL_ERROR_INVALID_ARGUMENT, with the word that makes no sense. */
PawlWindow *pawl_window_new (const char *expression, GError **error);
void pawl_window_free (PawlWindow *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PawlWindow, pawl_window_free)

/* Whether @time_us, in microseconds since 1970 UTC, is inside, as clocks in @timezone show it.
 * @out_until_us is when that changes: when it closes, or opens next; 0 when it never does. */
gboolean pawl_window_contains (const PawlWindow *self,
                               GTimeZone *timezone,
                               gint64 time_us,
                               gint64 *out_until_us);

G_END_DECLS
