/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-fetch.h"

#include <glib/gstdio.h>
#include <string.h>

/* ---- a verifier that compares with what the test says is right ---- */

static const char *genuine;

#define TEST_TYPE_VERIFIER (test_verifier_get_type ())
G_DECLARE_FINAL_TYPE (TestVerifier, test_verifier, TEST, VERIFIER, GObject)

struct _TestVerifier
{
  GObject parent_instance;
};

static void verifier_iface_init (PawlVerifierInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TestVerifier,
                               test_verifier,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PAWL_TYPE_VERIFIER, verifier_iface_init))

static void
test_verifier_class_init (TestVerifierClass *klass)
{
}

static void
test_verifier_init (TestVerifier *self)
{
}

static gboolean
start_verify (PawlVerifier *verifier,
              PawlTarget *target,
              PawlPayload *payload,
              GVariant *options,
              PawlOperation *op,
              GError **error)
{
  g_autoptr (GBytes) bytes = pawl_payload_read (payload, 0, 100, error);
  g_auto (GVariantDict) answer = G_VARIANT_DICT_INIT (NULL);

  if (bytes == NULL)
    return FALSE;
  if (g_bytes_get_size (bytes) != strlen (genuine) ||
      memcmp (g_bytes_get_data (bytes, NULL), genuine, strlen (genuine)) != 0)
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_NOT_TRUSTED, "other bytes");
      return FALSE;
    }
  g_variant_dict_insert (&answer, "verified", "b", TRUE);
  g_variant_dict_insert (&answer, "target", "s", pawl_target_get_name (target));
  pawl_operation_complete (op, g_variant_dict_end (&answer));
  return TRUE;
}

static void
verifier_iface_init (PawlVerifierInterface *iface)
{
  iface->start_verify = start_verify;
}

static void
register_types (PawlPluginRegistrar *registrar)
{
  pawl_plugin_registrar_add (registrar, PAWL_TYPE_VERIFIER, TEST_TYPE_VERIFIER);
}

static const PawlPluginDescriptor descriptor = {PAWL_PLUGIN_ABI, sizeof (PawlPluginDescriptor),
                                                "judge", "1", register_types};

static const char keyfile[] = "[Plugin]\nId=judge\nModule=pawl-judge\nLanguage=c\nAbi=1\n"
                              "Version=1\nProvides=verifier;\nDescription=Compares\n"
                              "Licence=LGPL-2.1-or-later\n";

/* ---- the device ---- */

typedef struct
{
  char *folder;
  char *command;
  char *source;
  PawlClock *clock;
  PawlPluginHost *host;
  PawlDevice *device;
  PawlProgressMeter *meter;
  guint changes;
} Fixture;

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

static void
write_command (Fixture *self, const char *body)
{
  g_autofree char *text = g_strconcat ("#!/bin/sh\n", body, NULL);

  g_assert_true (
    g_file_set_contents_full (self->command, text, -1, G_FILE_SET_CONTENTS_NONE, 0700, NULL));
}

static PawlConfig *
make_config (Fixture *self, const char *daemon)
{
  g_autofree char *text =
    g_strdup_printf ("[daemon]\nstate-dir=%s/state\nplugins=file;exec;judge\n%s"
                     "[ecu:radio]\ninstaller=exec\nserial=r1\nhardware-id=radio\ncommand=%s\n"
                     "[ecu:lamp]\ninstaller=exec\nserial=l1\nhardware-id=lamp\ncommand=%s\n",
                     self->folder, daemon, self->command, self->command);
  g_autoptr (GError) error = NULL;
  PawlConfig *config = pawl_config_load_data (text, "test", &error);

  g_assert_no_error (error);
  return config;
}

static void
make_device (Fixture *self, const char *daemon)
{
  g_autoptr (PawlConfig) config = make_config (self, daemon);
  g_autofree char *path = g_build_filename (self->folder, "time-floor", NULL);
  g_autoptr (PawlTimeFloor) floor = pawl_time_floor_new (self->clock, path);
  g_autoptr (PawlDecisionLog) decisions = pawl_decision_log_new (self->clock);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_clear_object (&self->device);
  self->device = pawl_device_new (config, self->host, floor, decisions);
  pawl_device_load_async (self->device, NULL, keep_result, &result);
  wait_for (&result);
  pawl_device_load_finish (self->device, result, &error);
  g_assert_no_error (error);
}

static void
on_changed (PawlProgressMeter *meter, gpointer data)
{
  ((Fixture *) data)->changes++;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_auto (GStrv) folders = g_strsplit (g_getenv ("PAWL_TEST_PLUGINS"), ":", -1);
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("pawl-fetch-XXXXXX", NULL);
  self->command = g_build_filename (self->folder, "command", NULL);
  self->source = g_build_filename (self->folder, "source", NULL);
  write_command (self, "exit 0\n");
  g_assert_true (g_file_set_contents (self->source, "hello", -1, NULL));
  genuine = "hello";
  self->clock = pawl_clock_system_new ();
  self->meter = pawl_progress_meter_new (self->clock);
  g_signal_connect (self->meter, "changed", G_CALLBACK (on_changed), self);
  self->host = pawl_plugin_host_new ((const char *const *) folders, FALSE);
  pawl_plugin_host_add_static (self->host, &descriptor, keyfile, &error);
  g_assert_no_error (error);
  pawl_plugin_host_scan (self->host);
  make_device (self, "verifier=judge\n");
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
  g_object_unref (self->device);
  g_object_unref (self->host);
  g_object_unref (self->meter);
  g_object_unref (self->clock);
  remove_all (self->folder);
  g_free (self->source);
  g_free (self->command);
  g_free (self->folder);
}

static PawlTarget *
make_target (Fixture *self)
{
  g_autofree char *uri = g_filename_to_uri (self->source, NULL, NULL);

  return pawl_target_new_from_variant (
    g_variant_new_parsed ("{'name': <'radio.bin'>, 'length': <uint64 5>, 'uris': <[%s]>, "
                          "'hashes': <{'sha256': 'aa'}>}",
                          uri),
    NULL);
}

static PawlUpdate *
make_update (Fixture *self)
{
  g_autoptr (PawlTarget) target = make_target (self);
  GVariant *members = pawl_value_to_variant (PAWL_VALUE (target));

  return pawl_update_new_from_variant (
    g_variant_new_parsed ("{'id': <'u1'>, 'targets': <{'r1': %@a{sv}, 'l1': %@a{sv}}>}", members,
                          members),
    NULL);
}

static gboolean
fetch (Fixture *self, guint64 reserve_bytes, const char *serial, GError **error)
{
  const char *const serials[] = {serial, "r1", NULL};
  g_autoptr (PawlUpdate) update = make_update (self);
  g_autoptr (GAsyncResult) result = NULL;
  PawlFetchRequest request = {self->device, update,        serials,
                              self->folder, reserve_bytes, self->meter};

  pawl_fetch_async (&request, NULL, keep_result, &result);
  wait_for (&result);
  return pawl_fetch_finish (result, error);
}

static char *
read_payload (Fixture *self)
{
  g_autoptr (PawlTarget) target = make_target (self);
  g_autofree char *path = pawl_fetch_make_path (self->folder, target);
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);
  return text;
}

/* Two ECUs get the same bytes, which are fetched and kept once. */
static void
test_fetches (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  g_assert_true (fetch (self, 0, "l1", &error));
  g_assert_no_error (error);
  text = read_payload (self);
  g_assert_cmpstr (text, ==, "hello");
  g_assert_cmpuint (self->changes, >=, 5);
  g_assert_null (pawl_progress_meter_get (self->meter));
}

static void
test_drops_what_is_not_genuine (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  genuine = "other";
  g_assert_false (fetch (self, 0, "l1", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NOT_TRUSTED);
  text = read_payload (self);
  g_assert_null (text);
  g_assert_null (pawl_progress_meter_get (self->meter));
}

static void
test_asks_the_installer_first (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  write_command (self, "echo too warm >&2; exit 1\n");
  g_assert_false (fetch (self, 0, "l1", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INSTALL);
  text = read_payload (self);
  g_assert_null (text);
}

/* And goes on without a restart when there is room again. */
static void
test_needs_room (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (fetch (self, G_MAXINT64, "l1", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NO_SPACE);
  g_assert_nonnull (strstr (error->message, "5 bytes"));
  g_clear_error (&error);
  g_assert_true (fetch (self, 0, "l1", &error));
  g_assert_no_error (error);
}

static void
test_tells_what_is_missing (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (fetch (self, 0, "x9", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "x9"));
  g_clear_error (&error);
  g_unlink (self->source);
  g_assert_false (fetch (self, 0, "l1", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NOT_FOUND);
}

/* Verifiers default to no, and so does a device without one. */
static void
test_needs_a_verifier (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  make_device (self, "");
  g_assert_false (fetch (self, 0, "l1", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NOT_SUPPORTED);
}

#define ADD(name, func) g_test_add ("/engine/fetch/" name, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("fetches", test_fetches);
  ADD ("drops-what-is-not-genuine", test_drops_what_is_not_genuine);
  ADD ("asks-the-installer-first", test_asks_the_installer_first);
  ADD ("needs-room", test_needs_room);
  ADD ("tells-what-is-missing", test_tells_what_is_missing);
  ADD ("needs-a-verifier", test_needs_a_verifier);
  return g_test_run ();
}
