/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-surroundings.h"

#include <glib/gstdio.h>

typedef struct
{
  char *folder;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("pawl-power-XXXXXX", NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_autofree char *command = g_strdup_printf ("rm -r '%s'", self->folder);

  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  g_free (self->folder);
}

static void
add (Fixture *self, const char *supply, const char *name, const char *value)
{
  g_autofree char *folder = g_build_filename (self->folder, supply, NULL);
  g_autofree char *path = g_build_filename (folder, name, NULL);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, value, -1, NULL));
}

static void
keep_result (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static PawlSurroundings
look (Fixture *self)
{
  g_autoptr (GAsyncResult) result = NULL;

  pawl_surroundings_look_async (self->folder, keep_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return pawl_surroundings_look_finish (result);
}

static void
test_a_board_without_supplies_is_fed (Fixture *self, gconstpointer data)
{
  PawlSurroundings found = look (self);

  g_assert_cmpint (found.battery_percent, ==, -1);
  g_assert_true (found.on_mains);
}

static void
test_the_emptiest_battery_counts (Fixture *self, gconstpointer data)
{
  PawlSurroundings found;

  add (self, "BAT0", "type", "Battery\n");
  add (self, "BAT0", "capacity", "80\n");
  add (self, "BAT1", "type", "Battery\n");
  add (self, "BAT1", "capacity", "17\n");
  add (self, "AC", "type", "Mains\n");
  add (self, "AC", "online", "0\n");
  found = look (self);
  g_assert_cmpint (found.battery_percent, ==, 17);
  g_assert_false (found.on_mains);
}

static void
test_one_supply_online_is_enough (Fixture *self, gconstpointer data)
{
  add (self, "AC", "type", "Mains\n");
  add (self, "AC", "online", "0\n");
  add (self, "usb", "type", "USB\n");
  add (self, "usb", "online", "1\n");
  g_assert_true (look (self).on_mains);
}

static void
test_a_mouse_does_not_count (Fixture *self, gconstpointer data)
{
  add (self, "mouse", "type", "Battery\n");
  add (self, "mouse", "capacity", "3\n");
  add (self, "mouse", "scope", "Device\n");
  g_assert_cmpint (look (self).battery_percent, ==, -1);
}

static void
test_garbage_holds_nothing_back (Fixture *self, gconstpointer data)
{
  add (self, "BAT0", "type", "Battery\n");
  add (self, "BAT0", "capacity", "many\n");
  g_assert_cmpint (look (self).battery_percent, ==, -1);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/engine/surroundings/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("a-board-without-supplies-is-fed", test_a_board_without_supplies_is_fed);
  ADD ("the-emptiest-battery-counts", test_the_emptiest_battery_counts);
  ADD ("one-supply-online-is-enough", test_one_supply_online_is_enough);
  ADD ("a-mouse-does-not-count", test_a_mouse_does_not_count);
  ADD ("garbage-holds-nothing-back", test_garbage_holds_nothing_back);
  return g_test_run ();
}
