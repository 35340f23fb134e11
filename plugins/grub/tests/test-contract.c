/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-grub-boot-control.h"
#include "pawl-grub-env.h"
#include "test-context.h"
#include "test-isolate.h"

#include <glib/gstdio.h>
#include <pawl-testing/pawl-testing.h>
#include <string.h>

typedef struct
{
  char *folder;
  char *path;
  char *cmdline;
  TestContext *context;
} World;

static void
set_running (World *world, const char *entry)
{
  g_autofree char *text = g_strconcat ("quiet pawl.entry=", entry, "\n", NULL);

  g_assert_true (g_file_set_contents (world->cmdline, text, -1, NULL));
}

static gpointer
make_world (const char *strategy)
{
  static const char start[] = "# GRUB Environment Block\nsaved_entry=slot-a\n";
  World *world = g_new0 (World, 1);
  const char *entries[] = {"slot-a", "slot-b", NULL};
  g_autofree char *block = g_strnfill (PAWL_GRUB_ENV_SIZE, '#');

  memcpy (block, start, strlen (start));
  world->folder = g_dir_make_tmp ("pawl-grub-contract-XXXXXX", NULL);
  world->path = g_build_filename (world->folder, "grubenv", NULL);
  world->cmdline = g_build_filename (world->folder, "cmdline", NULL);
  g_assert_true (g_file_set_contents (world->path, block, -1, NULL));
  set_running (world, "slot-a");
  world->context = test_context_new (g_getenv ("PAWL_GRUB_KEYFILE"));
  test_context_set (world->context, "env", g_variant_new_string (world->path));
  test_context_set (world->context, "cmdline", g_variant_new_string (world->cmdline));
  test_context_set (world->context, "strategy", g_variant_new_string (strategy));
  test_context_set (world->context, "entries", g_variant_new_strv (entries, -1));
  return world;
}

static gpointer
set_up_counter (void)
{
  return make_world ("counter");
}

static gpointer
set_up_one_shot (void)
{
  return make_world ("one-shot");
}

static void
tear_down (gpointer data)
{
  World *world = data;

  g_remove (world->path);
  g_remove (world->cmdline);
  g_assert_cmpint (g_rmdir (world->folder), ==, 0);
  g_object_unref (world->context);
  g_free (world->path);
  g_free (world->cmdline);
  g_free (world->folder);
  g_free (world);
}

static GObject *
make (gpointer data)
{
  World *world = data;
  g_autoptr (PawlBootControl) control = g_object_new (PAWL_TYPE_GRUB_BOOT_CONTROL, NULL);
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

  return test_isolate (g_object_new (PAWL_TYPE_GRUB_BOOT_CONTROL, NULL), PAWL_TYPE_BOOT_CONTROL,
                       PAWL_CONTEXT (world->context));
}

/* The script of README.md. */
static void
reboot_counter (gpointer data)
{
  World *world = data;
  g_autoptr (PawlGrubEnv) env = pawl_grub_env_load (world->path, NULL);
  g_autofree char *counter = pawl_grub_env_dup (env, "boot_counter");
  g_autofree char *success = pawl_grub_env_dup (env, "boot_success");
  g_autofree char *next = NULL;

  if (counter == NULL || g_strcmp0 (success, "0") != 0)
    return;
  next = g_strdup_printf ("%d", MAX (atoi (counter) - 1, -1));
  pawl_grub_env_set (env, "boot_counter", next);
  g_assert_true (pawl_grub_env_save (env, world->path, NULL));
}

/* GRUB: next_entry once, saved_entry otherwise. */
static void
reboot_one_shot (gpointer data)
{
  World *world = data;
  g_autoptr (PawlGrubEnv) env = pawl_grub_env_load (world->path, NULL);
  g_autofree char *next = pawl_grub_env_dup (env, "next_entry");
  g_autofree char *saved = pawl_grub_env_dup (env, "saved_entry");

  pawl_grub_env_set (env, "next_entry", "");
  g_assert_true (pawl_grub_env_save (env, world->path, NULL));
  set_running (world, next != NULL && *next != '\0' ? next : saved);
}

static const PawlTestingBootControl counter = {
  .base = {"/grub/counter/contract", set_up_counter, tear_down, make},
  .reboot = reboot_counter,
};
static const PawlTestingBootControl remote_counter = {
  .base = {"/grub/counter/remote-contract", set_up_counter, tear_down, make_remote},
  .reboot = reboot_counter,
};
static const PawlTestingBootControl one_shot = {
  .base = {"/grub/one-shot/contract", set_up_one_shot, tear_down, make},
  .reboot = reboot_one_shot,
};
static const PawlTestingBootControl remote_one_shot = {
  .base = {"/grub/one-shot/remote-contract", set_up_one_shot, tear_down, make_remote},
  .reboot = reboot_one_shot,
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  pawl_testing_add_boot_control (&counter);
  pawl_testing_add_boot_control (&remote_counter);
  pawl_testing_add_boot_control (&one_shot);
  pawl_testing_add_boot_control (&remote_one_shot);
  return g_test_run ();
}
