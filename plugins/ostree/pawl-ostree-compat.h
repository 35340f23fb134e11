/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <ostree.h>

G_BEGIN_DECLS

/* What libostree 2022.7 and 2025.2 do differently, and nothing else. */

void pawl_ostree_compat_add_pull_options (GVariantDict *options, guint stall_timeout_s);
gboolean pawl_ostree_compat_lock_finalization (GError **error);
gboolean pawl_ostree_compat_unlock_finalization (gboolean *out_was_locked, GError **error);

G_END_DECLS
