/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What is on disk × what really booted → what to do next. One table for every power cut: a row
 * matches when each of its columns does, the first one wins, and the last ones of a state match
 * always, so that there is no combination without an answer. Wherever the facts contradict each
 * other the answer is the version that ran before, because that one is proven. */
#include "pawl-recovery.h"

/* A column that any value matches. */
#define ANY -1

typedef struct
{
  PawlState state;
  int boot;      /* PawlBootStatus or ANY */
  int running;   /* PawlRunning or ANY */
  int activated; /* boolean or ANY, as the others */
  int rebooted;
  int confirmed;
  PawlRecoveryStep step;
  const char *why;
} Row;

#define NORMAL    PAWL_BOOT_STATUS_NORMAL
#define FELL_BACK PAWL_BOOT_STATUS_FELL_BACK
#define BEFORE    PAWL_RUNNING_BEFORE
#define AFTER     PAWL_RUNNING_AFTER

static const Row rows[] = {
  {PAWL_STATE_IDLE,       NORMAL,    ANY,    ANY,   ANY,   ANY,   PAWL_RECOVERY_STAY,          "nothing was under way"   },
  {PAWL_STATE_IDLE,       ANY,       ANY,    ANY,   ANY,   ANY,   PAWL_RECOVERY_SETTLE,
   "the boot loader counts for an update that is over"                                                                   },
  {PAWL_STATE_CHECKING,   ANY,       ANY,    ANY,   ANY,   ANY,   PAWL_RECOVERY_RETURN,        "the check was cut off"   },
  {PAWL_STATE_AVAILABLE,  ANY,       ANY,    ANY,   ANY,   ANY,   PAWL_RECOVERY_STAY,          "the update waits"        },
  {PAWL_STATE_FETCHING,   ANY,       ANY,    ANY,   ANY,   ANY,   PAWL_RECOVERY_RETURN,        "the download was cut off"},
  {PAWL_STATE_FETCHED,    ANY,       ANY,    ANY,   ANY,   ANY,   PAWL_RECOVERY_STAY,          "the update waits"        },
  {PAWL_STATE_INSTALLING, ANY,       ANY,    ANY,   ANY,   ANY,   PAWL_RECOVERY_RETURN,
   "the installation was cut off"                                                                                        },
  {PAWL_STATE_INSTALLED,  ANY,       ANY,    ANY,   ANY,   ANY,   PAWL_RECOVERY_STAY,          "the update waits"        },
  {PAWL_STATE_ACTIVATING, FELL_BACK, ANY,    ANY,   ANY,   ANY,   PAWL_RECOVERY_REVERT,
   "the boot loader fell back"                                                                                           },
  {PAWL_STATE_ACTIVATING, ANY,       AFTER,  ANY,   ANY,   ANY,   PAWL_RECOVERY_TRIAL,         "the new version runs"    },
  {PAWL_STATE_ACTIVATING, ANY,       ANY,    FALSE, FALSE, ANY,   PAWL_RECOVERY_ACTIVATE,
   "activating was cut off"                                                                                              },
  {PAWL_STATE_ACTIVATING, ANY,       BEFORE, FALSE, ANY,   ANY,   PAWL_RECOVERY_ACTIVATE,
   "activating was cut off by a reboot"                                                                                  },
  {PAWL_STATE_ACTIVATING, ANY,       BEFORE, TRUE,  FALSE, ANY,   PAWL_RECOVERY_REBOOT,
   "the new version waits for the reboot"                                                                                },
  {PAWL_STATE_ACTIVATING, ANY,       BEFORE, TRUE,  TRUE,  ANY,   PAWL_RECOVERY_REVERT,
   "the new version did not come up"                                                                                     },
  {PAWL_STATE_ACTIVATING, ANY,       ANY,    TRUE,  FALSE, ANY,   PAWL_RECOVERY_REBOOT,
   "some ECUs wait for the reboot"                                                                                       },
  {PAWL_STATE_ACTIVATING, ANY,       ANY,    ANY,   ANY,   ANY,   PAWL_RECOVERY_REVERT,
   "not every ECU came up with its new version"                                                                          },
  {PAWL_STATE_TRIAL,      ANY,       AFTER,  ANY,   ANY,   TRUE,  PAWL_RECOVERY_CONFIRM,       "the trial was passed"    },
  {PAWL_STATE_TRIAL,      FELL_BACK, ANY,    ANY,   ANY,   ANY,   PAWL_RECOVERY_REVERT,
   "the boot loader fell back"                                                                                           },
  {PAWL_STATE_TRIAL,      ANY,       AFTER,  ANY,   ANY,   FALSE, PAWL_RECOVERY_TRIAL,         "the trial goes on"       },
  {PAWL_STATE_TRIAL,      ANY,       ANY,    ANY,   ANY,   ANY,   PAWL_RECOVERY_REVERT,
   "the new version no longer runs"                                                                                      },
  {PAWL_STATE_REVERTING,  ANY,       BEFORE, ANY,   ANY,   ANY,   PAWL_RECOVERY_FINISH_REVERT,
   "the version before runs again"                                                                                       },
  {PAWL_STATE_REVERTING,  ANY,       ANY,    ANY,   ANY,   ANY,   PAWL_RECOVERY_REVERT,        "reverting was cut off"   },
};

static gboolean
matches (int wanted, int found)
{
  return wanted == ANY || wanted == found;
}

static gboolean
row_matches (const Row *row, const PawlRecoveryFacts *facts)
{
  return row->state == facts->state && matches (row->boot, (int) facts->boot) &&
         matches (row->running, (int) facts->running) &&
         matches (row->activated, facts->activated) && matches (row->rebooted, facts->rebooted) &&
         matches (row->confirmed, facts->confirmed);
}

PawlRecoveryStep
pawl_recovery_decide (const PawlRecoveryFacts *facts, const char **out_why)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (row_matches (&rows[i], facts))
      {
        *out_why = rows[i].why;
        return rows[i].step;
      }
  g_return_val_if_reached (PAWL_RECOVERY_STAY);
}
