/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-watchdog-sysfs.h"

/* 0 when it is not there, as on a kernel without CONFIG_WATCHDOG_SYSFS. */
static guint64
read_number (const char *folder, const char *device, const char *attribute)
{
  g_autofree char *name = g_path_get_basename (device);
  g_autofree char *path = g_build_filename (folder, name, attribute, NULL);
  g_autofree char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  return g_ascii_strtoull (text, NULL, 10);
}

guint
pawl_watchdog_sysfs_get_boot_status (const char *folder, const char *device)
{
  return (guint) read_number (folder, device, "bootstatus");
}

gboolean
pawl_watchdog_sysfs_get_nowayout (const char *folder, const char *device)
{
  return read_number (folder, device, "nowayout") == 1;
}
