/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-uboot-env.h"

#include <errno.h>
#include <libuboot.h>
#include <pawl/pawl.h>
#include <stdlib.h>

/* More than these are no count: they would never end. */
#define MAX_NUMBER 1000000

struct _PawlUbootEnv
{
  struct uboot_ctx *context; /* (owned) */
  char *config;              /* (owned) */
  gboolean opened;
};

static gboolean
fail (PawlUbootEnv *self, const char *what, int result, GError **error)
{
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_BOOT, "%s: %s: %s", self->config, what,
               g_strerror (-result));
  return FALSE;
}

static gboolean
open_it (PawlUbootEnv *self, GError **error)
{
  int result;

  /* The library only says "invalid argument" of a file that is not there. */
  if (!g_file_test (self->config, G_FILE_TEST_EXISTS))
    return fail (self, "it says where the environment lies, and cannot be read", -ENOENT, error);
  result = libuboot_initialize (&self->context, NULL);
  if (result < 0)
    return fail (self, "libubootenv cannot begin", result, error);
  result = libuboot_read_config (self->context, self->config);
  if (result < 0)
    return fail (self, "it is wrong, or names a device that is not there", result, error);
  self->opened = TRUE;
  result = libuboot_open (self->context);
  if (result == -ENODATA)
    return fail (self, "no copy of the environment has a good checksum; store it once in U-Boot",
                 result, error);
  return result >= 0 || fail (self, "the environment cannot be read", result, error);
}

PawlUbootEnv *
pawl_uboot_env_open (const char *config, GError **error)
{
  g_autoptr (PawlUbootEnv) self = g_new0 (PawlUbootEnv, 1);

  self->config = g_strdup (config);
  return open_it (self, error) ? g_steal_pointer (&self) : NULL;
}

/* After an opening that failed too: the library keeps its lock until then. */
void
pawl_uboot_env_close (PawlUbootEnv *self)
{
  if (self->opened)
    libuboot_close (self->context);
  if (self->context != NULL)
    libuboot_exit (self->context);
  g_free (self->config);
  g_free (self);
}

gboolean
pawl_uboot_env_get_number (PawlUbootEnv *self, const char *name, int *out_number, GError **error)
{
  char *text = libuboot_get_env (self->context, name);
  gint64 number = 0;
  gboolean good = text == NULL || *text == '\0' ||
                  g_ascii_string_to_signed (text, 10, 0, MAX_NUMBER, &number, NULL);

  if (good)
    *out_number = (int) number;
  else
    g_set_error (error, PAWL_ERROR, PAWL_ERROR_BOOT, "%s: %s is \"%s\", wanted 0 to %d",
                 self->config, name, text, MAX_NUMBER);
  free (text);
  return good;
}

gboolean
pawl_uboot_env_set_number (PawlUbootEnv *self, const char *name, int number, GError **error)
{
  g_autofree char *text = g_strdup_printf ("%d", number);
  int result = libuboot_set_env (self->context, name, text);

  return result >= 0 || fail (self, name, result, error);
}

gboolean
pawl_uboot_env_store (PawlUbootEnv *self, GError **error)
{
  int result = libuboot_env_store (self->context);

  return result >= 0 || fail (self, "the environment cannot be written", result, error);
}
