/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Whether a step may begin: what the rules say of the device as it is, and when to ask them again.
 */
#include "pawl-engine-private.h"

#include "pawl-surroundings.h"

#define LOOK_AGAIN_US (600 * (gint64) G_USEC_PER_SEC)

PawlOrder *
pawl_engine_get_order (PawlEngine *self)
{
  if (self->step_call != NULL)
    return g_task_get_task_data (self->step_call);
  return self->update_call != NULL ? g_task_get_task_data (self->update_call) : NULL;
}

static const char *const names[] = {"a check", "a download", "an installation", "an activation"};

/* Nobody tells when a battery is full or a network is free again, so that it is looked for. */
static gboolean
is_short_of_something (const PawlPolicyFacts *facts)
{
  return facts->metered || !facts->on_mains ||
         (facts->battery_percent >= 0 &&
          facts->battery_percent <
            pawl_config_get_int (facts->config, "policy", "battery-minimum-percent"));
}

static void
refuse (PawlEngine *self, PawlStep step, const PawlPolicyFacts *facts, gint64 until_us)
{
  g_autoptr (GError) error =
    g_error_new (PAWL_ERROR, PAWL_ERROR_BUSY, "%s has to wait: pawlctl why tells the rules",
                 names[step]);

  self->held = TRUE;
  /* Who asked for all that policy allows got it. */
  pawl_engine_answer (&self->update_call, NULL);
  pawl_engine_end (self, error);
  if (until_us != 0)
    pawl_engine_retry_at (self, until_us - facts->time_us);
  else if (is_short_of_something (facts))
    pawl_engine_retry_at (self, LOOK_AGAIN_US);
}

typedef struct
{
  PawlEngine *engine; /* (owned) */
  PawlStep step;
} Question;

static void
on_looked (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Question *question = data;
  g_autoptr (PawlEngine) self = question->engine;
  PawlSurroundings found = pawl_surroundings_look_finish (result);
  g_autoptr (GVariant) approved = pawl_record_lookup (self->record, "approved");
  g_autoptr (GVariant) deferred = pawl_record_lookup (self->record, "deferred");
  g_autofree const char **words = approved != NULL ? g_variant_get_strv (approved, NULL) : NULL;
  PawlOrder *order = pawl_engine_get_order (self);
  gint64 until_us = 0;
  PawlPolicyFacts facts = {.config = self->config,
                           .time_us = pawl_clock_get_time_us (self->clock),
                           .forced = order != NULL && order->force,
                           .approved = words,
                           .deferred = deferred,
                           .metered = found.metered,
                           .battery_percent = found.battery_percent,
                           .on_mains = found.on_mains};

  for (PawlStep step = PAWL_STEP_CHECK; step <= PAWL_STEP_REBOOT; step++)
    facts.inhibited[step] = pawl_inhibitors_get_holder (self->inhibitors, step);
  if (self->stopping || self->cancelled)
    pawl_engine_end (self, NULL);
  else if (pawl_policy_allows (&facts, question->step, self->decisions, &until_us))
    pawl_engine_begin_step (self, question->step);
  else
    refuse (self, question->step, &facts, until_us);
}

void
pawl_engine_do_step (PawlEngine *self, PawlStep step)
{
  Question *question = g_new (Question, 1);

  question->engine = g_object_ref (self);
  question->step = step;
  pawl_engine_begin (self, names[step]);
  pawl_engine_note_begun (self);
  pawl_surroundings_look_async (NULL, on_looked, question);
}
