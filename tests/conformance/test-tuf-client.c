/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "client-fixture.h"

#include <glib/gstdio.h>

/* The requests in their order, each once, and the files byte for byte. */
static void
test_refresh (ClientFixture *self, gconstpointer data)
{
  g_assert_cmpint (client_init (self), ==, 0);
  client_assert_asked (self, "");
  g_assert_cmpint (client_refresh (self), ==, 0);
  client_assert_asked (self, "2.root.json timestamp.json 1.snapshot.json 1.targets.json");
  client_assert_stored (self, "root.json", "1.root.json");
  client_assert_stored (self, "timestamp.json", "timestamp.json");
  client_assert_stored (self, "snapshot.json", "1.snapshot.json");
  client_assert_stored (self, "targets.json", "1.targets.json");
  g_assert_cmpint (client_refresh (self), ==, 0);
  client_assert_asked (self, "2.root.json timestamp.json");
}

static void
test_bad_root (ClientFixture *self, gconstpointer data)
{
  g_assert_true (g_file_set_contents (self->root, "{}", -1, NULL));
  g_assert_cmpint (client_init (self), ==, 1);
  g_assert_cmpint (client_refresh (self), ==, 1);
  client_assert_asked (self, "");
}

static void
test_download (ClientFixture *self, gconstpointer data)
{
  g_autofree char *file = NULL;
  g_autofree char *content = NULL;

  client_add_file (self, self->repo->targets, "dir/file one", "one");
  client_add_file (self, self->repo->targets, "two", "two");
  sim_repo_publish (self->repo);
  g_assert_cmpint (client_init (self), ==, 0);
  g_assert_cmpint (client_download (self, "two", "dir/file one"), ==, 0);
  file = g_build_filename (self->target_dir, "dir%2Ffile%20one", NULL);
  g_assert_true (g_file_get_contents (file, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "one");
  /* What is here is not fetched again. */
  g_ptr_array_set_size (self->repo->asked, 0);
  g_assert_cmpint (client_download (self, "two", "dir/file one"), ==, 0);
  client_assert_asked (self, "2.root.json timestamp.json");
}

static void
test_refused_downloads (ClientFixture *self, gconstpointer data)
{
  g_autofree char *hash = sim_hash ("two");
  g_autofree char *path = g_strdup_printf ("targets/%s.two", hash);
  g_autofree char *file = g_build_filename (self->target_dir, "two", NULL);

  client_add_file (self, self->repo->targets, "two", "two");
  sim_repo_publish (self->repo);
  g_assert_cmpint (client_init (self), ==, 0);
  g_assert_cmpint (client_download (self, "three", "two"), ==, 1);
  g_assert_cmpint (client_download (self, "two", "three"), ==, 1);
  g_assert_cmpint (g_remove (file), ==, 0);
  g_hash_table_replace (self->repo->files, g_strdup (path), g_bytes_new_static ("owt", 3));
  g_assert_cmpint (client_download (self, "two", "two"), ==, 1);
  g_hash_table_replace (self->repo->files, g_strdup (path), g_bytes_new_static ("two!", 4));
  g_assert_cmpint (client_download (self, "two", "two"), ==, 1);
  g_hash_table_remove (self->repo->files, path);
  g_assert_cmpint (client_download (self, "two", "two"), ==, 1);
  g_assert_false (g_file_test (file, G_FILE_TEST_EXISTS));
}

/* Pre-order, depth first, names as one segment. */
static void
test_delegations (ClientFixture *self, gconstpointer data)
{
  SimRole *first = sim_role_delegate (self->repo->targets, "a/b", "\"paths\":[\"*\"]");
  SimRole *inner = sim_role_delegate (first, "in ner", "\"paths\":[\"*\"]");
  SimRole *last = sim_role_delegate (self->repo->targets, "last", "\"paths\":[\"*\"]");

  first->expires = inner->expires = last->expires = CLIENT_FOREVER;
  sim_repo_publish (self->repo);
  g_assert_cmpint (client_init (self), ==, 0);
  g_assert_cmpint (client_download (self, "nowhere", "nowhere"), ==, 1);
  client_assert_asked (self,
                       "2.root.json timestamp.json 1.snapshot.json 1.targets.json 1.a%2Fb.json "
                       "1.in%20ner.json 1.last.json");
  client_assert_stored (self, "a%2Fb.json", "1.a%2Fb.json");
}

static void
test_attack (ClientFixture *self, gconstpointer data)
{
  g_assert_cmpint (client_init (self), ==, 0);
  self->repo->timestamp->version = 2;
  sim_repo_publish_timestamp (self->repo);
  g_assert_cmpint (client_refresh (self), ==, 0);
  self->repo->timestamp->version = 1;
  sim_repo_publish_timestamp (self->repo);
  g_assert_cmpint (client_refresh (self), ==, 1);
}

static void
test_usage (ClientFixture *self, gconstpointer data)
{
  const char *program = g_getenv ("PAWL_TUF_CLIENT");
  const char *const cases[][6] = {
    {program,             NULL              },
    {                         program,   "--metadata-dir", self->metadata_dir, NULL},
    {                     program,             "--metadata-dir",   self->metadata_dir, "refresh", NULL},
    {program,               "--metadata-dir",                                 self->metadata_dir, "init", NULL},
    {                                                                 program, "--metadata-dir",self->metadata_dir, "dance", NULL},
    { program,             "--metadata-dir",               self->metadata_dir, "download", NULL},
    {program,               "--unknown",                                 NULL},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (sim_web_run (self->web, cases[i], NULL), ==, 1);
}

static const ClientTest tests[] = {
  {"refresh",           test_refresh          },
  {"bad-root",          test_bad_root         },
  {"download",          test_download         },
  {"refused-downloads", test_refused_downloads},
  {"delegations",       test_delegations      },
  {"attack",            test_attack           },
  {"usage",             test_usage            },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  client_fixture_add_tests ("/conformance/tuf-client/", tests, G_N_ELEMENTS (tests));
  return g_test_run ();
}
