/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The transport's face: reads what is asked for on the main thread, and hands it to a job. */
#include "pawl-ostree-transport.h"

#include "pawl-ostree-estimate.h"
#include "pawl-ostree-job.h"
#include "pawl-ostree-pull.h"
#include "pawl-ostree-target.h"

struct _PawlOstreeTransport
{
  GObject parent_instance;

  PawlContext *context;         /* (owned) (nullable) */
  PawlOstreeSettings *settings; /* (owned) (nullable) */
};

static void iface_init (PawlTransportInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PawlOstreeTransport,
                               pawl_ostree_transport,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PAWL_TYPE_TRANSPORT, iface_init))

static void
pawl_ostree_transport_init (PawlOstreeTransport *self)
{
}

static void
pawl_ostree_transport_dispose (GObject *object)
{
  PawlOstreeTransport *self = PAWL_OSTREE_TRANSPORT (object);

  g_clear_object (&self->context);
  g_clear_pointer (&self->settings, pawl_ostree_settings_unref);
  G_OBJECT_CLASS (pawl_ostree_transport_parent_class)->dispose (object);
}

static void
pawl_ostree_transport_class_init (PawlOstreeTransportClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pawl_ostree_transport_dispose;
}

static gboolean
set_up (PawlTransport *transport, PawlContext *context, GError **error)
{
  PawlOstreeTransport *self = PAWL_OSTREE_TRANSPORT (transport);

  self->settings = pawl_ostree_settings_new (context, error);
  if (self->settings == NULL)
    return FALSE;
  self->context = g_object_ref (context);
  return TRUE;
}

/* It serves a format, not a scheme: small files are others' business. */
static GStrv
list_schemes (PawlTransport *transport)
{
  return g_new0 (char *, 1);
}

static GStrv
list_formats (PawlTransport *transport)
{
  return g_strdupv ((char *[]){(char *) PAWL_OSTREE_FORMAT, NULL});
}

static gboolean
start_fetch (PawlTransport *transport,
             const char *const *uris,
             guint64 max_size,
             GVariant *options,
             PawlOperation *op,
             GError **error)
{
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_NOT_SUPPORTED,
               "ostree: it fetches targets of format %s, not single files like %s",
               PAWL_OSTREE_FORMAT, uris[0] != NULL ? uris[0] : "(none)");
  return FALSE;
}

/* Where to pull from: what the target says, then what the configuration says. */
static GStrv
collect_uris (PawlOstreeTransport *self, const char *const *uris)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  const char *own = self->settings->uri;

  for (guint i = 0; uris != NULL && uris[i] != NULL; i++)
    g_strv_builder_add (builder, uris[i]);
  if (*own != '\0' && (uris == NULL || !g_strv_contains (uris, own)))
    g_strv_builder_add (builder, own);
  return g_strv_builder_end (builder);
}

/* What libostree fetches with judges certificates by the system's clock, wherever that stands. */
static gboolean
is_clock_behind (PawlOstreeTransport *self)
{
  return pawl_context_get_time_us (self->context) - g_get_real_time () > G_TIME_SPAN_MINUTE;
}

/* Folders are libostree's own business. Of the rest it can fetch http and https, except with a key
 * in a token, at a limited rate, or with certificates that its clock knows nothing of. */
static gboolean
needs_forwarder (PawlOstreeTransport *self, const char *uri, guint64 max_rate)
{
  g_autofree char *scheme = g_uri_parse_scheme (uri);

  if (g_strcmp0 (scheme, "file") == 0)
    return FALSE;
  if (g_strcmp0 (scheme, "http") != 0 && g_strcmp0 (scheme, "https") != 0)
    return TRUE;
  if (g_strcmp0 (scheme, "https") == 0 && is_clock_behind (self))
    return TRUE;
  return self->settings->forward || max_rate > 0 ||
         pawl_ostree_settings_has_token_key (self->settings);
}

/* Puts the forwarder's address in place of all that it fetches: it goes through them in order. */
static gboolean
forward (PawlOstreeTransport *self, PawlOstreePull *pull, guint64 max_rate, GError **error)
{
  g_autoptr (GPtrArray) upstream = g_ptr_array_new ();
  g_autoptr (GStrvBuilder) direct = g_strv_builder_new ();

  for (guint i = 0; pull->uris[i] != NULL; i++)
    {
      if (needs_forwarder (self, pull->uris[i], max_rate))
        g_ptr_array_add (upstream, pull->uris[i]);
      else
        g_strv_builder_add (direct, pull->uris[i]);
    }
  if (upstream->len == 0)
    return TRUE;
  g_ptr_array_add (upstream, NULL);
  pull->forwarder = pawl_ostree_forwarder_new (self->context, (const char *const *) upstream->pdata,
                                               pull->headers, max_rate, error);
  if (pull->forwarder == NULL)
    return FALSE;
  g_strv_builder_add (direct, pawl_ostree_forwarder_get_uri (pull->forwarder));
  g_strfreev (pull->uris);
  pull->uris = g_strv_builder_end (direct);
  return TRUE;
}

static PawlOstreePull *
make_pull (PawlOstreeTransport *self,
           PawlTarget *target,
           const char *const *uris,
           GVariant *options,
           GError **error)
{
  g_autoptr (PawlOstreePull) pull = g_new0 (PawlOstreePull, 1);
  guint64 max_rate = 0;

  pull->settings = pawl_ostree_settings_ref (self->settings);
  pull->name = g_strdup (pawl_target_get_name (target));
  pull->commit = pawl_ostree_target_dup_commit (target, error);
  if (pull->commit == NULL)
    return NULL;
  pull->uris = collect_uris (self, uris);
  if (pull->uris[0] == NULL)
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG,
                   "%s: %s says nowhere to pull from, and neither does the key uri of %s",
                   self->settings->name, pull->name, self->settings->name);
      return NULL;
    }
  pull->headers = g_variant_lookup_value (options, "headers", G_VARIANT_TYPE ("a{ss}"));
  g_variant_lookup (options, "max-rate", "t", &max_rate);
  if (!forward (self, pull, max_rate, error))
    return NULL;
  return g_steal_pointer (&pull);
}

static gboolean
start (PawlTransport *transport,
       PawlTarget *target,
       const char *const *uris,
       GVariant *options,
       PawlOstreeJobFunc func,
       PawlOperation *op,
       GError **error)
{
  PawlOstreeTransport *self = PAWL_OSTREE_TRANSPORT (transport);
  PawlOstreePull *pull = make_pull (self, target, uris, options, error);

  if (pull == NULL)
    return FALSE;
  pawl_ostree_job_start (pull->name, func, pull, (GDestroyNotify) pawl_ostree_pull_free, op);
  return TRUE;
}

static gboolean
start_fetch_payload (PawlTransport *transport,
                     PawlTarget *target,
                     const char *const *uris,
                     PawlPayload *destination,
                     GVariant *options,
                     PawlOperation *op,
                     GError **error)
{
  return start (transport, target, uris, options, pawl_ostree_pull_fetch, op, error);
}

static gboolean
start_estimate (PawlTransport *transport,
                PawlTarget *target,
                const char *const *uris,
                GVariant *options,
                PawlOperation *op,
                GError **error)
{
  return start (transport, target, uris, options, pawl_ostree_estimate, op, error);
}

static void
iface_init (PawlTransportInterface *iface)
{
  iface->set_up = set_up;
  iface->list_schemes = list_schemes;
  iface->list_formats = list_formats;
  iface->start_fetch = start_fetch;
  iface->start_fetch_payload = start_fetch_payload;
  iface->start_estimate = start_estimate;
}
