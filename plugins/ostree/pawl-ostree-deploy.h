/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-ostree-request.h"

G_BEGIN_DECLS

gboolean pawl_ostree_deploy_install (gpointer input, PawlOperation *op, GError **error);
gboolean pawl_ostree_deploy_activate (gpointer input, PawlOperation *op, GError **error);

G_END_DECLS
