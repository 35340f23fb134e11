/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-health-round.h"

G_BEGIN_DECLS

/* Asks each configured http or https address once, all at the same time. */
void pawl_health_check_urls (PawlHealthRound *round);

G_END_DECLS
