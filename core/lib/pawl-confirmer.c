/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include <pawl/pawl-confirmer.h>

#include "pawl-operation-private.h"

#include <pawl/pawl-error.h>

G_DEFINE_INTERFACE (PawlConfirmer, pawl_confirmer, G_TYPE_OBJECT)

static void
pawl_confirmer_default_init (PawlConfirmerInterface *iface)
{
}

/* A minute. */
static const PawlCallSpec begin_trial_spec = {"begin_trial", 60 * 1000, TRUE, NULL};
/* An hour; the engine passes what is left of the trial. */
static const PawlCallSpec check_spec = {"check", 3600 * 1000, FALSE, NULL};
/* A minute. */
static const PawlCallSpec end_trial_spec = {"end_trial", 60 * 1000, TRUE, NULL};

/**
 * pawl_confirmer_set_up:
 * @self: a new instance
 * @context: what the host offers to it
 * @error: return location
 *
 * Gives an instance its context and its settings. Called once, by the host.
 *
 * Errors: %PAWL_ERROR_INVALID_CONFIG when the settings make no sense together; others as the plugin
 * says.
 *
 * Returns: %TRUE if the instance can be used
 *
 * Since: 1.0
 */
gboolean
pawl_confirmer_set_up (PawlConfirmer *self, PawlContext *context, GError **error)
{
  PawlConfirmerInterface *iface;

  g_return_val_if_fail (PAWL_IS_CONFIRMER (self), FALSE);
  g_return_val_if_fail (PAWL_IS_CONTEXT (context), FALSE);

  iface = PAWL_CONFIRMER_GET_IFACE (self);
  pawl_instance_set_name (G_OBJECT (self), pawl_context_get_name (context));
  if (iface->set_up == NULL)
    return TRUE;
  return pawl_call_check_set_up (G_OBJECT (self), iface->set_up (self, context, error), error);
}

/**
 * pawl_confirmer_begin_trial_async:
 * @self: an instance
 * @update: what is on trial
 * @options: (nullable): an `a{sv}`; `deadline` x: microseconds of the monotonic clock when the
 * trial ends; a floating one is consumed
 * @timeout_ms: milliseconds until the deadline; 0 for the default of this method, which is 60
 * seconds
 * @cancellable: (nullable): to cancel
 * @callback: called in the thread-default main context of this call
 * @user_data: for @callback
 *
 * A trial begins, or goes on after a restart of the daemon.
 *
 * Since: 1.0
 */
void
pawl_confirmer_begin_trial_async (PawlConfirmer *self,
                                  PawlUpdate *update,
                                  GVariant *options,
                                  guint timeout_ms,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_autoptr (GVariant) all = pawl_call_options (options);
  g_autoptr (PawlOperation) op = NULL;
  g_autoptr (GError) error = NULL;
  PawlConfirmerInterface *iface;

  g_return_if_fail (PAWL_IS_CONFIRMER (self));

  iface = PAWL_CONFIRMER_GET_IFACE (self);
  op = pawl_operation_begin (G_OBJECT (self), &begin_trial_spec, timeout_ms, NULL, cancellable,
                             callback, user_data);
  if (pawl_operation_may_start (op, iface->start_begin_trial != NULL, pawl_call_nothing ()))
    pawl_operation_started (op, iface->start_begin_trial (self, update, all, op, &error), &error);
}

/**
 * pawl_confirmer_begin_trial_finish:
 * @self: an instance
 * @result: the result
 * @error: return location
 *
 * Errors: those of the slot, see #PawlConfirmerInterface; %PAWL_ERROR_PLUGIN when the plugin breaks
 * its contract, %PAWL_ERROR_TIMED_OUT at the deadline, %G_IO_ERROR_CANCELLED after a cancel.
 *
 * Returns: (transfer full): an `a{sv}`, perhaps empty
 *
 * Since: 1.0
 */
GVariant *
pawl_confirmer_begin_trial_finish (PawlConfirmer *self, GAsyncResult *result, GError **error)
{
  return pawl_call_finish_variant (G_OBJECT (self), &begin_trial_spec, result, error);
}

/**
 * pawl_confirmer_check_async:
 * @self: an instance
 * @options: (nullable): an `a{sv}`; `progressing` b: whether every other required confirmer still
 * makes progress and the deadline has not passed; `elapsed-s` u: seconds since the trial began; a
 * floating one is consumed
 * @timeout_ms: milliseconds until the deadline; 0 for the default of this method, which is 3600
 * seconds
 * @cancellable: (nullable): to cancel
 * @callback: called in the thread-default main context of this call
 * @user_data: for @callback
 *
 * Judges. Completes at once with `not-yet`, or later when it knows: it is asked again until it
 * passes, fails, or the deadline comes.
 *
 * Since: 1.0
 */
void
pawl_confirmer_check_async (PawlConfirmer *self,
                            GVariant *options,
                            guint timeout_ms,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GVariant) all = pawl_call_options (options);
  g_autoptr (PawlOperation) op = NULL;
  g_autoptr (GError) error = NULL;
  PawlConfirmerInterface *iface;

  g_return_if_fail (PAWL_IS_CONFIRMER (self));

  iface = PAWL_CONFIRMER_GET_IFACE (self);
  op = pawl_operation_begin (G_OBJECT (self), &check_spec, timeout_ms, NULL, cancellable, callback,
                             user_data);
  if (pawl_operation_may_start (op, iface->start_check != NULL, NULL))
    pawl_operation_started (op, iface->start_check (self, all, op, &error), &error);
}

/**
 * pawl_confirmer_check_finish:
 * @self: a confirmer
 * @result: the result
 * @out_details: (out) (optional) (transfer full): return location for the whole answer, an `a{sv}`
 * @error: return location
 *
 * Errors: those of the slot; %PAWL_ERROR_PLUGIN when the verdict is no word of #PawlVerdict.
 *
 * Returns: the verdict; #PAWL_VERDICT_NOT_YET when @error is set
 *
 * Since: 1.0
 */
PawlVerdict
pawl_confirmer_check_finish (PawlConfirmer *self,
                             GAsyncResult *result,
                             GVariant **out_details,
                             GError **error)
{
  g_autoptr (GVariant) details =
    pawl_call_finish_variant (G_OBJECT (self), &check_spec, result, error);
  int verdict = PAWL_VERDICT_NOT_YET;

  if (details != NULL &&
      pawl_call_lookup_enum (G_OBJECT (self), &check_spec, details, "verdict", PAWL_TYPE_VERDICT,
                             &verdict, error) &&
      out_details != NULL)
    *out_details = g_steal_pointer (&details);
  return (PawlVerdict) verdict;
}

/**
 * pawl_confirmer_end_trial_async:
 * @self: an instance
 * @verdict: how the trial ended
 * @options: (nullable): an `a{sv}`; a floating one is consumed
 * @timeout_ms: milliseconds until the deadline; 0 for the default of this method, which is 60
 * seconds
 * @cancellable: (nullable): to cancel
 * @callback: called in the thread-default main context of this call
 * @user_data: for @callback
 *
 * The trial is over: release what was held for it.
 *
 * Since: 1.0
 */
void
pawl_confirmer_end_trial_async (PawlConfirmer *self,
                                PawlVerdict verdict,
                                GVariant *options,
                                guint timeout_ms,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data)
{
  g_autoptr (GVariant) all = pawl_call_options (options);
  g_autoptr (PawlOperation) op = NULL;
  g_autoptr (GError) error = NULL;
  PawlConfirmerInterface *iface;

  g_return_if_fail (PAWL_IS_CONFIRMER (self));

  iface = PAWL_CONFIRMER_GET_IFACE (self);
  op = pawl_operation_begin (G_OBJECT (self), &end_trial_spec, timeout_ms, NULL, cancellable,
                             callback, user_data);
  if (pawl_operation_may_start (op, iface->start_end_trial != NULL, pawl_call_nothing ()))
    pawl_operation_started (op, iface->start_end_trial (self, verdict, all, op, &error), &error);
}

/**
 * pawl_confirmer_end_trial_finish:
 * @self: an instance
 * @result: the result
 * @error: return location
 *
 * Errors: those of the slot, see #PawlConfirmerInterface; %PAWL_ERROR_PLUGIN when the plugin breaks
 * its contract, %PAWL_ERROR_TIMED_OUT at the deadline, %G_IO_ERROR_CANCELLED after a cancel.
 *
 * Returns: (transfer full): an `a{sv}`, perhaps empty
 *
 * Since: 1.0
 */
GVariant *
pawl_confirmer_end_trial_finish (PawlConfirmer *self, GAsyncResult *result, GError **error)
{
  return pawl_call_finish_variant (G_OBJECT (self), &end_trial_spec, result, error);
}
