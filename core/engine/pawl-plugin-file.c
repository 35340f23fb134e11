/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Whoever can write a plugin's file, or the folder it is in, runs code as root. */
#include "pawl-plugin-file.h"

#include <errno.h>
#include <pawl/pawl.h>
#include <sys/stat.h>

static gboolean
check_one (const char *path, GError **error)
{
  struct stat info;

  if (stat (path, &info) < 0)
    {
      int saved = errno;

      g_set_error (error, PAWL_ERROR, PAWL_ERROR_PLUGIN, "%s: %s", path, g_strerror (saved));
      return FALSE;
    }
  if (info.st_uid == 0 && (info.st_mode & (S_IWGRP | S_IWOTH)) == 0)
    return TRUE;
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_PLUGIN,
               "%s: found owner %u and mode %04o, wanted root's and writable by nobody else", path,
               info.st_uid, info.st_mode & 07777);
  return FALSE;
}

/*< private >
 * pawl_plugin_file_check_owner:
 * @path: a file
 * @error: return location; #PAWL_ERROR_PLUGIN with the owner and mode that were found
 *
 * Returns: %TRUE if @path and its folder are root's, and nobody else may write them
 */
gboolean
pawl_plugin_file_check_owner (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  return check_one (folder, error) && check_one (path, error);
}
