/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-time-floor.h"

#include <glib/gstdio.h>
#include <pawl/pawl.h>

#define YEAR_US (G_GINT64_CONSTANT (31536000) * G_USEC_PER_SEC)

typedef struct
{
  char *folder;
  char *path;
  PawlClock *clock;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("pawl-floor-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "time-floor", NULL);
  self->clock = pawl_clock_system_new ();
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_unlink (self->path);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_object_unref (self->clock);
  g_free (self->folder);
  g_free (self->path);
}

static PawlTimeFloor *
load (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  PawlTimeFloor *floor = pawl_time_floor_new (self->clock, self->path);

  g_assert_true (pawl_time_floor_load (floor, &error));
  g_assert_no_error (error);
  return floor;
}

static void
test_begins_at_the_build (Fixture *self, gconstpointer data)
{
  g_autoptr (PawlTimeFloor) floor = load (self);

  /* 2026-01-01, before there was any build. */
  g_assert_cmpint (pawl_time_floor_get_floor_us (floor), >,
                   G_GINT64_CONSTANT (1767225600) * G_USEC_PER_SEC);
  g_assert_cmpint (pawl_time_floor_get_time_us (floor), >=, pawl_time_floor_get_floor_us (floor));
}

static void
test_only_rises (Fixture *self, gconstpointer data)
{
  g_autoptr (PawlTimeFloor) floor = load (self);
  gint64 later_us = pawl_clock_get_time_us (self->clock) + YEAR_US;

  pawl_time_floor_raise (floor, later_us);
  g_assert_cmpint (pawl_time_floor_get_time_us (floor), ==, later_us);
  pawl_time_floor_raise (floor, later_us - 1);
  g_assert_cmpint (pawl_time_floor_get_floor_us (floor), ==, later_us);
  while (!g_file_test (self->path, G_FILE_TEST_EXISTS))
    g_main_context_iteration (NULL, TRUE);
}

static void
test_survives (Fixture *self, gconstpointer data)
{
  g_autoptr (PawlTimeFloor) floor = load (self);
  gint64 later_us = pawl_clock_get_time_us (self->clock) + YEAR_US;

  pawl_time_floor_raise (floor, later_us);
  while (!g_file_test (self->path, G_FILE_TEST_EXISTS))
    g_main_context_iteration (NULL, TRUE);
  g_clear_object (&floor);
  floor = load (self);
  g_assert_cmpint (pawl_time_floor_get_floor_us (floor), ==, later_us);
}

static void
test_tells_what_is_torn (Fixture *self, gconstpointer data)
{
  g_autoptr (PawlTimeFloor) floor = pawl_time_floor_new (self->clock, self->path);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (self->path, "pawl-journal 1\nhalf", -1, NULL));
  g_assert_false (pawl_time_floor_load (floor, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_STORAGE);
  g_assert_nonnull (strstr (error->message, self->path));
  g_assert_cmpint (pawl_time_floor_get_floor_us (floor), >, 0);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/engine/time-floor/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("begins-at-the-build", test_begins_at_the_build);
  ADD ("u90-only-rises", test_only_rises);
  ADD ("survives", test_survives);
  ADD ("tells-what-is-torn", test_tells_what_is_torn);
  return g_test_run ();
}
