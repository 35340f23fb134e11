/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-clock.h"
#include "pawl-device.h"

G_BEGIN_DECLS

#define PAWL_TYPE_TRIAL (pawl_trial_get_type ())

/**
 * PawlTrial:
 *
 * One boot's part of a trial: asks the confirmers of a device, again and again, until every
 * required one says yes at the same time, one of them says no, or the deadline comes.
 *
 * Signals: `changed`: another answer of a confirmer.
 */
G_DECLARE_FINAL_TYPE (PawlTrial, pawl_trial, PAWL, TRIAL, GObject)

/* @elapsed_s is what the boots before this one took of @deadline_s. */
PawlTrial *pawl_trial_new (PawlDevice *device,
                           PawlClock *clock,
                           PawlUpdate *update,
                           guint elapsed_s,
                           guint deadline_s);

/* What a person said: a hint for the confirmers, which are asked again at once. */
void pawl_trial_set_person (PawlTrial *self, PawlVerdict verdict, const char *reason);

/* A person answers for all confirmers: the run ends, and it passed. */
void pawl_trial_pass (PawlTrial *self);

/* Fails with PAWL_ERROR_REJECTED when a required confirmer said no, with PAWL_ERROR_TIMED_OUT when
 * one had not said yes by the deadline, and with whatever a confirmer says that cannot begin.
 * Whoever cancels it leaves the trial undecided. Once in the life of the object. */
void pawl_trial_run_async (PawlTrial *self,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
gboolean pawl_trial_run_finish (PawlTrial *self, GAsyncResult *result, GError **error);

/* Tells every confirmer that it is over. Does not fail: there is nothing left to be done about a
 * confirmer that does not let go, and a warning names it. */
void pawl_trial_end_async (PawlTrial *self,
                           PawlVerdict verdict,
                           GAsyncReadyCallback callback,
                           gpointer user_data);
gboolean pawl_trial_end_finish (PawlTrial *self, GAsyncResult *result, GError **error);

/* Over all boots. */
guint pawl_trial_get_elapsed_s (PawlTrial *self);
/* (transfer floating): aa{sv}, the confirmers and what each says, as on the bus. */
GVariant *pawl_trial_list_answers (PawlTrial *self);
/* (transfer floating): a{sv}, what each confirmer said beside its verdict, by its name; for the
 * report. */
GVariant *pawl_trial_describe_details (PawlTrial *self);

G_END_DECLS
