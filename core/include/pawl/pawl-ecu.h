/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl-target.h>

G_BEGIN_DECLS

#define PAWL_TYPE_ECU (pawl_ecu_get_type ())

/**
 * PawlEcu:
 *
 * One updatable part of this device: a configured installer and what it runs.
 *
 * Members of its `a{sv}`: `name` s (required; the group `[ecu:NAME]`), `serial` s (required, 1 to
 * 64 characters), `hardware-id` s (required, 1 to 200 characters), `installer` s (the plugin),
 * `primary` b, `installed` a{sv} (a #PawlTarget; absent when unknown).
 *
 * Since: 1.0
 */
PAWL_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (PawlEcu, pawl_ecu, PAWL, ECU, PawlValue)

PAWL_AVAILABLE_IN_ALL
PawlEcu *pawl_ecu_new_from_variant (GVariant *variant, GError **error);
PAWL_AVAILABLE_IN_ALL
const char *pawl_ecu_get_name (PawlEcu *self);
PAWL_AVAILABLE_IN_ALL
const char *pawl_ecu_get_serial (PawlEcu *self);
PAWL_AVAILABLE_IN_ALL
const char *pawl_ecu_get_hardware_id (PawlEcu *self);
PAWL_AVAILABLE_IN_ALL
const char *pawl_ecu_get_installer (PawlEcu *self);
PAWL_AVAILABLE_IN_ALL
gboolean pawl_ecu_get_primary (PawlEcu *self);
PAWL_AVAILABLE_IN_ALL
PawlTarget *pawl_ecu_dup_installed (PawlEcu *self);

G_END_DECLS
