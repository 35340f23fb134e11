/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Tells the service manager, in the words of sd_notify(3), for example `READY=1`. Does nothing when
 * nobody listens. Never blocks: what does not fit is lost, with a message. */
void pawl_notify (const char *text);
/* How often `WATCHDOG=1` is wanted, in microseconds; 0: never. Half of what the service manager
 * waits, as sd_watchdog_enabled(3) advises. */
guint64 pawl_notify_get_watchdog_us (void);

G_END_DECLS
