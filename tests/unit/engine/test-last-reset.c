/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-last-reset.h"

#include <glib/gstdio.h>

/* What the bootstatus of each watchdog reads. */
typedef struct
{
  const char *name;
  const char *found[3];
  gboolean was_watchdog;
} Row;

static const Row rows[] = {
  {"/engine/last-reset/no-watchdog-says-no",               {NULL},                 FALSE},
  {"/engine/last-reset/a-power-cycle-is-none",             {"0\n"},                FALSE},
  {"/engine/last-reset/card-reset-is-the-watchdog",        {"32\n"},               TRUE },
  {"/engine/last-reset/among-other-causes",                {"33\n"},               TRUE },
  {"/engine/last-reset/overheating-is-none",               {"1\n"},                FALSE},
  {"/engine/last-reset/any-of-several-watchdogs-is-asked", {"0\n", "0\n", "32\n"}, TRUE },
  {"/engine/last-reset/garbage-says-no",                   {"watchdog\n"},         FALSE},
};

static void
test_row (gconstpointer data)
{
  const Row *row = data;
  g_autofree char *folder = g_dir_make_tmp ("pawl-watchdog-XXXXXX", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (row->found) && row->found[i] != NULL; i++)
    {
      g_autofree char *watchdog = g_strdup_printf ("%s/watchdog%u", folder, i);
      g_autofree char *path = g_build_filename (watchdog, "bootstatus", NULL);

      g_assert_no_errno (g_mkdir (watchdog, 0700));
      g_assert_true (g_file_set_contents (path, row->found[i], -1, NULL));
    }
  g_assert_true (pawl_last_reset_was_watchdog (folder) == row->was_watchdog);
  for (guint i = 0; i < G_N_ELEMENTS (row->found) && row->found[i] != NULL; i++)
    {
      g_autofree char *watchdog = g_strdup_printf ("%s/watchdog%u", folder, i);
      g_autofree char *path = g_build_filename (watchdog, "bootstatus", NULL);

      g_assert_no_errno (g_unlink (path));
      g_assert_no_errno (g_rmdir (watchdog));
    }
  g_assert_no_errno (g_rmdir (folder));
}

static void
test_without_folder (void)
{
  g_assert_false (pawl_last_reset_was_watchdog ("/nonexistent/watchdog"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    g_test_add_data_func (rows[i].name, &rows[i], test_row);
  g_test_add_func ("/engine/last-reset/a-kernel-without-watchdogs-says-no", test_without_folder);
  return g_test_run ();
}
