/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* T57: hash bins in short (TAP 15). */
#include "sim-repo.h"

#include <glib/gstdio.h>

#define BINS "\"bit_length\":10,\"name_prefix\":\"bin\""

static PawlTufMetadata *
make_targets (const char *delegations, GError **error)
{
  SimKey *key = sim_key_new ();
  g_autoptr (GPtrArray) signers = g_ptr_array_new ();
  g_autofree char *text = g_strdup_printf (
    "{\"_type\":\"targets\",\"spec_version\":\"1.0.31\",\"version\":1,\"expires\":\"" SIM_LATER
    "\",\"targets\":{},\"delegations\":{\"keys\":{},%s}}",
    delegations);
  g_autoptr (GBytes) bytes = NULL;

  g_ptr_array_add (signers, key);
  bytes = sim_sign (signers, text);
  return pawl_tuf_metadata_new (PAWL_TUF_TYPE_TARGETS, bytes, error);
}

/* Ten bits: three digits, of which the last two bits are dropped. */
static void
test_number (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlTufMetadata) targets =
    make_targets ("\"succinct_roles\":{\"keyids\":[\"a\"],\"threshold\":1," BINS "}", &error);

  g_assert_no_error (error);
  for (guint i = 0; i < 100; i++)
    {
      g_autofree char *name = g_strdup_printf ("dir/file-%u", i);
      g_autofree char *hash = sim_hash (name);
      g_autoptr (GPtrArray) found = pawl_tuf_metadata_find_delegations (targets, name, NULL);
      PawlTufDelegation *delegation = found->pdata[0];
      g_autofree char *wanted = NULL;

      hash[3] = '\0';
      wanted = g_strdup_printf ("bin-%03x", (guint) g_ascii_strtoull (hash, NULL, 16) >> 2);
      g_assert_cmpuint (found->len, ==, 1);
      g_assert_cmpstr (delegation->role, ==, wanted);
      g_assert_true (delegation->terminating);
      g_assert_true (
        pawl_tuf_value_exists (pawl_tuf_metadata_find_role (targets, delegation->role)));
    }
}

static void
test_names (void)
{
  static const struct
  {
    const char *role;
    gboolean exists;
  } cases[] = {
    {"bin-000",  TRUE },
    {"bin-3ff",  TRUE },
    {"bin-400",  FALSE},
    {"bin-3FF",  FALSE},
    {"bin-0",    FALSE},
    {"bin-0000", FALSE},
    {"bin-",     FALSE},
    {"bin",      FALSE},
    {"bins-000", FALSE},
    {"bin-00g",  FALSE},
    {"bin--01",  FALSE},
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlTufMetadata) targets =
    make_targets ("\"succinct_roles\":{\"keyids\":[\"a\"],\"threshold\":1," BINS "}", &error);

  g_assert_no_error (error);
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      PawlTufValue role = pawl_tuf_metadata_find_role (targets, cases[i].role);

      g_test_message ("%s", cases[i].role);
      g_assert_cmpint (pawl_tuf_value_exists (role), ==, cases[i].exists);
    }
}

static void
test_refuses (void)
{
  static const char *const cases[] = {
    "\"succinct_roles\":{\"keyids\":[\"a\"],\"threshold\":1,\"bit_length\":0,\"name_prefix\":"
    "\"b\"}",
    "\"succinct_roles\":{\"keyids\":[\"a\"],\"threshold\":1,\"bit_length\":33,\"name_prefix\":"
    "\"b\"}",
    "\"succinct_roles\":{\"keyids\":[\"a\"],\"threshold\":1,\"bit_length\":\"8\","
    "\"name_prefix\":\"b\"}",
    "\"succinct_roles\":{\"keyids\":[\"a\"],\"threshold\":1,\"bit_length\":8}",
    "\"succinct_roles\":{\"keyids\":[\"a\"],\"threshold\":1,\"bit_length\":8,\"name_prefix\":\"\"}",
    "\"succinct_roles\":{\"keyids\":[\"a\"],\"threshold\":0," BINS "}",
    "\"succinct_roles\":{\"threshold\":1," BINS "}",
    "\"succinct_roles\":[]",
    "\"roles\":[],\"succinct_roles\":{\"keyids\":[\"a\"],\"threshold\":1," BINS "}",
    "\"x\":1",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PawlTufMetadata) targets = make_targets (cases[i], &error);

      g_test_message ("%s", cases[i]);
      g_assert_null (targets);
      g_assert_nonnull (error);
      g_assert_true (error->domain == PAWL_TUF_ERROR);
    }
}

/* Through the whole workflow: the bin is fetched, and its signatures are those of all bins. */
static void
test_search (void)
{
  g_autofree char *folder = g_dir_make_tmp ("pawl-bins-XXXXXX", NULL);
  g_autoptr (PawlTufStore) store = pawl_tuf_store_new (folder);
  g_autoptr (PawlTufClient) client = pawl_tuf_client_new ("sim", store, PAWL_TUF_CLIENT_FLAGS_NONE);
  g_autoptr (SimRepo) repo = sim_repo_new ();
  g_autofree char *hash = sim_hash ("app");
  g_autofree char *name = g_strdup_printf ("bin-%c", hash[0]);
  g_autofree char *asked = g_strdup_printf ("1.%s.json", name);
  SimRole *bin = sim_role_delegate (repo->targets, name, "");
  g_autoptr (PawlTufFound) found = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *command = g_strdup_printf ("rm -r %s", folder);

  repo->targets->bins = "\"bit_length\":4,\"name_prefix\":\"bin\"";
  sim_role_add_target (bin, "app", "content");
  sim_repo_publish (repo);
  pawl_tuf_client_set_fetch (client, sim_repo_fetch, repo);
  pawl_tuf_client_init_root (client, g_hash_table_lookup (repo->files, "1.root.json"), &error);
  g_assert_no_error (error);
  pawl_tuf_client_refresh (client, SIM_NOW, &error);
  g_assert_no_error (error);
  found = pawl_tuf_client_find_target (client, "app", NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (found->role, ==, name);
  g_assert_cmpuint (sim_repo_count (repo, asked), ==, 1);
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tuf/bins/t57-number", test_number);
  g_test_add_func ("/tuf/bins/t57-names", test_names);
  g_test_add_func ("/tuf/bins/t57-refuses", test_refuses);
  g_test_add_func ("/tuf/bins/t57-search", test_search);
  return g_test_run ();
}
