/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

G_BEGIN_DECLS

#define PAWL_TYPE_OUTBOX (pawl_outbox_get_type ())

/**
 * PawlOutbox:
 *
 * Results and events that the server has not accepted yet, one file each, kept over reboots and
 * outages. A report leaves its file only when it was accepted; the server may get one twice, by the
 * same id, and never none.
 */
G_DECLARE_FINAL_TYPE (PawlOutbox, pawl_outbox, PAWL, OUTBOX, GObject)

/* @folder has to exist. */
PawlOutbox *pawl_outbox_new (const char *folder);
/* How many may wait; beyond that the oldest events go, then the oldest results. Default 1000. */
void pawl_outbox_set_limit (PawlOutbox *self, guint limit);

/* Completes when @report is on the disk. Fails with PAWL_ERROR_STORAGE or PAWL_ERROR_NO_SPACE. */
void pawl_outbox_add_async (PawlOutbox *self,
                            PawlReport *report,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
gboolean pawl_outbox_add_finish (PawlOutbox *self, GAsyncResult *result, GError **error);

/* Sends what is there: results first, one by one, then events, many at a time (kind `events`); of
 * each the oldest first, up to the first that is not accepted. Silence ends both.
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
