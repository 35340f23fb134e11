/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Every refusal of a repository is one error, which names the repository and the role or file, and
 * says what was found and what was wanted. */
#include "sim-client.h"

#include <string.h>

#define BIG 600000

typedef struct
{
  const char *name;
  void (*attack) (SimRepo *repo);
  const char *target; /* (nullable): what is looked for, if it is the search that is refused */
  PawlTufError code;
  const char *where;
  const char *found;
  const char *wanted;
} Refusal;

static void
put (SimRepo *repo, const char *path, GBytes *bytes)
{
  g_hash_table_replace (repo->files, g_strdup (path), bytes);
}

static void
break_json (SimRepo *repo)
{
  put (repo, "timestamp.json", g_bytes_new_static ("{", 1));
}

static void
other_type (SimRepo *repo)
{
  put (repo, "timestamp.json", g_bytes_ref (g_hash_table_lookup (repo->files, "1.snapshot.json")));
}

static void
bad_version (SimRepo *repo)
{
  repo->timestamp->version = 0;
  sim_repo_publish_timestamp (repo);
}

static void
bad_time (SimRepo *repo)
{
  repo->timestamp->expires = "tomorrow";
  sim_repo_publish_timestamp (repo);
}

static void
other_key (SimRepo *repo)
{
  repo->timestamp->signers->pdata[0] = sim_key_new ();
  sim_repo_publish_timestamp (repo);
}

static void
bad_key_id (SimRepo *repo)
{
  SimKey *key = repo->timestamp->keys->pdata[0];

  g_free (key->id);
  key->id = g_strnfill (64, 'a');
  repo->root->version = 2;
  sim_repo_publish (repo);
}

static void
sign_twice (SimRepo *repo)
{
  g_ptr_array_add (repo->timestamp->signers, repo->timestamp->signers->pdata[0]);
  sim_repo_publish_timestamp (repo);
}

static void
no_threshold (SimRepo *repo)
{
  repo->root->version = 2;
  repo->snapshot->threshold = 0;
  sim_repo_publish_root (repo);
}

static void
expire (SimRepo *repo)
{
  repo->timestamp->expires = SIM_EARLIER;
  sim_repo_publish_next (repo);
}

static void
skip_root (SimRepo *repo)
{
  repo->root->version = 3;
  sim_repo_publish_root (repo);
  put (repo, "2.root.json", g_bytes_ref (g_hash_table_lookup (repo->files, "3.root.json")));
}

static void
go_back (SimRepo *repo)
{
  repo->timestamp->version = 1;
  sim_repo_publish_timestamp (repo);
}

static void
take_away (SimRepo *repo)
{
  g_clear_pointer (&repo->meta_extra, g_free);
  sim_repo_publish_next (repo);
}

static void
other_version (SimRepo *repo)
{
  repo->bare = TRUE;
  sim_repo_publish_next (repo);
  repo->targets->version = 9;
  sim_repo_publish_targets (repo, repo->targets);
  put (repo, "3.targets.json", g_bytes_ref (g_hash_table_lookup (repo->files, "9.targets.json")));
}

static void
other_bytes (SimRepo *repo)
{
  sim_repo_publish_next (repo);
  repo->targets->expires = "2029-01-01T00:00:00Z";
  sim_repo_publish_targets (repo, repo->targets);
}

static void
lose_snapshot (SimRepo *repo)
{
  sim_repo_publish_next (repo);
  g_hash_table_remove (repo->files, "3.snapshot.json");
}

static void
fill_memory (SimRepo *repo)
{
  put (repo, "timestamp.json", g_bytes_new_take (g_strnfill (BIG, ' '), BIG));
}

static void
lose_role (SimRepo *repo)
{
  sim_role_delegate (repo->targets, "role", "\"paths\":[\"r/*\"]");
  sim_repo_publish_next (repo);
  g_hash_table_remove (repo->files, "1.role.json");
}

static void
hide_role (SimRepo *repo)
{
  SimRole *role = sim_role_delegate (repo->targets, "role", "\"paths\":[\"r/*\"]");

  role->alias = TRUE;
  sim_repo_publish_next (repo);
}

static void
lose_nothing (SimRepo *repo)
{
}

static const Refusal refusals[] = {
  {"broken",        break_json,    NULL,  PAWL_TUF_ERROR_INVALID_METADATA,      "timestamp",       "byte 1",                "wanted"                },
  {"other-type",    other_type,    NULL,  PAWL_TUF_ERROR_SECURITY,              "timestamp",       "found \"snapshot\"",
   "wanted \"timestamp\""                                                                                                                           },
  {"version",       bad_version,   NULL,  PAWL_TUF_ERROR_INVALID_METADATA,      "timestamp",       "version",
   "wanted an integer"                                                                                                                              },
  {"time",          bad_time,      NULL,  PAWL_TUF_ERROR_INVALID_METADATA,      "timestamp",       "found \"tomorrow\"",
   "wanted YYYY-MM-DDTHH:MM:SSZ"                                                                                                                    },
  {"other-key",     other_key,     NULL,  PAWL_TUF_ERROR_UNMET_THRESHOLD,       "timestamp",
   "signatures of 0 keys",                                                                                                  "wanted 1"              },
  {"key-id",        bad_key_id,    NULL,  PAWL_TUF_ERROR_BAD_KEY_ID,            "timestamp",       "1 key ids",             "0 of 1"                },
  {"signs-twice",   sign_twice,    NULL,  PAWL_TUF_ERROR_NON_UNIQUE_SIGNATURES, "timestamp",
   "found two of key id",                                                                                                   "wanted one of each"    },
  {"threshold",     no_threshold,  NULL,  PAWL_TUF_ERROR_ILLEGAL_THRESHOLD,     "role snapshot",
   "found threshold 0",                                                                                                     "wanted at least 1"     },
  {"expired",       expire,        NULL,  PAWL_TUF_ERROR_EXPIRED,               "timestamp",       "expired at 2026-01-01",
   "2027-01-15"                                                                                                                                     },
  {"root",          skip_root,     NULL,  PAWL_TUF_ERROR_ROOT_ROTATION,         "root",            "found version 3",       "wanted 2"              },
  {"rollback",      go_back,       NULL,  PAWL_TUF_ERROR_ROLLBACK,              "timestamp",       "found version 1",
   "2 was there before"                                                                                                                             },
  {"gone",          take_away,     NULL,  PAWL_TUF_ERROR_ROLLBACK,              "snapshot",        "found no other.json",
   "version 1 was there before"                                                                                                                     },
  {"other-version", other_version, NULL,  PAWL_TUF_ERROR_VERSION_MISMATCH,      "3.targets.json",
   "found version 9",                                                                                                       "wanted the announced 3"},
  {"other-bytes",   other_bytes,   NULL,  PAWL_TUF_ERROR_HASH_MISMATCH,         "3.targets.json",
   "found another sha256",                                                                                                  "the announced"         },
  {"lost",          lose_snapshot, NULL,  PAWL_TUF_ERROR_FETCH,                 "3.snapshot.json", "has no",
   "3.snapshot.json"                                                                                                                                },
  {"endless",       fill_memory,   NULL,  PAWL_TUF_ERROR_TOO_LARGE,             "timestamp.json",
   "found more than the allowed",                                                                                           "16384 bytes"           },
  {"lost-role",     lose_role,     "r/1", PAWL_TUF_ERROR_DELEGATION_MISSING,    "1.role.json",     "has no",
   "r/1"                                                                                                                                            },
  {"hidden-role",   hide_role,     "r/1", PAWL_TUF_ERROR_DELEGATION_MISSING,    "role.json",       "does not list",
   "r/1"                                                                                                                                            },
  {"unknown",       lose_nothing,  "x",   PAWL_TUF_ERROR_TARGET_NOT_FOUND,      "lists x",         "no role",
   "1 roles were searched"                                                                                                                          },
};

static void
assert_tells (const Refusal *refusal, const GError *error)
{
  g_test_message ("%s", error->message);
  g_assert_error (error, PAWL_TUF_ERROR, (int) refusal->code);
  g_assert_true (g_str_has_prefix (error->message, "sim: "));
  g_assert_nonnull (strstr (error->message, refusal->where));
  g_assert_nonnull (strstr (error->message, refusal->found));
  g_assert_nonnull (strstr (error->message, refusal->wanted));
  g_assert_null (strchr (error->message, '\n'));
  g_assert_false (g_str_has_suffix (error->message, "."));
}

/* The second version is trusted, and then attacked. */
static void
test_refusals (SimClient *self, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      SimClient other = {0};
      g_autoptr (GError) error = NULL;
      g_autoptr (PawlTufFound) found = NULL;
      gboolean done;

      sim_client_set_up (&other);
      other.repo->meta_extra = g_strdup ("\"other.json\":{\"version\":1}");
      sim_repo_publish_next (other.repo);
      sim_client_refresh (&other);
      refusals[i].attack (other.repo);
      sim_client_restart (&other);
      done = pawl_tuf_client_refresh (other.client, SIM_NOW, &error);
      g_assert_cmpint (done, ==, refusals[i].target != NULL);
      if (done)
        found = pawl_tuf_client_find_target (other.client, refusals[i].target, NULL, &error);
      g_assert_null (found);
      assert_tells (&refusals[i], error);
      sim_client_tear_down (&other);
    }
}

/* Of an image's bytes, and of keys, where there is no repository to name. */
static void
test_others (SimClient *self, gconstpointer data)
{
  static const struct
  {
    const char *content;
    PawlTufError code;
    const char *found;
    const char *wanted;
  } cases[] = {
    {"one!", PAWL_TUF_ERROR_OVERSIZED_TARGET,     "more",          "3"       },
    {"on",   PAWL_TUF_ERROR_TARGET_HASH_MISMATCH, "found 2 bytes", "wanted 3"},
    {"owt",  PAWL_TUF_ERROR_TARGET_HASH_MISMATCH, "found sha256 ", "wanted " },
  };
  g_autoptr (PawlTufFound) found = NULL;
  g_autoptr (GError) error = NULL;

  sim_client_refresh (self);
  found = pawl_tuf_client_find_target (self->client, "app/one.bin", NULL, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GInputStream) stream =
        g_memory_input_stream_new_from_data (cases[i].content, -1, NULL);
      g_autoptr (GError) failure = NULL;

      g_assert_false (pawl_tuf_check_artifact (found->metadata, found->target, "app/one.bin",
                                               stream, NULL, &failure));
      g_test_message ("%s", failure->message);
      g_assert_error (failure, PAWL_TUF_ERROR, (int) cases[i].code);
      g_assert_true (g_str_has_prefix (failure->message, "app/one.bin: "));
      g_assert_nonnull (strstr (failure->message, cases[i].found));
      g_assert_nonnull (strstr (failure->message, cases[i].wanted));
    }
  g_assert_null (pawl_tuf_key_new ("ed25519", "ed25519", "00", PAWL_TUF_KEY_FLAGS_NONE, &error));
  g_assert_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_KEY);
  g_assert_nonnull (strstr (error->message, "ed25519"));
}

/* Without a root there is nothing to go by. */
static void
test_no_root (SimClient *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (pawl_tuf_store_remove (self->store, "root", NULL));
  sim_client_restart (self);
  g_assert_false (pawl_tuf_client_refresh (self->client, SIM_NOW, &error));
  g_assert_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_STORE);
  g_assert_true (g_str_has_prefix (error->message, "sim: "));
  g_assert_nonnull (strstr (error->message, "no trusted root"));
}

static const SimClientTest tests[] = {
  {"of-a-repository",   test_refusals},
  {"of-bytes-and-keys", test_others  },
  {"without-a-root",    test_no_root },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  sim_client_add_tests ("/tuf/refusals/", tests, G_N_ELEMENTS (tests));
  return g_test_run ();
}
