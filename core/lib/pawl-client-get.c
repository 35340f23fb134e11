/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The properties of the daemon as C asks for them. */

#include "pawl-client-private.h"

/**
 * pawl_client_get_state:
 * @self: a client
 *
 * Where the update stands; %PAWL_STATE_IDLE until the daemon was seen.
 *
 * Returns: the state
 *
 * Since: 1.0
 */
PawlState
pawl_client_get_state (PawlClient *self)
{
  g_return_val_if_fail (PAWL_IS_CLIENT (self), PAWL_STATE_IDLE);
  return self->state;
}

/**
 * pawl_client_get_progress:
 * @self: a client
 *
 * How far the running step is. Changes at most four times a second.
 *
 * Returns: (transfer none) (nullable): the progress; %NULL when nothing runs
 *
 * Since: 1.0
 */
PawlProgress *
pawl_client_get_progress (PawlClient *self)
{
  g_return_val_if_fail (PAWL_IS_CLIENT (self), NULL);
  return self->progress;
}

/**
 * pawl_client_get_available:
 * @self: a client
 *
 * The update that is known and proven genuine, until it is over.
 *
 * Returns: (transfer none) (nullable): the update
 *
 * Since: 1.0
 */
PawlUpdate *
pawl_client_get_available (PawlClient *self)
{
  g_return_val_if_fail (PAWL_IS_CLIENT (self), NULL);
  return self->available;
}

/**
 * pawl_client_get_installed:
 * @self: a client
 *
 * The parts of this device and what they run, the primary first. The same model for the life of
 * @self; its content changes.
 *
 * Returns: (transfer none): a list of #PawlEcu
 *
 * Since: 1.0
 */
GListModel *
pawl_client_get_installed (PawlClient *self)
{
  g_return_val_if_fail (PAWL_IS_CLIENT (self), NULL);
  return G_LIST_MODEL (self->installed);
}

/**
 * pawl_client_get_last_result:
 * @self: a client
 *
 * How the last update ended.
 *
 * Returns: (transfer none) (nullable): the report; %NULL when there was none
 *
 * Since: 1.0
 */
PawlReport *
pawl_client_get_last_result (PawlClient *self)
{
  g_return_val_if_fail (PAWL_IS_CLIENT (self), NULL);
  return self->last_result;
}

/**
 * pawl_client_get_next_check:
 * @self: a client
 *
 * When the next scheduled check begins.
 *
 * Returns: microseconds since 1970, UTC; 0: none is planned
 *
 * Since: 1.0
 */
gint64
pawl_client_get_next_check (PawlClient *self)
{
  g_return_val_if_fail (PAWL_IS_CLIENT (self), 0);
  return self->next_check_us;
}

/**
 * pawl_client_get_decisions:
 * @self: a client
 *
 * Why something is or is not happening. The same model for the life of @self; its content changes.
 *
 * Returns: (transfer none): a list of #PawlDecision
 *
 * Since: 1.0
 */
GListModel *
pawl_client_get_decisions (PawlClient *self)
{
  g_return_val_if_fail (PAWL_IS_CLIENT (self), NULL);
  return G_LIST_MODEL (self->decisions);
}

/**
 * pawl_client_get_inhibitors:
 * @self: a client
 *
 * Who holds something back.
 *
 * Returns: (transfer none): an `aa{sv}`: `id` u, `what` s, `who` s, `why` s, `time` x
 *
 * Since: 1.0
 */
GVariant *
pawl_client_get_inhibitors (PawlClient *self)
{
  g_return_val_if_fail (PAWL_IS_CLIENT (self), NULL);
  return self->inhibitors;
}

/**
 * pawl_client_get_trial:
 * @self: a client
 *
 * The running version's time to prove itself.
 *
 * Returns: (transfer none): an `a{sv}`, empty when there is no trial: `deadline` x,
 * `deadline-left-s` u, `boots` u, `confirmers` aa{sv}
 *
 * Since: 1.0
 */
GVariant *
pawl_client_get_trial (PawlClient *self)
{
  g_return_val_if_fail (PAWL_IS_CLIENT (self), NULL);
  return self->trial;
}

/**
 * pawl_client_get_reboot_pending:
 * @self: a client
 *
 * Whether the next boot is another version than the one that runs.
 *
 * Returns: whether a reboot changes what runs
 *
 * Since: 1.0
 */
gboolean
pawl_client_get_reboot_pending (PawlClient *self)
{
  g_return_val_if_fail (PAWL_IS_CLIENT (self), FALSE);
  return self->reboot_pending;
}

/**
 * pawl_client_get_version:
 * @self: a client
 *
 * The daemon's version.
 *
 * Returns: (transfer none): the version; empty until the daemon was seen
 *
 * Since: 1.0
 */
const char *
pawl_client_get_version (PawlClient *self)
{
  g_return_val_if_fail (PAWL_IS_CLIENT (self), NULL);
  return self->version;
}

/**
 * pawl_client_get_running:
 * @self: a client
 *
 * Whether the daemon runs. While it does not, the other properties are what it said last.
 *
 * Returns: whether it runs
 *
 * Since: 1.0
 */
gboolean
pawl_client_get_running (PawlClient *self)
{
  g_return_val_if_fail (PAWL_IS_CLIENT (self), FALSE);
  return self->running;
}
