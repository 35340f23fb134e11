/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-decision-log.h"

struct _PawlDecisionLog
{
  GObject parent_instance;

  PawlClock *clock;     /* (owned) */
  GPtrArray *decisions; /* (owned) (element-type PawlDecision) */
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PawlDecisionLog, pawl_decision_log, G_TYPE_OBJECT)

static void
pawl_decision_log_dispose (GObject *object)
{
  PawlDecisionLog *self = PAWL_DECISION_LOG (object);

  g_clear_object (&self->clock);
  g_clear_pointer (&self->decisions, g_ptr_array_unref);
  G_OBJECT_CLASS (pawl_decision_log_parent_class)->dispose (object);
}

static void
pawl_decision_log_class_init (PawlDecisionLogClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pawl_decision_log_dispose;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", PAWL_TYPE_DECISION_LOG, G_SIGNAL_RUN_LAST, 0,
                                          NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
pawl_decision_log_init (PawlDecisionLog *self)
{
  self->decisions = g_ptr_array_new_with_free_func (g_object_unref);
}

PawlDecisionLog *
pawl_decision_log_new (PawlClock *clock)
{
  PawlDecisionLog *self = g_object_new (PAWL_TYPE_DECISION_LOG, NULL);

  self->clock = g_object_ref (clock);
  return self;
}

static gboolean
find (PawlDecisionLog *self, const char *rule, guint *out_index)
{
  for (guint i = 0; i < self->decisions->len; i++)
    if (g_str_equal (pawl_decision_get_rule (self->decisions->pdata[i]), rule))
      {
        *out_index = i;
        return TRUE;
      }
  return FALSE;
}

/* The same answer at another time is no news: whoever watches would be woken by every check. */
static gboolean
says_the_same (PawlDecision *a, PawlDecision *b)
{
  return pawl_decision_get_verdict (a) == pawl_decision_get_verdict (b) &&
         g_str_equal (pawl_decision_get_reason (a), pawl_decision_get_reason (b)) &&
         g_str_equal (pawl_decision_get_message (a), pawl_decision_get_message (b)) &&
         pawl_decision_get_until (a) == pawl_decision_get_until (b);
}

static PawlDecision *
dup_with_time (PawlDecisionLog *self, PawlDecision *decision)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  if (pawl_decision_get_time (decision) != 0)
    return g_object_ref (decision);
  g_variant_dict_init (&dict, pawl_value_to_variant (PAWL_VALUE (decision)));
  g_variant_dict_insert (&dict, "time", "x", pawl_clock_get_time_us (self->clock));
  return pawl_decision_new_from_variant (g_variant_dict_end (&dict), NULL);
}

void
pawl_decision_log_add (PawlDecisionLog *self, PawlDecision *decision)
{
  g_autoptr (PawlDecision) timed = dup_with_time (self, decision);
  guint i = 0;

  if (!find (self, pawl_decision_get_rule (decision), &i))
    g_ptr_array_add (self->decisions, g_steal_pointer (&timed));
  else
    {
      g_autoptr (PawlDecision) before = self->decisions->pdata[i];

      self->decisions->pdata[i] = g_object_ref (timed);
      if (says_the_same (before, timed))
        return;
    }
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

void
pawl_decision_log_note (PawlDecisionLog *self,
                        const char *rule,
                        PawlVerdict verdict,
                        const char *reason,
                        const char *message,
                        gint64 until_us)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (PawlDecision) decision = NULL;

  g_variant_dict_insert (&dict, "rule", "s", rule);
  g_variant_dict_insert (&dict, "verdict", "s",
                         pawl_enum_to_nick (PAWL_TYPE_VERDICT, (int) verdict));
  g_variant_dict_insert (&dict, "reason", "s", reason);
  g_variant_dict_insert (&dict, "message", "s", message);
  g_variant_dict_insert (&dict, "until", "x", until_us);
  decision = pawl_decision_new_from_variant (g_variant_dict_end (&dict), NULL);
  pawl_decision_log_add (self, decision);
}

void
pawl_decision_log_drop (PawlDecisionLog *self, const char *rule)
{
  guint i = 0;

  if (!find (self, rule, &i))
    return;
  g_ptr_array_remove_index (self->decisions, i);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

PawlDecision *
pawl_decision_log_lookup (PawlDecisionLog *self, const char *rule)
{
  guint i = 0;

  return find (self, rule, &i) ? self->decisions->pdata[i] : NULL;
}

GListModel *
pawl_decision_log_dup_list (PawlDecisionLog *self)
{
  GListStore *list = g_list_store_new (PAWL_TYPE_DECISION);

  for (guint i = 0; i < self->decisions->len; i++)
    g_list_store_append (list, self->decisions->pdata[i]);
  return G_LIST_MODEL (list);
}
