/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* The headers of a request, some of which are for one server only. */
typedef struct _PawlHttpHeaders PawlHttpHeaders;

PawlHttpHeaders *pawl_http_headers_new (void);
void pawl_http_headers_free (PawlHttpHeaders *self);
void pawl_http_headers_add (PawlHttpHeaders *self, const char *name, const char *value);
gboolean pawl_http_headers_add_private (PawlHttpHeaders *self, GVariant *options, GError **error);
void pawl_http_headers_apply (PawlHttpHeaders *self, SoupMessage *message, gboolean with_private);

G_END_DECLS
