/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-trial.h"

G_BEGIN_DECLS

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
} PawlTrialAnswer;

struct _PawlTrial
{
  GObject parent_instance;

  PawlClock *clock;       /* (owned) */
  PawlVerifier *verifier; /* (owned) (nullable) */
  PawlUpdate *update;     /* (owned) */
  GPtrArray *answers;     /* (owned) (element-type PawlTrialAnswer) */
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

typedef struct
{
  PawlTrial *trial;        /* (owned) */
  PawlTrialAnswer *answer; /* (unowned): lives as long as the trial */
} PawlTrialQuestion;

PawlTrialQuestion *pawl_trial_question_new (PawlTrial *self, PawlTrialAnswer *answer);
void pawl_trial_question_free (PawlTrialQuestion *question);

void pawl_trial_emit_changed (PawlTrial *self);

/* Asks every confirmer; a trial without confirmers is passed by the boot alone. */
void pawl_trial_ask_all (PawlTrial *self);
/* The same, and as soon as a round that runs has ended. */
void pawl_trial_ask_soon (PawlTrial *self);

/* Takes @error; NULL: it passed. Answers that are still on their way hold the trial, and change
 * nothing any more. */
void pawl_trial_end_run (PawlTrial *self, GError *error);

G_END_DECLS
