/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The real library on the kernel's simulated chip, whose label is "board", with a first line YES
 * and a second one NO. Its folder in sysfs is PAWL_GPIO_SIM; without it nothing is tested. */
#include "pawl-gpio-system.h"

#include <glib/gstdio.h>
#include <pawl/pawl.h>
#include <poll.h>
#include <string.h>

/* What nobody should have to wait for. */
#define PATIENCE_MS 30000

static const PawlGpioSystem *const lines = &pawl_gpio_libgpiod;

static gpointer
take (const char *text, PawlGpioUse use)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlGpioSpec) spec = pawl_gpio_spec_new (text, &error);
  gpointer line = lines->request (spec, use, &error);

  g_assert_no_error (error);
  g_assert_nonnull (line);
  return line;
}

static void
refuse (const char *text, PawlError code, const char *words)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlGpioSpec) spec = pawl_gpio_spec_new (text, NULL);

  g_assert_null (lines->request (spec, PAWL_GPIO_INPUT, &error));
  g_assert_error (error, PAWL_ERROR, (int) code);
  g_assert_nonnull (strstr (error->message, text));
  g_assert_nonnull (strstr (error->message, words));
}

/* From outside: the level of an input. */
static void
drive (guint number, gboolean high)
{
  g_autofree char *path =
    g_strdup_printf ("%s/sim_gpio%u/pull", g_getenv ("PAWL_GPIO_SIM"), number);
  FILE *file = g_fopen (path, "we");

  g_assert_nonnull (file);
  g_assert_cmpint (fputs (high ? "pull-up" : "pull-down", file), >=, 0);
  g_assert_cmpint (fclose (file), ==, 0);
}

/* From outside: the level of an output. */
static gboolean
is_high (guint number)
{
  g_autofree char *path =
    g_strdup_printf ("%s/sim_gpio%u/value", g_getenv ("PAWL_GPIO_SIM"), number);
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  return *text == '1';
}

static void
test_names (void)
{
  static const char *const names[] = {"board:YES", "board:0", "gpiochip0:YES", "/dev/gpiochip0:0",
                                      "/dev/gpiochip0:YES"};

  drive (0, TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      gpointer line = take (names[i], PAWL_GPIO_INPUT);

      g_assert_cmpint (lines->get (line), ==, 1);
      lines->release (line);
    }
}

static void
test_inputs (void)
{
  for (gboolean high = FALSE; high <= TRUE; high++)
    {
      gpointer line;

      drive (0, high);
      line = take ("board:YES", PAWL_GPIO_INPUT);
      g_assert_cmpint (lines->get (line), ==, high);
      lines->release (line);
      line = take ("board:YES,active-low", PAWL_GPIO_INPUT);
      g_assert_cmpint (lines->get (line), ==, !high);
      lines->release (line);
    }
}

static void
test_bias (void)
{
  gpointer line = take ("board:YES,pull-up", PAWL_GPIO_INPUT);

  g_assert_cmpint (lines->get (line), ==, 1);
  lines->release (line);
  line = take ("board:YES,pull-down", PAWL_GPIO_INPUT);
  g_assert_cmpint (lines->get (line), ==, 0);
  lines->release (line);
}

static void
test_edges (void)
{
  gpointer line;
  struct pollfd wait = {.events = POLLIN};

  drive (0, FALSE);
  line = take ("board:YES", PAWL_GPIO_INPUT);
  wait.fd = lines->get_fd (line);
  g_assert_cmpint (poll (&wait, 1, 0), ==, 0);
  for (gboolean high = TRUE; high >= FALSE; high--)
    {
      drive (0, high);
      g_assert_cmpint (poll (&wait, 1, PATIENCE_MS), ==, 1);
      lines->drain (line);
      g_assert_cmpint (poll (&wait, 1, 0), ==, 0);
      g_assert_cmpint (lines->get (line), ==, high);
    }
  lines->release (line);
}

static void
test_outputs (void)
{
  gpointer line = take ("board:NO", PAWL_GPIO_OUTPUT);

  g_assert_false (is_high (1));
  g_assert_true (lines->set (line, TRUE));
  g_assert_true (is_high (1));
  g_assert_true (lines->set (line, FALSE));
  g_assert_false (is_high (1));
  lines->release (line);
  line = take ("board:NO,active-low", PAWL_GPIO_OUTPUT);
  g_assert_true (is_high (1));
  g_assert_true (lines->set (line, TRUE));
  g_assert_false (is_high (1));
  lines->release (line);
}

static void
test_refuses (void)
{
  gpointer line = take ("board:YES", PAWL_GPIO_INPUT);

  refuse ("board:YES", PAWL_ERROR_BUSY, "cannot be taken");
  lines->release (line);
  lines->release (take ("board:YES", PAWL_GPIO_INPUT));
  refuse ("board:MAYBE", PAWL_ERROR_NOT_SUPPORTED, "no such line");
  refuse ("board:99", PAWL_ERROR_NOT_SUPPORTED, "");
  refuse ("bread:YES", PAWL_ERROR_NOT_SUPPORTED, "the chip cannot be opened");
}

static void
test_nothing (void)
{
  g_test_skip ("without PAWL_GPIO_SIM");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (g_getenv ("PAWL_GPIO_SIM") == NULL)
    {
      g_test_add_func ("/gpio/sim/skipped", test_nothing);
      return g_test_run ();
    }
  g_test_add_func ("/gpio/sim/chips-and-lines-have-several-names", test_names);
  g_test_add_func ("/gpio/sim/inputs-follow-the-level", test_inputs);
  g_test_add_func ("/gpio/sim/bias-is-set", test_bias);
  g_test_add_func ("/gpio/sim/edges-wake", test_edges);
  g_test_add_func ("/gpio/sim/outputs-begin-inactive", test_outputs);
  g_test_add_func ("/gpio/sim/refuses-what-is-taken-or-not-there", test_refuses);
  return g_test_run ();
}
