/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-remote-private.h"

#include <pawl/pawl-ecu.h>
#include <pawl/pawl-error.h>
#include <pawl/pawl-transport.h>
#include <pawl/pawl-verifier.h>

/* A context on the plugin's side of the connection. What it is was sent when the plugin was set up,
 * what changes comes with each call, and what the plugin notes goes back as signals. */

#define PAWL_TYPE_REMOTE_CONTEXT (pawl_remote_context_get_type ())
G_DECLARE_FINAL_TYPE (PawlRemoteContext, pawl_remote_context, PAWL, REMOTE_CONTEXT, GObject)

struct _PawlRemoteContext
{
  GObject parent_instance;

  GDBusConnection *connection; /* (unowned): its end is the end of this process's work */
  char *name;                  /* (owned) */
  char *state_dir;             /* (owned) */
  char *device_id;             /* (owned) */
  GVariant *settings;          /* (owned) */
  GListModel *ecus;            /* (owned) */
  GHashTable *transports;      /* (owned): scheme to GWeakRef, for one object for each */
  gint64 time_us;              /* of the host, when the clock here said @at_us */
  gint64 at_us;                /* of the monotonic clock */
};

static void iface_init (PawlContextInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PawlRemoteContext,
                               pawl_remote_context,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PAWL_TYPE_CONTEXT, iface_init))

static void
pawl_remote_context_finalize (GObject *object)
{
  PawlRemoteContext *self = PAWL_REMOTE_CONTEXT (object);

  g_clear_weak_pointer (&self->connection);
  g_free (self->name);
  g_free (self->state_dir);
  g_free (self->device_id);
  g_clear_pointer (&self->settings, g_variant_unref);
  g_clear_object (&self->ecus);
  g_hash_table_unref (self->transports);
  G_OBJECT_CLASS (pawl_remote_context_parent_class)->finalize (object);
}

static void
pawl_remote_context_class_init (PawlRemoteContextClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pawl_remote_context_finalize;
}

static void
weak_ref_free (gpointer data)
{
  g_weak_ref_clear (data);
  g_free (data);
}

static void
pawl_remote_context_init (PawlRemoteContext *self)
{
  self->transports = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, weak_ref_free);
  self->ecus = G_LIST_MODEL (g_list_store_new (PAWL_TYPE_ECU));
}

static const char *
get_name (PawlContext *context)
{
  return PAWL_REMOTE_CONTEXT (context)->name;
}

static GVariant *
get_settings (PawlContext *context)
{
  return PAWL_REMOTE_CONTEXT (context)->settings;
}

static const char *
get_state_dir (PawlContext *context)
{
  return PAWL_REMOTE_CONTEXT (context)->state_dir;
}

static const char *
get_device_id (PawlContext *context)
{
  return PAWL_REMOTE_CONTEXT (context)->device_id;
}

static gint64
get_time_us (PawlContext *context)
{
  PawlRemoteContext *self = PAWL_REMOTE_CONTEXT (context);

  return self->time_us + (g_get_monotonic_time () - self->at_us);
}

static GListModel *
dup_ecus (PawlContext *context)
{
  return g_object_ref (PAWL_REMOTE_CONTEXT (context)->ecus);
}

static void
emit (PawlContext *context, const char *signal, GVariant *parameters)
{
  PawlRemoteContext *self = PAWL_REMOTE_CONTEXT (context);
  g_autoptr (GVariant) sunk = g_variant_ref_sink (parameters);

  if (self->connection != NULL)
    g_dbus_connection_emit_signal (self->connection, NULL, PAWL_REMOTE_PLUGIN_PATH,
                                   PAWL_REMOTE_INTERFACE, signal, sunk, NULL);
}

static void
raise_time_floor (PawlContext *context, gint64 time_us)
{
  emit (context, "TimeFloor", g_variant_new ("(x)", time_us));
}

static void
note_decision (PawlContext *context, PawlDecision *decision)
{
  emit (context, "Decision",
        g_variant_new ("(@a{sv})", pawl_value_to_variant (PAWL_VALUE (decision))));
}

static void
note_attack (PawlContext *context, PawlAttack attack, const char *message)
{
  emit (context, "Attack",
        g_variant_new ("(ss)", pawl_enum_to_nick (PAWL_TYPE_ATTACK, attack), message));
}

static void
note_activity (PawlContext *context)
{
  emit (context, "Activity", g_variant_new ("()"));
}

static void
note_retry_after (PawlContext *context, guint64 wait_s)
{
  emit (context, "RetryAfter", g_variant_new ("(t)", wait_s));
}

static PawlTransport *
make_transport (PawlRemoteContext *self, const char *scheme)
{
  const char *const schemes[] = {scheme, NULL};
  g_auto (GVariantDict) constants = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (PawlPeer) peer =
    pawl_peer_new (self->connection, PAWL_REMOTE_TRANSPORT_PATH, PAWL_TYPE_TRANSPORT, NULL);

  g_variant_dict_insert (&constants, "schemes", "^as", schemes);
  return PAWL_TRANSPORT (
    pawl_proxy_new (PAWL_TYPE_TRANSPORT, peer, g_variant_dict_end (&constants), NULL, NULL, NULL));
}

/* The host looks the transport up when it is called, and says then that there is none. Whoever
 * compares two of the same scheme finds them to be one, as on the host. */
static PawlTransport *
dup_transport (PawlContext *context, const char *uri, GError **error)
{
  PawlRemoteContext *self = PAWL_REMOTE_CONTEXT (context);
  g_autofree char *parsed = g_uri_parse_scheme (uri);
  const char *scheme = parsed != NULL ? parsed : "";
  GWeakRef *weak = g_hash_table_lookup (self->transports, scheme);
  PawlTransport *transport = weak != NULL ? g_weak_ref_get (weak) : NULL;

  if (transport != NULL)
    return transport;
  if (self->connection == NULL)
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_PLUGIN, "%s: the host is gone", uri);
      return NULL;
    }
  transport = make_transport (self, scheme);
  weak = g_new0 (GWeakRef, 1);
  g_weak_ref_init (weak, transport);
  g_hash_table_replace (self->transports, g_strdup (scheme), weak);
  return transport;
}

static void
iface_init (PawlContextInterface *iface)
{
  iface->get_name = get_name;
  iface->get_settings = get_settings;
  iface->get_state_dir = get_state_dir;
  iface->get_time_us = get_time_us;
  iface->raise_time_floor = raise_time_floor;
  iface->dup_transport = dup_transport;
  iface->dup_ecus = dup_ecus;
  iface->get_device_id = get_device_id;
  iface->note_decision = note_decision;
  iface->note_attack = note_attack;
  iface->note_activity = note_activity;
  iface->note_retry_after = note_retry_after;
}

void
pawl_remote_context_take_news (PawlContext *context, GVariant *news)
{
  PawlRemoteContext *self = PAWL_REMOTE_CONTEXT (context);
  g_autoptr (GVariant) wire = g_variant_lookup_value (news, "ecus", G_VARIANT_TYPE ("aa{sv}"));
  g_autoptr (GListModel) ecus = NULL;

  if (g_variant_lookup (news, "time", "x", &self->time_us))
    self->at_us = g_get_monotonic_time ();
  if (wire != NULL)
    ecus = pawl_value_list_from_variant (PAWL_TYPE_ECU, wire, NULL);
  if (ecus != NULL)
    g_set_object (&self->ecus, ecus);
}

static char *
dup_string (GVariant *variant, const char *name)
{
  const char *text = "";

  g_variant_lookup (variant, name, "&s", &text);
  return g_strdup (text);
}

PawlContext *
pawl_remote_context_new (GDBusConnection *connection, GVariant *variant)
{
  PawlRemoteContext *self = g_object_new (PAWL_TYPE_REMOTE_CONTEXT, NULL);

  g_set_weak_pointer (&self->connection, connection);
  self->name = dup_string (variant, "name");
  self->device_id = dup_string (variant, "device-id");
  if (!g_variant_lookup (variant, "state-dir", "^ay", &self->state_dir))
    self->state_dir = g_strdup ("");
  self->settings = g_variant_lookup_value (variant, "settings", G_VARIANT_TYPE_VARDICT);
  if (self->settings == NULL)
    self->settings = g_variant_ref_sink (g_variant_new ("a{sv}", NULL));
  pawl_remote_context_take_news (PAWL_CONTEXT (self), variant);
  return PAWL_CONTEXT (self);
}

/* ---- the host's side ---- */

static void
add_news (GVariantDict *dict, PawlContext *context, GType interface)
{
  g_autoptr (GListModel) ecus = NULL;
  g_autoptr (GVariant) all = NULL;

  g_variant_dict_insert (dict, "time", "x", pawl_context_get_time_us (context));
  /* Only who says what to run has to know what runs. */
  if (interface != PAWL_TYPE_VERIFIER)
    return;
  ecus = pawl_context_dup_ecus (context);
  all = pawl_value_list_to_variant (ecus);
  g_variant_dict_insert_value (dict, "ecus", all);
}

GVariant *
pawl_remote_context_get_news (PawlContext *context, GType interface)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  if (context != NULL)
    add_news (&dict, context, interface);
  return g_variant_dict_end (&dict);
}

GVariant *
pawl_remote_context_to_variant (PawlContext *context, GType interface)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  const char *state_dir = pawl_context_get_state_dir (context);
  const char *device_id = pawl_context_get_device_id (context);

  g_variant_dict_insert (&dict, "name", "s", pawl_context_get_name (context));
  g_variant_dict_insert_value (&dict, "settings", pawl_context_get_settings (context));
  if (state_dir != NULL)
    g_variant_dict_insert (&dict, "state-dir", "^ay", state_dir);
  if (device_id != NULL)
    g_variant_dict_insert (&dict, "device-id", "s", device_id);
  add_news (&dict, context, interface);
  return g_variant_dict_end (&dict);
}
