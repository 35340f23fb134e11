/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* GRUB boots next_entry once and forgets it before the kernel starts; saved_entry is booted
 * otherwise (GRUB manual, "save_env", GRUB_DEFAULT=saved). So the version on trial has one try, and
 * a reboot of any kind is a fall back. Which entry was tried is a variable of our own. */
#include "pawl-grub-strategy.h"

#define SAVED "saved_entry"
#define NEXT  "next_entry"
#define TRIAL "pawl_entry"

static gboolean
arm (PawlGrubEnv *env, const PawlGrubSettings *settings, guint tries, GError **error)
{
  g_autofree char *saved = pawl_grub_env_dup (env, SAVED);
  const char *other;

  if (g_strv_length (settings->entries) != 2)
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_BOOT,
                   "entries: found %u, wanted the two that take "
                   "turns",
                   g_strv_length (settings->entries));
      return FALSE;
    }
  if (saved == NULL || !g_strv_contains ((const char *const *) settings->entries, saved))
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_BOOT, "saved_entry is \"%s\", wanted %s or %s",
                   saved != NULL ? saved : "", settings->entries[0], settings->entries[1]);
      return FALSE;
    }
  if (g_strcmp0 (settings->running, saved) != 0)
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_BOOT,
                   "saved_entry is %s, but the command line says that %s runs", saved,
                   settings->running != NULL ? settings->running : "nothing");
      return FALSE;
    }
  other = settings->entries[g_str_equal (saved, settings->entries[0]) ? 1 : 0];
  pawl_grub_env_set (env, NEXT, other);
  pawl_grub_env_set (env, TRIAL, other);
  return TRUE;
}

static gboolean
get_status (PawlGrubEnv *env,
            const PawlGrubSettings *settings,
            PawlGrubStatus *out_status,
            GError **error)
{
  g_autofree char *trial = pawl_grub_env_dup (env, TRIAL);
  g_autofree char *next = pawl_grub_env_dup (env, NEXT);

  if (trial == NULL)
    return TRUE;
  if (g_strcmp0 (settings->running, trial) == 0)
    out_status->status = PAWL_BOOT_STATUS_TRIAL;
  else if (next != NULL && *next != '\0')
    out_status->tries_left = 1;
  else
    {
      out_status->status = PAWL_BOOT_STATUS_FELL_BACK;
      out_status->reason = "next_entry had its try";
    }
  return TRUE;
}

/* What runs is what is kept: the version on trial, or after a fall back the one before. */
static gboolean
mark_good (PawlGrubEnv *env, const PawlGrubSettings *settings, GError **error)
{
  if (settings->running != NULL &&
      g_strv_contains ((const char *const *) settings->entries, settings->running))
    pawl_grub_env_set (env, SAVED, settings->running);
  pawl_grub_env_set (env, NEXT, NULL);
  pawl_grub_env_set (env, TRIAL, NULL);
  return TRUE;
}

static gboolean
mark_bad (PawlGrubEnv *env, const PawlGrubSettings *settings, GError **error)
{
  pawl_grub_env_set (env, NEXT, NULL);
  return TRUE;
}

const PawlGrubStrategy pawl_grub_one_shot = {arm, get_status, mark_good, mark_bad};
