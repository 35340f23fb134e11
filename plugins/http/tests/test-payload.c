/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-http-transport.h"

#include "test-context.h"
#include "test-web.h"

#include <glib/gstdio.h>
#include <string.h>

#define TIMEOUT_MS 60000
#define SIZE       1000000

typedef struct
{
  char *folder;
  char *path;
  TestWeb *web;
  TestWeb *mirror;
  PawlTransport *transport;
  PawlPayload *payload;
  char *data;
} Fixture;

static PawlTransport *
make_transport (void)
{
  g_autoptr (TestContext) context = test_context_new (g_getenv ("PAWL_HTTP_KEYFILE"));
  PawlTransport *transport = g_object_new (PAWL_TYPE_HTTP_TRANSPORT, NULL);
  g_autoptr (GError) error = NULL;

  test_context_set (context, "retry-delay-ms", g_variant_new_int64 (1));
  test_context_set (context, "stall-timeout-s", g_variant_new_int64 (1));
  test_context_set (context, "retries", g_variant_new_int64 (2));
  g_assert_true (pawl_transport_set_up (transport, PAWL_CONTEXT (context), &error));
  g_assert_no_error (error);
  return transport;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->folder = g_dir_make_tmp ("pawl-http-XXXXXX", NULL);
  self->path = g_build_filename (self->folder, "payload", NULL);
  self->payload = pawl_payload_new_for_path (self->path, TRUE, &error);
  g_assert_no_error (error);
  self->web = test_web_new (NULL, NULL);
  self->mirror = test_web_new (NULL, NULL);
  self->transport = make_transport ();
  self->data = g_malloc (SIZE);
  for (gsize i = 0; i < SIZE; i++)
    self->data[i] = (char) (i * 2654435761u >> 16);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_object_unref (self->transport);
  test_web_free (self->web);
  test_web_free (self->mirror);
  g_object_unref (self->payload);
  g_unlink (self->path);
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_free (self->folder);
  g_free (self->path);
  g_free (self->data);
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

static PawlTarget *
make_target (guint64 length)
{
  g_auto (GVariantDict) members = G_VARIANT_DICT_INIT (NULL);
  g_autofree char *hash = g_strnfill (64, '0');
  g_autoptr (GVariant) variant = NULL;
  g_autoptr (GError) error = NULL;
  GVariantBuilder hashes;
  PawlTarget *target;

  g_variant_builder_init (&hashes, G_VARIANT_TYPE ("a{ss}"));
  g_variant_builder_add (&hashes, "{ss}", "sha256", hash);
  g_variant_dict_insert (&members, "name", "s", "image");
  g_variant_dict_insert (&members, "length", "t", length);
  g_variant_dict_insert_value (&members, "hashes", g_variant_builder_end (&hashes));
  variant = g_variant_ref_sink (g_variant_dict_end (&members));
  target = pawl_target_new_from_variant (variant, &error);
  g_assert_no_error (error);
  return target;
}

static GVariant *
fetch (Fixture *self, guint64 length, gboolean mirrored, GVariant *options, GError **error)
{
  g_autofree char *first = test_web_make_uri (self->web, "/p");
  g_autofree char *second = test_web_make_uri (self->mirror, "/p");
  const char *uris[] = {first, mirrored ? second : NULL, NULL};
  g_autoptr (PawlTarget) target = make_target (length);
  g_autoptr (GAsyncResult) result = NULL;

  pawl_transport_fetch_payload_async (self->transport, target, uris, self->payload, options,
                                      TIMEOUT_MS, NULL, NULL, on_done, &result);
  return pawl_transport_fetch_payload_finish (self->transport, wait_for (&result), error);
}

static void
assert_payload (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = pawl_payload_read (self->payload, 0, SIZE + 1, &error);
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  g_assert_no_error (error);
  g_assert_cmpmem (data, size, self->data, SIZE);
}

static void
assert_transferred (GVariant *result, guint64 wanted)
{
  guint64 bytes = 0;

  g_assert_true (g_variant_lookup (result, "bytes-transferred", "t", &bytes));
  g_assert_cmpuint (bytes, ==, wanted);
}

static void
test_fetches (Fixture *self, gconstpointer data)
{
  g_autoptr (GVariant) result = NULL;
  g_autoptr (GVariant) again = NULL;
  g_autoptr (GError) error = NULL;

  test_web_put (self->web, "/p", self->data, SIZE, "\"one\"");
  result = fetch (self, SIZE, FALSE, NULL, &error);
  g_assert_no_error (error);
  assert_payload (self);
  assert_transferred (result, SIZE);
  /* What is complete costs nothing. */
  again = fetch (self, SIZE, FALSE, NULL, &error);
  g_assert_no_error (error);
  assert_transferred (again, 0);
  g_assert_cmpuint (test_web_count (self->web, "/p"), ==, 1);
}

/* What a broken-off fetch of another run leaves; FALSE where the file system keeps no validators.
 */
static gboolean
leave_half (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *validator = NULL;

  /* The order comes before the script. */
  test_web_order (self->web, "/p", TEST_WEB_TRUNCATE, 1);
  test_web_script (self->web, "/p", "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n", 1);
  g_assert_null (fetch (self, SIZE, FALSE, NULL, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NOT_FOUND);
  g_assert_cmpuint (pawl_payload_get_length (self->payload), ==, SIZE / 2);
  validator = pawl_payload_dup_validator (self->payload);
  return validator != NULL;
}

static void
test_resumes (Fixture *self, gconstpointer data)
{
  g_autoptr (GVariant) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *last = NULL;

  test_web_put (self->web, "/p", self->data, SIZE, "\"one\"");
  if (!leave_half (self))
    {
      g_test_skip ("the file system has no extended attributes");
      return;
    }
  result = fetch (self, SIZE, FALSE, NULL, &error);
  g_assert_no_error (error);
  assert_payload (self);
  assert_transferred (result, SIZE / 2);
  last = test_web_dup_last (self->web, "/p");
  g_assert_nonnull (strstr (last, "Range: bytes=500000-\r\n"));
  g_assert_nonnull (strstr (last, "If-Range: \"one\"\r\n"));
}

static void
test_begins_again (Fixture *self, gconstpointer data)
{
  g_autofree char *other = g_strnfill (SIZE, 'y');
  g_autoptr (GVariant) result = NULL;
  g_autoptr (GError) error = NULL;

  test_web_put (self->web, "/p", other, SIZE, "\"one\"");
  leave_half (self);
  test_web_put (self->web, "/p", self->data, SIZE, "\"two\"");
  result = fetch (self, SIZE, FALSE, NULL, &error);
  g_assert_no_error (error);
  assert_payload (self);
  assert_transferred (result, SIZE);
}

/* Bytes of unknown origin, and more of them than there may be. */
static void
test_drops_strangers (Fixture *self, gconstpointer data)
{
  g_autoptr (GBytes) junk = g_bytes_new_take (g_strnfill (SIZE + 10, 'j'), SIZE + 10);
  g_autoptr (GBytes) half = g_bytes_new_from_bytes (junk, 0, SIZE / 2);
  g_autoptr (GVariant) first = NULL;
  g_autoptr (GVariant) second = NULL;
  g_autoptr (GError) error = NULL;

  test_web_put (self->web, "/p", self->data, SIZE, "\"one\"");
  g_assert_true (pawl_payload_append (self->payload, half, &error));
  first = fetch (self, SIZE, FALSE, NULL, &error);
  g_assert_no_error (error);
  assert_payload (self);
  g_assert_true (pawl_payload_append (self->payload, junk, &error));
  second = fetch (self, SIZE, FALSE, NULL, &error);
  g_assert_no_error (error);
  assert_payload (self);
}

/* The rest comes from the mirror, though it calls the same bytes something else. */
static void
test_fails_over (Fixture *self, gconstpointer data)
{
  static const TestWebFault faults[] = {TEST_WEB_TRUNCATE, TEST_WEB_STALL};

  test_web_put (self->web, "/p", self->data, SIZE, "\"one\"");
  test_web_put (self->mirror, "/p", self->data, SIZE, "\"other\"");
  for (gsize i = 0; i < G_N_ELEMENTS (faults); i++)
    {
      g_autoptr (GVariant) result = NULL;
      g_autoptr (GError) error = NULL;

      g_assert_true (pawl_payload_truncate (self->payload, 0, &error));
      test_web_order (self->web, "/p", faults[i], 1);
      result = fetch (self, SIZE, TRUE, NULL, &error);
      g_assert_no_error (error);
      assert_payload (self);
      assert_transferred (result, SIZE);
      g_assert_cmpuint (test_web_count (self->mirror, "/p"), ==, i + 1);
    }
}

/* Each try gets a little further, so more of them are needed than are allowed without progress. */
static void
test_patience (Fixture *self, gconstpointer data)
{
  g_autoptr (GVariant) result = NULL;
  g_autoptr (GError) error = NULL;

  test_web_put (self->web, "/p", self->data, SIZE, "\"one\"");
  test_web_order (self->web, "/p", TEST_WEB_TRUNCATE, 8);
  result = fetch (self, SIZE, FALSE, NULL, &error);
  g_assert_no_error (error);
  assert_payload (self);
  g_assert_cmpuint (test_web_count (self->web, "/p"), ==, 9);
}

/* A server that cannot send parts and never gets to the end is given up. */
static void
test_gives_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  test_web_put (self->web, "/p", self->data, SIZE, NULL);
  test_web_order (self->web, "/p", TEST_WEB_TRUNCATE, 1000);
  g_assert_null (fetch (self, SIZE, FALSE, NULL, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NETWORK);
}

static void
test_wants_the_length (Fixture *self, gconstpointer data)
{
  static const struct
  {
    guint64 length;
    TestWebFault fault;
    PawlError code;
  } cases[] = {
    {SIZE - 1, TEST_WEB_NONE,    PAWL_ERROR_TOO_LARGE  },
    {SIZE + 1, TEST_WEB_NONE,    PAWL_ERROR_NOT_TRUSTED},
    {SIZE,     TEST_WEB_ENDLESS, PAWL_ERROR_TOO_LARGE  },
  };

  test_web_put (self->web, "/p", self->data, SIZE, "\"one\"");
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      test_web_order (self->web, "/p", cases[i].fault, cases[i].fault != TEST_WEB_NONE);
      g_assert_null (fetch (self, cases[i].length, FALSE, NULL, &error));
      g_assert_error (error, PAWL_ERROR, (int) cases[i].code);
      g_assert_cmpuint (pawl_payload_get_length (self->payload), ==, 0);
    }
}

/* A part that nobody asked for is not put behind what is here. */
static void
test_wrong_part (Fixture *self, gconstpointer data)
{
  g_autoptr (GVariant) result = NULL;
  g_autoptr (GError) error = NULL;

  test_web_put (self->web, "/p", self->data, SIZE, "\"one\"");
  test_web_put (self->mirror, "/p", self->data, SIZE, "\"one\"");
  test_web_script (self->web, "/p",
                   "HTTP/1.1 206 Part\r\nContent-Range: bytes 5-9/1000000\r\n"
                   "Content-Length: 5\r\n\r\nxxxxx",
                   1);
  result = fetch (self, SIZE, TRUE, NULL, &error);
  g_assert_no_error (error);
  assert_payload (self);
}

static gboolean
on_soon (gpointer cancellable)
{
  g_cancellable_cancel (cancellable);
  return G_SOURCE_REMOVE;
}

/* In the middle of a wait, and in the middle of an answer. */
static void
test_cancels (Fixture *self, gconstpointer data)
{
  static const char *const heads[] = {
    "HTTP/1.1 503 No\r\nRetry-After: 30\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nabc",
  };
  g_autofree char *uri = test_web_make_uri (self->web, "/p");
  const char *uris[] = {uri, NULL};

  for (gsize i = 0; i < G_N_ELEMENTS (heads); i++)
    {
      g_autoptr (PawlTarget) target = make_target (SIZE);
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (GAsyncResult) result = NULL;
      g_autoptr (GError) error = NULL;

      test_web_script (self->web, "/p", heads[i], 1);
      pawl_transport_fetch_payload_async (self->transport, target, uris, self->payload, NULL,
                                          TIMEOUT_MS, NULL, cancellable, on_done, &result);
      while (test_web_count (self->web, "/p") == i)
        g_main_context_iteration (NULL, FALSE);
      g_idle_add (on_soon, cancellable);
      g_assert_null (
        pawl_transport_fetch_payload_finish (self->transport, wait_for (&result), &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
}

static void
test_rate (Fixture *self, gconstpointer data)
{
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  gint64 began_us = g_get_monotonic_time ();
  g_autoptr (GVariant) result = NULL;
  g_autoptr (GError) error = NULL;

  test_web_put (self->web, "/p", self->data, SIZE, "\"one\"");
  g_variant_dict_insert (&options, "max-rate", "t", (guint64) SIZE * 10);
  result = fetch (self, SIZE, FALSE, g_variant_dict_end (&options), &error);
  g_assert_no_error (error);
  assert_payload (self);
  /* No upper bound: a limit can only be checked from below. */
  g_assert_cmpint (g_get_monotonic_time () - began_us, >=, 90000);
}

static GVariant *
send (Fixture *self, const char *path, const char *method, GError **error)
{
  g_autofree char *uri = test_web_make_uri (self->web, path);
  g_autoptr (GBytes) body = g_bytes_new_static ("{\"a\":1}", 7);
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GAsyncResult) result = NULL;

  g_variant_dict_insert (&options, "content-type", "s", "application/json");
  g_variant_dict_insert (&options, "max-answer", "t", (guint64) 10);
  pawl_transport_send_async (self->transport, uri, method, body, g_variant_dict_end (&options),
                             TIMEOUT_MS, NULL, on_done, &result);
  return pawl_transport_send_finish (self->transport, wait_for (&result), error);
}

static void
test_sends (Fixture *self, gconstpointer data)
{
  g_autoptr (GVariant) put = NULL;
  g_autoptr (GVariant) post = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *last = NULL;
  guint status = 0, retry_after_s = 0;

  test_web_script (self->web, "/ok", "HTTP/1.1 204 Fine\r\n\r\n", 10);
  test_web_script (self->web, "/no",
                   "HTTP/1.1 503 No\r\nRetry-After: 7\r\nContent-Length: 2\r\n\r\nno", 10);
  put = send (self, "/ok", "PUT", &error);
  g_assert_no_error (error);
  g_assert_true (g_variant_lookup (put, "status", "u", &status));
  g_assert_cmpuint (status, ==, 204);
  last = test_web_dup_last (self->web, "/ok");
  g_assert_true (g_str_has_prefix (last, "PUT /ok "));
  g_assert_true (g_str_has_suffix (last, "\r\n\r\n{\"a\":1}"));
  g_assert_nonnull (strstr (last, "Content-Type: application/json\r\n"));
  post = send (self, "/no", "POST", &error);
  g_assert_no_error (error);
  g_assert_true (g_variant_lookup (post, "status", "u", &status));
  g_assert_cmpuint (status, ==, 503);
  g_assert_true (g_variant_lookup (post, "retry-after-s", "u", &retry_after_s));
  g_assert_cmpuint (retry_after_s, ==, 7);
}

static void
test_send_refuses (Fixture *self, gconstpointer data)
{
  g_autofree char *there = test_web_make_uri (self->mirror, "/x");
  g_autofree char *away =
    g_strdup_printf ("HTTP/1.1 307 Away\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n", there);
  g_autoptr (GError) error = NULL;

  test_web_order (self->web, "/drop", TEST_WEB_DROP, 10);
  test_web_script (self->web, "/away", away, 1);
  test_web_script (self->web, "/long", "HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n12345678901",
                   1);
  g_assert_null (send (self, "/drop", "POST", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NETWORK);
  g_clear_error (&error);
  g_assert_null (send (self, "/away", "POST", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NETWORK);
  g_assert_cmpuint (test_web_count (self->mirror, "/x"), ==, 0);
  g_clear_error (&error);
  g_assert_null (send (self, "/long", "POST", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_TOO_LARGE);
  g_clear_error (&error);
  g_assert_null (send (self, "/x", "DELETE", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_ARGUMENT);
}

static const struct
{
  const char *name;
  void (*test) (Fixture *self, gconstpointer data);
} tests[] = {
  {"payload/fetches",          test_fetches         },
  {"payload/resumes",          test_resumes         },
  {"payload/begins-again",     test_begins_again    },
  {"payload/drops-strangers",  test_drops_strangers },
  {"payload/fails-over",       test_fails_over      },
  {"payload/patience",         test_patience        },
  {"payload/gives-up",         test_gives_up        },
  {"payload/wants-the-length", test_wants_the_length},
  {"payload/wrong-part",       test_wrong_part      },
  {"payload/cancels",          test_cancels         },
  {"payload/rate",             test_rate            },
  {"send/sends",               test_sends           },
  {"send/refuses",             test_send_refuses    },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/http/", tests[i].name, NULL);

      g_test_add (path, Fixture, NULL, set_up, tests[i].test, tear_down);
    }
  return g_test_run ();
}
