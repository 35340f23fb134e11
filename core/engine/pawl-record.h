/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

G_BEGIN_DECLS

#define PAWL_TYPE_RECORD (pawl_record_get_type ())

/**
 * PawlRecord:
 *
 * The one update of this device, as the disk knows it. Each change is a save: it takes effect in
 * memory when it is on the disk and not before, so whoever asks never sees what a power cut could
 * take back. Saves come one after the other, in the order in which they were asked for, and each
 * begins from what is then on the disk.
 *
 * Signals: `changed`, after a save took effect.
 */
G_DECLARE_FINAL_TYPE (PawlRecord, pawl_record, PAWL, RECORD, GObject)

PawlRecord *pawl_record_new (const char *path);

/* Blocks for one read of a small file: for the start. PAWL_ERROR_STORAGE when it is torn or says
 * what it cannot; the record is then idle and empty. */
gboolean pawl_record_load (PawlRecord *self, GError **error);

PawlState pawl_record_get_state (PawlRecord *self);
/* (nullable) (transfer none) */
PawlUpdate *pawl_record_get_update (PawlRecord *self);
/* Any other member of the a{sv}; see the list in pawl-record.c. */
gboolean pawl_record_get_boolean (PawlRecord *self, const char *member);
gint64 pawl_record_get_int (PawlRecord *self, const char *member);
/* (transfer none): empty when it is absent. */
const char *pawl_record_get_string (PawlRecord *self, const char *member);
/* (nullable) (transfer full) */
GVariant *pawl_record_lookup (PawlRecord *self, const char *member);

/* Saves @changes, an a{sv}: its members replace those of the record; one that is an empty string,
 * false or zero is dropped. A change of `state` has to be an edge of the table of states, else it
 * fails with PAWL_ERROR_WRONG_STATE and nothing is written; PAWL_STATE_IDLE forgets everything that
 * belongs to the update. Fails with PAWL_ERROR_STORAGE or PAWL_ERROR_NO_SPACE, and the record is
 * what it was. */
void pawl_record_save_async (PawlRecord *self,
                             GVariant *changes,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
gboolean pawl_record_save_finish (PawlRecord *self, GAsyncResult *result, GError **error);

G_END_DECLS
