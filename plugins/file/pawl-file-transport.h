/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

G_BEGIN_DECLS

#define PAWL_TYPE_FILE_TRANSPORT (pawl_file_transport_get_type ())
G_DECLARE_FINAL_TYPE (PawlFileTransport, pawl_file_transport, PAWL, FILE_TRANSPORT, GObject)

G_END_DECLS
