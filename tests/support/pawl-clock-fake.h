/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-clock.h"

G_BEGIN_DECLS

#define PAWL_TYPE_CLOCK_FAKE (pawl_clock_fake_get_type ())

/**
 * PawlClockFake:
 *
 * Time that stands still until a test moves it.
 */
G_DECLARE_FINAL_TYPE (PawlClockFake, pawl_clock_fake, PAWL, CLOCK_FAKE, GObject)

/* Begins on 2026-03-02 at 12:00 UTC, a Monday. */
PawlClockFake *pawl_clock_fake_new (void);
/* Both clocks go on by @us, and every timer on the way fires at its time. */
void pawl_clock_fake_advance (PawlClockFake *self, gint64 us);
/* Somebody sets the clock: the monotonic one and the timers do not notice. */
void pawl_clock_fake_set_time (PawlClockFake *self, gint64 time_us);
guint pawl_clock_fake_count_timers (PawlClockFake *self);

G_END_DECLS
