/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The real library, as far as a machine without chips goes; tests/vm has the rest. */
#include "pawl-gpio-system.h"

#include <pawl/pawl.h>
#include <string.h>

static void
refuse (const char *text, const char *words)
{
  g_autoptr (PawlGpioSpec) spec = pawl_gpio_spec_new (text, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_null (pawl_gpio_libgpiod.request (spec, PAWL_GPIO_INPUT, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NOT_SUPPORTED);
  g_assert_nonnull (strstr (error->message, words));
  g_assert_nonnull (strstr (error->message, "cannot be opened"));
}

static void
test_no_chip (void)
{
  refuse ("no-such-chip:17", "no-such-chip:17");
  refuse ("/dev/no-such-chip:name", "/dev/no-such-chip:name");
  refuse ("/dev/null:1", "/dev/null:1");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gpio/libgpiod/no-chip", test_no_chip);
  return g_test_run ();
}
