/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

GHashTable *pawl_ostree_sockets_list (void);
guint pawl_ostree_sockets_hang_up (GHashTable *but, guint silent_ms);

G_END_DECLS
