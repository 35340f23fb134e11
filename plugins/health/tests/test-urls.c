/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "fixture.h"

#include <string.h>

/* A server that says one thing, or nothing at all. */
typedef struct
{
  GSocketService *service;
  guint16 port;
  const char *says; /* (nullable): nothing at all */
  char *heard;
  GPtrArray *held; /* connections that wait for ever */
} Server;

static gboolean
on_incoming (GSocketService *service, GSocketConnection *connection, GObject *source, Server *self)
{
  GInputStream *input = g_io_stream_get_input_stream (G_IO_STREAM (connection));
  GOutputStream *output = g_io_stream_get_output_stream (G_IO_STREAM (connection));
  char buffer[1024] = "";

  if (self->says == NULL)
    {
      g_ptr_array_add (self->held, g_object_ref (connection));
      return TRUE;
    }
  /* The request is on its way, in one piece. */
  g_input_stream_read (input, buffer, sizeof buffer - 1, NULL, NULL);
  g_free (self->heard);
  self->heard = g_strdup (buffer);
  g_output_stream_write_all (output, self->says, strlen (self->says), NULL, NULL, NULL);
  return TRUE;
}

/* In a thread of its own, because it blocks. */
static void
server_start (Server *self, const char *says)
{
  g_autoptr (GInetAddress) local = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (local, 0);
  g_autoptr (GSocketAddress) effective = NULL;

  self->says = says;
  self->held = g_ptr_array_new_with_free_func (g_object_unref);
  self->service = g_threaded_socket_service_new (4);
  g_assert_true (g_socket_listener_add_address (G_SOCKET_LISTENER (self->service), address,
                                                G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, NULL,
                                                &effective, NULL));
  self->port = g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (effective));
  g_signal_connect (self->service, "run", G_CALLBACK (on_incoming), self);
}

static void
server_stop (Server *self)
{
  g_socket_service_stop (self->service);
  g_socket_listener_close (G_SOCKET_LISTENER (self->service));
  g_ptr_array_unref (self->held);
  g_object_unref (self->service);
  g_free (self->heard);
}

static void
set_url (Fixture *self, const char *scheme, guint16 port, const char *path)
{
  g_autofree char *url = g_strdup_printf ("%s://127.0.0.1:%u%s", scheme, port, path);
  const char *urls[] = {url, NULL};

  test_context_set (self->context, "urls", g_variant_new_strv (urls, -1));
}

static void
expect (Fixture *self, const char *says, PawlVerdict verdict, const char *reason)
{
  Server server = {0};

  server_start (&server, says);
  set_url (self, "http", server.port, "/health?full=1");
  fixture_expect (self, verdict, reason);
  server_stop (&server);
}

static void
test_success (Fixture *self, gconstpointer data)
{
  expect (self, "HTTP/1.1 200 OK\r\n\r\n", PAWL_VERDICT_PASS, "all 1 checks passed");
  expect (self, "HTTP/1.0 204 No Content\n\n", PAWL_VERDICT_PASS, "passed");
  expect (self, "HTTP/1.1 302 Found\r\nLocation: /login\r\n\r\n", PAWL_VERDICT_PASS, "passed");
}

static void
test_other_answers (Fixture *self, gconstpointer data)
{
  g_autofree char *endless = g_strnfill (5000, 'x');

  expect (self, "HTTP/1.1 503 Starting\r\n\r\n", PAWL_VERDICT_NOT_YET,
          "it answers \"HTTP/1.1 503 Starting\"");
  expect (self, "HTTP/1.1 404 Not Found\r\n\r\n", PAWL_VERDICT_NOT_YET, "404");
  expect (self, "SSH-2.0-OpenSSH_9.2\r\n", PAWL_VERDICT_NOT_YET, "SSH-2.0");
  expect (self, "HTTP/1.1", PAWL_VERDICT_NOT_YET, "it answers \"HTTP/1.1\"");
  expect (self, "HTTP/1.1 \xff\xfe\r\n", PAWL_VERDICT_NOT_YET, "it answers");
  expect (self, "", PAWL_VERDICT_NOT_YET, "it answers \"\"");
  expect (self, endless, PAWL_VERDICT_NOT_YET, "it answers \"xxx");
}

static void
test_what_it_asks (Fixture *self, gconstpointer data)
{
  Server server = {0};
  g_autofree char *host = NULL;

  server_start (&server, "HTTP/1.1 200 OK\r\n\r\n");
  host = g_strdup_printf ("\r\nHost: 127.0.0.1:%u\r\n", server.port);
  set_url (self, "http", server.port, "");
  fixture_expect (self, PAWL_VERDICT_PASS, "passed");
  g_assert_true (g_str_has_prefix (server.heard, "GET / HTTP/1.1\r\n"));
  g_assert_nonnull (strstr (server.heard, host));
  g_assert_nonnull (strstr (server.heard, "\r\nConnection: close\r\n"));
  set_url (self, "http", server.port, "/a%20b?c=d");
  fixture_expect (self, PAWL_VERDICT_PASS, "passed");
  g_assert_true (g_str_has_prefix (server.heard, "GET /a%20b?c=d HTTP/1.1\r\n"));
  server_stop (&server);
}

static void
test_nobody_listens (Fixture *self, gconstpointer data)
{
  Server server = {0};

  server_start (&server, "");
  server_stop (&server);
  set_url (self, "http", server.port, "/");
  fixture_expect (self, PAWL_VERDICT_NOT_YET, "127.0.0.1");
}

static void
test_time_limit (Fixture *self, gconstpointer data)
{
  test_context_set (self->context, "url-timeout-s", g_variant_new_int64 (1));
  expect (self, NULL, PAWL_VERDICT_NOT_YET, "no answer within url-timeout-s");
}

static void
test_no_address (Fixture *self, gconstpointer data)
{
  const char *const texts[] = {"ftp://127.0.0.1/", "127.0.0.1", "http:///path", "http://"};

  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      const char *urls[] = {texts[i], NULL};

      test_context_set (self->context, "urls", g_variant_new_strv (urls, -1));
      fixture_expect (self, PAWL_VERDICT_FAIL, "it is no address");
    }
}

static void
test_bad_certificates (Fixture *self, gconstpointer data)
{
  const char *urls[] = {"https://127.0.0.1/", NULL};

  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    {
      g_test_skip ("GIO has no TLS here");
      return;
    }
  test_context_set (self->context, "urls", g_variant_new_strv (urls, -1));
  test_context_set (self->context, "tls-ca-path", g_variant_new_string ("/no/such/ca.pem"));
  fixture_expect (self, PAWL_VERDICT_FAIL, "/no/such/ca.pem");
}

/* A server with a certificate that nobody vouches for is no server of ours. */
static void
test_https_is_not_plain (Fixture *self, gconstpointer data)
{
  Server server = {0};

  server_start (&server, "HTTP/1.1 200 OK\r\n\r\n");
  set_url (self, "https", server.port, "/");
  fixture_expect (self, PAWL_VERDICT_NOT_YET, "127.0.0.1");
  server_stop (&server);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/health/urls/" name, Fixture, NULL, fixture_set_up, func, fixture_tear_down)

int
main (int argc, char **argv)
{
  g_setenv ("GIO_USE_PROXY_RESOLVER", "dummy", TRUE);
  g_test_init (&argc, &argv, NULL);
  ADD ("success", test_success);
  ADD ("other-answers", test_other_answers);
  ADD ("what-it-asks", test_what_it_asks);
  ADD ("nobody-listens", test_nobody_listens);
  ADD ("time-limit", test_time_limit);
  ADD ("no-address", test_no_address);
  ADD ("bad-certificates", test_bad_certificates);
  ADD ("https-is-not-plain", test_https_is_not_plain);
  return g_test_run ();
}
