/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* systemd's own feeding: RuntimeWatchdogUSec of its manager (org.freedesktop.systemd1). 0: it has
 * no watchdog open. @address is a bus, or empty for the system bus. */
void pawl_watchdog_systemd_get_async (const char *address,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
gboolean pawl_watchdog_systemd_get_finish (GAsyncResult *result, guint64 *out_usec, GError **error);
void pawl_watchdog_systemd_set_async (const char *address,
                                      guint64 usec,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
gboolean pawl_watchdog_systemd_set_finish (GAsyncResult *result, GError **error);

G_END_DECLS
