/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Repositories that aktualizr's own tools wrote, with one byte changed at a time: each change is
 * refused, or the metadata that is trusted afterwards says the same. `PAWL_WHOLE` changes every
 * byte of every file; otherwise some are. */
#include "sim-repo.h"

#include <glib/gstdio.h>
#include <string.h>

#define STRIDE 37

typedef struct
{
  char *folder; /* of the repository */
  char *state;
  PawlTufStore *store;
  PawlTufClientFlags flags;
  gboolean delegates;
  const char *path; /* (nullable): which file is changed */
  gsize offset;
  guint8 byte;
  GString *before; /* what is trusted without a change */
  guint harmless;
} Fixture;

static GBytes *
fetch_changed (const char *path,
               gsize max_size,
               gboolean *out_missing,
               gpointer fixture,
               GError **error)
{
  Fixture *self = fixture;
  g_autofree char *file = g_build_filename (self->folder, path, NULL);
  char *data = NULL;
  gsize size = 0;

  *out_missing = !g_file_get_contents (file, &data, &size, NULL);
  if (*out_missing)
    return NULL;
  if (g_strcmp0 (path, self->path) == 0)
    data[self->offset] = (char) self->byte;
  return g_bytes_new_take (data, size);
}

static void
append_signed (GString *text, PawlTufMetadata *metadata)
{
  g_autoptr (GBytes) bytes = NULL;

  if (metadata == NULL)
    return;
  bytes =
    pawl_tuf_document_canonicalize (pawl_tuf_metadata_get_document (metadata),
                                    pawl_tuf_metadata_get_signed (metadata), PAWL_TUF_FORM_ATS);
  g_string_append_len (text, g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes));
  g_string_append_c (text, '\n');
}

/* Everything that a device would go by, or NULL. */
static GString *
run (Fixture *self)
{
  g_autoptr (PawlTufClient) client = pawl_tuf_client_new ("sample", self->store, self->flags);
  gboolean missing = FALSE;
  g_autoptr (GBytes) root = fetch_changed ("1.root.json", G_MAXSIZE, &missing, self, NULL);
  g_autoptr (PawlTufFound) found = NULL;
  g_autoptr (GString) text = g_string_new (NULL);

  pawl_tuf_client_set_fetch (client, fetch_changed, self);
  if (!pawl_tuf_client_init_root (client, root, NULL) ||
      !pawl_tuf_client_refresh (client, SIM_NOW, NULL))
    return NULL;
  append_signed (text, pawl_tuf_client_get_root (client));
  append_signed (text, pawl_tuf_client_get_timestamp (client));
  append_signed (text, pawl_tuf_client_get_snapshot (client));
  append_signed (text, pawl_tuf_client_get_targets (client));
  if (!self->delegates)
    return g_steal_pointer (&text);
  found = pawl_tuf_client_find_target (client, "abc/x.bin", NULL, NULL);
  if (found == NULL)
    return NULL;
  append_signed (text, found->metadata);
  return g_steal_pointer (&text);
}

/* The file that is changed is not there yet; the others are, as after an earlier check. */
static void
forget (Fixture *self, const char *path)
{
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *role = g_str_equal (base, "1.root.json")
                            ? g_strdup ("root")
                            : g_strndup (base, strlen (base) - strlen (".json"));
  g_autofree char *name = g_strconcat (role, ".json", NULL);
  g_autofree char *stored = g_build_filename (self->state, name, NULL);

  g_unlink (stored);
}

static void
change (Fixture *self, const char *path, gsize offset, guint8 byte)
{
  g_autoptr (GString) after = NULL;

  self->path = path;
  self->offset = offset;
  self->byte = byte;
  forget (self, path);
  after = run (self);
  if (after == NULL)
    return;
  if (!g_string_equal (self->before, after))
    g_error ("%s: byte %zu as %u is taken", path, offset, byte);
  self->harmless++;
}

static void
test_file (Fixture *self, const char *path)
{
  gboolean whole = g_getenv ("PAWL_WHOLE") != NULL;
  static const guint8 masks[] = {0x01, 0x20, 0x80, 0x10};
  g_autofree char *file = g_build_filename (self->folder, path, NULL);
  g_autofree char *data = NULL;
  gsize size = 0;
  guint n = 0;

  if (!g_file_get_contents (file, &data, &size, NULL))
    return;
  self->harmless = 0;
  for (gsize i = 0; i < size; i += whole ? 1 : STRIDE)
    for (gsize j = 0; j < (whole ? G_N_ELEMENTS (masks) : 1); j++, n++)
      change (self, path, i, (guint8) data[i] ^ masks[whole ? j : i % G_N_ELEMENTS (masks)]);
  g_test_message ("%s: %u changes, %u of them harmless", path, n, self->harmless);
  g_assert_cmpuint (self->harmless, <, n);
  /* Unchanged, it is taken again. */
  self->path = NULL;
  g_string_free (run (self), TRUE);
}

static void
test_repository (gconstpointer repo)
{
  /* A Director of the ATS dialect is not asked for more. */
  static const char *const paths[] = {"1.root.json", "targets.json", "timestamp.json",
                                      "snapshot.json", "delegations/dlg1.json"};
  gboolean is_director = g_str_has_suffix (repo, "director");
  gsize n = is_director ? 2 : G_N_ELEMENTS (paths);
  Fixture self = {0};

  self.folder = g_test_build_filename (G_TEST_DIST, "fixtures", "ats", repo, NULL);
  self.flags = is_director ? PAWL_TUF_CLIENT_FLAGS_DIRECTOR : PAWL_TUF_CLIENT_FLAGS_NONE;
  self.delegates = g_str_equal (repo, "ed25519/image");
  self.state = g_dir_make_tmp ("pawl-bytes-XXXXXX", NULL);
  self.store = pawl_tuf_store_new (self.state);
  self.before = run (&self);
  g_assert_nonnull (self.before);
  for (gsize i = 0; i < n; i++)
    test_file (&self, paths[i]);
  g_string_free (self.before, TRUE);
  g_object_unref (self.store);
  sim_remove_folder (self.state);
  g_free (self.state);
  g_free (self.folder);
}

int
main (int argc, char **argv)
{
  static const char *const repos[] = {"ed25519/image", "ed25519/director", "rsa-unicode/image",
                                      "rsa-unicode/director"};

  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (repos); i++)
    {
      g_autofree char *path = g_strconcat ("/tuf/bytes/", repos[i], NULL);

      g_test_add_data_func (path, repos[i], test_repository);
    }
  return g_test_run ();
}
