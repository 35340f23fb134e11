/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Automatic Boot Assessment (systemd, AUTOMATIC_BOOT_ASSESSMENT.md). A new entry is made with its
 * tries in its name, by kernel-install or by whoever else reads the tries file; systemd-boot takes
 * one at each boot, and puts an entry without tries last. What has no tries left and is not known
 * yet has just failed. */
#include "pawl-systemd-boot-entry.h"
#include "pawl-systemd-boot-strategy.h"
#include "pawl-systemd-boot-variable.h"

#include <string.h>

/* The name without a counter of the entry that runs; NULL when that had none. */
static gboolean
get_running (const PawlSystemdBootPlaces *places, char **out_name, GError **error)
{
  g_autofree char *path = NULL;
  g_autoptr (PawlSystemdBootEntry) entry = NULL;

  *out_name = NULL;
  if (!pawl_systemd_boot_variable_get (places->efivars, "LoaderBootCountPath", &path, error))
    return FALSE;
  if (path == NULL)
    return TRUE;
  g_strdelimit (path, "\\", '/');
  entry =
    pawl_systemd_boot_entry_new (strrchr (path, '/') != NULL ? strrchr (path, '/') + 1 : path);
  if (entry != NULL)
    *out_name = g_strdup (entry->name);
  return TRUE;
}

/* Without a note nothing was ever armed, and whatever failed is none of ours. */
static gboolean
is_known (const char *note, const char *name)
{
  g_auto (GStrv) names = g_strsplit (note != NULL ? note : "", "\n", -1);

  return note == NULL || g_strv_contains ((const char *const *) names, name);
}

/* What failed until now does not count as a fall back later. */
static gboolean
note_failures (const PawlSystemdBootPlaces *places, GPtrArray *entries, GError **error)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; i < entries->len; i++)
    {
      PawlSystemdBootEntry *entry = entries->pdata[i];

      if (entry->counted && entry->left == 0)
        g_string_append_printf (names, "%s\n", entry->name);
    }
  return pawl_systemd_boot_write_file (places->note, names->str, error);
}

static gboolean
arm (const PawlSystemdBootPlaces *places, guint tries, GError **error)
{
  g_autoptr (GPtrArray) entries = pawl_systemd_boot_entry_list (places->entries_dir, error);
  g_autofree char *running = NULL;
  g_autofree char *text = g_strdup_printf ("%u\n", tries);

  return entries != NULL && get_running (places, &running, error) &&
         note_failures (places, entries, error) &&
         pawl_systemd_boot_write_file (places->tries_file, text, error);
}

static void
judge_entry (PawlSystemdBootEntry *entry,
             const char *running,
             const char *note,
             PawlSystemdBootStatus *status)
{
  if (!entry->counted)
    return;
  if (running != NULL)
    {
      if (!g_str_equal (entry->name, running))
        return;
      status->status = PAWL_BOOT_STATUS_TRIAL;
      status->tries_left = entry->left;
    }
  else if (entry->left > 0)
    status->tries_left = entry->left;
  else if (!is_known (note, entry->name))
    {
      status->status = PAWL_BOOT_STATUS_FELL_BACK;
      status->reason = "the entry has no tries left";
    }
}

static gboolean
get_status (const PawlSystemdBootPlaces *places, PawlSystemdBootStatus *out_status, GError **error)
{
  g_autoptr (GPtrArray) entries = pawl_systemd_boot_entry_list (places->entries_dir, error);
  g_autofree char *running = NULL;
  g_autofree char *note = NULL;
  g_autofree char *tries = NULL;

  if (entries == NULL || !get_running (places, &running, error) ||
      !pawl_systemd_boot_read_file (places->note, &note, error) ||
      !pawl_systemd_boot_read_file (places->tries_file, &tries, error))
    return FALSE;
  /* Armed, and the entry is not there yet. */
  if (running == NULL && tries != NULL)
    out_status->tries_left = (guint) g_ascii_strtoull (tries, NULL, 10);
  for (guint i = 0; i < entries->len; i++)
    judge_entry (entries->pdata[i], running, note, out_status);
  if (out_status->status == PAWL_BOOT_STATUS_FELL_BACK)
    out_status->tries_left = 0;
  return TRUE;
}

static gboolean
rename_running (const PawlSystemdBootPlaces *places,
                GPtrArray *entries,
                const char *running,
                gboolean good,
                GError **error)
{
  for (guint i = 0; i < entries->len; i++)
    {
      PawlSystemdBootEntry *entry = entries->pdata[i];
      /* Before its first boot it is whichever has tries left. */
      gboolean meant =
        running != NULL ? g_str_equal (entry->name, running) : !good && entry->left > 0;

      if (entry->counted && meant &&
          !pawl_systemd_boot_entry_rename (entry, places->entries_dir, !good, 0, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
mark_good (const PawlSystemdBootPlaces *places, GError **error)
{
  g_autoptr (GPtrArray) entries = pawl_systemd_boot_entry_list (places->entries_dir, error);
  g_autofree char *running = NULL;

  return entries != NULL && get_running (places, &running, error) &&
         rename_running (places, entries, running, TRUE, error) &&
         note_failures (places, entries, error) &&
         pawl_systemd_boot_write_file (places->tries_file, NULL, error);
}

static gboolean
mark_bad (const PawlSystemdBootPlaces *places, GError **error)
{
  g_autoptr (GPtrArray) entries = pawl_systemd_boot_entry_list (places->entries_dir, error);
  g_autofree char *running = NULL;

  return entries != NULL && get_running (places, &running, error) &&
         rename_running (places, entries, running, FALSE, error) &&
         pawl_systemd_boot_write_file (places->tries_file, NULL, error);
}

const PawlSystemdBootStrategy pawl_systemd_boot_counting = {arm, get_status, mark_good, mark_bad};
