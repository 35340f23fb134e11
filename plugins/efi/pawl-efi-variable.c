/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-efi-variable.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <pawl/pawl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define VENDOR "8be4df61-93ca-11d2-aa0d-00e098032b8c"

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

/* Four bytes of attributes, then the numbers, the low byte first. */
GArray *
pawl_efi_variable_get (const char *folder, const char *name, GError **error)
{
  g_autofree char *path = make_path (folder, name);
  g_autofree char *data = NULL;
  g_autoptr (GArray) numbers = g_array_new (FALSE, FALSE, sizeof (guint16));
  g_autoptr (GError) local_error = NULL;
  gsize size = 0;

  if (!g_file_get_contents (path, &data, &size, &local_error))
    {
      if (g_error_matches (local_error, G_FILE_ERROR, G_FILE_ERROR_NOENT))
        return g_steal_pointer (&numbers);
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_BOOT, "%s", local_error->message);
      return NULL;
    }
  if (size < 4 || size % 2 != 0)
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_BOOT,
                   "%s: it has %" G_GSIZE_FORMAT " bytes, wanted 4 and two for each number", path,
                   size);
      return NULL;
    }
  for (gsize i = 4; i < size; i += 2)
    {
      guint16 number = (guint16) ((guint8) data[i] | (guint8) data[i + 1] << 8);

      g_array_append_val (numbers, number);
    }
  return g_steal_pointer (&numbers);
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

gboolean
pawl_efi_variable_set (const char *folder, const char *name, GArray *numbers, GError **error)
{
  g_autofree char *path = make_path (folder, name);
  g_autofree guint8 *data = g_new0 (guint8, 4 + 2 * numbers->len);
  gsize size = 4 + 2 * numbers->len;
  gssize written;
  int number;
  int fd;

  make_mutable (path);
  if (numbers->len == 0)
    return unlink (path) == 0 || errno == ENOENT || fail (path, "removed", errno, error);
  data[0] = ATTRIBUTES;
  for (guint i = 0; i < numbers->len; i++)
    {
      data[4 + 2 * i] = (guint8) (g_array_index (numbers, guint16, i) & 0xff);
      data[5 + 2 * i] = (guint8) (g_array_index (numbers, guint16, i) >> 8);
    }
  fd = open (path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
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
pawl_efi_has_entry (const char *folder, guint16 number)
{
  g_autofree char *name = g_strdup_printf ("Boot%04X", number);
  g_autofree char *path = make_path (folder, name);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}
