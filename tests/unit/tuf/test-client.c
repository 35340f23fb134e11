/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The client workflow against a repository in memory: T numbers are those of the trust decisions.
 */
#include "sim-repo.h"

#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  SimRepo *repo;
  char *state;
  PawlTufStore *store;
  PawlTufClient *client;
} Fixture;

/* As after a restart: nothing but the store is left. */
static void
restart (Fixture *self)
{
  g_clear_object (&self->client);
  self->client = pawl_tuf_client_new ("sim", self->store, PAWL_TUF_CLIENT_FLAGS_NONE);
  pawl_tuf_client_set_fetch (self->client, sim_repo_fetch, self->repo);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->repo = sim_repo_new ();
  sim_role_add_target (self->repo->targets, "app/one.bin", "one");
  sim_repo_publish (self->repo);
  self->state = g_dir_make_tmp ("pawl-tuf-XXXXXX", &error);
  g_assert_no_error (error);
  self->store = pawl_tuf_store_new (self->state);
  restart (self);
  g_assert_true (pawl_tuf_client_init_root (self->client,
                                            g_hash_table_lookup (self->repo->files, "1.root.json"),
                                            &error));
  g_assert_no_error (error);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (self->state, 0, NULL);
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->state, name, NULL);

      g_unlink (path);
    }
  g_rmdir (self->state);
  g_object_unref (self->client);
  g_object_unref (self->store);
  sim_repo_free (self->repo);
  g_free (self->state);
}

static void
assert_refreshes (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  restart (self);
  pawl_tuf_client_refresh (self->client, SIM_NOW, &error);
  g_assert_no_error (error);
}

static void
assert_fails (Fixture *self, PawlTufError code)
{
  g_autoptr (GError) error = NULL;

  restart (self);
  g_assert_false (pawl_tuf_client_refresh (self->client, SIM_NOW, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, PAWL_TUF_ERROR, (int) code);
  g_assert_true (g_str_has_prefix (error->message, "sim: "));
}

static gint64
stored_version (Fixture *self, PawlTufType type, const char *role)
{
  g_autoptr (GBytes) bytes = pawl_tuf_store_load (self->store, role, NULL);
  g_autoptr (PawlTufMetadata) metadata =
    bytes != NULL ? pawl_tuf_metadata_new (type, bytes, NULL) : NULL;

  return metadata != NULL ? pawl_tuf_metadata_get_version (metadata) : 0;
}

/* Everything anew, one version higher. */
static void
publish_next (SimRepo *repo)
{
  repo->targets->version++;
  repo->snapshot->version++;
  repo->timestamp->version++;
  sim_repo_publish_targets (repo, repo->targets);
  sim_repo_publish_snapshot (repo);
  sim_repo_publish_timestamp (repo);
}

static void
publish_root_too (SimRepo *repo)
{
  repo->root->version++;
  sim_repo_publish_root (repo);
  publish_next (repo);
}

static void
test_finds_and_checks (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlTufFound) found = NULL;
  g_autofree char *path = NULL;
  static const struct
  {
    const char *content;
    int code;
  } cases[] = {
    {"one",  -1                                 },
    {"two",  PAWL_TUF_ERROR_TARGET_HASH_MISMATCH},
    {"on",   PAWL_TUF_ERROR_TARGET_HASH_MISMATCH},
    {"ones", PAWL_TUF_ERROR_OVERSIZED_TARGET    },
  };

  assert_refreshes (self);
  found = pawl_tuf_client_find_target (self->client, "app/one.bin", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (found->role, ==, "targets");
  path = pawl_tuf_client_dup_target_path (self->client, "app/one.bin", found);
  /* T54: the hash stands before the last part. */
  g_assert_true (g_str_has_prefix (path, "app/"));
  g_assert_true (g_str_has_suffix (path, ".one.bin"));
  g_assert_cmpuint (strlen (path), ==, strlen ("app/one.bin") + 65);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GInputStream) stream =
        g_memory_input_stream_new_from_data (cases[i].content, -1, NULL);
      g_autoptr (GError) failure = NULL;

      pawl_tuf_check_artifact (found->metadata, found->target, "app/one.bin", stream, NULL,
                               &failure);
      if (cases[i].code < 0)
        g_assert_no_error (failure);
      else
        g_assert_error (failure, PAWL_TUF_ERROR, cases[i].code);
    }
}

static void
test_second_refresh_fetches_little (Fixture *self, gconstpointer data)
{
  assert_refreshes (self);
  assert_refreshes (self);
  g_assert_cmpuint (sim_repo_count (self->repo, "timestamp.json"), ==, 2);
  g_assert_cmpuint (sim_repo_count (self->repo, "1.snapshot.json"), ==, 1);
  g_assert_cmpuint (sim_repo_count (self->repo, "1.targets.json"), ==, 1);
}

/* T31, T33, T34, T36: through roots of which some are expired, each with a key of its own. */
static void
test_follows_roots (Fixture *self, gconstpointer data)
{
  for (guint i = 0; i < 3; i++)
    {
      SimKey *next = sim_key_new ();

      self->repo->root->version++;
      self->repo->root->expires = i < 2 ? SIM_EARLIER : SIM_LATER;
      g_ptr_array_set_size (self->repo->root->keys, 0);
      g_ptr_array_add (self->repo->root->keys, next);
      g_ptr_array_add (self->repo->root->signers, next);
      sim_repo_publish_root (self->repo);
      g_ptr_array_remove_index (self->repo->root->signers, 0);
    }
  assert_refreshes (self);
  g_assert_cmpint (stored_version (self, PAWL_TUF_TYPE_ROOT, "root"), ==, 4);
}

static void
test_root_needs_both (Fixture *self, gconstpointer data)
{
  SimRole *root = self->repo->root;
  SimKey *old = root->keys->pdata[0];
  SimKey *next = sim_key_new ();

  root->version = 2;
  sim_role_set_key (root, next);
  sim_repo_publish_root (self->repo);
  assert_fails (self, PAWL_TUF_ERROR_UNMET_THRESHOLD);
  g_ptr_array_set_size (root->signers, 0);
  g_ptr_array_add (root->signers, old);
  sim_repo_publish_root (self->repo);
  assert_fails (self, PAWL_TUF_ERROR_UNMET_THRESHOLD);
  g_assert_cmpint (stored_version (self, PAWL_TUF_TYPE_ROOT, "root"), ==, 1);
}

/* T35 */
static void
test_root_version_follows (Fixture *self, gconstpointer data)
{
  GBytes *bytes;

  self->repo->root->version = 3;
  sim_repo_publish_root (self->repo);
  bytes = g_bytes_ref (g_hash_table_lookup (self->repo->files, "3.root.json"));
  g_hash_table_remove (self->repo->files, "3.root.json");
  g_hash_table_replace (self->repo->files, g_strdup ("2.root.json"), bytes);
  assert_fails (self, PAWL_TUF_ERROR_ROOT_ROTATION);
}

/* T37, T38: an expired last root ends it, and is known all the same. */
static void
test_root_expires (Fixture *self, gconstpointer data)
{
  self->repo->root->version = 2;
  self->repo->root->expires = SIM_EARLIER;
  sim_repo_publish_root (self->repo);
  assert_fails (self, PAWL_TUF_ERROR_EXPIRED);
  g_assert_cmpint (stored_version (self, PAWL_TUF_TYPE_ROOT, "root"), ==, 2);
}

/* T39: a stolen online key signed absurd versions; its successor starts low. */
static void
test_recovers_from_fast_forward (Fixture *self, gconstpointer data)
{
  SimRepo *repo = self->repo;

  repo->timestamp->version = repo->snapshot->version = 1000;
  sim_repo_publish_snapshot (repo);
  sim_repo_publish_timestamp (repo);
  assert_refreshes (self);
  repo->timestamp->version = repo->snapshot->version = 2;
  sim_repo_publish_snapshot (repo);
  sim_repo_publish_timestamp (repo);
  assert_fails (self, PAWL_TUF_ERROR_ROLLBACK);
  repo->root->version = 2;
  sim_role_set_key (repo->timestamp, sim_key_new ());
  sim_role_set_key (repo->snapshot, sim_key_new ());
  sim_repo_publish (repo);
  assert_refreshes (self);
  g_assert_cmpint (stored_version (self, PAWL_TUF_TYPE_TIMESTAMP, "timestamp"), ==, 2);
}

/* T41, for each role. */
static void
test_thresholds (Fixture *self, gconstpointer data)
{
  SimRepo *repo = self->repo;
  SimRole *const roles[] = {repo->timestamp, repo->snapshot, repo->targets};

  for (gsize i = 0; i < G_N_ELEMENTS (roles); i++)
    {
      g_ptr_array_insert (roles[i]->signers, 0, sim_key_new ());
      g_ptr_array_set_size (roles[i]->signers, 1);
      publish_next (repo);
      assert_fails (self, PAWL_TUF_ERROR_UNMET_THRESHOLD);
      g_ptr_array_set_size (roles[i]->signers, 0);
      g_ptr_array_add (roles[i]->signers, roles[i]->keys->pdata[0]);
    }
  publish_next (repo);
  assert_refreshes (self);
}

/* T34: one key under two names is one signer. */
static void
test_one_holder_counts_once (Fixture *self, gconstpointer data)
{
  SimRole *targets = self->repo->targets;
  SimKey *key = targets->keys->pdata[0];
  SimKey twin = {.signer = key->signer};

  twin.json = g_strdup_printf ("{\"keytype\":\"ed25519\",\"keyval\":{\"public\":\"%s\"},"
                               "\"scheme\":\"ed25519\",\"x-name\":\"twin\"}",
                               pawl_tuf_signer_get_public (key->signer));
  twin.id = sim_hash (twin.json);
  targets->threshold = 2;
  g_ptr_array_add (targets->keys, &twin);
  g_ptr_array_add (targets->signers, &twin);
  publish_root_too (self->repo);
  assert_fails (self, PAWL_TUF_ERROR_UNMET_THRESHOLD);
  g_ptr_array_add (targets->keys, sim_key_new ());
  g_ptr_array_add (targets->signers, targets->keys->pdata[2]);
  publish_root_too (self->repo);
  assert_refreshes (self);
  g_ptr_array_remove (targets->keys, &twin);
  g_ptr_array_remove (targets->signers, &twin);
  g_free (twin.json);
  g_free (twin.id);
}

/* T4 */
static void
test_key_ids_are_hashes (Fixture *self, gconstpointer data)
{
  SimKey *key = self->repo->timestamp->keys->pdata[0];

  g_free (key->id);
  key->id = g_strnfill (64, 'a');
  publish_root_too (self->repo);
  assert_fails (self, PAWL_TUF_ERROR_BAD_KEY_ID);
}

/* T8: a key of a kind that we do not know breaks no other. */
static void
test_unknown_key_type (Fixture *self, gconstpointer data)
{
  SimKey strange = {.json = g_strdup ("{\"keytype\":\"lattice\",\"keyval\":{\"public\":\"00\"},"
                                      "\"scheme\":\"lattice-1\"}")};

  strange.id = sim_hash (strange.json);
  g_ptr_array_insert (self->repo->targets->keys, 0, &strange);
  publish_root_too (self->repo);
  assert_refreshes (self);
  g_ptr_array_remove (self->repo->targets->keys, &strange);
  g_free (strange.json);
  g_free (strange.id);
}

/* T42 */
static void
test_timestamp_goes_not_back (Fixture *self, gconstpointer data)
{
  SimRepo *repo = self->repo;

  publish_next (repo);
  assert_refreshes (self);
  repo->timestamp->version = 1;
  sim_repo_publish_timestamp (repo);
  assert_fails (self, PAWL_TUF_ERROR_ROLLBACK);
  /* Of equal versions the first one stays. */
  repo->timestamp->version = 2;
  repo->timestamp->expires = "2029-01-01T00:00:00Z";
  sim_repo_publish_timestamp (repo);
  assert_refreshes (self);
  g_assert_cmpint (pawl_tuf_metadata_get_expires_us (pawl_tuf_client_get_timestamp (self->client)),
                   <, G_GINT64_CONSTANT (1860000000) * G_USEC_PER_SEC);
}

/* T43 */
static void
test_snapshot_in_timestamp_goes_not_back (Fixture *self, gconstpointer data)
{
  publish_next (self->repo);
  assert_refreshes (self);
  self->repo->timestamp->version = 3;
  self->repo->snapshot->version = 1;
  sim_repo_publish_timestamp (self->repo);
  assert_fails (self, PAWL_TUF_ERROR_ROLLBACK);
}

/* T44: what is expired is refused, and not stored. */
static void
test_expiry (Fixture *self, gconstpointer data)
{
  SimRepo *repo = self->repo;
  const struct
  {
    SimRole *role;
    PawlTufType type;
  } cases[] = {
    {repo->timestamp, PAWL_TUF_TYPE_TIMESTAMP},
    {repo->snapshot,  PAWL_TUF_TYPE_SNAPSHOT },
    {repo->targets,   PAWL_TUF_TYPE_TARGETS  },
  };

  assert_refreshes (self);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 before = stored_version (self, cases[i].type, cases[i].role->name);

      cases[i].role->expires = SIM_EARLIER;
      publish_next (repo);
      assert_fails (self, PAWL_TUF_ERROR_EXPIRED);
      g_assert_cmpint (stored_version (self, cases[i].type, cases[i].role->name), ==, before);
      cases[i].role->expires = SIM_LATER;
      publish_next (repo);
      assert_refreshes (self);
    }
}

/* T46: no more is taken than was announced. */
static void
test_sizes (Fixture *self, gconstpointer data)
{
  static const char *const paths[] = {"2.root.json", "timestamp.json", "1.snapshot.json",
                                      "1.targets.json"};

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      GBytes *good = g_hash_table_lookup (self->repo->files, paths[i]);
      g_autoptr (GBytes) kept = good != NULL ? g_bytes_ref (good) : NULL;

      g_hash_table_replace (self->repo->files, g_strdup (paths[i]),
                            g_bytes_new_take (g_strnfill (600000, ' '), 600000));
      assert_fails (self, PAWL_TUF_ERROR_TOO_LARGE);
      if (kept != NULL)
        g_hash_table_replace (self->repo->files, g_strdup (paths[i]), g_steal_pointer (&kept));
      else
        g_hash_table_remove (self->repo->files, paths[i]);
    }
}

/* However much a snapshot announces, the client's own limit holds. */
static void
test_announced_length_is_capped (Fixture *self, gconstpointer data)
{
  const PawlTufLimits limits = {.targets = 100};
  g_autoptr (GError) error = NULL;

  restart (self);
  pawl_tuf_client_set_limits (self->client, &limits);
  g_assert_false (pawl_tuf_client_refresh (self->client, SIM_NOW, &error));
  g_assert_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_TOO_LARGE);
}

/* T47: a genuine file, but not the one that was announced. */
static void
test_announced_hashes (Fixture *self, gconstpointer data)
{
  SimRepo *repo = self->repo;

  sim_role_add_target (repo->targets, "x", "y");
  g_string_truncate (repo->targets->targets, 0);
  sim_role_add_target (repo->targets, "app/one.bin", "two");
  sim_repo_publish_targets (repo, repo->targets);
  assert_fails (self, PAWL_TUF_ERROR_HASH_MISMATCH);
  sim_repo_publish_snapshot (repo);
  assert_fails (self, PAWL_TUF_ERROR_HASH_MISMATCH);
}

/* T49: no file that was listed goes back or goes away. */
static void
test_snapshot_goes_not_back (Fixture *self, gconstpointer data)
{
  SimRepo *repo = self->repo;

  repo->meta_extra = g_strdup ("\"other.json\":{\"version\":5}");
  publish_next (repo);
  assert_refreshes (self);
  g_free (repo->meta_extra);
  repo->meta_extra = g_strdup ("\"other.json\":{\"version\":4}");
  publish_next (repo);
  assert_fails (self, PAWL_TUF_ERROR_ROLLBACK);
  g_clear_pointer (&repo->meta_extra, g_free);
  publish_next (repo);
  assert_fails (self, PAWL_TUF_ERROR_ROLLBACK);
  repo->meta_extra = g_strdup ("\"other.json\":{\"version\":6}");
  publish_next (repo);
  assert_refreshes (self);
}

static const char *
find (Fixture *self, const char *target)
{
  static char role[64];
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlTufFound) found = pawl_tuf_client_find_target (self->client, target, NULL, &error);

  if (found == NULL)
    g_test_message ("%s", error->message);
  g_strlcpy (role, found != NULL ? found->role : "", sizeof role);
  return role;
}

/* T22 to T26 */
static void
test_delegations (Fixture *self, gconstpointer data)
{
  SimRole *targets = self->repo->targets;
  g_autofree char *hash = sim_hash ("h/hashed.bin");
  g_autofree char *prefix = g_strdup_printf ("\"path_hash_prefixes\":[\"%.8s\"]", hash);
  SimRole *a = sim_role_delegate (targets, "a", "\"paths\":[\"a/*\",\"both/*\"]");
  SimRole *b = sim_role_delegate (targets, "b", "\"paths\":[\"both/*\",\"t/*\"]");
  SimRole *t = sim_role_delegate (targets, "t", "\"paths\":[\"end/*\"]");
  SimRole *behind = sim_role_delegate (targets, "behind", "\"paths\":[\"end/*\"]");
  SimRole *h = sim_role_delegate (targets, "h", prefix);
  SimRole *inner = sim_role_delegate (a, "inner", "\"paths\":[\"*/*\"]");

  t->terminating = TRUE;
  sim_role_add_target (a, "a/1", "1");
  sim_role_add_target (a, "b/1", "1");
  sim_role_add_target (b, "both/1", "1");
  sim_role_add_target (b, "both/2", "1");
  sim_role_add_target (inner, "both/2", "2");
  sim_role_add_target (inner, "t/1", "2");
  sim_role_add_target (behind, "end/1", "1");
  sim_role_add_target (h, "h/hashed.bin", "1");
  publish_next (self->repo);
  assert_refreshes (self);
  g_assert_cmpstr (find (self, "a/1"), ==, "a");
  g_assert_cmpstr (find (self, "b/1"), ==, "");
  g_assert_cmpstr (find (self, "both/1"), ==, "b");
  g_assert_cmpstr (find (self, "both/2"), ==, "inner");
  g_assert_cmpstr (find (self, "t/1"), ==, "");
  g_assert_cmpstr (find (self, "end/1"), ==, "");
  g_assert_cmpstr (find (self, "h/hashed.bin"), ==, "h");
  g_assert_cmpstr (find (self, "h/other.bin"), ==, "");
}

/* Uptane 2.1, 5.4.4.7: a delegation may be for some hardware only. */
static void
test_delegation_for_hardware (Fixture *self, gconstpointer data)
{
  SimRole *role = sim_role_delegate (self->repo->targets, "boards",
                                     "\"paths\":[\"*\"],\"hardware_ids\":[\"one\",\"two\"]");
  static const struct
  {
    const char *hardware_id;
    gboolean found;
  } cases[] = {
    {NULL,    TRUE },
    {"two",   TRUE },
    {"three", FALSE},
  };

  sim_role_add_target (role, "file", "1");
  publish_next (self->repo);
  assert_refreshes (self);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (PawlTufFound) found =
        pawl_tuf_client_find_target (self->client, "file", cases[i].hardware_id, NULL);

      g_assert_cmpint (found != NULL, ==, cases[i].found);
    }
}

/* T50, T51: a role that cannot be verified ends the search, even if one behind it has the target.
 */
static void
test_bad_delegation_ends (Fixture *self, gconstpointer data)
{
  SimRole *targets = self->repo->targets;
  SimRole *bad = sim_role_delegate (targets, "bad", "\"paths\":[\"*\"]");
  SimRole *good = sim_role_delegate (targets, "good", "\"paths\":[\"*\"]");

  sim_role_add_target (good, "file", "1");
  g_ptr_array_set_size (bad->signers, 0);
  g_ptr_array_add (bad->signers, sim_key_new ());
  publish_next (self->repo);
  assert_refreshes (self);
  g_assert_cmpstr (find (self, "file"), ==, "");
  sim_role_set_key (bad, sim_key_new ());
  publish_next (self->repo);
  assert_refreshes (self);
  g_assert_cmpstr (find (self, "file"), ==, "good");
}

/* T52: at most so many roles in one search. */
static void
test_many_delegations (Fixture *self, gconstpointer data)
{
  SimRole *role = self->repo->targets;

  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *name = g_strdup_printf ("r%u", i);

      role = sim_role_delegate (role, name, "\"paths\":[\"*\"]");
      if (i == 20 || i == 39)
        sim_role_add_target (role, i == 20 ? "near" : "far", "1");
    }
  publish_next (self->repo);
  assert_refreshes (self);
  g_assert_cmpstr (find (self, "near"), ==, "r20");
  g_assert_cmpstr (find (self, "far"), ==, "");
}

/* T55: a role's name cannot lead out of the store. */
static void
test_role_names_are_escaped (Fixture *self, gconstpointer data)
{
  SimRole *role = sim_role_delegate (self->repo->targets, "../../x", "\"paths\":[\"*\"]");
  g_autofree char *path = g_build_filename (self->state, "..%2F..%2Fx.json", NULL);

  sim_role_add_target (role, "file", "1");
  publish_next (self->repo);
  assert_refreshes (self);
  g_assert_cmpstr (find (self, "file"), ==, "../../x");
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
}

/* What the store has is verified like everything else. */
static void
test_store_is_not_trusted (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->state, "targets.json", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  assert_refreshes (self);
  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  *strstr (text, "one.bin") = 'O';
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  assert_refreshes (self);
  g_assert_cmpuint (sim_repo_count (self->repo, "1.targets.json"), ==, 2);
  g_assert_cmpstr (find (self, "app/one.bin"), ==, "targets");
}

static void
test_works_offline (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint asked;

  g_assert_false (pawl_tuf_client_load_trusted (self->client, SIM_NOW, &error));
  g_assert_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_FETCH);
  g_clear_error (&error);
  assert_refreshes (self);
  restart (self);
  asked = self->repo->asked->len;
  g_assert_true (pawl_tuf_client_load_trusted (self->client, SIM_NOW, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (find (self, "app/one.bin"), ==, "targets");
  g_assert_cmpuint (self->repo->asked->len, ==, asked);
}

static void
test_missing_files (Fixture *self, gconstpointer data)
{
  static const char *const paths[] = {"1.targets.json", "1.snapshot.json", "timestamp.json"};

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_hash_table_remove (self->repo->files, paths[i]);
      assert_fails (self, PAWL_TUF_ERROR_FETCH);
    }
}

static const struct
{
  const char *name;
  void (*test) (Fixture *self, gconstpointer data);
} tests[] = {
  {"finds-and-checks",                    test_finds_and_checks                   },
  {"second-refresh-fetches-little",       test_second_refresh_fetches_little      },
  {"follows-roots",                       test_follows_roots                      },
  {"root-needs-both",                     test_root_needs_both                    },
  {"root-version-follows",                test_root_version_follows               },
  {"root-expires",                        test_root_expires                       },
  {"recovers-from-fast-forward",          test_recovers_from_fast_forward         },
  {"thresholds",                          test_thresholds                         },
  {"one-holder-counts-once",              test_one_holder_counts_once             },
  {"key-ids-are-hashes",                  test_key_ids_are_hashes                 },
  {"unknown-key-type",                    test_unknown_key_type                   },
  {"timestamp-goes-not-back",             test_timestamp_goes_not_back            },
  {"snapshot-in-timestamp-goes-not-back", test_snapshot_in_timestamp_goes_not_back},
  {"expiry",                              test_expiry                             },
  {"sizes",                               test_sizes                              },
  {"announced-hashes",                    test_announced_hashes                   },
  {"snapshot-goes-not-back",              test_snapshot_goes_not_back             },
  {"delegations",                         test_delegations                        },
  {"delegation-for-hardware",             test_delegation_for_hardware            },
  {"announced-length-is-capped",          test_announced_length_is_capped         },
  {"bad-delegation-ends",                 test_bad_delegation_ends                },
  {"many-delegations",                    test_many_delegations                   },
  {"role-names-are-escaped",              test_role_names_are_escaped             },
  {"store-is-not-trusted",                test_store_is_not_trusted               },
  {"works-offline",                       test_works_offline                      },
  {"missing-files",                       test_missing_files                      },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/tuf/client/", tests[i].name, NULL);

      g_test_add (path, Fixture, NULL, set_up, tests[i].test, tear_down);
    }
  return g_test_run ();
}
