/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-gpio-system.h"

#include <pawl/pawl.h>
#include <string.h>

void
pawl_gpio_spec_free (PawlGpioSpec *self)
{
  g_free (self->chip);
  g_free (self->line);
  g_free (self);
}

static gboolean
take_word (PawlGpioSpec *self, const char *word)
{
  if (g_str_equal (word, "active-low"))
    self->active_low = TRUE;
  else if (g_str_equal (word, "pull-up"))
    self->bias = PAWL_GPIO_BIAS_PULL_UP;
  else if (g_str_equal (word, "pull-down"))
    self->bias = PAWL_GPIO_BIAS_PULL_DOWN;
  else if (g_str_equal (word, "no-bias"))
    self->bias = PAWL_GPIO_BIAS_DISABLED;
  else
    return FALSE;
  return TRUE;
}

/* The last colon divides: a label may hold others, the name of a line hardly ever does. */
PawlGpioSpec *
pawl_gpio_spec_new (const char *text, GError **error)
{
  g_autoptr (PawlGpioSpec) self = g_new0 (PawlGpioSpec, 1);
  g_auto (GStrv) words = g_strsplit (text, ",", -1);
  const char *colon = words[0] != NULL ? strrchr (words[0], ':') : NULL;
  gboolean good = colon != NULL && colon != words[0] && colon[1] != '\0';

  if (good)
    {
      self->chip = g_strndup (words[0], (gsize) (colon - words[0]));
      self->line = g_strdup (colon + 1);
    }
  for (guint i = 1; good && words[i] != NULL; i++)
    good = take_word (self, g_strstrip (words[i]));
  if (good)
    return g_steal_pointer (&self);
  g_set_error (
    error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG,
    "found \"%s\", wanted CHIP:LINE, then any of ,active-low ,pull-up ,pull-down ,no-bias", text);
  return NULL;
}
