/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include <pawl/pawl-update.h>

#include "pawl-value-private.h"

static const PawlValueField fields[] = {
  {"id",             "s",         TRUE },
  {"targets",        "a{sa{sv}}", FALSE},
  {"correlation-id", "s",         FALSE},
  {"title",          "s",         FALSE},
  {"notes",          "s",         FALSE},
  {"policy",         "a{sv}",     FALSE},
  {NULL,             NULL,        FALSE},
};

PAWL_DEFINE_VALUE (PawlUpdate, pawl_update, fields)

/**
 * PawlUpdate:id:
 *
 * Its id, echoed in every report about it.
 *
 * Since: 1.0
 */

/**
 * PawlUpdate:targets:
 *
 * What each ECU should run, an `a{sa{sv}}` from serial to target.
 *
 * Since: 1.0
 */

/**
 * PawlUpdate:correlation-id:
 *
 * The id of the campaign; empty when the server gave none.
 *
 * Since: 1.0
 */

/**
 * PawlUpdate:title:
 *
 * A line for people; may be empty.
 *
 * Since: 1.0
 */

/**
 * PawlUpdate:notes:
 *
 * Release notes for people; may be empty.
 *
 * Since: 1.0
 */

/**
 * PawlUpdate:policy:
 *
 * Signed policy, an `a{sv}`; may be empty.
 *
 * Since: 1.0
 */

/**
 * pawl_update_new_from_variant:
 * @variant: its members, an `a{sv}`; a floating one is consumed
 * @error: return location
 *
 * Errors: %PAWL_ERROR_INVALID_ARGUMENT, naming the member that is missing or of the wrong type.
 *
 * Returns: (transfer full): an update
 *
 * Since: 1.0
 */
PawlUpdate *
pawl_update_new_from_variant (GVariant *variant, GError **error)
{
  return (PawlUpdate *) pawl_value_new_from_variant (PAWL_TYPE_UPDATE, variant, error);
}

/**
 * pawl_update_get_id:
 * @self: an update
 *
 * Tells its id, echoed in every report about it.
 *
 * Returns: (transfer none): its id, echoed in every report about it
 *
 * Since: 1.0
 */
const char *
pawl_update_get_id (PawlUpdate *self)
{
  g_return_val_if_fail (PAWL_IS_UPDATE (self), NULL);

  return pawl_value_get_string (PAWL_VALUE (self), "id");
}

/**
 * pawl_update_get_correlation_id:
 * @self: an update
 *
 * Tells the id of the campaign.
 *
 * Returns: (transfer none): the id of the campaign; empty when the server gave none
 *
 * Since: 1.0
 */
const char *
pawl_update_get_correlation_id (PawlUpdate *self)
{
  g_return_val_if_fail (PAWL_IS_UPDATE (self), NULL);

  return pawl_value_get_string (PAWL_VALUE (self), "correlation-id");
}

/**
 * pawl_update_get_title:
 * @self: an update
 *
 * Tells what it is called, for people.
 *
 * Returns: (transfer none): a line for people; may be empty
 *
 * Since: 1.0
 */
const char *
pawl_update_get_title (PawlUpdate *self)
{
  g_return_val_if_fail (PAWL_IS_UPDATE (self), NULL);

  return pawl_value_get_string (PAWL_VALUE (self), "title");
}

/**
 * pawl_update_get_notes:
 * @self: an update
 *
 * Tells what is new, for people.
 *
 * Returns: (transfer none): release notes for people; may be empty
 *
 * Since: 1.0
 */
const char *
pawl_update_get_notes (PawlUpdate *self)
{
  g_return_val_if_fail (PAWL_IS_UPDATE (self), NULL);

  return pawl_value_get_string (PAWL_VALUE (self), "notes");
}

/**
 * pawl_update_get_policy:
 * @self: an update
 *
 * Tells the policy that was signed with it.
 *
 * Returns: (transfer none): signed policy, an `a{sv}`
 *
 * Since: 1.0
 */
GVariant *
pawl_update_get_policy (PawlUpdate *self)
{
  g_return_val_if_fail (PAWL_IS_UPDATE (self), NULL);

  return pawl_value_get_variant (PAWL_VALUE (self), "policy");
}

/**
 * pawl_update_is_empty:
 * @self: an update
 *
 * Tells whether it is an explicit “nothing to do”.
 *
 * Returns: whether it is an explicit “nothing to do”
 *
 * Since: 1.0
 */
gboolean
pawl_update_is_empty (PawlUpdate *self)
{
  g_return_val_if_fail (PAWL_IS_UPDATE (self), TRUE);

  return g_variant_n_children (pawl_value_get_variant (PAWL_VALUE (self), "targets")) == 0;
}

/**
 * pawl_update_dup_serials:
 * @self: an update
 *
 * Tells the serials of the ECUs that it changes, in its order.
 *
 * Returns: (transfer full): the serials of the ECUs that it changes, in its order
 *
 * Since: 1.0
 */
GStrv
pawl_update_dup_serials (PawlUpdate *self)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  const char *serial;
  GVariantIter iter;

  g_return_val_if_fail (PAWL_IS_UPDATE (self), NULL);

  g_variant_iter_init (&iter, pawl_value_get_variant (PAWL_VALUE (self), "targets"));
  while (g_variant_iter_next (&iter, "{&s@a{sv}}", &serial, NULL))
    g_strv_builder_add (builder, serial);
  return g_strv_builder_end (builder);
}

/**
 * pawl_update_dup_target:
 * @self: an update
 * @serial: the serial of an ECU
 *
 * Tells what one ECU should run.
 *
 * Returns: (transfer full) (nullable): what that ECU should run, or %NULL when it stays as it is
 *
 * Since: 1.0
 */
PawlTarget *
pawl_update_dup_target (PawlUpdate *self, const char *serial)
{
  g_autoptr (GVariant) found = NULL;

  g_return_val_if_fail (PAWL_IS_UPDATE (self) && serial != NULL, NULL);

  found = g_variant_lookup_value (pawl_value_get_variant (PAWL_VALUE (self), "targets"), serial,
                                  G_VARIANT_TYPE_VARDICT);
  return found != NULL ? pawl_target_new_from_variant (found, NULL) : NULL;
}
