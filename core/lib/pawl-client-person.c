/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What a person says about an update. */

#include <pawl/pawl-client.h>

#include "pawl-client-private.h"

/**
 * pawl_client_confirm_async:
 * @self: a client
 * @options: (nullable): an `a{sv}`: `now` b (default false): for all confirmers
 * @cancellable: (nullable): ends the wait, not the step
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Says, for a person, that the version on trial is good.
 *
 * Since: 1.0
 */
void
pawl_client_confirm_async (PawlClient *self,
                           GVariant *options,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_return_if_fail (PAWL_IS_CLIENT (self));

  pawl_client_begin_call (self, "Confirm",
                          g_variant_new ("(@a{sv})", pawl_client_take_options (options)),
                          pawl_client_confirm_async, cancellable, callback, user_data);
}

/**
 * pawl_client_confirm_finish:
 * @self: a client
 * @result: what the callback got
 * @error: return location
 *
 * Ends pawl_client_confirm_async().
 *
 * Errors: %PAWL_ERROR_WRONG_STATE, %PAWL_ERROR_NOT_SUPPORTED; %PAWL_ERROR_NOT_AUTHORIZED,
 * %PAWL_ERROR_INVALID_CONFIG, and any that the step itself has.
 *
 * Returns: %TRUE if it was done
 *
 * Since: 1.0
 */
gboolean
pawl_client_confirm_finish (PawlClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (PAWL_IS_CLIENT (self), FALSE);

  return pawl_client_end_call (self, result, error);
}

/**
 * pawl_client_reject_async:
 * @self: a client
 * @reason: for people and the report
 * @options: (nullable): an `a{sv}`: none are defined but `wait`
 * @cancellable: (nullable): ends the wait, not the step
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Says, for a person, that the version on trial is bad: the previous one comes back.
 *
 * Since: 1.0
 */
void
pawl_client_reject_async (PawlClient *self,
                          const char *reason,
                          GVariant *options,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_return_if_fail (PAWL_IS_CLIENT (self));
  g_return_if_fail (reason != NULL);

  pawl_client_begin_call (self, "Reject",
                          g_variant_new ("(s@a{sv})", reason, pawl_client_take_options (options)),
                          pawl_client_reject_async, cancellable, callback, user_data);
}

/**
 * pawl_client_reject_finish:
 * @self: a client
 * @result: what the callback got
 * @error: return location
 *
 * Ends pawl_client_reject_async().
 *
 * Errors: %PAWL_ERROR_WRONG_STATE, %PAWL_ERROR_BOOT; %PAWL_ERROR_NOT_AUTHORIZED,
 * %PAWL_ERROR_INVALID_CONFIG, and any that the step itself has.
 *
 * Returns: %TRUE if it was done
 *
 * Since: 1.0
 */
gboolean
pawl_client_reject_finish (PawlClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (PAWL_IS_CLIENT (self), FALSE);

  return pawl_client_end_call (self, result, error);
}

/**
 * pawl_client_rollback_async:
 * @self: a client
 * @options: (nullable): an `a{sv}`: none are defined but `wait`
 * @cancellable: (nullable): ends the wait, not the step
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Makes the version that ran before the next boot again.
 *
 * Since: 1.0
 */
void
pawl_client_rollback_async (PawlClient *self,
                            GVariant *options,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_return_if_fail (PAWL_IS_CLIENT (self));

  pawl_client_begin_call (self, "Rollback",
                          g_variant_new ("(@a{sv})", pawl_client_take_options (options)),
                          pawl_client_rollback_async, cancellable, callback, user_data);
}

/**
 * pawl_client_rollback_finish:
 * @self: a client
 * @result: what the callback got
 * @error: return location
 *
 * Ends pawl_client_rollback_async().
 *
 * Errors: %PAWL_ERROR_WRONG_STATE, %PAWL_ERROR_NOT_FOUND, %PAWL_ERROR_BOOT;
 * %PAWL_ERROR_NOT_AUTHORIZED, %PAWL_ERROR_INVALID_CONFIG, and any that the step itself has.
 *
 * Returns: %TRUE if it was done
 *
 * Since: 1.0
 */
gboolean
pawl_client_rollback_finish (PawlClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (PAWL_IS_CLIENT (self), FALSE);

  return pawl_client_end_call (self, result, error);
}

/**
 * pawl_client_approve_async:
 * @self: a client
 * @step: `download`, `install`, `reboot` or `all`
 * @options: (nullable): an `a{sv}`: none are defined but `wait`
 * @cancellable: (nullable): ends the wait, not the step
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Agrees, for a person, to a step that waits for it.
 *
 * Since: 1.0
 */
void
pawl_client_approve_async (PawlClient *self,
                           const char *step,
                           GVariant *options,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_return_if_fail (PAWL_IS_CLIENT (self));
  g_return_if_fail (step != NULL);

  pawl_client_begin_call (self, "Approve",
                          g_variant_new ("(s@a{sv})", step, pawl_client_take_options (options)),
                          pawl_client_approve_async, cancellable, callback, user_data);
}

/**
 * pawl_client_approve_finish:
 * @self: a client
 * @result: what the callback got
 * @error: return location
 *
 * Ends pawl_client_approve_async().
 *
 * Errors: %PAWL_ERROR_WRONG_STATE, %PAWL_ERROR_INVALID_ARGUMENT; %PAWL_ERROR_NOT_AUTHORIZED,
 * %PAWL_ERROR_INVALID_CONFIG, and any that the step itself has.
 *
 * Returns: %TRUE if it was done
 *
 * Since: 1.0
 */
gboolean
pawl_client_approve_finish (PawlClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (PAWL_IS_CLIENT (self), FALSE);

  return pawl_client_end_call (self, result, error);
}

/**
 * pawl_client_defer_async:
 * @self: a client
 * @step: `download`, `install`, `reboot` or `all`
 * @until_us: not before this time, in microseconds since 1970, UTC; 0 takes it back
 * @options: (nullable): an `a{sv}`: none are defined but `wait`
 * @cancellable: (nullable): ends the wait, not the step
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Asks, for a person, to come back later.
 *
 * Since: 1.0
 */
void
pawl_client_defer_async (PawlClient *self,
                         const char *step,
                         gint64 until_us,
                         GVariant *options,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_return_if_fail (PAWL_IS_CLIENT (self));
  g_return_if_fail (step != NULL);

  pawl_client_begin_call (self, "Defer",
                          g_variant_new ("(sx@a{sv})", step, until_us,
                                         pawl_client_take_options (options)),
                          pawl_client_defer_async, cancellable, callback, user_data);
}

/**
 * pawl_client_defer_finish:
 * @self: a client
 * @result: what the callback got
 * @error: return location
 *
 * Ends pawl_client_defer_async().
 *
 * Errors: %PAWL_ERROR_WRONG_STATE, %PAWL_ERROR_INVALID_ARGUMENT; %PAWL_ERROR_NOT_AUTHORIZED,
 * %PAWL_ERROR_INVALID_CONFIG, and any that the step itself has.
 *
 * Returns: %TRUE if it was done
 *
 * Since: 1.0
 */
gboolean
pawl_client_defer_finish (PawlClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (PAWL_IS_CLIENT (self), FALSE);

  return pawl_client_end_call (self, result, error);
}
