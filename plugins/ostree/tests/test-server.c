/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "test-server.h"

#include <string.h>

struct _TestServer
{
  GSocketService *service;
  GCancellable *stopped;
  char *folder;
  char *uri;
  GMutex lock;
  char *in_path;
  TestFault fault;
  guint times;
  GPtrArray *requests; /* of their paths */
  guint64 bytes;
};

static TestFault
take_fault (TestServer *self, const char *path)
{
  TestFault fault = TEST_FAULT_NONE;

  g_mutex_lock (&self->lock);
  g_ptr_array_add (self->requests, g_strdup (path));
  if (self->times > 0 && strstr (path, self->in_path) != NULL)
    {
      self->times--;
      fault = self->fault;
    }
  g_mutex_unlock (&self->lock);
  return fault;
}

static gboolean
send (TestServer *self,
      GOutputStream *out,
      const char *status,
      const char *data,
      gsize size,
      gsize sent)
{
  g_autofree char *head =
    g_strdup_printf ("HTTP/1.1 %s\r\nContent-Length: %" G_GSIZE_FORMAT "\r\n\r\n", status, size);

  g_mutex_lock (&self->lock);
  self->bytes += sent;
  g_mutex_unlock (&self->lock);
  return g_output_stream_write_all (out, head, strlen (head), NULL, self->stopped, NULL) &&
         g_output_stream_write_all (out, data, sent, NULL, self->stopped, NULL) && sent == size;
}

static void
stall (TestServer *self)
{
  GPollFD fd;

  g_cancellable_make_pollfd (self->stopped, &fd);
  g_poll (&fd, 1, -1);
  g_cancellable_release_fd (self->stopped);
}

static gboolean
answer (TestServer *self, GOutputStream *out, const char *path)
{
  TestFault fault = take_fault (self, path);
  g_autofree char *file = g_build_filename (self->folder, path, NULL);
  g_autofree char *data = NULL;
  gsize size = 0;

  if (fault == TEST_FAULT_DROP)
    return FALSE;
  if (fault == TEST_FAULT_FORBIDDEN)
    return send (self, out, "403 Forbidden", "", 0, 0);
  if (fault == TEST_FAULT_BROKEN)
    return send (self, out, "500 Internal Server Error", "", 0, 0);
  if (fault == TEST_FAULT_NOT_FOUND || !g_file_get_contents (file, &data, &size, NULL))
    return send (self, out, "404 Not Found", "", 0, 0);
  if (fault == TEST_FAULT_CORRUPT)
    data[size / 2] ^= 0x55;
  if (fault != TEST_FAULT_TRUNCATE && fault != TEST_FAULT_STALL)
    return send (self, out, "200 OK", data, size, size);
  send (self, out, "200 OK", data, size, size / 2);
  if (fault == TEST_FAULT_STALL)
    stall (self);
  return FALSE;
}

static char *
read_path (TestServer *self, GDataInputStream *in)
{
  g_autofree char *request = g_data_input_stream_read_line (in, NULL, self->stopped, NULL);
  g_auto (GStrv) words = request != NULL ? g_strsplit (request, " ", 3) : NULL;

  while (request != NULL)
    {
      g_autofree char *line = g_data_input_stream_read_line (in, NULL, self->stopped, NULL);

      if (line == NULL || *line == '\0')
        break;
    }
  return words != NULL && words[0] != NULL ? g_strdup (words[1]) : NULL;
}

static gboolean
on_run (GThreadedSocketService *service,
        GSocketConnection *connection,
        GObject *source,
        TestServer *self)
{
  GInputStream *stream = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  g_autoptr (GDataInputStream) in = g_data_input_stream_new (stream);
  GOutputStream *out = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  gboolean goes_on = TRUE;

  g_data_input_stream_set_newline_type (in, G_DATA_STREAM_NEWLINE_TYPE_CR_LF);
  while (goes_on)
    {
      g_autofree char *path = read_path (self, in);

      goes_on = path != NULL && answer (self, out, path);
    }
  return TRUE;
}

TestServer *
test_server_new (const char *folder)
{
  TestServer *self = g_new0 (TestServer, 1);
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) effective = NULL;
  g_autoptr (GError) error = NULL;

  g_mutex_init (&self->lock);
  self->requests = g_ptr_array_new_with_free_func (g_free);
  self->folder = g_strdup (folder);
  self->stopped = g_cancellable_new ();
  self->service = g_threaded_socket_service_new (32);
  g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address, G_SOCKET_TYPE_STREAM,
                                 G_SOCKET_PROTOCOL_TCP, NULL, &effective, &error);
  g_assert_no_error (error);
  g_signal_connect (self->service, "run", G_CALLBACK (on_run), self);
  self->uri = g_strdup_printf ("http://127.0.0.1:%u",
                               g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective)));
  return self;
}

void
test_server_free (TestServer *self)
{
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_cancellable_cancel (self->stopped);
  /* The connections' threads hold the service while they end. */
  while (G_OBJECT (self->service)->ref_count > 1)
    g_main_context_iteration (NULL, FALSE);
  g_object_unref (self->service);
  g_object_unref (self->stopped);
  g_free (self->folder);
  g_free (self->uri);
  g_free (self->in_path);
  g_ptr_array_unref (self->requests);
  g_mutex_clear (&self->lock);
  g_free (self);
}

const char *
test_server_get_uri (TestServer *self)
{
  return self->uri;
}

/* The next @times requests for a path with @in_path in it get @fault. */
void
test_server_order (TestServer *self, const char *in_path, TestFault fault, guint times)
{
  g_mutex_lock (&self->lock);
  g_free (self->in_path);
  self->in_path = g_strdup (in_path);
  self->fault = fault;
  self->times = times;
  g_mutex_unlock (&self->lock);
}

guint
test_server_get_requests (TestServer *self)
{
  guint requests;

  g_mutex_lock (&self->lock);
  requests = self->requests->len;
  g_mutex_unlock (&self->lock);
  return requests;
}

/* How often something with @in_path in its path was asked for. */
guint
test_server_count (TestServer *self, const char *in_path)
{
  guint count = 0;

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < self->requests->len; i++)
    count += strstr (self->requests->pdata[i], in_path) != NULL;
  g_mutex_unlock (&self->lock);
  return count;
}

guint64
test_server_get_bytes (TestServer *self)
{
  guint64 bytes;

  g_mutex_lock (&self->lock);
  bytes = self->bytes;
  g_mutex_unlock (&self->lock);
  return bytes;
}
