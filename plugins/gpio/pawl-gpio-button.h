/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PawlGpioButton:
 * @debounce_us: a level counts when it has held for this long
 * @hold_us: how long it has to be held
 * @pressed: it was, for that long; stays so
 *
 * A button that is watched: it goes up first, then down, then it counts. One that is stuck says
 * nothing.
 */
typedef struct
{
  gint64 debounce_us;
  gint64 hold_us;
  gboolean pressed;
  /*< private >*/
  gboolean begun;
  gboolean ready; /* it was seen up */
  gboolean raw;
  gboolean stable;
  gint64 raw_since_us;
  gint64 stable_since_us;
} PawlGpioButton;

/* Its level now. Returns when it has to be looked at again although nothing happens; G_MAXINT64:
 * not at all. */
gint64 pawl_gpio_button_update (PawlGpioButton *self, gboolean active, gint64 now_us);

G_END_DECLS
