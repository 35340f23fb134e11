/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include <pawl/pawl-ecu.h>

#include "pawl-value-private.h"

static const PawlValueField fields[] = {
  {"name",        "s",     TRUE },
  {"serial",      "s",     TRUE },
  {"hardware-id", "s",     TRUE },
  {"installer",   "s",     FALSE},
  {"primary",     "b",     FALSE},
  {"installed",   "a{sv}", FALSE},
  {NULL,          NULL,    FALSE},
};

PAWL_DEFINE_VALUE (PawlEcu, pawl_ecu, fields)

/**
 * PawlEcu:name:
 *
 * The name of its configuration group, without `ecu:`.
 *
 * Since: 1.0
 */

/**
 * PawlEcu:serial:
 *
 * Its serial, unique in this device.
 *
 * Since: 1.0
 */

/**
 * PawlEcu:hardware-id:
 *
 * What hardware it is, as targets name it.
 *
 * Since: 1.0
 */

/**
 * PawlEcu:installer:
 *
 * The plugin that installs on it.
 *
 * Since: 1.0
 */

/**
 * PawlEcu:primary:
 *
 * Whether it is the one that speaks for the device.
 *
 * Since: 1.0
 */

/**
 * PawlEcu:installed:
 *
 * The target that it runs, an `a{sv}`; empty when that is not known.
 *
 * Since: 1.0
 */

/**
 * pawl_ecu_new_from_variant:
 * @variant: its members, an `a{sv}`; a floating one is consumed
 * @error: return location
 *
 * Errors: %PAWL_ERROR_INVALID_ARGUMENT, naming the member that is missing or of the wrong type.
 *
 * Returns: (transfer full): an ECU
 *
 * Since: 1.0
 */
PawlEcu *
pawl_ecu_new_from_variant (GVariant *variant, GError **error)
{
  return (PawlEcu *) pawl_value_new_from_variant (PAWL_TYPE_ECU, variant, error);
}

/**
 * pawl_ecu_get_name:
 * @self: an ECU
 *
 * Tells the name of its configuration group.
 *
 * Returns: (transfer none): the name of its configuration group
 *
 * Since: 1.0
 */
const char *
pawl_ecu_get_name (PawlEcu *self)
{
  g_return_val_if_fail (PAWL_IS_ECU (self), NULL);

  return pawl_value_get_string (PAWL_VALUE (self), "name");
}

/**
 * pawl_ecu_get_serial:
 * @self: an ECU
 *
 * Tells its serial.
 *
 * Returns: (transfer none): its serial
 *
 * Since: 1.0
 */
const char *
pawl_ecu_get_serial (PawlEcu *self)
{
  g_return_val_if_fail (PAWL_IS_ECU (self), NULL);

  return pawl_value_get_string (PAWL_VALUE (self), "serial");
}

/**
 * pawl_ecu_get_hardware_id:
 * @self: an ECU
 *
 * Tells what hardware it is.
 *
 * Returns: (transfer none): what hardware it is
 *
 * Since: 1.0
 */
const char *
pawl_ecu_get_hardware_id (PawlEcu *self)
{
  g_return_val_if_fail (PAWL_IS_ECU (self), NULL);

  return pawl_value_get_string (PAWL_VALUE (self), "hardware-id");
}

/**
 * pawl_ecu_get_installer:
 * @self: an ECU
 *
 * Tells the plugin that installs on it.
 *
 * Returns: (transfer none): the plugin that installs on it
 *
 * Since: 1.0
 */
const char *
pawl_ecu_get_installer (PawlEcu *self)
{
  g_return_val_if_fail (PAWL_IS_ECU (self), NULL);

  return pawl_value_get_string (PAWL_VALUE (self), "installer");
}

/**
 * pawl_ecu_get_primary:
 * @self: an ECU
 *
 * Tells whether it is the one that speaks for the device.
 *
 * Returns: whether it is the one that speaks for the device
 *
 * Since: 1.0
 */
gboolean
pawl_ecu_get_primary (PawlEcu *self)
{
  g_return_val_if_fail (PAWL_IS_ECU (self), FALSE);

  return pawl_value_get_boolean (PAWL_VALUE (self), "primary");
}

/**
 * pawl_ecu_dup_installed:
 * @self: an ECU
 *
 * Tells what it runs.
 *
 * Returns: (transfer full) (nullable): what it runs, or %NULL when that is not known
 *
 * Since: 1.0
 */
PawlTarget *
pawl_ecu_dup_installed (PawlEcu *self)
{
  g_autoptr (GVariant) installed = NULL;

  g_return_val_if_fail (PAWL_IS_ECU (self), NULL);

  installed = pawl_value_lookup (PAWL_VALUE (self), "installed");
  return installed != NULL ? pawl_target_new_from_variant (installed, NULL) : NULL;
}
