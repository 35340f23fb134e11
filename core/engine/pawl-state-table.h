/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

G_BEGIN_DECLS

/**
 * PawlStateEdge:
 * @from: a state
 * @to: a state that may follow it
 * @why: when it does, for people
 *
 * One way from one state to another.
 */
typedef struct
{
  PawlState from;
  PawlState to;
  const char *why;
} PawlStateEdge;

const PawlStateEdge *pawl_state_table_get_edges (gsize *out_n);
gboolean pawl_state_table_has_edge (PawlState from, PawlState to);
gboolean pawl_state_table_check (PawlState from, PawlState to, GError **error);

G_END_DECLS
