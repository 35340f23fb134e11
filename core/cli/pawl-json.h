/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PawlJsonForm:
 * @PAWL_JSON_LINE: all on one line, for a stream of values
 * @PAWL_JSON_INDENTED: two spaces for each level, one member per line
 *
 * How a value is laid out.
 */
typedef enum
{
  PAWL_JSON_LINE,
  PAWL_JSON_INDENTED,
} PawlJsonForm;

char *pawl_json_from_variant (GVariant *value, PawlJsonForm form);

G_END_DECLS
