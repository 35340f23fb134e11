/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-repo-error.h"
#include "pawl-repo-file.h"

#include <glib/gstdio.h>
#include <string.h>

#define HELLO_SHA256 "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("pawl-repo-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "deep", "file", NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_assert_true (pawl_repo_file_remove_tree (self->folder, NULL));
  g_assert_false (g_file_test (self->folder, G_FILE_TEST_EXISTS));
  g_free (self->folder);
  g_free (self->path);
}

static void
write_text (const char *path, const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (GError) error = NULL;

  g_assert_true (pawl_repo_file_write (path, bytes, 0644, &error));
  g_assert_no_error (error);
}

static void
test_write (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GPtrArray) names = NULL;
  g_autofree char *folder = g_path_get_dirname (self->path);

  write_text (self->path, "one");
  write_text (self->path, "two");
  bytes = pawl_repo_file_read (self->path, NULL);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "two", 3);
  names = pawl_repo_file_list (folder, "", NULL);
  g_assert_cmpuint (names->len, ==, 1);
  g_assert_true (pawl_repo_file_remove (self->path, NULL));
  g_assert_true (pawl_repo_file_remove (self->path, NULL));
  g_assert_null (pawl_repo_file_read_optional (self->path, NULL));
}

static void
test_copy (Fixture *self, gconstpointer data)
{
  g_autofree char *copy = g_build_filename (self->folder, "copies", "copy", NULL);
  g_auto (PawlRepoDigest) digest = {NULL, NULL, 0};
  g_autoptr (GError) error = NULL;

  write_text (self->path, "hello");
  g_assert_true (pawl_repo_file_digest (self->path, &digest, NULL));
  g_assert_cmpstr (digest.sha256, ==, HELLO_SHA256);
  g_assert_cmpuint (strlen (digest.sha512), ==, 128);
  g_assert_cmpuint (digest.length, ==, 5);
  g_assert_true (pawl_repo_file_copy (self->path, copy, HELLO_SHA256, &error));
  g_assert_no_error (error);
  g_assert_true (g_file_test (copy, G_FILE_TEST_IS_REGULAR));
}

static void
test_changed (Fixture *self, gconstpointer data)
{
  g_autofree char *folder = g_build_filename (self->folder, "copies", NULL);
  g_autofree char *copy = g_build_filename (folder, "copy", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) names = NULL;

  write_text (self->path, "hellO");
  g_assert_false (pawl_repo_file_copy (self->path, copy, HELLO_SHA256, &error));
  g_assert_error (error, PAWL_REPO_ERROR, PAWL_REPO_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "it was changed"));
  names = pawl_repo_file_list (folder, "", NULL);
  g_assert_cmpuint (names->len, ==, 0);
}

static void
test_no_file (Fixture *self, gconstpointer data)
{
  g_auto (PawlRepoDigest) digest = {NULL, NULL, 0};
  g_autoptr (GError) error = NULL;

  g_assert_false (pawl_repo_file_digest (self->folder, &digest, &error));
  g_assert_error (error, PAWL_REPO_ERROR, PAWL_REPO_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "regular file"));
  g_clear_error (&error);
  g_assert_null (pawl_repo_file_read (self->path, &error));
  g_assert_error (error, PAWL_REPO_ERROR, PAWL_REPO_ERROR_FAILED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/repo/file/is-replaced-as-a-whole", Fixture, NULL, set_up, test_write, tear_down);
  g_test_add ("/repo/file/copies-what-it-hashes", Fixture, NULL, set_up, test_copy, tear_down);
  g_test_add ("/repo/file/refuses-changed-content", Fixture, NULL, set_up, test_changed, tear_down);
  g_test_add ("/repo/file/refuses-what-is-no-file", Fixture, NULL, set_up, test_no_file, tear_down);
  return g_test_run ();
}
