/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* GRUB's environment block (GRUB manual, "The GRUB environment block"): 1024 bytes that begin with
 * a signature; then lines `name=value`, with a backslash before each backslash and newline of the
 * value; lines that begin with `#` are comments; `#` fills the rest. */
#include "pawl-grub-env.h"

#include <errno.h>
#include <fcntl.h>
#include <pawl/pawl.h>
#include <string.h>
#include <unistd.h>

#define SIGNATURE "# GRUB Environment Block\n"

/* A disk writes these whole or not at all. */
#define SECTOR_SIZE 512

struct _PawlGrubEnv
{
  GPtrArray *lines; /* (owned) (element-type utf8): as in the file, with their newline */
};

void
pawl_grub_env_free (PawlGrubEnv *self)
{
  g_ptr_array_unref (self->lines);
  g_free (self);
}

/* ---- reading ---- */

/* The byte after the line's newline; NULL when it has none. */
static const char *
find_end (const char *line, const char *end)
{
  gboolean comment = *line == '#';

  for (const char *p = line; p < end; p++)
    if (*p == '\n')
      return p + 1;
    else if (*p == '\\' && !comment && p + 1 < end)
      p++;
  return NULL;
}

static gboolean
add_line (PawlGrubEnv *self, const char *line, const char *end, GError **error)
{
  const char *equals = end != NULL ? memchr (line, '=', (gsize) (end - line)) : NULL;

  if (end == NULL || (*line != '#' && (equals == NULL || equals == line)) ||
      memchr (line, '\0', (gsize) (end - line)) != NULL)
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_BOOT, "line %u is no NAME=VALUE",
                   self->lines->len + 2);
      return FALSE;
    }
  g_ptr_array_add (self->lines, g_strndup (line, (gsize) (end - line)));
  return TRUE;
}

PawlGrubEnv *
pawl_grub_env_new (const char *data, gsize size, GError **error)
{
  g_autoptr (PawlGrubEnv) self = g_new0 (PawlGrubEnv, 1);
  const char *line = data + strlen (SIGNATURE);
  const char *end = data + size;

  self->lines = g_ptr_array_new_with_free_func (g_free);
  if (size != PAWL_GRUB_ENV_SIZE)
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_BOOT,
                   "it has %" G_GSIZE_FORMAT " bytes, an environment block has %d", size,
                   PAWL_GRUB_ENV_SIZE);
      return NULL;
    }
  if (memcmp (data, SIGNATURE, strlen (SIGNATURE)) != 0)
    {
      g_set_error_literal (error, PAWL_ERROR, PAWL_ERROR_BOOT,
                           "it is no environment block: the signature is missing");
      return NULL;
    }
  while (end > line && end[-1] == '#')
    end--;
  while (line < end)
    {
      const char *next = find_end (line, end);

      if (!add_line (self, line, next, error))
        return NULL;
      line = next;
    }
  return g_steal_pointer (&self);
}

PawlGrubEnv *
pawl_grub_env_load (const char *path, GError **error)
{
  g_autofree char *data = NULL;
  g_autoptr (GError) local_error = NULL;
  gsize size = 0;
  PawlGrubEnv *self = NULL;

  if (g_file_get_contents (path, &data, &size, &local_error))
    self = pawl_grub_env_new (data, size, &local_error);
  if (self == NULL)
    g_set_error (error, PAWL_ERROR, PAWL_ERROR_BOOT, "%s: %s", path, local_error->message);
  return self;
}

static gboolean
is_named (const char *line, const char *name)
{
  gsize length = strlen (name);

  return strncmp (line, name, length) == 0 && line[length] == '=';
}

static char *
unescape (const char *text)
{
  g_autoptr (GString) value = g_string_new (NULL);

  for (; *text != '\0' && *text != '\n'; text++)
    {
      if (*text == '\\' && text[1] != '\0')
        text++;
      g_string_append_c (value, *text);
    }
  return g_string_free (g_steal_pointer (&value), FALSE);
}

/* The last one counts, as for GRUB's load_env. */
char *
pawl_grub_env_dup (PawlGrubEnv *self, const char *name)
{
  for (guint i = self->lines->len; i > 0; i--)
    {
      const char *line = self->lines->pdata[i - 1];

      if (is_named (line, name))
        return unescape (line + strlen (name) + 1);
    }
  return NULL;
}

/* ---- changing ---- */

static char *
make_line (const char *name, const char *value)
{
  g_autoptr (GString) line = g_string_new (name);

  g_string_append_c (line, '=');
  for (; *value != '\0'; value++)
    {
      if (*value == '\\' || *value == '\n')
        g_string_append_c (line, '\\');
      g_string_append_c (line, *value);
    }
  g_string_append_c (line, '\n');
  return g_string_free (g_steal_pointer (&line), FALSE);
}

void
pawl_grub_env_set (PawlGrubEnv *self, const char *name, const char *value)
{
  guint place = self->lines->len;

  for (guint i = self->lines->len; i > 0; i--)
    if (is_named (self->lines->pdata[i - 1], name))
      {
        g_ptr_array_remove_index (self->lines, i - 1);
        place = i - 1;
      }
  if (value != NULL)
    g_ptr_array_insert (self->lines, (int) MIN (place, self->lines->len), make_line (name, value));
}

/* ---- writing ---- */

char *
pawl_grub_env_to_block (PawlGrubEnv *self, GError **error)
{
  g_autoptr (GString) block = g_string_new (SIGNATURE);

  for (guint i = 0; i < self->lines->len; i++)
    g_string_append (block, self->lines->pdata[i]);
  if (block->len > PAWL_GRUB_ENV_SIZE)
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_BOOT,
                   "the variables need %" G_GSIZE_FORMAT " bytes, an environment block has %d",
                   block->len, PAWL_GRUB_ENV_SIZE);
      return NULL;
    }
  while (block->len < PAWL_GRUB_ENV_SIZE)
    g_string_append_c (block, '#');
  return g_string_free (g_steal_pointer (&block), FALSE);
}

static gboolean
write_sectors (int fd, const char *block)
{
  char old[PAWL_GRUB_ENV_SIZE];

  if (pread (fd, old, sizeof old, 0) != sizeof old)
    return FALSE;
  for (gsize i = 0; i < PAWL_GRUB_ENV_SIZE; i += SECTOR_SIZE)
    if (memcmp (old + i, block + i, SECTOR_SIZE) != 0 &&
        pwrite (fd, block + i, SECTOR_SIZE, (off_t) i) != SECTOR_SIZE)
      return FALSE;
  return fsync (fd) == 0;
}

gboolean
pawl_grub_env_save (PawlGrubEnv *self, const char *path, GError **error)
{
  g_autofree char *block = NULL;
  g_autoptr (GError) local_error = NULL;
  gboolean written;
  int fd;
  int number;

  block = pawl_grub_env_to_block (self, &local_error);
  if (block == NULL)
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_BOOT, "%s: %s", path, local_error->message);
      return FALSE;
    }
  fd = open (path, O_RDWR | O_CLOEXEC);
  errno = fd >= 0 ? EIO : errno;
  written = fd >= 0 && write_sectors (fd, block);
  number = errno;
  if (fd >= 0)
    close (fd);
  if (!written)
    g_set_error (error, PAWL_ERROR, PAWL_ERROR_BOOT, "%s: it cannot be written: %s", path,
                 g_strerror (number));
  return written;
}
