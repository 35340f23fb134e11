/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* One request after the other, each sent once: what a suite counts is what was asked for. */
typedef struct _WebFetch WebFetch;

WebFetch *web_fetch_new (void);
void web_fetch_free (WebFetch *self);
/* %NULL without an error when the status is one of "not there": 403, 404, and 400 if
 * @bad_request_is_missing. */
GBytes *web_fetch_get (WebFetch *self,
                       const char *uri,
                       gsize max_size,
                       gboolean bad_request_is_missing,
                       GError **error);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (WebFetch, web_fetch_free)

G_END_DECLS
