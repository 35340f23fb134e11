/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "fixture.h"
#include "test-isolate.h"

#include <pawl-testing/pawl-testing.h>

static void
test_nothing_is_a_no (Fixture *self, gconstpointer data)
{
  fixture_expect (self, PAWL_VERDICT_FAIL, "nothing is configured");
}

static void
test_all_pass (Fixture *self, gconstpointer data)
{
  fixture_write (self, "required.d/10-disk", "echo fine");
  fixture_write (self, "required.d/20-radio", "exit 0");
  fixture_write (self, "wanted.d/30-led", "echo 'no led' >&2; exit 1");
  fixture_expect (self, PAWL_VERDICT_PASS, "all 2 checks passed");
  fixture_expect_result (self, "10-disk", "pass", "fine");
  fixture_expect_result (self, "30-led", "fail", "no led");
}

static void
test_required_fails (Fixture *self, gconstpointer data)
{
  fixture_write (self, "required.d/10-disk", "exit 0");
  fixture_write (self, "required.d/20-radio", "echo trying; echo 'no radio' >&2; exit 3");
  fixture_expect (self, PAWL_VERDICT_FAIL, "20-radio: ended with status 3: no radio");
  fixture_expect_result (self, "10-disk", "pass", "");
}

static void
test_signal_is_a_no (Fixture *self, gconstpointer data)
{
  fixture_write (self, "required.d/crash", "kill -SEGV $$");
  fixture_expect (self, PAWL_VERDICT_FAIL, "ended by signal 11");
}

static void
test_cannot_run (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "required.d", "bad", NULL);

  g_assert_true (g_file_set_contents_full (path, "#!/no/such/shell\n", -1,
                                           G_FILE_SET_CONTENTS_CONSISTENT, 0700, NULL));
  fixture_expect (self, PAWL_VERDICT_FAIL, "it cannot be run");
}

static void
test_asks_again (Fixture *self, gconstpointer data)
{
  fixture_write (self, "required.d/slow", "echo run >>runs; test -e ready || exit 75");
  fixture_expect (self, PAWL_VERDICT_NOT_YET, "ended with status 75");
  fixture_write (self, "required.d/ready", "exit 0");
  fixture_expect (self, PAWL_VERDICT_PASS, "passed");
}

static void
test_yes_is_remembered (Fixture *self, gconstpointer data)
{
  g_autofree char *runs = NULL;
  g_autofree char *more = NULL;
  g_autoptr (GError) error = NULL;

  fixture_write (self, "required.d/once", "echo run >>runs");
  fixture_expect (self, PAWL_VERDICT_PASS, "passed");
  fixture_expect (self, PAWL_VERDICT_PASS, "passed");
  fixture_expect_result (self, "once", "pass", "has said yes");
  runs = fixture_read (self, "required.d/runs");
  g_assert_cmpstr (runs, ==, "run\n");
  g_assert_true (test_confirmer_begin (self->confirmer, NULL, &error));
  g_assert_no_error (error);
  fixture_expect (self, PAWL_VERDICT_PASS, "passed");
  more = fixture_read (self, "required.d/runs");
  g_assert_cmpstr (more, ==, "run\nrun\n");
}

/* With all that it started; a daemon that a check leaves behind holds nothing up either. */
static void
test_time_limit (Fixture *self, gconstpointer data)
{
  test_context_set (self->context, "check-timeout-s", g_variant_new_int64 (1));
  fixture_write (self, "required.d/hangs", "echo waiting; sleep 1000 & wait");
  fixture_expect (self, PAWL_VERDICT_FAIL, "longer than check-timeout-s: waiting");
}

static void
test_daemon_holds_nothing_up (Fixture *self, gconstpointer data)
{
  fixture_write (self, "required.d/daemon", "sleep 15 & echo started");
  fixture_expect (self, PAWL_VERDICT_PASS, "passed");
  fixture_expect_result (self, "daemon", "pass", "started");
}

static void
test_only_executables (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "required.d", "README", NULL);

  g_assert_true (g_file_set_contents (path, "exit 1\n", -1, NULL));
  fixture_write (self, "required.d/10-disk", "exit 0");
  fixture_expect (self, PAWL_VERDICT_PASS, "all 1 checks");
}

static void
test_uptime (Fixture *self, gconstpointer data)
{
  test_context_set (self->context, "minimum-uptime-s", g_variant_new_int64 (1));
  fixture_expect (self, PAWL_VERDICT_PASS, "passed");
  /* Longer than any machine has run. */
  test_context_set (self->context, "minimum-uptime-s", g_variant_new_int64 (G_MAXINT32));
  fixture_expect (self, PAWL_VERDICT_NOT_YET, "uptime");
}

static void
test_server_reached (Fixture *self, gconstpointer data)
{
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GError) error = NULL;

  test_context_set (self->context, "server-reached", g_variant_new_boolean (TRUE));
  fixture_expect (self, PAWL_VERDICT_NOT_YET, "not reached its server");
  g_assert_cmpint (test_confirmer_check (self->confirmer,
                                         g_variant_new_parsed ("{'server-reached': <true>}"),
                                         &answer, &error),
                   ==, PAWL_VERDICT_PASS);
  g_assert_no_error (error);
}

/* ---- the contract ---- */

static gpointer
make_world (void)
{
  Fixture *world = g_new0 (Fixture, 1);

  fixture_set_up (world, NULL);
  return world;
}

static void
free_world (gpointer data)
{
  fixture_tear_down (data, NULL);
  g_free (data);
}

static GObject *
make (gpointer data)
{
  Fixture *world = data;
  g_autoptr (PawlConfirmer) confirmer = g_object_new (PAWL_TYPE_HEALTH_CONFIRMER, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (pawl_confirmer_set_up (confirmer, PAWL_CONTEXT (world->context), &error));
  g_assert_no_error (error);
  return G_OBJECT (g_steal_pointer (&confirmer));
}

/* The far side is set up through the connection, as for an isolated plugin. */
static GObject *
make_remote (gpointer data)
{
  Fixture *world = data;

  return test_isolate (g_object_new (PAWL_TYPE_HEALTH_CONFIRMER, NULL), PAWL_TYPE_CONFIRMER,
                       PAWL_CONTEXT (world->context));
}

static GVariant *
make_good (gpointer world)
{
  fixture_write (world, "required.d/disk", "exit 0");
  return NULL;
}

static GVariant *
make_bad (gpointer world)
{
  fixture_write (world, "required.d/disk", "exit 1");
  return NULL;
}

static const PawlTestingConfirmer contract = {
  .base = {"/health/contract", make_world, free_world, make},
  .make_good = make_good,
  .make_bad = make_bad,
};
static const PawlTestingConfirmer remote_contract = {
  .base = {"/health/remote-contract", make_world, free_world, make_remote},
  .make_good = make_good,
  .make_bad = make_bad,
};

#define ADD(name, func)                                                                            \
  g_test_add ("/health/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  pawl_testing_add_confirmer (&contract);
  pawl_testing_add_confirmer (&remote_contract);
  ADD ("nothing-is-a-no", test_nothing_is_a_no);
  ADD ("scripts/all-pass", test_all_pass);
  ADD ("scripts/required-fails", test_required_fails);
  ADD ("scripts/signal-is-a-no", test_signal_is_a_no);
  ADD ("scripts/cannot-run", test_cannot_run);
  ADD ("scripts/asks-again", test_asks_again);
  ADD ("scripts/yes-is-remembered", test_yes_is_remembered);
  ADD ("scripts/time-limit", test_time_limit);
  ADD ("scripts/daemon-holds-nothing-up", test_daemon_holds_nothing_up);
  ADD ("scripts/only-executables", test_only_executables);
  ADD ("uptime", test_uptime);
  ADD ("server-reached", test_server_reached);
  return g_test_run ();
}
