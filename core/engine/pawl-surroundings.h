/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * PawlSurroundings:
 * @metered: whether the network is paid by volume
 * @battery_percent: how full the emptiest battery is; -1 when there is none or it does not say
 * @on_mains: whether the device has mains power; TRUE when it cannot tell
 *
 * What a device finds around it, for policy. Plain data.
 */
typedef struct
{
  gboolean metered;
  int battery_percent;
  gboolean on_mains;
} PawlSurroundings;

/* Looks in a thread: the network's manager is asked over the bus, and the power supplies in
 * @power_folder, which is NULL for the kernel's (sysfs-class-power in its ABI documents). Does not
 * fail: what cannot be found out holds nothing back. */
void pawl_surroundings_look_async (const char *power_folder,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data);
PawlSurroundings pawl_surroundings_look_finish (GAsyncResult *result);

G_END_DECLS
