/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The firmware is a folder here, and what it does is done by hand. */
#include "pawl-rpi-boot-control.h"
#include "test-calls.h"
#include "test-context.h"
#include "test-isolate.h"

#include <glib/gstdio.h>
#include <pawl-testing/pawl-testing.h>
#include <string.h>

typedef struct
{
  char *folder;
  TestContext *context;
  PawlBootControl *control; /* not in the contract's worlds */
  guint boots;
} World;

static char *
make_path (World *world, const char *name)
{
  return g_build_filename (world->folder, name, NULL);
}

static void
write_file (World *world, const char *name, const char *text, gssize size)
{
  g_autofree char *path = make_path (world, name);

  g_assert_true (g_file_set_contents (path, text, size, NULL));
}

static void
set_booted (World *world, guint partition)
{
  char cell[4] = {0, 0, 0, (char) partition};
  g_autofree char *boot_id = g_strdup_printf ("boot-%u\n", ++world->boots);

  write_file (world, "chosen/bootloader/partition", cell, sizeof cell);
  write_file (world, "boot_id", boot_id, -1);
}

static void
set_path (World *world, const char *key, const char *name)
{
  g_autofree char *path = make_path (world, name);

  test_context_set (world->context, key, g_variant_new_string (path));
}

static gpointer
make_world (void)
{
  World *world = g_new0 (World, 1);
  const char *partitions[] = {"2", "3", NULL};
  g_autofree char *chosen = NULL;

  world->folder = g_dir_make_tmp ("pawl-rpi-XXXXXX", NULL);
  chosen = make_path (world, "chosen/bootloader");
  g_assert_cmpint (g_mkdir_with_parents (chosen, 0700), ==, 0);
  world->context = test_context_new (g_getenv ("PAWL_RPI_KEYFILE"));
  test_context_set_state_dir (world->context, world->folder);
  test_context_set (world->context, "partitions", g_variant_new_strv (partitions, -1));
  set_path (world, "autoboot", "autoboot.txt");
  set_path (world, "reboot-parameter", "reboot-param");
  set_path (world, "device-tree", ".");
  set_path (world, "boot-id", "boot_id");
  write_file (world, "autoboot.txt", "[all]\n# ours\nboot_partition=2\n", -1);
  set_booted (world, 2);
  return world;
}

static void
empty (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        empty (child);
      g_remove (child);
    }
}

static void
free_world (gpointer data)
{
  World *world = data;

  empty (world->folder);
  g_assert_cmpint (g_rmdir (world->folder), ==, 0);
  g_clear_object (&world->control);
  g_object_unref (world->context);
  g_free (world->folder);
  g_free (world);
}

static GObject *
make (gpointer data)
{
  World *world = data;
  g_autoptr (PawlBootControl) control = g_object_new (PAWL_TYPE_RPI_BOOT_CONTROL, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (pawl_boot_control_set_up (control, PAWL_CONTEXT (world->context), &error));
  g_assert_no_error (error);
  return G_OBJECT (g_steal_pointer (&control));
}

/* The far side is set up through the connection, as for an isolated plugin. */
static GObject *
make_remote (gpointer data)
{
  World *world = data;

  return test_isolate (g_object_new (PAWL_TYPE_RPI_BOOT_CONTROL, NULL), PAWL_TYPE_BOOT_CONTROL,
                       PAWL_CONTEXT (world->context));
}

static guint
get_partition (World *world, const char *group)
{
  g_autofree char *path = make_path (world, "autoboot.txt");
  g_autoptr (GKeyFile) file = g_key_file_new ();

  g_assert_true (g_key_file_load_from_file (file, path, G_KEY_FILE_NONE, NULL));
  return (guint) g_key_file_get_integer (file, group, "boot_partition", NULL);
}

/* The firmware; @cut: the argument of the reboot is lost. */
static void
boot (World *world, gboolean cut)
{
  g_autofree char *path = make_path (world, "reboot-param");
  g_autofree char *text = NULL;
  gboolean try =
    !cut && g_file_get_contents (path, &text, NULL, NULL) && g_str_equal (text, "0 tryboot\n");

  g_remove (path);
  set_booted (world, get_partition (world, try ? "tryboot" : "all"));
}

static void
reboot (gpointer data)
{
  boot (data, FALSE);
}

static const PawlTestingBootControl contract = {
  .base = {"/rpi/contract", make_world, free_world, make},
  .reboot = reboot,
};
static const PawlTestingBootControl remote_contract = {
  .base = {"/rpi/remote-contract", make_world, free_world, make_remote},
  .reboot = reboot,
};

typedef void (*Test) (World *world);

static void
run (gconstpointer data)
{
  World *world = make_world ();

  world->control = PAWL_BOOT_CONTROL (make (world));
  ((Test) data) (world);
  free_world (world);
}

static void
arm (World *world)
{
  g_autoptr (GError) error = NULL;

  test_boot_arm (world->control, 3, &error);
  g_assert_no_error (error);
}

static void
mark_good (World *world)
{
  g_autoptr (GError) error = NULL;

  test_boot_mark_good (world->control, &error);
  g_assert_no_error (error);
}

static void
test_turns (World *world)
{
  g_autofree char *path = make_path (world, "autoboot.txt");
  g_autofree char *text = NULL;

  arm (world);
  g_assert_cmpuint (get_partition (world, "all"), ==, 2);
  test_boot_expect (world->control, PAWL_BOOT_STATUS_NORMAL, 1);
  boot (world, FALSE);
  test_boot_expect (world->control, PAWL_BOOT_STATUS_TRIAL, 0);
  mark_good (world);
  g_assert_cmpuint (get_partition (world, "all"), ==, 3);
  g_assert_cmpuint (get_partition (world, "tryboot"), ==, 2);
  boot (world, FALSE);
  test_boot_expect (world->control, PAWL_BOOT_STATUS_NORMAL, 0);
  arm (world);
  boot (world, FALSE);
  test_boot_expect (world->control, PAWL_BOOT_STATUS_TRIAL, 0);
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "# ours\n"));
  g_assert_nonnull (strstr (text, "tryboot_a_b=1\n"));
}

static void
test_power_cut_before_the_try (World *world)
{
  arm (world);
  boot (world, TRUE);
  test_boot_expect (world->control, PAWL_BOOT_STATUS_FELL_BACK, 0);
  mark_good (world);
  test_boot_expect (world->control, PAWL_BOOT_STATUS_NORMAL, 0);
  g_assert_cmpuint (get_partition (world, "all"), ==, 2);
}

static void
refuse_arm (World *world, const char *words)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (test_boot_arm (world->control, 3, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_BOOT);
  if (strstr (error->message, words) == NULL)
    g_error ("found \"%s\", wanted \"%s\"", error->message, words);
}

static void
test_refuses (World *world)
{
  g_autofree char *filler = g_strnfill (500, 'x');
  g_autofree char *text = g_strconcat ("[all]\nboot_partition=2\nx=", filler, "\n", NULL);

  write_file (world, "autoboot.txt", text, -1);
  refuse_arm (world, "512 bytes");
  write_file (world, "autoboot.txt", "[all]\nboot_partition=3\n", -1);
  refuse_arm (world, "not the partition that runs");
  write_file (world, "autoboot.txt", "[all]\n", -1);
  refuse_arm (world, "boot_partition");
  write_file (world, "autoboot.txt", "boot_partition=2\n", -1);
  refuse_arm (world, "autoboot.txt");
  set_booted (world, 4);
  refuse_arm (world, "booted partition 4, wanted 2 or 3");
  write_file (world, "chosen/bootloader/partition", "2", 1);
  refuse_arm (world, "booted partition 0");
  set_booted (world, 2);
  set_path (world, "autoboot", "missing.txt");
  refuse_arm (world, "missing.txt");
}

static void
test_refuses_partitions (World *world)
{
  const char *rows[][3] = {
    {"2" },
    {"2",  "2"},
    {"0",    "1"},
    {"2","b"},
    {NULL }
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (PawlBootControl) control = g_object_new (PAWL_TYPE_RPI_BOOT_CONTROL, NULL);
      g_autoptr (GError) error = NULL;

      test_context_set (world->context, "partitions", g_variant_new_strv (rows[i], -1));
      g_assert_false (pawl_boot_control_set_up (control, PAWL_CONTEXT (world->context), &error));
      g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG);
    }
}

#define ADD(name, func) g_test_add_data_func ("/rpi/" name, func, run)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  pawl_testing_add_boot_control (&contract);
  pawl_testing_add_boot_control (&remote_contract);
  ADD ("turns", test_turns);
  ADD ("power-cut-before-the-try", test_power_cut_before_the_try);
  ADD ("refuses", test_refuses);
  ADD ("refuses-partitions", test_refuses_partitions);
  return g_test_run ();
}
