/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl-target.h>

G_BEGIN_DECLS

#define PAWL_TYPE_UPDATE (pawl_update_get_type ())

/**
 * PawlUpdate:
 *
 * What this device should run, as one transaction: a target for each ECU that has to change. An
 * update without targets is the verifier's explicit "nothing to do".
 *
 * Members of its `a{sv}`: `id` s (required; echoed end to end, for example a Director's correlation
 * id), `targets` a{sa{sv}} (ECU serial to #PawlTarget), `correlation-id` s (empty when the server
 * gave none), `title` s, `notes` s, `policy` a{sv} (signed rollout policy that verifiers and the
 * engine understand).
 *
 * Since: 1.0
 */
PAWL_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (PawlUpdate, pawl_update, PAWL, UPDATE, PawlValue)

PAWL_AVAILABLE_IN_ALL
PawlUpdate *pawl_update_new_from_variant (GVariant *variant, GError **error);
PAWL_AVAILABLE_IN_ALL
const char *pawl_update_get_id (PawlUpdate *self);
PAWL_AVAILABLE_IN_ALL
const char *pawl_update_get_correlation_id (PawlUpdate *self);
PAWL_AVAILABLE_IN_ALL
const char *pawl_update_get_title (PawlUpdate *self);
PAWL_AVAILABLE_IN_ALL
const char *pawl_update_get_notes (PawlUpdate *self);
PAWL_AVAILABLE_IN_ALL
GVariant *pawl_update_get_policy (PawlUpdate *self);
PAWL_AVAILABLE_IN_ALL
gboolean pawl_update_is_empty (PawlUpdate *self);
PAWL_AVAILABLE_IN_ALL
GStrv pawl_update_dup_serials (PawlUpdate *self);
PAWL_AVAILABLE_IN_ALL
PawlTarget *pawl_update_dup_target (PawlUpdate *self, const char *serial);

G_END_DECLS
