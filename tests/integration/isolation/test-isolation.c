/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-plugin-host.h"
#include "test-context.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  PawlPluginHost *host;
  TestContext *context;
  char *state_dir;
  GObject *object;
  guint64 done;
} Fixture;

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
create (Fixture *self, const char *id, GType interface)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  pawl_plugin_host_create_async (self->host, id, interface, PAWL_CONTEXT (self->context), NULL,
                                 keep_result, &result);
  wait_for (&result);
  self->object = pawl_plugin_host_create_finish (self->host, result, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *self, gconstpointer id)
{
  const char *folders[] = {g_getenv ("PAWL_TEST_FIXTURES"), NULL};
  g_autofree char *keyfile = g_strconcat (folders[0], "/", id, ".plugin", NULL);
  g_autofree char *scripts = g_strconcat (
    "--scripts=",
    g_getenv (g_str_equal (id, "py") ? "PAWL_TEST_PYTHON_SCRIPTS" : "PAWL_TEST_GJS_SCRIPTS"), NULL);
  const char *const options[] = {scripts, NULL};

  self->host = pawl_plugin_host_new (folders, FALSE);
  pawl_plugin_host_set_program (self->host, g_getenv ("PAWL_TEST_PLUGIN_HOST"), options);
  pawl_plugin_host_scan (self->host);
  self->state_dir = g_dir_make_tmp ("pawl-isolation-XXXXXX", NULL);
  self->context = test_context_new (keyfile);
  test_context_set_state_dir (self->context, self->state_dir);
  create (self, id, g_str_equal (id, "user") ? PAWL_TYPE_CONFIRMER : PAWL_TYPE_INSTALLER);
}

static void
tear_down (Fixture *self, gconstpointer id)
{
  g_autofree char *state = g_build_filename (self->state_dir, "state", NULL);

  g_clear_object (&self->object);
  g_clear_object (&self->host);
  g_clear_object (&self->context);
  g_remove (state);
  g_assert_cmpint (g_rmdir (self->state_dir), ==, 0);
  g_free (self->state_dir);
}

static void
on_progress (PawlMonitor *monitor, guint64 done, guint64 total, gpointer data)
{
  ((Fixture *) data)->done = done;
}

static GVariant *
install (Fixture *self, const char *what, guint timeout_ms, GCancellable *cancel, GError **error)
{
  g_autoptr (PawlTarget) target =
    pawl_target_new_from_variant (g_variant_new_parsed ("{'name': <%s>}", what), NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("hello", 5);
  g_autoptr (PawlPayload) payload = pawl_payload_new_for_bytes (bytes, NULL);
  g_autoptr (PawlMonitor) monitor = pawl_monitor_new ();
  g_autoptr (GAsyncResult) result = NULL;

  g_signal_connect (monitor, "progress", G_CALLBACK (on_progress), self);
  pawl_installer_install_async (PAWL_INSTALLER (self->object), target, payload, NULL, timeout_ms,
                                monitor, cancel, keep_result, &result);
  wait_for (&result);
  return pawl_installer_install_finish (PAWL_INSTALLER (self->object), result, error);
}

static void
expect_works (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = install (self, "fine", 60000, NULL, &error);
  g_autoptr (GVariant) read = NULL;

  g_assert_no_error (error);
  read = g_variant_lookup_value (answer, "read", G_VARIANT_TYPE_BYTESTRING);
  g_assert_cmpuint (g_variant_get_size (read), ==, 5);
  g_assert_cmpuint (self->done, ==, 2);
}

static void
expect_fails (Fixture *self, const char *what, guint timeout_ms, GQuark domain, int code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = install (self, what, timeout_ms, NULL, &error);

  g_assert_null (answer);
  g_test_message ("%s: %s", what, error->message);
  g_assert_true (g_error_matches (error, domain, code));
}

static void
test_works (Fixture *self, gconstpointer id)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) formats = pawl_installer_list_formats (PAWL_INSTALLER (self->object), &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (formats), ==, 1);
  expect_works (self);
  expect_fails (self, "busy", 60000, PAWL_ERROR, PAWL_ERROR_BUSY);
  expect_works (self);
}

static void
test_waits_no_longer_than_told (Fixture *self, gconstpointer id)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  expect_fails (self, "wait", 50, PAWL_ERROR, PAWL_ERROR_TIMED_OUT);
  g_cancellable_cancel (cancellable);
  expect_works (self);
}

static void
test_confirms (Fixture *self, gconstpointer id)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  PawlVerdict verdict;

  pawl_confirmer_check_async (PAWL_CONFIRMER (self->object),
                              g_variant_new_parsed ("{'person': <'pass'>}"), 60000, NULL,
                              keep_result, &result);
  wait_for (&result);
  verdict = pawl_confirmer_check_finish (PAWL_CONFIRMER (self->object), result, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (verdict, ==, PAWL_VERDICT_PASS);
}

/* Each is a failed call that says why, and nothing worse. */
static const char *const deeds[] = {"crash", "close", "type",    "giant", "memory",
                                    "write", "mount", "network", "exit"};

static void
misbehave (Fixture *self, const char *deed)
{
  expect_fails (self, deed, 60000, PAWL_ERROR, PAWL_ERROR_PLUGIN);
}

static void
test_starts_again_after_a_crash (Fixture *self, gconstpointer id)
{
  misbehave (self, "crash");
  expect_works (self);
}

/* The connection may close before the process is known to be gone, so it can take one more. */
static void
test_rests_after_two_crashes (Fixture *self, gconstpointer id)
{
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 10 && !g_error_matches (error, PAWL_ERROR, PAWL_ERROR_BUSY); i++)
    {
      g_clear_error (&error);
      g_assert_null (install (self, "crash", 60000, NULL, &error));
    }
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_BUSY);
}

static void
test_survives_a_hang (Fixture *self, gconstpointer id)
{
  expect_fails (self, "hang", 50, PAWL_ERROR, PAWL_ERROR_TIMED_OUT);
}

static void
test_survives_a_flood (Fixture *self, gconstpointer id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = install (self, "flood", 60000, NULL, &error);

  g_assert_no_error (error);
}

static void
test_the_first_answer_counts (Fixture *self, gconstpointer id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = install (self, "twice", 60000, NULL, &error);
  gboolean reboot = FALSE;

  g_assert_no_error (error);
  g_assert_true (g_variant_lookup (answer, "reboot-needed", "b", &reboot) && reboot);
}

static void
test_writes_its_own_folder (Fixture *self, gconstpointer id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = install (self, "state", 60000, NULL, &error);

  g_assert_no_error (error);
}

static void
test_misbehaves (gconstpointer deed)
{
  Fixture self = {NULL};

  set_up (&self, "py");
  misbehave (&self, deed);
  tear_down (&self, "py");
}

static void
add (const char *id, const char *promise, void (*test) (Fixture *self, gconstpointer id))
{
  g_autofree char *keyfile =
    g_strconcat (g_getenv ("PAWL_TEST_FIXTURES"), "/", id, ".plugin", NULL);
  g_autofree char *name = g_strconcat ("/isolation/", id, "/", promise, NULL);

  if (g_file_test (keyfile, G_FILE_TEST_EXISTS))
    g_test_add (name, Fixture, id, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* A plugin's mistakes are warnings in its own process, and must not end it here. */
  g_setenv ("G_DEBUG", "gc-friendly", TRUE);
  add ("user", "confirms", test_confirms);
  add ("js", "works", test_works);
  add ("js", "waits-no-longer-than-told", test_waits_no_longer_than_told);
  add ("py", "works", test_works);
  add ("py", "waits-no-longer-than-told", test_waits_no_longer_than_told);
  add ("py", "starts-again-after-a-crash", test_starts_again_after_a_crash);
  add ("py", "rests-after-two-crashes", test_rests_after_two_crashes);
  add ("py", "survives-a-hang", test_survives_a_hang);
  add ("py", "survives-a-flood", test_survives_a_flood);
  add ("py", "the-first-answer-counts", test_the_first_answer_counts);
  add ("py", "writes-its-own-folder", test_writes_its_own_folder);
  for (gsize i = 0; i < G_N_ELEMENTS (deeds) && g_getenv ("GI_TYPELIB_PATH") != NULL; i++)
    {
      g_autofree char *name = g_strconcat ("/isolation/py/survives-", deeds[i], NULL);

      g_test_add_data_func (name, deeds[i], test_misbehaves);
    }
  return g_test_run ();
}
