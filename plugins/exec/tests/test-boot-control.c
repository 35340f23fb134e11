/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-exec-boot-control.h"
#include "test-calls.h"
#include "test-context.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  char *folder;
  char *command;
  TestContext *context;
  PawlBootControl *control;
} Fixture;

/* The device maker's executable; @body is shell, and $1 the step. */
static void
write_command (Fixture *self, const char *body)
{
  g_autofree char *text = g_strconcat ("#!/bin/sh\ncd \"$PAWL_STATE_DIR\"\n", body, "\n", NULL);

  g_assert_true (
    g_file_set_contents_full (self->command, text, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0700, NULL));
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("pawl-exec-boot-XXXXXX", NULL);
  self->command = g_build_filename (self->folder, "command", NULL);
  self->context = test_context_new (g_getenv ("PAWL_EXEC_KEYFILE"));
  test_context_set (self->context, "command", g_variant_new_string (self->command));
  test_context_set_state_dir (self->context, self->folder);
  self->control = g_object_new (PAWL_TYPE_EXEC_BOOT_CONTROL, NULL);
  g_assert_true (pawl_boot_control_set_up (self->control, PAWL_CONTEXT (self->context), &error));
  g_assert_no_error (error);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_autofree char *log = g_build_filename (self->folder, "log", NULL);

  g_unlink (log);
  g_unlink (self->command);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_object_unref (self->control);
  g_object_unref (self->context);
  g_free (self->command);
  g_free (self->folder);
}

static void
test_steps (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "log", NULL);
  g_autofree char *log = NULL;
  g_autoptr (GError) error = NULL;

  write_command (self, "echo \"$1 ${PAWL_TRIES-none}\" >>log");
  test_boot_arm (self->control, 3, &error);
  test_boot_mark_good (self->control, &error);
  test_boot_mark_bad (self->control, &error);
  g_assert_no_error (error);
  g_assert_true (g_file_get_contents (path, &log, NULL, NULL));
  g_assert_cmpstr (log, ==, "arm 3\nmark-good none\nmark-bad none\n");
}

static void
test_status (Fixture *self, gconstpointer data)
{
  g_autoptr (GVariant) details = NULL;
  g_autoptr (GError) error = NULL;
  const char *reason = NULL;

  write_command (self, "echo status=normal");
  test_boot_expect (self->control, PAWL_BOOT_STATUS_NORMAL, 0);
  write_command (self, "echo tries-left=2; echo status=trial");
  test_boot_expect (self->control, PAWL_BOOT_STATUS_TRIAL, 2);
  write_command (self, "echo status=fell-back; echo reason=watchdog");
  g_assert_cmpint (test_boot_get_status (self->control, &details, &error), ==,
                   PAWL_BOOT_STATUS_FELL_BACK);
  g_assert_no_error (error);
  g_assert_true (g_variant_lookup (details, "reason", "&s", &reason));
  g_assert_cmpstr (reason, ==, "watchdog");
}

static void
test_refuses_answers (Fixture *self, gconstpointer data)
{
  const char *const bodies[] = {"true",
                                "echo status=fine",
                                "echo status=",
                                "echo normal",
                                "echo status=trial; echo tries-left=many",
                                "echo status=trial; echo tries-left=101"};

  for (guint i = 0; i < G_N_ELEMENTS (bodies); i++)
    {
      g_autoptr (GError) error = NULL;

      write_command (self, bodies[i]);
      test_boot_get_status (self->control, NULL, &error);
      g_assert_error (error, PAWL_ERROR, PAWL_ERROR_BOOT);
      if (strstr (error->message, "wanted normal, trial or fell-back") == NULL)
        g_error ("%s: %s", bodies[i], error->message);
    }
}

static void
refuse_arm (Fixture *self, PawlError code, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (test_boot_arm (self->control, 3, &error));
  g_assert_error (error, PAWL_ERROR, (int) code);
  g_assert_nonnull (strstr (error->message, words));
}

static void
test_failures (Fixture *self, gconstpointer data)
{
  write_command (self, "echo 'no flash' >&2; exit 1");
  refuse_arm (self, PAWL_ERROR_BOOT, "no flash");
  write_command (self, "kill -KILL $$");
  refuse_arm (self, PAWL_ERROR_BOOT, "signal 9");
  write_command (self, "exit 75");
  refuse_arm (self, PAWL_ERROR_RETRY_LATER, "come back later");
  /* None of these steps is optional. */
  write_command (self, "exit 64");
  refuse_arm (self, PAWL_ERROR_BOOT, "status 64");
  g_unlink (self->command);
  refuse_arm (self, PAWL_ERROR_BOOT, "cannot be run");
}

#define ADD(name, func)                                                                            \
  g_test_add ("/exec/boot-control/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("steps", test_steps);
  ADD ("status", test_status);
  ADD ("refuses-answers", test_refuses_answers);
  ADD ("failures", test_failures);
  return g_test_run ();
}
