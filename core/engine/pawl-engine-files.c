/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What the daemon keeps: the folders, and the files that are read at the start. */
#include "pawl-engine-private.h"

#include <errno.h>
#include <glib/gstdio.h>

static gboolean
make_folders (PawlEngine *self, GError **error)
{
  const char *const names[] = {"", "downloads", "outbox"};

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = pawl_engine_make_path (self, names[i]);

      if (g_mkdir_with_parents (path, 0700) == 0)
        continue;
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_STORAGE, "%s: the folder cannot be made: %s", path,
                   g_strerror (errno));
      return FALSE;
    }
  return TRUE;
}

/* What cannot be read is as if it were not there, and the event says so: a device that cannot go
 * on for a torn file would need a person. */
static void
tell_unreadable (PawlEngine *self, const GError *error)
{
  if (error == NULL)
    return;
  pawl_decision_log_note (self->decisions, "state-files", PAWL_VERDICT_FAIL, "unreadable",
                          error->message, 0);
  pawl_engine_tell_error (self, "storage-failed", error);
}

static GVariant *
load_journal (PawlEngine *self, PawlJournal *journal)
{
  g_autoptr (GError) error = NULL;
  GVariant *members = pawl_journal_load (journal, &error);

  tell_unreadable (self, error);
  return members;
}

static void
load_history (PawlEngine *self)
{
  g_autoptr (GVariant) members = load_journal (self, self->history_journal);
  GVariant *reports = NULL;

  if (members != NULL)
    reports = g_variant_lookup_value (members, "reports", G_VARIANT_TYPE ("aa{sv}"));
  if (reports == NULL)
    return;
  g_variant_unref (self->history);
  self->history = reports;
}

gboolean
pawl_engine_open_files (PawlEngine *self, GError **error)
{
  g_autofree char *update = pawl_engine_make_path (self, "update");
  g_autofree char *failed = pawl_engine_make_path (self, "failed");
  g_autofree char *floor = pawl_engine_make_path (self, "time-floor");
  g_autofree char *outbox = pawl_engine_make_path (self, "outbox");
  g_autofree char *history = pawl_engine_make_path (self, "history");
  g_autofree char *kept = pawl_engine_make_path (self, "kept");
  g_autoptr (GError) update_error = NULL;
  g_autoptr (GError) failed_error = NULL;
  g_autoptr (GError) floor_error = NULL;

  if (!make_folders (self, error))
    return FALSE;
  self->record = pawl_record_new (update);
  self->failed = pawl_failed_new (failed);
  self->floor = pawl_time_floor_new (self->clock, floor);
  self->outbox = pawl_outbox_new (outbox);
  self->history_journal = pawl_journal_new (history);
  self->kept_journal = pawl_journal_new (kept);
  pawl_record_load (self->record, &update_error);
  tell_unreadable (self, update_error);
  pawl_failed_load (self->failed, &failed_error);
  tell_unreadable (self, failed_error);
  pawl_time_floor_load (self->floor, &floor_error);
  tell_unreadable (self, floor_error);
  load_history (self);
  self->kept = load_journal (self, self->kept_journal);
  self->told_state = pawl_engine_get_state (self);
  return TRUE;
}
