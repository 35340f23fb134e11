/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <gio/gio.h>
#include <pawl/pawl-macros.h>

G_BEGIN_DECLS

#define PAWL_TYPE_OPERATION (pawl_operation_get_type ())

/**
 * PawlOperation:
 *
 * An answer that a plugin owes. The core makes it and the plugin alone holds it; the first of
 * complete, fail, drop and deadline wins, everything later is ignored. After a cancel the plugin
 * has a grace time for an answer of its own: what finished in spite of a cancel is reported as
 * finished.
 *
 * complete, fail and progress may be called from any thread. #PawlOperation::cancelled is emitted
 * in the main context.
 *
 * Since: 1.0
 */
PAWL_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (PawlOperation, pawl_operation, PAWL, OPERATION, GObject)

/**
 * PawlOperationWork: (skip)
 * @data: what was given to pawl_operation_run_in_thread()
 * @error: return location
 *
 * Work that may block, in a thread of its own.
 *
 * Returns: (transfer full) (nullable): the answer, an `a{sv}`; %NULL with @error set when it failed
 *
 * Since: 1.0
 */
typedef GVariant *(*PawlOperationWork) (gpointer data, GError **error);

PAWL_AVAILABLE_IN_ALL
void pawl_operation_complete (PawlOperation *self, GVariant *result);
PAWL_AVAILABLE_IN_ALL
void pawl_operation_complete_object (PawlOperation *self, GObject *result);
PAWL_AVAILABLE_IN_ALL
void pawl_operation_fail (PawlOperation *self, const GError *error);
PAWL_AVAILABLE_IN_ALL
void pawl_operation_progress (PawlOperation *self, guint64 done, guint64 total);
PAWL_AVAILABLE_IN_ALL
GCancellable *pawl_operation_get_cancellable (PawlOperation *self);
PAWL_AVAILABLE_IN_ALL
gboolean pawl_operation_get_cancelled (PawlOperation *self);
PAWL_AVAILABLE_IN_ALL
gint64 pawl_operation_get_deadline_us (PawlOperation *self);
PAWL_AVAILABLE_IN_ALL
void pawl_operation_run_in_thread (PawlOperation *self,
                                   const char *name,
                                   PawlOperationWork work,
                                   gpointer data,
                                   GDestroyNotify free_data);

G_END_DECLS
