/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-gpio-button.h"

#define MS 1000

static PawlGpioButton
make_button (gint64 debounce_ms, gint64 hold_ms)
{
  return (PawlGpioButton){.debounce_us = debounce_ms * MS, .hold_us = hold_ms * MS};
}

/* Each step: the level, and when. */
static gboolean
play (PawlGpioButton *button, const char *levels, gint64 step_ms)
{
  for (gint64 i = 0; levels[i] != '\0'; i++)
    pawl_gpio_button_update (button, levels[i] == '1', i * step_ms * MS);
  return button->pressed;
}

static gboolean
press (gint64 debounce_ms, gint64 hold_ms, const char *levels)
{
  PawlGpioButton button = make_button (debounce_ms, hold_ms);

  return play (&button, levels, 10);
}

static void
test_press (void)
{
  g_assert_true (press (20, 0, "0000111"));
  g_assert_false (press (20, 0, "000000"));
  g_assert_true (press (0, 0, "01"));
  /* It stays pressed. */
  g_assert_true (press (20, 0, "0000111000000"));
}

static void
test_bounces (void)
{
  g_assert_false (press (20, 0, "0000101010101"));
  g_assert_false (press (20, 0, "000010000"));
  g_assert_true (press (20, 0, "00001010111"));
}

static void
test_hold (void)
{
  g_assert_false (press (20, 100, "0000111111"));
  g_assert_true (press (20, 100, "000011111111111"));
  /* A bounce while it is held does not begin again. */
  g_assert_true (press (20, 100, "000011110111111"));
  /* Up for as long as the debounce time does. */
  g_assert_false (press (20, 100, "000011111000111111"));
  /* The release is not part of it. */
  g_assert_false (press (50, 100, "00000001111111110000"));
}

static void
test_stuck (void)
{
  g_assert_false (press (20, 0, "1111111111"));
  g_assert_true (press (20, 0, "11110000111"));
}

/* Nothing happens but time: it says when to look. */
static void
test_says_when_to_look (void)
{
  PawlGpioButton button = make_button (20, 100);

  g_assert_cmpint (pawl_gpio_button_update (&button, FALSE, 0), ==, 20 * MS);
  g_assert_cmpint (pawl_gpio_button_update (&button, FALSE, 20 * MS), ==, G_MAXINT64);
  g_assert_cmpint (pawl_gpio_button_update (&button, TRUE, 50 * MS), ==, 70 * MS);
  g_assert_cmpint (pawl_gpio_button_update (&button, TRUE, 70 * MS), ==, 150 * MS);
  g_assert_cmpint (pawl_gpio_button_update (&button, TRUE, 150 * MS), ==, G_MAXINT64);
  g_assert_true (button.pressed);
}

/* The edge of the release is the first that is seen after the hold time. */
static void
test_late_look (void)
{
  PawlGpioButton button = make_button (20, 100);

  pawl_gpio_button_update (&button, FALSE, 0);
  pawl_gpio_button_update (&button, FALSE, 20 * MS);
  pawl_gpio_button_update (&button, TRUE, 50 * MS);
  pawl_gpio_button_update (&button, FALSE, 300 * MS);
  g_assert_true (button.pressed);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gpio/button/press", test_press);
  g_test_add_func ("/gpio/button/bounces", test_bounces);
  g_test_add_func ("/gpio/button/hold", test_hold);
  g_test_add_func ("/gpio/button/stuck", test_stuck);
  g_test_add_func ("/gpio/button/says-when-to-look", test_says_when_to_look);
  g_test_add_func ("/gpio/button/late-look", test_late_look);
  return g_test_run ();
}
