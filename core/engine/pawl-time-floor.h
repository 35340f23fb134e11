/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-clock.h"

G_BEGIN_DECLS

#define PAWL_TYPE_TIME_FLOOR (pawl_time_floor_get_type ())

/**
 * PawlTimeFloor:
 *
 * The latest time that is known to have passed, kept on disk, so that a device without a clock, or
 * with one that somebody turned back, does not take what has expired for fresh.
 */
G_DECLARE_FINAL_TYPE (PawlTimeFloor, pawl_time_floor, PAWL, TIME_FLOOR, GObject)

PawlTimeFloor *pawl_time_floor_new (PawlClock *clock, const char *path);

/* Blocks for one read of a small file: for the start. When the file cannot be used the floor is
 * the day of the build, and the error says why; the object is usable all the same. */
gboolean pawl_time_floor_load (PawlTimeFloor *self, GError **error);

/* Now, in microseconds since 1970, UTC: the later of clock and floor. */
gint64 pawl_time_floor_get_time_us (PawlTimeFloor *self);
gint64 pawl_time_floor_get_floor_us (PawlTimeFloor *self);
/* It is proven to be at least this late. Ignored when that is no news. The disk follows. */
void pawl_time_floor_raise (PawlTimeFloor *self, gint64 time_us);

G_END_DECLS
