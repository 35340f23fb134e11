/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-last-reset.h"

#define WATCHDOG_FOLDER "/sys/class/watchdog"

/* Linux's watchdog API, WDIOF_CARDRESET: the watchdog caused the last reset. */
#define CARD_RESET 0x20

static gboolean
says_so (const char *folder, const char *watchdog)
{
  g_autofree char *path = g_build_filename (folder, watchdog, "bootstatus", NULL);
  g_autofree char *text = NULL;

  return g_file_get_contents (path, &text, NULL, NULL) &&
         (g_ascii_strtoull (text, NULL, 10) & CARD_RESET) != 0;
}

gboolean
pawl_last_reset_was_watchdog (const char *folder)
{
  const char *path = folder != NULL ? folder : WATCHDOG_FOLDER;
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *watchdog;

  while (dir != NULL && (watchdog = g_dir_read_name (dir)) != NULL)
    if (says_so (path, watchdog))
      return TRUE;
  return FALSE;
}
