/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *pawl_format_size (guint64 bytes);
char *pawl_format_duration (gint64 seconds);
char *pawl_format_time (gint64 time_us);
char *pawl_format_time_near (gint64 time_us, gint64 now_us);
char *pawl_format_clean (const char *text);
gboolean
pawl_format_parse_when (const char *text, gint64 now_us, gint64 *out_time_us, GError **error);

G_END_DECLS
