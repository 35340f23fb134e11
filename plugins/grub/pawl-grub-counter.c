/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* As greenboot does it. While boot_success is 0 and boot_counter is set, GRUB's script takes one
 * from boot_counter at each boot; when it finds 0 or -1 it boots the entry before and leaves -1.
 * What the counter began with is a variable of our own, or a version that was armed but not booted
 * yet could not be told from one on trial. */
#include "pawl-grub-strategy.h"

#define COUNTER "boot_counter"
#define SUCCESS "boot_success"
#define TRIES   "pawl_tries"

static gboolean
get_number (PawlGrubEnv *env, const char *name, gint64 *out_number, GError **error)
{
  g_autofree char *text = pawl_grub_env_dup (env, name);

  if (text != NULL && g_ascii_string_to_signed (text, 10, -1, 100, out_number, NULL))
    return TRUE;
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_BOOT, "%s is \"%s\", wanted -1 to 100", name,
               text != NULL ? text : "");
  return FALSE;
}

static gboolean
arm (PawlGrubEnv *env, const PawlGrubSettings *settings, guint tries, GError **error)
{
  g_autofree char *text = g_strdup_printf ("%u", tries);

  pawl_grub_env_set (env, SUCCESS, "0");
  pawl_grub_env_set (env, COUNTER, text);
  pawl_grub_env_set (env, TRIES, text);
  return TRUE;
}

static gboolean
get_status (PawlGrubEnv *env,
            const PawlGrubSettings *settings,
            PawlGrubStatus *out_status,
            GError **error)
{
  g_autofree char *counter = pawl_grub_env_dup (env, COUNTER);
  g_autofree char *tries = pawl_grub_env_dup (env, TRIES);
  gint64 left = 0;

  if (counter == NULL || *counter == '\0')
    return TRUE;
  if (!get_number (env, COUNTER, &left, error))
    return FALSE;
  out_status->tries_left = (guint) MAX (left, 0);
  if (left < 0)
    {
      out_status->status = PAWL_BOOT_STATUS_FELL_BACK;
      out_status->reason = "boot_counter ran out";
    }
  else if (g_strcmp0 (counter, tries) != 0)
    out_status->status = PAWL_BOOT_STATUS_TRIAL;
  return TRUE;
}

static gboolean
mark_good (PawlGrubEnv *env, const PawlGrubSettings *settings, GError **error)
{
  pawl_grub_env_set (env, SUCCESS, "1");
  pawl_grub_env_set (env, COUNTER, NULL);
  pawl_grub_env_set (env, TRIES, NULL);
  return TRUE;
}

/* The version before is the first entry again. A count that went on to its end would make GRUB boot
 * the second one, which is the bad one by now. */
static gboolean
mark_bad (PawlGrubEnv *env, const PawlGrubSettings *settings, GError **error)
{
  return mark_good (env, settings, error);
}

const PawlGrubStrategy pawl_grub_counter = {arm, get_status, mark_good, mark_bad};
