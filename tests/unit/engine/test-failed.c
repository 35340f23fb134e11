/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-failed.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  char *folder;
  char *path;
  PawlFailed *failed;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("pawl-failed-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "failed", NULL);
  self->failed = pawl_failed_new (self->path);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_object_unref (self->failed);
  g_unlink (self->path);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_free (self->folder);
  g_free (self->path);
}

static PawlTarget *
make_target (const char *name, const char *hash)
{
  return pawl_target_new_from_variant (
    g_variant_new_parsed ("{'name': <%s>, 'length': <uint64 1>, 'hashes': <{'sha256': %s}>}", name,
                          hash),
    NULL);
}

static void
keep_result (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static gboolean
finish (Fixture *self, GAsyncResult **result, GError **error)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return pawl_failed_save_finish (self->failed, *result, error);
}

static void
add (Fixture *self, const char *name, const char *hash, const char *reason)
{
  g_autoptr (PawlTarget) target = make_target (name, hash);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  pawl_failed_add_async (self->failed, target, reason, keep_result, &result);
  g_assert_true (finish (self, &result, &error));
  g_assert_no_error (error);
}

static gboolean
forget (Fixture *self, const char *name, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  pawl_failed_forget_async (self->failed, name, keep_result, &result);
  return finish (self, &result, error);
}

static void
expect (Fixture *self, const char *name, const char *hash, const char *wanted)
{
  g_autoptr (PawlTarget) target = make_target (name, hash);
  g_autofree char *reason = pawl_failed_dup_reason (self->failed, target);

  g_assert_cmpstr (reason, ==, wanted);
}

static void
load_again (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  g_object_unref (self->failed);
  self->failed = pawl_failed_new (self->path);
  g_assert_true (pawl_failed_load (self->failed, &error));
  g_assert_no_error (error);
}

static void
test_remembers (Fixture *self, gconstpointer data)
{
  load_again (self);
  add (self, "os-2", "aa", "a service did not start");
  load_again (self);
  expect (self, "os-2", "aa", "a service did not start");
  expect (self, "os-3", "bb", NULL);
}

static void
test_other_bytes_are_another_version (Fixture *self, gconstpointer data)
{
  add (self, "os-2", "aa", "first");
  expect (self, "os-2", "bb", NULL);
  add (self, "os-2", "bb", "second");
  expect (self, "os-2", "bb", "second");
}

static void
test_forgets (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  add (self, "os-2", "aa", "x");
  add (self, "os-3", "bb", "y");
  g_assert_true (forget (self, "os-2", NULL));
  g_assert_false (forget (self, "os-2", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NOT_FOUND);
  load_again (self);
  expect (self, "os-2", "aa", NULL);
  expect (self, "os-3", "bb", "y");
  g_assert_true (forget (self, NULL, NULL));
  g_assert_true (forget (self, NULL, NULL));
  load_again (self);
  expect (self, "os-3", "bb", NULL);
}

static void
test_is_bounded (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < 101; i++)
    {
      g_autofree char *name = g_strdup_printf ("os-%u", i);

      add (self, name, "aa", "x");
    }
  load_again (self);
  expect (self, "os-0", "aa", NULL);
  expect (self, "os-1", "aa", "x");
  expect (self, "os-100", "aa", "x");
}

static void
test_tells_what_is_torn (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (self->path, "pawl-journal 1\nhalf", -1, NULL));
  g_assert_false (pawl_failed_load (self->failed, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_STORAGE);
  g_assert_nonnull (strstr (error->message, self->path));
}

#define ADD(name, func) g_test_add ("/engine/failed/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("remembers", test_remembers);
  ADD ("other-bytes-are-another-version", test_other_bytes_are_another_version);
  ADD ("forgets", test_forgets);
  ADD ("is-bounded", test_is_bounded);
  ADD ("tells-what-is-torn", test_tells_what_is_torn);
  return g_test_run ();
}
