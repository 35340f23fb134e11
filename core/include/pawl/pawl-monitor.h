/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <gio/gio.h>
#include <pawl/pawl-macros.h>

G_BEGIN_DECLS

#define PAWL_TYPE_MONITOR (pawl_monitor_get_type ())

/**
 * PawlMonitor:
 *
 * The caller's view of a running operation's progress. Its signal #PawlMonitor::progress (done,
 * total; both `t`, total 0 when unknown) is emitted in the main context, in order, and never after
 * the answer.
 *
 * Since: 1.0
 */
PAWL_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (PawlMonitor, pawl_monitor, PAWL, MONITOR, GObject)

PAWL_AVAILABLE_IN_ALL
PawlMonitor *pawl_monitor_new (void);

G_END_DECLS
