/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-gpio-button.h"

static void
settle (PawlGpioButton *self, gint64 now_us)
{
  if (now_us - self->raw_since_us < self->debounce_us)
    return;
  if (self->stable != self->raw)
    {
      self->stable = self->raw;
      self->stable_since_us = self->raw_since_us;
    }
  self->ready = self->ready || !self->stable;
}

gint64
pawl_gpio_button_update (PawlGpioButton *self, gboolean active, gint64 now_us)
{
  gint64 held_until_us;

  if (!self->begun)
    {
      self->begun = TRUE;
      self->raw = self->stable = active;
      self->raw_since_us = self->stable_since_us = now_us;
    }
  else if (active != self->raw)
    {
      /* What it was until now may have held for long enough. */
      settle (self, now_us);
      self->raw = active;
      self->raw_since_us = now_us;
    }
  settle (self, now_us);
  held_until_us = self->raw ? now_us : self->raw_since_us;
  if (self->ready && self->stable && held_until_us - self->stable_since_us >= self->hold_us)
    self->pressed = TRUE;
  if (self->raw != self->stable || !self->ready)
    return self->raw && !self->ready ? G_MAXINT64 : self->raw_since_us + self->debounce_us;
  return self->stable && !self->pressed ? self->stable_since_us + self->hold_us : G_MAXINT64;
}
