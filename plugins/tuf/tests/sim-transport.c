/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "sim-transport.h"

#include <string.h>

struct _SimTransport
{
  GObject parent_instance;

  SimRepo *repo; /* (unowned) */
  PawlError code;
};

static void iface_init (PawlTransportInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SimTransport,
                               sim_transport,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PAWL_TYPE_TRANSPORT, iface_init))

static void
sim_transport_class_init (SimTransportClass *klass)
{
}

static void
sim_transport_init (SimTransport *self)
{
}

SimTransport *
sim_transport_new (SimRepo *repo)
{
  SimTransport *self = g_object_new (SIM_TYPE_TRANSPORT, NULL);

  self->repo = repo;
  return self;
}

void
sim_transport_fail (SimTransport *self, PawlError code)
{
  self->code = code;
}

static gboolean
start_fetch (PawlTransport *transport,
             const char *const *uris,
             guint64 max_size,
             GVariant *options,
             PawlOperation *op,
             GError **error)
{
  SimTransport *self = SIM_TRANSPORT (transport);
  g_auto (GVariantDict) result = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GBytes) bytes = NULL;
  gboolean missing = FALSE;

  if (self->code != PAWL_ERROR_FAILED)
    {
      g_set_error (error, PAWL_ERROR, (int) self->code, "%s: refused by the test", uris[0]);
      return FALSE;
    }
  bytes = sim_repo_fetch (uris[0] + strlen ("sim:/"), max_size, &missing, self->repo, error);
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

static void
iface_init (PawlTransportInterface *iface)
{
  iface->start_fetch = start_fetch;
}
