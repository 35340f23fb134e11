/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-http-headers.h"
#include "pawl-http-session.h"

G_BEGIN_DECLS

#define PAWL_TYPE_HTTP_EXCHANGE (pawl_http_exchange_get_type ())

/* One request and its answer, redirects included. It is broken off when nothing arrives for the
 * configured time, and when the operation is cancelled. */
G_DECLARE_FINAL_TYPE (PawlHttpExchange, pawl_http_exchange, PAWL, HTTP_EXCHANGE, GObject)

PawlHttpExchange *pawl_http_exchange_new (PawlHttpSession *session,
                                          const char *method,
                                          const char *uri,
                                          PawlOperation *op,
                                          GError **error);
PawlHttpHeaders *pawl_http_exchange_get_headers (PawlHttpExchange *self);
void pawl_http_exchange_set_body (PawlHttpExchange *self, const char *content_type, GBytes *body);

void pawl_http_exchange_send_async (PawlHttpExchange *self,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
SoupMessage *
pawl_http_exchange_send_finish (PawlHttpExchange *self, GAsyncResult *result, GError **error);
void pawl_http_exchange_read_async (PawlHttpExchange *self,
                                    gsize count,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
GBytes *
pawl_http_exchange_read_finish (PawlHttpExchange *self, GAsyncResult *result, GError **error);
SoupMessage *pawl_http_exchange_get_message (PawlHttpExchange *self);
char *pawl_http_exchange_describe (PawlHttpExchange *self);
guint pawl_http_exchange_get_requests (PawlHttpExchange *self);
void pawl_http_exchange_close (PawlHttpExchange *self);

G_END_DECLS
