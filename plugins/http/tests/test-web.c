/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "test-web.h"

#include <string.h>

typedef struct
{
  GBytes *bytes;
  char *etag;
  TestWebFault fault;
  guint fault_times;
  char *response;
  guint response_times;
  guint count;
  char *last;
} Page;

struct _TestWeb
{
  GSocketService *service;
  GCancellable *stopped;
  GTlsCertificate *certificate;
  GTlsDatabase *clients;
  char *base;
  GMutex lock;
  GHashTable *pages;
  guint connections;
};

static void
page_free (gpointer data)
{
  Page *page = data;

  g_clear_pointer (&page->bytes, g_bytes_unref);
  g_free (page->etag);
  g_free (page->response);
  g_free (page->last);
  g_free (page);
}

/* Call it with the lock. */
static Page *
get_page (TestWeb *self, const char *path)
{
  Page *page = g_hash_table_lookup (self->pages, path);

  if (page == NULL)
    {
      page = g_new0 (Page, 1);
      g_hash_table_insert (self->pages, g_strdup (path), page);
    }
  return page;
}

static gboolean
write_all (TestWeb *self, GOutputStream *out, const void *data, gsize size)
{
  return g_output_stream_write_all (out, data, size, NULL, self->stopped, NULL);
}

static void
stall (TestWeb *self)
{
  GPollFD fd;

  g_cancellable_make_pollfd (self->stopped, &fd);
  g_poll (&fd, 1, -1);
  g_cancellable_release_fd (self->stopped);
}

static gboolean
send_endless (TestWeb *self, GOutputStream *out)
{
  static const char chunk[16384];
  const char *head = "HTTP/1.1 200 OK\r\n\r\n";

  if (write_all (self, out, head, strlen (head)))
    while (write_all (self, out, chunk, sizeof chunk))
      ;
  return FALSE;
}

static char *
find_header (const char *head, const char *name)
{
  g_auto (GStrv) lines = g_strsplit (head, "\r\n", -1);
  g_autofree char *prefix = g_strconcat (name, ": ", NULL);

  for (guint i = 0; lines[i] != NULL; i++)
    if (g_ascii_strncasecmp (lines[i], prefix, strlen (prefix)) == 0)
      return g_strdup (lines[i] + strlen (prefix));
  return NULL;
}

/* Where the answer begins: at the part that is asked for, if the file is still the same. */
static gsize
find_offset (const char *head, const char *etag, gsize size)
{
  g_autofree char *range = find_header (head, "Range");
  g_autofree char *condition = find_header (head, "If-Range");

  if (range == NULL || etag == NULL || (condition != NULL && !g_str_equal (condition, etag)))
    return 0;
  return MIN ((gsize) g_ascii_strtoull (range + strlen ("bytes="), NULL, 10), size);
}

static gboolean
send_file (TestWeb *self,
           GOutputStream *out,
           const char *head,
           GBytes *bytes,
           const char *etag,
           TestWebFault fault)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  gsize offset = find_offset (head, etag, size);
  gsize sent = fault == TEST_WEB_NONE ? size - offset : (size - offset) / 2;
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *known = find_header (head, "If-None-Match");

  if (known != NULL && g_strcmp0 (known, etag) == 0)
    {
      g_string_append_printf (text, "HTTP/1.1 304 Not Modified\r\nETag: %s\r\n\r\n", etag);
      return write_all (self, out, text->str, text->len);
    }
  g_string_append_printf (text, "HTTP/1.1 %s\r\nContent-Length: %zu\r\n",
                          offset > 0 ? "206 Partial Content" : "200 OK", size - offset);
  if (offset > 0)
    g_string_append_printf (text, "Content-Range: bytes %zu-%zu/%zu\r\n", offset, size - 1, size);
  if (etag != NULL)
    g_string_append_printf (text, "ETag: %s\r\n", etag);
  g_string_append (text, "\r\n");
  if (!write_all (self, out, text->str, text->len) || !write_all (self, out, data + offset, sent))
    return FALSE;
  if (fault == TEST_WEB_STALL)
    stall (self);
  return fault == TEST_WEB_NONE;
}

static gboolean
send_text (TestWeb *self, GOutputStream *out, const char *text)
{
  return write_all (self, out, text, strlen (text));
}

/* What is to be done for one request. */
typedef struct
{
  TestWebFault fault;
  GBytes *bytes;
  char *etag;
  char *response;
} Order;

static Order
take_order (TestWeb *self, const char *path, const char *request)
{
  Order order = {0};
  Page *page;

  g_mutex_lock (&self->lock);
  page = get_page (self, path);
  page->count++;
  g_free (page->last);
  page->last = g_strdup (request);
  order.bytes = page->bytes != NULL ? g_bytes_ref (page->bytes) : NULL;
  order.etag = g_strdup (page->etag);
  if (page->fault_times > 0)
    {
      page->fault_times--;
      order.fault = page->fault;
    }
  else if (page->response_times > 0)
    {
      page->response_times--;
      order.response = g_strdup (page->response);
    }
  g_mutex_unlock (&self->lock);
  return order;
}

static gboolean
answer (TestWeb *self, GOutputStream *out, const char *path, const char *request)
{
  Order order = take_order (self, path, request);
  gboolean goes_on = FALSE;

  if (order.fault == TEST_WEB_GARBAGE)
    send_text (self, out, "this is no web server\n\n");
  else if (order.fault == TEST_WEB_ENDLESS)
    send_endless (self, out);
  else if (order.response != NULL)
    goes_on = send_text (self, out, order.response);
  else if (order.fault != TEST_WEB_DROP && order.bytes == NULL)
    goes_on = send_text (self, out, "HTTP/1.1 404 Not Found\r\nContent-Length: 7\r\n\r\nno such");
  else if (order.fault != TEST_WEB_DROP)
    goes_on = send_file (self, out, request, order.bytes, order.etag, order.fault);
  g_clear_pointer (&order.bytes, g_bytes_unref);
  g_free (order.etag);
  g_free (order.response);
  return goes_on;
}

/* Head and body, or NULL when the peer is gone. */
static char *
read_request (TestWeb *self, GDataInputStream *in)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *length = NULL;
  g_autofree char *body = NULL;
  gsize size;

  while (!g_str_has_suffix (text->str, "\r\n\r\n"))
    {
      g_autofree char *line = g_data_input_stream_read_line (in, NULL, self->stopped, NULL);

      if (line == NULL)
        return NULL;
      g_string_append_printf (text, "%s\r\n", line);
    }
  length = find_header (text->str, "Content-Length");
  size = length != NULL ? (gsize) g_ascii_strtoull (length, NULL, 10) : 0;
  body = g_malloc0 (size + 1);
  if (!g_input_stream_read_all (G_INPUT_STREAM (in), body, size, NULL, self->stopped, NULL))
    return NULL;
  g_string_append (text, body);
  return g_strdup (text->str);
}

static gboolean
on_accept (GTlsConnection *connection,
           GTlsCertificate *certificate,
           GTlsCertificateFlags errors,
           gpointer data)
{
  return errors == 0;
}

static GIOStream *
wrap (TestWeb *self, GSocketConnection *connection)
{
  GIOStream *stream;

  if (self->certificate == NULL)
    return g_object_ref (G_IO_STREAM (connection));
  stream = g_tls_server_connection_new (G_IO_STREAM (connection), self->certificate, NULL);
  if (self->clients != NULL)
    {
      g_object_set (stream, "authentication-mode", G_TLS_AUTHENTICATION_REQUIRED, NULL);
      g_tls_connection_set_database (G_TLS_CONNECTION (stream), self->clients);
      g_signal_connect (stream, "accept-certificate", G_CALLBACK (on_accept), NULL);
    }
  return stream;
}

static gboolean
on_run (GThreadedSocketService *service,
        GSocketConnection *connection,
        GObject *source,
        TestWeb *self)
{
  g_autoptr (GIOStream) stream = wrap (self, connection);
  g_autoptr (GDataInputStream) in = g_data_input_stream_new (g_io_stream_get_input_stream (stream));
  GOutputStream *out = g_io_stream_get_output_stream (stream);
  gboolean goes_on = TRUE;

  g_mutex_lock (&self->lock);
  self->connections++;
  g_mutex_unlock (&self->lock);
  g_data_input_stream_set_newline_type (in, G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
  while (goes_on)
    {
      g_autofree char *request = read_request (self, in);
      g_auto (GStrv) words = request != NULL ? g_strsplit (request, " ", 3) : NULL;

      goes_on = words != NULL && words[1] != NULL && answer (self, out, words[1], request);
    }
  g_io_stream_close (stream, NULL, NULL);
  return TRUE;
}

/* The threads hold the service, and with it this. */
static void
really_free (gpointer data, GClosure *closure)
{
  TestWeb *self = data;

  g_object_unref (self->stopped);
  g_clear_object (&self->certificate);
  g_clear_object (&self->clients);
  g_hash_table_unref (self->pages);
  g_mutex_clear (&self->lock);
  g_free (self->base);
  g_free (self);
}

TestWeb *
test_web_new (GTlsCertificate *certificate, GTlsDatabase *clients)
{
  TestWeb *self = g_new0 (TestWeb, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) effective = NULL;
  g_autoptr (GError) error = NULL;

  g_mutex_init (&self->lock);
  self->pages = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, page_free);
  self->stopped = g_cancellable_new ();
  g_set_object (&self->certificate, certificate);
  g_set_object (&self->clients, clients);
  self->service = g_threaded_socket_service_new (16);
  g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &effective, &error);
  g_assert_no_error (error);
  g_signal_connect_data (self->service, "run", G_CALLBACK (on_run), self, really_free, 0);
  self->base = g_strdup_printf ("%s://127.0.0.1:%u", certificate != NULL ? "https" : "http",
                                g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective)));
  return self;
}

void
test_web_free (TestWeb *self)
{
  GSocketService *service = self->service;

  g_socket_service_stop (service);
  g_socket_listener_close (G_SOCKET_LISTENER (service));
  g_cancellable_cancel (self->stopped);
  g_object_unref (service);
}

char *
test_web_make_uri (TestWeb *self, const char *path)
{
  return g_strconcat (self->base, path, NULL);
}

void
test_web_put (TestWeb *self, const char *path, const char *data, gsize size, const char *etag)
{
  Page *page;

  g_mutex_lock (&self->lock);
  page = get_page (self, path);
  g_clear_pointer (&page->bytes, g_bytes_unref);
  page->bytes = g_bytes_new (data, size);
  g_free (page->etag);
  page->etag = g_strdup (etag);
  g_mutex_unlock (&self->lock);
}

void
test_web_order (TestWeb *self, const char *path, TestWebFault fault, guint times)
{
  Page *page;

  g_mutex_lock (&self->lock);
  page = get_page (self, path);
  page->fault = fault;
  page->fault_times = times;
  g_mutex_unlock (&self->lock);
}

void
test_web_script (TestWeb *self, const char *path, const char *response, guint times)
{
  Page *page;

  g_mutex_lock (&self->lock);
  page = get_page (self, path);
  g_free (page->response);
  page->response = g_strdup (response);
  page->response_times = times;
  g_mutex_unlock (&self->lock);
}

guint
test_web_count (TestWeb *self, const char *path)
{
  guint count;

  g_mutex_lock (&self->lock);
  count = get_page (self, path)->count;
  g_mutex_unlock (&self->lock);
  return count;
}

guint
test_web_get_connections (TestWeb *self)
{
  guint connections;

  g_mutex_lock (&self->lock);
  connections = self->connections;
  g_mutex_unlock (&self->lock);
  return connections;
}

char *
test_web_dup_last (TestWeb *self, const char *path)
{
  char *last;

  g_mutex_lock (&self->lock);
  last = g_strdup (get_page (self, path)->last);
  g_mutex_unlock (&self->lock);
  return last;
}
