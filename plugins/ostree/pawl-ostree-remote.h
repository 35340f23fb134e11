/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-ostree-settings.h"

#include <ostree.h>

G_BEGIN_DECLS

/* What was fetched last, so that nobody prunes it. */
#define PAWL_OSTREE_REF "pawl/update"

gboolean pawl_ostree_remote_ensure (OstreeRepo *repo,
                                    const PawlOstreeSettings *settings,
                                    const char *uri,
                                    GError **error);
gboolean pawl_ostree_remote_seed (OstreeSysroot *sysroot,
                                  const PawlOstreeSettings *settings,
                                  GError **error);

G_END_DECLS
