/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Prints the engine's table of states as a macro of Promela, so that model and engine cannot drift.
 */
#include "pawl-state-table.h"

int
main (void)
{
  gsize n = 0;
  const PawlStateEdge *edges = pawl_state_table_get_edges (&n);

  g_print ("#define has_edge(from, to) ( \\\n");
  for (gsize i = 0; i < n; i++)
    g_print ("  (from == %s && to == %s)%s\n",
             pawl_enum_to_nick (PAWL_TYPE_STATE, (int) edges[i].from),
             pawl_enum_to_nick (PAWL_TYPE_STATE, (int) edges[i].to), i + 1 < n ? " || \\" : ")");
  return 0;
}
