/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* A power cut at every point at which the client changes its store: what is there afterwards is
 * whole and was published, and the next update goes on from it. */
#include "client-fixture.h"

#include <string.h>

/* More than there can be. */
#define MOST_POINTS 1000

static gboolean
can_kill (void)
{
  if (g_getenv ("PAWL_KILL_POINT") != NULL)
    return TRUE;
  g_test_skip ("the library that kills cannot be loaded before a sanitizer");
  return FALSE;
}

static gboolean
is_published (ClientFixture *self, const char *path)
{
  g_autofree char *data = NULL;
  gsize size = 0;
  GHashTableIter iter;
  gpointer bytes;

  g_assert_true (g_file_get_contents (path, &data, &size, NULL));
  g_hash_table_iter_init (&iter, self->repo->files);
  while (g_hash_table_iter_next (&iter, NULL, &bytes))
    if (g_bytes_get_size (bytes) == size &&
        memcmp (g_bytes_get_data (bytes, NULL), data, size) == 0)
      return TRUE;
  return FALSE;
}

/* No file but whole ones: what was being written has another name. */
static void
assert_whole (ClientFixture *self)
{
  g_autoptr (GDir) dir = g_dir_open (self->metadata_dir, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->metadata_dir, name, NULL);

      if (g_str_has_suffix (name, ".json") && !is_published (self, path))
        g_error ("point %u: %s is torn", self->kill_at, name);
    }
}

static void
copy (const char *from, const char *to)
{
  g_autoptr (GError) error = NULL;
  const char *argv[] = {"cp", "-r", from, to, NULL};
  int status = 0;

  sim_remove_folder (to);
  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status,
                &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
}

static void
test_init (ClientFixture *self, gconstpointer data)
{
  int status = SIM_WEB_KILLED;
  guint points = 0;

  if (!can_kill ())
    return;
  while (status == SIM_WEB_KILLED && points < MOST_POINTS)
    {
      sim_remove_folder (self->metadata_dir);
      self->kill_at = ++points;
      status = client_init (self);
      assert_whole (self);
      self->kill_at = 0;
      g_assert_cmpint (client_init (self), ==, 0);
      client_assert_stored (self, "root.json", "1.root.json");
    }
  g_assert_cmpint (status, ==, 0);
  g_assert_cmpuint (points, >, 5);
}

/* Two roots, of which the first changes keys, so that files are removed; and then a new version of
 * everything, with a role that is delegated to. */
static void
publish_much (SimRepo *repo)
{
  SimRole *role = sim_role_delegate (repo->targets, "role", "\"paths\":[\"*\"]");

  role->expires = CLIENT_FOREVER;
  repo->root->version = 2;
  sim_role_set_key (repo->timestamp, sim_key_new ());
  sim_repo_publish_root (repo);
  repo->root->version = 3;
  sim_repo_publish_next (repo);
}

static void
test_update (ClientFixture *self, gconstpointer data)
{
  g_autofree char *before = g_build_filename (self->folder, "before", NULL);
  int status = SIM_WEB_KILLED;
  guint points = 0;

  if (!can_kill ())
    return;
  g_assert_cmpint (client_init (self), ==, 0);
  g_assert_cmpint (client_refresh (self), ==, 0);
  copy (self->metadata_dir, before);
  /* What was published before is published, too: only the timestamp has no version in its name. */
  g_hash_table_replace (self->repo->files, g_strdup ("old.timestamp.json"),
                        g_bytes_ref (g_hash_table_lookup (self->repo->files, "timestamp.json")));
  publish_much (self->repo);
  while (status == SIM_WEB_KILLED && points < MOST_POINTS)
    {
      copy (before, self->metadata_dir);
      self->kill_at = ++points;
      status = client_download (self, "missing", NULL);
      assert_whole (self);
      self->kill_at = 0;
      g_assert_cmpint (client_download (self, "missing", NULL), ==, 1);
      client_assert_trusted (self, "role 1, root 3, snapshot 2, targets 2, timestamp 2");
    }
  g_assert_cmpint (status, ==, 1);
  g_test_message ("%u points", points - 1);
  g_assert_cmpuint (points, >, 30);
}

static const ClientTest tests[] = {
  {"init",   test_init  },
  {"update", test_update},
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  client_fixture_add_tests ("/conformance/tuf-kill/", tests, G_N_ELEMENTS (tests));
  return g_test_run ();
}
