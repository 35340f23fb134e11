/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl-value.h>

G_BEGIN_DECLS

#define PAWL_TYPE_REPORT (pawl_report_get_type ())

/**
 * PawlReport:
 *
 * What became of an update, or an event on its way, to be told to a server. It never carries a
 * secret.
 *
 * Members of its `a{sv}`: `kind` s (required: `installation`, `event`, or `events` for several of
 * them), `id` s (required; unique, so that a server can drop what it got twice), `update-id` s,
 * `correlation-id` s, `time` x (microseconds since 1970, UTC), `success` b, `code` s (for example
 * `OK`, `DOWNLOAD_FAILED`, `VERIFICATION_FAILED`, `INSTALL_FAILED`), `description` s, `attack` s
 * (the nick of a #PawlAttack), `ecus` aa{sv} (each with `serial` s, `hardware-id` s, `success` b,
 * `code` s, `description` s), `event` s (the event's type: `ecu-download-started`,
 * `ecu-download-completed`, `ecu-installation-started`, `ecu-installation-applied`,
 * `ecu-installation-completed`, or what a plugin knows), `events` aa{sv} (each a report of kind
 * `event`, the oldest first), `log` s (an excerpt for people), `details` a{sv} (of an event: `ecu`
 * s, the serial).
 *
 * Since: 1.0
 */
PAWL_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (PawlReport, pawl_report, PAWL, REPORT, PawlValue)

PAWL_AVAILABLE_IN_ALL
PawlReport *pawl_report_new_from_variant (GVariant *variant, GError **error);
PAWL_AVAILABLE_IN_ALL
const char *pawl_report_get_kind (PawlReport *self);
PAWL_AVAILABLE_IN_ALL
const char *pawl_report_get_id (PawlReport *self);
PAWL_AVAILABLE_IN_ALL
const char *pawl_report_get_update_id (PawlReport *self);
PAWL_AVAILABLE_IN_ALL
const char *pawl_report_get_correlation_id (PawlReport *self);
PAWL_AVAILABLE_IN_ALL
gboolean pawl_report_get_success (PawlReport *self);
PAWL_AVAILABLE_IN_ALL
const char *pawl_report_get_code (PawlReport *self);
PAWL_AVAILABLE_IN_ALL
const char *pawl_report_get_description (PawlReport *self);

G_END_DECLS
