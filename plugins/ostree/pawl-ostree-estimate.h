/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

G_BEGIN_DECLS

gboolean pawl_ostree_estimate (gpointer input, PawlOperation *op, GError **error);

G_END_DECLS
