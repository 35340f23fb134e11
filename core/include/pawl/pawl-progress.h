/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl-enums.h>
#include <pawl/pawl-value.h>

G_BEGIN_DECLS

#define PAWL_TYPE_PROGRESS (pawl_progress_get_type ())

/**
 * PawlProgress:
 *
 * How far the running step is.
 *
 * Members of its `a{sv}`: `phase` s (required; the nick of a #PawlPhase), `target` s, `bytes-done`
 * t, `bytes-total` t (0 when unknown), `rate` t (bytes per second over the last seconds; 0 when
 * unknown), `time-left-s` x (seconds; -1 when unknown), `percent` d (0 to 100; -1 when unknown; 100
 * only when the phase has ended).
 *
 * Since: 1.0
 */
PAWL_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (PawlProgress, pawl_progress, PAWL, PROGRESS, PawlValue)

PAWL_AVAILABLE_IN_ALL
PawlProgress *pawl_progress_new_from_variant (GVariant *variant, GError **error);
PAWL_AVAILABLE_IN_ALL
PawlPhase pawl_progress_get_phase (PawlProgress *self);
PAWL_AVAILABLE_IN_ALL
const char *pawl_progress_get_target (PawlProgress *self);
PAWL_AVAILABLE_IN_ALL
guint64 pawl_progress_get_bytes_done (PawlProgress *self);
PAWL_AVAILABLE_IN_ALL
guint64 pawl_progress_get_bytes_total (PawlProgress *self);
PAWL_AVAILABLE_IN_ALL
guint64 pawl_progress_get_rate (PawlProgress *self);
PAWL_AVAILABLE_IN_ALL
gint64 pawl_progress_get_time_left_s (PawlProgress *self);
PAWL_AVAILABLE_IN_ALL
double pawl_progress_get_percent (PawlProgress *self);

G_END_DECLS
