/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

#include "pawl-clock.h"

G_BEGIN_DECLS

#define PAWL_TYPE_PROGRESS_METER (pawl_progress_meter_get_type ())

/**
 * PawlProgressMeter:
 *
 * Makes what a screen shows of what a plugin counts: rate, time left, percent. Emits `changed` at
 * most four times a second, however often it is fed, and always for the last value.
 */
G_DECLARE_FINAL_TYPE (PawlProgressMeter, pawl_progress_meter, PAWL, PROGRESS_METER, GObject)

PawlProgressMeter *pawl_progress_meter_new (PawlClock *clock);

/* Another phase, from nothing; @target may be NULL. */
void pawl_progress_meter_begin (PawlProgressMeter *self, PawlPhase phase, const char *target);
/* The same, fed by the monitor that is returned (transfer full), which is for one call. */
PawlMonitor *
pawl_progress_meter_watch (PawlProgressMeter *self, PawlPhase phase, const char *target);
/* @total is 0 when it is unknown. */
void pawl_progress_meter_update (PawlProgressMeter *self, guint64 done, guint64 total);
/* Nothing runs any more. */
void pawl_progress_meter_end (PawlProgressMeter *self);

/* (nullable) (transfer none): NULL when nothing runs. */
PawlProgress *pawl_progress_meter_get (PawlProgressMeter *self);

G_END_DECLS
