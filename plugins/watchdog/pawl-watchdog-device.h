/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PawlWatchdogSystem:
 * @open: as open(2), for writing
 * @ioctl: as ioctl(2)
 * @write: as write(2)
 * @close: as close(2)
 * @get_time_us: the monotonic clock
 *
 * What the kernel does, so that tests can do it.
 */
typedef struct
{
  int (*open) (const char *path);
  int (*ioctl) (int fd, unsigned long request, void *argument);
  gssize (*write) (int fd, const void *data, gsize size);
  int (*close) (int fd);
  gint64 (*get_time_us) (void);
} PawlWatchdogSystem;

extern const PawlWatchdogSystem pawl_watchdog_kernel;

/* An open watchdog (kernel, Documentation/watchdog/watchdog-api.rst): it runs from now on. Nothing
 * here blocks. */
typedef struct _PawlWatchdogDevice PawlWatchdogDevice;

PawlWatchdogDevice *pawl_watchdog_device_open (const PawlWatchdogSystem *system,
                                               const char *path,
                                               guint timeout_s,
                                               guint pretimeout_s,
                                               GError **error);
gboolean pawl_watchdog_device_feed (PawlWatchdogDevice *self, GError **error);
/* The real ones: what the hardware made of the wish. */
guint pawl_watchdog_device_get_timeout_s (PawlWatchdogDevice *self);
guint pawl_watchdog_device_get_pretimeout_s (PawlWatchdogDevice *self);
const char *pawl_watchdog_device_get_identity (PawlWatchdogDevice *self);
/* WDIOF_ bits of what caused the last reset; 0 when nothing is known. */
guint pawl_watchdog_device_get_boot_status (PawlWatchdogDevice *self);
/* Whether the driver knows the magic close; nowayout may forbid it all the same. */
gboolean pawl_watchdog_device_can_stop (PawlWatchdogDevice *self);
/* Stops it with the magic close when @stop, else leaves it running. */
void pawl_watchdog_device_close (PawlWatchdogDevice *self, gboolean stop);

/* `watchdog`, `overheat`, `power`, …; NULL when the bits say nothing of a reset. */
const char *pawl_watchdog_describe_reset (guint boot_status);

G_END_DECLS
