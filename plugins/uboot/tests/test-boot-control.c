/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Against the real fw_printenv and fw_setenv: each reads what the other wrote. */
#include "pawl-uboot-boot-control.h"
#include "test-calls.h"
#include "test-context.h"

#include <glib/gstdio.h>
#include <string.h>

#define ENV_SIZE 0x2000

typedef struct
{
  char *folder;
  char *config;
  char *copies[2]; /* files; the second is only there when the environment is redundant */
  TestContext *context;
  PawlBootControl *control;
} Fixture;

static gboolean
run (const char *const *argv, char **out_text)
{
  int status = 0;
  g_autoptr (GError) error = NULL;

  g_spawn_sync (NULL, (char **) argv, NULL,
                G_SPAWN_SEARCH_PATH | G_SPAWN_STDERR_TO_DEV_NULL |
                  (out_text == NULL ? G_SPAWN_STDOUT_TO_DEV_NULL : 0),
                NULL, NULL, out_text, NULL, &status, &error);
  g_assert_no_error (error);
  return g_spawn_check_wait_status (status, NULL);
}

static void
setenv_ (Fixture *self, const char *name, const char *value)
{
  const char *argv[] = {"fw_setenv", "-c", self->config, name, value, NULL};

  g_assert_true (run (argv, NULL));
}

static void
expect_variable (Fixture *self, const char *name, const char *value)
{
  const char *argv[] = {"fw_printenv", "-c", self->config, "-n", name, NULL};
  g_autofree char *text = NULL;

  g_assert_true (run (argv, &text));
  g_assert_cmpstr (g_strchomp (text), ==, value);
}

/* As it leaves the factory: one variable that is not ours. */
static void
make_environment (Fixture *self)
{
  g_autofree char *initial = g_build_filename (self->folder, "initial", NULL);
  const char *argv[] = {"fw_setenv", "-c", self->config, "-f", initial, "board", "x1", NULL};

  g_assert_true (g_file_set_contents (initial, "bootcmd=run distro\n", -1, NULL));
  g_assert_true (run (argv, NULL));
  g_unlink (initial);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  const char *const *names = (const char *const[]){"one", "two"};
  g_autoptr (GString) config = g_string_new (NULL);
  g_autofree char *zeros = g_malloc0 (ENV_SIZE);
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("pawl-uboot-XXXXXX", NULL);
  self->config = g_build_filename (self->folder, "fw_env.config", NULL);
  for (int i = 0; i < GPOINTER_TO_INT (data); i++)
    {
      self->copies[i] = g_build_filename (self->folder, names[i], NULL);
      g_assert_true (g_file_set_contents (self->copies[i], zeros, ENV_SIZE, NULL));
      g_string_append_printf (config, "%s 0x0 0x%x\n", self->copies[i], ENV_SIZE);
    }
  g_assert_true (g_file_set_contents (self->config, config->str, -1, NULL));
  make_environment (self);
  self->context = test_context_new (g_getenv ("PAWL_UBOOT_KEYFILE"));
  test_context_set (self->context, "config", g_variant_new_string (self->config));
  self->control = g_object_new (PAWL_TYPE_UBOOT_BOOT_CONTROL, NULL);
  g_assert_true (pawl_boot_control_set_up (self->control, PAWL_CONTEXT (self->context), &error));
  g_assert_no_error (error);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->copies); i++)
    if (self->copies[i] != NULL)
      g_unlink (self->copies[i]);
  g_unlink (self->config);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_object_unref (self->control);
  g_object_unref (self->context);
  g_free (self->copies[0]);
  g_free (self->copies[1]);
  g_free (self->config);
  g_free (self->folder);
}

static int
get_number (Fixture *self, const char *name)
{
  const char *argv[] = {"fw_printenv", "-c", self->config, "-n", name, NULL};
  g_autofree char *text = NULL;

  return run (argv, &text) ? atoi (text) : 0;
}

/* What U-Boot and the usual script do. */
static gboolean
boot (Fixture *self)
{
  g_autofree char *count = NULL;

  if (get_number (self, "upgrade_available") == 1)
    {
      count = g_strdup_printf ("%d", get_number (self, "bootcount") + 1);
      setenv_ (self, "bootcount", count);
      if (get_number (self, "bootcount") > get_number (self, "bootlimit"))
        setenv_ (self, "rollback", "1");
    }
  return get_number (self, "rollback") == 0;
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
test_fw_printenv_reads_ours (Fixture *self, gconstpointer data)
{
  test_boot_expect (self->control, PAWL_BOOT_STATUS_NORMAL, 0);
  arm (self, 3);
  expect_variable (self, "upgrade_available", "1");
  expect_variable (self, "bootcount", "0");
  expect_variable (self, "bootlimit", "3");
  expect_variable (self, "rollback", "0");
  expect_variable (self, "board", "x1");
  expect_variable (self, "bootcmd", "run distro");
}

static void
test_good_version (Fixture *self, gconstpointer data)
{
  arm (self, 3);
  test_boot_expect (self->control, PAWL_BOOT_STATUS_NORMAL, 3);
  g_assert_true (boot (self));
  test_boot_expect (self->control, PAWL_BOOT_STATUS_TRIAL, 2);
  mark (self, TRUE);
  test_boot_expect (self->control, PAWL_BOOT_STATUS_NORMAL, 0);
  for (guint i = 0; i < 4; i++)
    g_assert_true (boot (self));
  test_boot_expect (self->control, PAWL_BOOT_STATUS_NORMAL, 0);
}

static void
test_falls_back (Fixture *self, gconstpointer data)
{
  arm (self, 2);
  g_assert_true (boot (self));
  g_assert_true (boot (self));
  test_boot_expect (self->control, PAWL_BOOT_STATUS_TRIAL, 0);
  g_assert_false (boot (self));
  test_boot_expect (self->control, PAWL_BOOT_STATUS_FELL_BACK, 0);
  mark (self, TRUE);
  test_boot_expect (self->control, PAWL_BOOT_STATUS_NORMAL, 0);
  g_assert_true (boot (self));
}

static void
test_bad_version (Fixture *self, gconstpointer data)
{
  arm (self, 3);
  g_assert_true (boot (self));
  mark (self, FALSE);
  mark (self, FALSE);
  for (guint i = 0; i < 4; i++)
    g_assert_true (boot (self));
  test_boot_expect (self->control, PAWL_BOOT_STATUS_NORMAL, 0);
}

/* U-Boot alone, without a script that sets rollback. */
static void
test_falls_back_without_script (Fixture *self, gconstpointer data)
{
  test_context_set (self->context, "rollback-variable", g_variant_new_string (""));
  arm (self, 1);
  setenv_ (self, "bootcount", "2");
  test_boot_expect (self->control, PAWL_BOOT_STATUS_FELL_BACK, 0);
}

static void
test_other_names (Fixture *self, gconstpointer data)
{
  test_context_set (self->context, "upgrade-available-variable", g_variant_new_string ("ustate"));
  test_context_set (self->context, "bootcount-variable", g_variant_new_string ("count_a"));
  arm (self, 3);
  expect_variable (self, "ustate", "1");
  expect_variable (self, "count_a", "0");
  setenv_ (self, "count_a", "1");
  test_boot_expect (self->control, PAWL_BOOT_STATUS_TRIAL, 2);
}

static void
refuse_name (Fixture *self, const char *key, const char *name)
{
  g_autoptr (PawlBootControl) control = g_object_new (PAWL_TYPE_UBOOT_BOOT_CONTROL, NULL);
  g_autoptr (GError) error = NULL;

  test_context_set (self->context, key, g_variant_new_string (name));
  g_assert_false (pawl_boot_control_set_up (control, PAWL_CONTEXT (self->context), &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG);
  g_assert_nonnull (strstr (error->message, key));
  test_context_set (self->context, key, g_variant_new_string ("fine"));
}

static void
test_refuses_names (Fixture *self, gconstpointer data)
{
  refuse_name (self, "upgrade-available-variable", "");
  refuse_name (self, "bootcount-variable", "a=b");
  refuse_name (self, "bootlimit-variable", "");
  refuse_name (self, "rollback-variable", "a=b");
}

static void
test_refuses_values (Fixture *self, gconstpointer data)
{
  const char *const values[] = {"yes", "1.5", "99999999", "1x"};

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autoptr (GError) error = NULL;

      setenv_ (self, "bootcount", values[i]);
      test_boot_get_status (self->control, NULL, &error);
      g_assert_error (error, PAWL_ERROR, PAWL_ERROR_BOOT);
      g_assert_nonnull (strstr (error->message, values[i]));
    }
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

static void
damage (Fixture *self, guint copy)
{
  g_autofree char *data = NULL;
  gsize size = 0;

  g_assert_true (g_file_get_contents (self->copies[copy], &data, &size, NULL));
  data[100] ^= 1;
  g_assert_true (g_file_set_contents (self->copies[copy], data, (gssize) size, NULL));
}

/* Twice: the first refusal must not leave the library's lock behind. */
static void
test_bad_checksum (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < G_N_ELEMENTS (self->copies) && self->copies[i] != NULL; i++)
    damage (self, i);
  refuse_arm (self, "good checksum");
  refuse_arm (self, "good checksum");
}

static void
test_wrong_configuration (Fixture *self, gconstpointer data)
{
  const char *const texts[] = {"", "/no/such/device 0x0 0x2000\n"};

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_assert_true (g_file_set_contents (self->config, texts[i], -1, NULL));
      refuse_arm (self, self->config);
    }
  g_unlink (self->config);
  refuse_arm (self, "No such file");
}

static void
read_copies (Fixture *self, char **out_copies)
{
  for (guint i = 0; i < 2; i++)
    g_assert_true (g_file_get_contents (self->copies[i], &out_copies[i], NULL, NULL));
}

/* Power is cut after any number of bytes of a store: it is as before or as after, never neither. */
static void
test_torn_write (Fixture *self, gconstpointer data)
{
  g_auto (GStrv) before = g_new0 (char *, 3);
  g_auto (GStrv) after = g_new0 (char *, 3);
  guint written;
  guint changed = 0;

  arm (self, 3);
  g_assert_true (boot (self));
  read_copies (self, before);
  mark (self, TRUE);
  read_copies (self, after);
  written = memcmp (before[0], after[0], ENV_SIZE) != 0 ? 0 : 1;
  g_assert_cmpmem (before[1 - written], ENV_SIZE, after[1 - written], ENV_SIZE);
  for (gsize cut = 0; cut <= ENV_SIZE; cut += cut < 128 ? 1 : 509)
    {
      g_autofree char *torn = g_malloc (ENV_SIZE);
      g_autoptr (GError) error = NULL;
      PawlBootStatus status;

      memcpy (torn, after[written], cut);
      memcpy (torn + cut, before[written] + cut, ENV_SIZE - cut);
      g_assert_true (g_file_set_contents (self->copies[written], torn, ENV_SIZE, NULL));
      status = test_boot_get_status (self->control, NULL, &error);
      g_assert_no_error (error);
      g_assert_true (status == PAWL_BOOT_STATUS_TRIAL || status == PAWL_BOOT_STATUS_NORMAL);
      changed += status == PAWL_BOOT_STATUS_NORMAL;
    }
  g_assert_cmpuint (changed, >, 0);
}

#define ADD(name, copies, func)                                                                    \
  g_test_add ("/uboot/" name, Fixture, GINT_TO_POINTER (copies), set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("fw-printenv-reads-ours", 1, test_fw_printenv_reads_ours);
  ADD ("good-version", 1, test_good_version);
  ADD ("falls-back", 1, test_falls_back);
  ADD ("bad-version", 1, test_bad_version);
  ADD ("falls-back-without-script", 1, test_falls_back_without_script);
  ADD ("other-names", 1, test_other_names);
  ADD ("refuses-names", 1, test_refuses_names);
  ADD ("refuses-values", 1, test_refuses_values);
  ADD ("bad-checksum", 1, test_bad_checksum);
  ADD ("wrong-configuration", 1, test_wrong_configuration);
  ADD ("redundant/fw-printenv-reads-ours", 2, test_fw_printenv_reads_ours);
  ADD ("redundant/good-version", 2, test_good_version);
  ADD ("redundant/falls-back", 2, test_falls_back);
  ADD ("redundant/bad-checksum", 2, test_bad_checksum);
  ADD ("redundant/torn-write", 2, test_torn_write);
  return g_test_run ();
}
