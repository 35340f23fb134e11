/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-http-settings.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/* The credentials of this device's own, in exchange for those that a whole series of devices was
 * made with. */

/* For a worker. */
GTlsCertificate *pawl_http_provision_load_shared (const PawlHttpSettings *settings, GError **error);
void pawl_http_provision_forget_shared (const PawlHttpSettings *settings);

/* Asks the server, and leaves the answer in @settings->own_path. All of it may take as long as a
 * request may stall. */
void pawl_http_provision_async (SoupSession *soup,
                                const PawlHttpSettings *settings,
                                GTlsCertificate *shared,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
gboolean pawl_http_provision_finish (SoupSession *soup, GAsyncResult *result, GError **error);

G_END_DECLS
