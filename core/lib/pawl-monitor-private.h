/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl-monitor.h>

G_BEGIN_DECLS

/* The operation's side of a monitor. Any thread may push; what was pushed is emitted in @context,
 * in order. A flush from that context emits what is still waiting, so that nothing comes after the
 * answer. */
void pawl_monitor_push (PawlMonitor *self, GMainContext *context, guint64 done, guint64 total);
void pawl_monitor_flush (PawlMonitor *self);
void pawl_monitor_close (PawlMonitor *self);

G_END_DECLS
