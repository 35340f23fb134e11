/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What may stand behind one key of the configuration, ours and the plugins' alike. */
#include "pawl-key.h"

#include "pawl-secrets-private.h"

#include <pawl/pawl.h>

static const char *const words[] = {
  [PAWL_KEY_STRING] = "string",   [PAWL_KEY_BOOLEAN] = "boolean", [PAWL_KEY_INTEGER] = "integer",
  [PAWL_KEY_STRINGS] = "strings", [PAWL_KEY_PATH] = "path",       [PAWL_KEY_URI] = "uri",
  [PAWL_KEY_SECRET] = "secret",
};

const char *
pawl_key_type_to_word (PawlKeyType type)
{
  return words[type];
}

gboolean
pawl_key_type_from_word (const char *word, PawlKeyType *out_type)
{
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_strcmp0 (word, words[i]) == 0)
      {
        *out_type = (PawlKeyType) i;
        return TRUE;
      }
  return FALSE;
}

static GVariant *
refuse (const PawlKey *key, const char *text, const char *wanted, GError **error)
{
  g_autofree char *shown = pawl_secrets_hide (text);

  /* What a secret should have been, but not what it is. */
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG, "found \"%s\", wanted %s",
               key->type == PAWL_KEY_SECRET ? "(secret)" : shown, wanted);
  return NULL;
}

static GVariant *
parse_boolean (const PawlKey *key, const char *text, GError **error)
{
  if (g_str_equal (text, "true"))
    return g_variant_new_boolean (TRUE);
  if (g_str_equal (text, "false"))
    return g_variant_new_boolean (FALSE);
  return refuse (key, text, "true or false", error);
}

static GVariant *
parse_integer (const PawlKey *key, const char *text, GError **error)
{
  gboolean bounded = key->minimum != 0 || key->maximum != 0;
  gint64 minimum = bounded ? key->minimum : G_MININT64;
  gint64 maximum = bounded ? key->maximum : G_MAXINT64;
  g_autofree char *wanted = NULL;
  gint64 value;

  if (g_ascii_string_to_signed (text, 10, minimum, maximum, &value, NULL))
    return g_variant_new_int64 (value);
  wanted = bounded
             ? g_strdup_printf ("an integer from %" G_GINT64_FORMAT " to %" G_GINT64_FORMAT "%s%s",
                                minimum, maximum, key->unit != NULL ? ", in " : "",
                                key->unit != NULL ? key->unit : "")
             : g_strdup ("an integer");
  return refuse (key, text, wanted, error);
}

static GVariant *
parse_string (const PawlKey *key, const char *text, GError **error)
{
  g_auto (GStrv) choices = NULL;

  if (key->choices == NULL)
    return g_variant_new_string (text);
  choices = g_strsplit (key->choices, "|", -1);
  if (g_strv_contains ((const char *const *) choices, text))
    return g_variant_new_string (text);
  return refuse (key, text, key->choices, error);
}

/* As GKeyFile writes lists: each element ends with a semicolon, and the last one need not. */
static GVariant *
parse_strings (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, ";", -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) list = NULL;

  for (guint i = 0; parts[i] != NULL; i++)
    if (*g_strstrip (parts[i]) != '\0')
      g_strv_builder_add (builder, parts[i]);
  list = g_strv_builder_end (builder);
  return g_variant_new_strv ((const char *const *) list, -1);
}

/* A key whose default is empty may be empty. */
static gboolean
may_be_empty (const PawlKey *key)
{
  return key->default_value != NULL && *key->default_value == '\0';
}

static GVariant *
parse_path (const PawlKey *key, const char *text, GError **error)
{
  if (g_path_is_absolute (text) || (*text == '\0' && may_be_empty (key)))
    return g_variant_new_string (text);
  return refuse (key, text, "an absolute path", error);
}

static GVariant *
parse_uri (const PawlKey *key, const char *text, GError **error)
{
  if (g_uri_is_valid (text, G_URI_FLAGS_NONE, NULL) || (*text == '\0' && may_be_empty (key)))
    return g_variant_new_string (text);
  return refuse (key, text, "a URI, like https://example.com/repo", error);
}

/*< private >
 * pawl_key_parse:
 * @key: what may stand there
 * @text: what stands there
 * @error: return location; #PAWL_ERROR_INVALID_CONFIG, with the text found and what was wanted
 *
 * Returns: (transfer floating): the value: `s`, `b`, `x` or `as`
 */
GVariant *
pawl_key_parse (const PawlKey *key, const char *text, GError **error)
{
  switch (key->type)
    {
    case PAWL_KEY_BOOLEAN:
      return parse_boolean (key, text, error);
    case PAWL_KEY_INTEGER:
      return parse_integer (key, text, error);
    case PAWL_KEY_STRINGS:
      return parse_strings (text);
    case PAWL_KEY_PATH:
      return parse_path (key, text, error);
    case PAWL_KEY_URI:
      return parse_uri (key, text, error);
    case PAWL_KEY_STRING:
    case PAWL_KEY_SECRET:
      return parse_string (key, text, error);
    }
  return refuse (key, text, "a known type of key", error);
}

/*< private >
 * pawl_key_find:
 * @keys: a table that ends with a %NULL name
 * @name: a key
 *
 * Returns: (nullable): the row of @name
 */
const PawlKey *
pawl_key_find (const PawlKey *keys, const char *name)
{
  for (; keys->name != NULL; keys++)
    if (g_str_equal (keys->name, name))
      return keys;
  return NULL;
}
