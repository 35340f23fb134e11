/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

G_BEGIN_DECLS

#define PAWL_TYPE_OUTBOX (pawl_outbox_get_type ())

/**
 * PawlOutbox:
 *
 * Reports that the server has not accepted yet, one file each, kept over reboots and outages. A
 * report leaves its file only when it was accepted; the server may get one twice, by the same id,
 * and never none.
 */
G_DECLARE_FINAL_TYPE (PawlOutbox, pawl_outbox, PAWL, OUTBOX, GObject)

/* @folder has to exist. */
PawlOutbox *pawl_outbox_new (const char *folder);

/* Completes when @report is on the disk. Fails with PAWL_ERROR_STORAGE or PAWL_ERROR_NO_SPACE. */
void pawl_outbox_add_async (PawlOutbox *self,
                            PawlReport *report,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
gboolean pawl_outbox_add_finish (PawlOutbox *self, GAsyncResult *result, GError **error);

/* Sends what is there, the oldest first, and stops at the first one that is not accepted.
 * @out_retry_after_us is what the server asked for, or 0. Completes at once when there is nothing.
 * One at a time: PAWL_ERROR_BUSY. */
void pawl_outbox_send_async (PawlOutbox *self,
                             PawlVerifier *verifier,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
gboolean pawl_outbox_send_finish (PawlOutbox *self,
                                  GAsyncResult *result,
                                  gint64 *out_retry_after_us,
                                  GError **error);

/* How many wait. Blocks for one look into a small folder: for the start. */
guint pawl_outbox_count (PawlOutbox *self);

G_END_DECLS
