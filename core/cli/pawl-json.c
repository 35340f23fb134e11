/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What the bus carries, as JSON. Every type has one form: dictionaries with string keys are
 * objects, other containers arrays, integers of all 64 bits integers, a variant or a maybe what is
 * in it. Pure: nothing here reads or prints. */

#include "pawl-json.h"

#include <math.h>

static void append_value (GString *text, GVariant *value, PawlJsonForm form, guint depth);

/* Also escapes DEL and the C1 controls, which a terminal could take for commands. */
static gboolean
needs_escape (gunichar c)
{
  return c < 0x20 || c == '"' || c == '\\' || (c >= 0x7f && c <= 0x9f);
}

static void
append_escape (GString *text, gunichar c)
{
  static const struct
  {
    char c;
    const char *escape;
  } SHORT[] = {
    {'"',  "\\\""},
    {'\\', "\\\\"},
    {'\n', "\\n" },
    {'\t', "\\t" },
    {'\r', "\\r" },
    {'\b', "\\b" },
    {'\f', "\\f" }
  };

  for (gsize i = 0; i < G_N_ELEMENTS (SHORT); i++)
    if (c == (gunichar) SHORT[i].c)
      {
        g_string_append (text, SHORT[i].escape);
        return;
      }
  g_string_append_printf (text, "\\u%04x", c);
}

static void
append_string (GString *text, const char *string)
{
  g_string_append_c (text, '"');
  for (const char *at = string; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (needs_escape (c))
        append_escape (text, c);
      else
        g_string_append_unichar (text, c);
    }
  g_string_append_c (text, '"');
}

/* JSON knows neither infinities nor NaN. */
static void
append_double (GString *text, double number)
{
  char buffer[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append (text,
                   isfinite (number) ? g_ascii_dtostr (buffer, sizeof buffer, number) : "null");
}

static void
append_break (GString *text, PawlJsonForm form, guint depth)
{
  if (form == PAWL_JSON_LINE)
    return;
  g_string_append_c (text, '\n');
  for (guint i = 0; i < depth; i++)
    g_string_append (text, "  ");
}

static gboolean
is_object (GVariant *value)
{
  return g_variant_is_of_type (value, G_VARIANT_TYPE ("a{s*}")) ||
         g_variant_is_of_type (value, G_VARIANT_TYPE ("a{o*}")) ||
         g_variant_is_of_type (value, G_VARIANT_TYPE ("a{g*}"));
}

static void
append_member (GString *text, GVariant *entry, PawlJsonForm form, guint depth)
{
  g_autoptr (GVariant) key = g_variant_get_child_value (entry, 0);
  g_autoptr (GVariant) value = g_variant_get_child_value (entry, 1);

  append_string (text, g_variant_get_string (key, NULL));
  g_string_append (text, form == PAWL_JSON_LINE ? ":" : ": ");
  append_value (text, value, form, depth);
}

static void
append_container (GString *text, GVariant *value, PawlJsonForm form, guint depth)
{
  gboolean object = is_object (value);
  gsize n = g_variant_n_children (value);

  g_string_append_c (text, object ? '{' : '[');
  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (value, i);

      if (i > 0)
        g_string_append_c (text, ',');
      append_break (text, form, depth + 1);
      if (object)
        append_member (text, child, form, depth + 1);
      else
        append_value (text, child, form, depth + 1);
    }
  if (n > 0)
    append_break (text, form, depth);
  g_string_append_c (text, object ? '}' : ']');
}

static void
append_maybe (GString *text, GVariant *value, PawlJsonForm form, guint depth)
{
  g_autoptr (GVariant) inner = g_variant_get_maybe (value);

  if (inner == NULL)
    g_string_append (text, "null");
  else
    append_value (text, inner, form, depth);
}

static void
append_variant (GString *text, GVariant *value, PawlJsonForm form, guint depth)
{
  g_autoptr (GVariant) inner = g_variant_get_variant (value);

  append_value (text, inner, form, depth);
}

static gint64
get_signed (GVariant *value)
{
  switch (g_variant_get_type_string (value)[0])
    {
    case 'n':
      return g_variant_get_int16 (value);
    case 'i':
      return g_variant_get_int32 (value);
    case 'h':
      return g_variant_get_handle (value);
    default:
      return g_variant_get_int64 (value);
    }
}

static guint64
get_unsigned (GVariant *value)
{
  switch (g_variant_get_type_string (value)[0])
    {
    case 'y':
      return g_variant_get_byte (value);
    case 'q':
      return g_variant_get_uint16 (value);
    case 'u':
      return g_variant_get_uint32 (value);
    default:
      return g_variant_get_uint64 (value);
    }
}

static void
append_value (GString *text, GVariant *value, PawlJsonForm form, guint depth)
{
  switch (g_variant_classify (value))
    {
    case G_VARIANT_CLASS_BOOLEAN:
      g_string_append (text, g_variant_get_boolean (value) ? "true" : "false");
      break;
    case G_VARIANT_CLASS_INT16:
    case G_VARIANT_CLASS_INT32:
    case G_VARIANT_CLASS_INT64:
    case G_VARIANT_CLASS_HANDLE:
      g_string_append_printf (text, "%" G_GINT64_FORMAT, get_signed (value));
      break;
    case G_VARIANT_CLASS_BYTE:
    case G_VARIANT_CLASS_UINT16:
    case G_VARIANT_CLASS_UINT32:
    case G_VARIANT_CLASS_UINT64:
      g_string_append_printf (text, "%" G_GUINT64_FORMAT, get_unsigned (value));
      break;
    case G_VARIANT_CLASS_DOUBLE:
      append_double (text, g_variant_get_double (value));
      break;
    case G_VARIANT_CLASS_STRING:
    case G_VARIANT_CLASS_OBJECT_PATH:
    case G_VARIANT_CLASS_SIGNATURE:
      append_string (text, g_variant_get_string (value, NULL));
      break;
    case G_VARIANT_CLASS_VARIANT:
      append_variant (text, value, form, depth);
      break;
    case G_VARIANT_CLASS_MAYBE:
      append_maybe (text, value, form, depth);
      break;
    case G_VARIANT_CLASS_ARRAY:
    case G_VARIANT_CLASS_TUPLE:
    case G_VARIANT_CLASS_DICT_ENTRY:
    default:
      append_container (text, value, form, depth);
    }
}

/**
 * pawl_json_from_variant:
 * @value: any value; a floating one is consumed
 * @form: the layout
 *
 * Returns: (transfer full): JSON in UTF-8, without a line end
 */
char *
pawl_json_from_variant (GVariant *value, PawlJsonForm form)
{
  g_autoptr (GVariant) held = g_variant_ref_sink (value);
  GString *text = g_string_new (NULL);

  append_value (text, held, form, 0);
  return g_string_free (text, FALSE);
}
