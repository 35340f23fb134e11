/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "sim-transport.h"

#include <string.h>

struct _SimTransport
{
  GObject parent_instance;

  GHashTable *repos; /* (owned): base to SimRepo */
  PawlError code;
  guint status;
  const char *answer;
  GHashTable *counts; /* (owned): of "METHOD uri" */
  GHashTable *last;   /* (owned): of "METHOD uri", the body */
  GString *log;
};

static void iface_init (PawlTransportInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (SimTransport,
                               sim_transport,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PAWL_TYPE_TRANSPORT, iface_init))

static void
sim_transport_finalize (GObject *object)
{
  SimTransport *self = SIM_TRANSPORT (object);

  g_hash_table_unref (self->repos);
  g_hash_table_unref (self->counts);
  g_hash_table_unref (self->last);
  g_string_free (self->log, TRUE);
  G_OBJECT_CLASS (sim_transport_parent_class)->finalize (object);
}

static void
sim_transport_class_init (SimTransportClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = sim_transport_finalize;
}

static void
sim_transport_init (SimTransport *self)
{
  self->repos = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->last = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->log = g_string_new (NULL);
  self->code = PAWL_ERROR_FAILED;
  self->status = 200;
  self->answer = "";
}

SimTransport *
sim_transport_new (void)
{
  return g_object_new (SIM_TYPE_TRANSPORT, NULL);
}

void
sim_transport_add (SimTransport *self, const char *base, SimRepo *repo)
{
  g_hash_table_replace (self->repos, g_strdup (base), repo);
}

void
sim_transport_fail (SimTransport *self, PawlError code)
{
  self->code = code;
}

void
sim_transport_answer (SimTransport *self, guint status, const char *body)
{
  self->status = status;
  self->answer = body;
}

char *
sim_transport_dup_log (SimTransport *self)
{
  return g_strdup (self->log->str);
}

guint
sim_transport_count (SimTransport *self, const char *method_and_uri)
{
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->counts, method_and_uri));
}

const char *
sim_transport_get_last (SimTransport *self, const char *method_and_uri)
{
  return g_hash_table_lookup (self->last, method_and_uri);
}

static GBytes *
look_up (SimTransport *self, const char *uri, guint64 max_size)
{
  GHashTableIter iter;
  gpointer base, repo;
  gboolean missing = FALSE;

  g_hash_table_iter_init (&iter, self->repos);
  while (g_hash_table_iter_next (&iter, &base, &repo))
    if (g_str_has_prefix (uri, base))
      return sim_repo_fetch (uri + strlen (base), max_size, &missing, repo, NULL);
  return NULL;
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

  g_string_append_printf (self->log, "GET %s\n", uris[0]);
  if (self->code != PAWL_ERROR_FAILED)
    {
      g_set_error (error, PAWL_ERROR, (int) self->code, "%s: refused by the test", uris[0]);
      return FALSE;
    }
  bytes = look_up (self, uris[0], max_size);
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
  SimTransport *self = SIM_TRANSPORT (transport);
  g_autofree char *key = g_strdup_printf ("%s %s", method, uri);
  g_auto (GVariantDict) result = G_VARIANT_DICT_INIT (NULL);
  guint count = sim_transport_count (self, key) + 1;

  g_string_append_printf (self->log, "%s\n", key);
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
