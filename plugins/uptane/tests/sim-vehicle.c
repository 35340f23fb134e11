/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "sim-vehicle.h"

#include <string.h>

struct _SimVehicleTransport
{
  GObject parent_instance;

  SimRepo *director; /* (unowned) */
  SimRepo *image;    /* (unowned) */
  guint status;
  const char *answer;
  GHashTable *counts; /* of "METHOD uri" */
  GHashTable *last;
};

static void iface_init (PawlTransportInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SimVehicleTransport,
                               sim_vehicle_transport,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PAWL_TYPE_TRANSPORT, iface_init))

static void
sim_vehicle_transport_finalize (GObject *object)
{
  SimVehicleTransport *self = SIM_VEHICLE_TRANSPORT (object);

  g_hash_table_unref (self->counts);
  g_hash_table_unref (self->last);
  G_OBJECT_CLASS (sim_vehicle_transport_parent_class)->finalize (object);
}

static void
sim_vehicle_transport_class_init (SimVehicleTransportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sim_vehicle_transport_finalize;
}

static void
sim_vehicle_transport_init (SimVehicleTransport *self)
{
  self->counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->last = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->status = 200;
  self->answer = "";
}

SimVehicleTransport *
sim_vehicle_transport_new (SimRepo *director, SimRepo *image)
{
  SimVehicleTransport *self = g_object_new (SIM_TYPE_VEHICLE_TRANSPORT, NULL);

  self->director = director;
  self->image = image;
  return self;
}

void
sim_vehicle_transport_answer (SimVehicleTransport *self, guint status, const char *body)
{
  self->status = status;
  self->answer = body;
}

guint
sim_vehicle_transport_count (SimVehicleTransport *self, const char *method_and_uri)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->counts, method_and_uri));
}

const char *
sim_vehicle_transport_get_last (SimVehicleTransport *self, const char *method_and_uri)
{
  return g_hash_table_lookup (self->last, method_and_uri);
}

static gboolean
start_fetch (PawlTransport *transport,
             const char *const *uris,
             guint64 max_size,
             GVariant *options,
             PawlOperation *op,
             GError **error)
{
  SimVehicleTransport *self = SIM_VEHICLE_TRANSPORT (transport);
  gboolean is_director = g_str_has_prefix (uris[0], "sim:/director/");
  const char *path = uris[0] + strlen (is_director ? "sim:/director/" : "sim:/image/");
  g_auto (GVariantDict) result = G_VARIANT_DICT_INIT (NULL);
  gboolean missing = FALSE;
  g_autoptr (GBytes) bytes =
    sim_repo_fetch (path, max_size, &missing, is_director ? self->director : self->image, error);

  if (bytes == NULL)
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_NOT_FOUND, "%s: not there", uris[0]);
      return FALSE;
    }
  g_variant_dict_insert_value (&result, "data",
                               g_variant_new_from_bytes (G_VARIANT_TYPE_BYTESTRING, bytes, TRUE));
  pawl_operation_complete (op, g_variant_dict_end (&result));
  return TRUE;
}

static gboolean
start_send (PawlTransport *transport,
            const char *uri,
            const char *method,
            GBytes *body,
            GVariant *options,
            PawlOperation *op,
            GError **error)
{
  SimVehicleTransport *self = SIM_VEHICLE_TRANSPORT (transport);
  g_autofree char *key = g_strdup_printf ("%s %s", method, uri);
  g_auto (GVariantDict) result = G_VARIANT_DICT_INIT (NULL);
  guint count = sim_vehicle_transport_count (self, key) + 1;

  g_hash_table_replace (self->counts, g_strdup (key), GUINT_TO_POINTER (count));
  g_hash_table_replace (self->last, g_strdup (key),
                        g_strndup (g_bytes_get_data (body, NULL), g_bytes_get_size (body)));
  if (self->status == 0)
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_NETWORK, "%s: nobody answers", uri);
      return FALSE;
    }
  g_variant_dict_insert (&result, "status", "u", self->status);
  g_variant_dict_insert_value (&result, "data",
                               g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, self->answer,
                                                          strlen (self->answer), 1));
  pawl_operation_complete (op, g_variant_dict_end (&result));
  return TRUE;
}

static void
iface_init (PawlTransportInterface *iface)
{
  iface->start_fetch = start_fetch;
  iface->start_send = start_send;
}
