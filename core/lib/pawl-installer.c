/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include <pawl/pawl-installer.h>

#include "pawl-operation-private.h"

#include <pawl/pawl-error.h>

G_DEFINE_INTERFACE (PawlInstaller, pawl_installer, G_TYPE_OBJECT)

static void
pawl_installer_default_init (PawlInstallerInterface *iface)
{
}

/* A minute. */
static const PawlCallSpec describe_installed_spec = {"describe_installed", 60 * 1000, FALSE,
                                                     pawl_target_get_type};
/* A minute. */
static const PawlCallSpec can_install_spec = {"can_install", 60 * 1000, FALSE, NULL};
/* Two hours: a microcontroller over a slow bus. */
static const PawlCallSpec install_spec = {"install", 2 * 3600 * 1000, FALSE, NULL};
/* Ten minutes. */
static const PawlCallSpec activate_spec = {"activate", 10 * 60 * 1000, FALSE, NULL};
/* Ten minutes. */
static const PawlCallSpec revert_spec = {"revert", 10 * 60 * 1000, FALSE, NULL};
/* Ten minutes. */
static const PawlCallSpec commit_spec = {"commit", 10 * 60 * 1000, TRUE, NULL};
/* Ten minutes. */
static const PawlCallSpec clean_up_spec = {"clean_up", 10 * 60 * 1000, FALSE, NULL};

/**
 * pawl_installer_set_up:
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
pawl_installer_set_up (PawlInstaller *self, PawlContext *context, GError **error)
{
  PawlInstallerInterface *iface;

  g_return_val_if_fail (PAWL_IS_INSTALLER (self), FALSE);
  g_return_val_if_fail (PAWL_IS_CONTEXT (context), FALSE);

  iface = PAWL_INSTALLER_GET_IFACE (self);
  pawl_instance_set_name (G_OBJECT (self), pawl_context_get_name (context));
  if (iface->set_up == NULL)
    return TRUE;
  return pawl_call_check_set_up (G_OBJECT (self), iface->set_up (self, context, error), error);
}

/**
 * pawl_installer_list_formats:
 * @self: an instance
 * @error: return location
 *
 * The target formats that it installs. Constant for the life of @self. None means any.
 *
 * Errors: %PAWL_ERROR_PLUGIN when the plugin answers with nothing.
 *
 * Returns: (transfer full): the formats, never %NULL
 *
 * Since: 1.0
 */
GStrv
pawl_installer_list_formats (PawlInstaller *self, GError **error)
{
  PawlInstallerInterface *iface;

  g_return_val_if_fail (PAWL_IS_INSTALLER (self), NULL);

  iface = PAWL_INSTALLER_GET_IFACE (self);
  if (iface->list_formats == NULL)
    return g_new0 (char *, 1);
  return pawl_call_check_strv (G_OBJECT (self), "list_formats", iface->list_formats (self), error);
}

/**
 * pawl_installer_describe_installed_async:
 * @self: an instance
 * @options: (nullable): an `a{sv}`; a floating one is consumed
 * @timeout_ms: milliseconds until the deadline; 0 for the default of this method, which is 60
 * seconds
 * @cancellable: (nullable): to cancel
 * @callback: called in the thread-default main context of this call
 * @user_data: for @callback
 *
 * Describes what runs now: what really booted, not what was meant to.
 *
 * Since: 1.0
 */
void
pawl_installer_describe_installed_async (PawlInstaller *self,
                                         GVariant *options,
                                         guint timeout_ms,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data)
{
  g_autoptr (GVariant) all = pawl_call_options (options);
  g_autoptr (PawlOperation) op = NULL;
  g_autoptr (GError) error = NULL;
  PawlInstallerInterface *iface;

  g_return_if_fail (PAWL_IS_INSTALLER (self));

  iface = PAWL_INSTALLER_GET_IFACE (self);
  op = pawl_operation_begin (G_OBJECT (self), &describe_installed_spec, timeout_ms, NULL,
                             cancellable, callback, user_data);
  if (pawl_operation_may_start (op, iface->start_describe_installed != NULL, NULL))
    pawl_operation_started (op, iface->start_describe_installed (self, all, op, &error), &error);
}

/**
 * pawl_installer_describe_installed_finish:
 * @self: an instance
 * @result: the result
 * @error: return location
 *
 * Errors: those of the slot, see #PawlInstallerInterface; %PAWL_ERROR_PLUGIN when the plugin breaks
 * its contract, %PAWL_ERROR_TIMED_OUT at the deadline, %G_IO_ERROR_CANCELLED after a cancel.
 *
 * Returns: (transfer full): the #PawlTarget that runs now; its name is `unknown` when that cannot
 * be told
 *
 * Since: 1.0
 */
PawlTarget *
pawl_installer_describe_installed_finish (PawlInstaller *self, GAsyncResult *result, GError **error)
{
  return pawl_call_finish_object (G_OBJECT (self), &describe_installed_spec, result, error);
}

/**
 * pawl_installer_can_install_async:
 * @self: an instance
 * @target: a target that the verifier proved genuine
 * @options: (nullable): an `a{sv}`; a floating one is consumed
 * @timeout_ms: milliseconds until the deadline; 0 for the default of this method, which is 60
 * seconds
 * @cancellable: (nullable): to cancel
 * @callback: called in the thread-default main context of this call
 * @user_data: for @callback
 *
 * Checks before the first byte is fetched whether @target could be installed: format, hardware,
 * free space, everything that is known to go wrong. Fails with the reason. Optional: the default
 * answers yes.
 *
 * Since: 1.0
 */
void
pawl_installer_can_install_async (PawlInstaller *self,
                                  PawlTarget *target,
                                  GVariant *options,
                                  guint timeout_ms,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_autoptr (GVariant) all = pawl_call_options (options);
  g_autoptr (PawlOperation) op = NULL;
  g_autoptr (GError) error = NULL;
  PawlInstallerInterface *iface;

  g_return_if_fail (PAWL_IS_INSTALLER (self));

  iface = PAWL_INSTALLER_GET_IFACE (self);
  op = pawl_operation_begin (G_OBJECT (self), &can_install_spec, timeout_ms, NULL, cancellable,
                             callback, user_data);
  if (pawl_operation_may_start (op, iface->start_can_install != NULL, pawl_call_nothing ()))
    pawl_operation_started (op, iface->start_can_install (self, target, all, op, &error), &error);
}

/**
 * pawl_installer_can_install_finish:
 * @self: an instance
 * @result: the result
 * @error: return location
 *
 * Errors: those of the slot, see #PawlInstallerInterface; %PAWL_ERROR_PLUGIN when the plugin breaks
 * its contract, %PAWL_ERROR_TIMED_OUT at the deadline, %G_IO_ERROR_CANCELLED after a cancel.
 *
 * Returns: (transfer full): an `a{sv}`: `disk-bytes` t (needed besides the payload),
 * `reboot-needed` b
 *
 * Since: 1.0
 */
GVariant *
pawl_installer_can_install_finish (PawlInstaller *self, GAsyncResult *result, GError **error)
{
  return pawl_call_finish_variant (G_OBJECT (self), &can_install_spec, result, error);
}

/**
 * pawl_installer_install_async:
 * @self: an instance
 * @target: a target that the verifier proved genuine
 * @payload: (nullable): its verified bytes; %NULL when the transport keeps them in a store of its
 * own
 * @options: (nullable): an `a{sv}`; a floating one is consumed
 * @timeout_ms: milliseconds until the deadline; 0 for the default of this method, which is 7200
 * seconds
 * @monitor: (nullable): told about progress
 * @cancellable: (nullable): to cancel
 * @callback: called in the thread-default main context of this call
 * @user_data: for @callback
 *
 * Writes @target to the inactive side. What runs now, and what boots next, stay as they are.
 *
 * Since: 1.0
 */
void
pawl_installer_install_async (PawlInstaller *self,
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
  PawlInstallerInterface *iface;

  g_return_if_fail (PAWL_IS_INSTALLER (self));

  iface = PAWL_INSTALLER_GET_IFACE (self);
  op = pawl_operation_begin (G_OBJECT (self), &install_spec, timeout_ms, monitor, cancellable,
                             callback, user_data);
  if (pawl_operation_may_start (op, iface->start_install != NULL, NULL))
    pawl_operation_started (op, iface->start_install (self, target, payload, all, op, &error),
                            &error);
}

/**
 * pawl_installer_install_finish:
 * @self: an instance
 * @result: the result
 * @error: return location
 *
 * Errors: those of the slot, see #PawlInstallerInterface; %PAWL_ERROR_PLUGIN when the plugin breaks
 * its contract, %PAWL_ERROR_TIMED_OUT at the deadline, %G_IO_ERROR_CANCELLED after a cancel.
 *
 * Returns: (transfer full): an `a{sv}`: `reboot-needed` b
 *
 * Since: 1.0
 */
GVariant *
pawl_installer_install_finish (PawlInstaller *self, GAsyncResult *result, GError **error)
{
  return pawl_call_finish_variant (G_OBJECT (self), &install_spec, result, error);
}

/**
 * pawl_installer_activate_async:
 * @self: an instance
 * @target: a target that the verifier proved genuine
 * @options: (nullable): an `a{sv}`; a floating one is consumed
 * @timeout_ms: milliseconds until the deadline; 0 for the default of this method, which is 600
 * seconds
 * @cancellable: (nullable): to cancel
 * @callback: called in the thread-default main context of this call
 * @user_data: for @callback
 *
 * Makes @target the next boot (or what runs, when no reboot is needed). Called after the boot
 * counter is armed.
 *
 * Since: 1.0
 */
void
pawl_installer_activate_async (PawlInstaller *self,
                               PawlTarget *target,
                               GVariant *options,
                               guint timeout_ms,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GVariant) all = pawl_call_options (options);
  g_autoptr (PawlOperation) op = NULL;
  g_autoptr (GError) error = NULL;
  PawlInstallerInterface *iface;

  g_return_if_fail (PAWL_IS_INSTALLER (self));

  iface = PAWL_INSTALLER_GET_IFACE (self);
  op = pawl_operation_begin (G_OBJECT (self), &activate_spec, timeout_ms, NULL, cancellable,
                             callback, user_data);
  if (pawl_operation_may_start (op, iface->start_activate != NULL, NULL))
    pawl_operation_started (op, iface->start_activate (self, target, all, op, &error), &error);
}

/**
 * pawl_installer_activate_finish:
 * @self: an instance
 * @result: the result
 * @error: return location
 *
 * Errors: those of the slot, see #PawlInstallerInterface; %PAWL_ERROR_PLUGIN when the plugin breaks
 * its contract, %PAWL_ERROR_TIMED_OUT at the deadline, %G_IO_ERROR_CANCELLED after a cancel.
 *
 * Returns: (transfer full): an `a{sv}`: `reboot-needed` b
 *
 * Since: 1.0
 */
GVariant *
pawl_installer_activate_finish (PawlInstaller *self, GAsyncResult *result, GError **error)
{
  return pawl_call_finish_variant (G_OBJECT (self), &activate_spec, result, error);
}

/**
 * pawl_installer_revert_async:
 * @self: an instance
 * @target: a target that the verifier proved genuine
 * @options: (nullable): an `a{sv}`; a floating one is consumed
 * @timeout_ms: milliseconds until the deadline; 0 for the default of this method, which is 600
 * seconds
 * @cancellable: (nullable): to cancel
 * @callback: called in the thread-default main context of this call
 * @user_data: for @callback
 *
 * Makes what ran before @target the next boot again, and takes @target out of the way so that it
 * cannot boot. Does nothing, successfully, when @target is not installed.
 *
 * Since: 1.0
 */
void
pawl_installer_revert_async (PawlInstaller *self,
                             PawlTarget *target,
                             GVariant *options,
                             guint timeout_ms,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GVariant) all = pawl_call_options (options);
  g_autoptr (PawlOperation) op = NULL;
  g_autoptr (GError) error = NULL;
  PawlInstallerInterface *iface;

  g_return_if_fail (PAWL_IS_INSTALLER (self));

  iface = PAWL_INSTALLER_GET_IFACE (self);
  op = pawl_operation_begin (G_OBJECT (self), &revert_spec, timeout_ms, NULL, cancellable, callback,
                             user_data);
  if (pawl_operation_may_start (op, iface->start_revert != NULL, NULL))
    pawl_operation_started (op, iface->start_revert (self, target, all, op, &error), &error);
}

/**
 * pawl_installer_revert_finish:
 * @self: an instance
 * @result: the result
 * @error: return location
 *
 * Errors: those of the slot, see #PawlInstallerInterface; %PAWL_ERROR_PLUGIN when the plugin breaks
 * its contract, %PAWL_ERROR_TIMED_OUT at the deadline, %G_IO_ERROR_CANCELLED after a cancel.
 *
 * Returns: (transfer full): an `a{sv}`: `reboot-needed` b
 *
 * Since: 1.0
 */
GVariant *
pawl_installer_revert_finish (PawlInstaller *self, GAsyncResult *result, GError **error)
{
  return pawl_call_finish_variant (G_OBJECT (self), &revert_spec, result, error);
}

/**
 * pawl_installer_commit_async:
 * @self: an instance
 * @target: a target that the verifier proved genuine
 * @options: (nullable): an `a{sv}`; a floating one is consumed
 * @timeout_ms: milliseconds until the deadline; 0 for the default of this method, which is 600
 * seconds
 * @cancellable: (nullable): to cancel
 * @callback: called in the thread-default main context of this call
 * @user_data: for @callback
 *
 * @target has proved itself: what was kept only to revert it may go.
 *
 * Since: 1.0
 */
void
pawl_installer_commit_async (PawlInstaller *self,
                             PawlTarget *target,
                             GVariant *options,
                             guint timeout_ms,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data)
{
  g_autoptr (GVariant) all = pawl_call_options (options);
  g_autoptr (PawlOperation) op = NULL;
  g_autoptr (GError) error = NULL;
  PawlInstallerInterface *iface;

  g_return_if_fail (PAWL_IS_INSTALLER (self));

  iface = PAWL_INSTALLER_GET_IFACE (self);
  op = pawl_operation_begin (G_OBJECT (self), &commit_spec, timeout_ms, NULL, cancellable, callback,
                             user_data);
  if (pawl_operation_may_start (op, iface->start_commit != NULL, pawl_call_nothing ()))
    pawl_operation_started (op, iface->start_commit (self, target, all, op, &error), &error);
}

/**
 * pawl_installer_commit_finish:
 * @self: an instance
 * @result: the result
 * @error: return location
 *
 * Errors: those of the slot, see #PawlInstallerInterface; %PAWL_ERROR_PLUGIN when the plugin breaks
 * its contract, %PAWL_ERROR_TIMED_OUT at the deadline, %G_IO_ERROR_CANCELLED after a cancel.
 *
 * Returns: (transfer full): an `a{sv}`, perhaps empty
 *
 * Since: 1.0
 */
GVariant *
pawl_installer_commit_finish (PawlInstaller *self, GAsyncResult *result, GError **error)
{
  return pawl_call_finish_variant (G_OBJECT (self), &commit_spec, result, error);
}

/**
 * pawl_installer_clean_up_async:
 * @self: an instance
 * @options: (nullable): an `a{sv}`; `need-bytes` t: room that is wanted; a floating one is
 * consumed
 * @timeout_ms: milliseconds until the deadline; 0 for the default of this method, which is 600
 * seconds
 * @cancellable: (nullable): to cancel
 * @callback: called in the thread-default main context of this call
 * @user_data: for @callback
 *
 * Removes what neither runs nor may be needed to revert.
 *
 * Since: 1.0
 */
void
pawl_installer_clean_up_async (PawlInstaller *self,
                               GVariant *options,
                               guint timeout_ms,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GVariant) all = pawl_call_options (options);
  g_autoptr (PawlOperation) op = NULL;
  g_autoptr (GError) error = NULL;
  PawlInstallerInterface *iface;

  g_return_if_fail (PAWL_IS_INSTALLER (self));

  iface = PAWL_INSTALLER_GET_IFACE (self);
  op = pawl_operation_begin (G_OBJECT (self), &clean_up_spec, timeout_ms, NULL, cancellable,
                             callback, user_data);
  if (pawl_operation_may_start (op, iface->start_clean_up != NULL, pawl_call_nothing ()))
    pawl_operation_started (op, iface->start_clean_up (self, all, op, &error), &error);
}

/**
 * pawl_installer_clean_up_finish:
 * @self: an instance
 * @result: the result
 * @error: return location
 *
 * Errors: those of the slot, see #PawlInstallerInterface; %PAWL_ERROR_PLUGIN when the plugin breaks
 * its contract, %PAWL_ERROR_TIMED_OUT at the deadline, %G_IO_ERROR_CANCELLED after a cancel.
 *
 * Returns: (transfer full): an `a{sv}`: `freed-bytes` t
 *
 * Since: 1.0
 */
GVariant *
pawl_installer_clean_up_finish (PawlInstaller *self, GAsyncResult *result, GError **error)
{
  return pawl_call_finish_variant (G_OBJECT (self), &clean_up_spec, result, error);
}
