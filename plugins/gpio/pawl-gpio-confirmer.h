/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-gpio-system.h"

#include <pawl/pawl.h>

G_BEGIN_DECLS

#define PAWL_TYPE_GPIO_CONFIRMER (pawl_gpio_confirmer_get_type ())
G_DECLARE_FINAL_TYPE (PawlGpioConfirmer, pawl_gpio_confirmer, PAWL, GPIO_CONFIRMER, GObject)

/* Before set_up, for tests: @system has the lines from now on. */
void pawl_gpio_confirmer_set_system (PawlGpioConfirmer *self, const PawlGpioSystem *system);
/* What an edge and a timer do: looks at the buttons. */
void pawl_gpio_confirmer_poll (PawlGpioConfirmer *self);
/* What the heartbeat's timer does. */
void pawl_gpio_confirmer_beat (PawlGpioConfirmer *self);

G_END_DECLS
