/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Repositories that aktualizr's own tools wrote. */
#include "sim-repo.h"

#include <glib/gstdio.h>

typedef struct
{
  char *folder; /* of the repository */
  char *state;
  PawlTufStore *store;
  PawlTufClient *client;
} Fixture;

static GBytes *
fetch_file (const char *path,
            gsize max_size,
            gboolean *out_missing,
            gpointer folder,
            GError **error)
{
  g_autofree char *file = g_build_filename (folder, path, NULL);
  char *data = NULL;
  gsize size = 0;

  *out_missing = !g_file_get_contents (file, &data, &size, NULL);
  return *out_missing ? NULL : g_bytes_new_take (data, size);
}

static void
begin (Fixture *self, const char *repo, PawlTufClientFlags flags)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) root = NULL;
  gboolean missing = FALSE;

  self->folder = g_test_build_filename (G_TEST_DIST, "fixtures", "ats", repo, NULL);
  self->state = g_dir_make_tmp ("pawl-tuf-XXXXXX", &error);
  g_assert_no_error (error);
  self->store = pawl_tuf_store_new (self->state);
  self->client = pawl_tuf_client_new (repo, self->store, flags);
  pawl_tuf_client_set_fetch (self->client, fetch_file, self->folder);
  root = fetch_file ("1.root.json", 0, &missing, self->folder, NULL);
  g_assert_false (missing);
  g_assert_true (pawl_tuf_client_init_root (self->client, root, &error));
  g_assert_no_error (error);
}

static void
end (Fixture *self)
{
  g_autoptr (GDir) dir = g_dir_open (self->state, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->state, name, NULL);

      g_unlink (path);
    }
  g_rmdir (self->state);
  g_free (self->folder);
  g_free (self->state);
  g_object_unref (self->client);
  g_object_unref (self->store);
}

static void
test_refreshes (gconstpointer repo)
{
  Fixture fixture = {0};
  g_autoptr (GError) error = NULL;
  gboolean is_director = g_str_has_suffix (repo, "director");

  begin (&fixture, repo, is_director ? PAWL_TUF_CLIENT_FLAGS_DIRECTOR : PAWL_TUF_CLIENT_FLAGS_NONE);
  pawl_tuf_client_refresh (fixture.client, SIM_NOW, &error);
  g_assert_no_error (error);
  g_assert_nonnull (pawl_tuf_client_get_targets (fixture.client));
  g_assert_cmpint (pawl_tuf_client_get_snapshot (fixture.client) == NULL, ==, is_director);
  /* Again, with what is stored now, and then with nothing else. */
  pawl_tuf_client_refresh (fixture.client, SIM_NOW, &error);
  g_assert_no_error (error);
  pawl_tuf_client_set_fetch (fixture.client, NULL, NULL);
  pawl_tuf_client_load_trusted (fixture.client, SIM_NOW, &error);
  g_assert_no_error (error);
  end (&fixture);
}

static void
test_finds_delegated_target (void)
{
  Fixture fixture = {0};
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlTufFound) found = NULL;
  g_autoptr (GFile) file = NULL;
  g_autoptr (GFileInputStream) stream = NULL;
  g_autofree char *path = NULL;

  begin (&fixture, "ed25519/image", PAWL_TUF_CLIENT_FLAGS_NONE);
  g_assert_true (pawl_tuf_client_refresh (fixture.client, SIM_NOW, &error));
  found = pawl_tuf_client_find_target (fixture.client, "abc/x.bin", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (found->role, ==, "dlg1");
  path = g_build_filename (fixture.folder, "targets", "abc/x.bin", NULL);
  file = g_file_new_for_path (path);
  stream = g_file_read (file, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (pawl_tuf_check_artifact (found->metadata, found->target, "abc/x.bin",
                                          G_INPUT_STREAM (stream), NULL, &error));
  g_assert_no_error (error);
  g_assert_null (pawl_tuf_client_find_target (fixture.client, "nothing", NULL, &error));
  g_assert_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_TARGET_NOT_FOUND);
  end (&fixture);
}

/* The repository's folder, with one more byte of white space at the end of @padded. */
static const char *padded;

static GBytes *
fetch_padded (const char *path,
              gsize max_size,
              gboolean *out_missing,
              gpointer folder,
              GError **error)
{
  g_autoptr (GBytes) bytes = fetch_file (path, max_size, out_missing, folder, error);
  gsize size;
  const guint8 *data;
  GByteArray *longer;

  if (bytes == NULL || !g_str_equal (path, padded))
    return g_steal_pointer (&bytes);
  data = g_bytes_get_data (bytes, &size);
  longer = g_byte_array_new ();
  g_byte_array_append (longer, data, (guint) size);
  g_byte_array_append (longer, (const guint8 *) "\n", 1);
  return g_byte_array_free_to_bytes (longer);
}

/* Hashes and lengths in a snapshot are of the canonical form; the length in a timestamp is a limit
 * of the bytes. */
static void
test_announced_lengths (void)
{
  static const struct
  {
    const char *padded;
    int code;
  } cases[] = {
    {"targets.json",  -1                      },
    {"snapshot.json", PAWL_TUF_ERROR_TOO_LARGE},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Fixture fixture = {0};
      g_autoptr (GError) error = NULL;

      padded = cases[i].padded;
      begin (&fixture, "ed25519/image", PAWL_TUF_CLIENT_FLAGS_NONE);
      pawl_tuf_client_set_fetch (fixture.client, fetch_padded, fixture.folder);
      pawl_tuf_client_refresh (fixture.client, SIM_NOW, &error);
      if (cases[i].code < 0)
        g_assert_no_error (error);
      else
        g_assert_error (error, PAWL_TUF_ERROR, cases[i].code);
      end (&fixture);
    }
}

static void
test_expires (void)
{
  Fixture fixture = {0};
  g_autoptr (GError) error = NULL;

  begin (&fixture, "ed25519/image", PAWL_TUF_CLIENT_FLAGS_NONE);
  g_assert_false (pawl_tuf_client_refresh (fixture.client, 2 * SIM_NOW, &error));
  g_assert_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_EXPIRED);
  end (&fixture);
}

int
main (int argc, char **argv)
{
  static const char *const repos[] = {"ed25519/image", "ed25519/director", "rsa-unicode/image",
                                      "rsa-unicode/director"};

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (repos); i++)
    {
      g_autofree char *path = g_strconcat ("/tuf/samples/refreshes/", repos[i], NULL);

      g_test_add_data_func (path, repos[i], test_refreshes);
    }
  g_test_add_func ("/tuf/samples/finds-delegated-target", test_finds_delegated_target);
  g_test_add_func ("/tuf/samples/announced-lengths", test_announced_lengths);
  g_test_add_func ("/tuf/samples/expires", test_expires);
  return g_test_run ();
}
