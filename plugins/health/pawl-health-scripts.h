/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-health-round.h"

G_BEGIN_DECLS

/* Runs the executables of the device maker, one after the other. Those in @passed, a set of paths,
 * have said yes in this trial and are not run again; the set grows. */
void pawl_health_check_scripts (PawlHealthRound *round, GHashTable *passed);

G_END_DECLS
