/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

#include "pawl-clock.h"

G_BEGIN_DECLS

#define PAWL_TYPE_DECISION_LOG (pawl_decision_log_get_type ())

/**
 * PawlDecisionLog:
 *
 * Why something is or is not happening: the last answer of every rule. Emits `changed` when an
 * answer is another one than before, and only then.
 */
G_DECLARE_FINAL_TYPE (PawlDecisionLog, pawl_decision_log, PAWL, DECISION_LOG, GObject)

PawlDecisionLog *pawl_decision_log_new (PawlClock *clock);

/* Replaces the answer of the same rule. One without a time gets the present one. */
void pawl_decision_log_add (PawlDecisionLog *self, PawlDecision *decision);
/* The same from its parts; @until_us: when the rule will be asked again, 0 when unknown. */
void pawl_decision_log_note (PawlDecisionLog *self,
                             const char *rule,
                             PawlVerdict verdict,
                             const char *reason,
                             const char *message,
                             gint64 until_us);
/* The rule no longer matters. */
void pawl_decision_log_drop (PawlDecisionLog *self, const char *rule);
/* (nullable) (transfer none) */
PawlDecision *pawl_decision_log_lookup (PawlDecisionLog *self, const char *rule);
/* (transfer full): a snapshot, in the order in which the rules were first asked. */
GListModel *pawl_decision_log_dup_list (PawlDecisionLog *self);

G_END_DECLS
