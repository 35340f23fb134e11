/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-progress-meter.h"

#define INTERVAL_US (G_USEC_PER_SEC / 4)

/* The rate is that of the last seconds: long enough not to jump, short enough to show that a
 * network went away. One sample for each interval. */
#define SAMPLES 20

typedef struct
{
  gint64 at_us;
  guint64 done;
} Sample;

struct _PawlProgressMeter
{
  GObject parent_instance;

  PawlClock *clock;       /* (owned) */
  PawlProgress *progress; /* (owned) (nullable): as it was told last */
  PawlPhase phase;        /* PAWL_PHASE_NONE: nothing runs */
  char *target;           /* (owned) (nullable) */
  guint64 done;
  guint64 total;
  Sample samples[SAMPLES];
  guint n_samples;
  guint timer;
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PawlProgressMeter, pawl_progress_meter, G_TYPE_OBJECT)

static void
pawl_progress_meter_dispose (GObject *object)
{
  PawlProgressMeter *self = PAWL_PROGRESS_METER (object);

  if (self->clock != NULL)
    pawl_clock_clear_timer (self->clock, &self->timer);
  g_clear_object (&self->clock);
  g_clear_object (&self->progress);
  g_clear_pointer (&self->target, g_free);
  G_OBJECT_CLASS (pawl_progress_meter_parent_class)->dispose (object);
}

static void
pawl_progress_meter_class_init (PawlProgressMeterClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pawl_progress_meter_dispose;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", PAWL_TYPE_PROGRESS_METER, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
pawl_progress_meter_init (PawlProgressMeter *self)
{
}

PawlProgressMeter *
pawl_progress_meter_new (PawlClock *clock)
{
  PawlProgressMeter *self = g_object_new (PAWL_TYPE_PROGRESS_METER, NULL);

  self->clock = g_object_ref (clock);
  return self;
}

/* ---- what it means ---- */

static void
take_sample (PawlProgressMeter *self)
{
  if (self->n_samples == SAMPLES)
    for (guint i = 1; i < SAMPLES; i++)
      self->samples[i - 1] = self->samples[i];
  else
    self->n_samples++;
  self->samples[self->n_samples - 1] =
    (Sample){pawl_clock_get_monotonic_us (self->clock), self->done};
}

/* Bytes per second; 0 when unknown. */
static guint64
get_rate (PawlProgressMeter *self)
{
  const Sample *first = &self->samples[0];
  const Sample *last = &self->samples[self->n_samples - 1];
  gint64 us = last->at_us - first->at_us;

  if (us <= 0 || last->done <= first->done)
    return 0;
  return (guint64) ((double) (last->done - first->done) * G_USEC_PER_SEC / (double) us);
}

static gint64
get_time_left_s (PawlProgressMeter *self, guint64 rate)
{
  if (rate == 0 || self->total < self->done)
    return -1;
  return (gint64) ((self->total - self->done + rate - 1) / rate);
}

/* 100 is for the end of the phase, which is more than its last byte. */
static double
get_percent (PawlProgressMeter *self)
{
  if (self->total == 0)
    return -1;
  return MIN (99.9, 100.0 * (double) self->done / (double) self->total);
}

static PawlProgress *
make_progress (PawlProgressMeter *self)
{
  g_auto (GVariantDict) members = G_VARIANT_DICT_INIT (NULL);
  guint64 rate = get_rate (self);

  g_variant_dict_insert (&members, "phase", "s",
                         pawl_enum_to_nick (PAWL_TYPE_PHASE, (int) self->phase));
  g_variant_dict_insert (&members, "target", "s", self->target != NULL ? self->target : "");
  g_variant_dict_insert (&members, "bytes-done", "t", self->done);
  g_variant_dict_insert (&members, "bytes-total", "t", self->total);
  g_variant_dict_insert (&members, "rate", "t", rate);
  g_variant_dict_insert (&members, "time-left-s", "x", get_time_left_s (self, rate));
  g_variant_dict_insert (&members, "percent", "d", get_percent (self));
  return pawl_progress_new_from_variant (g_variant_dict_end (&members), NULL);
}

/* ---- when it is told ---- */

static void
tell (PawlProgressMeter *self)
{
  g_clear_object (&self->progress);
  if (self->phase != PAWL_PHASE_NONE)
    self->progress = make_progress (self);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static void
on_interval (gpointer data)
{
  PawlProgressMeter *self = data;

  self->timer = 0;
  take_sample (self);
  tell (self);
}

void
pawl_progress_meter_begin (PawlProgressMeter *self, PawlPhase phase, const char *target)
{
  g_autofree char *before = g_steal_pointer (&self->target); /* @target may be this one */

  pawl_clock_clear_timer (self->clock, &self->timer);
  self->phase = phase;
  self->target = g_strdup (target);
  self->done = 0;
  self->total = 0;
  self->n_samples = 0;
  take_sample (self);
  tell (self);
}

static void
on_progress (PawlMonitor *monitor, guint64 done, guint64 total, gpointer data)
{
  pawl_progress_meter_update (data, done, total);
}

PawlMonitor *
pawl_progress_meter_watch (PawlProgressMeter *self, PawlPhase phase, const char *target)
{
  PawlMonitor *monitor = pawl_monitor_new ();

  pawl_progress_meter_begin (self, phase, target);
  g_signal_connect_object (monitor, "progress", G_CALLBACK (on_progress), self, G_CONNECT_DEFAULT);
  return monitor;
}

/* The timer runs only while there is something to tell: a plugin that is silent wakes nobody. */
void
pawl_progress_meter_update (PawlProgressMeter *self, guint64 done, guint64 total)
{
  if (self->phase == PAWL_PHASE_NONE || (done == self->done && total == self->total))
    return;
  self->done = done;
  self->total = total;
  if (self->timer == 0)
    self->timer = pawl_clock_add_timer (self->clock, INTERVAL_US, on_interval, self);
}

void
pawl_progress_meter_end (PawlProgressMeter *self)
{
  if (self->phase == PAWL_PHASE_NONE)
    return;
  pawl_clock_clear_timer (self->clock, &self->timer);
  self->phase = PAWL_PHASE_NONE;
  g_clear_pointer (&self->target, g_free);
  tell (self);
}

PawlProgress *
pawl_progress_meter_get (PawlProgressMeter *self)
{
  return self->progress;
}
