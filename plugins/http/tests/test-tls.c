/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-http-transport.h"

#include "test-context.h"
#include "test-web.h"

#include <string.h>

#define TIMEOUT_MS 60000
#define MODULE     "/usr/lib/softhsm/libsofthsm2.so"
#define TOKEN      "pkcs11:token=pawl;object=client"

/* A CA, a server and a client, made anew for each run because certificates expire. */
static const char script[] =
  "set -e; cd \"$1\"\n"
  "new () { openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out $1.key "
  "2>/dev/null || openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out $1.key; }\n"
  "new ca; openssl req -x509 -new -key ca.key -subj /CN=ca -days 2 -out ca.pem\n"
  "new other; openssl req -x509 -new -key other.key -subj /CN=other -days 2 -out other.pem\n"
  "new server; openssl req -new -key server.key -subj /CN=server -out server.csr\n"
  "echo subjectAltName=IP:127.0.0.1 >ext\n"
  "openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 "
  "-extfile ext -out server.crt\n"
  "new client; openssl req -new -key client.key -subj /CN=device -out client.csr\n"
  "openssl x509 -req -in client.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 "
  "-out client.crt\n";

typedef struct
{
  char *folder;
  TestWeb *web;
} Fixture;

/* The client's key and certificate again, in a token. */
static const char token_script[] =
  "set -e; cd \"$1\"\n"
  "openssl pkcs8 -topk8 -nocrypt -in client.key -out client.p8\n"
  "openssl x509 -in client.crt -outform DER -out client.der\n"
  "softhsm2-util --init-token --free --label pawl --pin 1234 --so-pin 5678\n"
  "softhsm2-util --import client.p8 --token pawl --label client --id 01 --pin 1234\n"
  "pkcs11-tool --module " MODULE " --token-label pawl --login --pin 1234 "
  "--write-object client.der --type cert --label client --id 01\n";

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

/* A server that shows the certificates in the folder. */
static void
start (Fixture *self)
{
  g_autofree char *ca = path_of (self, "ca.pem");
  g_autofree char *cert = path_of (self, "server.crt");
  g_autofree char *key = path_of (self, "server.key");
  g_autoptr (GError) error = NULL;
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autoptr (GTlsDatabase) clients = NULL;

  certificate = g_tls_certificate_new_from_files (cert, key, &error);
  g_assert_no_error (error);
  clients = g_tls_file_database_new (ca, &error);
  g_assert_no_error (error);
  self->web = test_web_new (certificate, clients);
  test_web_put (self->web, "/a", "abc", 3, NULL);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("pawl-tls-XXXXXX", NULL);
  run (script, self->folder);
  start (self);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  test_web_free (self->web);
  run ("rm -rf \"$1\"", self->folder);
  g_free (self->folder);
}

static void
set_path (Fixture *self, TestContext *context, const char *key, const char *name)
{
  g_autofree char *path = *name != '\0' ? path_of (self, name) : g_strdup ("");

  test_context_set (context, key, g_variant_new_string (path));
}

/* @time_us: what the host says the time is, 0 for the clock's */
static PawlTransport *
make_transport_at (Fixture *self,
                   gint64 time_us,
                   const char *ca,
                   const char *cert,
                   const char *key,
                   GError **error)
{
  g_autoptr (TestContext) context = test_context_new (g_getenv ("PAWL_HTTP_KEYFILE"));
  g_autoptr (PawlTransport) transport = g_object_new (PAWL_TYPE_HTTP_TRANSPORT, NULL);

  test_context_set_time (context, time_us);
  test_context_set (context, "retries", g_variant_new_int64 (0));
  set_path (self, context, "tls-ca-path", ca);
  set_path (self, context, "tls-client-cert-path", cert);
  set_path (self, context, "tls-client-key-path", key);
  if (!pawl_transport_set_up (transport, PAWL_CONTEXT (context), error))
    return NULL;
  return g_steal_pointer (&transport);
}

static PawlTransport *
make_transport (Fixture *self, const char *ca, const char *cert, const char *key, GError **error)
{
  return make_transport_at (self, 0, ca, cert, key, error);
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static GBytes *
fetch (Fixture *self, PawlTransport *transport, GError **error)
{
  g_autofree char *uri = test_web_make_uri (self->web, "/a");
  const char *uris[] = {uri, NULL};
  g_autoptr (GAsyncResult) result = NULL;

  pawl_transport_fetch_async (transport, uris, 100, NULL, TIMEOUT_MS, NULL, on_done, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return pawl_transport_fetch_finish (transport, result, NULL, error);
}

/* Both sides show who they are, once. */
static void
test_mutual (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlTransport) transport =
    make_transport (self, "ca.pem", "client.crt", "client.key", &error);

  g_assert_no_error (error);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GBytes) bytes = fetch (self, transport, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (g_bytes_get_size (bytes), ==, 3);
    }
  g_assert_cmpuint (test_web_get_connections (self->web), ==, 1);
}

static void
test_refuses (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *ca;
    const char *cert;
    const char *key;
    PawlError code;
  } cases[] = {
    {"other.pem",   "client.crt",  "client.key", PAWL_ERROR_NETWORK       },
    {"",            "client.crt",  "client.key", PAWL_ERROR_NETWORK       },
    {"ca.pem",      "",            "",           PAWL_ERROR_NETWORK       },
    {"ca.pem",      "nothing.crt", "client.key", PAWL_ERROR_INVALID_CONFIG},
    {"nothing.pem", "client.crt",  "client.key", PAWL_ERROR_INVALID_CONFIG},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PawlTransport) transport =
        make_transport (self, cases[i].ca, cases[i].cert, cases[i].key, &error);

      g_assert_no_error (error);
      g_test_message ("case %zu", i);
      g_assert_null (fetch (self, transport, &error));
      g_assert_error (error, PAWL_ERROR, (int) cases[i].code);
      g_assert_cmpuint (test_web_count (self->web, "/a"), ==, 0);
    }
}

/* Certificates of the clock's today, and such as will be made in thirty days, each good for two. */
static void
test_judges_by_the_hosts_time (Fixture *self, gconstpointer data)
{
  static const struct
  {
    gboolean is_made_later;
    guint time_days;
    const char *refusal;
  } cases[] = {
    {FALSE, 0,  NULL           },
    {FALSE, 10, "expired"      }, /* whatever the clock says */
    {TRUE,  0,  "not-activated"},
    {TRUE,  31, NULL           }, /* a clock that is far behind does no harm */
    {TRUE,  40, "expired"      },
  };
  g_autofree char *later = g_strdup_printf ("faketime -f +30d sh -c '%s' sh \"$1\"", script);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 time_us = g_get_real_time () + cases[i].time_days * G_TIME_SPAN_DAY;
      g_autoptr (GError) error = NULL;
      g_autoptr (PawlTransport) transport = NULL;
      g_autoptr (GBytes) bytes = NULL;

      test_web_free (self->web);
      run (cases[i].is_made_later ? later : script, self->folder);
      start (self);
      transport = make_transport_at (self, time_us, "ca.pem", "client.crt", "client.key", &error);
      g_assert_no_error (error);
      bytes = fetch (self, transport, &error);
      g_test_message ("case %zu: %s", i, error != NULL ? error->message : "good");
      if (cases[i].refusal == NULL)
        {
          g_assert_no_error (error);
          g_assert_nonnull (bytes);
          continue;
        }
      g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NETWORK);
      g_assert_nonnull (strstr (error->message, cases[i].refusal));
    }
}

static void
test_bad_config (Fixture *self, gconstpointer data)
{
  static const char *const cases[][3] = {
    {"",                     "client.key",        ""          },
    {"client.crt",           "pkcs11:object=key", ""          },
    {"pkcs11:object=client", "/etc/client.key",   ""          },
    {"",                     "",                  "no address"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TestContext) context = test_context_new (g_getenv ("PAWL_HTTP_KEYFILE"));
      g_autoptr (PawlTransport) transport = g_object_new (PAWL_TYPE_HTTP_TRANSPORT, NULL);
      g_autoptr (GError) error = NULL;

      test_context_set (context, "tls-client-cert-path", g_variant_new_string (cases[i][0]));
      test_context_set (context, "tls-client-key-path", g_variant_new_string (cases[i][1]));
      test_context_set (context, "proxy", g_variant_new_string (cases[i][2]));
      g_assert_false (pawl_transport_set_up (transport, PAWL_CONTEXT (context), &error));
      g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG);
    }
}

static PawlTransport *
make_token_transport (Fixture *self, const char *pin)
{
  g_autofree char *ca = path_of (self, "ca.pem");
  g_autoptr (TestContext) context = test_context_new (g_getenv ("PAWL_HTTP_KEYFILE"));
  PawlTransport *transport = g_object_new (PAWL_TYPE_HTTP_TRANSPORT, NULL);
  g_autoptr (GError) error = NULL;

  test_context_set (context, "retries", g_variant_new_int64 (0));
  test_context_set (context, "tls-ca-path", g_variant_new_string (ca));
  test_context_set (context, "tls-client-cert-path", g_variant_new_string (TOKEN));
  test_context_set (context, "tls-client-pin", g_variant_new_string (pin));
  g_assert_true (pawl_transport_set_up (transport, PAWL_CONTEXT (context), &error));
  g_assert_no_error (error);
  return transport;
}

/* The key stays in the token; a wrong PIN is tried once, so that the token does not lock. */
static void
test_token (Fixture *self, gconstpointer data)
{
  g_autoptr (PawlTransport) wrong = make_token_transport (self, "4321");
  g_autoptr (PawlTransport) none = make_token_transport (self, "");
  g_autoptr (PawlTransport) right = make_token_transport (self, "1234");
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  if (!g_file_test (MODULE, G_FILE_TEST_EXISTS))
    {
      g_test_skip ("there is no SoftHSM");
      return;
    }
  run (token_script, self->folder);
  g_assert_null (fetch (self, wrong, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NETWORK);
  g_assert_null (strstr (error->message, "4321"));
  g_clear_error (&error);
  g_assert_null (fetch (self, none, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NETWORK);
  g_clear_error (&error);
  bytes = fetch (self, right, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (bytes), ==, 3);
}

/* The token module reads its configuration once. */
static char *
prepare_tokens (void)
{
  char *folder = g_dir_make_tmp ("pawl-token-XXXXXX", NULL);
  g_autofree char *conf = g_build_filename (folder, "softhsm2.conf", NULL);
  g_autofree char *text = g_strdup_printf ("directories.tokendir = %s\n", folder);

  g_assert_true (g_file_set_contents (conf, text, -1, NULL));
  g_setenv ("SOFTHSM2_CONF", conf, TRUE);
  return folder;
}

int
main (int argc, char **argv)
{
  g_autofree char *tokens = NULL;
  int status;

  g_test_init (&argc, &argv, NULL);
  tokens = prepare_tokens ();
  g_test_add ("/http/tls/mutual", Fixture, NULL, set_up, test_mutual, tear_down);
  g_test_add ("/http/tls/refuses", Fixture, NULL, set_up, test_refuses, tear_down);
  g_test_add ("/http/tls/judges-by-the-hosts-time", Fixture, NULL, set_up,
              test_judges_by_the_hosts_time, tear_down);
  g_test_add ("/http/tls/bad-config", Fixture, NULL, set_up, test_bad_config, tear_down);
  g_test_add ("/http/tls/token", Fixture, NULL, set_up, test_token, tear_down);
  status = g_test_run ();
  run ("rm -rf \"$1\"", tokens);
  return status;
}
