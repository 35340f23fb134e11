/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-device.h"

G_BEGIN_DECLS

/* Asks every confirmer whether it could begin a trial of @update, before anything is armed for it:
 * a watchdog that is not there should be found out on the version that works. Nothing begins.
 * Fails with the error of the first required confirmer that could not. */
void pawl_rehearsal_async (PawlDevice *device,
                           PawlUpdate *update,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
gboolean pawl_rehearsal_finish (GAsyncResult *result, GError **error);

G_END_DECLS
