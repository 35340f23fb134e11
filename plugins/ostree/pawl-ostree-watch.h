/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Watches over one pull by libostree, from the thread that pulls. */
typedef struct _PawlOstreeWatch PawlOstreeWatch;

PawlOstreeWatch *pawl_ostree_watch_begin (guint stall_timeout_s, GCancellable *outer);
GCancellable *pawl_ostree_watch_get_cancellable (PawlOstreeWatch *self);
void pawl_ostree_watch_touch (PawlOstreeWatch *self, gboolean is_writing);
void pawl_ostree_watch_break_off (PawlOstreeWatch *self, GError *error);
void pawl_ostree_watch_end (PawlOstreeWatch *self, GError **inout_error);

G_END_DECLS
