/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The confirmers are asked in rounds, all at the same time, and judged when each has answered, so
 * that a yes of long ago does not count beside a no of now. A confirmer that fails has not said
 * yes; the deadline judges it. */
#include "pawl-trial-private.h"

/* Between two rounds. Short beside the time in which a person looks at a screen, long beside what
 * a round costs. */
#define ROUND_US (5 * G_USEC_PER_SEC)

/* What goes into the journal and the report of what one confirmer has to say beside its verdict. */
#define MAX_DETAILS_BYTES (64 * 1024)

static void
on_round (gpointer data)
{
  PawlTrial *self = data;

  self->round_timer = 0;
  pawl_trial_ask_all (self);
}

/* TRUE when the round decided. */
static gboolean
judge (PawlTrial *self)
{
  gboolean all = TRUE;

  for (guint i = 0; i < self->answers->len; i++)
    {
      PawlTrialAnswer *answer = self->answers->pdata[i];

      if (!answer->required)
        continue;
      if (answer->verdict == PAWL_VERDICT_FAIL)
        {
          pawl_trial_end_run (self, g_error_new (PAWL_ERROR, PAWL_ERROR_REJECTED, "%s: %s",
                                                 answer->name, answer->reason));
          return TRUE;
        }
      all = all && answer->verdict == PAWL_VERDICT_PASS;
    }
  if (all)
    pawl_trial_end_run (self, NULL);
  return all;
}

static void
end_round (PawlTrial *self)
{
  pawl_trial_emit_changed (self);
  if (self->task == NULL || judge (self))
    return;
  if (self->again)
    pawl_trial_ask_all (self);
  else
    self->round_timer = pawl_clock_add_timer (self->clock, ROUND_US, on_round, self);
}

void
pawl_trial_ask_soon (PawlTrial *self)
{
  self->again = TRUE;
  if (self->round_timer == 0)
    return;
  pawl_clock_clear_timer (self->clock, &self->round_timer);
  pawl_trial_ask_all (self);
}

/* What it heard is for the next check: this one only shows that a next one could be. */
static void
on_probed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PawlTrial) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlUpdate) update =
    pawl_verifier_check_finish (PAWL_VERIFIER (source), result, &error);

  self->probing = FALSE;
  self->server_reached = update != NULL;
  if (error != NULL && self->task != NULL)
    g_message ("the server was not reached in this trial: %s", error->message);
  if (self->server_reached && self->task != NULL)
    pawl_trial_ask_soon (self);
}

static void
grant_wish (PawlTrial *self, GVariant *answer)
{
  g_autofree const char **wants = NULL;

  if (self->verifier == NULL || self->probing || self->server_reached ||
      !g_variant_lookup (answer, "wants", "^a&s", &wants) ||
      !g_strv_contains (wants, "server-reached"))
    return;
  self->probing = TRUE;
  pawl_verifier_check_async (self->verifier, NULL, 0, NULL, self->inner, on_probed,
                             g_object_ref (self));
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer data)
{
  PawlTrialQuestion *question = data;
  PawlTrial *self = question->trial;
  PawlTrialAnswer *answer = question->answer;
  g_autoptr (GVariant) details = NULL;
  g_autoptr (GError) error = NULL;
  const char *reason = "";
  PawlVerdict verdict =
    pawl_confirmer_check_finish (PAWL_CONFIRMER (source), result, &details, &error);

  self->asked--;
  if (self->task != NULL)
    {
      if (details != NULL)
        g_variant_lookup (details, "reason", "&s", &reason);
      g_free (answer->reason);
      answer->failed = error != NULL;
      answer->verdict = error != NULL ? PAWL_VERDICT_NOT_YET : verdict;
      answer->reason = g_strdup (error != NULL ? error->message : reason);
      answer->time_us = pawl_clock_get_time_us (self->clock);
      g_clear_pointer (&answer->details, g_variant_unref);
      if (details != NULL)
        {
          answer->details = g_variant_lookup_value (details, "details", G_VARIANT_TYPE_VARDICT);
          if (answer->details != NULL && g_variant_get_size (answer->details) > MAX_DETAILS_BYTES)
            g_clear_pointer (&answer->details, g_variant_unref);
          grant_wish (self, details);
        }
    }
  if (self->asked == 0)
    end_round (self);
  pawl_trial_question_free (question);
}

/* Whether every other required confirmer still answers: what a watchdog is fed for. */
static gboolean
others_progress (PawlTrial *self, PawlTrialAnswer *one)
{
  for (guint i = 0; i < self->answers->len; i++)
    {
      PawlTrialAnswer *answer = self->answers->pdata[i];

      if (answer != one && answer->required && answer->failed)
        return FALSE;
    }
  return TRUE;
}

static GVariant *
make_options (PawlTrial *self, PawlTrialAnswer *answer)
{
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&options, "progressing", "b", others_progress (self, answer));
  g_variant_dict_insert (&options, "elapsed-s", "u", pawl_trial_get_elapsed_s (self));
  g_variant_dict_insert (&options, "server-reached", "b", self->server_reached);
  if (self->person != PAWL_VERDICT_NOT_YET)
    {
      g_variant_dict_insert (&options, "person", "s",
                             pawl_enum_to_nick (PAWL_TYPE_VERDICT, (int) self->person));
      g_variant_dict_insert (&options, "person-reason", "s", self->person_reason);
    }
  return g_variant_dict_end (&options);
}

void
pawl_trial_ask_all (PawlTrial *self)
{
  self->again = FALSE;
  self->asked = self->answers->len;
  if (self->asked == 0)
    judge (self);
  for (guint i = 0; i < self->answers->len; i++)
    {
      PawlTrialAnswer *answer = self->answers->pdata[i];

      pawl_confirmer_check_async (answer->confirmer, make_options (self, answer), 0, self->inner,
                                  on_answered, pawl_trial_question_new (self, answer));
    }
}
