/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include <pawl-tuf/pawl-tuf-plugin.h>

#include <string.h>

struct _PawlTufBridge
{
  PawlContext *context;      /* (owned): used on the main thread only */
  GStrv bases;               /* (owned): the repository's addresses */
  GCancellable *cancellable; /* (owned) */
};

/* One request. The worker waits until @done, and frees it. */
typedef struct
{
  PawlTufBridge *bridge; /* (unowned) */
  GStrv uris;            /* (owned) */
  gsize max_size;
  const char *method; /* (nullable): to send with; NULL fetches */
  GBytes *body;       /* (unowned) (nullable): what to send */
  GMutex lock;
  GCond cond;
  gboolean done;
  GBytes *bytes;    /* (owned) (nullable) */
  GVariant *answer; /* (owned) (nullable): to what was sent */
  GError *error;    /* (owned) (nullable) */
} Request;

/**
 * pawl_tuf_bridge_new:
 * @context: has the transports
 * @bases: the repository's addresses, in order of preference
 * @cancellable: ends the requests
 *
 * Returns: (transfer full): the bridge; made and freed on the main thread
 *
 * Since: 1.0
 */
PawlTufBridge *
pawl_tuf_bridge_new (PawlContext *context, const char *const *bases, GCancellable *cancellable)
{
  PawlTufBridge *self = g_new0 (PawlTufBridge, 1);

  self->context = g_object_ref (context);
  self->bases = g_strdupv ((GStrv) bases);
  self->cancellable = g_object_ref (cancellable);
  return self;
}

/**
 * pawl_tuf_bridge_free:
 * @self: (transfer full): a bridge
 *
 * Frees it. No worker may use it any more.
 *
 * Since: 1.0
 */
void
pawl_tuf_bridge_free (PawlTufBridge *self)
{
  g_object_unref (self->context);
  g_strfreev (self->bases);
  g_object_unref (self->cancellable);
  g_free (self);
}

/**
 * pawl_tuf_plugin_make_uris:
 * @bases: addresses
 * @path: what is wanted of each, relative to it
 *
 * Returns: (transfer full): @path at each of @bases
 *
 * Since: 1.0
 */
GStrv
pawl_tuf_plugin_make_uris (const char *const *bases, const char *path)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; bases[i] != NULL; i++)
    {
      gboolean has_slash = g_str_has_suffix (bases[i], "/");
      g_autofree char *uri = g_strconcat (bases[i], has_slash ? "" : "/", path, NULL);

      g_strv_builder_add (builder, uri);
    }
  return g_strv_builder_end (builder);
}

/* ---- on the main thread ---- */

static void
finish (Request *request)
{
  g_mutex_lock (&request->lock);
  request->done = TRUE;
  g_cond_signal (&request->cond);
  g_mutex_unlock (&request->lock);
}

static void
on_fetched (GObject *source, GAsyncResult *result, gpointer data)
{
  Request *request = data;

  request->bytes =
    pawl_transport_fetch_finish (PAWL_TRANSPORT (source), result, NULL, &request->error);
  finish (request);
}

static void
on_sent (GObject *source, GAsyncResult *result, gpointer data)
{
  Request *request = data;

  request->answer = pawl_transport_send_finish (PAWL_TRANSPORT (source), result, &request->error);
  finish (request);
}

static void
begin_send (Request *request, PawlTransport *transport)
{
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&options, "content-type", "s", "application/json");
  pawl_transport_send_async (transport, request->uris[0], request->method, request->body,
                             g_variant_dict_end (&options), 0, request->bridge->cancellable,
                             on_sent, request);
}

/* Of the addresses those that one transport serves; a repository at two kinds of places is rare. */
static GStrv
choose_uris (Request *request, PawlTransport *transport)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; request->uris[i] != NULL; i++)
    {
      g_autoptr (PawlTransport) other =
        pawl_context_dup_transport (request->bridge->context, request->uris[i], NULL);

      if (other == transport)
        g_strv_builder_add (builder, request->uris[i]);
    }
  return g_strv_builder_end (builder);
}

static gboolean
begin (gpointer data)
{
  Request *request = data;
  g_autoptr (PawlTransport) transport =
    pawl_context_dup_transport (request->bridge->context, request->uris[0], &request->error);
  g_auto (GStrv) uris = transport != NULL ? choose_uris (request, transport) : NULL;

  if (transport == NULL)
    finish (request);
  else if (request->method != NULL)
    begin_send (request, transport);
  else
    pawl_transport_fetch_async (transport, (const char *const *) uris, request->max_size, NULL, 0,
                                request->bridge->cancellable, on_fetched, request);
  return G_SOURCE_REMOVE;
}

/* ---- on the worker's thread ---- */

static void
run (Request *request)
{
  g_mutex_init (&request->lock);
  g_cond_init (&request->cond);
  g_main_context_invoke (NULL, begin, request);
  g_mutex_lock (&request->lock);
  while (!request->done)
    g_cond_wait (&request->cond, &request->lock);
  g_mutex_unlock (&request->lock);
  g_mutex_clear (&request->lock);
  g_cond_clear (&request->cond);
  g_clear_pointer (&request->uris, g_strfreev);
}

static gboolean
is_missing (const GError *error)
{
  /* Buckets without a list permission say 403 for what is not there. */
  return g_error_matches (error, PAWL_ERROR, PAWL_ERROR_NOT_FOUND) ||
         g_error_matches (error, PAWL_ERROR, PAWL_ERROR_ACCESS_DENIED);
}

static void
propagate (GError *failure, GError **error)
{
  if (g_error_matches (failure, PAWL_ERROR, PAWL_ERROR_TOO_LARGE))
    {
      g_set_error_literal (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_TOO_LARGE, failure->message);
      g_error_free (failure);
    }
  else
    g_propagate_error (error, failure);
}

/**
 * pawl_tuf_bridge_fetch:
 * @path: relative to the repository's address
 * @max_size: bytes
 * @out_missing: (out): set when every mirror says that there is no such file
 * @bridge: a #PawlTufBridge
 * @error: return location; #PAWL_TUF_ERROR_TOO_LARGE, or what the transport says
 *
 * A #PawlTufFetchFunc, for a worker thread.
 *
 * Returns: (transfer full) (nullable): the bytes
 *
 * Since: 1.0
 */
GBytes *
pawl_tuf_bridge_fetch (const char *path,
                       gsize max_size,
                       gboolean *out_missing,
                       gpointer bridge,
                       GError **error)
{
  PawlTufBridge *self = bridge;
  Request request = {.bridge = self, .max_size = max_size};

  *out_missing = FALSE;
  request.uris = pawl_tuf_plugin_make_uris ((const char *const *) self->bases, path);
  run (&request);
  if (request.error != NULL && is_missing (request.error))
    {
      *out_missing = TRUE;
      g_info ("%s", request.error->message);
      g_error_free (request.error);
    }
  else if (request.error != NULL)
    propagate (request.error, error);
  return request.bytes;
}

/**
 * pawl_tuf_bridge_send:
 * @self: a bridge
 * @uri: where to
 * @method: `PUT` or `POST`
 * @json: what to send
 * @error: return location; what the transport says
 *
 * Sends, and waits for the answer: for a worker thread.
 *
 * Returns: (transfer full): the answer, as pawl_transport_send_finish() gives it
 *
 * Since: 1.0
 */
GVariant *
pawl_tuf_bridge_send (PawlTufBridge *self,
                      const char *uri,
                      const char *method,
                      const char *json,
                      GError **error)
{
  g_autoptr (GBytes) body = g_bytes_new (json, strlen (json));
  Request request = {.bridge = self, .method = method, .body = body};

  request.uris = g_strdupv ((char *[]){(char *) uri, NULL});
  run (&request);
  if (request.error != NULL)
    g_propagate_error (error, request.error);
  return request.answer;
}

/* ---- a client ---- */

/* The first root comes with the device: whoever answers first is not trusted. The file may be
 * missing once the device has grown out of it. */
static gboolean
init_root (PawlTufClient *client, const char *root_file, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  char *data = NULL;
  gsize size = 0;

  if (!g_file_get_contents (root_file, &data, &size, &local_error))
    {
      g_info ("%s", local_error->message);
      return TRUE;
    }
  bytes = g_bytes_new_take (data, size);
  return pawl_tuf_client_init_root (client, bytes, error);
}

/**
 * pawl_tuf_bridge_make_client:
 * @self: a bridge
 * @name: what the repository is called in errors
 * @folder: its trusted store
 * @root_file: the root that the device was made with; may be missing
 * @flags: what else is accepted
 * @error: return location; #PAWL_TUF_ERROR
 *
 * For a worker thread.
 *
 * Returns: (transfer full): a client that fetches by the bridge, which it does not own
 *
 * Since: 1.0
 */
PawlTufClient *
pawl_tuf_bridge_make_client (PawlTufBridge *self,
                             const char *name,
                             const char *folder,
                             const char *root_file,
                             PawlTufClientFlags flags,
                             GError **error)
{
  g_autoptr (PawlTufStore) store = pawl_tuf_store_new (folder);
  g_autoptr (PawlTufClient) client = pawl_tuf_client_new (name, store, flags);

  pawl_tuf_client_set_fetch (client, pawl_tuf_bridge_fetch, self);
  return init_root (client, root_file, error) ? g_steal_pointer (&client) : NULL;
}
