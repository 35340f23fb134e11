/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-file-boot-control.h"
#include "test-context.h"

#include <glib/gstdio.h>
#include <string.h>

#define TIMEOUT_MS 20000

typedef struct
{
  char *folder;
  char *path;
  TestContext *context;
  PawlBootControl *control;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("pawl-file-boot-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "boot", NULL);
  self->context = test_context_new (g_getenv ("PAWL_FILE_KEYFILE"));
  test_context_set (self->context, "boot-file", g_variant_new_string (self->path));
  self->control = g_object_new (PAWL_TYPE_FILE_BOOT_CONTROL, NULL);
  g_assert_true (pawl_boot_control_set_up (self->control, PAWL_CONTEXT (self->context), &error));
  g_assert_no_error (error);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_unlink (self->path);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_object_unref (self->control);
  g_object_unref (self->context);
  g_free (self->folder);
  g_free (self->path);
}

static void
keep_result (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static void
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
arm (Fixture *self, guint tries)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GError) error = NULL;

  pawl_boot_control_arm_async (self->control, tries, NULL, TIMEOUT_MS, NULL, keep_result, &result);
  wait_for (&result);
  answer = pawl_boot_control_arm_finish (self->control, result, &error);
  g_assert_no_error (error);
}

static void
mark (Fixture *self, gboolean good)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GError) error = NULL;

  if (good)
    pawl_boot_control_mark_good_async (self->control, NULL, TIMEOUT_MS, NULL, keep_result, &result);
  else
    pawl_boot_control_mark_bad_async (self->control, NULL, TIMEOUT_MS, NULL, keep_result, &result);
  wait_for (&result);
  answer = good ? pawl_boot_control_mark_good_finish (self->control, result, &error)
                : pawl_boot_control_mark_bad_finish (self->control, result, &error);
  g_assert_no_error (error);
}

static PawlBootStatus
get_status (Fixture *self, guint *out_left, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GVariant) details = NULL;
  PawlBootStatus status;

  pawl_boot_control_get_status_async (self->control, NULL, TIMEOUT_MS, NULL, keep_result, &result);
  wait_for (&result);
  status = pawl_boot_control_get_status_finish (self->control, result, &details, error);
  if (details != NULL)
    g_assert_true (g_variant_lookup (details, "tries-left", "u", out_left));
  return status;
}

static void
expect (Fixture *self, PawlBootStatus wanted, guint wanted_left)
{
  g_autoptr (GError) error = NULL;
  guint left = G_MAXUINT;
  PawlBootStatus status = get_status (self, &left, &error);

  g_assert_no_error (error);
  g_assert_cmpint (status, ==, wanted);
  g_assert_cmpuint (left, ==, wanted_left);
}

/* What starts the system does this, as README.md says. */
static gboolean
start_system (Fixture *self)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  gboolean rollback;

  g_assert_true (g_key_file_load_from_file (file, self->path, G_KEY_FILE_KEEP_COMMENTS, NULL));
  if (g_key_file_get_integer (file, "Boot", "upgrade_available", NULL) == 1)
    {
      int count = g_key_file_get_integer (file, "Boot", "bootcount", NULL) + 1;

      g_key_file_set_integer (file, "Boot", "bootcount", count);
      if (count > g_key_file_get_integer (file, "Boot", "bootlimit", NULL))
        g_key_file_set_integer (file, "Boot", "rollback", 1);
    }
  rollback = g_key_file_get_integer (file, "Boot", "rollback", NULL) == 1;
  g_assert_true (g_key_file_save_to_file (file, self->path, NULL));
  return !rollback;
}

static void
test_without_a_file (Fixture *self, gconstpointer data)
{
  expect (self, PAWL_BOOT_STATUS_NORMAL, 0);
  g_assert_false (g_file_test (self->path, G_FILE_TEST_EXISTS));
}

static void
test_good_version (Fixture *self, gconstpointer data)
{
  arm (self, 3);
  expect (self, PAWL_BOOT_STATUS_NORMAL, 3);
  g_assert_true (start_system (self));
  expect (self, PAWL_BOOT_STATUS_TRIAL, 2);
  mark (self, TRUE);
  expect (self, PAWL_BOOT_STATUS_NORMAL, 0);
  for (guint i = 0; i < 5; i++)
    g_assert_true (start_system (self));
}

static void
test_falls_back (Fixture *self, gconstpointer data)
{
  arm (self, 2);
  g_assert_true (start_system (self));
  g_assert_true (start_system (self));
  expect (self, PAWL_BOOT_STATUS_TRIAL, 0);
  g_assert_false (start_system (self));
  expect (self, PAWL_BOOT_STATUS_FELL_BACK, 0);
  mark (self, TRUE);
  expect (self, PAWL_BOOT_STATUS_NORMAL, 0);
  g_assert_true (start_system (self));
}

static void
test_bad_version (Fixture *self, gconstpointer data)
{
  arm (self, 3);
  g_assert_true (start_system (self));
  mark (self, FALSE);
  for (guint i = 0; i < 4; i++)
    g_assert_true (start_system (self));
  expect (self, PAWL_BOOT_STATUS_NORMAL, 0);
}

/* Before the new version was ever started: armed and taken back. */
static void
test_bad_before_start (Fixture *self, gconstpointer data)
{
  arm (self, 3);
  mark (self, FALSE);
  g_assert_true (start_system (self));
  expect (self, PAWL_BOOT_STATUS_NORMAL, 0);
}

static void
test_is_idempotent (Fixture *self, gconstpointer data)
{
  arm (self, 3);
  arm (self, 3);
  g_assert_true (start_system (self));
  expect (self, PAWL_BOOT_STATUS_TRIAL, 2);
  mark (self, TRUE);
  mark (self, TRUE);
  expect (self, PAWL_BOOT_STATUS_NORMAL, 0);
}

static void
test_keeps_other_keys (Fixture *self, gconstpointer data)
{
  g_autofree char *text = NULL;

  g_assert_true (g_file_set_contents (self->path,
                                      "# ours\n[Boot]\nupgrade_available=0\nbootcount=0\n"
                                      "bootlimit=0\nrollback=0\nslot=b\n",
                                      -1, NULL));
  arm (self, 3);
  g_assert_true (g_file_get_contents (self->path, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "# ours\n"));
  g_assert_nonnull (strstr (text, "\nslot=b\n"));
  g_assert_nonnull (strstr (text, "\nbootlimit=3\n"));
}

static void
test_refuses (Fixture *self, gconstpointer data)
{
  static const char *const texts[] = {
    "",
    "upgrade_available=1\n",
    "[Boot]\nupgrade_available=1\nbootcount=1\nbootlimit=3\n",
    "[Boot]\nupgrade_available=1\nbootcount=-1\nbootlimit=3\nrollback=0\n",
    "[Boot]\nupgrade_available=1\nbootcount=x\nbootlimit=3\nrollback=0\n",
    "[Boot]\nupgrade_available=1\nbootcount=99999999\nbootlimit=3\nrollback=0\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      guint left = 0;

      g_assert_true (g_file_set_contents (self->path, texts[i], -1, NULL));
      get_status (self, &left, &error);
      g_assert_error (error, PAWL_ERROR, PAWL_ERROR_BOOT);
      g_assert_nonnull (strstr (error->message, self->path));
    }
}

static void
test_tells_a_failed_write (Fixture *self, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *missing = g_build_filename (self->folder, "missing", "boot", NULL);
  g_autoptr (PawlBootControl) control = g_object_new (PAWL_TYPE_FILE_BOOT_CONTROL, NULL);

  test_context_set (self->context, "boot-file", g_variant_new_string (missing));
  g_assert_true (pawl_boot_control_set_up (control, PAWL_CONTEXT (self->context), NULL));
  pawl_boot_control_arm_async (control, 3, NULL, TIMEOUT_MS, NULL, keep_result, &result);
  wait_for (&result);
  answer = pawl_boot_control_arm_finish (control, result, &error);
  g_assert_null (answer);
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_BOOT);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/file/boot-control/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("without-a-file", test_without_a_file);
  ADD ("good-version", test_good_version);
  ADD ("falls-back", test_falls_back);
  ADD ("bad-version", test_bad_version);
  ADD ("bad-before-start", test_bad_before_start);
  ADD ("is-idempotent", test_is_idempotent);
  ADD ("keeps-other-keys", test_keeps_other_keys);
  ADD ("refuses", test_refuses);
  ADD ("tells-a-failed-write", test_tells_a_failed_write);
  return g_test_run ();
}
