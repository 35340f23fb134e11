/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

G_BEGIN_DECLS

guint pawl_tuf_rollout_compute_share (const char *target, const char *device_id);
PawlDecision *
pawl_tuf_rollout_judge (GVariant *custom, const char *target, const char *device_id, gint64 now_us);

G_END_DECLS
