/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-device.h"

G_BEGIN_DECLS

/* Arms the boot counter with @tries, and only then makes the targets of @update on the ECUs
 * @serials, in this order, what boots next: so no boot of a new version is uncounted. Without a
 * boot control nothing counts, and nothing is armed. Idempotent: after a power cut it is called
 * again.
 *
 * Fails with whatever the boot control says, and then nothing is activated; and with whatever an
 * installer says, and then those before it are, and have to be reverted. */
void pawl_activate_async (PawlDevice *device,
                          PawlUpdate *update,
                          const char *const *serials,
                          guint tries,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data);
/* @out_reboot_needed: whether one of the installers needs a reboot. */
gboolean pawl_activate_finish (GAsyncResult *result, gboolean *out_reboot_needed, GError **error);

/* Makes what ran before the targets of @update the next boot again, on the ECUs @serials, from the
 * last to the first. Tries every one even when one of them fails, and then fails with the first
 * error. Idempotent. */
void pawl_revert_async (PawlDevice *device,
                        PawlUpdate *update,
                        const char *const *serials,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data);
gboolean pawl_revert_finish (GAsyncResult *result, gboolean *out_reboot_needed, GError **error);

G_END_DECLS
