/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The names of ECUs and of hardware are compared as texts, not as bytes (Uptane 2.1, 5.2: RFC 5198,
 * so in normalization form C). */
char *pawl_tuf_text_normalize (const char *text);
gboolean pawl_tuf_text_is_same (const char *text, const char *other);

G_END_DECLS
