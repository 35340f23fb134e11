/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-watchdog-feeder.h"

#include <gio/gio.h>

static const char *
why_not_fed (PawlWatchdogFeeder *self)
{
  gint64 now_us = self->system->get_time_us ();

  if (self->kept)
    return NULL;
  if (self->starving)
    return "the trial was not good";
  if (now_us > self->deadline_us)
    return "the deadline of the trial has passed";
  if (!self->progressing)
    return "another confirmer makes no progress";
  return now_us - self->last_check_us > self->stall_us ? "the trial asks nothing any more" : NULL;
}

char *
pawl_watchdog_feeder_feed (PawlWatchdogFeeder *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *why = g_strdup (why_not_fed (self));

  if (why == NULL && !pawl_watchdog_device_feed (self->device, &error))
    why = g_strdup (error->message);
  if (why != NULL && !self->hungry)
    g_message ("the watchdog is not fed any more and resets the device after %u s: %s",
               pawl_watchdog_device_get_timeout_s (self->device), why);
  self->hungry = why != NULL;
  return g_steal_pointer (&why);
}

static gboolean
on_tick (gpointer data)
{
  g_free (pawl_watchdog_feeder_feed (data));
  return G_SOURCE_CONTINUE;
}

void
pawl_watchdog_feeder_begin (PawlWatchdogFeeder *self, gint64 stall_us, gint64 deadline_us)
{
  self->stall_us = stall_us;
  self->deadline_us = deadline_us;
  self->kept = self->starving = self->hungry = FALSE;
  pawl_watchdog_feeder_note_check (self, TRUE);
}

void
pawl_watchdog_feeder_note_check (PawlWatchdogFeeder *self, gboolean progressing)
{
  self->progressing = progressing;
  self->last_check_us = self->system->get_time_us ();
}

void
pawl_watchdog_feeder_take (PawlWatchdogFeeder *self, PawlWatchdogDevice *device)
{
  guint interval_ms = pawl_watchdog_device_get_timeout_s (device) * 1000 / 4;

  self->device = device;
  self->timer = g_timeout_add (MAX (interval_ms, 500), on_tick, self);
  g_free (pawl_watchdog_feeder_feed (self));
}

void
pawl_watchdog_feeder_drop (PawlWatchdogFeeder *self, gboolean stop)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  if (self->device != NULL)
    pawl_watchdog_device_close (g_steal_pointer (&self->device), stop);
}
