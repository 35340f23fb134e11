/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-tuf-verifier.h"

#include "sim-transport.h"
#include "test-context.h"

#include <glib/gstdio.h>
#include <pawl-testing/pawl-testing.h>
#include <string.h>

#define TIMEOUT_MS 60000

typedef struct
{
  char *folder;
  SimRepo *repo;
  SimTransport *transport;
  TestContext *context;
  PawlVerifier *verifier;
} Fixture;

static void
publish (Fixture *self, SimRole *role, const char *name, const char *content, const char *custom)
{
  g_autofree char *hash = sim_hash (content);

  g_string_append_printf (
    role->targets, "%s\"%s\":{\"length\":%zu,\"hashes\":{\"sha256\":\"%s\"},\"custom\":{%s}}",
    role->targets->len > 0 ? "," : "", name, strlen (content), hash, custom);
}

/* Everything again, one version later. */
static void
publish_again (Fixture *self)
{
  self->repo->targets->version++;
  self->repo->snapshot->version++;
  self->repo->timestamp->version++;
  sim_repo_publish (self->repo);
}

static PawlVerifier *
make_verifier (Fixture *self)
{
  PawlVerifier *verifier = g_object_new (PAWL_TYPE_TUF_VERIFIER, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (pawl_verifier_set_up (verifier, PAWL_CONTEXT (self->context), &error));
  g_assert_no_error (error);
  return verifier;
}

static void
write_root (Fixture *self)
{
  g_autofree char *path = g_build_filename (self->folder, "first-root", NULL);
  GBytes *root = g_hash_table_lookup (self->repo->files, "1.root.json");
  g_autoptr (GError) error = NULL;
  gsize size;
  const char *data = g_bytes_get_data (root, &size);

  g_file_set_contents (path, data, (gssize) size, &error);
  g_assert_no_error (error);
  test_context_set (self->context, "root-file", g_variant_new_string (path));
}

static void
set_up_with (Fixture *self, const char *version)
{
  const char *urls[] = {"sim:/", NULL};
  g_autofree char *store = NULL;

  self->folder = g_dir_make_tmp ("pawl-tuf-XXXXXX", NULL);
  store = g_build_filename (self->folder, "store", NULL);
  self->repo = sim_repo_new ();
  publish (self, self->repo->targets, "app-2", "two",
           "\"hardwareIds\":[\"board\"],\"version\":\"2\"");
  sim_repo_publish (self->repo);
  self->transport = sim_transport_new (self->repo);
  self->context = test_context_new (g_getenv ("PAWL_TUF_KEYFILE"));
  test_context_set_transport (self->context, PAWL_TRANSPORT (self->transport));
  test_context_set_state_dir (self->context, store);
  test_context_set_time (self->context, SIM_NOW);
  test_context_add_ecu_full (self->context, "main", "board", version);
  test_context_set (self->context, "metadata-urls", g_variant_new_strv (urls, -1));
  write_root (self);
  self->verifier = make_verifier (self);
}

static void
set_up (Fixture *self, gconstpointer data)
{
  set_up_with (self, "1");
}

static void
remove_folder (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_folder (child);
    }
  g_remove (path);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_clear_object (&self->verifier);
  g_object_unref (self->context);
  g_object_unref (self->transport);
  sim_repo_free (self->repo);
  remove_folder (self->folder);
  g_free (self->folder);
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static GAsyncResult *
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}

static PawlUpdate *
check (Fixture *self, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  pawl_verifier_check_async (self->verifier, NULL, TIMEOUT_MS, NULL, NULL, on_done, &result);
  return pawl_verifier_check_finish (self->verifier, wait_for (&result), error);
}

static PawlTarget *
check_target (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlUpdate) update = check (self, &error);

  g_assert_no_error (error);
  return pawl_update_dup_target (update, "main");
}

static gboolean
verify (Fixture *self, PawlTarget *target, const char *content, GError **error)
{
  g_autoptr (GBytes) bytes = content != NULL ? g_bytes_new (content, strlen (content)) : NULL;
  g_autoptr (PawlPayload) payload =
    bytes != NULL ? pawl_payload_new_for_bytes (bytes, error) : NULL;
  g_autoptr (GAsyncResult) result = NULL;

  pawl_verifier_verify_async (self->verifier, target, payload, NULL, TIMEOUT_MS, NULL, NULL,
                              on_done, &result);
  return pawl_verifier_verify_finish (self->verifier, wait_for (&result), error);
}

static void
test_newest (Fixture *self, gconstpointer data)
{
  g_autoptr (PawlTarget) target = NULL;
  g_autofree char *uri = NULL;
  g_autofree char *hash = sim_hash ("ten");

  publish (self, self->repo->targets, "dir/app-10", "ten",
           "\"hardwareIds\":[\"other\",\"board\"],\"version\":\"10\"");
  publish (self, self->repo->targets, "app-11", "eleven",
           "\"hardwareIds\":[\"other\"],\"version\":\"11\"");
  publish (self, self->repo->targets, "app-x", "x", "\"hardwareIds\":[\"board\"]");
  publish (self, self->repo->targets, "app-12", "twelve",
           "\"hardwareIds\":[\"board\"],\"version\":\"12\",\"channels\":[\"beta\"]");
  publish_again (self);
  target = check_target (self);
  g_assert_cmpstr (pawl_target_get_name (target), ==, "dir/app-10");
  g_assert_cmpstr (pawl_target_get_version (target), ==, "10");
  uri = g_strdup_printf ("sim:/targets/dir/%s.app-10", hash);
  g_assert_cmpstr (pawl_target_get_uris (target)[0], ==, uri);
}

static void
test_channel (Fixture *self, gconstpointer data)
{
  g_autoptr (PawlTarget) target = NULL;

  publish (self, self->repo->targets, "app-12", "twelve",
           "\"hardwareIds\":[\"board\"],\"version\":\"12\",\"channels\":[\"beta\"]");
  publish_again (self);
  test_context_set (self->context, "channel", g_variant_new_string ("beta"));
  target = check_target (self);
  g_assert_cmpstr (pawl_target_get_name (target), ==, "app-12");
}

static void
test_rollout (Fixture *self, gconstpointer data)
{
  g_autoptr (PawlTarget) target = NULL;

  publish (self, self->repo->targets, "app-3", "three",
           "\"hardwareIds\":[\"board\"],\"version\":\"3\",\"rollout\":{\"percentage\":0}");
  publish_again (self);
  target = check_target (self);
  g_assert_cmpstr (pawl_target_get_name (target), ==, "app-2");
  g_assert_true (test_context_has_decision (self->context, "percentage"));
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
      publish (&other, other.repo->targets, "app", "two", custom);
      publish_again (&other);
      target = check_target (&other);
      g_assert_cmpint (target != NULL, ==, cases[i].offered);
      g_assert_true (test_context_has_decision (other.context, cases[i].reason));
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

  publish (self, good, "good-3", "three", "\"hardwareIds\":[\"board\"],\"version\":\"3\"");
  publish (self, bad, "good-9", "nine", "\"hardwareIds\":[\"board\"],\"version\":\"9\"");
  publish_again (self);
  target = check_target (self);
  g_assert_cmpstr (pawl_target_get_name (target), ==, "good-3");
}

static void
test_attacks (Fixture *self, gconstpointer data)
{
  SimRepo *repo = self->repo;
  g_autoptr (GError) error = NULL;

  /* Freeze. */
  test_context_set_time (self->context,
                         SIM_NOW + G_GINT64_CONSTANT (1000) * 86400 * G_USEC_PER_SEC);
  g_assert_null (check (self, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_EXPIRED);
  g_assert_cmpint (test_context_get_attack (self->context), ==, PAWL_ATTACK_FREEZE);
  g_clear_error (&error);
  test_context_set_time (self->context, SIM_NOW);
  /* Rollback. */
  repo->timestamp->version = 5;
  sim_repo_publish_timestamp (repo);
  g_object_unref (check (self, &error));
  g_assert_no_error (error);
  repo->timestamp->version = 4;
  sim_repo_publish_timestamp (repo);
  g_assert_null (check (self, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_DOWNGRADE);
  g_assert_cmpint (test_context_get_attack (self->context), ==, PAWL_ATTACK_ROLLBACK);
  g_clear_error (&error);
  /* Somebody else's key. */
  repo->timestamp->version = 6;
  g_ptr_array_index (repo->timestamp->signers, 0) = sim_key_new ();
  sim_repo_publish_timestamp (repo);
  g_assert_null (check (self, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NOT_TRUSTED);
  g_assert_cmpint (test_context_get_attack (self->context), ==, PAWL_ATTACK_ARBITRARY_SOFTWARE);
}

/* Silence is no answer, and no attack. */
static void
test_network (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  sim_transport_fail (self->transport, PAWL_ERROR_NETWORK);
  g_assert_null (check (self, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NETWORK);
  g_assert_cmpint (test_context_get_attack (self->context), ==, PAWL_ATTACK_NONE);
}

/* There is no trust on first use. */
static void
test_no_root (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  test_context_set (self->context, "root-file", g_variant_new_string ("/nonexistent"));
  g_assert_null (check (self, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_STORAGE);
  g_assert_cmpuint (self->repo->asked->len, ==, 0);
}

static void
test_verifies (Fixture *self, gconstpointer data)
{
  g_autoptr (PawlTarget) target = check_target (self);
  guint asked = self->repo->asked->len;
  g_autoptr (GError) error = NULL;

  g_assert_true (verify (self, target, "two", &error));
  g_assert_no_error (error);
  g_assert_true (verify (self, target, NULL, &error));
  g_assert_no_error (error);
  g_assert_false (verify (self, target, "owt", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NOT_TRUSTED);
  g_clear_error (&error);
  g_assert_false (verify (self, target, "two and more", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_TOO_LARGE);
  g_clear_error (&error);
  test_context_set_time (self->context,
                         SIM_NOW + G_GINT64_CONSTANT (1000) * 86400 * G_USEC_PER_SEC);
  g_assert_false (verify (self, target, "two", &error));
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
  g_autoptr (PawlTarget) target = check_target (self);
  g_autoptr (PawlTarget) name = forge (target, "name", g_variant_new_string ("app-9"));
  g_autoptr (PawlTarget) length = forge (target, "length", g_variant_new_uint64 (4));
  g_autofree char *hash = sim_hash ("evil");
  GVariantBuilder hashes;
  g_autoptr (PawlTarget) other = NULL;
  g_autoptr (GError) error = NULL;

  g_variant_builder_init (&hashes, G_VARIANT_TYPE ("a{ss}"));
  g_variant_builder_add (&hashes, "{ss}", "sha256", hash);
  other = forge (target, "hashes", g_variant_builder_end (&hashes));
  g_assert_false (verify (self, name, "two", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NOT_TRUSTED);
  g_clear_error (&error);
  g_assert_false (verify (self, length, "evil", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NOT_TRUSTED);
  g_clear_error (&error);
  g_assert_false (verify (self, other, "evil", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NOT_TRUSTED);
}

static void
test_bad_config (Fixture *self, gconstpointer data)
{
  g_autoptr (PawlVerifier) verifier = g_object_new (PAWL_TYPE_TUF_VERIFIER, NULL);
  g_autoptr (GError) error = NULL;

  test_context_set (self->context, "metadata-urls", g_variant_new_strv (NULL, 0));
  g_assert_false (pawl_verifier_set_up (verifier, PAWL_CONTEXT (self->context), &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG);
}

/* ---- the contract of every verifier ---- */

static gpointer
make_world (void)
{
  Fixture *world = g_new0 (Fixture, 1);

  set_up_with (world, "1");
  g_clear_object (&world->verifier);
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
  return G_OBJECT (make_verifier (world));
}

static PawlPayload *
make_payload (const char *content)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (content, strlen (content));

  return pawl_payload_new_for_bytes (bytes, NULL);
}

static PawlPayload *
dup_payload (gpointer world, PawlTarget *target)
{
  return make_payload ("two");
}

static PawlPayload *
dup_wrong_payload (gpointer world, PawlTarget *target)
{
  return make_payload ("owt");
}

static const PawlTestingVerifier contract = {
  {"/tuf-plugin/contract", make_world, free_world, make_instance},
  dup_payload,
  dup_wrong_payload,
};

static const struct
{
  const char *name;
  void (*test) (Fixture *self, gconstpointer data);
} tests[] = {
  {"newest",       test_newest      },
  {"channel",      test_channel     },
  {"rollout",      test_rollout     },
  {"forward-only", test_forward_only},
  {"delegations",  test_delegations },
  {"attacks",      test_attacks     },
  {"network",      test_network     },
  {"no-root",      test_no_root     },
  {"verifies",     test_verifies    },
  {"forged",       test_forged      },
  {"bad-config",   test_bad_config  },
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
  return g_test_run ();
}
