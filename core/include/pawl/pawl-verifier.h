/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl-context.h>
#include <pawl/pawl-monitor.h>
#include <pawl/pawl-operation.h>
#include <pawl/pawl-payload.h>
#include <pawl/pawl-report.h>
#include <pawl/pawl-target.h>
#include <pawl/pawl-update.h>

G_BEGIN_DECLS

#define PAWL_TYPE_VERIFIER (pawl_verifier_get_type ())

/**
 * PawlVerifier:
 *
 * What is genuine, and what should this device run? Only an explicit yes is a yes; a verifier
 * judges and never writes to the device.
 *
 * Since: 1.0
 */
PAWL_AVAILABLE_IN_ALL
G_DECLARE_INTERFACE (PawlVerifier, pawl_verifier, PAWL, VERIFIER, GObject)

/**
 * PawlVerifierInterface:
 * @g_iface: the parent interface
 *
 * Says what is genuine, and what this device should run. A verifier judges and never writes
 * outside its own state folder; silence, a time-out and a failure without an error are a no.
 *
 * Grows at its end only. Every slot is called on the main thread and must not block.
 *
 * Since: 1.0
 */
struct _PawlVerifierInterface
{
  GTypeInterface g_iface;

  /**
   * PawlVerifierInterface::set_up:
   * @self: the new instance
   * @context: what the host offers to this instance; may be kept
   * @error: return location
   *
   * Called once, before any other slot. Reads its settings and remembers @context; touches no disk
   * and no device. Optional.
   *
   * Returns: %TRUE if the instance can be used
   */
  gboolean (*set_up) (PawlVerifier *self, PawlContext *context, GError **error);

  /**
   * PawlVerifierInterface::start_check:
   * @self: the instance
   * @options: an `a{sv}`, never %NULL; `force` b: a person asked, so ask the sources even if
   * nothing seems due; `source` s: a folder or URI to use instead of the configured one (an
   * offline bundle)
   * @op: complete with a #PawlUpdate; one without targets is an explicit "nothing to do"
   * @error: return location
   *
   * Asks the sources, verifies all metadata, and says what this device should run. Notes with
   * pawl_context_note_decision() each rule of signed policy that it applied. Names a suspected
   * attack with pawl_context_note_attack() before it fails. Mandatory.
   *
   * Returns: %TRUE if @op will be completed, or already is
   */
  gboolean (*start_check) (PawlVerifier *self,
                           GVariant *options,
                           PawlOperation *op,
                           GError **error);

  /**
   * PawlVerifierInterface::start_verify:
   * @self: the instance
   * @target: a target that the verifier proved genuine
   * @payload: (nullable): its bytes; %NULL when an installer holds them in a store that is
   * addressed by content
   * @options: an `a{sv}`, never %NULL
   * @op: complete with an `a{sv}`: `verified` b true, and `target` s the target's name;
   * anything else is a no
   * @error: return location
   *
   * Proves once more, offline and from disk, that @target is what this device should run and
   * that @payload is its bytes. Called right before an installation. Mandatory.
   *
   * Returns: %TRUE if @op will be completed, or already is
   */
  gboolean (*start_verify) (PawlVerifier *self,
                            PawlTarget *target,
                            PawlPayload *payload,
                            GVariant *options,
                            PawlOperation *op,
                            GError **error);

  /**
   * PawlVerifierInterface::start_report:
   * @self: the instance
   * @report: what happened
   * @options: an `a{sv}`, never %NULL
   * @op: complete with an `a{sv}`: `accepted` b; `retry-after-s` u
   * @error: return location
   *
   * Tells a server, signed if the protocol says so. Completing with `accepted` true means that
   * the report need not be kept any longer. Fails with a transient error to be asked again.
   * Optional: without it reports are dropped.
   *
   * Returns: %TRUE if @op will be completed, or already is
   */
  gboolean (*start_report) (PawlVerifier *self,
                            PawlReport *report,
                            GVariant *options,
                            PawlOperation *op,
                            GError **error);
};

PAWL_AVAILABLE_IN_ALL
gboolean pawl_verifier_set_up (PawlVerifier *self, PawlContext *context, GError **error);
PAWL_AVAILABLE_IN_ALL
void pawl_verifier_check_async (PawlVerifier *self,
                                GVariant *options,
                                guint timeout_ms,
                                PawlMonitor *monitor,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
PAWL_AVAILABLE_IN_ALL
PawlUpdate *pawl_verifier_check_finish (PawlVerifier *self, GAsyncResult *result, GError **error);
PAWL_AVAILABLE_IN_ALL
void pawl_verifier_verify_async (PawlVerifier *self,
                                 PawlTarget *target,
                                 PawlPayload *payload,
                                 GVariant *options,
                                 guint timeout_ms,
                                 PawlMonitor *monitor,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
PAWL_AVAILABLE_IN_ALL
gboolean pawl_verifier_verify_finish (PawlVerifier *self, GAsyncResult *result, GError **error);
PAWL_AVAILABLE_IN_ALL
void pawl_verifier_report_async (PawlVerifier *self,
                                 PawlReport *report,
                                 GVariant *options,
                                 guint timeout_ms,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
PAWL_AVAILABLE_IN_ALL
GVariant *pawl_verifier_report_finish (PawlVerifier *self, GAsyncResult *result, GError **error);

G_END_DECLS
