/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-inhibitors.h"

#include <string.h>

static void
test_holds_what_it_names (void)
{
  g_autoptr (PawlInhibitors) inhibitors = pawl_inhibitors_new ();
  guint id = pawl_inhibitors_add (inhibitors, "install:reboot", "pump", "a patient", 7, NULL);

  g_assert_cmpuint (id, !=, 0);
  g_assert_cmpstr (pawl_inhibitors_get_holder (inhibitors, PAWL_STEP_REBOOT), ==,
                   "pump (a patient)");
  g_assert_cmpstr (pawl_inhibitors_get_holder (inhibitors, PAWL_STEP_INSTALL), ==,
                   "pump (a patient)");
  g_assert_null (pawl_inhibitors_get_holder (inhibitors, PAWL_STEP_DOWNLOAD));
  g_assert_true (pawl_inhibitors_remove (inhibitors, id));
  g_assert_false (pawl_inhibitors_remove (inhibitors, id));
  g_assert_null (pawl_inhibitors_get_holder (inhibitors, PAWL_STEP_REBOOT));
  g_assert_true (pawl_inhibitors_is_empty (inhibitors));
}

static void
test_refuses_other_words (void)
{
  g_autoptr (PawlInhibitors) inhibitors = pawl_inhibitors_new ();
  const char *wrong[] = {"", "shutdown", "install:", "install reboot"};

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_cmpuint (pawl_inhibitors_add (inhibitors, wrong[i], "a", "b", 0, &error), ==, 0);
      g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_ARGUMENT);
    }
  g_assert_true (pawl_inhibitors_is_empty (inhibitors));
}

static void
test_tells_all (void)
{
  g_autoptr (PawlInhibitors) inhibitors = pawl_inhibitors_new ();
  g_autoptr (GVariant) list = NULL;
  g_autofree char *text = NULL;

  pawl_inhibitors_add (inhibitors, "check", "a", "b", 7, NULL);
  list = g_variant_ref_sink (pawl_inhibitors_to_variant (inhibitors));
  text = g_variant_print (list, TRUE);
  g_assert_cmpstr (text, ==,
                   "[{'id': <uint32 1>, 'what': <'check'>, 'who': <'a'>, 'why': <'b'>, "
                   "'time': <int64 7>}]");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/inhibitors/holds-what-it-names", test_holds_what_it_names);
  g_test_add_func ("/engine/inhibitors/refuses-other-words", test_refuses_other_words);
  g_test_add_func ("/engine/inhibitors/tells-all", test_tells_all);
  return g_test_run ();
}
