/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include <pawl/pawl-verifier.h>

#include "pawl-operation-private.h"

#include <pawl/pawl-error.h>

G_DEFINE_INTERFACE (PawlVerifier, pawl_verifier, G_TYPE_OBJECT)

static void
pawl_verifier_default_init (PawlVerifierInterface *iface)
{
}

/* Ten minutes: a long root chain over a slow line. */
static const PawlCallSpec check_spec = {"check", 10 * 60 * 1000, FALSE, pawl_update_get_type};
/* Half an hour: an image read from slow flash. */
static const PawlCallSpec verify_spec = {"verify", 30 * 60 * 1000, FALSE, NULL};
/* Two minutes. */
static const PawlCallSpec report_spec = {"report", 2 * 60 * 1000, FALSE, NULL};

/**
 * pawl_verifier_set_up:
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
pawl_verifier_set_up (PawlVerifier *self, PawlContext *context, GError **error)
{
  PawlVerifierInterface *iface;

  g_return_val_if_fail (PAWL_IS_VERIFIER (self), FALSE);
  g_return_val_if_fail (PAWL_IS_CONTEXT (context), FALSE);

  iface = PAWL_VERIFIER_GET_IFACE (self);
  pawl_instance_set_name (G_OBJECT (self), pawl_context_get_name (context));
  if (iface->set_up == NULL)
    return TRUE;
  return pawl_call_check_set_up (G_OBJECT (self), iface->set_up (self, context, error), error);
}

/**
 * pawl_verifier_check_async:
 * @self: an instance
 * @options: (nullable): an `a{sv}`; `force` b: a person asked, so ask the sources even if nothing
 * seems due; `source` s: a folder or URI to use instead of the configured one (an offline
 * bundle); a floating one is consumed
 * @timeout_ms: milliseconds until the deadline; 0 for the default of this method, which is 600
 * seconds
 * @monitor: (nullable): told about progress
 * @cancellable: (nullable): to cancel
 * @callback: called in the thread-default main context of this call
 * @user_data: for @callback
 *
 * Asks the sources, verifies all metadata, and says what this device should run. Notes with
 * pawl_context_note_decision() each rule of signed policy that it applied. Names a suspected
 * attack with pawl_context_note_attack() before it fails.
 *
 * Since: 1.0
 */
void
pawl_verifier_check_async (PawlVerifier *self,
                           GVariant *options,
                           guint timeout_ms,
                           PawlMonitor *monitor,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GVariant) all = pawl_call_options (options);
  g_autoptr (PawlOperation) op = NULL;
  g_autoptr (GError) error = NULL;
  PawlVerifierInterface *iface;

  g_return_if_fail (PAWL_IS_VERIFIER (self));

  iface = PAWL_VERIFIER_GET_IFACE (self);
  op = pawl_operation_begin (G_OBJECT (self), &check_spec, timeout_ms, monitor, cancellable,
                             callback, user_data);
  if (pawl_operation_may_start (op, iface->start_check != NULL, NULL))
    pawl_operation_started (op, iface->start_check (self, all, op, &error), &error);
}

/**
 * pawl_verifier_check_finish:
 * @self: an instance
 * @result: the result
 * @error: return location
 *
 * Errors: those of the slot, see #PawlVerifierInterface; %PAWL_ERROR_PLUGIN when the plugin breaks
 * its contract, %PAWL_ERROR_TIMED_OUT at the deadline, %G_IO_ERROR_CANCELLED after a cancel.
 *
 * Returns: (transfer full): a #PawlUpdate; one without targets is an explicit "nothing to do"
 *
 * Since: 1.0
 */
PawlUpdate *
pawl_verifier_check_finish (PawlVerifier *self, GAsyncResult *result, GError **error)
{
  return pawl_call_finish_object (G_OBJECT (self), &check_spec, result, error);
}

/**
 * pawl_verifier_verify_async:
 * @self: an instance
 * @target: a target that the verifier proved genuine
 * @payload: (nullable): its bytes; %NULL when an installer holds them in a store that is
 * addressed by content
 * @options: (nullable): an `a{sv}`; a floating one is consumed
 * @timeout_ms: milliseconds until the deadline; 0 for the default of this method, which is 1800
 * seconds
 * @monitor: (nullable): told about progress
 * @cancellable: (nullable): to cancel
 * @callback: called in the thread-default main context of this call
 * @user_data: for @callback
 *
 * Proves once more, offline and from disk, that @target is what this device should run and that
 * @payload is its bytes. Called right before an installation.
 *
 * Since: 1.0
 */
void
pawl_verifier_verify_async (PawlVerifier *self,
                            PawlTarget *target,
                            PawlPayload *payload,
                            GVariant *options,
                            guint timeout_ms,
                            PawlMonitor *monitor,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GVariant) all = pawl_call_options (options);
  g_autoptr (PawlOperation) op = NULL;
  g_autoptr (GError) error = NULL;
  PawlVerifierInterface *iface;

  g_return_if_fail (PAWL_IS_VERIFIER (self));

  iface = PAWL_VERIFIER_GET_IFACE (self);
  op = pawl_operation_begin (G_OBJECT (self), &verify_spec, timeout_ms, monitor, cancellable,
                             callback, user_data);
  if (op != NULL)
    pawl_operation_set_subject (op, "pawl-target-name", pawl_target_get_name (target));
  if (pawl_operation_may_start (op, iface->start_verify != NULL, NULL))
    pawl_operation_started (op, iface->start_verify (self, target, payload, all, op, &error),
                            &error);
}

/* A yes is spelled out, and about the right thing; whatever else comes back is a no. */
static gboolean
is_yes_for (GVariant *answer, const char *target)
{
  gboolean verified = FALSE;
  const char *name = NULL;

  return g_variant_lookup (answer, "verified", "b", &verified) && verified &&
         g_variant_lookup (answer, "target", "&s", &name) && g_str_equal (name, target);
}

/**
 * pawl_verifier_verify_finish:
 * @self: a verifier
 * @result: the result
 * @error: return location
 *
 * Errors: those of the slot; %PAWL_ERROR_NOT_TRUSTED when the answer is no explicit yes about this
 * target.
 *
 * Returns: %TRUE only if the verifier said yes
 *
 * Since: 1.0
 */
gboolean
pawl_verifier_verify_finish (PawlVerifier *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GVariant) answer =
    pawl_call_finish_variant (G_OBJECT (self), &verify_spec, result, error);
  const char *target = g_object_get_data (G_OBJECT (result), "pawl-target-name");

  if (answer == NULL)
    return FALSE;
  if (is_yes_for (answer, target))
    return TRUE;
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_NOT_TRUSTED, "%s: verify: no explicit yes for “%s”",
               pawl_instance_get_name (G_OBJECT (self)), target);
  return FALSE;
}

/**
 * pawl_verifier_report_async:
 * @self: an instance
 * @report: what happened
 * @options: (nullable): an `a{sv}`; a floating one is consumed
 * @timeout_ms: milliseconds until the deadline; 0 for the default of this method, which is 120
 * seconds
 * @cancellable: (nullable): to cancel
 * @callback: called in the thread-default main context of this call
 * @user_data: for @callback
 *
 * Tells a server, signed if the protocol says so. Completing with `accepted` true means that the
 * report need not be kept any longer. Fails with a transient error to be asked again. Optional:
 * without it reports are dropped.
 *
 * Since: 1.0
 */
void
pawl_verifier_report_async (PawlVerifier *self,
                            PawlReport *report,
                            GVariant *options,
                            guint timeout_ms,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GVariant) all = pawl_call_options (options);
  g_autoptr (PawlOperation) op = NULL;
  g_autoptr (GError) error = NULL;
  PawlVerifierInterface *iface;

  g_return_if_fail (PAWL_IS_VERIFIER (self));

  iface = PAWL_VERIFIER_GET_IFACE (self);
  op = pawl_operation_begin (G_OBJECT (self), &report_spec, timeout_ms, NULL, cancellable, callback,
                             user_data);
  if (pawl_operation_may_start (op, iface->start_report != NULL,
                                g_variant_new_parsed ("{'accepted': <true>}")))
    pawl_operation_started (op, iface->start_report (self, report, all, op, &error), &error);
}

/**
 * pawl_verifier_report_finish:
 * @self: an instance
 * @result: the result
 * @error: return location
 *
 * Errors: those of the slot, see #PawlVerifierInterface; %PAWL_ERROR_PLUGIN when the plugin breaks
 * its contract, %PAWL_ERROR_TIMED_OUT at the deadline, %G_IO_ERROR_CANCELLED after a cancel.
 *
 * Returns: (transfer full): an `a{sv}`: `accepted` b; `retry-after-s` u
 *
 * Since: 1.0
 */
GVariant *
pawl_verifier_report_finish (PawlVerifier *self, GAsyncResult *result, GError **error)
{
  return pawl_call_finish_variant (G_OBJECT (self), &report_spec, result, error);
}
