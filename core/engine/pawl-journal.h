/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define PAWL_TYPE_JOURNAL (pawl_journal_get_type ())

/**
 * PawlJournal:
 *
 * One record, an a{sv}, that survives a kill at any moment: a reader finds the last record whose
 * save has completed, or the one that was being saved, whole. Whoever waits for a save before it
 * acts can find out after a power cut what it had begun.
 */
G_DECLARE_FINAL_TYPE (PawlJournal, pawl_journal, PAWL, JOURNAL, GObject)

PawlJournal *pawl_journal_new (const char *path);

/* NULL without an error when nothing was ever saved. PAWL_ERROR_STORAGE when the file cannot be
 * read, or is not what was saved. Blocks for one read of a small file: for the start. */
GVariant *pawl_journal_load (PawlJournal *self, GError **error);

/* Completes when @record is on the disk. Saves one after the other; fails with PAWL_ERROR_STORAGE
 * or PAWL_ERROR_NO_SPACE, and the record before is still there. */
void pawl_journal_save_async (PawlJournal *self,
                              GVariant *record,
                              GAsyncReadyCallback callback,
                              gpointer user_data);
gboolean pawl_journal_save_finish (PawlJournal *self, GAsyncResult *result, GError **error);

G_END_DECLS
