/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* A chip of our own behind the shim, with a clock of its own. */
#include "pawl-gpio-confirmer.h"
#include "test-calls.h"
#include "test-context.h"
#include "test-isolate.h"

#include <pawl-testing/pawl-testing.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define N_LINES 8

static struct
{
  gboolean taken[N_LINES];
  PawlGpioUse use[N_LINES];
  int level[N_LINES]; /* as PawlGpioSystem.get */
  guint changes[N_LINES];
  int fd[N_LINES];
  gint64 now_us;
  gboolean hasty;
} chip;

/* A line is the address of its level. */
static gsize
offset_of (gpointer line)
{
  return (gsize) ((int *) line - chip.level);
}

static gpointer
fake_request (const PawlGpioSpec *spec, PawlGpioUse use, GError **error)
{
  int offset = atoi (spec->line);

  if (!g_str_equal (spec->chip, "fake") || offset >= N_LINES || chip.taken[offset])
    {
      g_set_error (error, PAWL_ERROR,
                   offset < N_LINES && chip.taken[offset] ? PAWL_ERROR_BUSY
                                                          : PAWL_ERROR_NOT_SUPPORTED,
                   "%s:%s: the line cannot be taken", spec->chip, spec->line);
      return NULL;
    }
  chip.taken[offset] = TRUE;
  chip.use[offset] = use;
  chip.changes[offset] = 0;
  chip.fd[offset] = use == PAWL_GPIO_INPUT ? eventfd (0, EFD_NONBLOCK | EFD_CLOEXEC) : -1;
  return &chip.level[offset];
}

static int
fake_get_fd (gpointer line)
{
  return chip.fd[offset_of (line)];
}

static void
fake_drain (gpointer line)
{
  guint64 count;

  g_assert_cmpint (read (fake_get_fd (line), &count, sizeof count), ==, sizeof count);
}

static int
fake_get (gpointer line)
{
  g_assert_true (chip.taken[offset_of (line)]);
  return *(int *) line;
}

static gboolean
fake_set (gpointer line, gboolean active)
{
  g_assert_cmpint (chip.use[offset_of (line)], ==, PAWL_GPIO_OUTPUT);
  chip.changes[offset_of (line)] += *(int *) line != active;
  *(int *) line = active;
  return TRUE;
}

static void
fake_release (gpointer line)
{
  gsize offset = offset_of (line);

  g_assert_true (chip.taken[offset]);
  chip.taken[offset] = FALSE;
  if (chip.fd[offset] >= 0)
    close (chip.fd[offset]);
}

/* Each look at the clock takes a second when it is hasty. */
static gint64
fake_time (void)
{
  if (chip.hasty)
    chip.now_us += G_USEC_PER_SEC;
  return chip.now_us;
}

static const PawlGpioSystem fake_system = {fake_request, fake_get_fd,  fake_drain, fake_get,
                                           fake_set,     fake_release, fake_time};

typedef struct
{
  TestContext *context;
  PawlConfirmer *confirmer;
  gboolean is_set_up;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  memset (&chip, 0, sizeof chip);
  chip.now_us = G_USEC_PER_SEC;
  self->context = test_context_new (g_getenv ("PAWL_GPIO_KEYFILE"));
  self->confirmer = g_object_new (PAWL_TYPE_GPIO_CONFIRMER, NULL);
  pawl_gpio_confirmer_set_system (PAWL_GPIO_CONFIRMER (self->confirmer), &fake_system);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_object (&self->confirmer);
  g_object_unref (self->context);
  for (guint i = 0; i < N_LINES; i++)
    g_assert_false (chip.taken[i]);
}

static void
set_key (Fixture *self, const char *key, const char *text)
{
  test_context_set (self->context, key, g_variant_new_string (text));
}

static void
begin (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  GVariantDict options;

  if (!self->is_set_up)
    pawl_confirmer_set_up (self->confirmer, PAWL_CONTEXT (self->context), &error);
  g_assert_no_error (error);
  self->is_set_up = TRUE;
  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert (&options, "deadline", "x", chip.now_us + 1000 * G_USEC_PER_SEC);
  test_confirmer_begin (self->confirmer, g_variant_dict_end (&options), &error);
  g_assert_no_error (error);
}

static void
pass_time (Fixture *self, gint64 milliseconds)
{
  chip.now_us += milliseconds * 1000;
  pawl_gpio_confirmer_poll (PAWL_GPIO_CONFIRMER (self->confirmer));
}

static void
press (Fixture *self, guint offset, gint64 milliseconds)
{
  pass_time (self, 100);
  chip.level[offset] = 1;
  pass_time (self, 0);
  pass_time (self, milliseconds);
  chip.level[offset] = 0;
  pass_time (self, 0);
  pass_time (self, 100);
}

static void
expect (Fixture *self, PawlVerdict verdict, const char *words)
{
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GError) error = NULL;
  const char *reason = NULL;

  g_assert_cmpint (test_confirmer_check (self->confirmer,
                                         g_variant_new_parsed ("{'progressing': <true>}"), &answer,
                                         &error),
                   ==, verdict);
  g_assert_no_error (error);
  g_assert_true (g_variant_lookup (answer, "reason", "&s", &reason));
  g_assert_nonnull (strstr (reason, words));
}

static void
end (Fixture *self, PawlVerdict verdict)
{
  g_autoptr (GError) error = NULL;

  test_confirmer_end (self->confirmer, verdict, &error);
  g_assert_no_error (error);
}

static void
test_consent (Fixture *self, gconstpointer data)
{
  set_key (self, "consent", "fake:0");
  expect (self, PAWL_VERDICT_NOT_YET, "no trial has begun");
  begin (self);
  expect (self, PAWL_VERDICT_NOT_YET, "not pressed yet");
  press (self, 0, 50);
  expect (self, PAWL_VERDICT_PASS, "consent button was pressed");
  begin (self);
  expect (self, PAWL_VERDICT_PASS, "consent button was pressed");
  end (self, PAWL_VERDICT_PASS);
  g_assert_false (chip.taken[0]);
  begin (self);
  expect (self, PAWL_VERDICT_NOT_YET, "not pressed yet");
}

static void
test_hold (Fixture *self, gconstpointer data)
{
  set_key (self, "consent", "fake:0");
  test_context_set (self->context, "hold-ms", g_variant_new_int64 (3000));
  begin (self);
  press (self, 0, 2900);
  expect (self, PAWL_VERDICT_NOT_YET, "not pressed yet");
  press (self, 0, 3000);
  expect (self, PAWL_VERDICT_PASS, "pressed");
}

static void
test_refuse (Fixture *self, gconstpointer data)
{
  set_key (self, "consent", "fake:0");
  set_key (self, "refuse", "fake:1");
  begin (self);
  press (self, 0, 50);
  press (self, 1, 50);
  expect (self, PAWL_VERDICT_FAIL, "refuse button was pressed");
}

static void
test_nobody_comes (Fixture *self, gconstpointer data)
{
  set_key (self, "consent", "fake:0");
  test_context_set (self->context, "consent-timeout-s", g_variant_new_int64 (60));
  begin (self);
  pass_time (self, 59999);
  expect (self, PAWL_VERDICT_NOT_YET, "not pressed yet");
  pass_time (self, 1);
  expect (self, PAWL_VERDICT_FAIL, "nobody pressed");
  set_key (self, "consent-default", "pass");
  expect (self, PAWL_VERDICT_PASS, "nobody pressed");
}

/* The edge itself, not a poll. */
static void
test_edge_is_seen (Fixture *self, gconstpointer data)
{
  guint64 one = 1;

  set_key (self, "consent", "fake:0");
  test_context_set (self->context, "debounce-ms", g_variant_new_int64 (0));
  begin (self);
  chip.level[0] = 1;
  g_assert_cmpint (write (chip.fd[0], &one, sizeof one), ==, sizeof one);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  chip.level[0] = 0;
  expect (self, PAWL_VERDICT_PASS, "consent button was pressed");
}

static void
test_health (Fixture *self, gconstpointer data)
{
  set_key (self, "health", "fake:2");
  begin (self);
  expect (self, PAWL_VERDICT_NOT_YET, "health input is not active");
  chip.level[2] = 1;
  expect (self, PAWL_VERDICT_PASS, "nothing speaks against it");
  chip.level[2] = -1;
  expect (self, PAWL_VERDICT_NOT_YET, "cannot be read");
}

static gboolean
is_beating (Fixture *self)
{
  guint before = chip.changes[3];

  pawl_gpio_confirmer_beat (PAWL_GPIO_CONFIRMER (self->confirmer));
  return chip.changes[3] > before;
}

static void
test_heartbeat (Fixture *self, gconstpointer data)
{
  g_autoptr (GVariant) answer = NULL;

  set_key (self, "heartbeat", "fake:3");
  test_context_set (self->context, "stall-s", g_variant_new_int64 (20));
  begin (self);
  expect (self, PAWL_VERDICT_PASS, "nothing speaks against it");
  g_assert_true (is_beating (self));
  g_assert_true (is_beating (self));
  pass_time (self, 20001);
  g_assert_false (is_beating (self));
  expect (self, PAWL_VERDICT_PASS, "");
  g_assert_true (is_beating (self));
  test_confirmer_check (self->confirmer, g_variant_new_parsed ("{'progressing': <false>}"), &answer,
                        NULL);
  g_assert_false (is_beating (self));
  expect (self, PAWL_VERDICT_PASS, "");
  chip.now_us += 1000 * G_USEC_PER_SEC;
  expect (self, PAWL_VERDICT_PASS, "");
  g_assert_false (is_beating (self));
}

static void
test_lamps (Fixture *self, gconstpointer data)
{
  set_key (self, "trial-led", "fake:4");
  set_key (self, "failed-led", "fake:5");
  begin (self);
  g_assert_cmpint (chip.level[4], ==, 1);
  g_assert_cmpint (chip.level[5], ==, 0);
  end (self, PAWL_VERDICT_PASS);
  g_assert_cmpint (chip.level[4], ==, 0);
  g_assert_cmpint (chip.level[5], ==, 0);
  g_assert_false (chip.taken[5]);
  begin (self);
  end (self, PAWL_VERDICT_FAIL);
  g_assert_cmpint (chip.level[4], ==, 0);
  g_assert_cmpint (chip.level[5], ==, 1);
  g_assert_true (chip.taken[5]);
  begin (self);
  g_assert_cmpint (chip.level[5], ==, 0);
}

static void
refuse_begin (Fixture *self, PawlError code, const char *options, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (test_confirmer_begin (self->confirmer, g_variant_new_parsed (options), &error));
  g_assert_error (error, PAWL_ERROR, (int) code);
  g_assert_nonnull (strstr (error->message, words));
  for (guint i = 0; i < N_LINES; i++)
    g_assert_false (chip.taken[i] && i != 7);
}

static void
test_refuses_lines (Fixture *self, gconstpointer data)
{
  set_key (self, "consent", "fake:0");
  set_key (self, "health", "fake:7");
  chip.taken[7] = TRUE;
  g_assert_true (pawl_confirmer_set_up (self->confirmer, PAWL_CONTEXT (self->context), NULL));
  refuse_begin (self, PAWL_ERROR_BUSY, "@a{sv} {}", "health: fake:7");
  refuse_begin (self, PAWL_ERROR_BUSY, "{'rehearse': <true>}", "health: fake:7");
  chip.taken[7] = FALSE;
}

static void
test_rehearsal (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  set_key (self, "trial-led", "fake:4");
  g_assert_true (pawl_confirmer_set_up (self->confirmer, PAWL_CONTEXT (self->context), NULL));
  g_assert_true (
    test_confirmer_begin (self->confirmer, g_variant_new_parsed ("{'rehearse': <true>}"), &error));
  g_assert_no_error (error);
  g_assert_false (chip.taken[4]);
  g_assert_cmpuint (chip.changes[4], ==, 0);
}

static void
refuse_set_up (Fixture *self, const char *words)
{
  g_autoptr (PawlConfirmer) confirmer = g_object_new (PAWL_TYPE_GPIO_CONFIRMER, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (pawl_confirmer_set_up (confirmer, PAWL_CONTEXT (self->context), &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG);
  g_assert_nonnull (strstr (error->message, words));
}

static void
test_refuses_configuration (Fixture *self, gconstpointer data)
{
  refuse_set_up (self, "no line is configured");
  set_key (self, "health", "17");
  refuse_set_up (self, "health: found \"17\"");
}

/* ---- the contract ---- */

static gpointer
make_world (void)
{
  Fixture *world = g_new0 (Fixture, 1);

  set_up (world, NULL);
  set_key (world, "health", "fake:2");
  set_key (world, "consent", "fake:0");
  test_context_set (world->context, "consent-timeout-s", g_variant_new_int64 (60));
  set_key (world, "consent-default", "pass");
  return world;
}

static void
free_world (gpointer data)
{
  /* The far side of a connection notices a little later that nobody is there. */
  for (guint i = 0; i < N_LINES; i++)
    while (chip.taken[i])
      g_main_context_iteration (NULL, TRUE);
  tear_down (data, NULL);
  g_free (data);
}

static GObject *
make (gpointer data)
{
  Fixture *world = data;
  g_autoptr (PawlConfirmer) confirmer = g_object_new (PAWL_TYPE_GPIO_CONFIRMER, NULL);
  g_autoptr (GError) error = NULL;

  pawl_gpio_confirmer_set_system (PAWL_GPIO_CONFIRMER (confirmer), &fake_system);
  g_assert_true (pawl_confirmer_set_up (confirmer, PAWL_CONTEXT (world->context), &error));
  g_assert_no_error (error);
  return G_OBJECT (g_steal_pointer (&confirmer));
}

/* The far side is set up through the connection, as for an isolated plugin. */
static GObject *
make_remote (gpointer data)
{
  Fixture *world = data;
  GObject *instance = g_object_new (PAWL_TYPE_GPIO_CONFIRMER, NULL);

  pawl_gpio_confirmer_set_system (PAWL_GPIO_CONFIRMER (instance), &fake_system);
  return test_isolate (instance, PAWL_TYPE_CONFIRMER, PAWL_CONTEXT (world->context));
}

static GVariant *
make_good (gpointer world)
{
  chip.hasty = TRUE;
  chip.level[2] = 1;
  return NULL;
}

static GVariant *
make_bad (gpointer data)
{
  Fixture *world = data;

  chip.hasty = TRUE;
  set_key (world, "consent-default", "fail");
  return NULL;
}

static const PawlTestingConfirmer contract = {
  .base = {"/gpio/contract", make_world, free_world, make},
  .make_good = make_good,
  .make_bad = make_bad,
};
/* What becomes bad is a setting here, and those are sent once. */
static const PawlTestingConfirmer remote_contract = {
  .base = {"/gpio/remote-contract", make_world, free_world, make_remote},
  .make_good = make_good,
};

#define ADD(name, func) g_test_add ("/gpio/confirmer/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  pawl_testing_add_confirmer (&contract);
  pawl_testing_add_confirmer (&remote_contract);
  ADD ("consent", test_consent);
  ADD ("hold", test_hold);
  ADD ("refuse", test_refuse);
  ADD ("nobody-comes", test_nobody_comes);
  ADD ("edge-is-seen", test_edge_is_seen);
  ADD ("health", test_health);
  ADD ("heartbeat", test_heartbeat);
  ADD ("lamps", test_lamps);
  ADD ("refuses-lines", test_refuses_lines);
  ADD ("rehearsal", test_rehearsal);
  ADD ("refuses-configuration", test_refuses_configuration);
  return g_test_run ();
}
