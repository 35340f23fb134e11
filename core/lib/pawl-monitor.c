/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-monitor-private.h"

typedef struct
{
  guint64 done;
  guint64 total;
} PawlMonitorStep;

struct _PawlMonitor
{
  GObject parent_instance;

  GMutex lock;
  GArray *waiting; /* (owned) (element-type PawlMonitorStep), under @lock */
};

G_DEFINE_FINAL_TYPE (PawlMonitor, pawl_monitor, G_TYPE_OBJECT)

enum
{
  SIGNAL_PROGRESS,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void
pawl_monitor_finalize (GObject *object)
{
  PawlMonitor *self = PAWL_MONITOR (object);

  g_clear_pointer (&self->waiting, g_array_unref);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (pawl_monitor_parent_class)->finalize (object);
}

static void
pawl_monitor_class_init (PawlMonitorClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pawl_monitor_finalize;

  /**
   * PawlMonitor::progress:
   * @self: the monitor
   * @done: how much is done, in bytes or in units of the operation's own
   * @total: how much there is in all; 0 when unknown
   *
   * The operation came further. Emitted in the main context in which the call was made, in order,
   * and never after the call's answer.
   *
   * Since: 1.0
   */
  signals[SIGNAL_PROGRESS] =
    g_signal_new ("progress", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 2, G_TYPE_UINT64, G_TYPE_UINT64);
}

static void
pawl_monitor_init (PawlMonitor *self)
{
  g_mutex_init (&self->lock);
  self->waiting = g_array_new (FALSE, FALSE, sizeof (PawlMonitorStep));
}

/**
 * pawl_monitor_new:
 *
 * Makes a monitor, which follows one call.
 *
 * Returns: (transfer full): a monitor to pass into one call
 *
 * Since: 1.0
 */
PawlMonitor *
pawl_monitor_new (void)
{
  return g_object_new (PAWL_TYPE_MONITOR, NULL);
}

static GArray *
take_waiting (PawlMonitor *self)
{
  GArray *taken;

  g_mutex_lock (&self->lock);
  taken = self->waiting;
  self->waiting = g_array_new (FALSE, FALSE, sizeof (PawlMonitorStep));
  g_mutex_unlock (&self->lock);
  return taken;
}

void
pawl_monitor_flush (PawlMonitor *self)
{
  g_autoptr (GArray) steps = take_waiting (self);

  for (guint i = 0; i < steps->len; i++)
    {
      PawlMonitorStep *step = &g_array_index (steps, PawlMonitorStep, i);

      g_signal_emit (self, signals[SIGNAL_PROGRESS], 0, step->done, step->total);
    }
}

/* Drops what nobody will hear any more. */
void
pawl_monitor_close (PawlMonitor *self)
{
  g_array_unref (take_waiting (self));
}

static gboolean
flush_cb (gpointer user_data)
{
  pawl_monitor_flush (PAWL_MONITOR (user_data));
  return G_SOURCE_REMOVE;
}

void
pawl_monitor_push (PawlMonitor *self, GMainContext *context, guint64 done, guint64 total)
{
  const PawlMonitorStep step = {done, total};
  gboolean first;

  g_mutex_lock (&self->lock);
  first = self->waiting->len == 0;
  g_array_append_val (self->waiting, step);
  g_mutex_unlock (&self->lock);

  if (g_main_context_is_owner (context))
    pawl_monitor_flush (self);
  else if (first)
    g_main_context_invoke_full (context, G_PRIORITY_DEFAULT, flush_cb, g_object_ref (self),
                                g_object_unref);
}
