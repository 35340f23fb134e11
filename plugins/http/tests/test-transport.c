/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-http-transport.h"

#include "test-context.h"
#include "test-web.h"

#include <glib/gstdio.h>
#include <string.h>

#define TIMEOUT_MS 60000
#define SIZE       300000

typedef struct
{
  char *folder;
  TestWeb *web;
  TestWeb *mirror;
  PawlTransport *transport;
  PawlPayload *payload;
} Fixture;

static TestContext *
make_context (void)
{
  TestContext *context = test_context_new (g_getenv ("PAWL_HTTP_KEYFILE"));

  test_context_set (context, "retry-delay-ms", g_variant_new_int64 (1));
  test_context_set (context, "stall-timeout-s", g_variant_new_int64 (1));
  test_context_set (context, "retries", g_variant_new_int64 (2));
  return context;
}

static PawlTransport *
make_transport (TestContext *context)
{
  PawlTransport *transport = g_object_new (PAWL_TYPE_HTTP_TRANSPORT, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (pawl_transport_set_up (transport, PAWL_CONTEXT (context), &error));
  g_assert_no_error (error);
  return transport;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (TestContext) context = make_context ();
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("pawl-http-XXXXXX", NULL);
  path = g_build_filename (self->folder, "payload", NULL);
  self->payload = pawl_payload_new_for_path (path, TRUE, &error);
  g_assert_no_error (error);
  self->web = test_web_new (NULL, NULL);
  self->mirror = test_web_new (NULL, NULL);
  self->transport = make_transport (context);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "payload", NULL);

  g_object_unref (self->transport);
  test_web_free (self->web);
  test_web_free (self->mirror);
  g_object_unref (self->payload);
  g_unlink (path);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
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

/* Both servers' @path, the second only if @mirrored. */
static GBytes *
fetch (Fixture *self,
       const char *path,
       gboolean mirrored,
       GVariant *options,
       GVariant **out_info,
       GError **error)
{
  g_autofree char *first = test_web_make_uri (self->web, path);
  g_autofree char *second = test_web_make_uri (self->mirror, path);
  const char *uris[] = {first, mirrored ? second : NULL, NULL};
  g_autoptr (GAsyncResult) result = NULL;

  pawl_transport_fetch_async (self->transport, uris, SIZE, options, TIMEOUT_MS, NULL, on_done,
                              &result);
  return pawl_transport_fetch_finish (self->transport, wait_for (&result), out_info, error);
}

static void
put (TestWeb *web, const char *path, gsize size, const char *etag)
{
  g_autofree char *data = g_malloc (size);

  for (gsize i = 0; i < size; i++)
    data[i] = (char) ('a' + i % 23);
  test_web_put (web, path, data, size, etag);
}

static void
test_fetches (Fixture *self, gconstpointer data)
{
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) info = NULL;
  g_autoptr (GVariant) again = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) nothing = NULL;
  g_autoptr (GError) error = NULL;
  gboolean not_modified = FALSE;
  const char *etag = NULL;

  put (self->web, "/a", SIZE, "\"one\"");
  bytes = fetch (self, "/a", FALSE, NULL, &info, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (bytes), ==, SIZE);
  /* A refusal does not cost the connection either. */
  g_assert_null (fetch (self, "/b", FALSE, NULL, NULL, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NOT_FOUND);
  g_assert_cmpuint (test_web_count (self->web, "/b"), ==, 1);
  g_clear_error (&error);
  g_bytes_unref (bytes);
  bytes = fetch (self, "/a", FALSE, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (test_web_get_connections (self->web), ==, 1);
  g_assert_true (g_variant_lookup (info, "etag", "&s", &etag));
  g_variant_dict_insert (&options, "etag", "s", etag);
  nothing = fetch (self, "/a", FALSE, g_variant_dict_end (&options), &again, &error);
  g_assert_no_error (error);
  g_assert_true (g_variant_lookup (again, "not-modified", "b", &not_modified));
  g_assert_true (not_modified);
}

static const struct
{
  const char *response;
  PawlError code;
  guint requests;
} refusals[] = {
  {"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",                             PAWL_ERROR_ACCESS_DENIED, 1 },
  {"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",                             PAWL_ERROR_NOT_FOUND,     1 },
  {"HTTP/1.1 410 Gone\r\nContent-Length: 0\r\n\r\n",                                  PAWL_ERROR_NOT_FOUND,     1 },
  {"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",                           PAWL_ERROR_FAILED,        1 },
  {"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n",                                  PAWL_ERROR_NETWORK,       3 },
  {"HTTP/1.1 429 Slow\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n",                PAWL_ERROR_NETWORK,       3 },
  {"HTTP/1.1 503 No\r\nRetry-After: 3600\r\nContent-Length: 0\r\n\r\n",               PAWL_ERROR_RETRY_LATER,   1 },
  {"HTTP/1.1 304 Not Modified\r\n\r\n",                                               PAWL_ERROR_FAILED,        1 },
  {"HTTP/1.1 206 Partial Content\r\nContent-Length: 0\r\n\r\n",                       PAWL_ERROR_FAILED,        1 },
  {"HTTP/1.1 200 OK\r\nContent-Length: 300001\r\n\r\n",                               PAWL_ERROR_TOO_LARGE,     1 },
  {"HTTP/1.1 302 There\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n",
   PAWL_ERROR_NETWORK,                                                                                          1 },
  {"HTTP/1.1 302 Where\r\nContent-Length: 0\r\n\r\n",                                 PAWL_ERROR_NETWORK,       1 },
  {"HTTP/1.1 302 Loop\r\nLocation: /loop\r\nContent-Length: 0\r\n\r\n",               PAWL_ERROR_NETWORK,       11},
};

static void
test_refuses (Fixture *self, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      g_autofree char *path =
        refusals[i].requests == 11 ? g_strdup ("/loop") : g_strdup_printf ("/%zu", i);
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", refusals[i].response);
      test_web_script (self->web, path, refusals[i].response, 100);
      g_assert_null (fetch (self, path, FALSE, NULL, NULL, &error));
      g_assert_error (error, PAWL_ERROR, (int) refusals[i].code);
      g_assert_cmpuint (test_web_count (self->web, path), ==, refusals[i].requests);
    }
}

/* A wish is told when the operation ends before it does, and only then. */
static void
test_tells_a_wish (Fixture *self, gconstpointer data)
{
  g_autoptr (TestContext) context = make_context ();
  g_autoptr (PawlTransport) transport = make_transport (context);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GError) error = NULL;

  g_set_object (&self->transport, transport);
  put (self->mirror, "/wish", 10, NULL);
  test_web_script (self->web, "/wish",
                   "HTTP/1.1 503 No\r\nRetry-After: 7200\r\nContent-Length: 0\r\n\r\n", 100);
  bytes = fetch (self, "/wish", TRUE, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (test_context_get_retry_after (context), ==, 0);

  g_assert_null (fetch (self, "/wish", FALSE, NULL, NULL, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_RETRY_LATER);
  g_assert_cmpuint (test_context_get_retry_after (context), ==, 7200);
}

static void
test_survives_faults (Fixture *self, gconstpointer data)
{
  static const TestWebFault faults[] = {TEST_WEB_DROP, TEST_WEB_TRUNCATE, TEST_WEB_STALL,
                                        TEST_WEB_GARBAGE};

  put (self->web, "/a", SIZE, "\"one\"");
  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = NULL;

      g_test_message ("fault %u", faults[i]);
      test_web_order (self->web, "/a", faults[i], 2);
      bytes = fetch (self, "/a", FALSE, NULL, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (g_bytes_get_size (bytes), ==, SIZE);
    }
}

static void
test_gives_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  put (self->web, "/a", SIZE, NULL);
  test_web_order (self->web, "/a", TEST_WEB_TRUNCATE, 100);
  g_assert_null (fetch (self, "/a", FALSE, NULL, NULL, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NETWORK);
}

static void
test_endless (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  test_web_order (self->web, "/a", TEST_WEB_ENDLESS, 1);
  g_assert_null (fetch (self, "/a", FALSE, NULL, NULL, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_TOO_LARGE);
}

static void
test_mirror (Fixture *self, gconstpointer data)
{
  g_autoptr (GVariant) info = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *wanted = test_web_make_uri (self->mirror, "/a");
  const char *uri = NULL;

  put (self->mirror, "/a", 10, NULL);
  bytes = fetch (self, "/a", TRUE, NULL, &info, &error);
  g_assert_no_error (error);
  g_assert_true (g_variant_lookup (info, "uri", "&s", &uri));
  g_assert_cmpstr (uri, ==, wanted);
}

static GVariant *
make_headers (const char *name, const char *value)
{
  GVariantBuilder headers;
  GVariantDict options;

  g_variant_builder_init (&headers, G_VARIANT_TYPE ("a{ss}"));
  g_variant_builder_add (&headers, "{ss}", name, value);
  g_variant_dict_init (&options, NULL);
  g_variant_dict_insert_value (&options, "headers", g_variant_builder_end (&headers));
  return g_variant_dict_end (&options);
}

/* What was given for one server does not reach another one. */
static void
test_redirects (Fixture *self, gconstpointer data)
{
  g_autofree char *there = test_web_make_uri (self->mirror, "/b");
  g_autofree char *away =
    g_strdup_printf ("HTTP/1.1 302 Away\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n", there);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) near = NULL;
  g_autoptr (GBytes) far = NULL;
  g_autofree char *seen_near = NULL;
  g_autofree char *seen_far = NULL;

  put (self->web, "/b", 10, NULL);
  put (self->mirror, "/b", 20, NULL);
  test_web_script (self->web, "/near",
                   "HTTP/1.1 307 Near\r\nLocation: b\r\nContent-Length: 0\r\n\r\n", 1);
  test_web_script (self->web, "/far", away, 1);
  near = fetch (self, "/near", FALSE, make_headers ("Authorization", "secret"), NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (near), ==, 10);
  seen_near = test_web_dup_last (self->web, "/b");
  g_assert_nonnull (strstr (seen_near, "Authorization: secret"));
  far = fetch (self, "/far", FALSE, make_headers ("Authorization", "secret"), NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (far), ==, 20);
  seen_far = test_web_dup_last (self->mirror, "/b");
  g_assert_null (strstr (seen_far, "secret"));
}

static void
test_bad_requests (Fixture *self, gconstpointer data)
{
  const char *const bad_uris[] = {"file:///etc/passwd", "http://", "no address", ""};
  g_autoptr (GError) error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (bad_uris); i++)
    {
      const char *uris[] = {bad_uris[i], NULL};
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) uri_error = NULL;

      pawl_transport_fetch_async (self->transport, uris, SIZE, NULL, TIMEOUT_MS, NULL, on_done,
                                  &result);
      g_assert_null (
        pawl_transport_fetch_finish (self->transport, wait_for (&result), NULL, &uri_error));
      g_assert_error (uri_error, PAWL_ERROR, PAWL_ERROR_INVALID_ARGUMENT);
    }
  g_assert_null (fetch (self, "/a", FALSE, make_headers ("X", "a\r\nHost: b"), NULL, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_ARGUMENT);
  g_clear_error (&error);
  g_assert_null (fetch (self, "/a", FALSE, make_headers ("X Y", "a"), NULL, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_ARGUMENT);
}

static const struct
{
  const char *name;
  void (*test) (Fixture *self, gconstpointer data);
} tests[] = {
  {"fetches",             test_fetches        },
  {"refuses",             test_refuses        },
  {"tells-a-wish",        test_tells_a_wish   },
  {"u21-survives-faults", test_survives_faults},
  {"gives-up",            test_gives_up       },
  {"endless",             test_endless        },
  {"mirror",              test_mirror         },
  {"redirects",           test_redirects      },
  {"bad-requests",        test_bad_requests   },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/http/transport/", tests[i].name, NULL);

      g_test_add (path, Fixture, NULL, set_up, tests[i].test, tear_down);
    }
  return g_test_run ();
}
