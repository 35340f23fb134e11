/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-ostree-request.h"

G_BEGIN_DECLS

gboolean pawl_ostree_check_whole (PawlOstreeScene *scene,
                                  PawlOstreeRequest *request,
                                  GCancellable *cancellable,
                                  GError **error);
gboolean pawl_ostree_check_room (PawlOstreeScene *scene,
                                 PawlOstreeRequest *request,
                                 guint64 *out_disk_bytes,
                                 GCancellable *cancellable,
                                 GError **error);
gboolean pawl_ostree_check (gpointer input, PawlOperation *op, GError **error);

G_END_DECLS
