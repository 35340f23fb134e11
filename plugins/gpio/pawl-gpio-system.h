/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef enum
{
  PAWL_GPIO_BIAS_AS_IS,
  PAWL_GPIO_BIAS_PULL_UP,
  PAWL_GPIO_BIAS_PULL_DOWN,
  PAWL_GPIO_BIAS_DISABLED,
} PawlGpioBias;

typedef enum
{
  PAWL_GPIO_INPUT,  /* with events of both edges */
  PAWL_GPIO_OUTPUT, /* inactive at first */
} PawlGpioUse;

/**
 * PawlGpioSpec:
 * @chip: (owned): a name (gpiochip0), a label, or a path
 * @line: (owned): a name, or an offset in digits
 * @active_low: whether the low level is the active one
 * @bias: the resistor of an input
 *
 * Which line.
 */
typedef struct
{
  char *chip;
  char *line;
  gboolean active_low;
  PawlGpioBias bias;
} PawlGpioSpec;

/* From a key's text, as README.md says. */
PawlGpioSpec *pawl_gpio_spec_new (const char *text, GError **error);
void pawl_gpio_spec_free (PawlGpioSpec *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PawlGpioSpec, pawl_gpio_spec_free)

/**
 * PawlGpioSystem:
 * @request: takes a line; NULL with an error that names it
 * @get_fd: what becomes readable at an edge of an input
 * @drain: reads the events that are there, so that @get_fd is quiet again
 * @get: 1 active, 0 inactive, -1 it cannot be read
 * @set: makes an output active or not
 * @release: gives a line back
 * @get_time_us: the monotonic clock
 *
 * The lines of this device: libgpiod's, or those of a test. Nothing here blocks.
 */
typedef struct
{
  gpointer (*request) (const PawlGpioSpec *spec, PawlGpioUse use, GError **error);
  int (*get_fd) (gpointer line);
  void (*drain) (gpointer line);
  int (*get) (gpointer line);
  gboolean (*set) (gpointer line, gboolean active);
  void (*release) (gpointer line);
  gint64 (*get_time_us) (void);
} PawlGpioSystem;

extern const PawlGpioSystem pawl_gpio_libgpiod;

G_END_DECLS
