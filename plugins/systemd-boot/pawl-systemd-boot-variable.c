/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-systemd-boot-variable.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <pawl/pawl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define VENDOR "4a67b082-0a4c-41cf-b6c7-440b29bb8c4f"

/* Non-volatile, for boot services and at run time (UEFI, 8.2). */
#define ATTRIBUTES 7

static char *
make_path (const char *folder, const char *name)
{
  g_autofree char *file = g_strconcat (name, "-" VENDOR, NULL);

  return g_build_filename (folder, file, NULL);
}

static gboolean
fail (const char *path, const char *what, int number, GError **error)
{
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_BOOT, "%s: the variable cannot be %s: %s", path, what,
               g_strerror (number));
  return FALSE;
}

/* Four bytes of attributes, then UTF-16. */
gboolean
pawl_systemd_boot_variable_get (const char *folder,
                                const char *name,
                                char **out_value,
                                GError **error)
{
  g_autofree char *path = make_path (folder, name);
  g_autofree char *data = NULL;
  g_autoptr (GError) local_error = NULL;
  gsize size = 0;

  *out_value = NULL;
  if (!g_file_get_contents (path, &data, &size, &local_error))
    {
      if (g_error_matches (local_error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        return TRUE;
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_BOOT, "%s", local_error->message);
      return FALSE;
    }
  if (size >= 4)
    *out_value = g_convert (data + 4, (gssize) (size - 4), "UTF-8", "UTF-16LE", NULL, NULL, NULL);
  if (*out_value != NULL)
    return TRUE;
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_BOOT, "%s: it holds no text", path);
  return FALSE;
}

/* The kernel protects variables that it does not know from rm -rf. */
static void
make_mutable (const char *path)
{
  int fd = open (path, O_RDONLY | O_CLOEXEC);
  int flags = 0;

  if (fd < 0)
    return;
  if (ioctl (fd, FS_IOC_GETFLAGS, &flags) == 0 && (flags & FS_IMMUTABLE_FL) != 0)
    {
      flags &= ~FS_IMMUTABLE_FL;
      ioctl (fd, FS_IOC_SETFLAGS, &flags);
    }
  close (fd);
}

static gboolean
write_once (const char *path, const guint8 *data, gsize size, GError **error)
{
  int fd = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  gssize written;
  int number;

  if (fd < 0)
    return fail (path, "written", errno, error);
  /* One call: the kernel takes each as a whole value, and the firmware keeps the old one or the new
   * one. */
  written = write (fd, data, size);
  number = written < 0 ? errno : EIO;
  close (fd);
  return written == (gssize) size || fail (path, "written", number, error);
}

gboolean
pawl_systemd_boot_variable_set (const char *folder,
                                const char *name,
                                const char *value,
                                GError **error)
{
  g_autofree char *path = make_path (folder, name);
  g_autofree char *text = NULL;
  g_autoptr (GByteArray) data = g_byte_array_new ();
  static const guint8 attributes[] = {ATTRIBUTES, 0, 0, 0};
  static const guint8 end[] = {0, 0};
  gsize size = 0;

  make_mutable (path);
  if (value == NULL)
    return unlink (path) == 0 || errno == ENOENT || fail (path, "removed", errno, error);
  text = g_convert (value, -1, "UTF-16LE", "UTF-8", NULL, &size, error);
  if (text == NULL)
    return FALSE;
  g_byte_array_append (data, attributes, sizeof attributes);
  g_byte_array_append (data, (const guint8 *) text, (guint) size);
  g_byte_array_append (data, end, sizeof end);
  return write_once (path, data->data, data->len, error);
}
