/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-ostree-settings.h"

#include <ostree.h>

G_BEGIN_DECLS

gboolean pawl_ostree_remote_ensure (OstreeRepo *repo,
                                    const PawlOstreeSettings *settings,
                                    const char *uri,
                                    GError **error);

G_END_DECLS
