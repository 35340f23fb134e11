/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Holding back steps: the answer is a descriptor, and so is the inhibitor. */

#include <pawl/pawl-client.h>

#include <pawl/pawl-error.h>

#include <gio/gunixfdlist.h>

#include "pawl-client-private.h"

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
                                                      pawl_client_take_options (options)),
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
