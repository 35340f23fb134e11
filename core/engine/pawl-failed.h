/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

G_BEGIN_DECLS

#define PAWL_TYPE_FAILED (pawl_failed_get_type ())

/**
 * PawlFailed:
 *
 * The versions that failed on this device, so that none of them is tried again until its bytes
 * change or a person asks.
 */
G_DECLARE_FINAL_TYPE (PawlFailed, pawl_failed, PAWL, FAILED, GObject)

PawlFailed *pawl_failed_new (const char *path);

/* Blocks for one read of a small file: for the start. When the file cannot be used nothing has
 * failed, and the error says why. */
gboolean pawl_failed_load (PawlFailed *self, GError **error);

/* (nullable) (transfer full): why @target failed; NULL when it did not, or is other bytes now. */
char *pawl_failed_dup_reason (PawlFailed *self, PawlTarget *target);

/* Both take effect at once and complete when that is on the disk; PAWL_ERROR_STORAGE or
 * PAWL_ERROR_NO_SPACE when it is not, and then only until the next start. */
void pawl_failed_add_async (PawlFailed *self,
                            PawlTarget *target,
                            const char *reason,
                            GAsyncReadyCallback callback,
                            gpointer user_data);
/* @name NULL: all of them. PAWL_ERROR_NOT_FOUND when none of that name failed. */
void pawl_failed_forget_async (PawlFailed *self,
                               const char *name,
                               GAsyncReadyCallback callback,
                               gpointer user_data);
gboolean pawl_failed_save_finish (PawlFailed *self, GAsyncResult *result, GError **error);

G_END_DECLS
