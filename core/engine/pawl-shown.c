/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Values as people see them. The engine needs the addresses of an update whole; whoever looks at
 * the bus does not. */
#include "pawl-shown.h"

#include "pawl-secrets-private.h"

/*< private >
 * pawl_shown_variant:
 * @value: any value
 *
 * Returns: (transfer full): @value, of the same type, without the secrets in its texts
 */
GVariant *
pawl_shown_variant (GVariant *value)
{
  GVariantBuilder builder;

  if (g_variant_is_of_type (value, G_VARIANT_TYPE_STRING))
    return g_variant_ref_sink (
      g_variant_new_take_string (pawl_secrets_hide (g_variant_get_string (value, NULL))));
  if (!g_variant_is_container (value))
    return g_variant_ref (value);
  g_variant_builder_init (&builder, g_variant_get_type (value));
  for (gsize i = 0; i < g_variant_n_children (value); i++)
    {
      g_autoptr (GVariant) child = g_variant_get_child_value (value, i);
      g_autoptr (GVariant) shown = pawl_shown_variant (child);

      g_variant_builder_add_value (&builder, shown);
    }
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}
