/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "device-fixture.h"

#include <glib/gstdio.h>
#include <string.h>

/* ---- a verifier that compares with what the test says is right ---- */

const char *device_fixture_genuine;

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
  if (g_bytes_get_size (bytes) != strlen (device_fixture_genuine) ||
      memcmp (g_bytes_get_data (bytes, NULL), device_fixture_genuine,
              strlen (device_fixture_genuine)) != 0)
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_NOT_TRUSTED, "other bytes");
      return FALSE;
    }
  g_variant_dict_insert (&answer, "verified", "b", TRUE);
  g_variant_dict_insert (&answer, "target", "s", pawl_target_get_name (target));
  pawl_operation_complete (op, g_variant_dict_end (&answer));
  return TRUE;
}

PawlUpdate *device_fixture_update;
guint device_fixture_reports;

static gboolean
start_check (PawlVerifier *verifier, GVariant *options, PawlOperation *op, GError **error)
{
  g_autoptr (PawlUpdate) nothing = NULL;

  if (device_fixture_update != NULL)
    pawl_operation_complete_object (op, G_OBJECT (device_fixture_update));
  else if (g_variant_lookup (options, "source", "&s", NULL))
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_NETWORK, "the source is not there");
      return FALSE;
    }
  else
    {
      nothing = pawl_update_new_from_variant (g_variant_new_parsed ("{'id': <'none'>}"), NULL);
      pawl_operation_complete_object (op, G_OBJECT (nothing));
    }
  return TRUE;
}

static gboolean
start_report (PawlVerifier *verifier,
              PawlReport *report,
              GVariant *options,
              PawlOperation *op,
              GError **error)
{
  if (g_str_equal (pawl_report_get_kind (report), "installation"))
    device_fixture_reports++;
  pawl_operation_complete (op, g_variant_new_parsed ("{'accepted': <true>}"));
  return TRUE;
}

static void
verifier_iface_init (PawlVerifierInterface *iface)
{
  iface->start_check = start_check;
  iface->start_verify = start_verify;
  iface->start_report = start_report;
}

/* ---- a confirmer that says what the test wants ---- */

const char *device_fixture_mood;

#define TEST_TYPE_CONFIRMER (test_confirmer_get_type ())
G_DECLARE_FINAL_TYPE (TestConfirmer, test_confirmer, TEST, CONFIRMER, GObject)

struct _TestConfirmer
{
  GObject parent_instance;
};

static void confirmer_iface_init (PawlConfirmerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TestConfirmer,
                               test_confirmer,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PAWL_TYPE_CONFIRMER, confirmer_iface_init))

static void
test_confirmer_class_init (TestConfirmerClass *klass)
{
}

static void
test_confirmer_init (TestConfirmer *self)
{
}

static gboolean
start_confirm (PawlConfirmer *confirmer, GVariant *options, PawlOperation *op, GError **error)
{
  g_auto (GVariantDict) answer = G_VARIANT_DICT_INIT (NULL);

  gboolean reached = FALSE;

  g_variant_lookup (options, "server-reached", "b", &reached);
  if (g_str_equal (device_fixture_mood, "lonely"))
    {
      g_variant_dict_insert (&answer, "verdict", "s", reached ? "pass" : "not-yet");
      g_variant_dict_insert (&answer, "reason", "s", "the server");
      g_variant_dict_insert_value (&answer, "wants", g_variant_new_parsed ("['server-reached']"));
      pawl_operation_complete (op, g_variant_dict_end (&answer));
      return TRUE;
    }
  if (g_str_equal (device_fixture_mood, "broken"))
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_FAILED, "the sensor does not answer");
      return FALSE;
    }
  g_variant_dict_insert (&answer, "verdict", "s", device_fixture_mood);
  g_variant_dict_insert (&answer, "reason", "s", "its mood");
  g_variant_dict_insert_value (&answer, "details",
                               g_variant_new_parsed ("{'journal': <'a unit failed'>}"));
  pawl_operation_complete (op, g_variant_dict_end (&answer));
  return TRUE;
}

static gboolean
start_begin_trial (PawlConfirmer *confirmer,
                   PawlUpdate *update,
                   GVariant *options,
                   PawlOperation *op,
                   GError **error)
{
  gboolean rehearse = FALSE;

  g_variant_lookup (options, "rehearse", "b", &rehearse);
  if (rehearse && g_str_equal (device_fixture_mood, "absent"))
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_NOT_FOUND, "there is no such line");
      return FALSE;
    }
  pawl_operation_complete (op, NULL);
  return TRUE;
}

static void
confirmer_iface_init (PawlConfirmerInterface *iface)
{
  iface->start_begin_trial = start_begin_trial;
  iface->start_check = start_confirm;
}

static void
register_types (PawlPluginRegistrar *registrar)
{
  pawl_plugin_registrar_add (registrar, PAWL_TYPE_VERIFIER, TEST_TYPE_VERIFIER);
  pawl_plugin_registrar_add (registrar, PAWL_TYPE_CONFIRMER, TEST_TYPE_CONFIRMER);
}

static const PawlPluginDescriptor descriptor = {PAWL_PLUGIN_ABI, sizeof (PawlPluginDescriptor),
                                                "judge", "1", register_types};

static const char keyfile[] = "[Plugin]\nId=judge\nModule=pawl-judge\nLanguage=c\nAbi=1\n"
                              "Version=1\nProvides=verifier;confirmer;\nDescription=Compares\n"
                              "Licence=LGPL-2.1-or-later\n";

/* ---- the device ---- */

void
device_fixture_keep_result (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

void
device_fixture_wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

void
device_fixture_write_command (DeviceFixture *self, const char *body)
{
  g_autofree char *text = g_strconcat ("#!/bin/sh\n", body, NULL);

  g_assert_true (
    g_file_set_contents_full (self->command, text, -1, G_FILE_SET_CONTENTS_NONE, 0700, NULL));
}

PawlConfig *
device_fixture_make_config (DeviceFixture *self, const char *daemon)
{
  g_autofree char *text =
    g_strdup_printf ("[daemon]\nstate-dir=%s/state\nplugins=file;exec;user;judge\n%s"
                     "[ecu:radio]\ninstaller=exec\nserial=r1\nhardware-id=radio\ncommand=%s\n"
                     "[ecu:lamp]\ninstaller=exec\nserial=l1\nhardware-id=lamp\ncommand=%s\n",
                     self->folder, daemon, self->command, self->command);
  g_autoptr (GError) error = NULL;
  PawlConfig *config = pawl_config_load_data (text, "test", &error);

  g_assert_no_error (error);
  return config;
}

void
device_fixture_make_device (DeviceFixture *self, const char *daemon)
{
  g_autoptr (PawlConfig) config = device_fixture_make_config (self, daemon);
  g_autofree char *path = g_build_filename (self->folder, "time-floor", NULL);
  g_autoptr (PawlTimeFloor) floor = pawl_time_floor_new (self->clock, path);
  g_autoptr (PawlDecisionLog) decisions = pawl_decision_log_new (self->clock);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  g_clear_object (&self->device);
  self->device = pawl_device_new (config, self->host, floor, decisions);
  pawl_device_load_async (self->device, NULL, device_fixture_keep_result, &result);
  device_fixture_wait_for (&result);
  pawl_device_load_finish (self->device, result, &error);
  g_assert_no_error (error);
}

static void
on_changed (PawlProgressMeter *meter, gpointer data)
{
  ((DeviceFixture *) data)->changes++;
}

void
device_fixture_set_up (DeviceFixture *self, gconstpointer data)
{
  g_auto (GStrv) folders = g_strsplit (g_getenv ("PAWL_TEST_PLUGINS"), ":", -1);
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("pawl-fetch-XXXXXX", NULL);
  self->command = g_build_filename (self->folder, "command", NULL);
  self->source = g_build_filename (self->folder, "source", NULL);
  device_fixture_write_command (self, "exit 0\n");
  g_assert_true (g_file_set_contents (self->source, "hello", -1, NULL));
  device_fixture_genuine = "hello";
  device_fixture_mood = "pass";
  g_clear_object (&device_fixture_update);
  device_fixture_reports = 0;
  self->clock = pawl_clock_system_new ();
  self->meter = pawl_progress_meter_new (self->clock);
  g_signal_connect (self->meter, "changed", G_CALLBACK (on_changed), self);
  self->host = pawl_plugin_host_new ((const char *const *) folders, FALSE);
  pawl_plugin_host_add_static (self->host, &descriptor, keyfile, &error);
  g_assert_no_error (error);
  pawl_plugin_host_scan (self->host);
  device_fixture_make_device (self, "verifier=judge\n");
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

void
device_fixture_tear_down (DeviceFixture *self, gconstpointer data)
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

PawlTarget *
device_fixture_make_target (DeviceFixture *self)
{
  g_autofree char *uri = g_filename_to_uri (self->source, NULL, NULL);

  return pawl_target_new_from_variant (
    g_variant_new_parsed ("{'name': <'radio.bin'>, 'length': <uint64 5>, 'uris': <[%s]>, "
                          "'hashes': <{'sha256': 'aa'}>}",
                          uri),
    NULL);
}

PawlUpdate *
device_fixture_make_update (DeviceFixture *self)
{
  g_autoptr (PawlTarget) target = device_fixture_make_target (self);
  GVariant *members = pawl_value_to_variant (PAWL_VALUE (target));

  return pawl_update_new_from_variant (
    g_variant_new_parsed ("{'id': <'u1'>, 'targets': <{'r1': %@a{sv}, 'l1': %@a{sv}}>}", members,
                          members),
    NULL);
}
