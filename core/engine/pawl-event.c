/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The vocabulary of events. An id never changes its meaning and is never used again, because
 * administrators filter by it; the catalog in data/ has one entry for each. */
#include "pawl-event.h"

#define INFO    G_LOG_LEVEL_INFO
#define MESSAGE G_LOG_LEVEL_MESSAGE
#define WARNING G_LOG_LEVEL_WARNING

static const PawlEventInfo events[] = {
  {"configuration-failed", "6f1c2b0e5d5a4f0b9f5a1e6c8b7d9a01", WARNING,
   "The configuration cannot be used: %s"                                                                 },
  {"storage-failed",       "0b7a3d5c2e914c6f8d21f4b6a97e3c02", WARNING,
   "The state folder cannot be used: %s"                                                                  },
  {"check-failed",         "a95e7d0c3b184e52b6f90c1d4e7a2f03", WARNING, "The check for updates failed: %s"},
  {"update-available",     "3d8f6a1b7c2e45909e0d5b8a6c4f1e04", MESSAGE, "An update is available: %s"      },
  {"update-withdrawn",     "c74b9e2d5f1a4836a2d7e0f3b8c65905", MESSAGE,
   "An update is no longer wanted: %s"                                                                    },
  {"update-refused",       "58e0d3c6a7b941f2b3c8f5e1d2a69706", WARNING, "An update was refused: %s"       },
  {"attack-suspected",     "e1a6c4f80d2b47359c5e7a0b3f8d1607", WARNING, "An attack is suspected: %s"      },
  {"download-started",     "9b2f5d7e1c8a43608d4b0e6f7a3c5208", INFO,    "The download began: %s"          },
  {"download-completed",   "47c0e9b3a5d24f1e86f2d1c7b0e9a309", INFO,    "The download is complete: %s"    },
  {"download-failed",      "d06a8f1e4b7c4952a3e5c9d8f1b26410", WARNING, "The download failed: %s"         },
  {"install-started",      "2e9d4c7b0f6a48319b5c3e8d7f0a1511", INFO,    "The installation began: %s"      },
  {"install-completed",    "f8b1a6d3e5c04729b7e4d0c2a9f36812", MESSAGE,
   "The installation is complete: %s"                                                                     },
  {"install-failed",       "7c5e0b9d2a8f41e6a0d3f7b4c1e85913", WARNING, "The installation failed: %s"     },
  {"activated",            "b34d8e6f1c0a4957a8e2b5d7c9f01614", MESSAGE, "The new version boots next: %s"  },
  {"activate-failed",      "15f7c9a2d4b84e03b6a1e8d0f5c27315", WARNING,
   "The new version cannot be activated: %s"                                                              },
  {"reboot-requested",     "86d2e1b7f3c549a09d0e4a6c8b5f7116", MESSAGE, "A reboot is requested: %s"       },
  {"trial-started",        "ca0f5d8b3e7142968c1b6d9e4a2f0817", MESSAGE, "The new version is on trial: %s" },
  {"trial-passed",         "41b8e7c0d6f94a2da5f3c1e9b7d08618", MESSAGE,
   "The new version proved itself: %s"                                                                    },
  {"trial-failed",         "ed3c6a9f2b5048718e7d0f4b1c9a5319", WARNING,
   "The new version did not prove itself: %s"                                                             },
  {"revert-started",       "0a7d9f4e8c1b4563b9e2a5c0d6f83720", MESSAGE,
   "The version before comes back: %s"                                                                    },
  {"revert-failed",        "93e5b0c8d7a2416fa4c6f1e3d8b90221", WARNING,
   "Reverting failed and is tried again: %s"                                                              },
  {"update-completed",     "5f2c8d1a6e9b4037b0d4e7f3a8c61922", MESSAGE, "The update is complete: %s"      },
  {"update-failed",        "b8a1f6e3c0d749259f7b2d5e8c4a0623", WARNING, "The update failed: %s"           },
  {"update-cancelled",     "6d4e9b2f7a0c4815a3f8c1d6e5b70924", MESSAGE, "The update was cancelled: %s"    },
  {"report-delayed",       "d7f0a3c9e1b64852b5c8e4d2f6a91325", INFO,    "Reports wait for the server: %s" },
  {NULL,                   NULL,                               0,       NULL                              },
};

/*< private >
 * pawl_event_list:
 *
 * Returns: (array zero-terminated=1): all events; ends with one that has no name
 */
const PawlEventInfo *
pawl_event_list (void)
{
  return events;
}

/*< private >
 * pawl_event_lookup:
 * @name: a name
 *
 * Returns: (nullable): the event of that name
 */
const PawlEventInfo *
pawl_event_lookup (const char *name)
{
  for (gsize i = 0; events[i].name != NULL; i++)
    if (g_str_equal (events[i].name, name))
      return &events[i];
  return NULL;
}
