/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Timestamp, snapshot, targets, and the store. T numbers are those of core/tuf/README.md. */
#include "sim-client.h"

#include <string.h>

static void
test_second_refresh_fetches_little (SimClient *self, gconstpointer data)
{
  sim_client_refresh (self);
  sim_client_refresh (self);
  g_assert_cmpuint (sim_repo_count (self->repo, "timestamp.json"), ==, 2);
  g_assert_cmpuint (sim_repo_count (self->repo, "1.snapshot.json"), ==, 1);
  g_assert_cmpuint (sim_repo_count (self->repo, "1.targets.json"), ==, 1);
}

/* T42 */
static void
test_timestamp_goes_not_back (SimClient *self, gconstpointer data)
{
  SimRepo *repo = self->repo;

  sim_repo_publish_next (repo);
  sim_client_refresh (self);
  repo->timestamp->version = 1;
  sim_repo_publish_timestamp (repo);
  sim_client_refuse (self, PAWL_TUF_ERROR_ROLLBACK);
  /* Of equal versions the first one stays. */
  repo->timestamp->version = 2;
  repo->timestamp->expires = "2029-01-01T00:00:00Z";
  sim_repo_publish_timestamp (repo);
  sim_client_refresh (self);
  g_assert_cmpint (pawl_tuf_metadata_get_expires_us (pawl_tuf_client_get_timestamp (self->client)),
                   <, G_GINT64_CONSTANT (1860000000) * G_USEC_PER_SEC);
}

/* T43 */
static void
test_snapshot_in_timestamp_goes_not_back (SimClient *self, gconstpointer data)
{
  sim_repo_publish_next (self->repo);
  sim_client_refresh (self);
  self->repo->timestamp->version = 3;
  self->repo->snapshot->version = 1;
  sim_repo_publish_timestamp (self->repo);
  sim_client_refuse (self, PAWL_TUF_ERROR_ROLLBACK);
}

/* T44: what is expired is refused, and not stored. */
static void
test_expiry (SimClient *self, gconstpointer data)
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

  sim_client_refresh (self);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      gint64 before = sim_client_get_version (self, cases[i].type, cases[i].role->name);

      cases[i].role->expires = SIM_EARLIER;
      sim_repo_publish_next (repo);
      sim_client_refuse (self, PAWL_TUF_ERROR_EXPIRED);
      g_assert_cmpint (sim_client_get_version (self, cases[i].type, cases[i].role->name), ==,
                       before);
      cases[i].role->expires = SIM_LATER;
      sim_repo_publish_next (repo);
      sim_client_refresh (self);
    }
}

/* T46: no more is taken than was announced. */
static void
test_sizes (SimClient *self, gconstpointer data)
{
  static const char *const paths[] = {"2.root.json", "timestamp.json", "1.snapshot.json",
                                      "1.targets.json"};

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      GBytes *good = g_hash_table_lookup (self->repo->files, paths[i]);
      g_autoptr (GBytes) kept = good != NULL ? g_bytes_ref (good) : NULL;

      g_hash_table_replace (self->repo->files, g_strdup (paths[i]),
                            g_bytes_new_take (g_strnfill (600000, ' '), 600000));
      sim_client_refuse (self, PAWL_TUF_ERROR_TOO_LARGE);
      if (kept != NULL)
        g_hash_table_replace (self->repo->files, g_strdup (paths[i]), g_steal_pointer (&kept));
      else
        g_hash_table_remove (self->repo->files, paths[i]);
    }
}

/* However much a snapshot announces, the client's own limit holds. */
static void
test_announced_length_is_capped (SimClient *self, gconstpointer data)
{
  const PawlTufLimits limits = {.targets = 100};
  g_autoptr (GError) error = NULL;

  sim_client_restart (self);
  pawl_tuf_client_set_limits (self->client, &limits);
  g_assert_false (pawl_tuf_client_refresh (self->client, SIM_NOW, &error));
  g_assert_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_TOO_LARGE);
}

/* T47: a genuine file, but not the one that was announced. */
static void
test_announced_hashes (SimClient *self, gconstpointer data)
{
  SimRepo *repo = self->repo;

  sim_role_add_target (repo->targets, "x", "y");
  g_string_truncate (repo->targets->targets, 0);
  sim_role_add_target (repo->targets, "app/one.bin", "two");
  sim_repo_publish_targets (repo, repo->targets);
  sim_client_refuse (self, PAWL_TUF_ERROR_HASH_MISMATCH);
  sim_repo_publish_snapshot (repo);
  sim_client_refuse (self, PAWL_TUF_ERROR_HASH_MISMATCH);
}

/* T49: no file that was listed goes back or goes away. */
static void
test_snapshot_goes_not_back (SimClient *self, gconstpointer data)
{
  SimRepo *repo = self->repo;

  repo->meta_extra = g_strdup ("\"other.json\":{\"version\":5}");
  sim_repo_publish_next (repo);
  sim_client_refresh (self);
  g_free (repo->meta_extra);
  repo->meta_extra = g_strdup ("\"other.json\":{\"version\":4}");
  sim_repo_publish_next (repo);
  sim_client_refuse (self, PAWL_TUF_ERROR_ROLLBACK);
  g_clear_pointer (&repo->meta_extra, g_free);
  sim_repo_publish_next (repo);
  sim_client_refuse (self, PAWL_TUF_ERROR_ROLLBACK);
  repo->meta_extra = g_strdup ("\"other.json\":{\"version\":6}");
  sim_repo_publish_next (repo);
  sim_client_refresh (self);
}

/* T16: what old repositories say about the root there has no effect, whether it goes back or away.
 */
static void
test_root_in_snapshot (SimClient *self, gconstpointer data)
{
  static const char *const entries[] = {"\"root.json\":{\"version\":9}",
                                        "\"root.json\":{\"version\":3}", NULL};
  SimRepo *repo = self->repo;

  for (gsize i = 0; i < G_N_ELEMENTS (entries); i++)
    {
      g_free (repo->meta_extra);
      repo->meta_extra = g_strdup (entries[i]);
      sim_repo_publish_next (repo);
      sim_client_refresh (self);
    }
  g_assert_cmpint (sim_client_get_version (self, PAWL_TUF_TYPE_ROOT, "root"), ==, 1);
  g_assert_cmpuint (sim_repo_count (repo, "9.root.json"), ==, 0);
}

/* T29: the update has one time, whatever the clock says and however long it takes. */
static void
test_one_time (SimClient *self, gconstpointer data)
{
  SimRepo *repo = self->repo;
  SimRole *delegated = sim_role_delegate (repo->targets, "delegated", "\"paths\":[\"d/*\"]");
  SimRole *const roles[] = {repo->timestamp, repo->snapshot, repo->targets, repo->root};

  sim_role_add_target (delegated, "d/1", "1");
  for (gsize i = 0; i < G_N_ELEMENTS (roles); i++)
    roles[i]->expires = "2027-01-15T08:00:01Z";
  delegated->expires = "2027-01-15T08:00:01Z";
  repo->root->version = 2;
  sim_repo_publish_next (repo);
  sim_client_refresh (self);
  g_assert_cmpstr (sim_client_find (self, "d/1"), ==, "delegated");
  /* Its end is the first moment at which it is too old. */
  delegated->version = 2;
  delegated->expires = "2027-01-15T08:00:00Z";
  sim_repo_publish_next (repo);
  sim_client_refresh (self);
  sim_client_find_refused (self, "d/1", PAWL_TUF_ERROR_EXPIRED);
}

/* T48: of the right name, but with another version in it. */
static void
test_announced_versions (SimClient *self, gconstpointer data)
{
  SimRepo *repo = self->repo;
  SimRole *delegated = sim_role_delegate (repo->targets, "delegated", "\"paths\":[\"d/*\"]");
  SimRole *const roles[] = {repo->snapshot, repo->targets, delegated};

  repo->bare = TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (roles); i++)
    {
      g_autofree char *announced = NULL;
      g_autofree char *other = NULL;
      GBytes *bytes;

      sim_repo_publish_next (repo);
      announced = sim_repo_dup_path (repo, roles[i]);
      roles[i]->version++;
      if (roles[i] == repo->snapshot)
        sim_repo_publish_snapshot (repo);
      else
        sim_repo_publish_targets (repo, roles[i]);
      other = sim_repo_dup_path (repo, roles[i]);
      bytes = g_bytes_ref (g_hash_table_lookup (repo->files, other));
      g_hash_table_replace (repo->files, g_strdup (announced), bytes);
      if (roles[i] != delegated)
        {
          sim_client_refuse (self, PAWL_TUF_ERROR_VERSION_MISMATCH);
          continue;
        }
      sim_client_refresh (self);
      sim_client_find_refused (self, "d/1", PAWL_TUF_ERROR_VERSION_MISMATCH);
    }
}

/* T14, T56: a version stands in the names of files, where the root says so, and never in the names
 * that the snapshot gives them. */
static void
test_names_of_files (SimClient *self, gconstpointer data)
{
  SimRepo *repo = self->repo;
  PawlTufValue meta;

  sim_client_refresh (self);
  g_assert_cmpuint (sim_repo_count (repo, "1.targets.json"), ==, 1);
  meta = pawl_tuf_metadata_find_meta (pawl_tuf_client_get_snapshot (self->client), "targets.json");
  g_assert_true (pawl_tuf_value_exists (meta));
  repo->plain = TRUE;
  repo->root->version = 2;
  sim_repo_publish_next (repo);
  sim_client_refresh (self);
  g_assert_cmpuint (sim_repo_count (repo, "snapshot.json"), ==, 1);
  g_assert_cmpuint (sim_repo_count (repo, "targets.json"), ==, 1);
}

/* T15: versions are enough. */
static void
test_bare_versions (SimClient *self, gconstpointer data)
{
  self->repo->bare = TRUE;
  sim_repo_publish_next (self->repo);
  sim_client_refresh (self);
  g_assert_cmpint (sim_client_get_version (self, PAWL_TUF_TYPE_TARGETS, "targets"), ==, 2);
}

/* What the store has is verified like everything else. */
static void
test_store_is_not_trusted (SimClient *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "targets.json", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  sim_client_refresh (self);
  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  *strstr (text, "one.bin") = 'O';
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  sim_client_refresh (self);
  g_assert_cmpuint (sim_repo_count (self->repo, "1.targets.json"), ==, 2);
  g_assert_cmpstr (sim_client_find (self, "app/one.bin"), ==, "targets");
}

static void
test_works_offline (SimClient *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  guint asked;

  g_assert_false (pawl_tuf_client_load_trusted (self->client, SIM_NOW, &error));
  g_assert_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_FETCH);
  g_clear_error (&error);
  sim_client_refresh (self);
  sim_client_restart (self);
  asked = self->repo->asked->len;
  g_assert_true (pawl_tuf_client_load_trusted (self->client, SIM_NOW, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (sim_client_find (self, "app/one.bin"), ==, "targets");
  g_assert_cmpuint (self->repo->asked->len, ==, asked);
}

static void
test_missing_files (SimClient *self, gconstpointer data)
{
  static const char *const paths[] = {"1.targets.json", "1.snapshot.json", "timestamp.json"};

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_hash_table_remove (self->repo->files, paths[i]);
      sim_client_refuse (self, PAWL_TUF_ERROR_FETCH);
    }
}

/* T45: under plain names, byte for byte as they came. */
static void
test_keeps_what_it_received (SimClient *self, gconstpointer data)
{
  static const struct
  {
    const char *role;
    const char *path;
  } cases[] = {
    {"root",      "1.root.json"    },
    {"timestamp", "timestamp.json" },
    {"snapshot",  "1.snapshot.json"},
    {"targets",   "1.targets.json" },
  };

  sim_client_refresh (self);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *name = g_strconcat (cases[i].role, ".json", NULL);
      g_autofree char *path = g_build_filename (self->folder, name, NULL);
      GBytes *sent = g_hash_table_lookup (self->repo->files, cases[i].path);
      g_autofree char *text = NULL;
      gsize length = 0;

      g_assert_true (g_file_get_contents (path, &text, &length, NULL));
      g_assert_cmpmem (text, length, g_bytes_get_data (sent, NULL), g_bytes_get_size (sent));
    }
}

static const SimClientTest tests[] = {
  {"second-refresh-fetches-little",           test_second_refresh_fetches_little      },
  {"t42-d2-timestamp-goes-not-back",          test_timestamp_goes_not_back            },
  {"t43-snapshot-in-timestamp-goes-not-back", test_snapshot_in_timestamp_goes_not_back},
  {"t44-expiry",                              test_expiry                             },
  {"t40-t46-sizes",                           test_sizes                              },
  {"t46-announced-length-is-capped",          test_announced_length_is_capped         },
  {"t47-announced-hashes",                    test_announced_hashes                   },
  {"t49-snapshot-goes-not-back",              test_snapshot_goes_not_back             },
  {"t45-keeps-what-it-received",              test_keeps_what_it_received             },
  {"t16-root-in-snapshot",                    test_root_in_snapshot                   },
  {"t29-one-time",                            test_one_time                           },
  {"t48-announced-versions",                  test_announced_versions                 },
  {"t14-t56-names-of-files",                  test_names_of_files                     },
  {"t15-bare-versions",                       test_bare_versions                      },
  {"store-is-not-trusted",                    test_store_is_not_trusted               },
  {"works-offline",                           test_works_offline                      },
  {"missing-files",                           test_missing_files                      },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  sim_client_add_tests ("/tuf/refresh/", tests, G_N_ELEMENTS (tests));
  return g_test_run ();
}
