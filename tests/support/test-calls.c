/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "test-calls.h"

#define TIMEOUT_MS 20000

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

/* An answer may be nothing at all; only the error tells. */
static gboolean
has_succeeded (GVariant *answer, GError *local_error, GError **error)
{
  g_clear_pointer (&answer, g_variant_unref);
  if (local_error == NULL)
    return TRUE;
  g_propagate_error (error, local_error);
  return FALSE;
}

gboolean
test_boot_arm (PawlBootControl *control, guint tries, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  GVariant *answer;
  GError *local_error = NULL;

  pawl_boot_control_arm_async (control, tries, NULL, TIMEOUT_MS, NULL, keep_result, &result);
  wait_for (&result);
  answer = pawl_boot_control_arm_finish (control, result, &local_error);
  return has_succeeded (answer, local_error, error);
}

gboolean
test_boot_mark_good (PawlBootControl *control, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  GVariant *answer;
  GError *local_error = NULL;

  pawl_boot_control_mark_good_async (control, NULL, TIMEOUT_MS, NULL, keep_result, &result);
  wait_for (&result);
  answer = pawl_boot_control_mark_good_finish (control, result, &local_error);
  return has_succeeded (answer, local_error, error);
}

gboolean
test_boot_mark_bad (PawlBootControl *control, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  GVariant *answer;
  GError *local_error = NULL;

  pawl_boot_control_mark_bad_async (control, NULL, TIMEOUT_MS, NULL, keep_result, &result);
  wait_for (&result);
  answer = pawl_boot_control_mark_bad_finish (control, result, &local_error);
  return has_succeeded (answer, local_error, error);
}

PawlBootStatus
test_boot_get_status (PawlBootControl *control, GVariant **out_details, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  pawl_boot_control_get_status_async (control, NULL, TIMEOUT_MS, NULL, keep_result, &result);
  wait_for (&result);
  return pawl_boot_control_get_status_finish (control, result, out_details, error);
}

void
test_boot_expect (PawlBootControl *control, PawlBootStatus status, guint tries_left)
{
  g_autoptr (GVariant) details = NULL;
  g_autoptr (GError) error = NULL;
  PawlBootStatus found = test_boot_get_status (control, &details, &error);
  guint left = G_MAXUINT;

  g_assert_no_error (error);
  g_assert_cmpstr (pawl_enum_to_nick (PAWL_TYPE_BOOT_STATUS, (int) found), ==,
                   pawl_enum_to_nick (PAWL_TYPE_BOOT_STATUS, (int) status));
  g_assert_true (g_variant_lookup (details, "tries-left", "u", &left));
  g_assert_cmpuint (left, ==, tries_left);
}

gboolean
test_confirmer_begin (PawlConfirmer *confirmer, GVariant *options, GError **error)
{
  g_autoptr (PawlUpdate) update = test_update_new ();
  g_autoptr (GAsyncResult) result = NULL;
  GVariant *answer;
  GError *local_error = NULL;

  pawl_confirmer_begin_trial_async (confirmer, update, options, TIMEOUT_MS, NULL, keep_result,
                                    &result);
  wait_for (&result);
  answer = pawl_confirmer_begin_trial_finish (confirmer, result, &local_error);
  return has_succeeded (answer, local_error, error);
}

PawlVerdict
test_confirmer_check (PawlConfirmer *confirmer,
                      GVariant *options,
                      GVariant **out_details,
                      GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  pawl_confirmer_check_async (confirmer, options, TIMEOUT_MS, NULL, keep_result, &result);
  wait_for (&result);
  return pawl_confirmer_check_finish (confirmer, result, out_details, error);
}

gboolean
test_confirmer_end (PawlConfirmer *confirmer, PawlVerdict verdict, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  GVariant *answer;
  GError *local_error = NULL;

  pawl_confirmer_end_trial_async (confirmer, verdict, NULL, TIMEOUT_MS, NULL, keep_result, &result);
  wait_for (&result);
  answer = pawl_confirmer_end_trial_finish (confirmer, result, &local_error);
  return has_succeeded (answer, local_error, error);
}

PawlUpdate *
test_update_new (void)
{
  g_autoptr (GVariant) variant = g_variant_ref_sink (g_variant_new_parsed (
    "{'id': <'1'>, 'targets': <{'1': {'name': <'os'>, 'length': <uint64 1>}}>}"));
  g_autoptr (GError) error = NULL;
  PawlUpdate *update = pawl_update_new_from_variant (variant, &error);

  g_assert_no_error (error);
  return update;
}
