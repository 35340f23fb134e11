/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-rpi-autoboot.h"

#include <pawl/pawl.h>
#include <string.h>

/* The firmware reads one sector. */
#define MAX_SIZE 512

static gboolean
fail (const char *path, const char *why, GError **error)
{
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_BOOT, "%s: %s", path, why);
  return FALSE;
}

static gboolean
load (const char *path, GKeyFile *file, char **out_text, GError **error)
{
  g_autoptr (GError) local_error = NULL;

  if (g_file_get_contents (path, out_text, NULL, &local_error) &&
      g_key_file_load_from_data (file, *out_text, strlen (*out_text), G_KEY_FILE_KEEP_COMMENTS,
                                 &local_error))
    return TRUE;
  return fail (path, local_error->message, error);
}

gboolean
pawl_rpi_autoboot_read (const char *path, char **out_partition, GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *text = NULL;
  g_autoptr (GError) local_error = NULL;

  if (!load (path, file, &text, error))
    return FALSE;
  *out_partition = g_key_file_get_string (file, "all", "boot_partition", &local_error);
  return *out_partition != NULL || fail (path, local_error->message, error);
}

gboolean
pawl_rpi_autoboot_write (const char *path,
                         const char *partition,
                         const char *try_partition,
                         GError **error)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  g_autofree char *old = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) local_error = NULL;
  gsize size = 0;

  if (!load (path, file, &old, error))
    return FALSE;
  g_key_file_set_string (file, "all", "tryboot_a_b", "1");
  g_key_file_set_string (file, "all", "boot_partition", partition);
  g_key_file_set_string (file, "tryboot", "boot_partition", try_partition);
  text = g_key_file_to_data (file, &size, NULL);
  if (g_str_equal (text, old))
    return TRUE;
  if (size > MAX_SIZE)
    return fail (path, "it would be longer than the 512 bytes that the firmware reads", error);
  return g_file_set_contents_full (path, text, (gssize) size,
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                   0644, &local_error) ||
         fail (path, local_error->message, error);
}

/* A cell of the device tree: four bytes, the highest first. */
guint
pawl_rpi_booted_partition (const char *device_tree)
{
  g_autofree char *path = g_build_filename (device_tree, "chosen", "bootloader", "partition", NULL);
  g_autofree char *data = NULL;
  gsize size = 0;
  guint32 cell;

  if (!g_file_get_contents (path, &data, &size, NULL) || size != sizeof cell)
    return 0;
  memcpy (&cell, data, sizeof cell);
  return GUINT32_FROM_BE (cell);
}
