/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-exit.h"

#include <pawl/pawl-enums.h>
#include <pawl/pawl-error.h>

static void
test_every_error (void)
{
  g_autoptr (GEnumClass) errors = g_type_class_ref (PAWL_TYPE_ERROR);

  for (guint i = 0; i < errors->n_values; i++)
    {
      g_autoptr (GError) error = g_error_new (PAWL_ERROR, errors->values[i].value, "no");

      g_assert_cmpint (pawl_exit_for_error (error), !=, PAWL_EXIT_OK);
      g_assert_cmpint (pawl_exit_for_error (error), <, PAWL_EXIT_CANNOT_RUN);
    }
}

static void
assert_exit (GQuark domain, int code, PawlExit wanted)
{
  g_autoptr (GError) error = g_error_new_literal (domain, code, "no");

  g_assert_cmpint (pawl_exit_for_error (error), ==, wanted);
}

static void
test_distinct (void)
{
  assert_exit (PAWL_ERROR, PAWL_ERROR_WRONG_STATE, PAWL_EXIT_WRONG_STATE);
  assert_exit (PAWL_ERROR, PAWL_ERROR_NOT_AUTHORIZED, PAWL_EXIT_NOT_AUTHORIZED);
  assert_exit (PAWL_ERROR, PAWL_ERROR_BUSY, PAWL_EXIT_WAITING);
  assert_exit (PAWL_ERROR, PAWL_ERROR_DOWNGRADE, PAWL_EXIT_REFUSED);
  assert_exit (PAWL_ERROR, PAWL_ERROR_NO_SPACE, PAWL_EXIT_STORAGE);
  assert_exit (PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG, PAWL_EXIT_CONFIG);
  assert_exit (G_IO_ERROR, G_IO_ERROR_CANCELLED, PAWL_EXIT_CANCELLED);
  assert_exit (G_IO_ERROR, G_IO_ERROR_NOT_FOUND, PAWL_EXIT_FAILED);
  assert_exit (G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION, PAWL_EXIT_USAGE);
  assert_exit (PAWL_EXIT_ERROR, PAWL_EXIT_UNREACHABLE, PAWL_EXIT_UNREACHABLE);
}

static void
test_names (void)
{
  gsize n = 0;
  const PawlExitInfo *list = pawl_exit_list (&n);

  for (gsize i = 0; i < n; i++)
    {
      g_assert_cmpstr (pawl_exit_get_name (list[i].code), ==, list[i].name);
      g_assert_true (i == 0 || list[i].code > list[i - 1].code);
    }
  g_assert_cmpstr (pawl_exit_get_name ((PawlExit) 99), ==, "failed");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/exit/no-error-is-a-success", test_every_error);
  g_test_add_func ("/cli/exit/what-scripts-tell-apart", test_distinct);
  g_test_add_func ("/cli/exit/one-name-for-each", test_names);
  return g_test_run ();
}
