/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-file-transport.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TIMEOUT_MS 20000

typedef struct
{
  char *folder;
  PawlTransport *transport;
} Fixture;

static char *
path_of (Fixture *self, const char *name)
{
  return g_build_filename (self->folder, name, NULL);
}

/* A file of @size bytes `x`; says its address. */
static char *
make_file (Fixture *self, const char *name, gsize size)
{
  g_autofree char *path = path_of (self, name);
  g_autofree char *data = g_strnfill (size, 'x');
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, data, (gssize) size, &error);
  g_assert_no_error (error);
  return g_filename_to_uri (path, NULL, NULL);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("pawl-file-XXXXXX", NULL);
  self->transport = g_object_new (PAWL_TYPE_FILE_TRANSPORT, NULL);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (self->folder, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = path_of (self, name);

      g_remove (path);
    }
  g_assert_cmpint (g_rmdir (self->folder), ==, 0);
  g_object_unref (self->transport);
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
fetch (Fixture *self,
       const char *const *uris,
       guint64 max_size,
       GVariant *options,
       GVariant **out_info,
       GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  pawl_transport_fetch_async (self->transport, uris, max_size, options, TIMEOUT_MS, NULL, on_done,
                              &result);
  return pawl_transport_fetch_finish (self->transport, wait_for (&result), out_info, error);
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
fetch_payload (Fixture *self,
               guint64 length,
               const char *uri,
               PawlPayload *payload,
               GCancellable *cancellable,
               GError **error)
{
  const char *uris[] = {uri, NULL};
  g_autoptr (PawlTarget) target = make_target (length);
  g_autoptr (GAsyncResult) result = NULL;

  pawl_transport_fetch_payload_async (self->transport, target, uris, payload, NULL, TIMEOUT_MS,
                                      NULL, cancellable, on_done, &result);
  return pawl_transport_fetch_payload_finish (self->transport, wait_for (&result), error);
}

static PawlPayload *
make_payload (Fixture *self)
{
  g_autofree char *path = path_of (self, "payload");
  g_autoptr (GError) error = NULL;
  PawlPayload *payload = pawl_payload_new_for_path (path, TRUE, &error);

  g_assert_no_error (error);
  return payload;
}

static void
test_fetches (Fixture *self, gconstpointer data)
{
  g_autofree char *uri = make_file (self, "metadata \xc3\xa4.json", 700000);
  const char *uris[] = {"file:///nonexistent/file", uri, NULL};
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) info = NULL;
  g_autoptr (GVariant) again = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = fetch (self, uris, 700000, NULL, &info, &error);
  g_autoptr (GBytes) nothing = NULL;
  const char *text = NULL;
  gboolean not_modified = FALSE;

  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (bytes), ==, 700000);
  g_assert_true (g_variant_lookup (info, "uri", "&s", &text));
  g_assert_cmpstr (text, ==, uri);
  g_assert_true (g_variant_lookup (info, "etag", "&s", &text));
  g_variant_dict_insert (&options, "etag", "s", text);
  nothing = fetch (self, uris, 700000, g_variant_dict_end (&options), &again, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (nothing), ==, 0);
  g_assert_true (g_variant_lookup (again, "not-modified", "b", &not_modified));
  g_assert_true (not_modified);
}

static void
test_refuses (Fixture *self, gconstpointer data)
{
  g_autofree char *large = make_file (self, "large", 1001);
  g_autofree char *fifo_path = path_of (self, "fifo");
  g_autofree char *fifo = g_filename_to_uri (fifo_path, NULL, NULL);
  g_autofree char *loop_path = path_of (self, "loop");
  g_autofree char *loop = g_filename_to_uri (loop_path, NULL, NULL);
  g_autofree char *folder = g_filename_to_uri (self->folder, NULL, NULL);
  const struct
  {
    const char *uri;
    PawlError code;
  } cases[] = {
    {large,                   PAWL_ERROR_TOO_LARGE       },
    {fifo,                    PAWL_ERROR_NOT_FOUND       },
    {folder,                  PAWL_ERROR_NOT_FOUND       },
    {"file:///nonexistent/x", PAWL_ERROR_NOT_FOUND       },
    {"http://127.0.0.1/x",    PAWL_ERROR_INVALID_ARGUMENT},
    {loop,                    PAWL_ERROR_ACCESS_DENIED   },
 /* A regular file that cannot be read: nothing is mapped at its beginning. */
    {"file:///proc/self/mem", PAWL_ERROR_NETWORK         },
    {"file:///dev/full",      PAWL_ERROR_NOT_FOUND       },
  };

  g_assert_cmpint (mkfifo (fifo_path, 0600), ==, 0);
  g_assert_cmpint (symlink ("loop", loop_path), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *uris[] = {cases[i].uri, NULL};
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", cases[i].uri);
      g_assert_null (fetch (self, uris, 1000, NULL, NULL, &error));
      g_assert_error (error, PAWL_ERROR, (int) cases[i].code);
    }
}

static void
test_fetches_payload (Fixture *self, gconstpointer data)
{
  g_autofree char *uri = make_file (self, "image", 1000000);
  g_autoptr (PawlPayload) payload = make_payload (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) result = fetch_payload (self, 1000000, uri, payload, NULL, &error);
  guint64 bytes = 0;

  g_assert_no_error (error);
  g_assert_cmpuint (pawl_payload_get_length (payload), ==, 1000000);
  g_assert_true (g_variant_lookup (result, "bytes-transferred", "t", &bytes));
  g_assert_cmpuint (bytes, ==, 1000000);
}

/* What is here already is not read again; what is here of another file is thrown away. */
static void
test_goes_on (Fixture *self, gconstpointer data)
{
  g_autofree char *uri = make_file (self, "image", 1000000);
  g_autofree char *path = path_of (self, "image");
  g_autoptr (PawlPayload) payload = make_payload (self);
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) first = fetch_payload (self, 1000000, uri, payload, NULL, &error);
  g_autoptr (GVariant) second = NULL;
  g_autoptr (GVariant) third = NULL;
  g_autofree char *other = g_strnfill (1000000, 'y');
  g_autoptr (GBytes) last = NULL;
  guint64 bytes = 0;

  g_assert_no_error (error);
  g_assert_true (pawl_payload_truncate (payload, 400000, &error));
  second = fetch_payload (self, 1000000, uri, payload, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_variant_lookup (second, "bytes-transferred", "t", &bytes));
  g_assert_cmpuint (bytes, ==, 600000);
  g_assert_true (pawl_payload_truncate (payload, 400000, &error));
  g_file_set_contents (path, other, 1000000, &error);
  g_assert_no_error (error);
  third = fetch_payload (self, 1000000, uri, payload, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_variant_lookup (third, "bytes-transferred", "t", &bytes));
  g_assert_cmpuint (bytes, ==, 1000000);
  last = pawl_payload_read (payload, 0, 1, &error);
  g_assert_cmpmem (g_bytes_get_data (last, NULL), 1, "y", 1);
}

static void
test_wants_the_length (Fixture *self, gconstpointer data)
{
  static const struct
  {
    guint64 length;
    PawlError code;
  } cases[] = {
    {999,  PAWL_ERROR_TOO_LARGE  },
    {1001, PAWL_ERROR_NOT_TRUSTED},
  };
  g_autofree char *uri = make_file (self, "image", 1000);

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PawlPayload) payload = make_payload (self);
      g_autoptr (GError) error = NULL;

      g_assert_null (fetch_payload (self, cases[i].length, uri, payload, NULL, &error));
      g_assert_error (error, PAWL_ERROR, (int) cases[i].code);
    }
}

static void
test_cancels (Fixture *self, gconstpointer data)
{
  g_autofree char *uri = make_file (self, "image", 1000);
  g_autoptr (PawlPayload) payload = make_payload (self);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;

  g_cancellable_cancel (cancellable);
  g_assert_null (fetch_payload (self, 1000, uri, payload, cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static const struct
{
  const char *name;
  void (*test) (Fixture *self, gconstpointer data);
} tests[] = {
  {"fetches",          test_fetches         },
  {"refuses",          test_refuses         },
  {"fetches-payload",  test_fetches_payload },
  {"goes-on",          test_goes_on         },
  {"wants-the-length", test_wants_the_length},
  {"cancels",          test_cancels         },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/file/transport/", tests[i].name, NULL);

      g_test_add (path, Fixture, NULL, set_up, tests[i].test, tear_down);
    }
  return g_test_run ();
}
