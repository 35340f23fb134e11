/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "fixture.h"

#include <glib/gstdio.h>
#include <string.h>

void
fixture_set_up (Fixture *self, gconstpointer data)
{
  const char *const names[] = {"required.d", "wanted.d"};
  const char *dirs[] = {NULL, NULL};
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("pawl-health-XXXXXX", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (self->folder, names[i], NULL);

      g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
    }
  dirs[0] = self->folder;
  self->context = test_context_new (g_getenv ("PAWL_HEALTH_KEYFILE"));
  test_context_set (self->context, "check-dirs", g_variant_new_strv (dirs, -1));
  self->confirmer = g_object_new (PAWL_TYPE_HEALTH_CONFIRMER, NULL);
  g_assert_true (pawl_confirmer_set_up (self->confirmer, PAWL_CONTEXT (self->context), &error));
  g_assert_no_error (error);
}

static void
empty (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        empty (child);
      g_remove (child);
    }
}

void
fixture_tear_down (Fixture *self, gconstpointer data)
{
  empty (self->folder);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_clear_pointer (&self->answer, g_variant_unref);
  g_object_unref (self->confirmer);
  g_object_unref (self->context);
  g_free (self->folder);
}

/* An executable; @body is shell, and $0 tells where it lies. */
void
fixture_write (Fixture *self, const char *name, const char *body)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  g_autofree char *text = g_strconcat ("#!/bin/sh\ncd \"${0%/*}\"\n", body, "\n", NULL);

  g_assert_true (
    g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0700, NULL));
}

char *
fixture_read (Fixture *self, const char *name)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);
  return text;
}

void
fixture_expect (Fixture *self, PawlVerdict verdict, const char *reason)
{
  g_autoptr (GError) error = NULL;
  const char *found = NULL;
  PawlVerdict answer;

  g_clear_pointer (&self->answer, g_variant_unref);
  answer = test_confirmer_check (self->confirmer, NULL, &self->answer, &error);
  g_assert_no_error (error);
  g_assert_true (g_variant_lookup (self->answer, "reason", "&s", &found));
  if (answer != verdict || strstr (found, reason) == NULL)
    g_error ("found %s: \"%s\", wanted \"%s\"", pawl_enum_to_nick (PAWL_TYPE_VERDICT, (int) answer),
             found, reason);
}

/* In the answer of the last fixture_expect(). */
void
fixture_expect_result (Fixture *self, const char *name, const char *verdict, const char *words)
{
  g_autoptr (GVariant) details = NULL;
  g_autoptr (GVariant) results = NULL;

  details = g_variant_lookup_value (self->answer, "details", G_VARIANT_TYPE_VARDICT);
  g_assert_nonnull (details);
  results = g_variant_lookup_value (details, "results", G_VARIANT_TYPE ("aa{sv}"));
  g_assert_nonnull (results);
  for (gsize i = 0; i < g_variant_n_children (results); i++)
    {
      g_autoptr (GVariant) result = g_variant_get_child_value (results, i);
      const char *found = NULL;
      const char *reason = NULL;

      g_assert_true (g_variant_lookup (result, "name", "&s", &found));
      if (!g_str_has_suffix (found, name))
        continue;
      g_assert_true (g_variant_lookup (result, "verdict", "&s", &found));
      g_assert_true (g_variant_lookup (result, "reason", "&s", &reason));
      g_assert_cmpstr (found, ==, verdict);
      g_assert_nonnull (strstr (reason, words));
      return;
    }
  g_error ("no result for %s", name);
}
