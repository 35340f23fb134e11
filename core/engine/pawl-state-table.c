/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Where the one update of a device may go from where it stands. What is not here does not happen:
 * the engine asks before each step, and the step is on disk before its effect begins. */
#include "pawl-state-table.h"

static const PawlStateEdge edges[] = {
  {PAWL_STATE_IDLE,       PAWL_STATE_CHECKING,   "it is time to ask, or somebody asked"            },
  {PAWL_STATE_IDLE,       PAWL_STATE_REVERTING,  "a person wants the version before this one"      },
  {PAWL_STATE_CHECKING,   PAWL_STATE_IDLE,       "there is no update, or no answer"                },
  {PAWL_STATE_CHECKING,   PAWL_STATE_AVAILABLE,  "there is an update"                              },
  {PAWL_STATE_CHECKING,   PAWL_STATE_FETCHED,    "the update that is here is still the one"        },
  {PAWL_STATE_CHECKING,   PAWL_STATE_INSTALLED,  "the update that is installed is still the one"   },
  {PAWL_STATE_AVAILABLE,  PAWL_STATE_CHECKING,   "it is time to ask whether it still is the one"   },
  {PAWL_STATE_AVAILABLE,  PAWL_STATE_FETCHING,   "policy or a person allows the download"          },
  {PAWL_STATE_AVAILABLE,  PAWL_STATE_IDLE,       "it was cancelled"                                },
  {PAWL_STATE_FETCHING,   PAWL_STATE_FETCHED,    "all payloads are here and verified"              },
  {PAWL_STATE_FETCHING,   PAWL_STATE_AVAILABLE,  "it was cancelled, or the network failed"         },
  {PAWL_STATE_FETCHING,   PAWL_STATE_IDLE,       "a payload is not what it should be"              },
  {PAWL_STATE_FETCHED,    PAWL_STATE_CHECKING,   "it is time to ask whether it still is the one"   },
  {PAWL_STATE_FETCHED,    PAWL_STATE_FETCHING,   "a payload is no longer here"                     },
  {PAWL_STATE_FETCHED,    PAWL_STATE_INSTALLING, "policy or a person allows the installation"      },
  {PAWL_STATE_FETCHED,    PAWL_STATE_IDLE,       "it was cancelled"                                },
  {PAWL_STATE_INSTALLING, PAWL_STATE_INSTALLED,  "all installers are done"                         },
  {PAWL_STATE_INSTALLING, PAWL_STATE_FETCHED,    "it was cancelled, or has to wait"                },
  {PAWL_STATE_INSTALLING, PAWL_STATE_IDLE,       "an installer failed"                             },
  {PAWL_STATE_INSTALLED,  PAWL_STATE_CHECKING,   "it is time to ask whether it still is the one"   },
  {PAWL_STATE_INSTALLED,  PAWL_STATE_ACTIVATING, "policy or a person allows the reboot"            },
  {PAWL_STATE_INSTALLED,  PAWL_STATE_REVERTING,  "a person takes it back"                          },
  {PAWL_STATE_INSTALLED,  PAWL_STATE_IDLE,       "it was cancelled"                                },
  {PAWL_STATE_ACTIVATING, PAWL_STATE_TRIAL,      "the new version runs"                            },
  {PAWL_STATE_ACTIVATING, PAWL_STATE_REVERTING,  "it could not be made the next boot, or fell back"},
  {PAWL_STATE_TRIAL,      PAWL_STATE_IDLE,       "every required confirmer said yes"               },
  {PAWL_STATE_TRIAL,      PAWL_STATE_REVERTING,  "a confirmer said no, or the deadline has passed" },
  {PAWL_STATE_REVERTING,  PAWL_STATE_IDLE,       "the version before is the one that runs"         },
};

/*< private >
 * pawl_state_table_get_edges:
 * @out_n: (out): how many
 *
 * Returns: (array length=out_n): all edges, by the state they begin at
 */
const PawlStateEdge *
pawl_state_table_get_edges (gsize *out_n)
{
  *out_n = G_N_ELEMENTS (edges);
  return edges;
}

gboolean
pawl_state_table_has_edge (PawlState from, PawlState to)
{
  for (gsize i = 0; i < G_N_ELEMENTS (edges); i++)
    if (edges[i].from == from && edges[i].to == to)
      return TRUE;
  return FALSE;
}

/*< private >
 * pawl_state_table_check:
 * @from: where the update stands
 * @to: where it should go
 * @error: return location; #PAWL_ERROR_WRONG_STATE naming both
 *
 * Returns: %TRUE if @to may follow @from
 */
gboolean
pawl_state_table_check (PawlState from, PawlState to, GError **error)
{
  if (pawl_state_table_has_edge (from, to))
    return TRUE;
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_WRONG_STATE,
               "the update is %s, and from there it cannot become %s",
               pawl_enum_to_nick (PAWL_TYPE_STATE, (int) from),
               pawl_enum_to_nick (PAWL_TYPE_STATE, (int) to));
  return FALSE;
}
