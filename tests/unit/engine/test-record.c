/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-record.h"

#include "pawl-journal.h"

#include <glib/gstdio.h>

#define UPDATE                                                                                     \
  "'update': <{'id': <'u1'>, 'targets': <{'r1': {'name': <'radio.bin'>, 'length': <uint64 "        \
  "5>}}>}>"

typedef struct
{
  char *folder;
  char *path;
  PawlRecord *record;
  guint changes;
} Fixture;

static void
on_changed (PawlRecord *record, gpointer data)
{
  ((Fixture *) data)->changes++;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("pawl-record-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "update", NULL);
  self->record = pawl_record_new (self->path);
  g_signal_connect (self->record, "changed", G_CALLBACK (on_changed), self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_assert_finalize_object (self->record);
  g_unlink (self->path);
  g_rmdir (self->folder);
  g_free (self->folder);
  g_free (self->path);
}

static void
keep_result (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static gboolean
save (Fixture *self, const char *changes, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  pawl_record_save_async (self->record, g_variant_new_parsed (changes), keep_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return pawl_record_save_finish (self->record, result, error);
}

static void
save_well (Fixture *self, const char *changes)
{
  g_autoptr (GError) error = NULL;

  save (self, changes, &error);
  g_assert_no_error (error);
}

static void
load_again (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  g_assert_finalize_object (self->record);
  self->record = pawl_record_new (self->path);
  g_signal_connect (self->record, "changed", G_CALLBACK (on_changed), self);
  pawl_record_load (self->record, &error);
  g_assert_no_error (error);
}

static void
test_begins_idle (Fixture *self, gconstpointer data)
{
  load_again (self);
  g_assert_cmpint (pawl_record_get_state (self->record), ==, PAWL_STATE_IDLE);
  g_assert_null (pawl_record_get_update (self->record));
  g_assert_cmpstr (pawl_record_get_string (self->record, "why"), ==, "");
}

static void
test_survives (Fixture *self, gconstpointer data)
{
  save_well (self, "{'state': <'checking'>, 'came-from': <'idle'>}");
  save_well (self, "{'state': <'available'>, " UPDATE ", 'boots': <int64 3>}");
  load_again (self);
  g_assert_cmpint (pawl_record_get_state (self->record), ==, PAWL_STATE_AVAILABLE);
  g_assert_cmpstr (pawl_update_get_id (pawl_record_get_update (self->record)), ==, "u1");
  g_assert_cmpint (pawl_record_get_int (self->record, "boots"), ==, 3);
  g_assert_cmpstr (pawl_record_get_string (self->record, "came-from"), ==, "idle");
}

static void
test_keeps_to_the_table (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (save (self, "{'state': <'trial'>, " UPDATE "}", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_WRONG_STATE);
  g_assert_false (g_file_test (self->path, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (self->changes, ==, 0);
}

static void
test_needs_its_update (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  save_well (self, "{'state': <'checking'>}");
  g_assert_false (save (self, "{'state': <'available'>}", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_STORAGE);
  g_assert_cmpint (pawl_record_get_state (self->record), ==, PAWL_STATE_CHECKING);
}

static void
test_idle_forgets (Fixture *self, gconstpointer data)
{
  save_well (self, "{'state': <'checking'>}");
  save_well (self, "{'state': <'available'>, 'approved': <['download']>, " UPDATE "}");
  save_well (self, "{'state': <'idle'>}");
  g_assert_null (pawl_record_get_update (self->record));
  g_assert_null (pawl_record_lookup (self->record, "approved"));
}

static void
test_drops_what_is_nothing (Fixture *self, gconstpointer data)
{
  save_well (self, "{'boots': <int64 2>, 'why': <'x'>, 'confirmed': <true>}");
  g_assert_true (pawl_record_get_boolean (self->record, "confirmed"));
  save_well (self, "{'boots': <int64 0>, 'why': <''>, 'confirmed': <false>}");
  g_assert_null (pawl_record_lookup (self->record, "boots"));
  g_assert_null (pawl_record_lookup (self->record, "why"));
  g_assert_false (pawl_record_get_boolean (self->record, "confirmed"));
}

/* Two at once: the second one begins from what the first one left, and is no lost update. */
static void
test_saves_in_order (Fixture *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) first = NULL;
  g_autoptr (GAsyncResult) second = NULL;

  pawl_record_save_async (self->record, g_variant_new_parsed ("{'boots': <int64 1>}"), keep_result,
                          &first);
  pawl_record_save_async (self->record, g_variant_new_parsed ("{'elapsed-s': <int64 2>}"),
                          keep_result, &second);
  g_assert_cmpint (pawl_record_get_int (self->record, "boots"), ==, 0);
  while (second == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_nonnull (first);
  g_clear_object (&first);
  g_clear_object (&second);
  load_again (self);
  g_assert_cmpint (pawl_record_get_int (self->record, "boots"), ==, 1);
  g_assert_cmpint (pawl_record_get_int (self->record, "elapsed-s"), ==, 2);
}

/* A save that fails takes nothing with it, and the one behind it does not bring it back. */
static void
test_failed_save_changes_nothing (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  save_well (self, "{'boots': <int64 1>}");
  g_unlink (self->path);
  g_rmdir (self->folder);
  g_assert_false (save (self, "{'boots': <int64 2>}", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_STORAGE);
  g_assert_cmpint (pawl_record_get_int (self->record, "boots"), ==, 1);
  g_assert_cmpint (g_mkdir (self->folder, 0700), ==, 0);
  save_well (self, "{'elapsed-s': <int64 7>}");
  load_again (self);
  g_assert_cmpint (pawl_record_get_int (self->record, "boots"), ==, 1);
  g_assert_cmpint (pawl_record_get_int (self->record, "elapsed-s"), ==, 7);
}

/* Whole, but saying what it cannot: written by something else. */
static void
test_refuses_nonsense (Fixture *self, gconstpointer data)
{
  static const char *const records[] = {
    "{'state': <'sleeping'>}",
    "{'state': <'trial'>}",
    "{'state': <'trial'>, 'update': <{'title': <'no id'>}>}",
  };

  for (guint i = 0; i < G_N_ELEMENTS (records); i++)
    {
      g_autoptr (PawlJournal) journal = pawl_journal_new (self->path);
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;

      pawl_journal_save_async (journal, g_variant_new_parsed (records[i]), keep_result, &result);
      while (result == NULL)
        g_main_context_iteration (NULL, TRUE);
      g_assert_true (pawl_journal_save_finish (journal, result, NULL));
      g_assert_false (pawl_record_load (self->record, &error));
      g_assert_error (error, PAWL_ERROR, PAWL_ERROR_STORAGE);
      g_assert_cmpint (pawl_record_get_state (self->record), ==, PAWL_STATE_IDLE);
    }
}

#define ADD(name, func) g_test_add ("/engine/record/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("begins-idle", test_begins_idle);
  ADD ("survives", test_survives);
  ADD ("keeps-to-the-table", test_keeps_to_the_table);
  ADD ("needs-its-update", test_needs_its_update);
  ADD ("idle-forgets", test_idle_forgets);
  ADD ("drops-what-is-nothing", test_drops_what_is_nothing);
  ADD ("saves-in-order", test_saves_in_order);
  ADD ("failed-save-changes-nothing", test_failed_save_changes_nothing);
  ADD ("refuses-nonsense", test_refuses_nonsense);
  return g_test_run ();
}
