/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-systemd-boot-strategy.h"

#include <errno.h>
#include <unistd.h>

static gboolean
fail (const char *path, const char *why, GError **error)
{
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_BOOT, "%s: %s", path, why);
  return FALSE;
}

gboolean
pawl_systemd_boot_write_file (const char *path, const char *text, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (text == NULL)
    return unlink (path) == 0 || errno == ENOENT || fail (path, g_strerror (errno), error);
  return g_file_set_contents_full (path, text, -1,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                   0644, &local_error) ||
         fail (path, local_error->message, error);
}

gboolean
pawl_systemd_boot_read_file (const char *path, char **out_text, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  *out_text = NULL;
  return g_file_get_contents (path, out_text, NULL, &local_error) ||
         g_error_matches (local_error, G_FILE_ERROR, G_FILE_ERROR_NOENT) ||
         fail (path, local_error->message, error);
}
