/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-file-boot-control.h"
#include "pawl-file-transport.h"
#include "test-context.h"
#include "test-isolate.h"

#include <glib/gstdio.h>
#include <pawl-testing/pawl-testing.h>

typedef struct
{
  char *folder;
  char *boot_file;
  TestContext *context;
} World;

static gpointer
set_up (void)
{
  World *world = g_new0 (World, 1);

  world->folder = g_dir_make_tmp ("pawl-file-contract-XXXXXX", NULL);
  world->boot_file = g_build_filename (world->folder, "boot", NULL);
  world->context = test_context_new (g_getenv ("PAWL_FILE_KEYFILE"));
  test_context_set (world->context, "boot-file", g_variant_new_string (world->boot_file));
  return world;
}

static void
tear_down (gpointer data)
{
  World *world = data;
  g_autofree char *content = g_build_filename (world->folder, "content.bin", NULL);

  g_remove (world->boot_file);
  g_remove (content);
  g_assert_cmpint (g_rmdir (world->folder), ==, 0);
  g_object_unref (world->context);
  g_free (world->boot_file);
  g_free (world->folder);
  g_free (world);
}

static GObject *
make_transport (gpointer world)
{
  return g_object_new (PAWL_TYPE_FILE_TRANSPORT, NULL);
}

static char *
publish (gpointer data, const char *name, GBytes *content)
{
  World *world = data;
  g_autofree char *path = g_build_filename (world->folder, name, NULL);
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, g_bytes_get_data (content, NULL), (gssize) g_bytes_get_size (content),
                       &error);
  g_assert_no_error (error);
  return g_filename_to_uri (path, NULL, NULL);
}

static char *
dup_missing (gpointer data)
{
  World *world = data;
  g_autofree char *path = g_build_filename (world->folder, "missing", NULL);

  return g_filename_to_uri (path, NULL, NULL);
}

static GObject *
make_boot_control (gpointer data)
{
  World *world = data;
  g_autoptr (PawlBootControl) control = g_object_new (PAWL_TYPE_FILE_BOOT_CONTROL, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (pawl_boot_control_set_up (control, PAWL_CONTEXT (world->context), &error));
  g_assert_no_error (error);
  return G_OBJECT (g_steal_pointer (&control));
}

/* What starts the system does this, as README.md says. */
static void
reboot (gpointer data)
{
  World *world = data;
  g_autoptr (GKeyFile) file = g_key_file_new ();

  g_assert_true (g_key_file_load_from_file (file, world->boot_file, G_KEY_FILE_NONE, NULL));
  if (g_key_file_get_integer (file, "Boot", "upgrade_available", NULL) == 1)
    {
      int count = g_key_file_get_integer (file, "Boot", "bootcount", NULL) + 1;

      g_key_file_set_integer (file, "Boot", "bootcount", count);
      if (count > g_key_file_get_integer (file, "Boot", "bootlimit", NULL))
        g_key_file_set_integer (file, "Boot", "rollback", 1);
    }
  g_assert_true (g_key_file_save_to_file (file, world->boot_file, NULL));
}

static const PawlTestingTransport transport = {
  .base = {"/file/contract/transport", set_up, tear_down, make_transport},
  .publish = publish,
  .dup_missing = dup_missing,
};
static const PawlTestingBootControl boot_control = {
  .base = {"/file/contract/boot-control", set_up, tear_down, make_boot_control},
  .reboot = reboot,
};

static GObject *
make_remote_transport (gpointer data)
{
  World *world = data;

  return test_isolate (make_transport (data), PAWL_TYPE_TRANSPORT, PAWL_CONTEXT (world->context));
}

/* The far side is set up through the connection, once like any other. */
static GObject *
make_remote_boot_control (gpointer data)
{
  World *world = data;

  return test_isolate (g_object_new (PAWL_TYPE_FILE_BOOT_CONTROL, NULL), PAWL_TYPE_BOOT_CONTROL,
                       PAWL_CONTEXT (world->context));
}

static const PawlTestingTransport remote_transport = {
  .base = {"/file/contract/remote-transport", set_up, tear_down, make_remote_transport},
  .publish = publish,
  .dup_missing = dup_missing,
};
static const PawlTestingBootControl remote_boot_control = {
  .base = {"/file/contract/remote-boot-control", set_up, tear_down, make_remote_boot_control},
  .reboot = reboot,
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  pawl_testing_add_transport (&transport);
  pawl_testing_add_boot_control (&boot_control);
  pawl_testing_add_transport (&remote_transport);
  pawl_testing_add_boot_control (&remote_boot_control);
  return g_test_run ();
}
