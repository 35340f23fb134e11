/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <gio/gio.h>
#include <pawl/pawl-context.h>
#include <pawl/pawl-macros.h>

G_BEGIN_DECLS

PAWL_AVAILABLE_IN_ALL
void pawl_serve_async (GObject *instance,
                       int fd,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data);
PAWL_AVAILABLE_IN_ALL
gboolean pawl_serve_finish (GObject *instance, GAsyncResult *result, GError **error);

PAWL_AVAILABLE_IN_ALL
void pawl_proxy_new_async (GType interface,
                           int fd,
                           PawlContext *context,
                           guint timeout_ms,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
PAWL_AVAILABLE_IN_ALL
GObject *pawl_proxy_new_finish (GAsyncResult *result, GError **error);

/**
 * PawlProxyOpenFunc: (skip)
 * @user_data: as given to pawl_proxy_set_reopen()
 * @error: return location
 *
 * Starts the other side again. Must not block.
 *
 * Returns: one end of a socket pair, to be closed by whoever asked; -1 on error
 *
 * Since: 0.1
 */
typedef int (*PawlProxyOpenFunc) (gpointer user_data, GError **error);

PAWL_AVAILABLE_IN_ALL
void pawl_proxy_set_reopen (GObject *proxy,
                            guint idle_ms,
                            PawlProxyOpenFunc open_func,
                            gpointer user_data,
                            GDestroyNotify destroy);

G_END_DECLS
