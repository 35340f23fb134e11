/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-clock-fake.h"

typedef struct
{
  guint id;
  gint64 at_us;
  GSourceOnceFunc func;
  gpointer data;
} Timer;

struct _PawlClockFake
{
  GObject parent_instance;

  gint64 time_us;
  gint64 monotonic_us;
  GArray *timers; /* (owned) (element-type Timer) */
  guint last_id;
};

static void clock_iface_init (PawlClockInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PawlClockFake,
                               pawl_clock_fake,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PAWL_TYPE_CLOCK, clock_iface_init))

static void
pawl_clock_fake_finalize (GObject *object)
{
  g_array_unref (PAWL_CLOCK_FAKE (object)->timers);
  G_OBJECT_CLASS (pawl_clock_fake_parent_class)->finalize (object);
}

static void
pawl_clock_fake_class_init (PawlClockFakeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pawl_clock_fake_finalize;
}

static void
pawl_clock_fake_init (PawlClockFake *self)
{
  self->time_us = G_GINT64_CONSTANT (1772452800) * G_USEC_PER_SEC;
  self->monotonic_us = 1000;
  self->timers = g_array_new (FALSE, FALSE, sizeof (Timer));
}

static gint64
get_time_us (PawlClock *clock)
{
  return PAWL_CLOCK_FAKE (clock)->time_us;
}

static gint64
get_monotonic_us (PawlClock *clock)
{
  return PAWL_CLOCK_FAKE (clock)->monotonic_us;
}

static guint
add_timer (PawlClock *clock, gint64 delay_us, GSourceOnceFunc func, gpointer data)
{
  PawlClockFake *self = PAWL_CLOCK_FAKE (clock);
  Timer timer = {++self->last_id, self->monotonic_us + delay_us, func, data};

  g_array_append_val (self->timers, timer);
  return timer.id;
}

static void
remove_timer (PawlClock *clock, guint id)
{
  PawlClockFake *self = PAWL_CLOCK_FAKE (clock);

  for (guint i = 0; i < self->timers->len; i++)
    if (g_array_index (self->timers, Timer, i).id == id)
      {
        g_array_remove_index (self->timers, i);
        return;
      }
  g_assert_not_reached (); /* it has fired, or never was */
}

static void
clock_iface_init (PawlClockInterface *iface)
{
  iface->get_time_us = get_time_us;
  iface->get_monotonic_us = get_monotonic_us;
  iface->add_timer = add_timer;
  iface->remove_timer = remove_timer;
}

PawlClockFake *
pawl_clock_fake_new (void)
{
  return g_object_new (PAWL_TYPE_CLOCK_FAKE, NULL);
}

/* The next timer until @end_us; the earlier added one first when two are due together. */
static gboolean
find_due (PawlClockFake *self, gint64 end_us, guint *out_index)
{
  gboolean found = FALSE;

  for (guint i = 0; i < self->timers->len; i++)
    {
      gint64 at_us = g_array_index (self->timers, Timer, i).at_us;

      if (at_us > end_us ||
          (found && at_us >= g_array_index (self->timers, Timer, *out_index).at_us))
        continue;
      *out_index = i;
      found = TRUE;
    }
  return found;
}

static void
move_to (PawlClockFake *self, gint64 monotonic_us)
{
  self->time_us += monotonic_us - self->monotonic_us;
  self->monotonic_us = monotonic_us;
}

void
pawl_clock_fake_advance (PawlClockFake *self, gint64 us)
{
  gint64 end_us = self->monotonic_us + us;
  guint i = 0;

  while (find_due (self, end_us, &i))
    {
      Timer timer = g_array_index (self->timers, Timer, i);

      g_array_remove_index (self->timers, i);
      move_to (self, timer.at_us);
      timer.func (timer.data);
    }
  move_to (self, end_us);
}

void
pawl_clock_fake_set_time (PawlClockFake *self, gint64 time_us)
{
  self->time_us = time_us;
}

guint
pawl_clock_fake_count_timers (PawlClockFake *self)
{
  return self->timers->len;
}
