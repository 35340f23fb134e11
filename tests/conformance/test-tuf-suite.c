/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What the official suite asks of the workflow: what is trusted after each attack, and which
 * request was the last. */
#include "client-fixture.h"

#include <string.h>

#define PAST "2020-01-01T00:00:00Z"
/* The client is run between these two. */
#define DAY_7  "2090-01-07T00:00:00Z"
#define DAY_0  "2090-01-01 00:00:00"
#define DAY_18 "2090-01-18 00:00:00"
#define DAY_21 "2090-01-21T00:00:00Z"

static void
publish_root_too (SimRepo *repo)
{
  repo->root->version++;
  sim_repo_publish_next (repo);
}

static void
begin (ClientFixture *self)
{
  g_assert_cmpint (client_init (self), ==, 0);
  g_assert_cmpint (client_refresh (self), ==, 0);
}

static void
refuse (ClientFixture *self, const char *trusted)
{
  g_assert_cmpint (client_refresh (self), ==, 1);
  client_assert_trusted (self, trusted);
}

static void
accept (ClientFixture *self, const char *trusted)
{
  g_assert_cmpint (client_refresh (self), ==, 0);
  client_assert_trusted (self, trusted);
}

static void
assert_last (ClientFixture *self, const char *path)
{
  GPtrArray *asked = self->repo->asked;

  g_assert_cmpstr (asked->pdata[asked->len - 1], ==, path);
}

/* ---- signatures ---- */

/* What was verified before it is trusted all the same. */
static void
test_unsigned (ClientFixture *self, gconstpointer data)
{
  SimRepo *repo = self->repo;
  SimRole *const roles[] = {repo->root, repo->timestamp, repo->snapshot, repo->targets};
  static const char *const trusted[] = {
    "root 1",
    "root 2",
    "root 2, timestamp 2",
    "root 2, snapshot 2, timestamp 2",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (roles); i++)
    {
      SimKey *key = roles[i]->signers->pdata[0];

      sim_remove_folder (self->metadata_dir);
      g_ptr_array_set_size (roles[i]->signers, 0);
      repo->root->version = 2;
      repo->targets->version = repo->snapshot->version = repo->timestamp->version = 2;
      sim_repo_publish (repo);
      g_assert_cmpint (client_init (self), ==, 0);
      refuse (self, trusted[i]);
      g_ptr_array_add (roles[i]->signers, key);
    }
}

static void
test_key_types (ClientFixture *self, gconstpointer data)
{
  static const char *const types[] = {"rsa2048", "p256", "ed25519", "p384"};
  SimRole *root = self->repo->root;

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      SimKey *key = sim_key_new_of (types[i]);
      g_autofree char *id = g_strdup (key->id);

      g_ptr_array_add (root->keys, key);
      g_ptr_array_add (root->signers, key);
      root->threshold++;
      root->version++;
      sim_repo_publish_root (self->repo);
      if (i == 0)
        g_assert_cmpint (client_init (self), ==, 0);
      g_assert_cmpint (client_refresh (self), ==, 0);
      /* Somebody else's signature in its name. */
      root->version++;
      root->signers->pdata[i + 1] = sim_key_new_of (types[i]);
      g_free (((SimKey *) root->signers->pdata[i + 1])->id);
      ((SimKey *) root->signers->pdata[i + 1])->id = g_steal_pointer (&id);
      sim_repo_publish_root (self->repo);
      g_assert_cmpint (client_refresh (self), ==, 1);
      root->signers->pdata[i + 1] = key;
      sim_repo_publish_root (self->repo);
      g_assert_cmpint (client_refresh (self), ==, 0);
    }
}

/* A bad signature beside enough good ones does no harm, and neither does an empty one. */
static void
test_spare_signatures (ClientFixture *self, gconstpointer data)
{
  static const char *const spares[] = {"", "00", "3045"};
  SimRole *timestamp = self->repo->timestamp;
  SimKey *spare = sim_key_new ();

  begin (self);
  g_ptr_array_add (timestamp->keys, spare);
  publish_root_too (self->repo);
  for (gsize i = 0; i < G_N_ELEMENTS (spares); i++)
    {
      GBytes *bytes = g_hash_table_lookup (self->repo->files, "timestamp.json");
      g_autoptr (GString) text =
        g_string_new_len (g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes));
      g_autofree char *more =
        g_strdup_printf ("{\"keyid\":\"%s\",\"sig\":\"%s\"},", spare->id, spares[i]);

      g_string_insert (text, (gssize) strlen ("{\"signatures\":["), more);
      g_hash_table_replace (self->repo->files, g_strdup ("timestamp.json"),
                            g_bytes_new (text->str, text->len));
      g_assert_cmpint (client_refresh (self), ==, 0);
      sim_repo_publish_next (self->repo);
    }
}

static void
test_same_key_twice (ClientFixture *self, gconstpointer data)
{
  SimRole *snapshot = self->repo->snapshot;
  SimKey *key = snapshot->keys->pdata[0];

  g_assert_cmpint (client_init (self), ==, 0);
  for (guint i = 0; i < 9; i++)
    {
      g_ptr_array_add (snapshot->keys, key);
      g_ptr_array_add (snapshot->signers, key);
    }
  snapshot->threshold = 6;
  publish_root_too (self->repo);
  refuse (self, "root 2, timestamp 2");
  /* Even if one signature is enough. */
  snapshot->threshold = 1;
  publish_root_too (self->repo);
  refuse (self, "root 3, timestamp 3");
}

/* The tools of the suite add members to a key, and leave its id as it was. */
static void
test_custom_fields (ClientFixture *self, gconstpointer data)
{
  SimKey *key = sim_key_new_of ("p256");
  g_autofree char *id = g_strdup (key->id);
  g_autoptr (GString) json = g_string_new (key->json);

  g_string_insert (json, 1, "\"keyid_hash_algorithms\":\"md5\",\"x\":{\"a\":1,\"b\":2},");
  sim_key_set_json (key, g_strdup (json->str));
  sim_role_set_key (self->repo->snapshot, key);
  g_free (key->id);
  key->id = g_steal_pointer (&id);
  publish_root_too (self->repo);
  g_assert_cmpint (client_init (self), ==, 0);
  accept (self, "root 2, snapshot 2, targets 2, timestamp 2");
}

static void
test_thresholds (ClientFixture *self, gconstpointer data)
{
  SimRole *snapshot = self->repo->snapshot;

  for (guint i = 0; i < 2; i++)
    {
      g_ptr_array_add (snapshot->keys, sim_key_new ());
      g_ptr_array_add (snapshot->signers, snapshot->keys->pdata[i + 1]);
    }
  snapshot->threshold = 3;
  publish_root_too (self->repo);
  begin (self);
  g_ptr_array_remove_index (snapshot->signers, 1);
  sim_repo_publish_next (self->repo);
  refuse (self, "root 2, snapshot 2, targets 2, timestamp 3");
  snapshot->threshold = 4;
  publish_root_too (self->repo);
  refuse (self, "root 3, snapshot 2, targets 2, timestamp 4");
  snapshot->threshold = 0;
  publish_root_too (self->repo);
  refuse (self, "root 3, snapshot 2, targets 2, timestamp 4");
}

/* ---- time ---- */

static gboolean
has_faketime (void)
{
  if (g_getenv ("PAWL_FAKETIME") != NULL)
    return TRUE;
  g_test_skip ("faketime is not here, or does not go with the sanitizers");
  return FALSE;
}

static void
test_expired (ClientFixture *self, gconstpointer data)
{
  SimRepo *repo = self->repo;

  begin (self);
  repo->timestamp->expires = PAST;
  sim_repo_publish_next (repo);
  refuse (self, "root 1, snapshot 1, targets 1, timestamp 1");
  repo->timestamp->expires = CLIENT_FOREVER;
  repo->snapshot->expires = PAST;
  sim_repo_publish_next (repo);
  refuse (self, "root 1, snapshot 1, targets 1, timestamp 3");
  repo->snapshot->expires = CLIENT_FOREVER;
  repo->targets->expires = PAST;
  sim_repo_publish_next (repo);
  refuse (self, "root 1, snapshot 4, targets 1, timestamp 4");
  repo->root->expires = PAST;
  publish_root_too (repo);
  refuse (self, "root 2, snapshot 4, targets 1, timestamp 4");
}

/* What is stored and has expired still leads to what follows it. */
static void
test_expired_in_store (ClientFixture *self, gconstpointer data)
{
  SimRepo *repo = self->repo;

  if (!has_faketime ())
    return;
  repo->timestamp->expires = DAY_7;
  sim_repo_publish (repo);
  g_assert_cmpint (client_init (self), ==, 0);
  self->fake_time = DAY_0;
  accept (self, "root 1, snapshot 1, targets 1, timestamp 1");
  self->fake_time = DAY_18;
  refuse (self, "root 1, snapshot 1, targets 1, timestamp 1");
  repo->timestamp->expires = DAY_21;
  sim_repo_publish_next (repo);
  accept (self, "root 1, snapshot 2, targets 2, timestamp 2");
}

static void
test_expired_delegation (ClientFixture *self, gconstpointer data)
{
  SimRole *role = sim_role_delegate (self->repo->targets, "delegated", "\"paths\":[\"d/*\"]");

  if (!has_faketime ())
    return;
  client_add_file (self, role, "d/first", "first");
  client_add_file (self, role, "d/second", "second");
  role->expires = PAST;
  sim_repo_publish (self->repo);
  g_assert_cmpint (client_init (self), ==, 0);
  self->fake_time = DAY_0;
  g_assert_cmpint (client_refresh (self), ==, 0);
  g_assert_cmpint (client_download (self, "d/first", NULL), ==, 1);
  client_assert_trusted (self, "root 1, snapshot 1, targets 1, timestamp 1");
  role->version = 2;
  role->expires = DAY_7;
  sim_repo_publish_next (self->repo);
  g_assert_cmpint (client_download (self, "d/first", NULL), ==, 0);
  client_assert_file (self, "d/first", "first");
  self->fake_time = DAY_18;
  g_assert_cmpint (client_download (self, "d/second", NULL), ==, 1);
  role->version = 3;
  role->expires = DAY_21;
  sim_repo_publish_next (self->repo);
  g_assert_cmpint (client_download (self, "d/second", NULL), ==, 0);
  client_assert_file (self, "d/second", "second");
}

/* ---- versions ---- */

static void
test_rollbacks (ClientFixture *self, gconstpointer data)
{
  SimRepo *repo = self->repo;

  for (guint i = 0; i < 2; i++)
    {
      repo->bare = i == 0;
      repo->targets->version = repo->snapshot->version = repo->timestamp->version = 5;
      sim_repo_publish (repo);
      sim_remove_folder (self->metadata_dir);
      g_assert_cmpint (client_init (self), ==, 0);
      accept (self, "root 1, snapshot 5, targets 5, timestamp 5");
      repo->timestamp->version = 4;
      sim_repo_publish_timestamp (repo);
      refuse (self, "root 1, snapshot 5, targets 5, timestamp 5");
      assert_last (self, "timestamp.json");
      repo->timestamp->version = 6;
      repo->snapshot->version = 4;
      sim_repo_publish_snapshot (repo);
      sim_repo_publish_timestamp (repo);
      refuse (self, "root 1, snapshot 5, targets 5, timestamp 5");
      assert_last (self, "timestamp.json");
      repo->snapshot->version = 6;
      repo->targets->version = 4;
      sim_repo_publish (repo);
      refuse (self, "root 1, snapshot 5, targets 5, timestamp 6");
      assert_last (self, "6.snapshot.json");
    }
}

static void
test_fast_forward (ClientFixture *self, gconstpointer data)
{
  SimRepo *repo = self->repo;

  repo->targets->version = repo->snapshot->version = repo->timestamp->version = 99999;
  sim_repo_publish (repo);
  begin (self);
  /* New timestamp keys: the timestamp. */
  sim_role_set_key (repo->timestamp, sim_key_new ());
  repo->root->version = 2;
  repo->timestamp->version = 1;
  sim_repo_publish (repo);
  accept (self, "root 2, snapshot 99999, targets 99999, timestamp 1");
  /* New snapshot keys: snapshot and targets. */
  sim_role_set_key (repo->snapshot, sim_key_new ());
  repo->root->version = 3;
  repo->targets->version = repo->snapshot->version = 1;
  repo->timestamp->version = 2;
  sim_repo_publish (repo);
  accept (self, "root 3, snapshot 1, targets 1, timestamp 2");
}

/* Of two timestamps of one version the first stays, and what the second one names is not asked for.
 */
static void
test_timestamp_content (ClientFixture *self, gconstpointer data)
{
  begin (self);
  self->repo->snapshot->version = 100;
  sim_repo_publish_snapshot (self->repo);
  sim_repo_publish_timestamp (self->repo);
  accept (self, "root 1, snapshot 1, targets 1, timestamp 1");
  assert_last (self, "timestamp.json");
}

/* ---- files ---- */

static void
test_missing_files (ClientFixture *self, gconstpointer data)
{
  SimRepo *repo = self->repo;

  begin (self);
  sim_repo_publish_next (repo);
  g_hash_table_remove (repo->files, "2.snapshot.json");
  refuse (self, "root 1, snapshot 1, targets 1, timestamp 2");
  assert_last (self, "2.snapshot.json");
  sim_repo_publish_snapshot (repo);
  g_hash_table_remove (repo->files, "2.targets.json");
  refuse (self, "root 1, snapshot 2, targets 1, timestamp 2");
  assert_last (self, "2.targets.json");
  g_hash_table_remove (repo->files, "timestamp.json");
  refuse (self, "root 1, snapshot 2, targets 1, timestamp 2");
  assert_last (self, "timestamp.json");
}

/* D10: a bucket that may not be listed says 403 for what is not there; a server that is broken is
 * not asked any further. */
static void
test_statuses (ClientFixture *self, gconstpointer data)
{
  g_assert_cmpint (client_init (self), ==, 0);
  self->missing = 503;
  refuse (self, "root 1");
  assert_last (self, "2.root.json");
  self->missing = 403;
  accept (self, "root 1, snapshot 1, targets 1, timestamp 1");
}

static void
test_hashes_and_bytes (ClientFixture *self, gconstpointer data)
{
  SimRepo *repo = self->repo;
  GBytes *bytes = g_hash_table_lookup (repo->files, "timestamp.json");
  g_autoptr (GString) text =
    g_string_new_len (g_bytes_get_data (bytes, NULL), (gssize) g_bytes_get_size (bytes));

  /* As it came, whatever stands behind it. */
  g_string_append (text, " \n");
  g_hash_table_replace (repo->files, g_strdup ("timestamp.json"),
                        g_bytes_new (text->str, text->len));
  begin (self);
  client_assert_stored (self, "timestamp.json", "timestamp.json");
  /* Genuine, but not the announced one. */
  sim_repo_publish_next (repo);
  sim_role_add_target (repo->targets, "more", "more");
  sim_repo_publish_targets (repo, repo->targets);
  refuse (self, "root 1, snapshot 2, targets 1, timestamp 2");
}

/* Of the optional parts none: versions only, and names without versions. */
static void
test_bare_and_plain (ClientFixture *self, gconstpointer data)
{
  SimRepo *repo = self->repo;
  SimRole *role = sim_role_delegate (repo->targets, "role", "\"paths\":[\"r/*\"]");

  role->expires = CLIENT_FOREVER;
  repo->bare = repo->plain = TRUE;
  sim_role_add_target (role, "r/file", "content");
  g_hash_table_replace (repo->files, g_strdup ("targets/r/file"),
                        g_bytes_new_static ("content", 7));
  publish_root_too (repo);
  client_write_root (self);
  g_assert_cmpint (client_init (self), ==, 0);
  g_assert_cmpint (client_download (self, "r/file", NULL), ==, 0);
  client_assert_file (self, "r/file", "content");
  client_assert_asked (self, "2.root.json 3.root.json timestamp.json snapshot.json targets.json "
                             "role.json targets/r/file");
}

static const ClientTest tests[] = {
  {"unsigned",           test_unsigned          },
  {"key-types",          test_key_types         },
  {"spare-signatures",   test_spare_signatures  },
  {"same-key-twice",     test_same_key_twice    },
  {"custom-fields",      test_custom_fields     },
  {"thresholds",         test_thresholds        },
  {"expired",            test_expired           },
  {"expired-in-store",   test_expired_in_store  },
  {"expired-delegation", test_expired_delegation},
  {"rollbacks",          test_rollbacks         },
  {"fast-forward",       test_fast_forward      },
  {"timestamp-content",  test_timestamp_content },
  {"missing-files",      test_missing_files     },
  {"d10-statuses",       test_statuses          },
  {"hashes-and-bytes",   test_hashes_and_bytes  },
  {"bare-and-plain",     test_bare_and_plain    },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  client_fixture_add_tests ("/conformance/tuf-suite/", tests, G_N_ELEMENTS (tests));
  return g_test_run ();
}
