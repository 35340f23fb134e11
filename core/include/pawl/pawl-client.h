/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl-decision.h>
#include <pawl/pawl-ecu.h>
#include <pawl/pawl-enums.h>
#include <pawl/pawl-progress.h>
#include <pawl/pawl-report.h>
#include <pawl/pawl-update.h>

G_BEGIN_DECLS

#define PAWL_TYPE_CLIENT (pawl_client_get_type ())

/**
 * PawlClient:
 *
 * The daemon, as a program sees it: every property of the bus object `/org/pawl/Update1` as a
 * GObject property that notifies, every method as an asynchronous call. Making one does not start
 * the daemon; calling a method does.
 *
 * All calls complete in the thread-default main context of the caller. Each fails with a
 * #PawlError, or with #G_IO_ERROR_CANCELLED.
 *
 * Since: 1.0
 */
PAWL_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (PawlClient, pawl_client, PAWL, CLIENT, GObject)

PAWL_AVAILABLE_IN_ALL
void pawl_client_new_async (GDBusConnection *connection,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
PAWL_AVAILABLE_IN_ALL
PawlClient *pawl_client_new_finish (GAsyncResult *result, GError **error);
PAWL_AVAILABLE_IN_ALL
PawlState pawl_client_get_state (PawlClient *self);
PAWL_AVAILABLE_IN_ALL
PawlProgress *pawl_client_get_progress (PawlClient *self);
PAWL_AVAILABLE_IN_ALL
PawlUpdate *pawl_client_get_available (PawlClient *self);
PAWL_AVAILABLE_IN_ALL
GListModel *pawl_client_get_installed (PawlClient *self);
PAWL_AVAILABLE_IN_ALL
PawlReport *pawl_client_get_last_result (PawlClient *self);
PAWL_AVAILABLE_IN_ALL
gint64 pawl_client_get_next_check (PawlClient *self);
PAWL_AVAILABLE_IN_ALL
GListModel *pawl_client_get_decisions (PawlClient *self);
PAWL_AVAILABLE_IN_ALL
GVariant *pawl_client_get_inhibitors (PawlClient *self);
PAWL_AVAILABLE_IN_ALL
GVariant *pawl_client_get_trial (PawlClient *self);
PAWL_AVAILABLE_IN_ALL
gboolean pawl_client_get_reboot_pending (PawlClient *self);
PAWL_AVAILABLE_IN_ALL
const char *pawl_client_get_version (PawlClient *self);
PAWL_AVAILABLE_IN_ALL
gboolean pawl_client_get_running (PawlClient *self);
PAWL_AVAILABLE_IN_ALL
void pawl_client_check_async (PawlClient *self,
                              GVariant *options,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
PAWL_AVAILABLE_IN_ALL
gboolean pawl_client_check_finish (PawlClient *self, GAsyncResult *result, GError **error);
PAWL_AVAILABLE_IN_ALL
void pawl_client_fetch_async (PawlClient *self,
                              GVariant *options,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
PAWL_AVAILABLE_IN_ALL
gboolean pawl_client_fetch_finish (PawlClient *self, GAsyncResult *result, GError **error);
PAWL_AVAILABLE_IN_ALL
void pawl_client_install_async (PawlClient *self,
                                GVariant *options,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
PAWL_AVAILABLE_IN_ALL
gboolean pawl_client_install_finish (PawlClient *self, GAsyncResult *result, GError **error);
PAWL_AVAILABLE_IN_ALL
void pawl_client_activate_async (PawlClient *self,
                                 GVariant *options,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
PAWL_AVAILABLE_IN_ALL
gboolean pawl_client_activate_finish (PawlClient *self, GAsyncResult *result, GError **error);
PAWL_AVAILABLE_IN_ALL
void pawl_client_update_async (PawlClient *self,
                               GVariant *options,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
PAWL_AVAILABLE_IN_ALL
gboolean pawl_client_update_finish (PawlClient *self, GAsyncResult *result, GError **error);
PAWL_AVAILABLE_IN_ALL
void pawl_client_cancel_async (PawlClient *self,
                               GVariant *options,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
PAWL_AVAILABLE_IN_ALL
gboolean pawl_client_cancel_finish (PawlClient *self, GAsyncResult *result, GError **error);
PAWL_AVAILABLE_IN_ALL
void pawl_client_confirm_async (PawlClient *self,
                                GVariant *options,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
PAWL_AVAILABLE_IN_ALL
gboolean pawl_client_confirm_finish (PawlClient *self, GAsyncResult *result, GError **error);
PAWL_AVAILABLE_IN_ALL
void pawl_client_reject_async (PawlClient *self,
                               const char *reason,
                               GVariant *options,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
PAWL_AVAILABLE_IN_ALL
gboolean pawl_client_reject_finish (PawlClient *self, GAsyncResult *result, GError **error);
PAWL_AVAILABLE_IN_ALL
void pawl_client_rollback_async (PawlClient *self,
                                 GVariant *options,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
PAWL_AVAILABLE_IN_ALL
gboolean pawl_client_rollback_finish (PawlClient *self, GAsyncResult *result, GError **error);
PAWL_AVAILABLE_IN_ALL
void pawl_client_approve_async (PawlClient *self,
                                const char *step,
                                GVariant *options,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
PAWL_AVAILABLE_IN_ALL
gboolean pawl_client_approve_finish (PawlClient *self, GAsyncResult *result, GError **error);
PAWL_AVAILABLE_IN_ALL
void pawl_client_defer_async (PawlClient *self,
                              const char *step,
                              gint64 until_us,
                              GVariant *options,
                              GCancellable *cancellable,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
PAWL_AVAILABLE_IN_ALL
gboolean pawl_client_defer_finish (PawlClient *self, GAsyncResult *result, GError **error);
PAWL_AVAILABLE_IN_ALL
void pawl_client_inhibit_async (PawlClient *self,
                                const char *what,
                                const char *who,
                                const char *why,
                                GVariant *options,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
PAWL_AVAILABLE_IN_ALL
int pawl_client_inhibit_finish (PawlClient *self, GAsyncResult *result, GError **error);
PAWL_AVAILABLE_IN_ALL
void pawl_client_call_async (PawlClient *self,
                             const char *method,
                             GVariant *parameters,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
PAWL_AVAILABLE_IN_ALL
GVariant *pawl_client_call_finish (PawlClient *self, GAsyncResult *result, GError **error);

G_END_DECLS
