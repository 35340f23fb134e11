/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-clock.h"

G_DEFINE_INTERFACE (PawlClock, pawl_clock, G_TYPE_OBJECT)

static void
pawl_clock_default_init (PawlClockInterface *iface)
{
}

gint64
pawl_clock_get_time_us (PawlClock *self)
{
  return PAWL_CLOCK_GET_IFACE (self)->get_time_us (self);
}

gint64
pawl_clock_get_monotonic_us (PawlClock *self)
{
  return PAWL_CLOCK_GET_IFACE (self)->get_monotonic_us (self);
}

guint
pawl_clock_add_timer (PawlClock *self, gint64 delay_us, GSourceOnceFunc func, gpointer data)
{
  return PAWL_CLOCK_GET_IFACE (self)->add_timer (self, MAX (delay_us, 0), func, data);
}

/*< private >
 * pawl_clock_clear_timer:
 * @self: a clock
 * @id: (inout): a timer's id; 0 afterwards, and allowed before
 *
 * Forgets a timer. Its function sets the id to 0 itself when it has fired.
 */
void
pawl_clock_clear_timer (PawlClock *self, guint *id)
{
  if (*id != 0)
    PAWL_CLOCK_GET_IFACE (self)->remove_timer (self, *id);
  *id = 0;
}

/* ---- the machine's ---- */

#define PAWL_TYPE_CLOCK_SYSTEM (pawl_clock_system_get_type ())
G_DECLARE_FINAL_TYPE (PawlClockSystem, pawl_clock_system, PAWL, CLOCK_SYSTEM, GObject)

struct _PawlClockSystem
{
  GObject parent_instance;
};

static void clock_iface_init (PawlClockInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PawlClockSystem,
                               pawl_clock_system,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PAWL_TYPE_CLOCK, clock_iface_init))

static void
pawl_clock_system_class_init (PawlClockSystemClass *klass)
{
}

static void
pawl_clock_system_init (PawlClockSystem *self)
{
}

static gint64
get_time_us (PawlClock *clock)
{
  return g_get_real_time ();
}

static gint64
get_monotonic_us (PawlClock *clock)
{
  return g_get_monotonic_time ();
}

typedef struct
{
  GSourceOnceFunc func;
  gpointer data;
} Timer;

static gboolean
fire (gpointer data)
{
  Timer *timer = data;

  timer->func (timer->data);
  return G_SOURCE_REMOVE;
}

static gboolean
dispatch (GSource *source, GSourceFunc callback, gpointer data)
{
  return callback (data);
}

/* A ready time rather than a time-out: those end at 49 days, and a poll interval may be a year. */
static guint
add_timer (PawlClock *clock, gint64 delay_us, GSourceOnceFunc func, gpointer data)
{
  static GSourceFuncs funcs = {.dispatch = dispatch};
  g_autoptr (GSource) source = g_source_new (&funcs, sizeof (GSource));
  Timer *timer = g_new (Timer, 1);

  timer->func = func;
  timer->data = data;
  g_source_set_static_name (source, "pawl timer");
  g_source_set_ready_time (source, g_get_monotonic_time () + delay_us);
  g_source_set_callback (source, fire, timer, g_free);
  return g_source_attach (source, NULL);
}

static void
remove_timer (PawlClock *clock, guint id)
{
  g_source_remove (id);
}

static void
clock_iface_init (PawlClockInterface *iface)
{
  iface->get_time_us = get_time_us;
  iface->get_monotonic_us = get_monotonic_us;
  iface->add_timer = add_timer;
  iface->remove_timer = remove_timer;
}

PawlClock *
pawl_clock_system_new (void)
{
  return g_object_new (PAWL_TYPE_CLOCK_SYSTEM, NULL);
}
