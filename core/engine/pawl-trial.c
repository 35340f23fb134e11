/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The trial as a whole: from the confirmers' beginning over the rounds in which they are asked
 * (pawl-trial-round.c) to the verdict or the deadline. */
#include "pawl-trial-private.h"

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PawlTrial, pawl_trial, G_TYPE_OBJECT)

static void
answer_free (gpointer data)
{
  PawlTrialAnswer *answer = data;

  g_object_unref (answer->confirmer);
  g_free (answer->name);
  g_free (answer->reason);
  g_clear_pointer (&answer->details, g_variant_unref);
  g_free (answer);
}

static void
pawl_trial_dispose (GObject *object)
{
  PawlTrial *self = PAWL_TRIAL (object);

  if (self->clock != NULL)
    {
      pawl_clock_clear_timer (self->clock, &self->deadline_timer);
      pawl_clock_clear_timer (self->clock, &self->round_timer);
    }
  g_clear_object (&self->clock);
  g_clear_object (&self->verifier);
  g_clear_object (&self->update);
  g_clear_object (&self->inner);
  g_clear_pointer (&self->answers, g_ptr_array_unref);
  g_clear_pointer (&self->person_reason, g_free);
  G_OBJECT_CLASS (pawl_trial_parent_class)->dispose (object);
}

static void
pawl_trial_class_init (PawlTrialClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pawl_trial_dispose;
  signals[SIGNAL_CHANGED] = g_signal_new ("changed", PAWL_TYPE_TRIAL, G_SIGNAL_RUN_LAST, 0, NULL,
                                          NULL, NULL, G_TYPE_NONE, 0);
}

static void
pawl_trial_init (PawlTrial *self)
{
  self->answers = g_ptr_array_new_with_free_func (answer_free);
  self->inner = g_cancellable_new ();
  self->person = PAWL_VERDICT_NOT_YET;
}

void
pawl_trial_emit_changed (PawlTrial *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

PawlTrial *
pawl_trial_new (PawlDevice *device,
                PawlClock *clock,
                PawlUpdate *update,
                guint elapsed_s,
                guint deadline_s)
{
  PawlTrial *self = g_object_new (PAWL_TYPE_TRIAL, NULL);
  g_autoptr (GPtrArray) confirmers = pawl_device_list (device, PAWL_TYPE_CONFIRMER);

  self->clock = g_object_ref (clock);
  self->update = g_object_ref (update);
  g_set_object (&self->verifier, pawl_device_get_verifier (device));
  self->began_us = pawl_clock_get_monotonic_us (clock) - (gint64) elapsed_s * G_USEC_PER_SEC;
  self->deadline_us = self->began_us + (gint64) deadline_s * G_USEC_PER_SEC;
  for (guint i = 0; i < confirmers->len; i++)
    {
      PawlInstance *instance = confirmers->pdata[i];
      PawlTrialAnswer *answer = g_new0 (PawlTrialAnswer, 1);

      answer->name = g_strdup (instance->name);
      answer->confirmer = g_object_ref (PAWL_CONFIRMER (instance->object));
      answer->required = instance->required;
      answer->verdict = PAWL_VERDICT_NOT_YET;
      answer->reason = g_strdup ("was not asked yet");
      g_ptr_array_add (self->answers, answer);
    }
  return self;
}

guint
pawl_trial_get_elapsed_s (PawlTrial *self)
{
  return (guint) ((pawl_clock_get_monotonic_us (self->clock) - self->began_us) / G_USEC_PER_SEC);
}

GVariant *
pawl_trial_list_answers (PawlTrial *self)
{
  GVariantBuilder all;

  g_variant_builder_init (&all, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < self->answers->len; i++)
    {
      PawlTrialAnswer *answer = self->answers->pdata[i];

      g_variant_builder_open (&all, G_VARIANT_TYPE_VARDICT);
      g_variant_builder_add (&all, "{sv}", "name", g_variant_new_string (answer->name));
      g_variant_builder_add (&all, "{sv}", "required", g_variant_new_boolean (answer->required));
      g_variant_builder_add (&all, "{sv}", "verdict",
                             g_variant_new_string (
                               pawl_enum_to_nick (PAWL_TYPE_VERDICT, (int) answer->verdict)));
      g_variant_builder_add (&all, "{sv}", "reason", g_variant_new_string (answer->reason));
      g_variant_builder_add (&all, "{sv}", "time", g_variant_new_int64 (answer->time_us));
      g_variant_builder_close (&all);
    }
  return g_variant_builder_end (&all);
}

GVariant *
pawl_trial_describe_details (PawlTrial *self)
{
  g_auto (GVariantDict) all = G_VARIANT_DICT_INIT (NULL);

  for (guint i = 0; i < self->answers->len; i++)
    {
      PawlTrialAnswer *answer = self->answers->pdata[i];

      if (answer->details != NULL)
        g_variant_dict_insert_value (&all, answer->name, answer->details);
    }
  return g_variant_dict_end (&all);
}

PawlTrialQuestion *
pawl_trial_question_new (PawlTrial *self, PawlTrialAnswer *answer)
{
  PawlTrialQuestion *question = g_new0 (PawlTrialQuestion, 1);

  question->trial = g_object_ref (self);
  question->answer = answer;
  return question;
}

void
pawl_trial_question_free (PawlTrialQuestion *question)
{
  g_object_unref (question->trial);
  g_free (question);
}

/* ---- the end of the run ---- */

void
pawl_trial_end_run (PawlTrial *self, GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->task);

  pawl_clock_clear_timer (self->clock, &self->deadline_timer);
  pawl_clock_clear_timer (self->clock, &self->round_timer);
  g_cancellable_cancel (self->inner);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
on_deadline (gpointer data)
{
  PawlTrial *self = data;
  g_autoptr (GString) missing = g_string_new (NULL);

  self->deadline_timer = 0;
  for (guint i = 0; i < self->answers->len; i++)
    {
      PawlTrialAnswer *answer = self->answers->pdata[i];

      if (answer->required && answer->verdict != PAWL_VERDICT_PASS)
        g_string_append_printf (missing, "%s%s: %s", missing->len > 0 ? "; " : "", answer->name,
                                answer->reason);
    }
  pawl_trial_end_run (self, g_error_new (PAWL_ERROR, PAWL_ERROR_TIMED_OUT,
                                         "the deadline of the trial has passed: %s", missing->str));
}

void
pawl_trial_set_person (PawlTrial *self, PawlVerdict verdict, const char *reason)
{
  self->person = verdict;
  g_free (self->person_reason);
  self->person_reason = g_strdup (reason);
  if (self->task != NULL)
    pawl_trial_ask_soon (self);
}

void
pawl_trial_pass (PawlTrial *self)
{
  if (self->task != NULL)
    pawl_trial_end_run (self, NULL);
}

/* ---- the beginning of the run ---- */

static void
on_begun (GObject *source, GAsyncResult *result, gpointer data)
{
  PawlTrialQuestion *question = data;
  PawlTrial *self = question->trial;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
    pawl_confirmer_begin_trial_finish (PAWL_CONFIRMER (source), result, &error);

  self->asked--;
  if (self->task != NULL && error != NULL && question->answer->required)
    pawl_trial_end_run (self, g_steal_pointer (&error));
  else if (error != NULL)
    g_message ("%s", error->message);
  if (self->task != NULL && self->asked == 0)
    pawl_trial_ask_all (self);
  pawl_trial_question_free (question);
}

static void
begin_all (PawlTrial *self)
{
  self->asked = self->answers->len;
  if (self->asked == 0)
    pawl_trial_ask_all (self);
  for (guint i = 0; i < self->answers->len; i++)
    {
      PawlTrialAnswer *answer = self->answers->pdata[i];
      g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);

      g_variant_dict_insert (&options, "deadline", "x", self->deadline_us);
      pawl_confirmer_begin_trial_async (answer->confirmer, self->update,
                                        g_variant_dict_end (&options), 0, self->inner, on_begun,
                                        pawl_trial_question_new (self, answer));
    }
}

static gboolean
end_cancelled (gpointer data)
{
  PawlTrial *self = data;

  if (self->task != NULL)
    pawl_trial_end_run (self, g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED,
                                           "the trial was interrupted"));
  return G_SOURCE_REMOVE;
}

/* From wherever somebody cancels; the trial ends on the main thread. */
static void
on_cancelled (GCancellable *cancellable, gpointer data)
{
  g_idle_add_full (G_PRIORITY_DEFAULT, end_cancelled, g_object_ref (data), g_object_unref);
}

void
pawl_trial_run_async (PawlTrial *self,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  gint64 left_us = self->deadline_us - pawl_clock_get_monotonic_us (self->clock);

  self->task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (self->task, pawl_trial_run_async);
  if (cancellable != NULL)
    g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), g_object_ref (self),
                           g_object_unref);
  self->deadline_timer = pawl_clock_add_timer (self->clock, MAX (left_us, 0), on_deadline, self);
  begin_all (self);
}

gboolean
pawl_trial_run_finish (PawlTrial *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---- after it ---- */

static void
on_let_go (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  guint *left = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
    pawl_confirmer_end_trial_finish (PAWL_CONFIRMER (source), result, &error);

  if (error != NULL)
    g_message ("%s", error->message);
  if (--(*left) == 0)
    g_task_return_boolean (task, TRUE);
}

void
pawl_trial_end_async (PawlTrial *self,
                      PawlVerdict verdict,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  guint *left = g_new (guint, 1);

  *left = self->answers->len;
  g_task_set_source_tag (task, pawl_trial_end_async);
  g_task_set_task_data (task, left, g_free);
  if (*left == 0)
    g_task_return_boolean (task, TRUE);
  for (guint i = 0; i < self->answers->len; i++)
    pawl_confirmer_end_trial_async (((PawlTrialAnswer *) self->answers->pdata[i])->confirmer,
                                    verdict, NULL, 0, NULL, on_let_go, g_object_ref (task));
}

gboolean
pawl_trial_end_finish (PawlTrial *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
