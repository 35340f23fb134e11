/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Timestamp, snapshot, targets, and the store. T numbers are those of the trust decisions. */
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
  {"t42-timestamp-goes-not-back",             test_timestamp_goes_not_back            },
  {"t43-snapshot-in-timestamp-goes-not-back", test_snapshot_in_timestamp_goes_not_back},
  {"t44-expiry",                              test_expiry                             },
  {"t40-t46-sizes",                           test_sizes                              },
  {"t46-announced-length-is-capped",          test_announced_length_is_capped         },
  {"t47-announced-hashes",                    test_announced_hashes                   },
  {"t49-snapshot-goes-not-back",              test_snapshot_goes_not_back             },
  {"t45-keeps-what-it-received",              test_keeps_what_it_received             },
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
