/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

G_BEGIN_DECLS

#define PAWL_TYPE_HEALTH_CONFIRMER (pawl_health_confirmer_get_type ())
G_DECLARE_FINAL_TYPE (PawlHealthConfirmer, pawl_health_confirmer, PAWL, HEALTH_CONFIRMER, GObject)

G_END_DECLS
