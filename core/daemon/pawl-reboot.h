/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Reboots the device: runs @command, a line as in a shell but without one, or asks systemd-logind
 * on the system bus when it is empty. Completes when that took over, and fails with
 * PAWL_ERROR_FAILED when it did not. */
void pawl_reboot_async (const char *command, GAsyncReadyCallback callback, gpointer user_data);
gboolean pawl_reboot_finish (GAsyncResult *result, GError **error);

G_END_DECLS
