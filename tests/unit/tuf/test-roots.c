/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Roots and keys: who may sign, and how that changes. T numbers are those of core/tuf/README.md. */
#include "sim-client.h"

#include <string.h>

static void
publish_root_too (SimRepo *repo)
{
  repo->root->version++;
  sim_repo_publish_next (repo);
}

/* T31, T33, T34, T36: through roots of which some are expired, each with a key of its own. */
static void
test_follows_roots (SimClient *self, gconstpointer data)
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
  sim_client_refresh (self);
  g_assert_cmpint (sim_client_get_version (self, PAWL_TUF_TYPE_ROOT, "root"), ==, 4);
}

static void
test_root_needs_both (SimClient *self, gconstpointer data)
{
  SimRole *root = self->repo->root;
  SimKey *old = root->keys->pdata[0];
  SimKey *next = sim_key_new ();

  root->version = 2;
  sim_role_set_key (root, next);
  sim_repo_publish_root (self->repo);
  sim_client_refuse (self, PAWL_TUF_ERROR_UNMET_THRESHOLD);
  g_ptr_array_set_size (root->signers, 0);
  g_ptr_array_add (root->signers, old);
  sim_repo_publish_root (self->repo);
  sim_client_refuse (self, PAWL_TUF_ERROR_UNMET_THRESHOLD);
  g_assert_cmpint (sim_client_get_version (self, PAWL_TUF_TYPE_ROOT, "root"), ==, 1);
}

/* T35 */
static void
test_root_version_follows (SimClient *self, gconstpointer data)
{
  GBytes *bytes;

  self->repo->root->version = 3;
  sim_repo_publish_root (self->repo);
  bytes = g_bytes_ref (g_hash_table_lookup (self->repo->files, "3.root.json"));
  g_hash_table_remove (self->repo->files, "3.root.json");
  g_hash_table_replace (self->repo->files, g_strdup ("2.root.json"), bytes);
  sim_client_refuse (self, PAWL_TUF_ERROR_ROOT_ROTATION);
}

/* T37, T38: an expired last root ends it, and is known all the same. */
static void
test_root_expires (SimClient *self, gconstpointer data)
{
  self->repo->root->version = 2;
  self->repo->root->expires = SIM_EARLIER;
  sim_repo_publish_root (self->repo);
  sim_client_refuse (self, PAWL_TUF_ERROR_EXPIRED);
  g_assert_cmpint (sim_client_get_version (self, PAWL_TUF_TYPE_ROOT, "root"), ==, 2);
}

/* T30: the root that is trusted may be as old as it likes, if a newer one follows it. */
static void
test_trusted_root_may_be_expired (SimClient *self, gconstpointer data)
{
  SimRole *root = self->repo->root;

  root->version = 2;
  root->expires = SIM_EARLIER;
  sim_repo_publish_root (self->repo);
  sim_client_refuse (self, PAWL_TUF_ERROR_EXPIRED);
  root->version = 3;
  root->expires = SIM_LATER;
  sim_repo_publish_root (self->repo);
  sim_client_refresh (self);
  g_assert_cmpint (sim_client_get_version (self, PAWL_TUF_TYPE_ROOT, "root"), ==, 3);
}

/* T32: so many roots in one update; the next one goes on from there. */
static void
test_root_rotations_are_bounded (SimClient *self, gconstpointer data)
{
  const PawlTufLimits limits = {.root_rotations = 2};
  g_autoptr (GError) error = NULL;

  for (self->repo->root->version = 2; self->repo->root->version <= 4; self->repo->root->version++)
    sim_repo_publish_root (self->repo);
  sim_client_restart (self);
  pawl_tuf_client_set_limits (self->client, &limits);
  pawl_tuf_client_refresh (self->client, SIM_NOW, &error);
  g_assert_no_error (error);
  g_assert_cmpint (sim_client_get_version (self, PAWL_TUF_TYPE_ROOT, "root"), ==, 3);
  g_assert_cmpuint (sim_repo_count (self->repo, "4.root.json"), ==, 0);
  sim_client_refresh (self);
  g_assert_cmpint (sim_client_get_version (self, PAWL_TUF_TYPE_ROOT, "root"), ==, 4);
}

/* T39: a stolen online key signed absurd versions; its successor starts low. */
static void
test_recovers_from_fast_forward (SimClient *self, gconstpointer data)
{
  SimRepo *repo = self->repo;

  repo->timestamp->version = repo->snapshot->version = 1000;
  sim_repo_publish_snapshot (repo);
  sim_repo_publish_timestamp (repo);
  sim_client_refresh (self);
  repo->timestamp->version = repo->snapshot->version = 2;
  sim_repo_publish_snapshot (repo);
  sim_repo_publish_timestamp (repo);
  sim_client_refuse (self, PAWL_TUF_ERROR_ROLLBACK);
  repo->root->version = 2;
  sim_role_set_key (repo->timestamp, sim_key_new ());
  sim_role_set_key (repo->snapshot, sim_key_new ());
  sim_repo_publish (repo);
  sim_client_refresh (self);
  g_assert_cmpint (sim_client_get_version (self, PAWL_TUF_TYPE_TIMESTAMP, "timestamp"), ==, 2);
}

/* T39, T28: the root that changes the keys is stored, and then the update ends; the next one sees
 * no change, and the key that signed the absurd versions may still sign. */
static void
test_recovers_after_a_failure (SimClient *self, gconstpointer data)
{
  SimRepo *repo = self->repo;

  repo->timestamp->version = repo->snapshot->version = 1000;
  sim_repo_publish_snapshot (repo);
  sim_repo_publish_timestamp (repo);
  sim_client_refresh (self);
  repo->root->version = 2;
  repo->root->expires = SIM_EARLIER;
  g_ptr_array_add (repo->timestamp->keys, sim_key_new ());
  sim_repo_publish_root (repo);
  sim_client_refuse (self, PAWL_TUF_ERROR_EXPIRED);
  repo->root->version = 3;
  repo->root->expires = SIM_LATER;
  repo->timestamp->version = repo->snapshot->version = 2;
  sim_repo_publish (repo);
  sim_client_refresh (self);
  g_assert_cmpint (sim_client_get_version (self, PAWL_TUF_TYPE_SNAPSHOT, "snapshot"), ==, 2);
}

/* T41, for each role. */
static void
test_thresholds (SimClient *self, gconstpointer data)
{
  SimRepo *repo = self->repo;
  SimRole *const roles[] = {repo->timestamp, repo->snapshot, repo->targets};

  for (gsize i = 0; i < G_N_ELEMENTS (roles); i++)
    {
      g_ptr_array_insert (roles[i]->signers, 0, sim_key_new ());
      g_ptr_array_set_size (roles[i]->signers, 1);
      sim_repo_publish_next (repo);
      sim_client_refuse (self, PAWL_TUF_ERROR_UNMET_THRESHOLD);
      g_ptr_array_set_size (roles[i]->signers, 0);
      g_ptr_array_add (roles[i]->signers, roles[i]->keys->pdata[0]);
    }
  sim_repo_publish_next (repo);
  sim_client_refresh (self);
}

/* T34: one key under two names is one signer. */
static void
test_one_holder_counts_once (SimClient *self, gconstpointer data)
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
  sim_client_refuse (self, PAWL_TUF_ERROR_UNMET_THRESHOLD);
  g_ptr_array_add (targets->keys, sim_key_new ());
  g_ptr_array_add (targets->signers, targets->keys->pdata[2]);
  publish_root_too (self->repo);
  sim_client_refresh (self);
  g_ptr_array_remove (targets->keys, &twin);
  g_ptr_array_remove (targets->signers, &twin);
  g_free (twin.json);
  g_free (twin.id);
}

/* T4 */
static void
test_key_ids_are_hashes (SimClient *self, gconstpointer data)
{
  SimKey *key = self->repo->timestamp->keys->pdata[0];

  g_free (key->id);
  key->id = g_strnfill (64, 'a');
  publish_root_too (self->repo);
  sim_client_refuse (self, PAWL_TUF_ERROR_BAD_KEY_ID);
}

/* T8: a key of a kind that we do not know breaks no other. */
static void
test_unknown_key_type (SimClient *self, gconstpointer data)
{
  SimKey strange = {.json = g_strdup ("{\"keytype\":\"lattice\",\"keyval\":{\"public\":\"00\"},"
                                      "\"scheme\":\"lattice-1\"}")};

  strange.id = sim_hash (strange.json);
  g_ptr_array_insert (self->repo->targets->keys, 0, &strange);
  publish_root_too (self->repo);
  sim_client_refresh (self);
  g_ptr_array_remove (self->repo->targets->keys, &strange);
  g_free (strange.json);
  g_free (strange.id);
}

static const SimClientTest tests[] = {
  {"t31-t33-t36-follows-roots",        test_follows_roots              },
  {"t34-root-needs-both",              test_root_needs_both            },
  {"t35-d8-root-version-follows",      test_root_version_follows       },
  {"t37-t38-root-expires",             test_root_expires               },
  {"t30-trusted-root-may-be-expired",  test_trusted_root_may_be_expired},
  {"t32-root-rotations-are-bounded",   test_root_rotations_are_bounded },
  {"t39-recovers-from-fast-forward",   test_recovers_from_fast_forward },
  {"t39-t28-recovers-after-a-failure", test_recovers_after_a_failure   },
  {"t41-thresholds",                   test_thresholds                 },
  {"t34-one-holder-counts-once",       test_one_holder_counts_once     },
  {"t4-d1-key-ids-are-hashes",         test_key_ids_are_hashes         },
  {"t8-unknown-key-type",              test_unknown_key_type           },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  sim_client_add_tests ("/tuf/roots/", tests, G_N_ELEMENTS (tests));
  return g_test_run ();
}
