/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-http-settings.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

#define PAWL_TYPE_HTTP_SESSION (pawl_http_session_get_type ())

/* One session for everything, so that connections are used again. The certificates are read by a
 * thread, before the first request. */
G_DECLARE_FINAL_TYPE (PawlHttpSession, pawl_http_session, PAWL, HTTP_SESSION, GObject)

PawlHttpSession *pawl_http_session_new (PawlContext *context, GError **error);
const PawlHttpSettings *pawl_http_session_get_settings (PawlHttpSession *self);
void pawl_http_session_prepare_async (PawlHttpSession *self,
                                      GCancellable *cancellable,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
gboolean
pawl_http_session_prepare_finish (PawlHttpSession *self, GAsyncResult *result, GError **error);
void pawl_http_session_equip (PawlHttpSession *self, SoupMessage *message, gboolean with_identity);
PawlContext *pawl_http_session_get_context (PawlHttpSession *self);
SoupSession *pawl_http_session_get_soup (PawlHttpSession *self);

G_END_DECLS
