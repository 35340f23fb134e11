/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

G_BEGIN_DECLS

#define PAWL_TYPE_HTTP_TRANSPORT (pawl_http_transport_get_type ())

G_DECLARE_FINAL_TYPE (PawlHttpTransport, pawl_http_transport, PAWL, HTTP_TRANSPORT, GObject)

G_END_DECLS
