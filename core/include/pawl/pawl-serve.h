/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <gio/gio.h>
#include <pawl/pawl-context.h>
#include <pawl/pawl-macros.h>

G_BEGIN_DECLS

/* For a plugin's own process: answers calls on @fd to @instance (of one of the five interfaces)
 * until the other side closes. Runs no loop and blocks nobody. */
PAWL_AVAILABLE_IN_ALL
void pawl_serve_async (GObject *instance,
                       int fd,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data);
PAWL_AVAILABLE_IN_ALL
gboolean pawl_serve_finish (GObject *instance, GAsyncResult *result, GError **error);

/* The other side: an object that implements @interface by calling whoever serves on @fd. */
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

G_END_DECLS
