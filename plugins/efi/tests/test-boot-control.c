/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The firmware is a folder here, and what it does is done by hand. */
#include "pawl-efi-boot-control.h"
#include "pawl-efi-variable.h"
#include "test-calls.h"
#include "test-context.h"
#include "test-isolate.h"

#include <glib/gstdio.h>
#include <pawl-testing/pawl-testing.h>
#include <string.h>

#define VENDOR "-8be4df61-93ca-11d2-aa0d-00e098032b8c"

typedef struct
{
  char *folder;
  TestContext *context;
  PawlBootControl *control; /* not in the contract's worlds */
} World;

static void
write_variable (World *world, const char *name, const char *data, gssize size)
{
  g_autofree char *file = g_strconcat (name, VENDOR, NULL);
  g_autofree char *path = g_build_filename (world->folder, file, NULL);

  g_assert_true (g_file_set_contents (path, data, size, NULL));
}

static void
expect_variable (World *world, const char *name, const char *data, gsize size)
{
  g_autofree char *file = g_strconcat (name, VENDOR, NULL);
  g_autofree char *path = g_build_filename (world->folder, file, NULL);
  g_autofree char *found = NULL;
  gsize found_size = 0;

  g_assert_true (g_file_get_contents (path, &found, &found_size, NULL));
  g_assert_cmpmem (found, found_size, data, size);
}

static gpointer
make_world (void)
{
  World *world = g_new0 (World, 1);
  const char *entries[] = {"0001", "000A", NULL};

  world->folder = g_dir_make_tmp ("pawl-efi-XXXXXX", NULL);
  world->context = test_context_new (g_getenv ("PAWL_EFI_KEYFILE"));
  test_context_set_state_dir (world->context, world->folder);
  test_context_set (world->context, "entries", g_variant_new_strv (entries, -1));
  test_context_set (world->context, "efivars", g_variant_new_string (world->folder));
  write_variable (world, "Boot0001", "\7\0\0\0x", 5);
  write_variable (world, "Boot000A", "\7\0\0\0x", 5);
  write_variable (world, "BootCurrent", "\6\0\0\0\1\0", 6);
  write_variable (world, "BootOrder", "\7\0\0\0\1\0\5\0\12\0", 10);
  return world;
}

static void
free_world (gpointer data)
{
  World *world = data;
  g_autoptr (GDir) dir = g_dir_open (world->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (world->folder, name, NULL);

      g_remove (path);
    }
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
  g_autoptr (PawlBootControl) control = g_object_new (PAWL_TYPE_EFI_BOOT_CONTROL, NULL);
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

  return test_isolate (g_object_new (PAWL_TYPE_EFI_BOOT_CONTROL, NULL), PAWL_TYPE_BOOT_CONTROL,
                       PAWL_CONTEXT (world->context));
}

/* The firmware. */
static void
reboot (gpointer data)
{
  World *world = data;
  g_autoptr (GArray) next = pawl_efi_variable_get (world->folder, "BootNext", NULL);
  g_autoptr (GArray) order = pawl_efi_variable_get (world->folder, "BootOrder", NULL);
  g_autoptr (GArray) none = g_array_new (FALSE, FALSE, sizeof (guint16));

  g_array_set_size (order, 1);
  pawl_efi_variable_set (world->folder, "BootNext", none, NULL);
  pawl_efi_variable_set (world->folder, "BootCurrent", next->len > 0 ? next : order, NULL);
}

static const PawlTestingBootControl contract = {
  .base = {"/efi/contract", make_world, free_world, make},
  .reboot = reboot,
};
static const PawlTestingBootControl remote_contract = {
  .base = {"/efi/remote-contract", make_world, free_world, make_remote},
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
test_turns (World *world)
{
  g_autoptr (GError) error = NULL;

  arm (world);
  expect_variable (world, "BootNext", "\7\0\0\0\12\0", 6);
  expect_variable (world, "BootOrder", "\7\0\0\0\1\0\5\0\12\0", 10);
  test_boot_expect (world->control, PAWL_BOOT_STATUS_NORMAL, 1);
  reboot (world);
  test_boot_expect (world->control, PAWL_BOOT_STATUS_TRIAL, 0);
  test_boot_mark_good (world->control, &error);
  g_assert_no_error (error);
  expect_variable (world, "BootOrder", "\7\0\0\0\12\0\1\0\5\0", 10);
  reboot (world);
  test_boot_expect (world->control, PAWL_BOOT_STATUS_NORMAL, 0);
  arm (world);
  expect_variable (world, "BootNext", "\7\0\0\0\1\0", 6);
}

/* It was not the first: without this a fall back would boot something else. */
static void
test_puts_the_way_back_first (World *world)
{
  write_variable (world, "BootOrder", "\7\0\0\0\5\0\1\0", 8);
  arm (world);
  expect_variable (world, "BootOrder", "\7\0\0\0\1\0\5\0", 8);
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
  g_autofree char *path = g_build_filename (world->folder, "Boot000A" VENDOR, NULL);

  write_variable (world, "BootOrder", "\7\0\0\0\1", 5);
  refuse_arm (world, "BootOrder");
  write_variable (world, "BootOrder", "\7\0", 2);
  refuse_arm (world, "it has 2 bytes");
  g_remove (path);
  refuse_arm (world, "no boot entry 000A");
  write_variable (world, "BootCurrent", "\6\0\0\0\5\0", 6);
  refuse_arm (world, "BootCurrent is 0005, wanted 0001 or 000A");
  test_context_set (world->context, "efivars", g_variant_new_string ("/no/such/folder"));
  refuse_arm (world, "/no/such/folder");
}

static void
test_refuses_entries (World *world)
{
  const char *rows[][3] = {
    {"0001",  NULL,   NULL},
    {"1",     "0001", NULL},
    {"0001",  "x",    NULL},
    {"10000", "1",    NULL}
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (PawlBootControl) control = g_object_new (PAWL_TYPE_EFI_BOOT_CONTROL, NULL);
      g_autoptr (GError) error = NULL;

      test_context_set (world->context, "entries", g_variant_new_strv (rows[i], -1));
      g_assert_false (pawl_boot_control_set_up (control, PAWL_CONTEXT (world->context), &error));
      g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG);
    }
}

#define ADD(name, func) g_test_add_data_func ("/efi/" name, func, run)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  pawl_testing_add_boot_control (&contract);
  pawl_testing_add_boot_control (&remote_contract);
  ADD ("turns", test_turns);
  ADD ("puts-the-way-back-first", test_puts_the_way_back_first);
  ADD ("refuses", test_refuses);
  ADD ("refuses-entries", test_refuses_entries);
  return g_test_run ();
}
