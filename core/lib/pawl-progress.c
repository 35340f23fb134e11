/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include <pawl/pawl-progress.h>

#include "pawl-value-private.h"

static const PawlValueField fields[] = {
  {"phase",       "s",  TRUE },
  {"target",      "s",  FALSE},
  {"bytes-done",  "t",  FALSE},
  {"bytes-total", "t",  FALSE},
  {"rate",        "t",  FALSE},
  {"time-left-s", "x",  FALSE},
  {"percent",     "d",  FALSE},
  {NULL,          NULL, FALSE},
};

PAWL_DEFINE_VALUE (PawlProgress, pawl_progress, fields)

/**
 * PawlProgress:phase:
 *
 * What is measured, as the nick of a #PawlPhase.
 *
 * Since: 1.0
 */

/**
 * PawlProgress:target:
 *
 * The name of the target that it is about; may be empty.
 *
 * Since: 1.0
 */

/**
 * PawlProgress:bytes-done:
 *
 * How many bytes are done.
 *
 * Since: 1.0
 */

/**
 * PawlProgress:bytes-total:
 *
 * How many bytes there are in all; 0 when unknown.
 *
 * Since: 1.0
 */

/**
 * PawlProgress:rate:
 *
 * Bytes per second; 0 when unknown.
 *
 * Since: 1.0
 */

/**
 * PawlProgress:time-left-s:
 *
 * Seconds until the phase ends at the present rate; -1 when unknown.
 *
 * Since: 1.0
 */

/**
 * PawlProgress:percent:
 *
 * From 0 to 100, and 100 only when the phase has ended; -1 when unknown.
 *
 * Since: 1.0
 */

/**
 * pawl_progress_new_from_variant:
 * @variant: its members, an `a{sv}`; a floating one is consumed
 * @error: return location
 *
 * Errors: %PAWL_ERROR_INVALID_ARGUMENT, naming the member that is missing or of the wrong type.
 *
 * Returns: (transfer full): a progress
 *
 * Since: 1.0
 */
PawlProgress *
pawl_progress_new_from_variant (GVariant *variant, GError **error)
{
  return (PawlProgress *) pawl_value_new_from_variant (PAWL_TYPE_PROGRESS, variant, error);
}

/**
 * pawl_progress_get_target:
 * @self: a progress
 *
 * Tells the name of the target it is about.
 *
 * Returns: (transfer none): the name of the target it is about; may be empty
 *
 * Since: 1.0
 */
const char *
pawl_progress_get_target (PawlProgress *self)
{
  g_return_val_if_fail (PAWL_IS_PROGRESS (self), NULL);

  return pawl_value_get_string (PAWL_VALUE (self), "target");
}

/**
 * pawl_progress_get_bytes_done:
 * @self: a progress
 *
 * Tells how many bytes are done.
 *
 * Returns: bytes that are done
 *
 * Since: 1.0
 */
guint64
pawl_progress_get_bytes_done (PawlProgress *self)
{
  g_return_val_if_fail (PAWL_IS_PROGRESS (self), 0);

  return pawl_value_get_uint64 (PAWL_VALUE (self), "bytes-done");
}

/**
 * pawl_progress_get_bytes_total:
 * @self: a progress
 *
 * Tells how many bytes there are in all.
 *
 * Returns: bytes in all; 0 when unknown
 *
 * Since: 1.0
 */
guint64
pawl_progress_get_bytes_total (PawlProgress *self)
{
  g_return_val_if_fail (PAWL_IS_PROGRESS (self), 0);

  return pawl_value_get_uint64 (PAWL_VALUE (self), "bytes-total");
}

/**
 * pawl_progress_get_rate:
 * @self: a progress
 *
 * Tells how fast it goes.
 *
 * Returns: bytes per second; 0 when unknown
 *
 * Since: 1.0
 */
guint64
pawl_progress_get_rate (PawlProgress *self)
{
  g_return_val_if_fail (PAWL_IS_PROGRESS (self), 0);

  return pawl_value_get_uint64 (PAWL_VALUE (self), "rate");
}

/**
 * pawl_progress_get_phase:
 * @self: a progress
 *
 * Tells what is measured.
 *
 * Returns: what is measured
 *
 * Since: 1.0
 */
PawlPhase
pawl_progress_get_phase (PawlProgress *self)
{
  int value = PAWL_PHASE_NONE;

  g_return_val_if_fail (PAWL_IS_PROGRESS (self), PAWL_PHASE_NONE);

  if (!pawl_enum_from_nick (PAWL_TYPE_PHASE, pawl_value_get_string (PAWL_VALUE (self), "phase"),
                            &value, NULL))
    return PAWL_PHASE_NONE;
  return (PawlPhase) value;
}

/**
 * pawl_progress_get_time_left_s:
 * @self: a progress
 *
 * Tells how long the phase will take at the present rate.
 *
 * Returns: seconds until the phase ends at the present rate; -1 when unknown
 *
 * Since: 1.0
 */
gint64
pawl_progress_get_time_left_s (PawlProgress *self)
{
  g_return_val_if_fail (PAWL_IS_PROGRESS (self), -1);

  return pawl_value_get_int64 (PAWL_VALUE (self), "time-left-s", -1);
}

/**
 * pawl_progress_get_percent:
 * @self: a progress
 *
 * Tells how far the phase is, in percent.
 *
 * Returns: 0 to 100, and 100 only when the phase has ended; -1 when unknown
 *
 * Since: 1.0
 */
double
pawl_progress_get_percent (PawlProgress *self)
{
  double percent = -1;

  g_return_val_if_fail (PAWL_IS_PROGRESS (self), -1);

  g_variant_lookup (pawl_value_to_variant (PAWL_VALUE (self)), "percent", "d", &percent);
  return percent;
}
