/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl-enums.h>
#include <pawl/pawl-value.h>

G_BEGIN_DECLS

#define PAWL_TYPE_DECISION (pawl_decision_get_type ())

/**
 * PawlDecision:
 *
 * The last answer of one rule, kept so that "why is nothing happening" is data.
 *
 * Members of its `a{sv}`: `rule` s (required; for example `maintenance-window`, `metered`,
 * `rollout-percentage`), `verdict` s (required; the nick of a #PawlVerdict), `reason` s (required;
 * a stable code such as `outside-window`), `message` s (for people), `time` x (microseconds since
 * 1970, UTC), `until` x (when the rule will be asked again; 0 when unknown), `details` a{sv}.
 *
 * Since: 1.0
 */
PAWL_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (PawlDecision, pawl_decision, PAWL, DECISION, PawlValue)

PAWL_AVAILABLE_IN_ALL
PawlDecision *
pawl_decision_new (const char *rule, PawlVerdict verdict, const char *reason, const char *message);
PAWL_AVAILABLE_IN_ALL
PawlDecision *pawl_decision_new_from_variant (GVariant *variant, GError **error);
PAWL_AVAILABLE_IN_ALL
const char *pawl_decision_get_rule (PawlDecision *self);
PAWL_AVAILABLE_IN_ALL
PawlVerdict pawl_decision_get_verdict (PawlDecision *self);
PAWL_AVAILABLE_IN_ALL
const char *pawl_decision_get_reason (PawlDecision *self);
PAWL_AVAILABLE_IN_ALL
const char *pawl_decision_get_message (PawlDecision *self);
PAWL_AVAILABLE_IN_ALL
gint64 pawl_decision_get_time (PawlDecision *self);
PAWL_AVAILABLE_IN_ALL
gint64 pawl_decision_get_until (PawlDecision *self);

G_END_DECLS
