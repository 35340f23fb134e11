/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

G_BEGIN_DECLS

#define PAWL_TYPE_OSTREE_TRANSPORT (pawl_ostree_transport_get_type ())

G_DECLARE_FINAL_TYPE (PawlOstreeTransport, pawl_ostree_transport, PAWL, OSTREE_TRANSPORT, GObject)

G_END_DECLS
