/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the kernel tells about a watchdog that need not be open; files in memory, so nothing blocks.
 * @folder is /sys/class/watchdog and @device the path of the device. */
guint pawl_watchdog_sysfs_get_boot_status (const char *folder, const char *device);
gboolean pawl_watchdog_sysfs_get_nowayout (const char *folder, const char *device);

G_END_DECLS
