/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PawlSchedule:
 * @interval_us: how often to ask; 0: never by itself
 * @backoff_min_us: the wait after the first failure
 * @backoff_max_us: the longest wait after failures
 * @failures: how often it failed since it last went well
 *
 * When to ask next. Plain data: it is zeroed, filled from the configuration, and copied freely.
 */
typedef struct
{
  gint64 interval_us;
  gint64 backoff_min_us;
  gint64 backoff_max_us;
  guint failures;
} PawlSchedule;

/* Each returns how long to wait from now, in microseconds, or -1 for ever. */
gint64 pawl_schedule_first (const PawlSchedule *self, double random);
gint64 pawl_schedule_succeeded (PawlSchedule *self);
gint64 pawl_schedule_failed (PawlSchedule *self, gint64 retry_after_us, double random);

G_END_DECLS
