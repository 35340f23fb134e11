/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-config.h"

G_BEGIN_DECLS

const char *pawl_key_type_to_word (PawlKeyType type);
gboolean pawl_key_type_from_word (const char *word, PawlKeyType *out_type);
GVariant *pawl_key_parse (const PawlKey *key, const char *text, GError **error);
const PawlKey *pawl_key_find (const PawlKey *keys, const char *name);

G_END_DECLS
