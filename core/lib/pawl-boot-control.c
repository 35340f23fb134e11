/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include <pawl/pawl-boot-control.h>

#include "pawl-operation-private.h"

#include <pawl/pawl-error.h>

G_DEFINE_INTERFACE (PawlBootControl, pawl_boot_control, G_TYPE_OBJECT)

static void
pawl_boot_control_default_init (PawlBootControlInterface *iface)
{
}

/* A minute. */
static const PawlCallSpec arm_spec = {"arm", 60 * 1000, TRUE, NULL};
/* A minute. */
static const PawlCallSpec get_status_spec = {"get_status", 60 * 1000, FALSE, NULL};
/* A minute. */
static const PawlCallSpec mark_good_spec = {"mark_good", 60 * 1000, TRUE, NULL};
/* A minute. */
static const PawlCallSpec mark_bad_spec = {"mark_bad", 60 * 1000, TRUE, NULL};

/**
 * pawl_boot_control_set_up:
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
pawl_boot_control_set_up (PawlBootControl *self, PawlContext *context, GError **error)
{
  PawlBootControlInterface *iface;

  g_return_val_if_fail (PAWL_IS_BOOT_CONTROL (self), FALSE);
  g_return_val_if_fail (PAWL_IS_CONTEXT (context), FALSE);

  iface = PAWL_BOOT_CONTROL_GET_IFACE (self);
  pawl_instance_set_name (G_OBJECT (self), pawl_context_get_name (context));
  if (iface->set_up == NULL)
    return TRUE;
  return pawl_call_check_set_up (G_OBJECT (self), iface->set_up (self, context, error), error);
}

/**
 * pawl_boot_control_arm_async:
 * @self: an instance
 * @tries: how many boots the new version gets before the boot loader falls back, 1 to 100
 * @options: (nullable): an `a{sv}`; a floating one is consumed
 * @timeout_ms: milliseconds until the deadline; 0 for the default of this method, which is 60
 * seconds
 * @cancellable: (nullable): to cancel
 * @callback: called in the thread-default main context of this call
 * @user_data: for @callback
 *
 * Arms the boot counter. Comes before the new version can become the next boot, so that no boot
 * of it is uncounted. When it fails, nothing is activated.
 *
 * Since: 1.0
 */
void
pawl_boot_control_arm_async (PawlBootControl *self,
                             guint tries,
                             GVariant *options,
                             guint timeout_ms,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GVariant) all = pawl_call_options (options);
  g_autoptr (PawlOperation) op = NULL;
  g_autoptr (GError) error = NULL;
  PawlBootControlInterface *iface;

  g_return_if_fail (PAWL_IS_BOOT_CONTROL (self));

  iface = PAWL_BOOT_CONTROL_GET_IFACE (self);
  op = pawl_operation_begin (G_OBJECT (self), &arm_spec, timeout_ms, NULL, cancellable, callback,
                             user_data);
  if (pawl_operation_may_start (op, iface->start_arm != NULL, NULL))
    pawl_operation_started (op, iface->start_arm (self, tries, all, op, &error), &error);
}

/**
 * pawl_boot_control_arm_finish:
 * @self: an instance
 * @result: the result
 * @error: return location
 *
 * Errors: those of the slot, see #PawlBootControlInterface; %PAWL_ERROR_PLUGIN when the plugin
 * breaks its contract, %PAWL_ERROR_TIMED_OUT at the deadline, %G_IO_ERROR_CANCELLED after a cancel.
 *
 * Returns: (transfer full): an `a{sv}`, perhaps empty
 *
 * Since: 1.0
 */
GVariant *
pawl_boot_control_arm_finish (PawlBootControl *self, GAsyncResult *result, GError **error)
{
  return pawl_call_finish_variant (G_OBJECT (self), &arm_spec, result, error);
}

/**
 * pawl_boot_control_get_status_async:
 * @self: an instance
 * @options: (nullable): an `a{sv}`; a floating one is consumed
 * @timeout_ms: milliseconds until the deadline; 0 for the default of this method, which is 60
 * seconds
 * @cancellable: (nullable): to cancel
 * @callback: called in the thread-default main context of this call
 * @user_data: for @callback
 *
 * Says what the boot loader knows about this boot.
 *
 * Since: 1.0
 */
void
pawl_boot_control_get_status_async (PawlBootControl *self,
                                    GVariant *options,
                                    guint timeout_ms,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  g_autoptr (GVariant) all = pawl_call_options (options);
  g_autoptr (PawlOperation) op = NULL;
  g_autoptr (GError) error = NULL;
  PawlBootControlInterface *iface;

  g_return_if_fail (PAWL_IS_BOOT_CONTROL (self));

  iface = PAWL_BOOT_CONTROL_GET_IFACE (self);
  op = pawl_operation_begin (G_OBJECT (self), &get_status_spec, timeout_ms, NULL, cancellable,
                             callback, user_data);
  if (pawl_operation_may_start (op, iface->start_get_status != NULL, NULL))
    pawl_operation_started (op, iface->start_get_status (self, all, op, &error), &error);
}

/**
 * pawl_boot_control_get_status_finish:
 * @self: a boot control
 * @result: the result
 * @out_details: (out) (optional) (transfer full): return location for the whole answer, an `a{sv}`
 * @error: return location
 *
 * Errors: those of the slot; %PAWL_ERROR_PLUGIN when the status is no word of #PawlBootStatus. As
 * long as @error is set, nothing is known about this boot.
 *
 * Returns: what the boot loader says about this boot; meaningless when @error is set
 *
 * Since: 1.0
 */
PawlBootStatus
pawl_boot_control_get_status_finish (PawlBootControl *self,
                                     GAsyncResult *result,
                                     GVariant **out_details,
                                     GError **error)
{
  g_autoptr (GVariant) details =
    pawl_call_finish_variant (G_OBJECT (self), &get_status_spec, result, error);
  int status = PAWL_BOOT_STATUS_NORMAL;

  if (details != NULL &&
      pawl_call_lookup_enum (G_OBJECT (self), &get_status_spec, details, "status",
                             PAWL_TYPE_BOOT_STATUS, &status, error) &&
      out_details != NULL)
    *out_details = g_steal_pointer (&details);
  return (PawlBootStatus) status;
}

/**
 * pawl_boot_control_mark_good_async:
 * @self: an instance
 * @options: (nullable): an `a{sv}`; a floating one is consumed
 * @timeout_ms: milliseconds until the deadline; 0 for the default of this method, which is 60
 * seconds
 * @cancellable: (nullable): to cancel
 * @callback: called in the thread-default main context of this call
 * @user_data: for @callback
 *
 * What runs now is good: stop counting, and never fall back from it later.
 *
 * Since: 1.0
 */
void
pawl_boot_control_mark_good_async (PawlBootControl *self,
                                   GVariant *options,
                                   guint timeout_ms,
                                   GCancellable *cancellable,
                                   GAsyncReadyCallback callback,
                                   gpointer user_data)
{
  g_autoptr (GVariant) all = pawl_call_options (options);
  g_autoptr (PawlOperation) op = NULL;
  g_autoptr (GError) error = NULL;
  PawlBootControlInterface *iface;

  g_return_if_fail (PAWL_IS_BOOT_CONTROL (self));

  iface = PAWL_BOOT_CONTROL_GET_IFACE (self);
  op = pawl_operation_begin (G_OBJECT (self), &mark_good_spec, timeout_ms, NULL, cancellable,
                             callback, user_data);
  if (pawl_operation_may_start (op, iface->start_mark_good != NULL, NULL))
    pawl_operation_started (op, iface->start_mark_good (self, all, op, &error), &error);
}

/**
 * pawl_boot_control_mark_good_finish:
 * @self: an instance
 * @result: the result
 * @error: return location
 *
 * Errors: those of the slot, see #PawlBootControlInterface; %PAWL_ERROR_PLUGIN when the plugin
 * breaks its contract, %PAWL_ERROR_TIMED_OUT at the deadline, %G_IO_ERROR_CANCELLED after a cancel.
 *
 * Returns: (transfer full): an `a{sv}`, perhaps empty
 *
 * Since: 1.0
 */
GVariant *
pawl_boot_control_mark_good_finish (PawlBootControl *self, GAsyncResult *result, GError **error)
{
  return pawl_call_finish_variant (G_OBJECT (self), &mark_good_spec, result, error);
}

/**
 * pawl_boot_control_mark_bad_async:
 * @self: an instance
 * @options: (nullable): an `a{sv}`; a floating one is consumed
 * @timeout_ms: milliseconds until the deadline; 0 for the default of this method, which is 60
 * seconds
 * @cancellable: (nullable): to cancel
 * @callback: called in the thread-default main context of this call
 * @user_data: for @callback
 *
 * The version on trial is bad: the next boot is the previous version.
 *
 * Since: 1.0
 */
void
pawl_boot_control_mark_bad_async (PawlBootControl *self,
                                  GVariant *options,
                                  guint timeout_ms,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_autoptr (GVariant) all = pawl_call_options (options);
  g_autoptr (PawlOperation) op = NULL;
  g_autoptr (GError) error = NULL;
  PawlBootControlInterface *iface;

  g_return_if_fail (PAWL_IS_BOOT_CONTROL (self));

  iface = PAWL_BOOT_CONTROL_GET_IFACE (self);
  op = pawl_operation_begin (G_OBJECT (self), &mark_bad_spec, timeout_ms, NULL, cancellable,
                             callback, user_data);
  if (pawl_operation_may_start (op, iface->start_mark_bad != NULL, NULL))
    pawl_operation_started (op, iface->start_mark_bad (self, all, op, &error), &error);
}

/**
 * pawl_boot_control_mark_bad_finish:
 * @self: an instance
 * @result: the result
 * @error: return location
 *
 * Errors: those of the slot, see #PawlBootControlInterface; %PAWL_ERROR_PLUGIN when the plugin
 * breaks its contract, %PAWL_ERROR_TIMED_OUT at the deadline, %G_IO_ERROR_CANCELLED after a cancel.
 *
 * Returns: (transfer full): an `a{sv}`, perhaps empty
 *
 * Since: 1.0
 */
GVariant *
pawl_boot_control_mark_bad_finish (PawlBootControl *self, GAsyncResult *result, GError **error)
{
  return pawl_call_finish_variant (G_OBJECT (self), &mark_bad_spec, result, error);
}

/**
 * pawl_boot_status_to_variant:
 * @status: what the boot loader says about this boot
 * @tries_left: how many boots the version on trial still gets; 0 when none is armed
 * @reason: (nullable): why this boot happened, when known
 *
 * Makes the answer of #PawlBootControlInterface.start_get_status().
 *
 * Returns: (transfer full): an `a{sv}`
 *
 * Since: 1.0
 */
GVariant *
pawl_boot_status_to_variant (PawlBootStatus status, guint tries_left, const char *reason)
{
  g_auto (GVariantDict) answer = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&answer, "status", "s",
                         pawl_enum_to_nick (PAWL_TYPE_BOOT_STATUS, (int) status));
  g_variant_dict_insert (&answer, "tries-left", "u", tries_left);
  if (reason != NULL)
    g_variant_dict_insert (&answer, "reason", "s", reason);
  return g_variant_ref_sink (g_variant_dict_end (&answer));
}
