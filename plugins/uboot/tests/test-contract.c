/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-uboot-boot-control.h"
#include "pawl-uboot-env.h"
#include "test-context.h"
#include "test-isolate.h"

#include <glib/gstdio.h>
#include <pawl-testing/pawl-testing.h>

#define ENV_SIZE 0x2000

/* A redundant environment, in two files. */
typedef struct
{
  char *folder;
  char *config;
  char *copies[2];
  TestContext *context;
} World;

static gpointer
set_up (void)
{
  World *world = g_new0 (World, 1);
  g_autofree char *zeros = g_malloc0 (ENV_SIZE);
  g_autofree char *text = NULL;
  const char *argv[] = {"fw_setenv", "-c", NULL, "-f", "/dev/null", "board", "x1", NULL};
  int status = 0;

  world->folder = g_dir_make_tmp ("pawl-uboot-contract-XXXXXX", NULL);
  world->config = g_build_filename (world->folder, "fw_env.config", NULL);
  world->copies[0] = g_build_filename (world->folder, "one", NULL);
  world->copies[1] = g_build_filename (world->folder, "two", NULL);
  for (guint i = 0; i < 2; i++)
    g_assert_true (g_file_set_contents (world->copies[i], zeros, ENV_SIZE, NULL));
  text = g_strdup_printf ("%s 0x0 0x%x\n%s 0x0 0x%x\n", world->copies[0], ENV_SIZE,
                          world->copies[1], ENV_SIZE);
  g_assert_true (g_file_set_contents (world->config, text, -1, NULL));
  argv[2] = world->config;
  g_assert_true (
    g_spawn_sync (NULL, (char **) argv, NULL,
                  G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL,
                  NULL, NULL, NULL, NULL, &status, NULL));
  g_assert_cmpint (status, ==, 0);
  world->context = test_context_new (g_getenv ("PAWL_UBOOT_KEYFILE"));
  test_context_set (world->context, "config", g_variant_new_string (world->config));
  return world;
}

static void
tear_down (gpointer data)
{
  World *world = data;

  for (guint i = 0; i < 2; i++)
    {
      g_remove (world->copies[i]);
      g_free (world->copies[i]);
    }
  g_remove (world->config);
  g_assert_cmpint (g_rmdir (world->folder), ==, 0);
  g_object_unref (world->context);
  g_free (world->config);
  g_free (world->folder);
  g_free (world);
}

static GObject *
make (gpointer data)
{
  World *world = data;
  g_autoptr (PawlBootControl) control = g_object_new (PAWL_TYPE_UBOOT_BOOT_CONTROL, NULL);
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

  return test_isolate (g_object_new (PAWL_TYPE_UBOOT_BOOT_CONTROL, NULL), PAWL_TYPE_BOOT_CONTROL,
                       PAWL_CONTEXT (world->context));
}

/* What U-Boot and the usual script do. */
static void
reboot (gpointer data)
{
  World *world = data;
  g_autoptr (PawlUbootEnv) env = pawl_uboot_env_open (world->config, NULL);
  int counting = 0;
  int count = 0;
  int limit = 0;

  g_assert_nonnull (env);
  pawl_uboot_env_get_number (env, "upgrade_available", &counting, NULL);
  pawl_uboot_env_get_number (env, "bootcount", &count, NULL);
  pawl_uboot_env_get_number (env, "bootlimit", &limit, NULL);
  if (counting == 0)
    return;
  pawl_uboot_env_set_number (env, "bootcount", count + 1, NULL);
  if (count + 1 > limit)
    pawl_uboot_env_set_number (env, "rollback", 1, NULL);
  g_assert_true (pawl_uboot_env_store (env, NULL));
}

static const PawlTestingBootControl boot_control = {
  .base = {"/uboot/contract", set_up, tear_down, make},
  .reboot = reboot,
};
static const PawlTestingBootControl remote_boot_control = {
  .base = {"/uboot/remote-contract", set_up, tear_down, make_remote},
  .reboot = reboot,
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  pawl_testing_add_boot_control (&boot_control);
  pawl_testing_add_boot_control (&remote_boot_control);
  return g_test_run ();
}
