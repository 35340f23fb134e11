/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* autoboot.txt (Raspberry Pi documentation, "autoboot.txt"): the partition of every boot in
 * `[all]`, and that of a tryboot in `[tryboot]`. All of it may block. */

/* The partition of every boot. */
gboolean pawl_rpi_autoboot_read (const char *path, char **out_partition, GError **error);
/* Only written when it says something else. */
gboolean pawl_rpi_autoboot_write (const char *path,
                                  const char *partition,
                                  const char *try_partition,
                                  GError **error);
/* What the firmware booted: 0 is unknown. */
guint pawl_rpi_booted_partition (const char *device_tree);

G_END_DECLS
