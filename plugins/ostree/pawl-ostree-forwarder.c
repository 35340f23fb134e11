/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* A web server of a few requests, for one pull, for libostree alone: it answers on the loopback
 * address with what the host's transport fetches from the real place. So a pull can use what only
 * that transport has: keys in a token, proxies, a bandwidth limit, HTTP/2, one connection for
 * everything.
 *
 * Any user of this device could connect, therefore the port is random, every path begins with a
 * random token of 128 bits, and the size of a request's head, the number of connections and the
 * time they may idle are limited. Only GET is known. Connections are kept alive, so that thousands
 * of objects cost a handful of them.
 *
 * All of it runs on the main thread and nothing in it blocks; only pawl_ostree_forwarder_stop() and
 * pawl_ostree_forwarder_dup_error() may be called from the pull's thread. */
#include "pawl-ostree-forwarder.h"

#include <string.h>

#define HEAD_MAX    8192
#define CLIENTS_MAX 32
#define IDLE_S      120
/* An object is held in memory while it is passed on; a delta's parts are 32 MiB at most. */
#define OBJECT_MAX (G_GUINT64_CONSTANT (512) << 20)
/* The pull has a watchdog and a deadline of its own. */
#define TIMEOUT_MS (3600 * 1000)

struct _PawlOstreeForwarder
{
  gatomicrefcount ref_count;
  GSocketService *service;   /* (owned) (nullable): NULL after the stop */
  PawlTransport *transport;  /* (owned) */
  GStrv upstream;            /* (owned): the same repository at several places */
  GVariant *headers;         /* (owned) (nullable): a{ss} */
  GCancellable *cancellable; /* (owned): ends all connections */
  char *token;               /* (owned) */
  char *uri;                 /* (owned) */
  guint clients;
  guint64 max_rate;  /* bytes per second, 0 for no limit */
  gint64 free_at_us; /* when the limit allows the next answer */
  GMutex lock;
  GError *error; /* (owned) (nullable) (guarded by lock): the last failure of the transport */
};

typedef struct
{
  PawlOstreeForwarder *forwarder; /* (owned) */
  GSocketConnection *connection;  /* (owned) */
  GString *head;                  /* (owned): of the request that is being read */
  GBytes *body;                   /* (owned) (nullable): of the answer */
  char *answer;                   /* (owned) (nullable): its head */
} Client;

static void read_head (Client *client);

static PawlOstreeForwarder *
forwarder_ref (PawlOstreeForwarder *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

static void
forwarder_unref (PawlOstreeForwarder *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_clear_object (&self->service);
  g_clear_object (&self->transport);
  g_strfreev (self->upstream);
  g_clear_pointer (&self->headers, g_variant_unref);
  g_clear_object (&self->cancellable);
  g_free (self->token);
  g_free (self->uri);
  g_clear_error (&self->error);
  g_mutex_clear (&self->lock);
  g_free (self);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PawlOstreeForwarder, forwarder_unref)

static void
client_free (Client *client)
{
  client->forwarder->clients--;
  g_io_stream_close_async (G_IO_STREAM (client->connection), G_PRIORITY_DEFAULT, NULL, NULL, NULL);
  g_object_unref (client->connection);
  g_string_free (client->head, TRUE);
  g_clear_pointer (&client->body, g_bytes_unref);
  g_free (client->answer);
  forwarder_unref (client->forwarder);
  g_free (client);
}

static void
remember (PawlOstreeForwarder *self, const GError *error)
{
  g_mutex_lock (&self->lock);
  g_clear_error (&self->error);
  self->error = g_error_copy (error);
  g_mutex_unlock (&self->lock);
}

static void
on_body_written (GObject *source, GAsyncResult *result, gpointer data)
{
  Client *client = data;

  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL))
    {
      client_free (client);
      return;
    }
  g_clear_pointer (&client->body, g_bytes_unref);
  g_clear_pointer (&client->answer, g_free);
  read_head (client);
}

static void
write_body (Client *client)
{
  GOutputStream *stream = g_io_stream_get_output_stream (G_IO_STREAM (client->connection));
  gsize size = 0;
  const void *bytes = g_bytes_get_data (client->body, &size);

  g_output_stream_write_all_async (stream, bytes, size, G_PRIORITY_DEFAULT,
                                   client->forwarder->cancellable, on_body_written, client);
}

static void
on_answer_written (GObject *source, GAsyncResult *result, gpointer data)
{
  Client *client = data;

  if (!g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, NULL))
    client_free (client);
  else
    write_body (client);
}

/* Answers; takes @body. */
static void
answer (Client *client, const char *status, GBytes *body)
{
  GOutputStream *stream = g_io_stream_get_output_stream (G_IO_STREAM (client->connection));

  client->body = body;
  client->answer = g_strdup_printf ("HTTP/1.1 %s\r\nContent-Length: %" G_GSIZE_FORMAT "\r\n\r\n",
                                    status, g_bytes_get_size (body));
  g_output_stream_write_all_async (stream, client->answer, strlen (client->answer),
                                   G_PRIORITY_DEFAULT, client->forwarder->cancellable,
                                   on_answer_written, client);
}

static void
answer_empty (Client *client, const char *status)
{
  answer (client, status, g_bytes_new_static ("", 0));
}

static void
answer_error (Client *client, const GError *error)
{
  if (g_error_matches (error, PAWL_ERROR, PAWL_ERROR_NOT_FOUND))
    {
      /* Much of what libostree asks for is optional; that it is missing is no failure. */
      answer_empty (client, "404 Not Found");
      return;
    }
  remember (client->forwarder, error);
  if (g_error_matches (error, PAWL_ERROR, PAWL_ERROR_ACCESS_DENIED))
    answer_empty (client, "403 Forbidden");
  else
    answer_empty (client, "502 Bad Gateway");
}

static gboolean
answer_later (gpointer data)
{
  Client *client = data;

  if (g_cancellable_is_cancelled (client->forwarder->cancellable))
    client_free (client);
  else
    answer (client, "200 OK", g_steal_pointer (&client->body));
  return G_SOURCE_REMOVE;
}

/* Keeps to the limit by answering late, which makes libostree ask late. Takes @body. */
static void
answer_at_rate (Client *client, GBytes *body)
{
  PawlOstreeForwarder *forwarder = client->forwarder;
  gint64 now_us = g_get_monotonic_time ();
  gint64 at_us = MAX (now_us, forwarder->free_at_us);

  if (forwarder->max_rate == 0)
    {
      answer (client, "200 OK", body);
      return;
    }
  at_us += (gint64) (g_bytes_get_size (body) * (double) G_USEC_PER_SEC / forwarder->max_rate);
  forwarder->free_at_us = at_us;
  client->body = body;
  g_timeout_add ((at_us - now_us) / 1000, answer_later, client);
}

static void
on_fetched (GObject *source, GAsyncResult *result, gpointer data)
{
  Client *client = data;
  g_autoptr (GError) error = NULL;
  GBytes *body = pawl_transport_fetch_finish (PAWL_TRANSPORT (source), result, NULL, &error);

  if (body != NULL)
    answer_at_rate (client, body);
  else if (g_cancellable_is_cancelled (client->forwarder->cancellable))
    client_free (client);
  else
    answer_error (client, error);
}

/* Looks through all of @given, so that the time it takes says nothing about the token. */
static gboolean
is_token (const char *token, const char *given, gsize length)
{
  guint8 difference = 0;

  if (strlen (token) != length)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    difference |= (guint8) (token[i] ^ given[i]);
  return difference == 0;
}

/* The path below the repository, from `GET /TOKEN/PATH HTTP/1.1`; or NULL for anything else. */
static char *
parse_path (PawlOstreeForwarder *self, const char *head)
{
  const char *begin = g_str_has_prefix (head, "GET /") ? head + strlen ("GET /") : NULL;
  const char *slash = begin != NULL ? strchr (begin, '/') : NULL;
  const char *end;
  g_autofree char *path = NULL;

  if (slash == NULL || !is_token (self->token, begin, slash - begin))
    return NULL;
  end = slash + 1 + strspn (slash + 1, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "/._-+=~%");
  if (!g_str_has_prefix (end, " HTTP/1."))
    return NULL;
  path = g_strndup (slash + 1, end - slash - 1);
  return strstr (path, "..") == NULL ? g_steal_pointer (&path) : NULL;
}

static GVariant *
make_options (PawlOstreeForwarder *self)
{
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);

  if (self->headers != NULL)
    g_variant_dict_insert_value (&options, "headers", self->headers);
  return g_variant_dict_end (&options);
}

static void
serve (Client *client)
{
  PawlOstreeForwarder *self = client->forwarder;
  g_autofree char *path = parse_path (self, client->head->str);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) uris = NULL;

  g_string_truncate (client->head, 0);
  if (path == NULL)
    {
      answer_empty (client, "404 Not Found");
      return;
    }
  for (guint i = 0; self->upstream[i] != NULL; i++)
    {
      gboolean has_slash = g_str_has_suffix (self->upstream[i], "/");
      g_autofree char *uri = g_strconcat (self->upstream[i], has_slash ? "" : "/", path, NULL);

      g_strv_builder_add (builder, uri);
    }
  uris = g_strv_builder_end (builder);
  pawl_transport_fetch_async (self->transport, (const char *const *) uris, OBJECT_MAX,
                              make_options (self), TIMEOUT_MS, self->cancellable, on_fetched,
                              client);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  Client *client = data;
  g_autoptr (GBytes) bytes =
    g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, NULL);
  gsize size = 0;
  const char *text = bytes != NULL ? g_bytes_get_data (bytes, &size) : NULL;

  if (size == 0 || client->head->len + size > HEAD_MAX)
    {
      client_free (client);
      return;
    }
  g_string_append_len (client->head, text, size);
  /* libostree waits for an answer before it asks again, so nothing follows the head. */
  if (g_str_has_suffix (client->head->str, "\r\n\r\n"))
    serve (client);
  else
    read_head (client);
}

static void
read_head (Client *client)
{
  GInputStream *stream = g_io_stream_get_input_stream (G_IO_STREAM (client->connection));

  g_input_stream_read_bytes_async (stream, HEAD_MAX, G_PRIORITY_DEFAULT,
                                   client->forwarder->cancellable, on_read, client);
}

static gboolean
on_incoming (GSocketService *service,
             GSocketConnection *connection,
             GObject *source,
             PawlOstreeForwarder *self)
{
  Client *client;

  if (self->clients >= CLIENTS_MAX)
    return TRUE;
  g_socket_set_timeout (g_socket_connection_get_socket (connection), IDLE_S);
  client = g_new0 (Client, 1);
  client->forwarder = forwarder_ref (self);
  client->connection = g_object_ref (connection);
  client->head = g_string_new (NULL);
  self->clients++;
  read_head (client);
  return TRUE;
}

/* 128 bits from the kernel; GLib's own random numbers are no secret. */
static char *
make_token (GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path ("/dev/urandom");
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, error);
  g_autoptr (GString) token = g_string_new (NULL);
  guint8 bytes[16];

  if (stream == NULL ||
      !g_input_stream_read_all (G_INPUT_STREAM (stream), bytes, sizeof bytes, NULL, NULL, error))
    return NULL;
  for (gsize i = 0; i < sizeof bytes; i++)
    g_string_append_printf (token, "%02x", bytes[i]);
  return g_strdup (token->str);
}

/* Listens on a port of 127.0.0.1 that the kernel picks. */
static gboolean
listen_on_loopback (PawlOstreeForwarder *self, GError **error)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) effective = NULL;

  self->service = g_socket_service_new ();
  if (!g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address,
                                      G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL, &effective,
                                      error))
    return FALSE;
  g_signal_connect (self->service, "incoming", G_CALLBACK (on_incoming), self);
  self->uri = g_strdup_printf ("http://127.0.0.1:%u/%s",
                               g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective)),
                               self->token);
  return TRUE;
}

/* Of @uris those that one transport serves; a repository at two kinds of places is rare. */
static gboolean
choose_upstream (PawlOstreeForwarder *self,
                 PawlContext *context,
                 const char *const *uris,
                 GError **error)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  self->transport = pawl_context_dup_transport (context, uris[0], error);
  if (self->transport == NULL)
    return FALSE;
  for (guint i = 0; uris[i] != NULL; i++)
    {
      g_autoptr (PawlTransport) transport = pawl_context_dup_transport (context, uris[i], NULL);

      if (transport == self->transport)
        g_strv_builder_add (builder, uris[i]);
      else
        g_info ("%s: left out, %s needs another transport", uris[i], uris[0]);
    }
  self->upstream = g_strv_builder_end (builder);
  return TRUE;
}

/*< private >
 * pawl_ostree_forwarder_new:
 * @context: has the transport
 * @uris: the same repository at several places, in order of preference; at least one
 * @headers: (nullable): an `a{ss}` to send with each request
 * @max_rate: bytes per second, 0 for no limit
 * @error: return location
 *
 * Begins to answer. Call it on the main thread.
 *
 * Returns: (transfer full): the forwarder; end it with pawl_ostree_forwarder_stop()
 */
PawlOstreeForwarder *
pawl_ostree_forwarder_new (PawlContext *context,
                           const char *const *uris,
                           GVariant *headers,
                           guint64 max_rate,
                           GError **error)
{
  g_autoptr (PawlOstreeForwarder) self = g_new0 (PawlOstreeForwarder, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  self->cancellable = g_cancellable_new ();
  self->headers = headers != NULL ? g_variant_ref (headers) : NULL;
  self->max_rate = max_rate;
  self->token = make_token (error);
  if (self->token == NULL || !choose_upstream (self, context, uris, error) ||
      !listen_on_loopback (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

static gboolean
stop_on_main (gpointer data)
{
  PawlOstreeForwarder *self = data;

  g_signal_handlers_disconnect_by_data (self->service, self);
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_cancellable_cancel (self->cancellable);
  return G_SOURCE_REMOVE;
}

/*< private >
 * pawl_ostree_forwarder_stop:
 * @self: (transfer full): a forwarder
 *
 * Closes it, soon, on the main thread. May be called from any thread.
 */
void
pawl_ostree_forwarder_stop (PawlOstreeForwarder *self)
{
  g_idle_add_full (G_PRIORITY_HIGH, stop_on_main, self, (GDestroyNotify) forwarder_unref);
}

/* Where libostree finds the repository. */
const char *
pawl_ostree_forwarder_get_uri (PawlOstreeForwarder *self)
{
  return self->uri;
}

gboolean
pawl_ostree_forwarder_is_its_uri (PawlOstreeForwarder *self, const char *uri)
{
  return g_str_equal (self->uri, uri);
}

/* The last failure of the transport, or NULL, and forgets it. May be called from any thread. */
GError *
pawl_ostree_forwarder_dup_error (PawlOstreeForwarder *self)
{
  GError *error;

  g_mutex_lock (&self->lock);
  error = g_steal_pointer (&self->error);
  g_mutex_unlock (&self->lock);
  return error;
}
