/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-watchdog-device.h"

G_BEGIN_DECLS

/**
 * PawlWatchdogFeeder:
 * @system: the kernel
 * @device: (owned) (nullable): while we feed it
 * @stall_us: feeding ends when the trial asks nothing for this long
 * @deadline_us: feeding ends then
 * @last_check_us: when the trial asked last
 * @progressing: what it said about the others
 * @kept: the trial was good, and nobody else could take the watchdog
 * @starving: the trial was not good
 *
 * Feeds an open watchdog from the main loop, while that is right.
 */
typedef struct
{
  const PawlWatchdogSystem *system;
  PawlWatchdogDevice *device;
  gint64 stall_us;
  gint64 deadline_us;
  gint64 last_check_us;
  gboolean progressing;
  gboolean kept;
  gboolean starving;
  /*< private >*/
  gboolean hungry; /* it was not fed the last time; said once */
  guint timer;
} PawlWatchdogFeeder;

/* A trial begins, or goes on. */
void pawl_watchdog_feeder_begin (PawlWatchdogFeeder *self, gint64 stall_us, gint64 deadline_us);
/* The trial asks. */
void pawl_watchdog_feeder_note_check (PawlWatchdogFeeder *self, gboolean progressing);
/* Takes the device, and feeds it four times in each of its timeouts. */
void pawl_watchdog_feeder_take (PawlWatchdogFeeder *self, PawlWatchdogDevice *device);
/* Now; (transfer full) (nullable): why it was not fed. */
char *pawl_watchdog_feeder_feed (PawlWatchdogFeeder *self);
/* Closes the device, if there is one; see pawl_watchdog_device_close(). */
void pawl_watchdog_feeder_drop (PawlWatchdogFeeder *self, gboolean stop);

G_END_DECLS
