/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-repo-error.h"
#include "pawl-repo-file.h"
#include "pawl-repo-work.h"

#include <string.h>

typedef struct
{
  char *folder;
  PawlRepoWork *work;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("pawl-repo-XXXXXX", NULL);
  g_assert_true (
    pawl_repo_work_create (self->folder, "test", "team", PAWL_TUF_DIALECT_TUF, &error));
  g_assert_no_error (error);
  self->work = pawl_repo_work_open (self->folder, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_pointer (&self->work, pawl_repo_work_free);
  g_assert_true (pawl_repo_file_remove_tree (self->folder, NULL));
  g_free (self->folder);
}

static void
test_open (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_cmpstr (pawl_repo_work_get_profile (self->work), ==, "team");
  g_assert_cmpint (pawl_repo_work_get_lifetime_s (self->work, "timestamp"), ==, 3 * 86400);
  g_assert_cmpint (pawl_repo_work_get_lifetime_s (self->work, "supplier"), ==, 180 * 86400);
  g_assert_true (pawl_repo_work_set_lifetime (self->work, "supplier", "12h", &error));
  g_assert_cmpint (pawl_repo_work_get_lifetime_s (self->work, "supplier"), ==, 43200);
  g_assert_cmpint (pawl_repo_work_get_root_version (self->work), ==, 0);
}

static void
test_locked (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (pawl_repo_work_open (self->folder, &error));
  g_assert_error (error, PAWL_REPO_ERROR, PAWL_REPO_ERROR_CONFLICT);
}

static void
test_refusals (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *config = pawl_repo_work_dup_path (self->work, "repo.conf", NULL);
  gint64 seconds;

  g_assert_false (
    pawl_repo_work_create (self->folder, "test", "team", PAWL_TUF_DIALECT_TUF, &error));
  g_assert_error (error, PAWL_REPO_ERROR, PAWL_REPO_ERROR_CONFLICT);
  g_clear_error (&error);
  g_assert_false (pawl_repo_work_create ("/nowhere", "x", "lax", PAWL_TUF_DIALECT_TUF, &error));
  g_assert_error (error, PAWL_REPO_ERROR, PAWL_REPO_ERROR_USAGE);
  g_clear_error (&error);
  g_assert_null (pawl_repo_work_open ("/nowhere", &error));
  g_assert_error (error, PAWL_REPO_ERROR, PAWL_REPO_ERROR_USAGE);
  for (guint i = 0; i < 6; i++)
    {
      const char *const durations[] = {"", "d", "0d", "-1d", "5y", "40000d"};

      g_clear_error (&error);
      g_assert_false (pawl_repo_parse_duration (durations[i], &seconds, &error));
      g_assert_error (error, PAWL_REPO_ERROR, PAWL_REPO_ERROR_USAGE);
    }
  g_clear_error (&error);
  g_clear_pointer (&self->work, pawl_repo_work_free);
  g_assert_true (g_file_set_contents (config, "[repository]\nformat=9\ndialect=tuf\n", -1, NULL));
  g_assert_null (pawl_repo_work_open (self->folder, &error));
  g_assert_nonnull (strstr (error->message, "format is “9”"));
}

static void
test_past (Fixture *self, gconstpointer data)
{
  g_autofree char *path = pawl_repo_work_dup_path (self->work, "audit.log", NULL);
  g_autofree char *line = g_strdup_printf (
    "{\"previous\":\"%064d\",\"time\":\"2999-01-01T00:00:00Z\",\"command\":\"x\"}\n", 0);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, line, -1, NULL));
  g_assert_false (pawl_repo_work_log (self->work, &error, "sign", "x"));
  g_assert_nonnull (strstr (error->message, "clock is in the past"));
}

static void
test_keys (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlTufSigner) signer = pawl_tuf_signer_generate ("p256", NULL);
  g_autoptr (PawlRepoKey) key =
    pawl_repo_key_new_from_signer (signer, PAWL_TUF_DIALECT_TUF, "alice-1", "Alice", &error);
  g_autofree char *path = pawl_repo_work_dup_key_path (self->work, "alice-1");
  g_autofree char *other = pawl_repo_work_dup_key_path (self->work, "bob");
  g_autofree char *text = NULL;
  g_autoptr (PawlRepoKey) found = NULL;

  g_assert_no_error (error);
  g_assert_true (pawl_repo_key_save (key, path, &error));
  found = pawl_repo_work_find_key (self->work, "alice-1", &error);
  g_assert_no_error (error);
  g_assert_cmpstr (found->id, ==, key->id);
  g_assert_cmpstr (found->owner, ==, "Alice");
  g_assert_cmpstr (found->scheme, ==, "ecdsa-sha2-nistp256");
  g_assert_null (pawl_repo_work_find_key (self->work, "bob", &error));
  g_assert_error (error, PAWL_REPO_ERROR, PAWL_REPO_ERROR_USAGE);
  g_clear_error (&error);
  /* A file under another name would let one key pass for two. */
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_true (g_file_set_contents (other, text, -1, NULL));
  g_assert_null (pawl_repo_work_list_keys (self->work, &error));
  g_assert_nonnull (strstr (error->message, "bob.json"));
  g_clear_error (&error);
  g_assert_false (pawl_repo_key_check_name ("../alice", &error));
  g_assert_error (error, PAWL_REPO_ERROR, PAWL_REPO_ERROR_USAGE);
}

static void
test_ats_key (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlTufSigner) signer = pawl_tuf_signer_generate ("p384", NULL);

  g_assert_null (
    pawl_repo_key_new_from_signer (signer, PAWL_TUF_DIALECT_ATS, "alice", "Alice", &error));
  g_assert_error (error, PAWL_REPO_ERROR, PAWL_REPO_ERROR_FAILED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/repo/work/has-a-profile", Fixture, NULL, set_up, test_open, tear_down);
  g_test_add ("/repo/work/has-one-user", Fixture, NULL, set_up, test_locked, tear_down);
  g_test_add ("/repo/work/refusals", Fixture, NULL, set_up, test_refusals, tear_down);
  g_test_add ("/repo/work/refuses-a-clock-in-the-past", Fixture, NULL, set_up, test_past,
              tear_down);
  g_test_add ("/repo/work/keys-have-one-name", Fixture, NULL, set_up, test_keys, tear_down);
  g_test_add ("/repo/work/refuses-keys-ats-does-not-know", Fixture, NULL, set_up, test_ats_key,
              tear_down);
  return g_test_run ();
}
