/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-http-job.h"

G_BEGIN_DECLS

gboolean pawl_http_send_start (PawlHttpSession *session,
                               const char *uri,
                               const char *method,
                               GBytes *body,
                               GVariant *options,
                               PawlOperation *op,
                               GError **error);

G_END_DECLS
