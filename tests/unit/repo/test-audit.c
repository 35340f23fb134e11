/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-repo-audit.h"
#include "pawl-repo-error.h"
#include "pawl-repo-file.h"

#include <string.h>

#define NOW_US (G_GINT64_CONSTANT (1800000000) * G_USEC_PER_SEC)

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("pawl-repo-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "audit.log", NULL);
  g_assert_true (pawl_repo_audit_append (self->path, NOW_US, "init", "a \"b\"\n", NULL));
  g_assert_true (pawl_repo_audit_append (self->path, NOW_US, "sign", "targets", NULL));
  g_assert_true (pawl_repo_audit_append (self->path, NOW_US + 5000000, "publish", "x", NULL));
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_assert_true (pawl_repo_file_remove_tree (self->folder, NULL));
  g_free (self->folder);
  g_free (self->path);
}

static void
test_chain (Fixture *self, gconstpointer data)
{
  g_auto (PawlRepoAuditState) state = {0, NULL, 0};
  g_autoptr (GError) error = NULL;

  g_assert_true (pawl_repo_audit_check (self->path, &state, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (state.lines, ==, 3);
  g_assert_cmpint (state.last_us, ==, NOW_US + 5000000);
  g_assert_cmpuint (strlen (state.head), ==, 64);
}

static void
replace (Fixture *self, const char *from, const char *to)
{
  g_autoptr (GBytes) bytes = pawl_repo_file_read (self->path, NULL);
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_auto (GStrv) parts = g_strsplit (text, from, 2);

  g_assert_cmpuint (g_strv_length (parts), ==, 2);
  g_free (text);
  text = g_strconcat (parts[0], to, parts[1], NULL);
  g_assert_true (g_file_set_contents (self->path, text, -1, NULL));
}

static void
assert_refused (Fixture *self, const char *message)
{
  g_auto (PawlRepoAuditState) state = {0, NULL, 0};
  g_autoptr (GError) error = NULL;

  g_assert_false (pawl_repo_audit_check (self->path, &state, &error));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, message));
  g_clear_error (&error);
  g_assert_false (pawl_repo_audit_append (self->path, NOW_US, "sign", "", &error));
  g_assert_nonnull (error);
}

static void
test_changed (Fixture *self, gconstpointer data)
{
  replace (self, "targets", "nothing");
  assert_refused (self, "an earlier line was changed");
}

static void
test_no_json (Fixture *self, gconstpointer data)
{
  replace (self, "{\"command\":\"sign\"", "<<<<<<< HEAD");
  assert_refused (self, "line 2");
}

static void
test_no_time (Fixture *self, gconstpointer data)
{
  replace (self, "\"time\"", "\"tide\"");
  assert_refused (self, "wanted a time");
}

static void
test_torn (Fixture *self, gconstpointer data)
{
  g_auto (PawlRepoAuditState) state = {0, NULL, 0};
  g_autoptr (GBytes) bytes = pawl_repo_file_read (self->path, NULL);

  g_assert_true (g_file_set_contents (self->path, g_bytes_get_data (bytes, NULL),
                                      (gssize) g_bytes_get_size (bytes) - 9, NULL));
  g_assert_true (pawl_repo_audit_append (self->path, NOW_US, "sign", "again", NULL));
  g_assert_true (pawl_repo_audit_check (self->path, &state, NULL));
  g_assert_cmpuint (state.lines, ==, 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/repo/audit/is-a-chain", Fixture, NULL, set_up, test_chain, tear_down);
  g_test_add ("/repo/audit/refuses-a-change", Fixture, NULL, set_up, test_changed, tear_down);
  g_test_add ("/repo/audit/refuses-a-merge", Fixture, NULL, set_up, test_no_json, tear_down);
  g_test_add ("/repo/audit/refuses-no-time", Fixture, NULL, set_up, test_no_time, tear_down);
  g_test_add ("/repo/audit/survives-torn-write", Fixture, NULL, set_up, test_torn, tear_down);
  return g_test_run ();
}
