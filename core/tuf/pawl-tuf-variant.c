/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-tuf-scanner.h"

static GVariant *
object_to_variant (PawlTufDocument *self, PawlTufValue object)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  PawlTufValue value;
  PawlTufValue name;
  PawlTufIter iter;

  pawl_tuf_iter_init (&iter, self, object);
  while (pawl_tuf_iter_next (&iter, &name, &value))
    {
      g_autofree char *text = pawl_tuf_document_dup_string (self, name);
      g_autoptr (GVariant) converted = pawl_tuf_document_to_variant (self, value);

      if (converted != NULL)
        g_variant_dict_insert_value (&dict, text, converted);
    }
  return g_variant_dict_end (&dict);
}

static gboolean
holds_strings_only (PawlTufDocument *self, PawlTufValue array)
{
  PawlTufValue value;
  PawlTufIter iter;

  pawl_tuf_iter_init (&iter, self, array);
  while (pawl_tuf_iter_next (&iter, NULL, &value))
    if (pawl_tuf_document_get_kind (self, value) != '"')
      return FALSE;
  return TRUE;
}

static double
to_double (PawlTufDocument *self, PawlTufValue value)
{
  g_autofree char *text = g_strndup ((const char *) pawl_tuf_document_get_data (self) + value.start,
                                     value.end - value.start);

  return g_ascii_strtod (text, NULL);
}

static GVariant *
array_to_variant (PawlTufDocument *self, PawlTufValue array)
{
  gboolean strings = holds_strings_only (self, array);
  g_auto (GVariantBuilder) builder =
    G_VARIANT_BUILDER_INIT (strings ? G_VARIANT_TYPE_STRING_ARRAY : G_VARIANT_TYPE ("av"));
  PawlTufValue value;
  PawlTufIter iter;

  pawl_tuf_iter_init (&iter, self, array);
  while (pawl_tuf_iter_next (&iter, NULL, &value))
    {
      g_autoptr (GVariant) converted = pawl_tuf_document_to_variant (self, value);

      if (converted != NULL)
        g_variant_builder_add_value (&builder,
                                     strings ? converted : g_variant_new_variant (converted));
    }
  return g_variant_builder_end (&builder);
}

static GVariant *
make_variant (PawlTufDocument *self, PawlTufValue value)
{
  g_autofree char *text = NULL;
  gboolean boolean = FALSE;
  gint64 number = 0;

  switch (pawl_tuf_document_get_kind (self, value))
    {
    case '{':
      return object_to_variant (self, value);
    case '[':
      return array_to_variant (self, value);
    case '"':
      text = pawl_tuf_document_dup_string (self, value);
      return g_variant_new_string (text);
    case '0':
      if (pawl_tuf_document_get_int (self, value, &number))
        return g_variant_new_int64 (number);
      return g_variant_new_double (to_double (self, value));
    case 't':
    case 'f':
      pawl_tuf_document_get_boolean (self, value, &boolean);
      return g_variant_new_boolean (boolean);
    default:
      return NULL;
    }
}

/**
 * pawl_tuf_document_to_variant:
 * @self: a document
 * @value: a value of it
 *
 * Copies a value for an application. Objects become `a{sv}`, arrays of strings `as`, other arrays
 * `av`, integers `x`; a null is left out.
 *
 * Returns: (transfer full) (nullable): the copy; %NULL for null and for a value that does not exist
 *
 * Since: 1.0
 */
GVariant *
pawl_tuf_document_to_variant (PawlTufDocument *self, PawlTufValue value)
{
  GVariant *variant = make_variant (self, value);

  return variant != NULL ? g_variant_ref_sink (variant) : NULL;
}
