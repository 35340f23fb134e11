/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-device-private.h"
#include "pawl-secrets-private.h"

#include <string.h>

enum
{
  SIGNAL_ATTACK,
  SIGNAL_ACTIVITY,
  SIGNAL_RETRY_AFTER,
  SIGNAL_INSTALLED_CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PawlDevice, pawl_device, G_TYPE_OBJECT)

static void
instance_free (gpointer data)
{
  PawlInstance *instance = data;

  g_clear_object (&instance->object);
  g_free (instance->name);
  g_free (instance->plugin);
  g_free (instance);
}

static void
pawl_device_dispose (GObject *object)
{
  PawlDevice *self = PAWL_DEVICE (object);

  g_ptr_array_set_size (self->instances, 0);
  g_clear_object (&self->config);
  g_clear_object (&self->host);
  g_clear_object (&self->floor);
  g_clear_object (&self->decisions);
  G_OBJECT_CLASS (pawl_device_parent_class)->dispose (object);
}

static void
pawl_device_finalize (GObject *object)
{
  PawlDevice *self = PAWL_DEVICE (object);

  g_ptr_array_unref (self->instances);
  g_hash_table_unref (self->installed);
  g_free (self->id);
  G_OBJECT_CLASS (pawl_device_parent_class)->finalize (object);
}

static void
pawl_device_class_init (PawlDeviceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = pawl_device_dispose;
  object_class->finalize = pawl_device_finalize;
  signals[SIGNAL_ATTACK] =
    g_signal_new ("attack", PAWL_TYPE_DEVICE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE,
                  2, PAWL_TYPE_ATTACK, G_TYPE_STRING);
  signals[SIGNAL_ACTIVITY] = g_signal_new ("activity", PAWL_TYPE_DEVICE, G_SIGNAL_RUN_LAST, 0, NULL,
                                           NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_RETRY_AFTER] = g_signal_new ("retry-after", PAWL_TYPE_DEVICE, G_SIGNAL_RUN_LAST, 0,
                                              NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT64);
  signals[SIGNAL_INSTALLED_CHANGED] =
    g_signal_new ("installed-changed", PAWL_TYPE_DEVICE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 0);
}

static void
pawl_device_init (PawlDevice *self)
{
  self->instances = g_ptr_array_new_with_free_func (instance_free);
  self->installed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
}

/* The machine's id is confidential (machine-id(5)), so that what leaves the device is made of it
 * and cannot be turned back. */
static char *
make_id (PawlConfig *config)
{
  const char *configured = pawl_config_get_string (config, "daemon", "device-id");
  g_autofree char *machine = NULL;

  if (*configured != '\0')
    return g_strdup (configured);
  if (!g_file_get_contents ("/etc/machine-id", &machine, NULL, NULL))
    return g_strdup ("");
  g_strstrip (machine);
  return g_compute_hmac_for_string (G_CHECKSUM_SHA256, (const guchar *) "org.pawl.Update1", 16,
                                    machine, -1);
}

PawlDevice *
pawl_device_new (PawlConfig *config,
                 PawlPluginHost *host,
                 PawlTimeFloor *floor,
                 PawlDecisionLog *decisions)
{
  PawlDevice *self = g_object_new (PAWL_TYPE_DEVICE, NULL);

  self->config = g_object_ref (config);
  self->host = g_object_ref (host);
  self->floor = g_object_ref (floor);
  self->decisions = g_object_ref (decisions);
  self->id = make_id (config);
  return self;
}

/* ---- what runs ---- */

static const char *
get_serial (PawlDevice *self, PawlInstance *ecu)
{
  g_autofree char *group = g_strconcat ("ecu:", ecu->name, NULL);

  return pawl_config_lookup (self->config, group, "serial");
}

static void look_at_next (GTask *task);

static void
on_described (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  PawlDevice *self = g_task_get_source_object (task);
  GPtrArray *left = g_task_get_task_data (task);
  const char *serial = get_serial (self, left->pdata[0]);
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlTarget) target =
    pawl_installer_describe_installed_finish (PAWL_INSTALLER (source), result, &error);

  if (target != NULL)
    g_hash_table_replace (self->installed, g_strdup (serial), g_steal_pointer (&target));
  else
    {
      g_hash_table_remove (self->installed, serial);
      pawl_decision_log_note (self->decisions, "installed", PAWL_VERDICT_FAIL, "unknown",
                              error->message, 0);
    }
  g_ptr_array_remove_index (left, 0);
  look_at_next (g_steal_pointer (&task));
}

static void
look_at_next (GTask *data)
{
  g_autoptr (GTask) task = data;
  GPtrArray *left = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  PawlInstance *ecu;

  if (g_task_return_error_if_cancelled (task))
    return;
  if (left->len == 0)
    {
      g_signal_emit (g_task_get_source_object (task), signals[SIGNAL_INSTALLED_CHANGED], 0);
      g_task_return_boolean (task, TRUE);
      return;
    }
  ecu = left->pdata[0];
  pawl_installer_describe_installed_async (PAWL_INSTALLER (ecu->object), NULL, 0, cancellable,
                                           on_described, g_steal_pointer (&task));
}

void
pawl_device_look_async (PawlDevice *self,
                        GCancellable *cancellable,
                        GAsyncReadyCallback callback,
                        gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, pawl_device_look_async);
  g_task_set_task_data (task, pawl_device_list (self, PAWL_TYPE_INSTALLER),
                        (GDestroyNotify) g_ptr_array_unref);
  pawl_decision_log_drop (self->decisions, "installed");
  look_at_next (task);
}

gboolean
pawl_device_look_finish (PawlDevice *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---- finding them ---- */

GPtrArray *
pawl_device_list (PawlDevice *self, GType interface)
{
  GPtrArray *list = g_ptr_array_new ();

  for (guint i = 0; i < self->instances->len; i++)
    {
      PawlInstance *instance = self->instances->pdata[i];

      if (instance->interface == interface && instance->object != NULL)
        g_ptr_array_add (list, instance);
    }
  return list;
}

static gpointer
get_first (PawlDevice *self, GType interface)
{
  g_autoptr (GPtrArray) list = pawl_device_list (self, interface);

  return list->len > 0 ? ((PawlInstance *) list->pdata[0])->object : NULL;
}

PawlVerifier *
pawl_device_get_verifier (PawlDevice *self)
{
  return get_first (self, PAWL_TYPE_VERIFIER);
}

PawlBootControl *
pawl_device_get_boot_control (PawlDevice *self)
{
  return get_first (self, PAWL_TYPE_BOOT_CONTROL);
}

PawlInstaller *
pawl_device_lookup_installer (PawlDevice *self, const char *serial, GError **error)
{
  g_autoptr (GPtrArray) ecus = pawl_device_list (self, PAWL_TYPE_INSTALLER);

  for (guint i = 0; i < ecus->len; i++)
    if (g_str_equal (get_serial (self, ecus->pdata[i]), serial))
      return PAWL_INSTALLER (((PawlInstance *) ecus->pdata[i])->object);
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_NOT_FOUND,
               "this device has no ECU of the serial %s: look at the groups [ecu:…]", serial);
  return NULL;
}

PawlTarget *
pawl_device_dup_installed (PawlDevice *self, const char *serial)
{
  PawlTarget *target = g_hash_table_lookup (self->installed, serial);

  return target != NULL ? g_object_ref (target) : NULL;
}

static PawlEcu *
make_ecu (PawlDevice *self, PawlInstance *instance, gboolean primary)
{
  g_auto (GVariantDict) members = G_VARIANT_DICT_INIT (NULL);
  g_autofree char *group = g_strconcat ("ecu:", instance->name, NULL);
  PawlTarget *target = g_hash_table_lookup (self->installed, get_serial (self, instance));

  g_variant_dict_insert (&members, "name", "s", instance->name);
  g_variant_dict_insert (&members, "serial", "s", get_serial (self, instance));
  g_variant_dict_insert (&members, "hardware-id", "s",
                         pawl_config_lookup (self->config, group, "hardware-id"));
  g_variant_dict_insert (&members, "installer", "s", instance->plugin);
  g_variant_dict_insert (&members, "primary", "b", primary);
  if (target != NULL)
    g_variant_dict_insert_value (&members, "installed",
                                 pawl_value_to_variant (PAWL_VALUE (target)));
  return pawl_ecu_new_from_variant (g_variant_dict_end (&members), NULL);
}

GListModel *
pawl_device_dup_ecus (PawlDevice *self)
{
  GListStore *list = g_list_store_new (PAWL_TYPE_ECU);
  g_autoptr (GPtrArray) ecus = pawl_device_list (self, PAWL_TYPE_INSTALLER);

  for (guint i = 0; i < ecus->len; i++)
    {
      g_autoptr (PawlEcu) ecu = make_ecu (self, ecus->pdata[i], i == 0);

      if (ecu != NULL)
        g_list_store_append (list, ecu);
    }
  return G_LIST_MODEL (list);
}

static PawlTransport *
find_transport (PawlDevice *self,
                const char *word,
                GStrv (*list) (PawlTransport *transport, GError **error))
{
  g_autoptr (GPtrArray) transports = pawl_device_list (self, PAWL_TYPE_TRANSPORT);

  for (guint i = 0; i < transports->len; i++)
    {
      PawlTransport *transport = PAWL_TRANSPORT (((PawlInstance *) transports->pdata[i])->object);
      g_autoptr (GError) error = NULL;
      g_auto (GStrv) words = list (transport, &error);

      if (words == NULL)
        g_warning ("a transport is not used: %s", error->message);
      else if (g_strv_contains ((const char *const *) words, word))
        return g_object_ref (transport);
    }
  return NULL;
}

PawlTransport *
pawl_device_dup_transport (PawlDevice *self, const char *uri, GError **error)
{
  g_autofree char *scheme = g_uri_parse_scheme (uri);
  g_autofree char *lower = scheme != NULL ? g_ascii_strdown (scheme, -1) : NULL;
  PawlTransport *transport =
    lower != NULL ? find_transport (self, lower, pawl_transport_list_schemes) : NULL;

  if (transport == NULL)
    {
      g_autofree char *shown = pawl_secrets_hide (uri);

      g_set_error (error, PAWL_ERROR, PAWL_ERROR_NOT_SUPPORTED,
                   "%s: no transport serves this address: add its plugin to plugins= in the group "
                   "[daemon]",
                   shown);
    }
  return transport;
}

PawlTransport *
pawl_device_dup_payload_transport (PawlDevice *self,
                                   PawlTarget *target,
                                   gboolean *out_own_store,
                                   GError **error)
{
  const char *const *uris = pawl_target_get_uris (target);
  PawlTransport *transport =
    find_transport (self, pawl_target_get_format (target), pawl_transport_list_formats);

  *out_own_store = transport != NULL;
  if (transport != NULL)
    return transport;
  if (uris == NULL || uris[0] == NULL)
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_NOT_FOUND,
                   "%s: the metadata names no place to fetch it from",
                   pawl_target_get_name (target));
      return NULL;
    }
  return pawl_device_dup_transport (self, uris[0], error);
}

const char *
pawl_device_get_id (PawlDevice *self)
{
  return self->id;
}

PawlTimeFloor *
pawl_device_get_time_floor (PawlDevice *self)
{
  return self->floor;
}

PawlDecisionLog *
pawl_device_get_decisions (PawlDevice *self)
{
  return self->decisions;
}
