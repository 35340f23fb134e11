/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* By which time certificates are judged, in this process. */
void pawl_http_clock_set (gint64 time_us);

G_END_DECLS
