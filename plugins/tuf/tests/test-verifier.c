/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-tuf-verifier.h"

#include "sim-verifier.h"
#include "test-isolate.h"

#include <pawl-testing/pawl-testing.h>

typedef struct
{
  SimWorld world;
  SimRepo *repo;
} Fixture;

static void
set_up_with (Fixture *self, const char *version)
{
  const char *urls[] = {"sim:/", NULL};

  sim_world_set_up (&self->world, g_getenv ("PAWL_TUF_KEYFILE"), version);
  self->repo = sim_repo_new ();
  sim_role_add_custom_target (self->repo->targets, "app-2", "two",
                              "\"hardwareIds\":[\"board\"],\"version\":\"2\"");
  sim_repo_publish (self->repo);
  sim_transport_add (self->world.transport, "sim:/", self->repo);
  test_context_set (self->world.context, "metadata-urls", g_variant_new_strv (urls, -1));
  sim_world_set_root (&self->world, "root-file", self->repo);
  self->world.verifier = sim_world_make_verifier (&self->world, PAWL_TYPE_TUF_VERIFIER);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  set_up_with (self, "1");
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  sim_world_tear_down (&self->world);
  sim_repo_free (self->repo);
}

static void
test_newest (Fixture *self, gconstpointer data)
{
  g_autoptr (PawlTarget) target = NULL;
  g_autofree char *uri = NULL;
  g_autofree char *hash = sim_hash ("ten");

  sim_role_add_custom_target (self->repo->targets, "dir/app-10", "ten",
                              "\"hardwareIds\":[\"other\",\"board\"],\"version\":\"10\"");
  sim_role_add_custom_target (self->repo->targets, "app-11", "eleven",
                              "\"hardwareIds\":[\"other\"],\"version\":\"11\"");
  sim_role_add_custom_target (self->repo->targets, "app-x", "x", "\"hardwareIds\":[\"board\"]");
  sim_role_add_custom_target (
    self->repo->targets, "app-12", "twelve",
    "\"hardwareIds\":[\"board\"],\"version\":\"12\",\"channels\":[\"beta\"]");
  sim_repo_publish_next (self->repo);
  target = sim_world_check_target (&self->world);
  g_assert_cmpstr (pawl_target_get_name (target), ==, "dir/app-10");
  g_assert_cmpstr (pawl_target_get_version (target), ==, "10");
  uri = g_strdup_printf ("sim:/targets/dir/%s.app-10", hash);
  g_assert_cmpstr (pawl_target_get_uris (target)[0], ==, uri);
}

static void
test_channel (Fixture *self, gconstpointer data)
{
  g_autoptr (PawlTarget) target = NULL;

  sim_role_add_custom_target (
    self->repo->targets, "app-12", "twelve",
    "\"hardwareIds\":[\"board\"],\"version\":\"12\",\"channels\":[\"beta\"]");
  sim_repo_publish_next (self->repo);
  test_context_set (self->world.context, "channel", g_variant_new_string ("beta"));
  target = sim_world_check_target (&self->world);
  g_assert_cmpstr (pawl_target_get_name (target), ==, "app-12");
}

static void
test_rollout (Fixture *self, gconstpointer data)
{
  g_autoptr (PawlTarget) target = NULL;

  sim_role_add_custom_target (
    self->repo->targets, "app-3", "three",
    "\"hardwareIds\":[\"board\"],\"version\":\"3\",\"rollout\":{\"percentage\":0}");
  sim_repo_publish_next (self->repo);
  target = sim_world_check_target (&self->world);
  g_assert_cmpstr (pawl_target_get_name (target), ==, "app-2");
  g_assert_true (test_context_has_decision (self->world.context, "percentage"));
}

static void
test_forward_only (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *installed;
    const char *more;
    const char *reason;
    gboolean offered;
  } cases[] = {
    {"1",  "",                          "no-policy",  TRUE },
    {"2",  "",                          "up-to-date", FALSE},
    {"3",  "",                          "downgrade",  FALSE},
    {"3",  ",\"allowDowngrade\":false", "downgrade",  FALSE},
    {"3",  ",\"allowDowngrade\":true",  "no-policy",  TRUE },
    {NULL, "",                          "no-policy",  TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      Fixture other = {0};
      g_autofree char *custom =
        g_strconcat ("\"hardwareIds\":[\"board\"],\"version\":\"2\"", cases[i].more, NULL);
      g_autoptr (PawlTarget) target = NULL;

      g_test_message ("case %zu", i);
      set_up_with (&other, cases[i].installed);
      g_string_truncate (other.repo->targets->targets, 0);
      sim_role_add_custom_target (other.repo->targets, "app", "two", custom);
      sim_repo_publish_next (other.repo);
      target = sim_world_check_target (&other.world);
      g_assert_cmpint (target != NULL, ==, cases[i].offered);
      g_assert_true (test_context_has_decision (other.world.context, cases[i].reason));
      tear_down (&other, NULL);
    }
}

/* A role lists what it may not speak about: its word does not count, and does no harm. */
static void
test_delegations (Fixture *self, gconstpointer data)
{
  SimRole *good = sim_role_delegate (self->repo->targets, "good", "\"paths\":[\"good-*\"]");
  SimRole *bad = sim_role_delegate (self->repo->targets, "bad", "\"paths\":[\"bad-*\"]");
  g_autoptr (PawlTarget) target = NULL;

  sim_role_add_custom_target (good, "good-3", "three",
                              "\"hardwareIds\":[\"board\"],\"version\":\"3\"");
  sim_role_add_custom_target (bad, "good-9", "nine",
                              "\"hardwareIds\":[\"board\"],\"version\":\"9\"");
  sim_repo_publish_next (self->repo);
  target = sim_world_check_target (&self->world);
  g_assert_cmpstr (pawl_target_get_name (target), ==, "good-3");
}

/* T57: a target that stands in a bin only. */
static void
test_bins (Fixture *self, gconstpointer data)
{
  SimRole *first = sim_role_delegate (self->repo->targets, "bin-0", "");
  SimRole *second = sim_role_delegate (self->repo->targets, "bin-1", "");
  g_autofree char *hash = sim_hash ("app-3");
  g_autoptr (PawlTarget) target = NULL;

  self->repo->targets->bins = "\"bit_length\":1,\"name_prefix\":\"bin\"";
  sim_role_set_key (second, first->keys->pdata[0]);
  sim_role_add_custom_target (g_ascii_xdigit_value (hash[0]) < 8 ? first : second, "app-3", "three",
                              "\"hardwareIds\":[\"board\"],\"version\":\"3\"");
  sim_repo_publish_next (self->repo);
  target = sim_world_check_target (&self->world);
  g_assert_cmpstr (pawl_target_get_name (target), ==, "app-3");
}

/* U79: a target that stands only behind a delegation for this hardware. */
static void
test_hardware_delegation (Fixture *self, gconstpointer data)
{
  SimRole *ours = sim_role_delegate (self->repo->targets, "ours",
                                     "\"paths\":[\"*\"],\"hardware_ids\":[\"board\"]");
  SimRole *theirs = sim_role_delegate (self->repo->targets, "theirs",
                                       "\"paths\":[\"*\"],\"hardware_ids\":[\"other\"]");
  g_autoptr (PawlTarget) target = NULL;

  sim_role_add_custom_target (ours, "app-3", "three",
                              "\"hardwareIds\":[\"board\"],\"version\":\"3\"");
  sim_role_add_custom_target (theirs, "app-9", "nine",
                              "\"hardwareIds\":[\"board\"],\"version\":\"9\"");
  sim_repo_publish_next (self->repo);
  target = sim_world_check_target (&self->world);
  g_assert_cmpstr (pawl_target_get_name (target), ==, "app-3");
}

static void
test_attacks (Fixture *self, gconstpointer data)
{
  SimRepo *repo = self->repo;
  g_autoptr (GError) error = NULL;

  /* Freeze. */
  test_context_set_time (self->world.context,
                         SIM_NOW + G_GINT64_CONSTANT (1000) * 86400 * G_USEC_PER_SEC);
  g_assert_null (sim_world_check (&self->world, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_EXPIRED);
  g_assert_cmpint (test_context_get_attack (self->world.context), ==, PAWL_ATTACK_FREEZE);
  g_clear_error (&error);
  test_context_set_time (self->world.context, SIM_NOW);
  /* Rollback. */
  repo->timestamp->version = 5;
  sim_repo_publish_timestamp (repo);
  g_object_unref (sim_world_check (&self->world, &error));
  g_assert_no_error (error);
  repo->timestamp->version = 4;
  sim_repo_publish_timestamp (repo);
  g_assert_null (sim_world_check (&self->world, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_DOWNGRADE);
  g_assert_cmpint (test_context_get_attack (self->world.context), ==, PAWL_ATTACK_ROLLBACK);
  g_clear_error (&error);
  /* Somebody else's key. */
  repo->timestamp->version = 6;
  g_ptr_array_index (repo->timestamp->signers, 0) = sim_key_new ();
  sim_repo_publish_timestamp (repo);
  g_assert_null (sim_world_check (&self->world, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NOT_TRUSTED);
  g_assert_cmpint (test_context_get_attack (self->world.context), ==,
                   PAWL_ATTACK_ARBITRARY_SOFTWARE);
}

/* Silence is no answer, and no attack. */
static void
test_network (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  sim_transport_fail (self->world.transport, PAWL_ERROR_NETWORK);
  g_assert_null (sim_world_check (&self->world, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NETWORK);
  g_assert_cmpint (test_context_get_attack (self->world.context), ==, PAWL_ATTACK_NONE);
}

/* There is no trust on first use. */
static void
test_no_root (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  test_context_set (self->world.context, "root-file", g_variant_new_string ("/nonexistent"));
  g_assert_null (sim_world_check (&self->world, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_STORAGE);
  g_assert_cmpuint (self->repo->asked->len, ==, 0);
}

static void
test_verifies (Fixture *self, gconstpointer data)
{
  g_autoptr (PawlTarget) target = sim_world_check_target (&self->world);
  guint asked = self->repo->asked->len;
  g_autoptr (GError) error = NULL;

  g_assert_true (sim_world_verify (&self->world, target, "two", &error));
  g_assert_no_error (error);
  g_assert_true (sim_world_verify (&self->world, target, NULL, &error));
  g_assert_no_error (error);
  g_assert_false (sim_world_verify (&self->world, target, "owt", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NOT_TRUSTED);
  g_clear_error (&error);
  g_assert_false (sim_world_verify (&self->world, target, "two and more", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_TOO_LARGE);
  g_clear_error (&error);
  test_context_set_time (self->world.context,
                         SIM_NOW + G_GINT64_CONSTANT (1000) * 86400 * G_USEC_PER_SEC);
  g_assert_false (sim_world_verify (&self->world, target, "two", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_EXPIRED);
  /* All of it offline. */
  g_assert_cmpuint (self->repo->asked->len, ==, asked);
}

static PawlTarget *
forge (PawlTarget *target, const char *member, GVariant *value)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (pawl_value_to_variant (PAWL_VALUE (target)));
  g_autoptr (GVariant) variant = NULL;
  g_autoptr (GError) error = NULL;
  PawlTarget *forged;

  g_variant_dict_insert_value (&dict, member, value);
  variant = g_variant_ref_sink (g_variant_dict_end (&dict));
  forged = pawl_target_new_from_variant (variant, &error);
  g_assert_no_error (error);
  return forged;
}

static void
test_forged (Fixture *self, gconstpointer data)
{
  g_autoptr (PawlTarget) target = sim_world_check_target (&self->world);
  g_autoptr (PawlTarget) name = forge (target, "name", g_variant_new_string ("app-9"));
  g_autoptr (PawlTarget) length = forge (target, "length", g_variant_new_uint64 (4));
  g_autofree char *hash = sim_hash ("evil");
  GVariantBuilder hashes;
  g_autoptr (PawlTarget) other = NULL;
  g_autoptr (GError) error = NULL;

  g_variant_builder_init (&hashes, G_VARIANT_TYPE ("a{ss}"));
  g_variant_builder_add (&hashes, "{ss}", "sha256", hash);
  other = forge (target, "hashes", g_variant_builder_end (&hashes));
  g_assert_false (sim_world_verify (&self->world, name, "two", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NOT_TRUSTED);
  g_clear_error (&error);
  g_assert_false (sim_world_verify (&self->world, length, "evil", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NOT_TRUSTED);
  g_clear_error (&error);
  g_assert_false (sim_world_verify (&self->world, other, "evil", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NOT_TRUSTED);
}

static void
test_bad_config (Fixture *self, gconstpointer data)
{
  g_autoptr (PawlVerifier) verifier = g_object_new (PAWL_TYPE_TUF_VERIFIER, NULL);
  g_autoptr (GError) error = NULL;

  test_context_set (self->world.context, "metadata-urls", g_variant_new_strv (NULL, 0));
  g_assert_false (pawl_verifier_set_up (verifier, PAWL_CONTEXT (self->world.context), &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG);
}

/* ---- the contract of every verifier ---- */

static gpointer
make_world (void)
{
  Fixture *world = g_new0 (Fixture, 1);

  set_up_with (world, "1");
  g_clear_object (&world->world.verifier);
  return world;
}

static void
free_world (gpointer world)
{
  tear_down (world, NULL);
  g_free (world);
}

static GObject *
make_instance (gpointer world)
{
  return G_OBJECT (sim_world_make_verifier (world, PAWL_TYPE_TUF_VERIFIER));
}

/* The far side is set up through the connection, as for an isolated plugin. */
static GObject *
make_remote (gpointer data)
{
  Fixture *world = data;

  return test_isolate (g_object_new (PAWL_TYPE_TUF_VERIFIER, NULL), PAWL_TYPE_VERIFIER,
                       PAWL_CONTEXT (world->world.context));
}

static PawlPayload *
dup_payload (gpointer world, PawlTarget *target)
{
  return sim_payload_new ("two");
}

static PawlPayload *
dup_wrong_payload (gpointer world, PawlTarget *target)
{
  return sim_payload_new ("owt");
}

static const PawlTestingVerifier contract = {
  {"/tuf-plugin/contract", make_world, free_world, make_instance},
  dup_payload,
  dup_wrong_payload,
};
static const PawlTestingVerifier remote_contract = {
  {"/tuf-plugin/remote-contract", make_world, free_world, make_remote},
  dup_payload,
  dup_wrong_payload,
};

static const struct
{
  const char *name;
  void (*test) (Fixture *self, gconstpointer data);
} tests[] = {
  {"newest",                  test_newest             },
  {"channel",                 test_channel            },
  {"rollout",                 test_rollout            },
  {"forward-only",            test_forward_only       },
  {"delegations",             test_delegations        },
  {"t57-bins",                test_bins               },
  {"u79-hardware-delegation", test_hardware_delegation},
  {"attacks",                 test_attacks            },
  {"network",                 test_network            },
  {"no-root",                 test_no_root            },
  {"verifies",                test_verifies           },
  {"forged",                  test_forged             },
  {"bad-config",              test_bad_config         },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/tuf-plugin/verifier/", tests[i].name, NULL);

      g_test_add (path, Fixture, NULL, set_up, tests[i].test, tear_down);
    }
  pawl_testing_add_verifier (&contract);
  pawl_testing_add_verifier (&remote_contract);
  return g_test_run ();
}
