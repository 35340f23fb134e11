/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include <pawl/pawl-report.h>

#include "pawl-value-private.h"

static const PawlValueField fields[] = {
  {"kind",           "s",      TRUE },
  {"id",             "s",      TRUE },
  {"update-id",      "s",      FALSE},
  {"correlation-id", "s",      FALSE},
  {"time",           "x",      FALSE},
  {"success",        "b",      FALSE},
  {"code",           "s",      FALSE},
  {"description",    "s",      FALSE},
  {"attack",         "s",      FALSE},
  {"ecus",           "aa{sv}", FALSE},
  {"event",          "s",      FALSE},
  {"events",         "aa{sv}", FALSE},
  {"log",            "s",      FALSE},
  {"details",        "a{sv}",  FALSE},
  {NULL,             NULL,     FALSE},
};

PAWL_DEFINE_VALUE (PawlReport, pawl_report, fields)

/**
 * PawlReport:kind:
 *
 * `installation`, `event`, or `events` for several of them in one.
 *
 * Since: 1.0
 */

/**
 * PawlReport:events:
 *
 * The reports of kind `event` that one of kind `events` is made of; empty in others.
 *
 * Since: 1.0
 */

/**
 * PawlReport:id:
 *
 * Its own id, unique on this device.
 *
 * Since: 1.0
 */

/**
 * PawlReport:update-id:
 *
 * The update that it is about; may be empty.
 *
 * Since: 1.0
 */

/**
 * PawlReport:correlation-id:
 *
 * The campaign that it is about; empty when there is none.
 *
 * Since: 1.0
 */

/**
 * PawlReport:time:
 *
 * When it was written, in microseconds since 1970, UTC.
 *
 * Since: 1.0
 */

/**
 * PawlReport:success:
 *
 * Whether what it tells of succeeded.
 *
 * Since: 1.0
 */

/**
 * PawlReport:code:
 *
 * A stable code of the result, upper-case with underscores.
 *
 * Since: 1.0
 */

/**
 * PawlReport:description:
 *
 * The result, for people.
 *
 * Since: 1.0
 */

/**
 * PawlReport:attack:
 *
 * What a refusal looks like, as the nick of a #PawlAttack; may be empty.
 *
 * Since: 1.0
 */

/**
 * PawlReport:ecus:
 *
 * How it ended for each ECU, an `aa{sv}`.
 *
 * Since: 1.0
 */

/**
 * PawlReport:event:
 *
 * What happened, for a report of kind `event`; may be empty.
 *
 * Since: 1.0
 */

/**
 * PawlReport:log:
 *
 * Lines that help to find out why; may be empty, and never holds a secret.
 *
 * Since: 1.0
 */

/**
 * PawlReport:details:
 *
 * What plugins found out, an `a{sv}`; may be empty.
 *
 * Since: 1.0
 */

/**
 * pawl_report_new_from_variant:
 * @variant: its members, an `a{sv}`; a floating one is consumed
 * @error: return location
 *
 * Errors: %PAWL_ERROR_INVALID_ARGUMENT, naming the member that is missing or of the wrong type.
 *
 * Returns: (transfer full): a report
 *
 * Since: 1.0
 */
PawlReport *
pawl_report_new_from_variant (GVariant *variant, GError **error)
{
  return (PawlReport *) pawl_value_new_from_variant (PAWL_TYPE_REPORT, variant, error);
}

/**
 * pawl_report_get_kind:
 * @self: a report
 *
 * Tells what kind of report it is.
 *
 * Returns: (transfer none): `installation`, `event` or `events`
 *
 * Since: 1.0
 */
const char *
pawl_report_get_kind (PawlReport *self)
{
  g_return_val_if_fail (PAWL_IS_REPORT (self), NULL);

  return pawl_value_get_string (PAWL_VALUE (self), "kind");
}

/**
 * pawl_report_get_id:
 * @self: a report
 *
 * Tells its own id.
 *
 * Returns: (transfer none): its own id
 *
 * Since: 1.0
 */
const char *
pawl_report_get_id (PawlReport *self)
{
  g_return_val_if_fail (PAWL_IS_REPORT (self), NULL);

  return pawl_value_get_string (PAWL_VALUE (self), "id");
}

/**
 * pawl_report_get_update_id:
 * @self: a report
 *
 * Tells the update that it is about.
 *
 * Returns: (transfer none): the update that it is about; may be empty
 *
 * Since: 1.0
 */
const char *
pawl_report_get_update_id (PawlReport *self)
{
  g_return_val_if_fail (PAWL_IS_REPORT (self), NULL);

  return pawl_value_get_string (PAWL_VALUE (self), "update-id");
}

/**
 * pawl_report_get_correlation_id:
 * @self: a report
 *
 * Tells the campaign that it is about.
 *
 * Returns: (transfer none): the campaign that it is about; empty when there is none
 *
 * Since: 1.0
 */
const char *
pawl_report_get_correlation_id (PawlReport *self)
{
  g_return_val_if_fail (PAWL_IS_REPORT (self), NULL);

  return pawl_value_get_string (PAWL_VALUE (self), "correlation-id");
}

/**
 * pawl_report_get_success:
 * @self: a report
 *
 * Tells whether what it tells of succeeded.
 *
 * Returns: whether what it tells of succeeded
 *
 * Since: 1.0
 */
gboolean
pawl_report_get_success (PawlReport *self)
{
  g_return_val_if_fail (PAWL_IS_REPORT (self), FALSE);

  return pawl_value_get_boolean (PAWL_VALUE (self), "success");
}

/**
 * pawl_report_get_code:
 * @self: a report
 *
 * Tells a stable code of the result.
 *
 * Returns: (transfer none): a stable code of the result
 *
 * Since: 1.0
 */
const char *
pawl_report_get_code (PawlReport *self)
{
  g_return_val_if_fail (PAWL_IS_REPORT (self), NULL);

  return pawl_value_get_string (PAWL_VALUE (self), "code");
}

/**
 * pawl_report_get_description:
 * @self: a report
 *
 * Tells the result, for people.
 *
 * Returns: (transfer none): the result, for people
 *
 * Since: 1.0
 */
const char *
pawl_report_get_description (PawlReport *self)
{
  g_return_val_if_fail (PAWL_IS_REPORT (self), NULL);

  return pawl_value_get_string (PAWL_VALUE (self), "description");
}
