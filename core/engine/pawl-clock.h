/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define PAWL_TYPE_CLOCK (pawl_clock_get_type ())
G_DECLARE_INTERFACE (PawlClock, pawl_clock, PAWL, CLOCK, GObject)

/**
 * PawlClockInterface:
 * @g_iface: the parent interface
 * @get_time_us: microseconds since 1970, UTC, as the machine believes
 * @get_monotonic_us: microseconds since some point in this boot, never going back
 * @add_timer: calls @func once, @delay_us from now, in the main context; returns an id above 0
 * @remove_timer: forgets a timer that has not fired yet
 *
 * Time, as the engine sees it, so that tests can move it. All of it is called on the main thread.
 */
struct _PawlClockInterface
{
  GTypeInterface g_iface;

  gint64 (*get_time_us) (PawlClock *self);
  gint64 (*get_monotonic_us) (PawlClock *self);
  guint (*add_timer) (PawlClock *self, gint64 delay_us, GSourceOnceFunc func, gpointer data);
  void (*remove_timer) (PawlClock *self, guint id);
};

gint64 pawl_clock_get_time_us (PawlClock *self);
gint64 pawl_clock_get_monotonic_us (PawlClock *self);
guint pawl_clock_add_timer (PawlClock *self, gint64 delay_us, GSourceOnceFunc func, gpointer data);
void pawl_clock_clear_timer (PawlClock *self, guint *id);

/* The clock of the machine. */
PawlClock *pawl_clock_system_new (void);

G_END_DECLS
