/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-cli.h"

G_BEGIN_DECLS

/* Pieces of what the bus says, for people. Each takes the GVariant as the bus XML describes it. */
const char *pawl_show_string (GVariant *dict, const char *name);
gint64 pawl_show_int64 (GVariant *dict, const char *name);
gboolean pawl_show_boolean (GVariant *dict, const char *name);
PawlTone pawl_show_verdict_tone (const char *verdict);
char *pawl_show_target (GVariant *target);
char *pawl_show_progress (GVariant *progress);
char *pawl_show_result (GVariant *report);
char *pawl_show_update_name (GVariant *update);
void pawl_show_update (PawlCli *cli, GVariant *update);
void pawl_show_decisions (PawlCli *cli, GVariant *decisions, gboolean held_only);
gboolean pawl_show_is_held (GVariant *decision);
GVariant *pawl_show_filter (GVariant *list, gboolean (*keep) (GVariant *item));
guint pawl_show_count_held (GVariant *decisions);

G_END_DECLS
