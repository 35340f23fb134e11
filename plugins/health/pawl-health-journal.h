/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-health-round.h"

G_BEGIN_DECLS

/* Attaches the last lines of a unit's journal of this boot. What goes wrong with it is a line of
 * the log: the report must not wait for it. */
void pawl_health_read_journal (PawlHealthRound *round, const char *unit);

G_END_DECLS
