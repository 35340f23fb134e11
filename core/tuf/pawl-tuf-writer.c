/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The canonical form of the ATS dialect, written from values: what a device signs and sends. */
#include <pawl-tuf/pawl-tuf-target.h>

#include <string.h>

static void append_value (GString *text, GVariant *value);

static void
append_escaped (GString *text, gunichar c)
{
  if (c == '"' || c == '\\')
    g_string_append_printf (text, "\\%c", (char) c);
  else if (c == '\n')
    g_string_append (text, "\\n");
  else if (c == '\r')
    g_string_append (text, "\\r");
  else if (c == '\t')
    g_string_append (text, "\\t");
  else if (c == '\b')
    g_string_append (text, "\\b");
  else if (c == '\f')
    g_string_append (text, "\\f");
  else if (c >= 0x10000)
    g_string_append_printf (text, "\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10),
                            0xdc00 + ((c - 0x10000) & 0x3ff));
  else if (c < 0x20 || c > 0x7e)
    g_string_append_printf (text, "\\u%04x", c);
  else
    g_string_append_c (text, (char) c);
}

static void
append_string (GString *text, const char *string)
{
  g_string_append_c (text, '"');
  for (const char *c = string; *c != '\0'; c = g_utf8_next_char (c))
    append_escaped (text, g_utf8_get_char (c));
  g_string_append_c (text, '"');
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
append_object (GString *text, GVariant *object)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  GVariantIter iter;
  const char *name;

  g_variant_iter_init (&iter, object);
  while (g_variant_iter_next (&iter, "{&s@*}", &name, NULL))
    g_ptr_array_add (names, (gpointer) name);
  g_ptr_array_sort (names, compare_names);
  g_string_append_c (text, '{');
  for (guint i = 0; i < names->len; i++)
    {
      g_autoptr (GVariant) value = g_variant_lookup_value (object, names->pdata[i], NULL);

      if (i > 0)
        g_string_append_c (text, ',');
      append_string (text, names->pdata[i]);
      g_string_append_c (text, ':');
      append_value (text, value);
    }
  g_string_append_c (text, '}');
}

static void
append_array (GString *text, GVariant *array)
{
  g_string_append_c (text, '[');
  for (gsize i = 0; i < g_variant_n_children (array); i++)
    {
      g_autoptr (GVariant) value = g_variant_get_child_value (array, i);

      if (i > 0)
        g_string_append_c (text, ',');
      append_value (text, value);
    }
  g_string_append_c (text, ']');
}

static void
append_value (GString *text, GVariant *value)
{
  if (g_variant_is_of_type (value, G_VARIANT_TYPE_VARIANT))
    {
      g_autoptr (GVariant) inner = g_variant_get_variant (value);

      append_value (text, inner);
    }
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    append_string (text, g_variant_get_string (value, NULL));
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_BOOLEAN))
    g_string_append (text, g_variant_get_boolean (value) ? "true" : "false");
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_INT64))
    g_string_append_printf (text, "%" G_GINT64_FORMAT, g_variant_get_int64 (value));
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT64))
    g_string_append_printf (text, "%" G_GUINT64_FORMAT, g_variant_get_uint64 (value));
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_INT32))
    g_string_append_printf (text, "%d", g_variant_get_int32 (value));
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_UINT32))
    g_string_append_printf (text, "%u", g_variant_get_uint32 (value));
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE ("a{s*}")))
    append_object (text, value);
  else if (g_variant_is_of_type (value, G_VARIANT_TYPE_ARRAY))
    append_array (text, value);
  else
    /* Anything else has no form in the dialect: no signed document may depend on it. */
    g_string_append (text, "null");
}

/**
 * pawl_tuf_variant_to_json:
 * @value: a value; dictionaries with string keys become objects
 *
 * Writes the canonical form of the ATS dialect: members in the order of their bytes, no space,
 * ASCII only. What has no form in it (a floating-point number, a tuple) becomes null.
 *
 * Returns: (transfer full): the text
 *
 * Since: 1.0
 */
char *
pawl_tuf_variant_to_json (GVariant *value)
{
  GString *text = g_string_new (NULL);

  append_value (text, value);
  return g_string_free (text, FALSE);
}
