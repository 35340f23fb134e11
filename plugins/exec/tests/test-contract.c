/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-exec-installer.h"
#include "test-context.h"
#include "test-isolate.h"

#include <glib/gstdio.h>
#include <pawl-testing/pawl-testing.h>

/* A device with two slots, as files: `running`, and `other` with what was installed. */
static const char command_text[] =
  "#!/bin/sh\n"
  "set -e\n"
  "cd \"$PAWL_STATE_DIR\"\n"
  "case $1 in\n"
  "verify-reboot) read -r name <running; echo \"name=$name\" ;;\n"
  "can-install) echo disk-bytes=1 ;;\n"
  "download) cat <&3 >payload ;;\n"
  "install) echo \"$PAWL_TARGET_NAME\" >other.new; mv other.new other ;;\n"
  "activate) if [ -e other ]; then mv running previous; mv other running; fi ;;\n"
  "rollback) if [ -e previous ]; then mv previous running; fi; rm -f other ;;\n"
  "commit) rm -f previous ;;\n"
  "cleanup) echo freed-bytes=0 ;;\n"
  "*) exit 64 ;;\n"
  "esac\n";

typedef struct
{
  char *folder;
  char *command;
  TestContext *context;
} World;

static gpointer
set_up (void)
{
  World *world = g_new0 (World, 1);
  g_autofree char *running = NULL;

  world->folder = g_dir_make_tmp ("pawl-exec-contract-XXXXXX", NULL);
  world->command = g_build_filename (world->folder, "command", NULL);
  running = g_build_filename (world->folder, "running", NULL);
  g_assert_true (g_file_set_contents (running, "factory.bin\n", -1, NULL));
  g_assert_true (g_file_set_contents_full (world->command, command_text, -1,
                                           G_FILE_SET_CONTENTS_NONE, 0700, NULL));
  world->context = test_context_new (g_getenv ("PAWL_EXEC_KEYFILE"));
  test_context_set (world->context, "command", g_variant_new_string (world->command));
  test_context_set_state_dir (world->context, world->folder);
  return world;
}

static void
tear_down (gpointer data)
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
  g_object_unref (world->context);
  g_free (world->command);
  g_free (world->folder);
  g_free (world);
}

static GObject *
make (gpointer data)
{
  World *world = data;
  g_autoptr (PawlInstaller) installer = g_object_new (PAWL_TYPE_EXEC_INSTALLER, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (pawl_installer_set_up (installer, PAWL_CONTEXT (world->context), &error));
  g_assert_no_error (error);
  return G_OBJECT (g_steal_pointer (&installer));
}

static PawlTarget *
dup_target (gpointer world)
{
  return pawl_target_new_from_variant (
    g_variant_new_parsed ("{'name': <'radio.bin'>, 'version': <'2'>, 'length': <uint64 5>}"), NULL);
}

static PawlPayload *
dup_payload (gpointer world)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("hello", 5);

  return pawl_payload_new_for_bytes (bytes, NULL);
}

static const PawlTestingInstaller installer = {
  .base = {"/exec/contract", set_up, tear_down, make},
  .dup_target = dup_target,
  .dup_payload = dup_payload,
};

/* The far side is set up through the connection, once like any other. */
static GObject *
make_remote (gpointer data)
{
  World *world = data;

  return test_isolate (g_object_new (PAWL_TYPE_EXEC_INSTALLER, NULL), PAWL_TYPE_INSTALLER,
                       PAWL_CONTEXT (world->context));
}

static const PawlTestingInstaller remote = {
  .base = {"/exec/contract-remote", set_up, tear_down, make_remote},
  .dup_target = dup_target,
  .dup_payload = dup_payload,
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  pawl_testing_add_installer (&installer);
  pawl_testing_add_installer (&remote);
  return g_test_run ();
}
