/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Where a target is found, and by whose word. T numbers are those of core/tuf/README.md. */
#include "sim-client.h"

#include <string.h>

static void
test_finds_and_checks (SimClient *self, gconstpointer data)
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

  sim_client_refresh (self);
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

/* T22 to T26 */
static void
test_delegations (SimClient *self, gconstpointer data)
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
  sim_repo_publish_next (self->repo);
  sim_client_refresh (self);
  g_assert_cmpstr (sim_client_find (self, "a/1"), ==, "a");
  g_assert_cmpstr (sim_client_find (self, "b/1"), ==, "");
  g_assert_cmpstr (sim_client_find (self, "both/1"), ==, "b");
  g_assert_cmpstr (sim_client_find (self, "both/2"), ==, "inner");
  g_assert_cmpstr (sim_client_find (self, "t/1"), ==, "");
  g_assert_cmpstr (sim_client_find (self, "end/1"), ==, "");
  g_assert_cmpstr (sim_client_find (self, "h/hashed.bin"), ==, "h");
  g_assert_cmpstr (sim_client_find (self, "h/other.bin"), ==, "");
}

/* Uptane 2.1, 5.4.4.7: a delegation may be for some hardware only. */
static void
test_delegation_for_hardware (SimClient *self, gconstpointer data)
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
  sim_repo_publish_next (self->repo);
  sim_client_refresh (self);
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
test_bad_delegation_ends (SimClient *self, gconstpointer data)
{
  SimRole *targets = self->repo->targets;
  SimRole *bad = sim_role_delegate (targets, "bad", "\"paths\":[\"*\"]");
  SimRole *good = sim_role_delegate (targets, "good", "\"paths\":[\"*\"]");

  sim_role_add_target (good, "file", "1");
  g_ptr_array_set_size (bad->signers, 0);
  g_ptr_array_add (bad->signers, sim_key_new ());
  sim_repo_publish_next (self->repo);
  sim_client_refresh (self);
  g_assert_cmpstr (sim_client_find (self, "file"), ==, "");
  sim_role_set_key (bad, sim_key_new ());
  sim_repo_publish_next (self->repo);
  sim_client_refresh (self);
  g_assert_cmpstr (sim_client_find (self, "file"), ==, "good");
}

/* T52: at most so many roles in one search. */
static void
test_many_delegations (SimClient *self, gconstpointer data)
{
  SimRole *role = self->repo->targets;

  for (guint i = 0; i < 40; i++)
    {
      g_autofree char *name = g_strdup_printf ("r%u", i);

      role = sim_role_delegate (role, name, "\"paths\":[\"*\"]");
      if (i == 20 || i == 39)
        sim_role_add_target (role, i == 20 ? "near" : "far", "1");
    }
  sim_repo_publish_next (self->repo);
  sim_client_refresh (self);
  g_assert_cmpstr (sim_client_find (self, "near"), ==, "r20");
  g_assert_cmpstr (sim_client_find (self, "far"), ==, "");
}

/* T23: who may speak about little cannot let others speak about more. */
static void
test_all_of_the_chain_must_match (SimClient *self, gconstpointer data)
{
  SimRole *narrow = sim_role_delegate (self->repo->targets, "narrow", "\"paths\":[\"a/*\"]");
  SimRole *wide = sim_role_delegate (narrow, "wide", "\"paths\":[\"*/*\"]");

  sim_role_add_target (wide, "a/file", "1");
  sim_role_add_target (wide, "z/file", "2");
  sim_repo_publish_next (self->repo);
  sim_client_refresh (self);
  g_assert_cmpstr (sim_client_find (self, "a/file"), ==, "wide");
  sim_client_find_refused (self, "z/file", PAWL_TUF_ERROR_TARGET_NOT_FOUND);
}

/* T53, T17: nobody speaks about it, and that is said. */
static void
test_unknown_target_is_reported (SimClient *self, gconstpointer data)
{
  sim_client_refresh (self);
  sim_client_find_refused (self, "app/unknown.bin", PAWL_TUF_ERROR_TARGET_NOT_FOUND);
  g_string_truncate (self->repo->targets->targets, 0);
  sim_repo_publish_next (self->repo);
  sim_client_refresh (self);
  sim_client_find_refused (self, "app/one.bin", PAWL_TUF_ERROR_TARGET_NOT_FOUND);
}

/* T55: a role's name cannot lead out of the store. */
static void
test_role_names_are_escaped (SimClient *self, gconstpointer data)
{
  SimRole *role = sim_role_delegate (self->repo->targets, "../../x", "\"paths\":[\"*\"]");
  g_autofree char *path = g_build_filename (self->folder, "..%2F..%2Fx.json", NULL);

  sim_role_add_target (role, "file", "1");
  sim_repo_publish_next (self->repo);
  sim_client_refresh (self);
  g_assert_cmpstr (sim_client_find (self, "file"), ==, "../../x");
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
}

static const SimClientTest tests[] = {
  {"t54-finds-and-checks",               test_finds_and_checks           },
  {"t22-t24-t25-t26-delegations",        test_delegations                },
  {"u79-delegation-for-hardware",        test_delegation_for_hardware    },
  {"t23-all-of-the-chain-must-match",    test_all_of_the_chain_must_match},
  {"t50-t51-bad-delegation-ends",        test_bad_delegation_ends        },
  {"t52-many-delegations",               test_many_delegations           },
  {"t53-t17-unknown-target-is-reported", test_unknown_target_is_reported },
  {"t55-role-names-are-escaped",         test_role_names_are_escaped     },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  sim_client_add_tests ("/tuf/search/", tests, G_N_ELEMENTS (tests));
  return g_test_run ();
}
