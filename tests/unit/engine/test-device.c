/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-device.h"
#include "pawl-instance-context.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

typedef struct
{
  char *folder;
  char *command;
  PawlClock *clock;
  PawlDecisionLog *decisions;
  PawlTimeFloor *floor;
  PawlPluginHost *host;
  PawlDevice *device;
} Fixture;

static const char text[] = "[daemon]\nboot-control=file\ndevice-id=tram-7\nstate-dir=%s/state\n"
                           "[ecu:radio]\ninstaller=exec\nserial=r1\nhardware-id=radio\n"
                           "command=%s\n"
                           "[ecu:lamp]\ninstaller=exec\nserial=l1\nhardware-id=lamp\n"
                           "command=%s.missing\n"
                           "[trial]\nrequired=user\n";

static void
set_up (Fixture *self, gconstpointer data)
{
  g_auto (GStrv) folders = g_strsplit (g_getenv ("PAWL_TEST_PLUGINS"), ":", -1);
  g_autofree char *floor = NULL;
  g_autofree char *config_text = NULL;
  g_autoptr (PawlConfig) config = NULL;
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("pawl-device-XXXXXX", NULL);
  self->command = g_build_filename (self->folder, "command", NULL);
  floor = g_build_filename (self->folder, "time-floor", NULL);
  g_assert_true (g_file_set_contents_full (self->command,
                                           "#!/bin/sh\necho name=radio.bin\necho version=1\n", -1,
                                           G_FILE_SET_CONTENTS_NONE, 0700, NULL));
  config_text = g_strdup_printf (text, self->folder, self->command, self->command);
  config = pawl_config_load_data (config_text, "test", &error);
  g_assert_no_error (error);
  self->clock = pawl_clock_system_new ();
  self->decisions = pawl_decision_log_new (self->clock);
  self->floor = pawl_time_floor_new (self->clock, floor);
  self->host = pawl_plugin_host_new ((const char *const *) folders, FALSE);
  pawl_plugin_host_scan (self->host);
  g_assert_true (pawl_config_check_plugins (config, self->host, &error));
  g_assert_no_error (error);
  self->device = pawl_device_new (config, self->host, self->floor, self->decisions);
}

static void
remove_all (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_all (child);
    }
  g_assert_cmpint (g_remove (path), ==, 0);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  if (self->device != NULL)
    g_assert_finalize_object (self->device);
  g_object_unref (self->host);
  g_object_unref (self->floor);
  g_object_unref (self->decisions);
  g_object_unref (self->clock);
  remove_all (self->folder);
  g_free (self->command);
  g_free (self->folder);
}

static void
keep_result (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static void
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
load (Fixture *self, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  pawl_device_load_async (self->device, NULL, keep_result, &result);
  wait_for (&result);
  return pawl_device_load_finish (self->device, result, error);
}

static void
look (Fixture *self)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  pawl_device_look_async (self->device, NULL, keep_result, &result);
  wait_for (&result);
  g_assert_true (pawl_device_look_finish (self->device, result, &error));
  g_assert_no_error (error);
}

static guint
count (Fixture *self, GType interface)
{
  g_autoptr (GPtrArray) list = pawl_device_list (self->device, interface);

  return list->len;
}

static void
test_makes_what_is_configured (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) confirmers = NULL;

  g_assert_true (load (self, &error));
  g_assert_no_error (error);
  g_assert_null (pawl_device_get_verifier (self->device));
  g_assert_nonnull (pawl_device_get_boot_control (self->device));
  g_assert_cmpuint (count (self, PAWL_TYPE_INSTALLER), ==, 2);
  g_assert_cmpuint (count (self, PAWL_TYPE_TRANSPORT), ==, 1);
  confirmers = pawl_device_list (self->device, PAWL_TYPE_CONFIRMER);
  g_assert_cmpuint (confirmers->len, ==, 1);
  g_assert_true (((PawlInstance *) confirmers->pdata[0])->required);
}

static void
test_finds_transports (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlTransport) found = NULL;
  g_autoptr (PawlTransport) missing = NULL;

  g_assert_true (load (self, NULL));
  found = pawl_device_dup_transport (self->device, "FILE:///etc/os-release", &error);
  g_assert_no_error (error);
  g_assert_nonnull (found);
  missing = pawl_device_dup_transport (self->device, "gopher://127.0.0.1/", &error);
  g_assert_null (missing);
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NOT_SUPPORTED);
}

/* One ECU that cannot be asked does not hide the others, and why is data. */
static void
test_looks_at_every_ecu (Fixture *self, gconstpointer data)
{
  g_autoptr (GListModel) ecus = NULL;
  g_autoptr (PawlEcu) radio = NULL;
  g_autoptr (PawlEcu) lamp = NULL;
  g_autoptr (PawlTarget) target = NULL;
  g_autoptr (PawlTarget) unknown = NULL;

  g_assert_true (load (self, NULL));
  look (self);
  ecus = pawl_device_dup_ecus (self->device);
  g_assert_cmpuint (g_list_model_get_n_items (ecus), ==, 2);
  radio = g_list_model_get_item (ecus, 0);
  lamp = g_list_model_get_item (ecus, 1);
  g_assert_true (pawl_ecu_get_primary (radio));
  g_assert_false (pawl_ecu_get_primary (lamp));
  target = pawl_ecu_dup_installed (radio);
  g_assert_cmpstr (pawl_target_get_version (target), ==, "1");
  unknown = pawl_ecu_dup_installed (lamp);
  g_assert_null (unknown);
  g_assert_nonnull (pawl_decision_log_lookup (self->decisions, "installed"));
}

static void
test_knows_its_ecus (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (load (self, NULL));
  g_assert_nonnull (pawl_device_lookup_installer (self->device, "r1", &error));
  g_assert_no_error (error);
  g_assert_null (pawl_device_lookup_installer (self->device, "r2", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NOT_FOUND);
}

static void
test_gives_each_its_folder (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "state", "installer", "radio", NULL);
  struct stat info;

  g_assert_true (load (self, NULL));
  g_assert_cmpint (stat (path, &info), ==, 0);
  g_assert_cmpuint (info.st_mode & 0777, ==, 0700);
}

static void
test_tells_a_full_or_wrong_disk (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "state", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (path, "a file", -1, NULL));
  g_assert_false (load (self, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_STORAGE);
}

static void
on_attack (PawlDevice *device, int attack, const char *message, gpointer data)
{
  *(int *) data = attack;
}

static void
test_context (Fixture *self, gconstpointer data)
{
  g_autoptr (GVariant) settings = g_variant_ref_sink (g_variant_new_parsed ("@a{sv} {}"));
  g_autoptr (PawlContext) context =
    pawl_instance_context_new (self->device, "main", settings, self->folder);
  g_autoptr (PawlDecision) decision =
    pawl_decision_new ("rollout", PAWL_VERDICT_NOT_YET, "not-in-phase", "");
  g_autoptr (PawlTransport) transport = NULL;
  g_autoptr (GError) error = NULL;
  int attack = PAWL_ATTACK_NONE;

  g_signal_connect (self->device, "attack", G_CALLBACK (on_attack), &attack);
  g_assert_cmpstr (pawl_context_get_device_id (context), ==, "tram-7");
  g_assert_cmpint (pawl_context_get_time_us (context), >=,
                   pawl_time_floor_get_floor_us (self->floor));
  pawl_context_note_decision (context, decision);
  g_assert_nonnull (pawl_decision_log_lookup (self->decisions, "rollout"));
  pawl_context_note_attack (context, PAWL_ATTACK_FREEZE, "old");
  g_assert_cmpint (attack, ==, PAWL_ATTACK_FREEZE);

  /* A plugin may outlive its device. */
  g_assert_finalize_object (g_steal_pointer (&self->device));
  g_assert_cmpint (pawl_context_get_time_us (context), ==, G_MAXINT64);
  transport = pawl_context_dup_transport (context, "file:///", &error);
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_WRONG_STATE);
  pawl_context_note_attack (context, PAWL_ATTACK_ROLLBACK, "gone");
  g_assert_cmpint (attack, ==, PAWL_ATTACK_FREEZE);
}

#define ADD(name, func) g_test_add ("/engine/device/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("makes-what-is-configured", test_makes_what_is_configured);
  ADD ("finds-transports", test_finds_transports);
  ADD ("looks-at-every-ecu", test_looks_at_every_ecu);
  ADD ("knows-its-ecus", test_knows_its_ecus);
  ADD ("gives-each-its-folder", test_gives_each_its_folder);
  ADD ("tells-a-full-or-wrong-disk", test_tells_a_full_or_wrong_disk);
  ADD ("context", test_context);
  return g_test_run ();
}
