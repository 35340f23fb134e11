/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "sim-repo.h"
#include "sim-web.h"

#include <glib/gstdio.h>
#include <string.h>

#define FOREVER "2099-01-01T00:00:00Z"

typedef struct
{
  char *folder;
  char *metadata_dir;
  char *target_dir;
  char *root;
  SimRepo *repo;
  SimWeb *web;
} Fixture;

static GBytes *
answer (const char *path, guint *out_status, gpointer data)
{
  Fixture *self = data;
  g_autofree char *plain = g_uri_unescape_string (path, NULL);
  gboolean missing;

  /* Targets have names, metadata has paths. */
  return sim_repo_fetch (g_str_has_prefix (path, "targets/") ? plain : path, G_MAXSIZE, &missing,
                         self->repo, NULL);
}

static void
add_file (Fixture *self, const char *name, const char *content)
{
  g_autofree char *hash = sim_hash (content);
  const char *slash = strrchr (name, '/');
  gsize folder = slash != NULL ? (gsize) (slash - name) + 1 : 0;

  sim_role_add_target (self->repo->targets, name, content);
  g_hash_table_replace (self->repo->files,
                        g_strdup_printf ("targets/%.*s%s.%s", (int) folder, name, hash,
                                         name + folder),
                        g_bytes_new (content, strlen (content)));
}

static void
set_up (Fixture *self, gconstpointer data)
{
  GBytes *root;
  g_autoptr (GError) error = NULL;
  gsize size;
  const char *text;

  self->folder = g_dir_make_tmp ("pawl-conformance-XXXXXX", NULL);
  self->metadata_dir = g_build_filename (self->folder, "metadata", NULL);
  self->target_dir = g_build_filename (self->folder, "targets", NULL);
  self->root = g_build_filename (self->folder, "root", NULL);
  self->repo = sim_repo_new ();
  self->repo->root->expires = FOREVER;
  self->repo->timestamp->expires = FOREVER;
  self->repo->snapshot->expires = FOREVER;
  self->repo->targets->expires = FOREVER;
  sim_repo_publish (self->repo);
  self->web = sim_web_new (answer, self);
  root = g_hash_table_lookup (self->repo->files, "1.root.json");
  text = g_bytes_get_data (root, &size);
  g_file_set_contents (self->root, text, (gssize) size, &error);
  g_assert_no_error (error);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  sim_web_free (self->web);
  sim_repo_free (self->repo);
  sim_remove_folder (self->folder);
  g_free (self->folder);
  g_free (self->metadata_dir);
  g_free (self->target_dir);
  g_free (self->root);
}

static int
init (Fixture *self)
{
  const char *argv[] = {
    g_getenv ("PAWL_TUF_CLIENT"), "--metadata-dir", self->metadata_dir, "init", self->root, NULL};

  return sim_web_run (self->web, argv, NULL);
}

static int
refresh (Fixture *self)
{
  g_autofree char *url = g_strconcat (sim_web_get_uri (self->web), "/", NULL);
  const char *argv[] = {g_getenv ("PAWL_TUF_CLIENT"),
                        "--metadata-dir",
                        self->metadata_dir,
                        "--metadata-url",
                        url,
                        "refresh",
                        NULL};

  return sim_web_run (self->web, argv, NULL);
}

static int
download (Fixture *self, const char *first, const char *second)
{
  g_autofree char *url = g_strconcat (sim_web_get_uri (self->web), "/", NULL);
  g_autofree char *base = g_strconcat (url, "targets/", NULL);
  const char *argv[] = {g_getenv ("PAWL_TUF_CLIENT"),
                        "--metadata-dir",
                        self->metadata_dir,
                        "--metadata-url",
                        url,
                        "--target-name",
                        first,
                        "--target-base-url",
                        base,
                        "--target-dir",
                        self->target_dir,
                        "--target-name",
                        second,
                        "download",
                        NULL};

  return sim_web_run (self->web, argv, NULL);
}

static void
assert_asked (Fixture *self, const char *wanted)
{
  g_autofree char *asked = NULL;

  g_ptr_array_add (self->repo->asked, NULL);
  asked = g_strjoinv (" ", (GStrv) self->repo->asked->pdata);
  g_assert_cmpstr (asked, ==, wanted);
  g_ptr_array_set_size (self->repo->asked, 0);
}

static void
assert_stored (Fixture *self, const char *name, const char *path)
{
  g_autofree char *file = g_build_filename (self->metadata_dir, name, NULL);
  GBytes *bytes = g_hash_table_lookup (self->repo->files, path);
  g_autofree char *data = NULL;
  gsize size = 0;

  g_assert_true (g_file_get_contents (file, &data, &size, NULL));
  g_assert_cmpmem (data, size, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

/* The requests in their order, each once, and the files byte for byte. */
static void
test_refresh (Fixture *self, gconstpointer data)
{
  g_assert_cmpint (init (self), ==, 0);
  assert_asked (self, "");
  g_assert_cmpint (refresh (self), ==, 0);
  assert_asked (self, "2.root.json timestamp.json 1.snapshot.json 1.targets.json");
  assert_stored (self, "root.json", "1.root.json");
  assert_stored (self, "timestamp.json", "timestamp.json");
  assert_stored (self, "snapshot.json", "1.snapshot.json");
  assert_stored (self, "targets.json", "1.targets.json");
  g_assert_cmpint (refresh (self), ==, 0);
  assert_asked (self, "2.root.json timestamp.json");
}

static void
test_bad_root (Fixture *self, gconstpointer data)
{
  g_assert_true (g_file_set_contents (self->root, "{}", -1, NULL));
  g_assert_cmpint (init (self), ==, 1);
  g_assert_cmpint (refresh (self), ==, 1);
  assert_asked (self, "");
}

static void
test_download (Fixture *self, gconstpointer data)
{
  g_autofree char *file = NULL;
  g_autofree char *content = NULL;

  add_file (self, "dir/file one", "one");
  add_file (self, "two", "two");
  sim_repo_publish (self->repo);
  g_assert_cmpint (init (self), ==, 0);
  g_assert_cmpint (download (self, "two", "dir/file one"), ==, 0);
  file = g_build_filename (self->target_dir, "dir%2Ffile%20one", NULL);
  g_assert_true (g_file_get_contents (file, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "one");
  /* What is here is not fetched again. */
  g_ptr_array_set_size (self->repo->asked, 0);
  g_assert_cmpint (download (self, "two", "dir/file one"), ==, 0);
  assert_asked (self, "2.root.json timestamp.json");
}

static void
test_refused_downloads (Fixture *self, gconstpointer data)
{
  g_autofree char *hash = sim_hash ("two");
  g_autofree char *path = g_strdup_printf ("targets/%s.two", hash);
  g_autofree char *file = g_build_filename (self->target_dir, "two", NULL);

  add_file (self, "two", "two");
  sim_repo_publish (self->repo);
  g_assert_cmpint (init (self), ==, 0);
  g_assert_cmpint (download (self, "three", "two"), ==, 1);
  g_assert_cmpint (download (self, "two", "three"), ==, 1);
  g_assert_cmpint (g_remove (file), ==, 0);
  g_hash_table_replace (self->repo->files, g_strdup (path), g_bytes_new_static ("owt", 3));
  g_assert_cmpint (download (self, "two", "two"), ==, 1);
  g_hash_table_replace (self->repo->files, g_strdup (path), g_bytes_new_static ("two!", 4));
  g_assert_cmpint (download (self, "two", "two"), ==, 1);
  g_hash_table_remove (self->repo->files, path);
  g_assert_cmpint (download (self, "two", "two"), ==, 1);
  g_assert_false (g_file_test (file, G_FILE_TEST_EXISTS));
}

/* Pre-order, depth first, names as one segment. */
static void
test_delegations (Fixture *self, gconstpointer data)
{
  SimRole *first = sim_role_delegate (self->repo->targets, "a/b", "\"paths\":[\"*\"]");
  SimRole *inner = sim_role_delegate (first, "in ner", "\"paths\":[\"*\"]");
  SimRole *last = sim_role_delegate (self->repo->targets, "last", "\"paths\":[\"*\"]");

  first->expires = inner->expires = last->expires = FOREVER;
  sim_repo_publish (self->repo);
  g_assert_cmpint (init (self), ==, 0);
  g_assert_cmpint (download (self, "nowhere", "nowhere"), ==, 1);
  assert_asked (self, "2.root.json timestamp.json 1.snapshot.json 1.targets.json 1.a%2Fb.json "
                      "1.in%20ner.json 1.last.json");
  assert_stored (self, "a%2Fb.json", "1.a%2Fb.json");
}

static void
test_attack (Fixture *self, gconstpointer data)
{
  g_assert_cmpint (init (self), ==, 0);
  self->repo->timestamp->version = 2;
  sim_repo_publish_timestamp (self->repo);
  g_assert_cmpint (refresh (self), ==, 0);
  self->repo->timestamp->version = 1;
  sim_repo_publish_timestamp (self->repo);
  g_assert_cmpint (refresh (self), ==, 1);
}

static void
test_usage (Fixture *self, gconstpointer data)
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

static const struct
{
  const char *name;
  void (*test) (Fixture *self, gconstpointer data);
} tests[] = {
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
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/conformance/tuf-client/", tests[i].name, NULL);

      g_test_add (path, Fixture, NULL, set_up, tests[i].test, tear_down);
    }
  return g_test_run ();
}
