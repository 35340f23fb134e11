/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* A real server, over TLS and HTTP/2. */
#include "pawl-http-transport.h"

#include "test-context.h"

#include <glib/gstdio.h>
#include <string.h>

#define TIMEOUT_MS 60000
#define SIZE       3000000

static const char script[] =
  "set -e; cd \"$1\"; mkdir www\n"
  "openssl req -x509 -newkey rsa:2048 -nodes -keyout server.key -subj /CN=server -days 2 "
  "-addext subjectAltName=IP:127.0.0.1 -out server.crt\n"
  "printf abc >www/small\n"
  "head -c 3000000 /dev/zero | tr '\\0' x >www/large\n";

static const char conf[] = "daemon off; master_process off; pid nginx.pid; error_log error.log;\n"
                           "events {}\n"
                           "http {\n"
                           "  log_format short '$server_protocol $connection $status';\n"
                           "  access_log access.log short;\n"
                           "  server {\n"
                           "    listen 127.0.0.1:%u ssl http2;\n"
                           "    ssl_certificate server.crt; ssl_certificate_key server.key;\n"
                           "    root www;\n"
                           "  }\n"
                           "}\n";

typedef struct
{
  char *folder;
  guint port;
  GSubprocess *server;
  PawlTransport *transport;
  PawlPayload *payload;
} Fixture;

static char *
path_of (Fixture *self, const char *name)
{
  return g_build_filename (self->folder, name, NULL);
}

static void
run (const char *command, const char *folder)
{
  const char *argv[] = {"sh", "-c", command, "sh", folder, NULL};
  g_autoptr (GError) error = NULL;
  int status = 0;

  g_spawn_sync (NULL, (char **) argv, NULL,
                G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL | G_SPAWN_STDERR_TO_DEV_NULL, NULL,
                NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_true (g_spawn_check_wait_status (status, &error));
}

/* A port that was free a moment ago: the server cannot be asked which one it took. */
static guint
find_port (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocket) socket =
    g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_TCP, &error);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new_from_string ("127.0.0.1", 0);
  g_autoptr (GSocketAddress) bound = NULL;

  g_assert_no_error (error);
  g_assert_true (g_socket_bind (socket, any, TRUE, &error));
  bound = g_socket_get_local_address (socket, &error);
  g_assert_no_error (error);
  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound));
}

/* It is not waited for: the transport tries again until it answers. */
static void
start_server (Fixture *self)
{
  g_autofree char *file = path_of (self, "nginx.conf");
  g_autofree char *text = NULL;
  const char *argv[] = {"nginx", "-p", self->folder, "-c", file, NULL};
  g_autoptr (GError) error = NULL;

  self->port = find_port ();
  text = g_strdup_printf (conf, self->port);
  g_assert_true (g_file_set_contents (file, text, -1, &error));
  self->server = g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error);
  g_assert_no_error (error);
}

static PawlTransport *
make_transport (Fixture *self)
{
  g_autoptr (TestContext) context = test_context_new (g_getenv ("PAWL_HTTP_KEYFILE"));
  PawlTransport *transport = g_object_new (PAWL_TYPE_HTTP_TRANSPORT, NULL);
  g_autofree char *ca = path_of (self, "server.crt");
  g_autoptr (GError) error = NULL;

  test_context_set (context, "retry-delay-ms", g_variant_new_int64 (50));
  test_context_set (context, "retries", g_variant_new_int64 (10));
  test_context_set (context, "tls-ca-path", g_variant_new_string (ca));
  g_assert_true (pawl_transport_set_up (transport, PAWL_CONTEXT (context), &error));
  g_assert_no_error (error);
  return transport;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autofree char *program = g_find_program_in_path ("nginx");
  g_autofree char *payload = NULL;
  g_autoptr (GError) error = NULL;

  if (program == NULL)
    return;
  self->folder = g_dir_make_tmp ("pawl-nginx-XXXXXX", NULL);
  run (script, self->folder);
  start_server (self);
  self->transport = make_transport (self);
  payload = path_of (self, "payload");
  self->payload = pawl_payload_new_for_path (payload, TRUE, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  if (self->server == NULL)
    return;
  g_object_unref (self->transport);
  g_object_unref (self->payload);
  g_subprocess_force_exit (self->server);
  g_subprocess_wait (self->server, NULL, NULL);
  g_object_unref (self->server);
  run ("rm -rf \"$1\"", self->folder);
  g_free (self->folder);
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static GAsyncResult *
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}

static GBytes *
fetch (Fixture *self, const char *path, guint64 max_size, GError **error)
{
  g_autofree char *uri = g_strdup_printf ("https://127.0.0.1:%u/%s", self->port, path);
  const char *uris[] = {uri, NULL};
  g_autoptr (GAsyncResult) result = NULL;

  pawl_transport_fetch_async (self->transport, uris, max_size, NULL, TIMEOUT_MS, NULL, on_done,
                              &result);
  return pawl_transport_fetch_finish (self->transport, wait_for (&result), NULL, error);
}

static PawlTarget *
make_target (void)
{
  g_auto (GVariantDict) members = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) variant = NULL;

  g_variant_dict_insert (&members, "name", "s", "large");
  g_variant_dict_insert (&members, "length", "t", (guint64) SIZE);
  variant = g_variant_ref_sink (g_variant_dict_end (&members));
  return pawl_target_new_from_variant (variant, NULL);
}

static guint64
fetch_payload (Fixture *self, GError **error)
{
  g_autofree char *uri = g_strdup_printf ("https://127.0.0.1:%u/large", self->port);
  const char *uris[] = {uri, NULL};
  g_autoptr (PawlTarget) target = make_target ();
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GVariant) answer = NULL;
  guint64 transferred = 0;

  pawl_transport_fetch_payload_async (self->transport, target, uris, self->payload, NULL,
                                      TIMEOUT_MS, NULL, NULL, on_done, &result);
  answer = pawl_transport_fetch_payload_finish (self->transport, wait_for (&result), error);
  if (answer != NULL)
    g_variant_lookup (answer, "bytes-transferred", "t", &transferred);
  return transferred;
}

static void
assert_logged (Fixture *self, const char *line)
{
  g_autofree char *file = path_of (self, "access.log");
  g_autofree char *text = NULL;

  g_assert_true (g_file_get_contents (file, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, line));
}

static gboolean
skip_without_server (Fixture *self)
{
  if (self->server == NULL)
    g_test_skip ("there is no nginx");
  return self->server == NULL;
}

/* One connection for all of it, refusals included. */
static void
test_fetches (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  if (skip_without_server (self))
    return;
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GBytes) bytes = fetch (self, "small", 100, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (g_bytes_get_size (bytes), ==, 3);
      g_assert_null (fetch (self, "nothing", 100, &error));
      g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NOT_FOUND);
      g_clear_error (&error);
    }
  assert_logged (self, "HTTP/2.0 1 200");
  assert_logged (self, "HTTP/2.0 1 404");
}

/* What is given up in the middle does not hurt what comes next. */
static void
test_gives_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (skip_without_server (self))
    return;
  g_assert_null (fetch (self, "large", 100000, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_TOO_LARGE);
  g_clear_error (&error);
  bytes = fetch (self, "small", 100, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (bytes), ==, 3);
}

static void
test_resumes (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *validator = NULL;
  guint64 transferred;

  if (skip_without_server (self))
    return;
  transferred = fetch_payload (self, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (transferred, ==, SIZE);
  g_assert_true (pawl_payload_truncate (self->payload, SIZE / 3, &error));
  validator = pawl_payload_dup_validator (self->payload);
  transferred = fetch_payload (self, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pawl_payload_get_length (self->payload), ==, SIZE);
  if (validator == NULL)
    return;
  g_assert_cmpuint (transferred, ==, SIZE - SIZE / 3);
  assert_logged (self, " 206");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/http/nginx/fetches", Fixture, NULL, set_up, test_fetches, tear_down);
  g_test_add ("/http/nginx/gives-up", Fixture, NULL, set_up, test_gives_up, tear_down);
  g_test_add ("/http/nginx/resumes", Fixture, NULL, set_up, test_resumes, tear_down);
  return g_test_run ();
}
