/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-device.h"
#include "pawl-progress-meter.h"

G_BEGIN_DECLS

/**
 * PawlInstallRequest:
 * @device: who installs
 * @update: what
 * @serials: on which of its ECUs, in this order
 * @folder: where pawl_fetch_async() left the payloads
 * @meter: where progress goes
 *
 * All of it is copied or held.
 */
typedef struct
{
  PawlDevice *device;
  PawlUpdate *update;
  const char *const *serials;
  const char *folder;
  PawlProgressMeter *meter;
} PawlInstallRequest;

/* Verifies every payload again, offline and from the disk, and lets its installer write it to the
 * inactive side. What is verified is what is installed: the installer gets the very descriptor that
 * was verified. Stops at the first ECU that fails; what runs is then as it was.
 *
 * Fails with PAWL_ERROR_NOT_FOUND when a payload is no longer there, with PAWL_ERROR_NOT_TRUSTED
 * when it is not what it should be, and with whatever the installer says. */
void pawl_install_async (const PawlInstallRequest *request,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data);
/* @out_reboot_needed: whether one of the installers needs a reboot. */
gboolean pawl_install_finish (GAsyncResult *result, gboolean *out_reboot_needed, GError **error);

G_END_DECLS
