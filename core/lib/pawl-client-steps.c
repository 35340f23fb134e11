/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The steps of an update, asked for by name; and their end before the time. */

#include <pawl/pawl-client.h>

#include "pawl-client-private.h"

/**
 * pawl_client_check_async:
 * @self: a client
 * @options: (nullable): an `a{sv}`: `force` b (default true), `source` s
 * @cancellable: (nullable): ends the wait, not the step
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Asks what this device should run. Read #PawlClient:available afterwards.
 *
 * Since: 1.0
 */
void
pawl_client_check_async (PawlClient *self,
                         GVariant *options,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_return_if_fail (PAWL_IS_CLIENT (self));

  pawl_client_begin_call (self, "Check",
                          g_variant_new ("(@a{sv})", pawl_client_take_options (options)),
                          pawl_client_check_async, cancellable, callback, user_data);
}

/**
 * pawl_client_check_finish:
 * @self: a client
 * @result: what the callback got
 * @error: return location
 *
 * Ends pawl_client_check_async().
 *
 * Errors: %PAWL_ERROR_WRONG_STATE, %PAWL_ERROR_NETWORK, %PAWL_ERROR_NOT_TRUSTED,
 * %PAWL_ERROR_EXPIRED, %PAWL_ERROR_DOWNGRADE, %PAWL_ERROR_RETRY_LATER; %PAWL_ERROR_NOT_AUTHORIZED,
 * %PAWL_ERROR_INVALID_CONFIG, and any that the step itself has.
 *
 * Returns: %TRUE if it was done
 *
 * Since: 1.0
 */
gboolean
pawl_client_check_finish (PawlClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (PAWL_IS_CLIENT (self), FALSE);

  return pawl_client_end_call (self, result, error);
}

/**
 * pawl_client_fetch_async:
 * @self: a client
 * @options: (nullable): an `a{sv}`: `force` b (default true)
 * @cancellable: (nullable): ends the wait, not the step
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Fetches the payloads of the available update.
 *
 * Since: 1.0
 */
void
pawl_client_fetch_async (PawlClient *self,
                         GVariant *options,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_return_if_fail (PAWL_IS_CLIENT (self));

  pawl_client_begin_call (self, "Fetch",
                          g_variant_new ("(@a{sv})", pawl_client_take_options (options)),
                          pawl_client_fetch_async, cancellable, callback, user_data);
}

/**
 * pawl_client_fetch_finish:
 * @self: a client
 * @result: what the callback got
 * @error: return location
 *
 * Ends pawl_client_fetch_async().
 *
 * Errors: %PAWL_ERROR_WRONG_STATE, %PAWL_ERROR_NETWORK, %PAWL_ERROR_NO_SPACE,
 * %PAWL_ERROR_NOT_TRUSTED, %PAWL_ERROR_BUSY; %PAWL_ERROR_NOT_AUTHORIZED,
 * %PAWL_ERROR_INVALID_CONFIG, and any that the step itself has.
 *
 * Returns: %TRUE if it was done
 *
 * Since: 1.0
 */
gboolean
pawl_client_fetch_finish (PawlClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (PAWL_IS_CLIENT (self), FALSE);

  return pawl_client_end_call (self, result, error);
}

/**
 * pawl_client_install_async:
 * @self: a client
 * @options: (nullable): an `a{sv}`: `force` b (default true)
 * @cancellable: (nullable): ends the wait, not the step
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Writes the fetched update to the side that does not run.
 *
 * Since: 1.0
 */
void
pawl_client_install_async (PawlClient *self,
                           GVariant *options,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_return_if_fail (PAWL_IS_CLIENT (self));

  pawl_client_begin_call (self, "Install",
                          g_variant_new ("(@a{sv})", pawl_client_take_options (options)),
                          pawl_client_install_async, cancellable, callback, user_data);
}

/**
 * pawl_client_install_finish:
 * @self: a client
 * @result: what the callback got
 * @error: return location
 *
 * Ends pawl_client_install_async().
 *
 * Errors: %PAWL_ERROR_WRONG_STATE, %PAWL_ERROR_INSTALL, %PAWL_ERROR_NOT_TRUSTED,
 * %PAWL_ERROR_NO_SPACE; %PAWL_ERROR_NOT_AUTHORIZED, %PAWL_ERROR_INVALID_CONFIG, and any that the
 * step itself has.
 *
 * Returns: %TRUE if it was done
 *
 * Since: 1.0
 */
gboolean
pawl_client_install_finish (PawlClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (PAWL_IS_CLIENT (self), FALSE);

  return pawl_client_end_call (self, result, error);
}

/**
 * pawl_client_activate_async:
 * @self: a client
 * @options: (nullable): an `a{sv}`: `force` b, `reboot` b (default true)
 * @cancellable: (nullable): ends the wait, not the step
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Makes the installed update the next boot, and reboots.
 *
 * Since: 1.0
 */
void
pawl_client_activate_async (PawlClient *self,
                            GVariant *options,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_return_if_fail (PAWL_IS_CLIENT (self));

  pawl_client_begin_call (self, "Activate",
                          g_variant_new ("(@a{sv})", pawl_client_take_options (options)),
                          pawl_client_activate_async, cancellable, callback, user_data);
}

/**
 * pawl_client_activate_finish:
 * @self: a client
 * @result: what the callback got
 * @error: return location
 *
 * Ends pawl_client_activate_async().
 *
 * Errors: %PAWL_ERROR_WRONG_STATE, %PAWL_ERROR_BOOT, %PAWL_ERROR_INSTALL;
 * %PAWL_ERROR_NOT_AUTHORIZED, %PAWL_ERROR_INVALID_CONFIG, and any that the step itself has.
 *
 * Returns: %TRUE if it was done
 *
 * Since: 1.0
 */
gboolean
pawl_client_activate_finish (PawlClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (PAWL_IS_CLIENT (self), FALSE);

  return pawl_client_end_call (self, result, error);
}

/**
 * pawl_client_update_async:
 * @self: a client
 * @options: (nullable): an `a{sv}`: `force` b (default false), `reboot` b (default true), `source`
 *   s
 * @cancellable: (nullable): ends the wait, not the step
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Takes all the steps that policy allows, from where the update stands.
 *
 * Since: 1.0
 */
void
pawl_client_update_async (PawlClient *self,
                          GVariant *options,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_return_if_fail (PAWL_IS_CLIENT (self));

  pawl_client_begin_call (self, "Update",
                          g_variant_new ("(@a{sv})", pawl_client_take_options (options)),
                          pawl_client_update_async, cancellable, callback, user_data);
}

/**
 * pawl_client_update_finish:
 * @self: a client
 * @result: what the callback got
 * @error: return location
 *
 * Ends pawl_client_update_async().
 *
 * Errors: those of the single steps; %PAWL_ERROR_NOT_AUTHORIZED, %PAWL_ERROR_INVALID_CONFIG, and
 * any that the step itself has.
 *
 * Returns: %TRUE if it was done
 *
 * Since: 1.0
 */
gboolean
pawl_client_update_finish (PawlClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (PAWL_IS_CLIENT (self), FALSE);

  return pawl_client_end_call (self, result, error);
}

/**
 * pawl_client_cancel_async:
 * @self: a client
 * @options: (nullable): an `a{sv}`: none are defined but `wait`
 * @cancellable: (nullable): ends the wait, not the step
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Ends the running step or, when none runs, forgets the update.
 *
 * Since: 1.0
 */
void
pawl_client_cancel_async (PawlClient *self,
                          GVariant *options,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_return_if_fail (PAWL_IS_CLIENT (self));

  pawl_client_begin_call (self, "Cancel",
                          g_variant_new ("(@a{sv})", pawl_client_take_options (options)),
                          pawl_client_cancel_async, cancellable, callback, user_data);
}

/**
 * pawl_client_cancel_finish:
 * @self: a client
 * @result: what the callback got
 * @error: return location
 *
 * Ends pawl_client_cancel_async().
 *
 * Errors: %PAWL_ERROR_WRONG_STATE; %PAWL_ERROR_NOT_AUTHORIZED, %PAWL_ERROR_INVALID_CONFIG, and any
 * that the step itself has.
 *
 * Returns: %TRUE if it was done
 *
 * Since: 1.0
 */
gboolean
pawl_client_cancel_finish (PawlClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (PAWL_IS_CLIENT (self), FALSE);

  return pawl_client_end_call (self, result, error);
}
