/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "fake-watchdog.h"
#include "pawl-watchdog-confirmer.h"
#include "test-calls.h"
#include "test-context.h"
#include "test-isolate.h"

#include <errno.h>
#include <linux/watchdog.h>
#include <pawl-testing/pawl-testing.h>
#include <string.h>

typedef struct
{
  TestContext *context;
  PawlConfirmer *confirmer;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fake_watchdog_reset ();
  self->context = test_context_new (g_getenv ("PAWL_WATCHDOG_KEYFILE"));
  test_context_set (self->context, "owner", g_variant_new_string ("device"));
  test_context_set (self->context, "sysfs", g_variant_new_string ("/no/such/folder"));
  test_context_set (self->context, "bus-address", g_variant_new_string ("unix:path=/no/such/bus"));
  self->confirmer = g_object_new (PAWL_TYPE_WATCHDOG_CONFIRMER, NULL);
  pawl_watchdog_confirmer_set_system (PAWL_WATCHDOG_CONFIRMER (self->confirmer),
                                      &fake_watchdog_system);
  g_assert_true (pawl_confirmer_set_up (self->confirmer, PAWL_CONTEXT (self->context), &error));
  g_assert_no_error (error);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_object (&self->confirmer);
  g_object_unref (self->context);
  g_assert_false (fake_watchdog.is_open);
}

/* The trial ends in 100 s. */
static void
begin (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  GVariantDict options;

  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert (&options, "deadline", "x", fake_watchdog.now_us + 100 * G_USEC_PER_SEC);
  test_confirmer_begin (self->confirmer, g_variant_dict_end (&options), &error);
  g_assert_no_error (error);
}

static void
expect (Fixture *self, const char *options, PawlVerdict verdict, const char *words)
{
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GError) error = NULL;
  const char *reason = NULL;

  g_assert_cmpint (test_confirmer_check (self->confirmer, g_variant_new_parsed (options), &answer,
                                         &error),
                   ==, verdict);
  g_assert_no_error (error);
  g_assert_true (g_variant_lookup (answer, "reason", "&s", &reason));
  g_assert_nonnull (strstr (reason, words));
}

#define GOES_ON "{'progressing': <true>}"
#define STUCK   "{'progressing': <false>}"

/* Whether the timer feeds now. */
static gboolean
is_fed (Fixture *self)
{
  guint before = fake_watchdog.fed;

  pawl_watchdog_confirmer_tick (PAWL_WATCHDOG_CONFIRMER (self->confirmer));
  return fake_watchdog.fed > before;
}

static void
pass_time (guint seconds)
{
  fake_watchdog.now_us += (gint64) seconds * G_USEC_PER_SEC;
}

static void
end (Fixture *self, PawlVerdict verdict)
{
  g_autoptr (GError) error = NULL;

  test_confirmer_end (self->confirmer, verdict, &error);
  g_assert_no_error (error);
}

static void
test_good_trial (Fixture *self, gconstpointer data)
{
  expect (self, GOES_ON, PAWL_VERDICT_NOT_YET, "no trial has begun");
  begin (self);
  g_assert_true (fake_watchdog.running);
  g_assert_cmpint (fake_watchdog.timeout_s, ==, 120);
  g_assert_cmpuint (fake_watchdog.fed, >, 0);
  expect (self, GOES_ON, PAWL_VERDICT_PASS, "fake is fed, and resets after 120 s");
  g_assert_true (is_fed (self));
  end (self, PAWL_VERDICT_PASS);
  g_assert_false (fake_watchdog.running);
  g_assert_false (fake_watchdog.is_open);
}

static void
test_bad_trial (Fixture *self, gconstpointer data)
{
  begin (self);
  expect (self, GOES_ON, PAWL_VERDICT_PASS, "is fed");
  end (self, PAWL_VERDICT_FAIL);
  g_assert_true (fake_watchdog.running);
  g_assert_true (fake_watchdog.is_open);
  g_assert_false (is_fed (self));
  g_clear_object (&self->confirmer);
  g_assert_true (fake_watchdog.running);
}

static void
test_stuck_confirmer (Fixture *self, gconstpointer data)
{
  begin (self);
  expect (self, STUCK, PAWL_VERDICT_NOT_YET, "another confirmer makes no progress");
  g_assert_false (is_fed (self));
  expect (self, GOES_ON, PAWL_VERDICT_PASS, "is fed");
  expect (self, "@a{sv} {}", PAWL_VERDICT_NOT_YET, "makes no progress");
}

static void
test_deadline (Fixture *self, gconstpointer data)
{
  begin (self);
  pass_time (99);
  g_assert_true (is_fed (self));
  pass_time (2);
  g_assert_false (is_fed (self));
  expect (self, GOES_ON, PAWL_VERDICT_NOT_YET, "deadline of the trial has passed");
}

static void
test_silent_trial (Fixture *self, gconstpointer data)
{
  test_context_set (self->context, "stall-s", g_variant_new_int64 (20));
  begin (self);
  expect (self, GOES_ON, PAWL_VERDICT_PASS, "is fed");
  pass_time (19);
  g_assert_true (is_fed (self));
  pass_time (2);
  g_assert_false (is_fed (self));
  expect (self, GOES_ON, PAWL_VERDICT_PASS, "is fed");
  g_assert_true (is_fed (self));
}

/* The daemon was restarted: it takes the running watchdog over. */
static void
test_restart (Fixture *self, gconstpointer data)
{
  begin (self);
  begin (self);
  g_assert_cmpuint (fake_watchdog.opened, ==, 1);
  g_clear_object (&self->confirmer);
  g_assert_true (fake_watchdog.running);
}

static void
test_hardware_decides_timeout (Fixture *self, gconstpointer data)
{
  fake_watchdog.maximum_s = 60;
  begin (self);
  expect (self, GOES_ON, PAWL_VERDICT_PASS, "after 60 s");
}

static void
test_fixed_timeout (Fixture *self, gconstpointer data)
{
  fake_watchdog.fixed = TRUE;
  begin (self);
  expect (self, GOES_ON, PAWL_VERDICT_PASS, "after 30 s");
}

static void
test_pretimeout (Fixture *self, gconstpointer data)
{
  test_context_set (self->context, "pretimeout-s", g_variant_new_int64 (10));
  begin (self);
  g_assert_cmpint (fake_watchdog.pretimeout_s, ==, 0);
  end (self, PAWL_VERDICT_PASS);
  fake_watchdog.options |= WDIOF_PRETIMEOUT;
  begin (self);
  g_assert_cmpint (fake_watchdog.pretimeout_s, ==, 10);
}

static void
test_fed_by_writes (Fixture *self, gconstpointer data)
{
  fake_watchdog.no_keepalive = TRUE;
  begin (self);
  g_assert_true (is_fed (self));
}

static void
test_cannot_be_fed (Fixture *self, gconstpointer data)
{
  begin (self);
  fake_watchdog.deaf = TRUE;
  expect (self, GOES_ON, PAWL_VERDICT_NOT_YET, "cannot be fed");
  fake_watchdog.deaf = FALSE;
}

static void
test_last_reset (Fixture *self, gconstpointer data)
{
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GVariant) details = NULL;
  const char *reset = NULL;

  fake_watchdog.boot_status = WDIOF_CARDRESET;
  begin (self);
  test_confirmer_check (self->confirmer, g_variant_new_parsed (GOES_ON), &answer, NULL);
  details = g_variant_lookup_value (answer, "details", G_VARIANT_TYPE_VARDICT);
  g_assert_true (g_variant_lookup (details, "last-reset", "&s", &reset));
  g_assert_cmpstr (reset, ==, "watchdog");
  g_assert_cmpstr (pawl_watchdog_describe_reset (WDIOF_OVERHEAT), ==, "overheat");
  g_assert_null (pawl_watchdog_describe_reset (0));
  g_assert_null (pawl_watchdog_describe_reset (WDIOF_KEEPALIVEPING));
}

/* It cannot be stopped and systemd does not answer: the daemon goes on. */
static void
test_no_way_out (Fixture *self, gconstpointer data)
{
  fake_watchdog.options &= ~(guint) WDIOF_MAGICCLOSE;
  begin (self);
  g_test_expect_message ("pawl-plugin-watchdog", G_LOG_LEVEL_WARNING,
                         "*has to go on feeding the watchdog*");
  end (self, PAWL_VERDICT_PASS);
  g_test_assert_expected_messages ();
  g_assert_true (fake_watchdog.running);
  pass_time (10000);
  g_assert_true (is_fed (self));
}

static void
refuse (Fixture *self, const char *options, int code, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (test_confirmer_begin (self->confirmer, g_variant_new_parsed (options), &error));
  g_assert_error (error, PAWL_ERROR, code);
  g_assert_nonnull (strstr (error->message, words));
}

static void
test_refuses (Fixture *self, gconstpointer data)
{
  fake_watchdog.open_errno = ENOENT;
  refuse (self, "@a{sv} {}", PAWL_ERROR_NOT_SUPPORTED, "/dev/watchdog0");
  fake_watchdog.open_errno = EBUSY;
  refuse (self, "@a{sv} {}", PAWL_ERROR_BUSY, "another program feeds");
  fake_watchdog.open_errno = EACCES;
  refuse (self, "@a{sv} {}", PAWL_ERROR_ACCESS_DENIED, "cannot be opened");
  fake_watchdog.open_errno = 0;
  fake_watchdog.fixed = fake_watchdog.silent = TRUE;
  refuse (self, "@a{sv} {}", PAWL_ERROR_NOT_SUPPORTED, "takes no timeout");
}

/* Before an update begins: it is looked at, and not started. */
static void
test_rehearsal (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  test_context_set (self->context, "device", g_variant_new_string ("/no/such/watchdog"));
  refuse (self, "{'rehearse': <true>}", PAWL_ERROR_NOT_SUPPORTED, "/no/such/watchdog");
  test_context_set (self->context, "device", g_variant_new_string ("/dev/null"));
  g_assert_true (
    test_confirmer_begin (self->confirmer, g_variant_new_parsed ("{'rehearse': <true>}"), &error));
  g_assert_no_error (error);
  g_assert_cmpuint (fake_watchdog.opened, ==, 0);
}

static void
test_refuses_pretimeout (Fixture *self, gconstpointer data)
{
  g_autoptr (PawlConfirmer) confirmer = g_object_new (PAWL_TYPE_WATCHDOG_CONFIRMER, NULL);
  g_autoptr (GError) error = NULL;

  test_context_set (self->context, "pretimeout-s", g_variant_new_int64 (120));
  g_assert_false (pawl_confirmer_set_up (confirmer, PAWL_CONTEXT (self->context), &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG);
}

/* ---- the contract ---- */

static gpointer
make_world (void)
{
  Fixture *world = g_new0 (Fixture, 1);

  set_up (world, NULL);
  return world;
}

static void
free_world (gpointer data)
{
  /* The far side of a connection notices a little later that nobody is there. */
  while (fake_watchdog.is_open)
    g_main_context_iteration (NULL, TRUE);
  tear_down (data, NULL);
  g_free (data);
}

static GObject *
make (gpointer data)
{
  Fixture *world = data;
  g_autoptr (PawlConfirmer) confirmer = g_object_new (PAWL_TYPE_WATCHDOG_CONFIRMER, NULL);
  g_autoptr (GError) error = NULL;

  pawl_watchdog_confirmer_set_system (PAWL_WATCHDOG_CONFIRMER (confirmer), &fake_watchdog_system);
  g_assert_true (pawl_confirmer_set_up (confirmer, PAWL_CONTEXT (world->context), &error));
  g_assert_no_error (error);
  return G_OBJECT (g_steal_pointer (&confirmer));
}

/* The far side is set up through the connection, as for an isolated plugin. */
static GObject *
make_remote (gpointer data)
{
  Fixture *world = data;
  GObject *instance = g_object_new (PAWL_TYPE_WATCHDOG_CONFIRMER, NULL);

  pawl_watchdog_confirmer_set_system (PAWL_WATCHDOG_CONFIRMER (instance), &fake_watchdog_system);
  return test_isolate (instance, PAWL_TYPE_CONFIRMER, PAWL_CONTEXT (world->context));
}

static GVariant *
make_good (gpointer world)
{
  return g_variant_new_parsed (GOES_ON);
}

static const PawlTestingConfirmer contract = {
  .base = {"/watchdog/contract", make_world, free_world, make},
  .make_good = make_good,
};
static const PawlTestingConfirmer remote_contract = {
  .base = {"/watchdog/remote-contract", make_world, free_world, make_remote},
  .make_good = make_good,
};

#define ADD(name, func)                                                                            \
  g_test_add ("/watchdog/device/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  pawl_testing_add_confirmer (&contract);
  pawl_testing_add_confirmer (&remote_contract);
  ADD ("good-trial", test_good_trial);
  ADD ("bad-trial", test_bad_trial);
  ADD ("stuck-confirmer", test_stuck_confirmer);
  ADD ("deadline", test_deadline);
  ADD ("silent-trial", test_silent_trial);
  ADD ("restart", test_restart);
  ADD ("hardware-decides-timeout", test_hardware_decides_timeout);
  ADD ("fixed-timeout", test_fixed_timeout);
  ADD ("pretimeout", test_pretimeout);
  ADD ("fed-by-writes", test_fed_by_writes);
  ADD ("cannot-be-fed", test_cannot_be_fed);
  ADD ("last-reset", test_last_reset);
  ADD ("no-way-out", test_no_way_out);
  ADD ("refuses", test_refuses);
  ADD ("rehearsal", test_rehearsal);
  ADD ("refuses-pretimeout", test_refuses_pretimeout);
  return g_test_run ();
}
