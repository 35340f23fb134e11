/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "test-context.h"

#include <string.h>

struct _TestContext
{
  GObject parent_instance;

  GVariantDict *settings;
  GVariant *frozen;
  PawlTransport *transport;
  GListStore *ecus;
  char *state_dir;
  gint64 time_us;
  gint64 floor_us;
  PawlAttack attack;
  guint64 retry_after_s;
  GHashTable *reasons; /* of decisions */
};

static void context_iface_init (PawlContextInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TestContext,
                               test_context,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PAWL_TYPE_CONTEXT, context_iface_init))

static void
test_context_finalize (GObject *object)
{
  TestContext *self = TEST_CONTEXT (object);

  g_variant_dict_unref (self->settings);
  g_clear_pointer (&self->frozen, g_variant_unref);
  g_clear_object (&self->transport);
  g_clear_object (&self->ecus);
  g_free (self->state_dir);
  g_hash_table_unref (self->reasons);
  G_OBJECT_CLASS (test_context_parent_class)->finalize (object);
}

static void
test_context_class_init (TestContextClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_context_finalize;
}

static void
test_context_init (TestContext *self)
{
  self->settings = g_variant_dict_new (NULL);
  self->ecus = g_list_store_new (PAWL_TYPE_ECU);
  self->reasons = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static const char *
get_name (PawlContext *context)
{
  return "main";
}

static GVariant *
get_settings (PawlContext *context)
{
  TestContext *self = TEST_CONTEXT (context);

  if (self->frozen == NULL)
    {
      self->frozen = g_variant_ref_sink (g_variant_dict_end (self->settings));
      g_variant_dict_init (self->settings, self->frozen);
    }
  return self->frozen;
}

static const char *
get_state_dir (PawlContext *context)
{
  return TEST_CONTEXT (context)->state_dir;
}

static PawlTransport *
dup_transport (PawlContext *context, const char *uri, GError **error)
{
  TestContext *self = TEST_CONTEXT (context);

  if (self->transport != NULL)
    return g_object_ref (self->transport);
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_NOT_SUPPORTED, "%s: no transport", uri);
  return NULL;
}

static GListModel *
dup_ecus (PawlContext *context)
{
  return G_LIST_MODEL (g_object_ref (TEST_CONTEXT (context)->ecus));
}

static gint64
get_time_us (PawlContext *context)
{
  TestContext *self = TEST_CONTEXT (context);

  return self->time_us != 0 ? self->time_us : g_get_real_time ();
}

static void
raise_time_floor (PawlContext *context, gint64 time_us)
{
  TestContext *self = TEST_CONTEXT (context);

  self->floor_us = MAX (self->floor_us, time_us);
}

static const char *
get_device_id (PawlContext *context)
{
  return "device-1";
}

static void
note_decision (PawlContext *context, PawlDecision *decision)
{
  g_hash_table_add (TEST_CONTEXT (context)->reasons,
                    g_strdup (pawl_decision_get_reason (decision)));
}

static void
note_attack (PawlContext *context, PawlAttack attack, const char *message)
{
  TEST_CONTEXT (context)->attack = attack;
}

static void
note_activity (PawlContext *context)
{
}

static void
note_retry_after (PawlContext *context, guint64 wait_s)
{
  TestContext *self = TEST_CONTEXT (context);

  self->retry_after_s = MAX (self->retry_after_s, wait_s);
}

static void
context_iface_init (PawlContextInterface *iface)
{
  iface->get_name = get_name;
  iface->get_settings = get_settings;
  iface->get_state_dir = get_state_dir;
  iface->dup_transport = dup_transport;
  iface->dup_ecus = dup_ecus;
  iface->get_time_us = get_time_us;
  iface->raise_time_floor = raise_time_floor;
  iface->get_device_id = get_device_id;
  iface->note_decision = note_decision;
  iface->note_attack = note_attack;
  iface->note_activity = note_activity;
  iface->note_retry_after = note_retry_after;
}

static GVariant *
parse_default (const char *type, const char *value)
{
  if (g_str_equal (type, "integer"))
    return g_variant_new_int64 (g_ascii_strtoll (value, NULL, 10));
  if (g_str_equal (type, "boolean"))
    return g_variant_new_boolean (g_str_equal (value, "true"));
  if (g_str_equal (type, "strings"))
    return g_variant_new_strv (NULL, 0);
  return g_variant_new_string (value);
}

TestContext *
test_context_new (const char *keyfile)
{
  TestContext *self = g_object_new (TEST_TYPE_CONTEXT, NULL);
  g_autoptr (GKeyFile) keys = g_key_file_new ();
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) groups = NULL;

  g_key_file_load_from_file (keys, keyfile, G_KEY_FILE_NONE, &error);
  g_assert_no_error (error);
  groups = g_key_file_get_groups (keys, NULL);
  for (guint i = 0; groups[i] != NULL; i++)
    {
      g_autofree char *type = NULL;
      g_autofree char *value = NULL;

      if (!g_str_has_prefix (groups[i], "Key "))
        continue;
      type = g_key_file_get_string (keys, groups[i], "Type", NULL);
      value = g_key_file_get_string (keys, groups[i], "Default", NULL);
      if (value != NULL)
        g_variant_dict_insert_value (self->settings, groups[i] + strlen ("Key "),
                                     parse_default (type, value));
    }
  return self;
}

void
test_context_set (TestContext *self, const char *key, GVariant *value)
{
  g_variant_dict_insert_value (self->settings, key, value);
  g_clear_pointer (&self->frozen, g_variant_unref);
}

void
test_context_set_state_dir (TestContext *self, const char *path)
{
  g_free (self->state_dir);
  self->state_dir = g_strdup (path);
}

void
test_context_set_transport (TestContext *self, PawlTransport *transport)
{
  g_set_object (&self->transport, transport);
}

void
test_context_add_ecu (TestContext *self, const char *name, const char *hardware_id)
{
  g_auto (GVariantDict) members = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) variant = NULL;
  g_autoptr (PawlEcu) ecu = NULL;
  g_autoptr (GError) error = NULL;

  g_variant_dict_insert (&members, "name", "s", name);
  g_variant_dict_insert (&members, "serial", "s", "1");
  g_variant_dict_insert (&members, "hardware-id", "s", hardware_id);
  variant = g_variant_ref_sink (g_variant_dict_end (&members));
  ecu = pawl_ecu_new_from_variant (variant, &error);
  g_assert_no_error (error);
  g_list_store_append (self->ecus, ecu);
}

static GVariant *
make_installed (const char *serial, const char *version)
{
  g_autofree char *name = g_strdup_printf ("%s-%s", serial, version);
  GVariantDict installed;

  g_variant_dict_init (&installed, NULL);
  g_variant_dict_insert (&installed, "name", "s", name);
  g_variant_dict_insert (&installed, "version", "s", version);
  return g_variant_dict_end (&installed);
}

void
test_context_add_ecu_full (TestContext *self,
                           const char *serial,
                           const char *hardware_id,
                           const char *version)
{
  g_auto (GVariantDict) members = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) variant = NULL;
  g_autoptr (PawlEcu) ecu = NULL;
  g_autoptr (GError) error = NULL;

  g_variant_dict_insert (&members, "name", "s", serial);
  g_variant_dict_insert (&members, "serial", "s", serial);
  g_variant_dict_insert (&members, "hardware-id", "s", hardware_id);
  g_variant_dict_insert (&members, "primary", "b",
                         g_list_model_get_n_items (G_LIST_MODEL (self->ecus)) == 0);
  if (version != NULL)
    g_variant_dict_insert_value (&members, "installed", make_installed (serial, version));
  variant = g_variant_ref_sink (g_variant_dict_end (&members));
  ecu = pawl_ecu_new_from_variant (variant, &error);
  g_assert_no_error (error);
  g_list_store_append (self->ecus, ecu);
}

void
test_context_set_time (TestContext *self, gint64 time_us)
{
  self->time_us = time_us;
}

gint64
test_context_get_floor (TestContext *self)
{
  return self->floor_us;
}

PawlAttack
test_context_get_attack (TestContext *self)
{
  return self->attack;
}

guint64
test_context_get_retry_after (TestContext *self)
{
  return self->retry_after_s;
}

gboolean
test_context_has_decision (TestContext *self, const char *reason)
{
  return g_hash_table_contains (self->reasons, reason);
}

struct _TestFolderTransport
{
  GObject parent_instance;

  guint count;
  gboolean refuses;
  PawlError code;
};

static void transport_iface_init (PawlTransportInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TestFolderTransport,
                               test_folder_transport,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PAWL_TYPE_TRANSPORT, transport_iface_init))

static void
test_folder_transport_class_init (TestFolderTransportClass *klass)
{
}

static void
test_folder_transport_init (TestFolderTransport *self)
{
}

static GVariant *
make_result (char *data, gsize size)
{
  GVariantDict result;

  g_variant_dict_init (&result, NULL);
  g_variant_dict_insert_value (&result, "data",
                               g_variant_new_from_data (G_VARIANT_TYPE_BYTESTRING, data, size, TRUE,
                                                        g_free, data));
  g_variant_dict_insert (&result, "not-modified", "b", FALSE);
  return g_variant_dict_end (&result);
}

static gboolean
start_fetch (PawlTransport *transport,
             const char *const *uris,
             guint64 max_size,
             GVariant *options,
             PawlOperation *op,
             GError **error)
{
  TestFolderTransport *self = TEST_FOLDER_TRANSPORT (transport);
  const char *path = uris[0] + strlen ("test:");
  g_autofree char *data = NULL;
  gsize size = 0;

  self->count++;
  if (self->refuses)
    {
      g_set_error (error, PAWL_ERROR, self->code, "%s: refused by the test", uris[0]);
      return FALSE;
    }
  if (!g_file_get_contents (path, &data, &size, NULL))
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_NOT_FOUND, "%s: not there", uris[0]);
      return FALSE;
    }
  pawl_operation_complete (op, make_result (g_steal_pointer (&data), size));
  return TRUE;
}

static void
transport_iface_init (PawlTransportInterface *iface)
{
  iface->start_fetch = start_fetch;
}

TestFolderTransport *
test_folder_transport_new (void)
{
  return g_object_new (TEST_TYPE_FOLDER_TRANSPORT, NULL);
}

guint
test_folder_transport_get_count (TestFolderTransport *self)
{
  return self->count;
}

void
test_folder_transport_refuse (TestFolderTransport *self, PawlError code)
{
  self->refuses = TRUE;
  self->code = code;
}
