/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What a plugin in a process of its own can do, and what it cannot do to the daemon. */
#include "isolation-fixture.h"

#include <signal.h>

static void
set_up (Fixture *self, gconstpointer id)
{
  fixture_set_up (self, id, NULL);
}

static void
tear_down (Fixture *self, gconstpointer id)
{
  fixture_tear_down (self);
}

static void
keep_result (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static void
test_works (Fixture *self, gconstpointer id)
{
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) formats = pawl_installer_list_formats (PAWL_INSTALLER (self->object), &error);

  g_assert_no_error (error);
  g_assert_cmpuint (g_strv_length (formats), ==, 1);
  fixture_expect_works (self);
  fixture_expect_fails (self, "busy", 60000, PAWL_ERROR, PAWL_ERROR_BUSY);
  fixture_expect_works (self);
}

static void
test_waits_no_longer_than_told (Fixture *self, gconstpointer id)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();

  fixture_expect_fails (self, "wait", 50, PAWL_ERROR, PAWL_ERROR_TIMED_OUT);
  g_cancellable_cancel (cancellable);
  fixture_expect_works (self);
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
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  verdict = pawl_confirmer_check_finish (PAWL_CONFIRMER (self->object), result, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (verdict, ==, PAWL_VERDICT_PASS);
}

/* Each is a failed call that says why, and nothing worse. */
static const char *const deeds[] = {
  "crash", "close", "type", "giant", "memory", "shared-memory", "exit", "abort", "segfault",
};

static void
misbehave (Fixture *self, const char *deed)
{
  fixture_expect_fails (self, deed, 60000, PAWL_ERROR, PAWL_ERROR_PLUGIN);
}

static gboolean
has_crashed (Fixture *self)
{
  g_autoptr (GVariant) crashes = fixture_describe (self, "py", "crashes");

  return g_variant_get_uint32 (crashes) > 0;
}

static void
test_starts_again_after_a_crash (Fixture *self, gconstpointer id)
{
  const guint first = fixture_expect_works (self);
  g_autoptr (GVariant) last_error = NULL;

  misbehave (self, "crash");
  g_assert_cmpuint (fixture_expect_works (self), !=, first);
  fixture_wait_until (self, has_crashed);
  last_error = fixture_describe (self, "py", "last-error");
  g_test_message ("last error: %s", g_variant_get_string (last_error, NULL));
  g_assert_cmpstr (g_variant_get_string (last_error, NULL), !=, "");
}

static gboolean
is_gone (Fixture *self)
{
  return kill ((pid_t) GPOINTER_TO_UINT (g_object_get_data (self->object, "pid")), 0) != 0;
}

/* Nobody calls: the process leaves by itself, which is no crash. A call brings another. */
static void
test_leaves_when_idle (void)
{
  const FixtureOptions options = {.idle_ms = 50};
  Fixture self = {NULL};
  g_autoptr (GVariant) crashes = NULL;
  guint first;

  fixture_set_up (&self, "py", &options);
  first = fixture_expect_works (&self);
  g_object_set_data (self.object, "pid", GUINT_TO_POINTER (first));
  fixture_wait_until (&self, is_gone);
  g_assert_cmpuint (fixture_expect_works (&self), !=, first);
  crashes = fixture_describe (&self, "py", "crashes");
  g_assert_cmpuint (g_variant_get_uint32 (crashes), ==, 0);
  fixture_tear_down (&self);
}

static void
test_is_shown (Fixture *self, gconstpointer id)
{
  g_autoptr (GVariant) origin = fixture_describe (self, id, "origin");
  g_autoptr (GVariant) isolated = fixture_describe (self, id, "isolated");
  g_autoptr (GVariant) loaded = fixture_describe (self, id, "loaded");
  g_autoptr (GVariant) abi = fixture_describe (self, id, "abi");
  g_auto (GStrv) foreign = pawl_plugin_host_dup_foreign (self->host);

  g_assert_cmpstr (g_variant_get_string (origin, NULL), ==,
                   g_str_equal (id, "user") ? "pawl" : "foreign");
  g_assert_true (g_variant_get_boolean (isolated) && g_variant_get_boolean (loaded));
  g_assert_cmpuint (g_variant_get_uint32 (abi), ==, PAWL_PLUGIN_ABI);
  /* It is not in this process. */
  g_assert_null (foreign[0]);
}

/* The connection may close before the process is known to be gone, so it can take one more. */
static void
test_rests_after_two_crashes (Fixture *self, gconstpointer id)
{
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 10 && !g_error_matches (error, PAWL_ERROR, PAWL_ERROR_BUSY); i++)
    {
      g_clear_error (&error);
      g_assert_null (fixture_install (self, "crash", 60000, NULL, &error));
    }
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_BUSY);
}

static void
test_survives_a_hang (Fixture *self, gconstpointer id)
{
  fixture_expect_fails (self, "hang", 50, PAWL_ERROR, PAWL_ERROR_TIMED_OUT);
}

static void
test_survives_a_flood (Fixture *self, gconstpointer id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = fixture_install (self, "flood", 60000, NULL, &error);

  g_assert_no_error (error);
}

static void
test_the_first_answer_counts (Fixture *self, gconstpointer id)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = fixture_install (self, "twice", 60000, NULL, &error);
  gboolean reboot = FALSE;

  g_assert_no_error (error);
  g_assert_true (g_variant_lookup (answer, "reboot-needed", "b", &reboot) && reboot);
}

static void
test_misbehaves (gconstpointer deed)
{
  Fixture self = {NULL};

  fixture_set_up (&self, "py", NULL);
  misbehave (&self, deed);
  fixture_tear_down (&self);
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
  add ("py", "is-shown", test_is_shown);
  add ("user", "is-shown", test_is_shown);
  if (fixture_has_scripts ())
    g_test_add_func ("/isolation/py/leaves-when-idle", test_leaves_when_idle);
  for (gsize i = 0; i < G_N_ELEMENTS (deeds) && fixture_has_scripts (); i++)
    {
      g_autofree char *name = g_strconcat ("/isolation/py/survives-", deeds[i], NULL);

      g_test_add_data_func (name, deeds[i], test_misbehaves);
    }
  return g_test_run ();
}
