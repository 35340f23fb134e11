/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-systemd-boot-entry.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <pawl/pawl.h>
#include <string.h>
#include <unistd.h>

void
pawl_systemd_boot_entry_free (PawlSystemdBootEntry *self)
{
  g_free (self->file);
  g_free (self->name);
  g_free (self->suffix);
  g_free (self);
}

/* `3` or `3-1` to the end of the text. */
static gboolean
parse_counter (const char *text, guint *out_left, guint *out_done)
{
  g_auto (GStrv) parts = g_strsplit (text, "-", -1);
  guint64 left = 0;
  guint64 done = 0;

  if (parts[0] == NULL || !g_ascii_string_to_unsigned (parts[0], 10, 0, 1000000, &left, NULL))
    return FALSE;
  if (parts[1] != NULL &&
      (parts[2] != NULL || !g_ascii_string_to_unsigned (parts[1], 10, 0, 1000000, &done, NULL)))
    return FALSE;
  *out_left = (guint) left;
  *out_done = (guint) done;
  return TRUE;
}

PawlSystemdBootEntry *
pawl_systemd_boot_entry_new (const char *file)
{
  PawlSystemdBootEntry *self;
  const char *dot = strrchr (file, '.');
  g_autofree char *stem = NULL;
  char *plus;

  if (dot == NULL || dot == file || (!g_str_equal (dot, ".conf") && !g_str_equal (dot, ".efi")))
    return NULL;
  self = g_new0 (PawlSystemdBootEntry, 1);
  stem = g_strndup (file, (gsize) (dot - file));
  plus = strrchr (stem, '+');
  self->counted =
    plus != NULL && plus != stem && parse_counter (plus + 1, &self->left, &self->done);
  if (self->counted)
    *plus = '\0';
  self->file = g_strdup (file);
  self->suffix = g_strdup (dot);
  self->name = g_steal_pointer (&stem);
  return self;
}

GPtrArray *
pawl_systemd_boot_entry_list (const char *folder, GError **error)
{
  g_autoptr (GPtrArray) entries =
    g_ptr_array_new_with_free_func ((GDestroyNotify) pawl_systemd_boot_entry_free);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, &local_error);
  const char *file;

  if (dir == NULL)
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_BOOT, "%s", local_error->message);
      return NULL;
    }
  while ((file = g_dir_read_name (dir)) != NULL)
    {
      PawlSystemdBootEntry *entry = pawl_systemd_boot_entry_new (file);

      if (entry != NULL)
        g_ptr_array_add (entries, entry);
    }
  return g_steal_pointer (&entries);
}

static gboolean
sync_folder (const char *folder)
{
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gboolean synced = fd >= 0 && fsync (fd) == 0;

  if (fd >= 0)
    close (fd);
  return synced;
}

gboolean
pawl_systemd_boot_entry_rename (PawlSystemdBootEntry *self,
                                const char *folder,
                                gboolean counted,
                                guint left,
                                GError **error)
{
  g_autofree char *old_path = g_build_filename (folder, self->file, NULL);
  g_autofree char *file =
    counted ? g_strdup_printf ("%s+%u-%u%s", self->name, left, self->done, self->suffix)
            : g_strconcat (self->name, self->suffix, NULL);
  g_autofree char *path = g_build_filename (folder, file, NULL);

  if (g_str_equal (old_path, path) || (g_rename (old_path, path) == 0 && sync_folder (folder)))
    return TRUE;
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_BOOT, "%s: it cannot be renamed to %s: %s", old_path,
               file, g_strerror (errno));
  return FALSE;
}
