/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-gpio-system.h"

#include <pawl/pawl.h>
#include <string.h>

static void
expect (const char *text, const char *chip, const char *line, gboolean low, PawlGpioBias bias)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlGpioSpec) spec = pawl_gpio_spec_new (text, &error);

  g_assert_no_error (error);
  g_assert_cmpstr (spec->chip, ==, chip);
  g_assert_cmpstr (spec->line, ==, line);
  g_assert_cmpint (spec->active_low, ==, low);
  g_assert_cmpint (spec->bias, ==, bias);
}

static void
test_reads (void)
{
  expect ("gpiochip0:17", "gpiochip0", "17", FALSE, PAWL_GPIO_BIAS_AS_IS);
  expect ("/dev/gpiochip1:BUTTON", "/dev/gpiochip1", "BUTTON", FALSE, PAWL_GPIO_BIAS_AS_IS);
  expect ("soc:gpio@7e20:4,active-low", "soc:gpio@7e20", "4", TRUE, PAWL_GPIO_BIAS_AS_IS);
  expect ("c:1, pull-up, active-low", "c", "1", TRUE, PAWL_GPIO_BIAS_PULL_UP);
  expect ("c:1,pull-down", "c", "1", FALSE, PAWL_GPIO_BIAS_PULL_DOWN);
  expect ("c:1,no-bias", "c", "1", FALSE, PAWL_GPIO_BIAS_DISABLED);
}

static void
test_refuses (void)
{
  const char *const texts[] = {"",     "17",     "gpiochip0",          ":17", "gpiochip0:", ",",
                               "c:1,", "c:1,up", "c:1,active-low,high"};

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (pawl_gpio_spec_new (texts[i], &error));
      g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG);
      g_assert_nonnull (strstr (error->message, "wanted CHIP:LINE"));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gpio/spec/reads", test_reads);
  g_test_add_func ("/gpio/spec/refuses", test_refuses);
  return g_test_run ();
}
