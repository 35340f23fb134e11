/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include <pawl/pawl-decision.h>

#include "pawl-value-private.h"

static const PawlValueField fields[] = {
  {"rule",    "s",     TRUE },
  {"verdict", "s",     TRUE },
  {"reason",  "s",     TRUE },
  {"message", "s",     FALSE},
  {"time",    "x",     FALSE},
  {"until",   "x",     FALSE},
  {"details", "a{sv}", FALSE},
  {NULL,      NULL,    FALSE},
};

PAWL_DEFINE_VALUE (PawlDecision, pawl_decision, fields)

/**
 * PawlDecision:rule:
 *
 * The rule that decided.
 *
 * Since: 1.0
 */

/**
 * PawlDecision:verdict:
 *
 * Its answer, as the nick of a #PawlVerdict.
 *
 * Since: 1.0
 */

/**
 * PawlDecision:reason:
 *
 * A stable code for the reason, lower-case with dashes.
 *
 * Since: 1.0
 */

/**
 * PawlDecision:message:
 *
 * The reason, for people; may be empty.
 *
 * Since: 1.0
 */

/**
 * PawlDecision:time:
 *
 * When it was decided, in microseconds since 1970, UTC; 0 when unknown.
 *
 * Since: 1.0
 */

/**
 * PawlDecision:until:
 *
 * When the rule will be asked again, in microseconds since 1970, UTC; 0 when unknown.
 *
 * Since: 1.0
 */

/**
 * PawlDecision:details:
 *
 * What else the rule found out, an `a{sv}`; may be empty.
 *
 * Since: 1.0
 */

/**
 * pawl_decision_new_from_variant:
 * @variant: its members, an `a{sv}`; a floating one is consumed
 * @error: return location
 *
 * Errors: %PAWL_ERROR_INVALID_ARGUMENT, naming the member that is missing or of the wrong type.
 *
 * Returns: (transfer full): a decision
 *
 * Since: 1.0
 */
PawlDecision *
pawl_decision_new_from_variant (GVariant *variant, GError **error)
{
  return (PawlDecision *) pawl_value_new_from_variant (PAWL_TYPE_DECISION, variant, error);
}

/**
 * pawl_decision_get_rule:
 * @self: a decision
 *
 * Tells the rule that decided.
 *
 * Returns: (transfer none): the rule that decided
 *
 * Since: 1.0
 */
const char *
pawl_decision_get_rule (PawlDecision *self)
{
  g_return_val_if_fail (PAWL_IS_DECISION (self), NULL);

  return pawl_value_get_string (PAWL_VALUE (self), "rule");
}

/**
 * pawl_decision_get_reason:
 * @self: a decision
 *
 * Tells a stable code for the reason.
 *
 * Returns: (transfer none): a stable code for the reason
 *
 * Since: 1.0
 */
const char *
pawl_decision_get_reason (PawlDecision *self)
{
  g_return_val_if_fail (PAWL_IS_DECISION (self), NULL);

  return pawl_value_get_string (PAWL_VALUE (self), "reason");
}

/**
 * pawl_decision_get_message:
 * @self: a decision
 *
 * Tells the reason, for people.
 *
 * Returns: (transfer none): the reason, for people
 *
 * Since: 1.0
 */
const char *
pawl_decision_get_message (PawlDecision *self)
{
  g_return_val_if_fail (PAWL_IS_DECISION (self), NULL);

  return pawl_value_get_string (PAWL_VALUE (self), "message");
}

/**
 * pawl_decision_get_time:
 * @self: a decision
 *
 * Tells when it was decided, in microseconds since 1970, UTC.
 *
 * Returns: when it was decided, in microseconds since 1970, UTC; 0 when unknown
 *
 * Since: 1.0
 */
gint64
pawl_decision_get_time (PawlDecision *self)
{
  g_return_val_if_fail (PAWL_IS_DECISION (self), 0);

  return pawl_value_get_int64 (PAWL_VALUE (self), "time", 0);
}

/**
 * pawl_decision_get_until:
 * @self: a decision
 *
 * Tells when the rule will be asked again.
 *
 * Returns: when the rule will be asked again; 0 when unknown
 *
 * Since: 1.0
 */
gint64
pawl_decision_get_until (PawlDecision *self)
{
  g_return_val_if_fail (PAWL_IS_DECISION (self), 0);

  return pawl_value_get_int64 (PAWL_VALUE (self), "until", 0);
}

/**
 * pawl_decision_get_verdict:
 * @self: a decision
 *
 * Tells how the rule answered.
 *
 * Returns: the answer; anything unclear is not a yes
 *
 * Since: 1.0
 */
PawlVerdict
pawl_decision_get_verdict (PawlDecision *self)
{
  int value = PAWL_VERDICT_NOT_YET;

  g_return_val_if_fail (PAWL_IS_DECISION (self), PAWL_VERDICT_NOT_YET);

  if (!pawl_enum_from_nick (PAWL_TYPE_VERDICT, pawl_value_get_string (PAWL_VALUE (self), "verdict"),
                            &value, NULL))
    return PAWL_VERDICT_NOT_YET;
  return (PawlVerdict) value;
}

/**
 * pawl_decision_new:
 * @rule: the rule that decided
 * @verdict: its answer
 * @reason: a stable code for the reason, lower-case with dashes
 * @message: (nullable): the reason, for people
 *
 * Makes a decision of this moment.
 *
 * Returns: (transfer full): the decision
 *
 * Since: 1.0
 */
PawlDecision *
pawl_decision_new (const char *rule, PawlVerdict verdict, const char *reason, const char *message)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  g_return_val_if_fail (rule != NULL && reason != NULL, NULL);

  g_variant_dict_insert (&dict, "rule", "s", rule);
  g_variant_dict_insert (&dict, "verdict", "s",
                         pawl_enum_to_nick (PAWL_TYPE_VERDICT, (int) verdict));
  g_variant_dict_insert (&dict, "reason", "s", reason);
  g_variant_dict_insert (&dict, "message", "s", message != NULL ? message : "");
  g_variant_dict_insert (&dict, "time", "x", g_get_real_time ());
  return pawl_decision_new_from_variant (g_variant_dict_end (&dict), NULL);
}
