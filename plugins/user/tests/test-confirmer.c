/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-user-confirmer.h"

#include <string.h>

#define TIMEOUT_MS 20000

static void
keep_result (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static PawlVerdict
ask (const char *options, GVariant **out_details, GError **error)
{
  g_autoptr (PawlConfirmer) confirmer = g_object_new (PAWL_TYPE_USER_CONFIRMER, NULL);
  g_autoptr (GAsyncResult) result = NULL;

  pawl_confirmer_check_async (confirmer, g_variant_new_parsed (options), TIMEOUT_MS, NULL,
                              keep_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return pawl_confirmer_check_finish (confirmer, result, out_details, error);
}

static void
expect (const char *options, PawlVerdict wanted, const char *wanted_reason)
{
  g_autoptr (GVariant) details = NULL;
  g_autoptr (GError) error = NULL;
  const char *reason = NULL;
  PawlVerdict verdict = ask (options, &details, &error);

  g_assert_no_error (error);
  g_assert_cmpint (verdict, ==, wanted);
  g_assert_true (g_variant_lookup (details, "reason", "&s", &reason));
  g_assert_cmpstr (reason, ==, wanted_reason);
}

static void
test_silence_is_not_yet (void)
{
  expect ("@a{sv} {}", PAWL_VERDICT_NOT_YET, "nobody has answered");
}

static void
test_repeats_the_person (void)
{
  expect ("{'person': <'pass'>}", PAWL_VERDICT_PASS, "a person said yes");
  expect ("{'person': <'fail'>}", PAWL_VERDICT_FAIL, "a person said no");
  expect ("{'person': <'fail'>, 'person-reason': <'the screen is black'>}", PAWL_VERDICT_FAIL,
          "the screen is black");
}

static void
test_refuses_other_words (void)
{
  g_autoptr (GVariant) details = NULL;
  g_autoptr (GError) error = NULL;

  ask ("{'person': <'perhaps'>}", &details, &error);
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "perhaps"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/user/confirmer/silence-is-not-yet", test_silence_is_not_yet);
  g_test_add_func ("/user/confirmer/repeats-the-person", test_repeats_the_person);
  g_test_add_func ("/user/confirmer/refuses-other-words", test_refuses_other_words);
  return g_test_run ();
}
