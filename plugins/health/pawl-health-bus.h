/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-health-round.h"

G_BEGIN_DECLS

/* Checks what can be seen on the bus: systemd's units and the owners of names. Connects to nothing
 * when neither is configured. */
void pawl_health_check_bus (PawlHealthRound *round);

G_END_DECLS
