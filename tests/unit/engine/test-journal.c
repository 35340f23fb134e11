/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-journal.h"

#include <glib/gstdio.h>
#include <pawl/pawl.h>
#include <string.h>
#include <sys/stat.h>

typedef struct
{
  char *folder;
  char *path;
  PawlJournal *journal;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("pawl-journal-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "update", NULL);
  self->journal = pawl_journal_new (self->path);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_unlink (self->path);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_object_unref (self->journal);
  g_free (self->folder);
  g_free (self->path);
}

static GVariant *
make_record (guint n)
{
  g_auto (GVariantDict) record = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&record, "n", "u", n);
  g_variant_dict_insert (&record, "state", "s", "installing \xc3\xa4 '\n");
  return g_variant_dict_end (&record);
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static gboolean
save (Fixture *self, guint n, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  pawl_journal_save_async (self->journal, make_record (n), on_saved, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return pawl_journal_save_finish (self->journal, result, error);
}

static guint
load (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) record = pawl_journal_load (self->journal, &error);
  guint n = 0;

  g_assert_no_error (error);
  g_assert_true (g_variant_lookup (record, "n", "u", &n));
  return n;
}

static void
test_keeps_the_last (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  struct stat info;

  g_assert_null (pawl_journal_load (self->journal, &error));
  g_assert_no_error (error);
  g_assert_true (save (self, 1, &error));
  g_assert_cmpuint (load (self), ==, 1);
  g_assert_true (save (self, 2, &error));
  g_assert_cmpuint (load (self), ==, 2);
  g_assert_cmpint (stat (self->path, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, 0600);
}

/* Without waiting in between: the last one asked for is the last one there. */
static void
test_saves_in_order (Fixture *self, gconstpointer data)
{
  GAsyncResult *results[20] = {NULL};

  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    pawl_journal_save_async (self->journal, make_record (i), on_saved, &results[i]);
  for (guint i = 0; i < G_N_ELEMENTS (results); i++)
    {
      g_autoptr (GError) error = NULL;

      while (results[i] == NULL)
        {
          /* Nobody is answered before those in front. */
          for (guint j = i + 1; j < G_N_ELEMENTS (results); j++)
            g_assert_null (results[j]);
          g_main_context_iteration (NULL, TRUE);
        }
      g_assert_true (pawl_journal_save_finish (self->journal, results[i], &error));
      g_object_unref (results[i]);
    }
  g_assert_cmpuint (load (self), ==, G_N_ELEMENTS (results) - 1);
}

static void
assert_refused (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (pawl_journal_load (self->journal, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_STORAGE);
  g_assert_nonnull (strstr (error->message, self->path));
}

static void
test_survives_torn_write (Fixture *self, gconstpointer data)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  gsize size = 0;

  g_assert_true (save (self, 1, &error));
  g_file_get_contents (self->path, &text, &size, &error);
  g_assert_no_error (error);
  for (gsize length = 0; length < size; length++)
    {
      g_file_set_contents (self->path, text, (gssize) length, NULL);
      assert_refused (self);
    }
  for (gsize i = 0; i < size; i++)
    {
      text[i] ^= 1;
      g_file_set_contents (self->path, text, (gssize) size, NULL);
      assert_refused (self);
      text[i] ^= 1;
    }
  /* And it can be written again. */
  g_assert_true (save (self, 3, &error));
  g_assert_cmpuint (load (self), ==, 3);
}

static void
test_says_why_it_cannot (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (self->folder, "absent", "update", NULL);

  g_set_object (&self->journal, NULL);
  self->journal = pawl_journal_new (path);
  g_assert_false (save (self, 1, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_STORAGE);
  g_assert_nonnull (strstr (error->message, "absent"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/engine/journal/keeps-the-last", Fixture, NULL, set_up, test_keeps_the_last,
              tear_down);
  g_test_add ("/engine/journal/saves-in-order", Fixture, NULL, set_up, test_saves_in_order,
              tear_down);
  g_test_add ("/engine/journal/survives-torn-write", Fixture, NULL, set_up,
              test_survives_torn_write, tear_down);
  g_test_add ("/engine/journal/says-why-it-cannot", Fixture, NULL, set_up, test_says_why_it_cannot,
              tear_down);
  return g_test_run ();
}
