/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Whether the caller of @invocation may do @action, `org.pawl.update1.` and a word: the user of the
 * daemon may, and so may root; anybody else when polkit says so, and nobody else without it. The
 * person is asked only when the message allows that. The caller keeps @invocation alive.
 *
 * Fails with PAWL_ERROR_NOT_AUTHORIZED. */
void pawl_authority_check_async (GDBusMethodInvocation *invocation,
                                 const char *action,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
gboolean pawl_authority_check_finish (GAsyncResult *result, GError **error);

G_END_DECLS
