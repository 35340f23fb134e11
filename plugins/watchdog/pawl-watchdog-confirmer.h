/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-watchdog-device.h"

#include <pawl/pawl.h>

G_BEGIN_DECLS

#define PAWL_TYPE_WATCHDOG_CONFIRMER (pawl_watchdog_confirmer_get_type ())
G_DECLARE_FINAL_TYPE (PawlWatchdogConfirmer,
                      pawl_watchdog_confirmer,
                      PAWL,
                      WATCHDOG_CONFIRMER,
                      GObject)

/* Before set_up, for tests: @system is the kernel from now on. */
void pawl_watchdog_confirmer_set_system (PawlWatchdogConfirmer *self,
                                         const PawlWatchdogSystem *system);
/* What the timer does: feeds if that is allowed now. */
void pawl_watchdog_confirmer_tick (PawlWatchdogConfirmer *self);

G_END_DECLS
