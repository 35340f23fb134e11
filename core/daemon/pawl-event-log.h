/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Writes the event to the log, with its id in MESSAGE_ID and each of its @fields, an a{sv} of
 * strings, as PAWL_NAME, so that journalctl(1) finds it. */
void pawl_event_log_write (const char *name, GVariant *fields);

G_END_DECLS
