/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Two entries that take turns. systemd-boot boots LoaderEntryOneShot once and takes the variable
 * away before the kernel starts; otherwise it boots LoaderEntryDefault. So the version on trial has
 * one try, and a reboot of any kind is a fall back. Which entry was tried is a note of our own. */
#include "pawl-systemd-boot-strategy.h"
#include "pawl-systemd-boot-variable.h"

#define DEFAULT  "LoaderEntryDefault"
#define ONE_SHOT "LoaderEntryOneShot"
#define SELECTED "LoaderEntrySelected"

static gboolean
arm (const PawlSystemdBootPlaces *places, guint tries, GError **error)
{
  g_autofree char *running = NULL;
  const char *other;

  if (!pawl_systemd_boot_variable_get (places->efivars, SELECTED, &running, error))
    return FALSE;
  if (running == NULL || !g_strv_contains ((const char *const *) places->entries, running))
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_BOOT, SELECTED " is \"%s\", wanted %s or %s",
                   running != NULL ? running : "", places->entries[0], places->entries[1]);
      return FALSE;
    }
  other = places->entries[g_str_equal (running, places->entries[0]) ? 1 : 0];
  /* The way back is there before the way forward. */
  return pawl_systemd_boot_variable_set (places->efivars, DEFAULT, running, error) &&
         pawl_systemd_boot_write_file (places->note, other, error) &&
         pawl_systemd_boot_variable_set (places->efivars, ONE_SHOT, other, error);
}

static gboolean
get_status (const PawlSystemdBootPlaces *places, PawlSystemdBootStatus *out_status, GError **error)
{
  g_autofree char *running = NULL;
  g_autofree char *next = NULL;
  g_autofree char *trial = NULL;

  if (!pawl_systemd_boot_variable_get (places->efivars, SELECTED, &running, error) ||
      !pawl_systemd_boot_variable_get (places->efivars, ONE_SHOT, &next, error) ||
      !pawl_systemd_boot_read_file (places->note, &trial, error))
    return FALSE;
  if (trial == NULL)
    return TRUE;
  if (!g_strv_contains ((const char *const *) places->entries, trial))
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_BOOT,
                   "%s: it holds none of the entries; remove it", places->note);
      return FALSE;
    }
  if (g_strcmp0 (running, trial) == 0)
    out_status->status = PAWL_BOOT_STATUS_TRIAL;
  else if (next != NULL)
    out_status->tries_left = 1;
  else
    {
      out_status->status = PAWL_BOOT_STATUS_FELL_BACK;
      out_status->reason = ONE_SHOT " had its try";
    }
  return TRUE;
}

/* What runs is what is kept: the version on trial, or after a fall back the one before. */
static gboolean
mark_good (const PawlSystemdBootPlaces *places, GError **error)
{
  g_autofree char *running = NULL;

  if (!pawl_systemd_boot_variable_get (places->efivars, SELECTED, &running, error))
    return FALSE;
  if (running != NULL && g_strv_contains ((const char *const *) places->entries, running) &&
      !pawl_systemd_boot_variable_set (places->efivars, DEFAULT, running, error))
    return FALSE;
  return pawl_systemd_boot_variable_set (places->efivars, ONE_SHOT, NULL, error) &&
         pawl_systemd_boot_write_file (places->note, NULL, error);
}

static gboolean
mark_bad (const PawlSystemdBootPlaces *places, GError **error)
{
  return pawl_systemd_boot_variable_set (places->efivars, ONE_SHOT, NULL, error);
}

const PawlSystemdBootStrategy pawl_systemd_boot_one_shot = {arm, get_status, mark_good, mark_bad};
