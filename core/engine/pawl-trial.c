/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The confirmers are asked in rounds, all at the same time, and judged when each has answered, so
 * that a yes of long ago does not count beside a no of now. A confirmer that fails has not said
 * yes; the deadline judges it. */
#include "pawl-trial.h"

/* Between two rounds. Short beside the time in which a person looks at a screen, long beside what
 * a round costs. */
#define ROUND_US (5 * G_USEC_PER_SEC)

/* What goes into the journal and the report of what one confirmer has to say beside its verdict. */
#define MAX_DETAILS_BYTES (64 * 1024)

typedef struct
{
  char *name;               /* (owned) */
  PawlConfirmer *confirmer; /* (owned) */
  gboolean required;
  PawlVerdict verdict;
  char *reason;      /* (owned) */
  GVariant *details; /* (owned) (nullable) */
  gboolean failed;
  gint64 time_us;
} Answer;

struct _PawlTrial
{
  GObject parent_instance;

  PawlClock *clock;       /* (owned) */
  PawlVerifier *verifier; /* (owned) (nullable) */
  PawlUpdate *update;     /* (owned) */
  GPtrArray *answers;     /* (owned) (element-type Answer) */
  gint64 began_us;        /* on the monotonic clock, as if there had been one boot */
  gint64 deadline_us;
  PawlVerdict person;
  char *person_reason; /* (owned) */
  GTask *task;         /* (owned) (nullable): it runs */
  GCancellable *inner; /* (owned): of the questions of the run */
  guint asked;         /* how many have not answered yet */
  gboolean again;
  gboolean probing;
  gboolean server_reached;
  guint deadline_timer;
  guint round_timer;
};

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
  Answer *answer = data;

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
      Answer *answer = g_new0 (Answer, 1);

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
      Answer *answer = self->answers->pdata[i];

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
      Answer *answer = self->answers->pdata[i];

      if (answer->details != NULL)
        g_variant_dict_insert_value (&all, answer->name, answer->details);
    }
  return g_variant_dict_end (&all);
}

/* ---- the end of the run ---- */

/* Takes @error; NULL: it passed. Answers that are still on their way hold the trial, and change
 * nothing any more. */
static void
end_run (PawlTrial *self, GError *error)
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
      Answer *answer = self->answers->pdata[i];

      if (answer->required && answer->verdict != PAWL_VERDICT_PASS)
        g_string_append_printf (missing, "%s%s: %s", missing->len > 0 ? "; " : "", answer->name,
                                answer->reason);
    }
  end_run (self, g_error_new (PAWL_ERROR, PAWL_ERROR_TIMED_OUT,
                              "the deadline of the trial has passed: %s", missing->str));
}

/* ---- one round ---- */

static void ask_all (PawlTrial *self);

static void
on_round (gpointer data)
{
  PawlTrial *self = data;

  self->round_timer = 0;
  ask_all (self);
}

/* TRUE when the round decided. */
static gboolean
judge (PawlTrial *self)
{
  gboolean all = TRUE;

  for (guint i = 0; i < self->answers->len; i++)
    {
      Answer *answer = self->answers->pdata[i];

      if (!answer->required)
        continue;
      if (answer->verdict == PAWL_VERDICT_FAIL)
        {
          end_run (self, g_error_new (PAWL_ERROR, PAWL_ERROR_REJECTED, "%s: %s", answer->name,
                                      answer->reason));
          return TRUE;
        }
      all = all && answer->verdict == PAWL_VERDICT_PASS;
    }
  if (all)
    end_run (self, NULL);
  return all;
}

static void
end_round (PawlTrial *self)
{
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
  if (self->task == NULL || judge (self))
    return;
  if (self->again)
    ask_all (self);
  else
    self->round_timer = pawl_clock_add_timer (self->clock, ROUND_US, on_round, self);
}

static void
ask_soon (PawlTrial *self)
{
  self->again = TRUE;
  if (self->round_timer == 0)
    return;
  pawl_clock_clear_timer (self->clock, &self->round_timer);
  ask_all (self);
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
    ask_soon (self);
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

typedef struct
{
  PawlTrial *trial; /* (owned) */
  Answer *answer;   /* (unowned): lives as long as the trial */
} Question;

static Question *
question_new (PawlTrial *self, Answer *answer)
{
  Question *question = g_new0 (Question, 1);

  question->trial = g_object_ref (self);
  question->answer = answer;
  return question;
}

static void
question_free (Question *question)
{
  g_object_unref (question->trial);
  g_free (question);
}

static void
on_answered (GObject *source, GAsyncResult *result, gpointer data)
{
  Question *question = data;
  PawlTrial *self = question->trial;
  Answer *answer = question->answer;
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
  question_free (question);
}

/* Whether every other required confirmer still answers: what a watchdog is fed for. */
static gboolean
others_progress (PawlTrial *self, Answer *one)
{
  for (guint i = 0; i < self->answers->len; i++)
    {
      Answer *answer = self->answers->pdata[i];

      if (answer != one && answer->required && answer->failed)
        return FALSE;
    }
  return TRUE;
}

static GVariant *
make_options (PawlTrial *self, Answer *answer)
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

/* A trial without confirmers is passed by the boot alone. */
static void
ask_all (PawlTrial *self)
{
  self->again = FALSE;
  self->asked = self->answers->len;
  if (self->asked == 0)
    judge (self);
  for (guint i = 0; i < self->answers->len; i++)
    {
      Answer *answer = self->answers->pdata[i];

      pawl_confirmer_check_async (answer->confirmer, make_options (self, answer), 0, self->inner,
                                  on_answered, question_new (self, answer));
    }
}

void
pawl_trial_set_person (PawlTrial *self, PawlVerdict verdict, const char *reason)
{
  self->person = verdict;
  g_free (self->person_reason);
  self->person_reason = g_strdup (reason);
  if (self->task != NULL)
    ask_soon (self);
}

void
pawl_trial_pass (PawlTrial *self)
{
  if (self->task != NULL)
    end_run (self, NULL);
}

/* ---- the beginning of the run ---- */

static void
on_begun (GObject *source, GAsyncResult *result, gpointer data)
{
  Question *question = data;
  PawlTrial *self = question->trial;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
    pawl_confirmer_begin_trial_finish (PAWL_CONFIRMER (source), result, &error);

  self->asked--;
  if (self->task != NULL && error != NULL && question->answer->required)
    end_run (self, g_steal_pointer (&error));
  else if (error != NULL)
    g_message ("%s", error->message);
  if (self->task != NULL && self->asked == 0)
    ask_all (self);
  question_free (question);
}

static void
begin_all (PawlTrial *self)
{
  self->asked = self->answers->len;
  if (self->asked == 0)
    ask_all (self);
  for (guint i = 0; i < self->answers->len; i++)
    {
      Answer *answer = self->answers->pdata[i];
      g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);

      g_variant_dict_insert (&options, "deadline", "x", self->deadline_us);
      pawl_confirmer_begin_trial_async (answer->confirmer, self->update,
                                        g_variant_dict_end (&options), 0, self->inner, on_begun,
                                        question_new (self, answer));
    }
}

static gboolean
end_cancelled (gpointer data)
{
  PawlTrial *self = data;

  if (self->task != NULL)
    end_run (self, g_error_new (G_IO_ERROR, G_IO_ERROR_CANCELLED, "the trial was interrupted"));
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
    pawl_confirmer_end_trial_async (((Answer *) self->answers->pdata[i])->confirmer, verdict, NULL,
                                    0, NULL, on_let_go, g_object_ref (task));
}

gboolean
pawl_trial_end_finish (PawlTrial *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
