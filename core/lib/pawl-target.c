/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include <pawl/pawl-target.h>

#include "pawl-value-private.h"

static const PawlValueField fields[] = {
  {"name",         "s",     TRUE },
  {"length",       "t",     FALSE},
  {"hashes",       "a{ss}", FALSE},
  {"hardware-ids", "as",    FALSE},
  {"version",      "s",     FALSE},
  {"format",       "s",     FALSE},
  {"uris",         "as",    FALSE},
  {"custom",       "a{sv}", FALSE},
  {NULL,           NULL,    FALSE},
};

PAWL_DEFINE_VALUE (PawlTarget, pawl_target, fields)

/**
 * PawlTarget:name:
 *
 * Its name, exactly as the metadata has it.
 *
 * Since: 1.0
 */

/**
 * PawlTarget:length:
 *
 * How many bytes its payload has; 0 when unknown or when the payload is no file.
 *
 * Since: 1.0
 */

/**
 * PawlTarget:hashes:
 *
 * Its hashes, an `a{ss}` from algorithm to lower-case hex.
 *
 * Since: 1.0
 */

/**
 * PawlTarget:hardware-ids:
 *
 * The hardware that it is for; empty when unsaid.
 *
 * Since: 1.0
 */

/**
 * PawlTarget:version:
 *
 * Its version, for people; empty when unsaid.
 *
 * Since: 1.0
 */

/**
 * PawlTarget:format:
 *
 * What kind of payload it is, for example `OSTREE`; empty when unsaid.
 *
 * Since: 1.0
 */

/**
 * PawlTarget:uris:
 *
 * Where it can be found, in order of preference.
 *
 * Since: 1.0
 */

/**
 * PawlTarget:custom:
 *
 * Its custom metadata, an `a{sv}`.
 *
 * Since: 1.0
 */

/**
 * pawl_target_new_from_variant:
 * @variant: its members, an `a{sv}`; a floating one is consumed
 * @error: return location
 *
 * Errors: %PAWL_ERROR_INVALID_ARGUMENT, naming the member that is missing or of the wrong type.
 *
 * Returns: (transfer full): a target
 *
 * Since: 1.0
 */
PawlTarget *
pawl_target_new_from_variant (GVariant *variant, GError **error)
{
  return (PawlTarget *) pawl_value_new_from_variant (PAWL_TYPE_TARGET, variant, error);
}

/**
 * pawl_target_get_name:
 * @self: a target
 *
 * Tells its name, exactly as the metadata has it.
 *
 * Returns: (transfer none): its name, exactly as the metadata has it
 *
 * Since: 1.0
 */
const char *
pawl_target_get_name (PawlTarget *self)
{
  g_return_val_if_fail (PAWL_IS_TARGET (self), NULL);

  return pawl_value_get_string (PAWL_VALUE (self), "name");
}

/**
 * pawl_target_get_length:
 * @self: a target
 *
 * Tells how many bytes its payload has.
 *
 * Returns: how many bytes its payload has; 0 when unknown or when the payload is no file
 *
 * Since: 1.0
 */
guint64
pawl_target_get_length (PawlTarget *self)
{
  g_return_val_if_fail (PAWL_IS_TARGET (self), 0);

  return pawl_value_get_uint64 (PAWL_VALUE (self), "length");
}

/**
 * pawl_target_get_hashes:
 * @self: a target
 *
 * Tells its hashes.
 *
 * Returns: (transfer none): its hashes, an `a{ss}` from algorithm to lower-case hex
 *
 * Since: 1.0
 */
GVariant *
pawl_target_get_hashes (PawlTarget *self)
{
  g_return_val_if_fail (PAWL_IS_TARGET (self), NULL);

  return pawl_value_get_variant (PAWL_VALUE (self), "hashes");
}

/**
 * pawl_target_get_hash:
 * @self: a target
 * @algorithm: `sha256` or `sha512`
 *
 * Tells one hash of the payload.
 *
 * Returns: (transfer none) (nullable): the hash in lower-case hex, or %NULL when there is none of
 * that algorithm
 *
 * Since: 1.0
 */
const char *
pawl_target_get_hash (PawlTarget *self, const char *algorithm)
{
  const char *hash = NULL;

  g_return_val_if_fail (PAWL_IS_TARGET (self) && algorithm != NULL, NULL);

  g_variant_lookup (pawl_value_get_variant (PAWL_VALUE (self), "hashes"), algorithm, "&s", &hash);
  return hash;
}

/**
 * pawl_target_get_hardware_ids:
 * @self: a target
 *
 * Tells the hardware that it is for.
 *
 * Returns: (transfer none): the hardware that it is for; empty when unsaid
 *
 * Since: 1.0
 */
const char *const *
pawl_target_get_hardware_ids (PawlTarget *self)
{
  g_return_val_if_fail (PAWL_IS_TARGET (self), NULL);

  return pawl_value_get_strv (PAWL_VALUE (self), "hardware-ids");
}

/**
 * pawl_target_get_version:
 * @self: a target
 *
 * Tells its version, for people.
 *
 * Returns: (transfer none): its version, for people; empty when unsaid
 *
 * Since: 1.0
 */
const char *
pawl_target_get_version (PawlTarget *self)
{
  g_return_val_if_fail (PAWL_IS_TARGET (self), NULL);

  return pawl_value_get_string (PAWL_VALUE (self), "version");
}

/**
 * pawl_target_get_format:
 * @self: a target
 *
 * Tells what kind of payload it is, for example `OSTREE`.
 *
 * Returns: (transfer none): what kind of payload it is, for example `OSTREE`; empty when unsaid
 *
 * Since: 1.0
 */
const char *
pawl_target_get_format (PawlTarget *self)
{
  g_return_val_if_fail (PAWL_IS_TARGET (self), NULL);

  return pawl_value_get_string (PAWL_VALUE (self), "format");
}

/**
 * pawl_target_get_uris:
 * @self: a target
 *
 * Tells where it can be found, in order of preference.
 *
 * Returns: (transfer none): where it can be found, in order of preference
 *
 * Since: 1.0
 */
const char *const *
pawl_target_get_uris (PawlTarget *self)
{
  g_return_val_if_fail (PAWL_IS_TARGET (self), NULL);

  return pawl_value_get_strv (PAWL_VALUE (self), "uris");
}

/**
 * pawl_target_get_custom:
 * @self: a target
 *
 * Tells its custom metadata.
 *
 * Returns: (transfer none): its custom metadata, an `a{sv}`
 *
 * Since: 1.0
 */
GVariant *
pawl_target_get_custom (PawlTarget *self)
{
  g_return_val_if_fail (PAWL_IS_TARGET (self), NULL);

  return pawl_value_get_variant (PAWL_VALUE (self), "custom");
}

static gboolean
all_common_hashes_agree (PawlTarget *self, PawlTarget *other, guint *out_common)
{
  GVariantIter iter;
  const char *algorithm;
  const char *hash;

  *out_common = 0;
  g_variant_iter_init (&iter, pawl_target_get_hashes (self));
  while (g_variant_iter_next (&iter, "{&s&s}", &algorithm, &hash))
    {
      const char *theirs = pawl_target_get_hash (other, algorithm);

      if (theirs == NULL)
        continue;
      if (g_ascii_strcasecmp (hash, theirs) != 0)
        return FALSE;
      *out_common += 1;
    }
  return TRUE;
}

/**
 * pawl_target_is_same:
 * @self: a target
 * @other: another one
 *
 * Compares what two targets are, not what is said about them.
 *
 * Returns: whether both have the same name, at least one common hash, and no hash that differs
 *
 * Since: 1.0
 */
gboolean
pawl_target_is_same (PawlTarget *self, PawlTarget *other)
{
  guint common;

  g_return_val_if_fail (PAWL_IS_TARGET (self) && PAWL_IS_TARGET (other), FALSE);

  return g_str_equal (pawl_target_get_name (self), pawl_target_get_name (other)) &&
         all_common_hashes_agree (self, other, &common) && common > 0;
}
