/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl-value.h>

G_BEGIN_DECLS

#define PAWL_TYPE_TARGET (pawl_target_get_type ())

/**
 * PawlTarget:
 *
 * One version of one piece of software: its name, how long it is, what its bytes hash to and which
 * hardware it is for. A target that a verifier gave was proven genuine; any other is a description
 * only.
 *
 * Members of its `a{sv}`: `name` s (required), `length` t, `hashes` a{ss} (algorithm to lower-case
 * hex), `hardware-ids` as, `version` s, `format` s (for example `OSTREE` or `BINARY`; empty when
 * unsaid), `uris` as (in order of preference; mirrors), `custom` a{sv} (the signed custom
 * metadata).
 *
 * Since: 1.0
 */
PAWL_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (PawlTarget, pawl_target, PAWL, TARGET, PawlValue)

PAWL_AVAILABLE_IN_ALL
PawlTarget *pawl_target_new_from_variant (GVariant *variant, GError **error);
PAWL_AVAILABLE_IN_ALL
const char *pawl_target_get_name (PawlTarget *self);
PAWL_AVAILABLE_IN_ALL
guint64 pawl_target_get_length (PawlTarget *self);
PAWL_AVAILABLE_IN_ALL
GVariant *pawl_target_get_hashes (PawlTarget *self);
PAWL_AVAILABLE_IN_ALL
const char *pawl_target_get_hash (PawlTarget *self, const char *algorithm);
PAWL_AVAILABLE_IN_ALL
const char *const *pawl_target_get_hardware_ids (PawlTarget *self);
PAWL_AVAILABLE_IN_ALL
const char *pawl_target_get_version (PawlTarget *self);
PAWL_AVAILABLE_IN_ALL
const char *pawl_target_get_format (PawlTarget *self);
PAWL_AVAILABLE_IN_ALL
const char *const *pawl_target_get_uris (PawlTarget *self);
PAWL_AVAILABLE_IN_ALL
GVariant *pawl_target_get_custom (PawlTarget *self);
PAWL_AVAILABLE_IN_ALL
gboolean pawl_target_is_same (PawlTarget *self, PawlTarget *other);

G_END_DECLS
