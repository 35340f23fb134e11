/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include <pawl/pawl-enums.h>

#include <pawl/pawl-error.h>

/**
 * pawl_enum_to_nick:
 * @type: the type of one of Pawl's enums
 * @value: a value of it
 *
 * Gets the word for @value that the bus, the journal, JSON and the command line use.
 *
 * Returns: (transfer none) (nullable): the word, or %NULL if @type has no such value
 *
 * Since: 1.0
 */
const char *
pawl_enum_to_nick (GType type, int value)
{
  g_autoptr (GEnumClass) klass = NULL;
  GEnumValue *found;

  g_return_val_if_fail (G_TYPE_IS_ENUM (type), NULL);

  klass = g_type_class_ref (type);
  found = g_enum_get_value (klass, value);
  return found != NULL ? found->value_nick : NULL;
}

/**
 * pawl_enum_from_nick:
 * @type: the type of one of Pawl's enums
 * @nick: a word
 * @out_value: (out): return location for the value
 * @error: return location
 *
 * Reads a word that pawl_enum_to_nick() wrote.
 *
 * Errors: %PAWL_ERROR_INVALID_ARGUMENT when @type has no such word.
 *
 * Returns: %TRUE if @out_value was set
 *
 * Since: 1.0
 */
gboolean
pawl_enum_from_nick (GType type, const char *nick, int *out_value, GError **error)
{
  g_autoptr (GEnumClass) klass = NULL;
  GEnumValue *found;

  g_return_val_if_fail (G_TYPE_IS_ENUM (type), FALSE);
  g_return_val_if_fail (nick != NULL && out_value != NULL, FALSE);

  klass = g_type_class_ref (type);
  found = g_enum_get_value_by_nick (klass, nick);
  if (found == NULL)
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_ARGUMENT, "“%s” is no word of %s", nick,
                   g_type_name (type));
      return FALSE;
    }
  *out_value = found->value;
  return TRUE;
}
