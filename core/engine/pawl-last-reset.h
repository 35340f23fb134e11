/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Whether one of the watchdogs in @folder, which is NULL for the kernel's (sysfs-class-watchdog in
 * its ABI documents), says that it caused the last reset. What cannot be read says no. The kernel
 * answers from memory; nothing here waits for a device. */
gboolean pawl_last_reset_was_watchdog (const char *folder);

G_END_DECLS
