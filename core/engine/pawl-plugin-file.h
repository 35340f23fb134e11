/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

gboolean pawl_plugin_file_check_owner (const char *path, GError **error);

G_END_DECLS
