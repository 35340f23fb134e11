/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-exec-installer.h"
#include "test-context.h"

#include <glib/gstdio.h>
#include <string.h>

#define TIMEOUT_MS 20000

typedef struct
{
  char *folder;
  char *command;
  TestContext *context;
  PawlInstaller *installer;
  PawlTarget *target;
  guint64 done;
  guint64 total;
} Fixture;

/* The device maker's executable; @body is shell, and $1 the step. */
static void
write_command (Fixture *self, const char *body)
{
  g_autofree char *text = g_strconcat ("#!/bin/sh\nset -e\ncd \"$PAWL_STATE_DIR\"\n", body, NULL);

  g_assert_true (
    g_file_set_contents_full (self->command, text, -1, G_FILE_SET_CONTENTS_NONE, 0700, NULL));
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("pawl-exec-XXXXXX", NULL);
  self->command = g_build_filename (self->folder, "command", NULL);
  self->context = test_context_new (g_getenv ("PAWL_EXEC_KEYFILE"));
  test_context_set (self->context, "command", g_variant_new_string (self->command));
  test_context_set_state_dir (self->context, self->folder);
  self->installer = g_object_new (PAWL_TYPE_EXEC_INSTALLER, NULL);
  g_assert_true (pawl_installer_set_up (self->installer, PAWL_CONTEXT (self->context), &error));
  g_assert_no_error (error);
  self->target = pawl_target_new_from_variant (
    g_variant_new_parsed ("{'name': <'radio.bin'>, 'version': <'2'>, 'length': <uint64 5>, "
                          "'format': <'BINARY'>, 'hashes': <{'sha256': 'abcd'}>}"),
    &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->folder, name, NULL);

      g_unlink (path);
    }
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_object_unref (self->installer);
  g_object_unref (self->context);
  g_object_unref (self->target);
  g_free (self->command);
  g_free (self->folder);
}

static char *
read_file (Fixture *self, const char *name)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);
  return text;
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
on_progress (PawlMonitor *monitor, guint64 done, guint64 total, gpointer data)
{
  Fixture *self = data;

  self->done = done;
  self->total = total;
}

static GVariant *
install (Fixture *self, GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("hello", 5);
  g_autoptr (PawlPayload) payload = pawl_payload_new_for_bytes (bytes, NULL);
  g_autoptr (PawlMonitor) monitor = pawl_monitor_new ();
  g_autoptr (GAsyncResult) result = NULL;

  g_signal_connect (monitor, "progress", G_CALLBACK (on_progress), self);
  pawl_installer_install_async (self->installer, self->target, payload, NULL, TIMEOUT_MS, monitor,
                                cancellable, keep_result, &result);
  wait_for (&result);
  return pawl_installer_install_finish (self->installer, result, error);
}

static GVariant *
activate (Fixture *self, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  pawl_installer_activate_async (self->installer, self->target, NULL, TIMEOUT_MS, NULL, keep_result,
                                 &result);
  wait_for (&result);
  return pawl_installer_activate_finish (self->installer, result, error);
}

static GVariant *
commit (Fixture *self, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  pawl_installer_commit_async (self->installer, self->target, NULL, TIMEOUT_MS, NULL, keep_result,
                               &result);
  wait_for (&result);
  return pawl_installer_commit_finish (self->installer, result, error);
}

static PawlTarget *
describe (Fixture *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  PawlTarget *target;

  pawl_installer_describe_installed_async (self->installer, NULL, TIMEOUT_MS, NULL, keep_result,
                                           &result);
  wait_for (&result);
  target = pawl_installer_describe_installed_finish (self->installer, result, &error);
  g_assert_no_error (error);
  return target;
}

static void
test_describes (Fixture *self, gconstpointer data)
{
  g_autoptr (PawlTarget) target = NULL;

  write_command (self, "test $1 = verify-reboot\n"
                       "echo name=radio.bin; echo version=1; echo sha256=00ff; echo length=7\n");
  target = describe (self);
  g_assert_cmpstr (pawl_target_get_name (target), ==, "radio.bin");
  g_assert_cmpstr (pawl_target_get_version (target), ==, "1");
  g_assert_cmpstr (pawl_target_get_hash (target, "sha256"), ==, "00ff");
  g_assert_cmpuint (pawl_target_get_length (target), ==, 7);
}

static void
test_silence_is_unknown (Fixture *self, gconstpointer data)
{
  g_autoptr (PawlTarget) target = NULL;

  write_command (self, "exit 0\n");
  target = describe (self);
  g_assert_cmpstr (pawl_target_get_name (target), ==, "unknown");
}

static void
test_installs (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = NULL;
  g_autofree char *payload = NULL;
  g_autofree char *steps = NULL;

  write_command (self, "echo $1 >> steps\n"
                       "cat <&3 > payload; if [ $1 = download ]; then echo 5 5 >&4; fi\n");
  answer = install (self, NULL, &error);
  g_assert_no_error (error);
  payload = read_file (self, "payload");
  g_assert_cmpstr (payload, ==, "hello");
  steps = read_file (self, "steps");
  g_assert_cmpstr (steps, ==, "download\ninstall\n");
  g_assert_cmpuint (self->done, ==, 5);
  g_assert_cmpuint (self->total, ==, 5);
}

static void
test_gets_only_what_it_needs (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = NULL;
  g_autofree char *text = NULL;

  write_command (self, "env > environment\n");
  answer = activate (self, &error);
  g_assert_no_error (error);
  text = read_file (self, "environment");
  g_assert_nonnull (strstr (text, "PAWL_TARGET_NAME=radio.bin\n"));
  g_assert_nonnull (strstr (text, "PAWL_TARGET_VERSION=2\n"));
  g_assert_nonnull (strstr (text, "PAWL_TARGET_SHA256=abcd\n"));
  g_assert_nonnull (strstr (text, "PAWL_TARGET_LENGTH=5\n"));
  g_assert_nonnull (strstr (text, "PAWL_ECU=main\n"));
  g_assert_nonnull (g_getenv ("PAWL_TEST_SECRET"));
  g_assert_null (strstr (text, "PAWL_TEST_SECRET"));
}

static gboolean
needs_reboot (GVariant *answer)
{
  gboolean needed = FALSE;

  g_assert_true (g_variant_lookup (answer, "reboot-needed", "b", &needed));
  return needed;
}

static void
test_says_whether_to_reboot (Fixture *self, gconstpointer data)
{
  g_autoptr (GVariant) by_default = NULL;
  g_autoptr (GVariant) by_setting = NULL;
  g_autoptr (GVariant) by_answer = NULL;

  write_command (self, "exit 0\n");
  by_default = activate (self, NULL);
  g_assert_true (needs_reboot (by_default));
  test_context_set (self->context, "reboot-needed", g_variant_new_boolean (FALSE));
  by_setting = activate (self, NULL);
  g_assert_false (needs_reboot (by_setting));
  write_command (self, "echo reboot-needed=true\n");
  by_answer = activate (self, NULL);
  g_assert_true (needs_reboot (by_answer));
}

static void
expect_failure (Fixture *self, const char *body, int code, const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = NULL;

  write_command (self, body);
  answer = activate (self, &error);
  g_assert_null (answer);
  g_assert_error (error, PAWL_ERROR, code);
  g_assert_nonnull (strstr (error->message, self->command));
  g_assert_nonnull (strstr (error->message, words));
}

static void
test_tells_why_it_failed (Fixture *self, gconstpointer data)
{
  expect_failure (self, "echo first >&2; echo the flash is worn >&2; exit 3\n", PAWL_ERROR_INSTALL,
                  "activate: ended with status 3: the flash is worn");
  expect_failure (self, "exit 1\n", PAWL_ERROR_INSTALL, "it gave no reason");
  expect_failure (self, "kill -9 $$\n", PAWL_ERROR_INSTALL, "ended by signal 9");
  expect_failure (self, "echo in use >&2; exit 75\n", PAWL_ERROR_RETRY_LATER, "in use");
  expect_failure (self, "exit 64\n", PAWL_ERROR_INSTALL, "ended with status 64");
  expect_failure (self, "printf 'half \\377 a line' >&2; exit 1\n", PAWL_ERROR_INSTALL, "half ");
}

static void
test_optional_steps (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GVariant) refused = NULL;

  write_command (self, "exit 64\n");
  answer = commit (self, &error);
  g_assert_no_error (error);
  write_command (self, "exit 1\n");
  refused = commit (self, &error);
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INSTALL);
}

static void
test_cannot_be_run (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = activate (self, &error);

  g_assert_null (answer);
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INSTALL);
  g_assert_nonnull (strstr (error->message, self->command));
}

/* A grandchild keeps all pipes open; the step has ended all the same. */
static void
test_does_not_wait_for_grandchildren (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = NULL;
  g_autofree char *pid = NULL;

  write_command (self, "sleep 60 & echo $! > pid\n");
  answer = activate (self, &error);
  g_assert_no_error (error);
  pid = read_file (self, "pid");
  kill ((pid_t) g_ascii_strtoll (pid, NULL, 10), SIGKILL);
}

static void
cancel_now (gpointer data)
{
  g_cancellable_cancel (data);
}

/* The step needs longer for its end than a cancelled call waits, and until then it is alone. */
static void
test_cancel_ends_it (Fixture *self, gconstpointer data)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) busy = NULL;
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GVariant) too_soon = NULL;
  g_autoptr (GVariant) later = NULL;
  g_autofree char *ended = NULL;

  write_command (self, "if [ $1 = activate ]; then exit 0; fi\n"
                       "trap 'sleep 1; echo x > ended; exit 1' TERM\n"
                       "echo 1 5 >&4\n"
                       "sleep 60 & wait\n");
  g_timeout_add_once (100, cancel_now, cancellable);
  answer = install (self, cancellable, &error);
  g_assert_null (answer);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  too_soon = activate (self, &busy);
  g_assert_error (busy, PAWL_ERROR, PAWL_ERROR_BUSY);
  while (later == NULL)
    {
      g_main_context_iteration (NULL, FALSE);
      later = activate (self, NULL);
    }
  ended = read_file (self, "ended");
  g_assert_cmpstr (ended, ==, "x\n");
}

#define ADD(name, func) g_test_add ("/exec/installer/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("describes", test_describes);
  ADD ("silence-is-unknown", test_silence_is_unknown);
  ADD ("installs", test_installs);
  ADD ("gets-only-what-it-needs", test_gets_only_what_it_needs);
  ADD ("says-whether-to-reboot", test_says_whether_to_reboot);
  ADD ("tells-why-it-failed", test_tells_why_it_failed);
  ADD ("optional-steps", test_optional_steps);
  ADD ("cannot-be-run", test_cannot_be_run);
  ADD ("does-not-wait-for-grandchildren", test_does_not_wait_for_grandchildren);
  ADD ("cancel-ends-it", test_cancel_ends_it);
  return g_test_run ();
}
