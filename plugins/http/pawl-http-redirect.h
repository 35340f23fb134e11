/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <libsoup/soup.h>

G_BEGIN_DECLS

gboolean pawl_http_redirect_is_web_uri (GUri *uri);
gboolean pawl_http_redirect_is_same_server (GUri *a, GUri *b);
gboolean pawl_http_redirect_is_wanted (SoupMessage *message);
GUri *pawl_http_redirect_follow (SoupMessage *message, GError **error);

G_END_DECLS
