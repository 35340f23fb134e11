/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Several who have to say the same: roles of one repository (TAP 3), and repositories (TAP 4). */
#include "sim-client.h"

#include <string.h>

/* ---- roles ---- */

/* Four roles, of which two have to agree, and one behind them. */
static SimRole *
delegate_to_several (SimClient *self, SimRole **roles)
{
  static const char *const names[] = {"a", "b", "c", "d"};
  SimRole *targets = self->repo->targets;

  for (guint i = 0; i < 4; i++)
    roles[i] = sim_role_delegate (targets, names[i], "\"paths\":[\"pkg/*\"]");
  targets->several = 4;
  targets->agreement = 2;
  return sim_role_delegate (targets, "behind", "\"paths\":[\"*/*\"]");
}

static void
publish (SimClient *self)
{
  sim_repo_publish_next (self->repo);
  sim_client_refresh (self);
}

/* The earliest role that enough agree with wins, whatever comes between. */
static void
test_earliest_wins (SimClient *self, gconstpointer data)
{
  SimRole *roles[4];

  delegate_to_several (self, roles);
  sim_role_add_target (roles[0], "pkg/1", "one");
  sim_role_add_target (roles[1], "pkg/1", "two");
  sim_role_add_target (roles[2], "pkg/1", "two");
  sim_role_add_target (roles[3], "pkg/1", "one");
  sim_role_add_target (roles[1], "pkg/2", "x");
  sim_role_add_target (roles[3], "pkg/2", "x");
  publish (self);
  g_assert_cmpstr (sim_client_find (self, "pkg/1"), ==, "a");
  g_assert_cmpstr (sim_client_find (self, "pkg/2"), ==, "b");
}

/* What `custom` says may differ; length and hashes may not. */
static void
test_custom_may_differ (SimClient *self, gconstpointer data)
{
  SimRole *roles[4];

  delegate_to_several (self, roles);
  sim_role_add_custom_target (roles[2], "pkg/1", "one", "\"x\":1");
  sim_role_add_custom_target (roles[3], "pkg/1", "one", "\"x\":2");
  publish (self);
  g_assert_cmpstr (sim_client_find (self, "pkg/1"), ==, "c");
}

/* Without agreement a terminating delegation is a refusal; another one is passed over. */
static void
test_no_agreement (SimClient *self, gconstpointer data)
{
  SimRole *roles[4];
  SimRole *behind = delegate_to_several (self, roles);

  sim_role_add_target (roles[0], "pkg/1", "one");
  sim_role_add_target (roles[1], "pkg/1", "two");
  sim_role_add_target (behind, "pkg/1", "three");
  sim_role_add_target (behind, "pkg/2", "three");
  publish (self);
  g_assert_cmpstr (sim_client_find (self, "pkg/1"), ==, "behind");
  roles[0]->terminating = TRUE;
  publish (self);
  sim_client_find_refused (self, "pkg/1", PAWL_TUF_ERROR_TARGET_MISMATCH);
  sim_client_find_refused (self, "pkg/2", PAWL_TUF_ERROR_TARGET_NOT_FOUND);
}

/* Whoever holds one role back must not decide who wins. */
static void
test_held_back (SimClient *self, gconstpointer data)
{
  SimRole *roles[4];

  delegate_to_several (self, roles);
  sim_role_add_target (roles[1], "pkg/1", "two");
  sim_role_add_target (roles[2], "pkg/1", "two");
  publish (self);
  g_hash_table_remove (self->repo->files, "1.d.json");
  sim_client_find_refused (self, "pkg/1", PAWL_TUF_ERROR_DELEGATION_MISSING);
}

/* Each role has keys of its own. */
static void
test_each_signs (SimClient *self, gconstpointer data)
{
  SimRole *roles[4];

  delegate_to_several (self, roles);
  sim_role_add_target (roles[0], "pkg/1", "two");
  sim_role_add_target (roles[1], "pkg/1", "two");
  roles[1]->signers->pdata[0] = roles[0]->keys->pdata[0];
  publish (self);
  sim_client_find_refused (self, "pkg/1", PAWL_TUF_ERROR_UNMET_THRESHOLD);
}

/* A role may pass the question on, to one whom another asks as well. */
static void
test_passes_on (SimClient *self, gconstpointer data)
{
  SimRole *roles[4];
  SimRole *inner;

  delegate_to_several (self, roles);
  inner = sim_role_delegate (roles[0], "inner", "\"paths\":[\"pkg/*\"]");
  sim_role_add_target (inner, "pkg/1", "one");
  sim_role_add_target (roles[2], "pkg/1", "one");
  publish (self);
  g_assert_cmpstr (sim_client_find (self, "pkg/1"), ==, "inner");
}

static void
test_refuses_forms (SimClient *self, gconstpointer data)
{
  SimRole *roles[4];

  delegate_to_several (self, roles);
  self->repo->targets->agreement = 5;
  sim_repo_publish_next (self->repo);
  sim_client_refuse (self, PAWL_TUF_ERROR_INVALID_METADATA);
  self->repo->targets->agreement = 0;
  sim_repo_publish_next (self->repo);
  sim_client_refuse (self, PAWL_TUF_ERROR_INVALID_METADATA);
  self->repo->targets->agreement = 2;
  roles[3]->threshold = 0;
  sim_repo_publish_next (self->repo);
  sim_client_refuse (self, PAWL_TUF_ERROR_ILLEGAL_THRESHOLD);
}

/* ---- repositories ---- */

#define NAMES     3
#define REPO(n)   "\"" n "\":[\"https://" n ".example/\"]"
#define ALL_REPOS "\"repositories\":{" REPO ("one") "," REPO ("two") "," REPO ("three") "}"

typedef struct
{
  SimClient clients[NAMES];
} World;

static PawlTufClient *
get_client (const char *repository, gpointer data, GError **error)
{
  static const char *const names[NAMES] = {"one", "two", "three"};
  World *world = data;

  for (guint i = 0; i < NAMES; i++)
    if (g_str_equal (repository, names[i]))
      {
        if (!pawl_tuf_client_refresh (world->clients[i].client, SIM_NOW, error))
          return NULL;
        return world->clients[i].client;
      }
  g_assert_not_reached ();
}

static void
set_up (World *world, gconstpointer data)
{
  for (guint i = 0; i < NAMES; i++)
    {
      SimClient *self = &world->clients[i];

      self->repo = sim_repo_new ();
      self->folder = g_dir_make_tmp ("pawl-map-XXXXXX", NULL);
      self->store = pawl_tuf_store_new (self->folder);
      sim_repo_publish (self->repo);
      sim_client_restart (self);
      pawl_tuf_client_init_root (self->client,
                                 g_hash_table_lookup (self->repo->files, "1.root.json"), NULL);
    }
}

static void
tear_down (World *world, gconstpointer data)
{
  for (guint i = 0; i < NAMES; i++)
    {
      SimClient *self = &world->clients[i];

      g_object_unref (self->client);
      g_object_unref (self->store);
      sim_repo_free (self->repo);
      sim_remove_folder (self->folder);
      g_free (self->folder);
    }
}

static void
list (World *world, guint i, const char *name, const char *content)
{
  sim_role_add_target (world->clients[i].repo->targets, name, content);
  sim_repo_publish_next (world->clients[i].repo);
}

static PawlTufMap *
parse_map (const char *text, GError **error)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  return pawl_tuf_map_new (bytes, error);
}

static PawlTufMap *
make_map (const char *mapping)
{
  g_autofree char *text = g_strdup_printf ("{" ALL_REPOS ",\"mapping\":[%s]}", mapping);
  g_autoptr (GError) error = NULL;
  PawlTufMap *map = parse_map (text, &error);

  g_assert_no_error (error);
  return map;
}

/* How many agree, and the hash that they agree on. */
static void
assert_agreed (World *world, PawlTufMap *map, const char *target, guint n, const char *content)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *hash = sim_hash (content);
  g_autoptr (GPtrArray) votes =
    pawl_tuf_map_find_target (map, target, NULL, get_client, world, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (votes->len, ==, n);
  for (guint i = 0; i < votes->len; i++)
    {
      PawlTufVote *vote = votes->pdata[i];
      g_autoptr (GVariant) members =
        pawl_tuf_target_to_variant (vote->found->metadata, vote->found->target, target, NULL);
      g_autoptr (GVariant) hashes = g_variant_lookup_value (members, "hashes", NULL);
      const char *found = NULL;

      g_variant_lookup (hashes, "sha256", "&s", &found);
      g_assert_cmpstr (found, ==, hash);
    }
}

static void
assert_not_agreed (World *world, PawlTufMap *map, const char *target, PawlTufError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (pawl_tuf_map_find_target (map, target, NULL, get_client, world, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, PAWL_TUF_ERROR, (int) code);
}

static void
test_map_threshold (World *world, gconstpointer data)
{
  g_autoptr (PawlTufMap) map = make_map (
    "{\"paths\":[\"app/*\"],\"repositories\":[\"one\",\"two\",\"three\"],\"threshold\":2,"
    "\"terminating\":true},{\"paths\":[\"*/*\"],\"repositories\":[\"three\"],\"threshold\":1}");

  list (world, 0, "app/1", "one");
  list (world, 1, "app/1", "two");
  assert_not_agreed (world, map, "app/1", PAWL_TUF_ERROR_TARGET_MISMATCH);
  list (world, 2, "app/1", "two");
  assert_agreed (world, map, "app/1", 2, "two");
  /* Terminating: what only one knows is not asked for further on. */
  list (world, 2, "app/2", "three");
  assert_not_agreed (world, map, "app/2", PAWL_TUF_ERROR_TARGET_MISMATCH);
  assert_not_agreed (world, map, "app/3", PAWL_TUF_ERROR_TARGET_NOT_FOUND);
  /* Another mapping; and none. */
  list (world, 2, "other/1", "three");
  assert_agreed (world, map, "other/1", 1, "three");
  assert_not_agreed (world, map, "elsewhere", PAWL_TUF_ERROR_TARGET_NOT_FOUND);
}

static void
test_map_goes_on (World *world, gconstpointer data)
{
  g_autoptr (PawlTufMap) map =
    make_map ("{\"paths\":[\"app/*\"],\"repositories\":[\"one\",\"two\"],\"threshold\":2},"
              "{\"paths\":[\"app/*\"],\"repositories\":[\"three\"],\"threshold\":1}");

  list (world, 0, "app/1", "one");
  list (world, 1, "app/1", "two");
  list (world, 2, "app/1", "three");
  assert_agreed (world, map, "app/1", 1, "three");
}

/* Whoever holds a repository back must not decide which mapping counts. */
static void
test_map_held_back (World *world, gconstpointer data)
{
  g_autoptr (PawlTufMap) map =
    make_map ("{\"paths\":[\"app/*\"],\"repositories\":[\"one\",\"two\"],\"threshold\":1},"
              "{\"paths\":[\"app/*\"],\"repositories\":[\"three\"],\"threshold\":1}");

  list (world, 2, "app/1", "three");
  g_hash_table_remove (world->clients[1].repo->files, "timestamp.json");
  assert_not_agreed (world, map, "app/1", PAWL_TUF_ERROR_FETCH);
}

static void
test_map_form (void)
{
  static const struct
  {
    const char *text;
    gboolean good;
  } cases[] = {
    {"{\"repositories\":{},\"mapping\":[]}",                                                          TRUE },
    {"{\"repositories\":{" REPO (
       "one") "},\"mapping\":[{\"paths\":[\"*\"],"
              "\"repositories\":[\"one\"],\"threshold\":1,\"terminating\":false}]}",             TRUE },
    {"{}",                                                                                            FALSE},
    {"{\"repositories\":[],\"mapping\":[]}",                                                          FALSE},
    {"{\"repositories\":{},\"mapping\":{}}",                                                          FALSE},
    {"{\"repositories\":{\"../x\":[]},\"mapping\":[]}",                                               FALSE},
    {"{\"repositories\":{\"\":[]},\"mapping\":[]}",                                                   FALSE},
    {"{\"repositories\":{\"a\":\"b\"},\"mapping\":[]}",                                               FALSE},
    {"{\"repositories\":{\"a\":[1]},\"mapping\":[]}",                                                 FALSE},
    {"{\"repositories\":{" REPO ("one") "},\"mapping\":[{\"paths\":[],"
                                        "\"repositories\":[\"one\"],\"threshold\":1}]}",         FALSE},
    {"{\"repositories\":{" REPO ("one") "},\"mapping\":[{\"paths\":[\"*\"],"
                                        "\"repositories\":[\"two\"],\"threshold\":1}]}",         FALSE},
    {"{\"repositories\":{" REPO ("one") "},\"mapping\":[{\"paths\":[\"*\"],"
                                        "\"repositories\":[\"one\",\"one\"],\"threshold\":2}]}", FALSE},
    {"{\"repositories\":{" REPO ("one") "},\"mapping\":[{\"paths\":[\"*\"],"
                                        "\"repositories\":[\"one\"],\"threshold\":2}]}",         FALSE},
    {"{\"repositories\":{" REPO ("one") "},\"mapping\":[{\"paths\":[\"*\"],"
                                        "\"repositories\":[\"one\"],\"threshold\":0}]}",         FALSE},
    {"{\"repositories\":{" REPO ("one") "},\"mapping\":[{\"paths\":[\"*\"],"
                                        "\"repositories\":[\"one\"]}]}",                         FALSE},
    {"{\"repositories\":{" REPO (
       "one") "},\"mapping\":[{\"paths\":[\"*\"],"
              "\"repositories\":[\"one\"],\"threshold\":1,\"terminating\":1}]}",                 FALSE},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PawlTufMap) map = parse_map (cases[i].text, &error);

      g_test_message ("%s", cases[i].text);
      g_assert_cmpint (map != NULL, ==, cases[i].good);
      if (!cases[i].good)
        g_assert_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_INVALID_METADATA);
    }
}

static void
test_map_urls (void)
{
  g_autoptr (PawlTufMap) map = make_map ("");
  g_auto (GStrv) names = pawl_tuf_map_dup_repositories (map);
  g_auto (GStrv) urls = pawl_tuf_map_dup_urls (map, "two");
  g_auto (GStrv) none = pawl_tuf_map_dup_urls (map, "four");

  g_assert_cmpuint (g_strv_length (names), ==, 3);
  g_assert_cmpstr (names[2], ==, "three");
  g_assert_cmpuint (g_strv_length (urls), ==, 1);
  g_assert_cmpstr (urls[0], ==, "https://two.example/");
  g_assert_cmpuint (g_strv_length (none), ==, 0);
}

static const SimClientTest tests[] = {
  {"u80-earliest-wins",     test_earliest_wins    },
  {"u80-custom-may-differ", test_custom_may_differ},
  {"u80-no-agreement",      test_no_agreement     },
  {"u80-held-back",         test_held_back        },
  {"u80-each-signs",        test_each_signs       },
  {"u80-passes-on",         test_passes_on        },
  {"u80-refuses-forms",     test_refuses_forms    },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  sim_client_add_tests ("/tuf/agreement/", tests, G_N_ELEMENTS (tests));
  g_test_add ("/tuf/map/u11-threshold", World, NULL, set_up, test_map_threshold, tear_down);
  g_test_add ("/tuf/map/u11-goes-on", World, NULL, set_up, test_map_goes_on, tear_down);
  g_test_add ("/tuf/map/u11-held-back", World, NULL, set_up, test_map_held_back, tear_down);
  g_test_add_func ("/tuf/map/u11-form", test_map_form);
  g_test_add_func ("/tuf/map/u11-urls", test_map_urls);
  return g_test_run ();
}
