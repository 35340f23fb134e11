/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What GRUB's script does is done here with the real grub-editenv. */
#include "pawl-grub-boot-control.h"
#include "pawl-grub-env.h"
#include "test-calls.h"
#include "test-context.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  char *folder;
  char *path;
  char *cmdline;
  TestContext *context;
  PawlBootControl *control;
} Fixture;

static void
editenv (Fixture *self, const char *command, const char *argument)
{
  const char *argv[] = {"grub-editenv", self->path, command, argument, NULL};
  g_autoptr (GError) error = NULL;
  int status = 0;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status,
                &error);
  g_assert_no_error (error);
  g_assert_true (g_spawn_check_wait_status (status, NULL));
}

static char *
dup_variable (Fixture *self, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlGrubEnv) env = pawl_grub_env_load (self->path, &error);

  g_assert_no_error (error);
  return pawl_grub_env_dup (env, name);
}

static void
expect_variable (Fixture *self, const char *name, const char *value)
{
  g_autofree char *found = dup_variable (self, name);

  g_assert_cmpstr (found, ==, value);
}

static void
set_running (Fixture *self, const char *entry)
{
  g_autofree char *text = g_strdup_printf ("root=/dev/sda2 pawl.entry=%s quiet\n", entry);

  g_assert_true (g_file_set_contents (self->cmdline, text, -1, NULL));
}

static void
set_up (Fixture *self, gconstpointer strategy)
{
  const char *entries[] = {"slot-a", "slot-b", NULL};
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("pawl-grub-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "grubenv", NULL);
  self->cmdline = g_build_filename (self->folder, "cmdline", NULL);
  set_running (self, "slot-a");
  editenv (self, "create", NULL);
  editenv (self, "set", "saved_entry=slot-a");
  self->context = test_context_new (g_getenv ("PAWL_GRUB_KEYFILE"));
  test_context_set (self->context, "env", g_variant_new_string (self->path));
  test_context_set (self->context, "strategy", g_variant_new_string (strategy));
  test_context_set (self->context, "entries", g_variant_new_strv (entries, -1));
  test_context_set (self->context, "cmdline", g_variant_new_string (self->cmdline));
  self->control = g_object_new (PAWL_TYPE_GRUB_BOOT_CONTROL, NULL);
  g_assert_true (pawl_boot_control_set_up (self->control, PAWL_CONTEXT (self->context), &error));
  g_assert_no_error (error);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_unlink (self->path);
  g_unlink (self->cmdline);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_object_unref (self->control);
  g_object_unref (self->context);
  g_free (self->path);
  g_free (self->cmdline);
  g_free (self->folder);
}

static void
arm (Fixture *self, guint tries)
{
  g_autoptr (GError) error = NULL;

  test_boot_arm (self->control, tries, &error);
  g_assert_no_error (error);
}

static void
mark (Fixture *self, gboolean good)
{
  g_autoptr (GError) error = NULL;

  if (good)
    test_boot_mark_good (self->control, &error);
  else
    test_boot_mark_bad (self->control, &error);
  g_assert_no_error (error);
}

static void
refuse_arm (Fixture *self, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (test_boot_arm (self->control, 3, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_BOOT);
  if (strstr (error->message, words) == NULL)
    g_error ("found \"%s\", wanted \"%s\"", error->message, words);
}

/* ---- counter ---- */

/* The script of README.md; says whether the new version was booted. */
static gboolean
boot_counting (Fixture *self)
{
  g_autofree char *counter = dup_variable (self, "boot_counter");
  g_autofree char *success = dup_variable (self, "boot_success");
  g_autofree char *next = NULL;

  if (counter == NULL || g_strcmp0 (success, "0") != 0)
    return TRUE;
  if (g_str_equal (counter, "0") || g_str_equal (counter, "-1"))
    {
      editenv (self, "set", "boot_counter=-1");
      return FALSE;
    }
  next = g_strdup_printf ("boot_counter=%d", atoi (counter) - 1);
  editenv (self, "set", next);
  return TRUE;
}

static void
test_good_version (Fixture *self, gconstpointer data)
{
  test_boot_expect (self->control, PAWL_BOOT_STATUS_NORMAL, 0);
  arm (self, 3);
  expect_variable (self, "boot_counter", "3");
  expect_variable (self, "boot_success", "0");
  test_boot_expect (self->control, PAWL_BOOT_STATUS_NORMAL, 3);
  g_assert_true (boot_counting (self));
  test_boot_expect (self->control, PAWL_BOOT_STATUS_TRIAL, 2);
  mark (self, TRUE);
  expect_variable (self, "boot_success", "1");
  expect_variable (self, "boot_counter", NULL);
  expect_variable (self, "saved_entry", "slot-a");
  test_boot_expect (self->control, PAWL_BOOT_STATUS_NORMAL, 0);
  for (guint i = 0; i < 4; i++)
    g_assert_true (boot_counting (self));
}

static void
test_falls_back (Fixture *self, gconstpointer data)
{
  arm (self, 2);
  g_assert_true (boot_counting (self));
  g_assert_true (boot_counting (self));
  test_boot_expect (self->control, PAWL_BOOT_STATUS_TRIAL, 0);
  g_assert_false (boot_counting (self));
  test_boot_expect (self->control, PAWL_BOOT_STATUS_FELL_BACK, 0);
  g_assert_false (boot_counting (self));
  mark (self, TRUE);
  test_boot_expect (self->control, PAWL_BOOT_STATUS_NORMAL, 0);
}

static void
test_bad_version (Fixture *self, gconstpointer data)
{
  arm (self, 3);
  g_assert_true (boot_counting (self));
  mark (self, FALSE);
  mark (self, FALSE);
  for (guint i = 0; i < 4; i++)
    g_assert_true (boot_counting (self));
  test_boot_expect (self->control, PAWL_BOOT_STATUS_NORMAL, 0);
}

static void
test_bad_before_boot (Fixture *self, gconstpointer data)
{
  arm (self, 3);
  mark (self, FALSE);
  g_assert_true (boot_counting (self));
  test_boot_expect (self->control, PAWL_BOOT_STATUS_NORMAL, 0);
}

static void
test_refuses_values (Fixture *self, gconstpointer data)
{
  const char *const values[] = {"boot_counter=x", "boot_counter=-2", "boot_counter=101"};

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autoptr (GError) error = NULL;

      editenv (self, "set", values[i]);
      test_boot_get_status (self->control, NULL, &error);
      g_assert_error (error, PAWL_ERROR, PAWL_ERROR_BOOT);
      g_assert_nonnull (strstr (error->message, "boot_counter is"));
    }
}

static void
test_refuses_blocks (Fixture *self, gconstpointer data)
{
  g_autofree char *long_value = g_strnfill (970, 'x');
  g_autofree char *full = g_strconcat ("# GRUB Environment Block\na=", long_value, "\n", NULL);
  g_autofree char *block = g_strnfill (PAWL_GRUB_ENV_SIZE, '#');

  memcpy (block, full, strlen (full));
  g_assert_true (g_file_set_contents (self->path, block, -1, NULL));
  refuse_arm (self, "an environment block has 1024");
  g_assert_true (g_file_set_contents (self->path, "nonsense", -1, NULL));
  refuse_arm (self, "it has 8 bytes");
  g_unlink (self->path);
  refuse_arm (self, self->path);
  g_assert_cmpint (g_mkdir (self->path, 0700), ==, 0);
  refuse_arm (self, self->path);
  g_rmdir (self->path);
}

/* ---- torn writes ---- */

static void
cut_power (Fixture *self, gboolean good)
{
  g_autofree char *before = NULL;
  g_autofree char *after = NULL;

  g_assert_true (g_file_get_contents (self->path, &before, NULL, NULL));
  mark (self, good);
  g_assert_true (g_file_get_contents (self->path, &after, NULL, NULL));
  for (guint written = 0; written < 4; written++)
    {
      g_autofree char *torn = g_malloc (PAWL_GRUB_ENV_SIZE);

      memcpy (torn, written & 1 ? after : before, 512);
      memcpy (torn + 512, (written & 2 ? after : before) + 512, 512);
      if (memcmp (torn, before, PAWL_GRUB_ENV_SIZE) != 0)
        g_assert_cmpmem (torn, PAWL_GRUB_ENV_SIZE, after, PAWL_GRUB_ENV_SIZE);
    }
}

/* A disk writes whole sectors, and a change is within one: it is as before, or as after. */
static void
test_torn_write (Fixture *self, gconstpointer data)
{
  arm (self, 3);
  g_assert_true (boot_counting (self));
  cut_power (self, FALSE);
  cut_power (self, TRUE);
}

/* ---- one-shot ---- */

/* GRUB: next_entry once, saved_entry otherwise. */
static void
boot_one_shot (Fixture *self)
{
  g_autofree char *next = dup_variable (self, "next_entry");
  g_autofree char *saved = dup_variable (self, "saved_entry");

  editenv (self, "set", "next_entry=");
  set_running (self, next != NULL && *next != '\0' ? next : saved);
}

static void
test_one_shot_good (Fixture *self, gconstpointer data)
{
  arm (self, 3);
  expect_variable (self, "next_entry", "slot-b");
  expect_variable (self, "saved_entry", "slot-a");
  test_boot_expect (self->control, PAWL_BOOT_STATUS_NORMAL, 1);
  boot_one_shot (self);
  test_boot_expect (self->control, PAWL_BOOT_STATUS_TRIAL, 0);
  mark (self, TRUE);
  expect_variable (self, "saved_entry", "slot-b");
  test_boot_expect (self->control, PAWL_BOOT_STATUS_NORMAL, 0);
  boot_one_shot (self);
  test_boot_expect (self->control, PAWL_BOOT_STATUS_NORMAL, 0);
  arm (self, 1);
  expect_variable (self, "next_entry", "slot-a");
}

static void
test_one_shot_falls_back (Fixture *self, gconstpointer data)
{
  arm (self, 3);
  boot_one_shot (self);
  boot_one_shot (self);
  test_boot_expect (self->control, PAWL_BOOT_STATUS_FELL_BACK, 0);
  mark (self, TRUE);
  expect_variable (self, "saved_entry", "slot-a");
  test_boot_expect (self->control, PAWL_BOOT_STATUS_NORMAL, 0);
}

static void
test_one_shot_bad (Fixture *self, gconstpointer data)
{
  arm (self, 3);
  boot_one_shot (self);
  mark (self, FALSE);
  test_boot_expect (self->control, PAWL_BOOT_STATUS_TRIAL, 0);
  boot_one_shot (self);
  test_boot_expect (self->control, PAWL_BOOT_STATUS_FELL_BACK, 0);
}

static void
test_one_shot_refuses (Fixture *self, gconstpointer data)
{
  editenv (self, "set", "saved_entry=slot-c");
  refuse_arm (self, "saved_entry is \"slot-c\", wanted slot-a or slot-b");
  editenv (self, "unset", "saved_entry");
  refuse_arm (self, "saved_entry is \"\"");
  editenv (self, "set", "saved_entry=slot-b");
  refuse_arm (self, "the command line says that slot-a runs");
  g_unlink (self->cmdline);
  refuse_arm (self, "that nothing runs");
}

static void
test_one_shot_needs_two (Fixture *self, gconstpointer data)
{
  const char *entries[] = {"slot-a", "slot-a", NULL};

  for (gssize i = 0; i < 3; i++)
    {
      g_autoptr (PawlBootControl) control = g_object_new (PAWL_TYPE_GRUB_BOOT_CONTROL, NULL);
      g_autoptr (GError) error = NULL;

      test_context_set (self->context, "entries", g_variant_new_strv (entries, i));
      g_assert_false (pawl_boot_control_set_up (control, PAWL_CONTEXT (self->context), &error));
      g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG);
    }
}

#define ADD(strategy, name, func)                                                                  \
  g_test_add ("/grub/" strategy "/" name, Fixture, strategy, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("counter", "good-version", test_good_version);
  ADD ("counter", "falls-back", test_falls_back);
  ADD ("counter", "bad-version", test_bad_version);
  ADD ("counter", "bad-before-boot", test_bad_before_boot);
  ADD ("counter", "refuses-values", test_refuses_values);
  ADD ("counter", "refuses-blocks", test_refuses_blocks);
  ADD ("counter", "torn-write", test_torn_write);
  ADD ("one-shot", "good-version", test_one_shot_good);
  ADD ("one-shot", "falls-back", test_one_shot_falls_back);
  ADD ("one-shot", "bad-version", test_one_shot_bad);
  ADD ("one-shot", "refuses", test_one_shot_refuses);
  ADD ("one-shot", "needs-two-entries", test_one_shot_needs_two);
  return g_test_run ();
}
