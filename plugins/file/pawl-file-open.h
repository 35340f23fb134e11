/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

int pawl_file_open (const char *const *uris,
                    const char **out_uri,
                    guint64 *out_size,
                    char **out_etag,
                    GError **error);

G_END_DECLS
