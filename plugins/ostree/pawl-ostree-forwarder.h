/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

G_BEGIN_DECLS

typedef struct _PawlOstreeForwarder PawlOstreeForwarder;

PawlOstreeForwarder *pawl_ostree_forwarder_new (PawlContext *context,
                                                const char *const *uris,
                                                GVariant *headers,
                                                guint64 max_rate,
                                                GError **error);
void pawl_ostree_forwarder_stop (PawlOstreeForwarder *self);
const char *pawl_ostree_forwarder_get_uri (PawlOstreeForwarder *self);
gboolean pawl_ostree_forwarder_is_its_uri (PawlOstreeForwarder *self, const char *uri);
GError *pawl_ostree_forwarder_dup_error (PawlOstreeForwarder *self);

G_END_DECLS
