/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-http-job.h"

G_BEGIN_DECLS

gboolean pawl_http_payload_start (PawlHttpSession *session,
                                  PawlTarget *target,
                                  const char *const *uris,
                                  PawlPayload *destination,
                                  GVariant *options,
                                  PawlOperation *op,
                                  GError **error);

G_END_DECLS
