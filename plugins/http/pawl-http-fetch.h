/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-http-job.h"

G_BEGIN_DECLS

gboolean pawl_http_fetch_start (PawlHttpSession *session,
                                const char *const *uris,
                                guint64 max_size,
                                GVariant *options,
                                PawlOperation *op,
                                GError **error);

G_END_DECLS
