/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

#include "pawl-clock.h"
#include "pawl-config.h"
#include "pawl-plugin-host.h"

G_BEGIN_DECLS

#define PAWL_TYPE_ENGINE (pawl_engine_get_type ())

/**
 * PawlEngine:
 *
 * Everything that decides: it owns the one update of this device, keeps its state on disk, asks the
 * plugins, and wakes itself when the schedule says so. It knows no bus.
 *
 * Lives on the main thread; nothing here blocks. All values are immutable snapshots that are
 * replaced, never changed.
 *
 * Properties (all notify, on real change only):
 *  - `state`: #PawlState
 *  - `progress`: #PawlProgress or NULL when nothing runs
 *  - `available`: #PawlUpdate or NULL: the update that is known, until it is over
 *  - `installed`: #GListModel of #PawlEcu, primary first
 *  - `last-result`: #PawlReport or NULL: how the last update ended; kept over reboots
 *  - `next-check`: x, microseconds since 1970 UTC of the next scheduled check; 0: none is planned
 *  - `decisions`: #GListModel of #PawlDecision: the last answer of every rule
 *  - `inhibitors`: aa{sv}: `id` u, `what` s, `who` s, `why` s, `time` x
 *  - `trial`: a{sv}, empty when there is none: `deadline` x (microseconds since 1970 UTC),
 * `deadline-left-s` u, `boots` u, `confirmers` aa{sv} (each `name` s, `required` b, `verdict` s,
 * `reason` s, `time` x)
 *  - `busy`: b: an operation or a trial is running, or reports are being sent, or somebody inhibits
 *  - `may-exit`: b: not busy, and no timer of the engine is needed (no poll interval, no retry or
 *    window ahead): a daemon that is started on demand may leave
 *  - `reboot-pending`: b: the next boot is another version than the one that runs
 *
 * Signals, emitted last, when the object is consistent:
 *  - `state-changed` (PawlState from, PawlState to, s reason): after the state is on disk
 *  - `event` (s name, GVariant a{sv} fields): one of pawl_event_list(); fields that are always
 *    there: `message` s; where they make sense `update` s, `target` s, `ecu` s, `state` s, `error`
 * s (nick), `reason` s. Never carries a secret
 *  - `reboot-requested` (s reason): whoever owns the engine reboots the device now. Emitted again
 *    after a restart of the daemon when the reboot did not happen
 */
G_DECLARE_FINAL_TYPE (PawlEngine, pawl_engine, PAWL, ENGINE, GObject)

PawlEngine *pawl_engine_new (PawlConfig *config, PawlClock *clock, PawlPluginHost *host);

/* Which boot this is; two boots never have the same. Before the start, and only for those who know
 * better than the kernel: the default is made of the kernel's boot id and of the time at which the
 * first process began, so that a container that is started again has booted. */
void pawl_engine_set_boot_id (PawlEngine *self, const char *boot_id);

/* Checks the configuration against the plugins, makes them, reads the journal, finds out what
 * really booted, goes on where the device was, and schedules the next check. When it fails the
 * engine stays usable for reading and answers every call with the same error; pawl_engine_reload()
 * tries again. */
void pawl_engine_start_async (PawlEngine *self,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
gboolean pawl_engine_start_finish (PawlEngine *self, GAsyncResult *result, GError **error);

/* Another configuration, for SIGHUP. Takes effect at once when nothing is running, else as soon as
 * that is over; completes when it did. */
void pawl_engine_reload_async (PawlEngine *self,
                               PawlConfig *config,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean pawl_engine_reload_finish (PawlEngine *self, GAsyncResult *result, GError **error);

/* A configuration that could not be read. Before the start it comes instead of one: every call is
 * answered with @error until a reload. Later it is only told: what ran goes on as it was. */
void pawl_engine_refuse_config (PawlEngine *self, const GError *error);

/* Stops what runs so that it can go on after a restart: the state on disk stays. For SIGTERM. */
void pawl_engine_stop_async (PawlEngine *self, GAsyncReadyCallback callback, gpointer user_data);
gboolean pawl_engine_stop_finish (PawlEngine *self, GAsyncResult *result, GError **error);

PawlConfig *pawl_engine_get_config (PawlEngine *self);
PawlPluginHost *pawl_engine_get_plugin_host (PawlEngine *self);
PawlState pawl_engine_get_state (PawlEngine *self);
PawlProgress *pawl_engine_get_progress (PawlEngine *self);
PawlUpdate *pawl_engine_get_available (PawlEngine *self);
GListModel *pawl_engine_get_installed (PawlEngine *self);
gint64 pawl_engine_get_next_check (PawlEngine *self);
gboolean pawl_engine_get_busy (PawlEngine *self);
gboolean pawl_engine_get_may_exit (PawlEngine *self);
gboolean pawl_engine_get_reboot_pending (PawlEngine *self);
/* (transfer full), as are the next ones; (nullable) */
PawlReport *pawl_engine_dup_last_result (PawlEngine *self);
GListModel *pawl_engine_dup_decisions (PawlEngine *self);
GVariant *pawl_engine_dup_inhibitors (PawlEngine *self);
GVariant *pawl_engine_dup_trial (PawlEngine *self);
/* aa{sv} of #PawlReport values, newest first: how updates ended, up to 100. */
GVariant *pawl_engine_get_history (PawlEngine *self);

/* Whether the running operation, if any, made progress within `[daemon] stall-s`; for
 * `WATCHDOG=1`. */
gboolean pawl_engine_is_alive (PawlEngine *self);

/* The calls of the bus. Each completes when what was asked for has ended, and fails with a
 * PawlError: PAWL_ERROR_WRONG_STATE names the present state and the one it would lead to.
 * Cancelling
 * @cancellable ends the wait, never the operation: that is what pawl_engine_cancel_async() is for.
 * @options is an a{sv} or NULL; unknown members are ignored.
 *
 *  check      idle, available, fetched, installed → available, fetched, installed or idle.
 *             `force` b (default TRUE): a person asked, so back-off is ignored; `source` s: an
 *             offline bundle
 *  fetch      available → fetched. `force` b (default FALSE): a person asked; approval is implied,
 *             windows, metered networks and power are ignored; what a person set (inhibitors,
 *             blocked versions) is not
 *  install    fetched → installed. `force` as above
 *  activate   installed → activating (a reboot is requested), or → trial when none is needed.
 *             `force` as above; `reboot` b (default TRUE): request it
 *  update     all steps that policy allows, from where it stands; completes when nothing is left to
 *             do or a rule says wait. `force` as above, `reboot` as above
 *  cancel     fetching → available, installing → fetched, checking → where it was; available,
 *             fetched, installed → idle. In activating, trial and reverting: PAWL_ERROR_WRONG_STATE
 *  confirm    trial: a person says yes; answers for the confirmers of the plugin `user`. `now` b
 *             (default FALSE): for all confirmers
 *  reject     trial → reverting, activating → reverting
 *  rollback   installed, activating, trial → reverting; idle → reverting when the version that ran
 *             before is still there
 *  approve    @step is `download`, `install`, `reboot` or `all`; for the update that is known
 *  defer      @step as above; until @until_us, microseconds since 1970 UTC; 0 takes it back */
#define PAWL_ENGINE_CALL(name)                                                                     \
  void pawl_engine_##name##_async (PawlEngine *self, GVariant *options, GCancellable *cancellable, \
                                   GAsyncReadyCallback callback, gpointer user_data);              \
  gboolean pawl_engine_##name##_finish (PawlEngine *self, GAsyncResult *result, GError **error)

PAWL_ENGINE_CALL (check);
PAWL_ENGINE_CALL (fetch);
PAWL_ENGINE_CALL (install);
PAWL_ENGINE_CALL (activate);
PAWL_ENGINE_CALL (update);
PAWL_ENGINE_CALL (cancel);
PAWL_ENGINE_CALL (confirm);
PAWL_ENGINE_CALL (rollback);

#undef PAWL_ENGINE_CALL

void pawl_engine_reject_async (PawlEngine *self,
                               const char *reason,
                               GVariant *options,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean pawl_engine_reject_finish (PawlEngine *self, GAsyncResult *result, GError **error);

void pawl_engine_approve_async (PawlEngine *self,
                                const char *step,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
gboolean pawl_engine_approve_finish (PawlEngine *self, GAsyncResult *result, GError **error);

void pawl_engine_defer_async (PawlEngine *self,
                              const char *step,
                              gint64 until_us,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
gboolean pawl_engine_defer_finish (PawlEngine *self, GAsyncResult *result, GError **error);

/* @what is a colon-separated list of `check`, `download`, `install`, `reboot`. Returns an id above
 * 0; removing an unknown id does nothing. Inhibitors live as long as the daemon. */
guint pawl_engine_add_inhibitor (PawlEngine *self,
                                 const char *what,
                                 const char *who,
                                 const char *why,
                                 GError **error);
void pawl_engine_remove_inhibitor (PawlEngine *self, guint id);

/* Forgets that a version failed, so that it may be tried again; @name NULL: all of them.
 * PAWL_ERROR_NOT_FOUND when none of that name failed. */
void pawl_engine_forget_failed_async (PawlEngine *self,
                                      const char *name,
                                      GAsyncReadyCallback callback,
                                      gpointer user_data);
gboolean pawl_engine_forget_failed_finish (PawlEngine *self, GAsyncResult *result, GError **error);

G_END_DECLS
