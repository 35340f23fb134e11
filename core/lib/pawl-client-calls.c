/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The methods of the bus as asynchronous calls. All have one shape, call_async() and its finish;
 * the rest of the file says what each does. None has a time limit: a step may take hours. */

#include <pawl/pawl-client.h>

#include <pawl/pawl-error.h>

#include <gio/gunixfdlist.h>

#include "pawl-client-private.h"

static void
on_called (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = G_TASK (data);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) reply = g_dbus_proxy_call_finish (G_DBUS_PROXY (source), result, &error);

  if (reply == NULL)
    {
      pawl_client_translate_error (error);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  g_task_return_pointer (task, g_steal_pointer (&reply), (GDestroyNotify) g_variant_unref);
}

/* @parameters may be floating. */
static void
call_async (PawlClient *self,
            const char *method,
            GVariant *parameters,
            gpointer source_tag,
            GCancellable *cancellable,
            GAsyncReadyCallback callback,
            gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, source_tag);
  g_dbus_proxy_call (self->proxy, method, parameters,
                     G_DBUS_CALL_FLAGS_ALLOW_INTERACTIVE_AUTHORIZATION, G_MAXINT, cancellable,
                     on_called, g_object_ref (task));
}

static gboolean
call_finish (PawlClient *self, GAsyncResult *result, GError **error)
{
  g_autoptr (GVariant) reply = NULL;

  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  reply = g_task_propagate_pointer (G_TASK (result), error);
  return reply != NULL;
}

static GVariant *
options_or_empty (GVariant *options)
{
  return options != NULL ? options : g_variant_new ("a{sv}", NULL);
}

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

  call_async (self, "Check", g_variant_new ("(@a{sv})", options_or_empty (options)),
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

  return call_finish (self, result, error);
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

  call_async (self, "Fetch", g_variant_new ("(@a{sv})", options_or_empty (options)),
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

  return call_finish (self, result, error);
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

  call_async (self, "Install", g_variant_new ("(@a{sv})", options_or_empty (options)),
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

  return call_finish (self, result, error);
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

  call_async (self, "Activate", g_variant_new ("(@a{sv})", options_or_empty (options)),
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

  return call_finish (self, result, error);
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

  call_async (self, "Update", g_variant_new ("(@a{sv})", options_or_empty (options)),
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

  return call_finish (self, result, error);
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

  call_async (self, "Cancel", g_variant_new ("(@a{sv})", options_or_empty (options)),
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

  return call_finish (self, result, error);
}

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

  call_async (self, "Confirm", g_variant_new ("(@a{sv})", options_or_empty (options)),
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

  return call_finish (self, result, error);
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

  call_async (self, "Reject", g_variant_new ("(s@a{sv})", reason, options_or_empty (options)),
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

  return call_finish (self, result, error);
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

  call_async (self, "Rollback", g_variant_new ("(@a{sv})", options_or_empty (options)),
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

  return call_finish (self, result, error);
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

  call_async (self, "Approve", g_variant_new ("(s@a{sv})", step, options_or_empty (options)),
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

  return call_finish (self, result, error);
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

  call_async (self, "Defer",
              g_variant_new ("(sx@a{sv})", step, until_us, options_or_empty (options)),
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

  return call_finish (self, result, error);
}

static void
on_inhibited (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = G_TASK (data);
  g_autoptr (GError) error = NULL;
  g_autoptr (GUnixFDList) fds = NULL;
  g_autoptr (GVariant) reply =
    g_dbus_proxy_call_with_unix_fd_list_finish (G_DBUS_PROXY (source), &fds, result, &error);
  int fd = -1;

  if (reply != NULL && fds != NULL)
    fd = g_unix_fd_list_get (fds, 0, &error);
  else if (reply != NULL)
    g_set_error (&error, PAWL_ERROR, PAWL_ERROR_FAILED, "%s: Inhibit answered without a descriptor",
                 PAWL_BUS_NAME);
  if (fd < 0)
    {
      pawl_client_translate_error (error);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  g_task_return_int (task, fd);
}

/**
 * pawl_client_inhibit_async:
 * @self: a client
 * @what: what must not begin: a colon-separated list of `check`, `download`, `install`, `reboot`
 * @who: the program, for people
 * @why: the reason, for people
 * @options: (nullable): an `a{sv}`: none are defined
 * @cancellable: (nullable): ends the wait
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Holds back steps while something more important happens.
 *
 * Since: 1.0
 */
void
pawl_client_inhibit_async (PawlClient *self,
                           const char *what,
                           const char *who,
                           const char *why,
                           GVariant *options,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (PAWL_IS_CLIENT (self));
  g_return_if_fail (what != NULL && who != NULL && why != NULL);

  task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, pawl_client_inhibit_async);
  g_dbus_proxy_call_with_unix_fd_list (self->proxy, "Inhibit",
                                       g_variant_new ("(sss@a{sv})", what, who, why,
                                                      options_or_empty (options)),
                                       G_DBUS_CALL_FLAGS_ALLOW_INTERACTIVE_AUTHORIZATION, G_MAXINT,
                                       NULL, cancellable, on_inhibited, g_object_ref (task));
}

/**
 * pawl_client_inhibit_finish:
 * @self: a client
 * @result: what the callback got
 * @error: return location
 *
 * Ends pawl_client_inhibit_async().
 *
 * Errors: %PAWL_ERROR_INVALID_ARGUMENT, %PAWL_ERROR_NOT_AUTHORIZED.
 *
 * Returns: a file descriptor that the caller owns; closing it releases the inhibitor; -1 on error
 *
 * Since: 1.0
 */
int
pawl_client_inhibit_finish (PawlClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (PAWL_IS_CLIENT (self), -1);
  g_return_val_if_fail (g_task_is_valid (result, self), -1);

  return (int) g_task_propagate_int (G_TASK (result), error);
}

/**
 * pawl_client_call_async:
 * @self: a client
 * @method: a method of `org.pawl.Update1`, or another interface's as `interface.Method`
 * @parameters: (nullable): a tuple; %NULL: an empty one
 * @cancellable: (nullable): ends the wait
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Calls any method of the bus object, also one that is newer than this library.
 *
 * Since: 1.0
 */
void
pawl_client_call_async (PawlClient *self,
                        const char *method,
                        GVariant *parameters,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_return_if_fail (PAWL_IS_CLIENT (self));
  g_return_if_fail (method != NULL);

  call_async (self, method, parameters, pawl_client_call_async, cancellable, callback, user_data);
}

/**
 * pawl_client_call_finish:
 * @self: a client
 * @result: what the callback got
 * @error: return location
 *
 * Ends pawl_client_call_async().
 *
 * Errors: those of the method; %PAWL_ERROR_NOT_SUPPORTED when the daemon has no such method.
 *
 * Returns: (transfer full): the method's answer, a tuple
 *
 * Since: 1.0
 */
GVariant *
pawl_client_call_finish (PawlClient *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (PAWL_IS_CLIENT (self), NULL);
  g_return_val_if_fail (g_task_is_valid (result, self), NULL);

  return g_task_propagate_pointer (G_TASK (result), error);
}
