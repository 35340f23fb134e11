/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl-context.h>
#include <pawl/pawl-enums.h>
#include <pawl/pawl-operation.h>
#include <pawl/pawl-update.h>

G_BEGIN_DECLS

#define PAWL_TYPE_CONFIRMER (pawl_confirmer_get_type ())

/**
 * PawlConfirmer:
 *
 * Is the running version good? Several may be asked; each required one has to say yes before the
 * deadline, and silence is a no.
 *
 * Since: 1.0
 */
PAWL_AVAILABLE_IN_ALL
G_DECLARE_INTERFACE (PawlConfirmer, pawl_confirmer, PAWL, CONFIRMER, GObject)

/**
 * PawlConfirmerInterface:
 * @g_iface: the parent interface
 *
 * Says whether the running version is good. A confirmer that has not said yes by the deadline
 * has said no.
 *
 * Grows at its end only. Every slot is called on the main thread and must not block.
 *
 * Since: 1.0
 */
struct _PawlConfirmerInterface
{
  GTypeInterface g_iface;

  /**
   * PawlConfirmerInterface::set_up:
   * @self: the new instance
   * @context: what the host offers to this instance; may be kept
   * @error: return location
   *
   * Called once, before any other slot. Reads its settings and remembers @context; touches no disk
   * and no device. Optional.
   *
   * Returns: %TRUE if the instance can be used
   */
  gboolean (*set_up) (PawlConfirmer *self, PawlContext *context, GError **error);

  /**
   * PawlConfirmerInterface::start_begin_trial:
   * @self: the instance
   * @update: what is on trial
   * @options: an `a{sv}`, never %NULL; `deadline` x: microseconds of the monotonic clock when
   * the trial ends; `rehearse` b: begin nothing, only fail with the reason if it could not begin
   * @op: complete with an `a{sv}` or nothing
   * @error: return location
   *
   * A trial begins, or goes on after a restart of the daemon. Rehearsed before the boot counter is
   * armed. Optional.
   *
   * Returns: %TRUE if @op will be completed, or already is
   */
  gboolean (*start_begin_trial) (PawlConfirmer *self,
                                 PawlUpdate *update,
                                 GVariant *options,
                                 PawlOperation *op,
                                 GError **error);

  /**
   * PawlConfirmerInterface::start_check:
   * @self: the instance
   * @options: an `a{sv}`, never %NULL; `progressing` b: whether every other required confirmer
   * still makes progress and the deadline has not passed; `elapsed-s` u: seconds since the
   * trial began; `person` s: the nick of the #PawlVerdict that a person gave over the bus,
   * absent while nobody did; `person-reason` s; `server-reached` b: whether the verifier heard from
   * its sources in this trial, which nobody tries before an answer wants it
   * @op: complete with an `a{sv}`: `verdict` s (the nick of a #PawlVerdict), `reason` s,
   * `details` a{sv}; `wants` as: what the host should find out before it asks again, so far
   * `server-reached`
   * @error: return location
   *
   * Judges. Completes at once with `not-yet`, or later when it knows: it is asked again until
   * it passes, fails, or the deadline comes. Mandatory.
   *
   * Returns: %TRUE if @op will be completed, or already is
   */
  gboolean (*start_check) (PawlConfirmer *self,
                           GVariant *options,
                           PawlOperation *op,
                           GError **error);

  /**
   * PawlConfirmerInterface::start_end_trial:
   * @self: the instance
   * @verdict: how the trial ended
   * @options: an `a{sv}`, never %NULL
   * @op: complete with an `a{sv}` or nothing
   * @error: return location
   *
   * The trial is over: release what was held for it. Optional.
   *
   * Returns: %TRUE if @op will be completed, or already is
   */
  gboolean (*start_end_trial) (PawlConfirmer *self,
                               PawlVerdict verdict,
                               GVariant *options,
                               PawlOperation *op,
                               GError **error);
};

PAWL_AVAILABLE_IN_ALL
gboolean pawl_confirmer_set_up (PawlConfirmer *self, PawlContext *context, GError **error);
PAWL_AVAILABLE_IN_ALL
void pawl_confirmer_begin_trial_async (PawlConfirmer *self,
                                       PawlUpdate *update,
                                       GVariant *options,
                                       guint timeout_ms,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
PAWL_AVAILABLE_IN_ALL
GVariant *
pawl_confirmer_begin_trial_finish (PawlConfirmer *self, GAsyncResult *result, GError **error);
PAWL_AVAILABLE_IN_ALL
void pawl_confirmer_check_async (PawlConfirmer *self,
                                 GVariant *options,
                                 guint timeout_ms,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
PAWL_AVAILABLE_IN_ALL
PawlVerdict pawl_confirmer_check_finish (PawlConfirmer *self,
                                         GAsyncResult *result,
                                         GVariant **out_details,
                                         GError **error);
PAWL_AVAILABLE_IN_ALL
void pawl_confirmer_end_trial_async (PawlConfirmer *self,
                                     PawlVerdict verdict,
                                     GVariant *options,
                                     guint timeout_ms,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
PAWL_AVAILABLE_IN_ALL
GVariant *
pawl_confirmer_end_trial_finish (PawlConfirmer *self, GAsyncResult *result, GError **error);

G_END_DECLS
