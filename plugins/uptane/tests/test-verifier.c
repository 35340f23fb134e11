/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-uptane-verifier.h"

#include "sim-verifier.h"
#include "test-isolate.h"

#include <glib/gstdio.h>
#include <pawl-testing/pawl-testing.h>
#include <string.h>

#define DIRECTOR_ENTRY "\"ecuIdentifiers\":{\"main\":{\"hardwareId\":\"board\"}}"
#define IMAGE_ENTRY    "\"hardwareIds\":[\"board\"],\"version\":\"2\""
#define MANIFEST       "PUT sim:/director/manifest"
#define ECUS           "POST sim:/director/ecus"
#define CORRELATION    "urn:here-ota:mtu:c5b7166b-51fe-4840-b020-66d5fc553380"

typedef struct
{
  SimWorld world;
  SimRepo *director;
  SimRepo *image;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  const char *urls[] = {"sim:/image", NULL};
  TestContext *context;

  sim_world_set_up (&self->world, g_getenv ("PAWL_UPTANE_KEYFILE"), "1");
  g_assert_cmpint (g_mkdir (self->world.state_dir, 0700), ==, 0);
  self->director = sim_repo_new ();
  self->image = sim_repo_new ();
  sim_role_add_custom_target (self->director->targets, "app-2", "two", DIRECTOR_ENTRY);
  sim_role_add_custom_target (self->image->targets, "app-2", "two", IMAGE_ENTRY);
  sim_repo_publish (self->director);
  sim_repo_publish (self->image);
  sim_transport_add (self->world.transport, "sim:/director/", self->director);
  sim_transport_add (self->world.transport, "sim:/image/", self->image);
  context = self->world.context;
  test_context_set (context, "director-url", g_variant_new_string ("sim:/director"));
  test_context_set (context, "image-urls", g_variant_new_strv (urls, -1));
  sim_world_set_root (&self->world, "director-root-file", self->director);
  sim_world_set_root (&self->world, "image-root-file", self->image);
  self->world.verifier = sim_world_make_verifier (&self->world, PAWL_TYPE_UPTANE_VERIFIER);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  sim_world_tear_down (&self->world);
  sim_repo_free (self->director);
  sim_repo_free (self->image);
}

static void
check_refused (Fixture *self, PawlError code, PawlAttack attack)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlUpdate) update = sim_world_check (&self->world, &error);

  g_assert_null (update);
  g_assert_error (error, PAWL_ERROR, (int) code);
  g_assert_cmpint (test_context_get_attack (self->world.context), ==, attack);
}

static GVariant *
report (Fixture *self, const char *kind, const char *correlation_id, GError **error)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) variant = NULL;
  g_autoptr (PawlReport) about = NULL;

  g_variant_dict_insert (&dict, "kind", "s", kind);
  g_variant_dict_insert (&dict, "id", "s", "0b5ac6a1-51fe-4840-b020-66d5fc553380");
  g_variant_dict_insert (&dict, "correlation-id", "s", correlation_id);
  g_variant_dict_insert (&dict, "success", "b", FALSE);
  g_variant_dict_insert (&dict, "code", "s", "INSTALL_FAILED");
  g_variant_dict_insert (&dict, "event", "s", "EcuDownloadStarted");
  variant = g_variant_ref_sink (g_variant_dict_end (&dict));
  about = pawl_report_new_from_variant (variant, error);
  g_assert_no_error (*error);
  return sim_world_report (&self->world, about, error);
}

static gboolean
is_accepted (GVariant *answer)
{
  gboolean accepted = FALSE;

  return g_variant_lookup (answer, "accepted", "b", &accepted) && accepted;
}

static void
test_assigned (Fixture *self, gconstpointer data)
{
  g_autoptr (PawlTarget) target = sim_world_check_target (&self->world);
  g_autofree char *hash = sim_hash ("two");
  g_autofree char *uri = g_strdup_printf ("sim:/image/targets/%s.app-2", hash);

  g_assert_cmpstr (pawl_target_get_name (target), ==, "app-2");
  g_assert_cmpstr (pawl_target_get_version (target), ==, "2");
  g_assert_cmpstr (pawl_target_get_uris (target)[0], ==, uri);
  g_assert_cmpstr (pawl_target_get_hash (target, "sha256"), ==, hash);
}

/* U23: who this vehicle is and what it runs, before anything is asked; then the Director, and only
 * then the Image repository. */
static void
test_steps (Fixture *self, gconstpointer data)
{
  g_autoptr (PawlTarget) target = sim_world_check_target (&self->world);
  g_autofree char *log = sim_transport_dup_log (self->world.transport);

  g_assert_cmpstr (log, ==,
                   ECUS "\n" MANIFEST "\n"
                        "GET sim:/director/2.root.json\n"
                        "GET sim:/director/timestamp.json\n"
                        "GET sim:/director/1.snapshot.json\n"
                        "GET sim:/director/1.targets.json\n"
                        "GET sim:/image/2.root.json\n"
                        "GET sim:/image/timestamp.json\n"
                        "GET sim:/image/1.snapshot.json\n"
                        "GET sim:/image/1.targets.json\n");
}

/* U27, U90: the time is the host's, and metadata that is fresh at that time proves it. */
static void
test_time (Fixture *self, gconstpointer data)
{
  g_autoptr (PawlTarget) target = sim_world_check_target (&self->world);

  g_assert_nonnull (target);
  g_assert_cmpint (test_context_get_floor (self->world.context), ==, SIM_NOW);
}

/* U91, U92: a clock that runs ahead takes the floor along no further than signed metadata is fresh,
 * so nothing has to be reset when it is right again. U93: a check that fails proves no time. */
static void
test_clock_ahead (Fixture *self, gconstpointer data)
{
  g_autoptr (PawlTarget) target = NULL;

  test_context_set_time (self->world.context,
                         SIM_NOW + G_GINT64_CONSTANT (1000) * 86400 * G_USEC_PER_SEC);
  check_refused (self, PAWL_ERROR_EXPIRED, PAWL_ATTACK_FREEZE);
  g_assert_cmpint (test_context_get_floor (self->world.context), ==, 0);
  test_context_set_time (self->world.context, SIM_NOW);
  target = sim_world_check_target (&self->world);
  g_assert_nonnull (target);
  g_assert_cmpint (test_context_get_floor (self->world.context), ==, SIM_NOW);
}

/* U94: a medium without an update is refused, names itself, and no server is asked instead. What is
 * on a good one is in tests/integration/pawld/test_uptane.py. */
static void
test_offline_bundle (Fixture *self, gconstpointer data)
{
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) variant = NULL;
  g_autoptr (GError) error = NULL;

  g_variant_dict_insert (&options, "source", "s", "/media/stick");
  variant = g_variant_ref_sink (g_variant_dict_end (&options));
  g_assert_null (sim_world_check_with (&self->world, variant, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "/media/stick"));
  g_assert_cmpuint (self->director->asked->len, ==, 0);
}

/* U95: what a later check of how an image was made needs (PURE-3, in-toto) stands in the genuine
 * metadata, and reaches whoever installs. */
static void
test_custom (Fixture *self, gconstpointer data)
{
  g_autoptr (PawlTarget) target = NULL;
  g_autoptr (GVariant) custom = NULL;
  g_autoptr (GVariant) in_toto = NULL;

  g_string_truncate (self->image->targets->targets, 0);
  sim_role_add_custom_target (self->image->targets, "app-2", "two",
                              IMAGE_ENTRY ",\"in-toto\":{\"layout\":\"root.layout\"}");
  sim_repo_publish_next (self->image);
  target = sim_world_check_target (&self->world);
  custom = pawl_value_lookup (PAWL_VALUE (target), "custom");
  in_toto = g_variant_lookup_value (custom, "in-toto", G_VARIANT_TYPE_VARDICT);
  g_assert_nonnull (in_toto);
}

static PawlTufMetadata *
load (Fixture *self, PawlTufType type, const char *role)
{
  g_autofree char *folder = g_build_filename (self->world.state_dir, "director", NULL);
  g_autoptr (PawlTufStore) store = pawl_tuf_store_new (folder);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = pawl_tuf_store_load (store, role, &error);
  PawlTufMetadata *metadata;

  g_assert_no_error (error);
  metadata = pawl_tuf_metadata_new (type, bytes, &error);
  g_assert_no_error (error);
  return metadata;
}

/* U30, U29: a Secondary gets its image, proved by both repositories' words, the time of the check,
 * and the Director's metadata as it came, with which it may verify for itself (U62). */
static void
test_secondary (Fixture *self, gconstpointer data)
{
  g_autoptr (PawlUpdate) update = NULL;
  g_autoptr (PawlTarget) target = NULL;
  g_autoptr (PawlTufMetadata) root = NULL;
  g_autoptr (PawlTufMetadata) targets = NULL;
  g_autoptr (PawlTufAssignment) assignment = NULL;
  g_autoptr (GError) error = NULL;

  test_context_add_ecu_full (self->world.context, "radio", "radio-board", NULL);
  sim_role_add_custom_target (self->director->targets, "radio-1", "r",
                              "\"ecuIdentifiers\":{\"radio\":{\"hardwareId\":\"radio-board\"}}");
  sim_role_add_custom_target (self->image->targets, "radio-1", "r",
                              "\"hardwareIds\":[\"radio-board\"],\"version\":\"1\"");
  sim_repo_publish_next (self->director);
  sim_repo_publish_next (self->image);
  update = sim_world_check (&self->world, &error);
  g_assert_no_error (error);
  target = pawl_update_dup_target (update, "radio");
  g_assert_cmpstr (pawl_target_get_name (target), ==, "radio-1");
  g_assert_true (sim_world_verify (&self->world, target, "r", &error));
  g_assert_no_error (error);
  g_assert_false (sim_world_verify (&self->world, target, "x", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NOT_TRUSTED);
  g_clear_error (&error);
  root = load (self, PAWL_TUF_TYPE_ROOT, "root");
  targets = load (self, PAWL_TUF_TYPE_TARGETS, "targets");
  g_assert_true (pawl_tuf_uptane_verify_partial (root, targets, NULL, "radio", "radio-board", 0,
                                                 SIM_NOW, &assignment, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (assignment->name, ==, "radio-1");
}

/* U80: an image that several roles have to agree on, through a check. */
static void
test_agreement (Fixture *self, gconstpointer data)
{
  SimRole *targets = self->image->targets;
  SimRole *first = sim_role_delegate (targets, "first", "\"paths\":[\"app-*\"]");
  SimRole *second = sim_role_delegate (targets, "second", "\"paths\":[\"app-*\"]");
  g_autoptr (PawlTarget) target = NULL;

  g_string_truncate (targets->targets, 0);
  targets->several = targets->agreement = 2;
  first->terminating = TRUE;
  sim_role_add_custom_target (first, "app-2", "two", IMAGE_ENTRY);
  sim_role_add_custom_target (second, "app-2", "other", IMAGE_ENTRY);
  sim_repo_publish_next (self->image);
  check_refused (self, PAWL_ERROR_NOT_TRUSTED, PAWL_ATTACK_MIX_AND_MATCH);
  g_string_truncate (second->targets, 0);
  sim_role_add_custom_target (second, "app-2", "two", IMAGE_ENTRY);
  second->version++;
  sim_repo_publish_next (self->image);
  target = sim_world_check_target (&self->world);
  g_assert_cmpstr (pawl_target_get_name (target), ==, "app-2");
}

static void
test_nothing (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlUpdate) update = NULL;

  g_string_truncate (self->director->targets->targets, 0);
  sim_repo_publish_next (self->director);
  update = sim_world_check (&self->world, &error);
  g_assert_no_error (error);
  g_assert_true (pawl_update_is_empty (update));
}

static void
test_attacks (Fixture *self, gconstpointer data)
{
  const char *body;

  g_string_truncate (self->image->targets->targets, 0);
  sim_repo_publish_next (self->image);
  check_refused (self, PAWL_ERROR_NOT_TRUSTED, PAWL_ATTACK_ARBITRARY_SOFTWARE);
  sim_role_add_custom_target (self->image->targets, "app-2", "other", IMAGE_ENTRY);
  sim_repo_publish_next (self->image);
  check_refused (self, PAWL_ERROR_NOT_TRUSTED, PAWL_ATTACK_MIX_AND_MATCH);
  sim_role_add_custom_target (self->director->targets, "x", "x",
                              "\"ecuIdentifiers\":{\"other\":{\"hardwareId\":\"x\"}}");
  sim_repo_publish_next (self->director);
  check_refused (self, PAWL_ERROR_NOT_TRUSTED, PAWL_ATTACK_WRONG_ECU);
  /* U25: the Director hears about it. */
  sim_transport_answer (self->world.transport, 500, "");
  check_refused (self, PAWL_ERROR_NOT_TRUSTED, PAWL_ATTACK_WRONG_ECU);
  body = sim_transport_get_last (self->world.transport, MANIFEST);
  g_assert_nonnull (strstr (body, "\"attacks_detected\":\"wrong-ecu\""));
}

static void
test_verifies (Fixture *self, gconstpointer data)
{
  g_autoptr (PawlTarget) target = sim_world_check_target (&self->world);
  guint asked = self->director->asked->len + self->image->asked->len;
  g_autoptr (GError) error = NULL;

  g_assert_true (sim_world_verify (&self->world, target, "two", &error));
  g_assert_no_error (error);
  g_assert_false (sim_world_verify (&self->world, target, "owt", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NOT_TRUSTED);
  g_clear_error (&error);
  g_assert_cmpuint (self->director->asked->len + self->image->asked->len, ==, asked);
  /* The Director takes it back. */
  g_string_truncate (self->director->targets->targets, 0);
  sim_repo_publish_next (self->director);
  g_object_unref (sim_world_check (&self->world, &error));
  g_assert_no_error (error);
  g_assert_false (sim_world_verify (&self->world, target, "two", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NOT_TRUSTED);
}

/* Once, whatever the server calls "already". */
static void
test_registers (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  const char *body;

  sim_transport_answer (self->world.transport, 403, "{\"code\":\"forbidden\"}");
  check_refused (self, PAWL_ERROR_ACCESS_DENIED, PAWL_ATTACK_NONE);
  sim_transport_answer (self->world.transport, 503, "");
  check_refused (self, PAWL_ERROR_RETRY_LATER, PAWL_ATTACK_NONE);
  sim_transport_answer (self->world.transport, 0, "");
  check_refused (self, PAWL_ERROR_NETWORK, PAWL_ATTACK_NONE);
  sim_transport_answer (self->world.transport, 409, "{\"code\":\"ecu_already_registered\"}");
  g_object_unref (sim_world_check (&self->world, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (sim_transport_count (self->world.transport, ECUS), ==, 4);
  /* The manifest was refused as well: the Director may know nothing about the ECUs. */
  sim_transport_answer (self->world.transport, 200, "{}");
  for (guint i = 0; i < 2; i++)
    {
      g_object_unref (sim_world_check (&self->world, &error));
      g_assert_no_error (error);
    }
  g_assert_cmpuint (sim_transport_count (self->world.transport, ECUS), ==, 5);
  body = sim_transport_get_last (self->world.transport, ECUS);
  g_assert_true (g_str_has_prefix (body, "{\"ecus\":[{\"clientKey\":{\"keytype\":\"ED25519\","));
  g_assert_nonnull (strstr (body, "\"ecu_serial\":\"main\",\"hardware_identifier\":\"board\"}],"
                                  "\"primary_ecu_serial\":\"main\"}"));
  /* Another ECU, another registration. */
  test_context_add_ecu_full (self->world.context, "radio", "board", NULL);
  g_object_unref (sim_world_check (&self->world, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (sim_transport_count (self->world.transport, ECUS), ==, 6);
}

/* Both signatures are good, and over the canonical form. */
static void
assert_signed (PawlTufDocument *document, PawlTufValue value, PawlTufKey *key)
{
  PawlTufValue part = pawl_tuf_document_get_member (document, value, "signed");
  g_autoptr (GBytes) message = pawl_tuf_document_canonicalize (document, part, PAWL_TUF_FORM_ATS);
  PawlTufIter iter;
  PawlTufValue entry;
  g_autofree char *signature = NULL;

  pawl_tuf_iter_init (&iter, document,
                      pawl_tuf_document_get_member (document, value, "signatures"));
  g_assert_true (pawl_tuf_iter_next (&iter, NULL, &entry));
  g_assert_true (
    pawl_tuf_document_is_string (document, pawl_tuf_document_get_member (document, entry, "method"),
                                 "ed25519"));
  signature =
    pawl_tuf_document_dup_string (document, pawl_tuf_document_get_member (document, entry, "sig"));
  g_assert_true (pawl_tuf_key_verify (key, message, signature));
}

static PawlTufDocument *
parse (const char *text)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));
  g_autoptr (GError) error = NULL;
  PawlTufDocument *document = pawl_tuf_document_new (bytes, &error);

  g_assert_no_error (error);
  return document;
}

static PawlTufKey *
read_key (Fixture *self)
{
  g_autoptr (PawlTufDocument) document =
    parse (sim_transport_get_last (self->world.transport, ECUS));
  PawlTufIter iter;
  PawlTufValue ecu;
  g_autoptr (GError) error = NULL;
  PawlTufKey *key;

  pawl_tuf_iter_init (&iter, document,
                      pawl_tuf_document_get_member (document, pawl_tuf_document_get_root (document),
                                                    "ecus"));
  g_assert_true (pawl_tuf_iter_next (&iter, NULL, &ecu));
  key = pawl_tuf_key_new_from_value (document,
                                     pawl_tuf_document_get_member (document, ecu, "clientKey"),
                                     PAWL_TUF_KEY_FLAGS_NONE, &error);
  g_assert_no_error (error);
  return key;
}

static void
test_manifest (Fixture *self, gconstpointer data)
{
  g_autoptr (PawlTarget) target = sim_world_check_target (&self->world);
  g_autoptr (PawlTarget) again = sim_world_check_target (&self->world);
  const char *text = sim_transport_get_last (self->world.transport, MANIFEST);
  g_autoptr (PawlTufDocument) document = parse (text);
  PawlTufValue root = pawl_tuf_document_get_root (document);
  PawlTufValue part = pawl_tuf_document_get_member (document, root, "signed");
  PawlTufValue ecus = pawl_tuf_document_get_member (document, part, "ecu_version_manifests");
  g_autoptr (PawlTufKey) key = read_key (self);

  assert_signed (document, root, key);
  assert_signed (document, pawl_tuf_document_get_member (document, ecus, "main"), key);
  g_assert_nonnull (strstr (text, "\"primary_ecu_serial\":\"main\""));
  g_assert_nonnull (strstr (text, "\"filepath\":\"main-1\""));
  g_assert_nonnull (strstr (text, "\"attacks_detected\":\"\""));
  g_assert_nonnull (strstr (text, "\"report_counter\":\"2\""));
  g_assert_null (strstr (text, "hash_function"));
  g_assert_null (strstr (text, "installation_report"));
}

/* D11: the hash of what is signed, where the server asks for it. */
static void
test_manifest_hash (Fixture *self, gconstpointer data)
{
  g_autoptr (PawlTarget) target = NULL;
  g_autoptr (PawlTufDocument) document = NULL;
  g_autoptr (GBytes) message = NULL;
  g_autofree char *hash = NULL;
  g_autofree char *wanted = NULL;

  test_context_set (self->world.context, "manifest-hash", g_variant_new_boolean (TRUE));
  target = sim_world_check_target (&self->world);
  document = parse (sim_transport_get_last (self->world.transport, MANIFEST));
  message = pawl_tuf_document_canonicalize (
    document,
    pawl_tuf_document_get_member (document, pawl_tuf_document_get_root (document), "signed"),
    PAWL_TUF_FORM_ATS);
  hash = pawl_tuf_hash ("sha256", message);
  wanted = g_strdup_printf ("\"hash\":\"%s\",\"hash_function\":\"sha256\"", hash);
  g_assert_nonnull (strstr (sim_transport_get_last (self->world.transport, MANIFEST), wanted));
}

/* A report that a server cannot read would cancel everything, so it is left out. */
static void
test_reports (Fixture *self, gconstpointer data)
{
  static const struct
  {
    const char *correlation_id;
    gboolean is_sent;
  } cases[] = {
    {CORRELATION,                                    TRUE },
    {"",                                             FALSE},
    {"urn:here-ota:mtu:1",                           FALSE},
    {"urn:tdx-ota:lockbox:name:1:0123456789ab",      TRUE },
    {"urn:tdx-ota:lockbox:name:1:0123456789AB",      FALSE},
    {"https://c5b7166b-51fe-4840-b020-66d5fc553380", FALSE},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GVariant) answer = report (self, "installation", cases[i].correlation_id, &error);
      const char *text;

      g_assert_no_error (error);
      g_assert_true (is_accepted (answer));
      text = sim_transport_get_last (self->world.transport, MANIFEST);
      g_assert_cmpint (strstr (text, "installation_report") != NULL, ==, cases[i].is_sent);
    }
}

static void
test_report_refused (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = NULL;

  sim_transport_answer (self->world.transport, 500, "");
  answer = report (self, "installation", CORRELATION, &error);
  g_assert_no_error (error);
  g_assert_false (is_accepted (answer));
  sim_transport_answer (self->world.transport, 0, "");
  g_assert_null (report (self, "installation", CORRELATION, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NETWORK);
}

static void
test_events (Fixture *self, gconstpointer data)
{
  static const struct
  {
    guint status;
    gboolean accepted;
  } cases[] = {
    {204, TRUE },
    {404, TRUE },
    {413, TRUE },
    {500, FALSE},
    {401, FALSE},
  };
  const char *text;

  test_context_set (self->world.context, "events-url", g_variant_new_string ("sim:/events"));
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GVariant) answer = NULL;

      sim_transport_answer (self->world.transport, cases[i].status, "");
      answer = report (self, "event", CORRELATION, &error);
      g_assert_no_error (error);
      g_assert_cmpint (is_accepted (answer), ==, cases[i].accepted);
    }
  text = sim_transport_get_last (self->world.transport, "POST sim:/events");
  g_assert_nonnull (strstr (text, "\"event\":{\"correlationId\":\"" CORRELATION "\"}"));
  g_assert_nonnull (strstr (text, "\"eventType\":{\"id\":\"EcuDownloadStarted\",\"version\":0}"));
}

static void
test_bad_config (Fixture *self, gconstpointer data)
{
  g_autoptr (PawlVerifier) verifier = g_object_new (PAWL_TYPE_UPTANE_VERIFIER, NULL);
  g_autoptr (GError) error = NULL;

  test_context_set (self->world.context, "director-url", g_variant_new_string (""));
  g_assert_false (pawl_verifier_set_up (verifier, PAWL_CONTEXT (self->world.context), &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG);
}

/* There is no trust on first use. */
static void
test_no_root (Fixture *self, gconstpointer data)
{
  test_context_set (self->world.context, "director-root-file",
                    g_variant_new_string ("/nonexistent"));
  check_refused (self, PAWL_ERROR_STORAGE, PAWL_ATTACK_NONE);
  g_assert_cmpuint (self->director->asked->len, ==, 0);
}

/* What the state remembers keeps this device from going back, so a torn one is no empty one. */
static void
test_torn_state (Fixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->world.state_dir, "uptane", NULL);

  g_assert_true (g_file_set_contents (path, "no keyfile", -1, NULL));
  check_refused (self, PAWL_ERROR_STORAGE, PAWL_ATTACK_NONE);
}

/* ---- the contract of every verifier ---- */

static gpointer
make_world (void)
{
  Fixture *world = g_new0 (Fixture, 1);

  set_up (world, NULL);
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
  return G_OBJECT (sim_world_make_verifier (world, PAWL_TYPE_UPTANE_VERIFIER));
}

/* The far side is set up through the connection, as for an isolated plugin. */
static GObject *
make_remote (gpointer data)
{
  Fixture *world = data;

  return test_isolate (g_object_new (PAWL_TYPE_UPTANE_VERIFIER, NULL), PAWL_TYPE_VERIFIER,
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
  {"/uptane/contract", make_world, free_world, make_instance},
  dup_payload,
  dup_wrong_payload,
};
static const PawlTestingVerifier remote_contract = {
  {"/uptane/remote-contract", make_world, free_world, make_remote},
  dup_payload,
  dup_wrong_payload,
};

static const struct
{
  const char *name;
  void (*test) (Fixture *self, gconstpointer data);
} tests[] = {
  {"assigned",                test_assigned      },
  {"u80-agreement",           test_agreement     },
  {"u23-steps",               test_steps         },
  {"u27-u90-time",            test_time          },
  {"u91-u92-u93-clock-ahead", test_clock_ahead   },
  {"u94-offline-bundle",      test_offline_bundle},
  {"u95-custom",              test_custom        },
  {"u29-u30-u62-secondary",   test_secondary     },
  {"d11-manifest-hash",       test_manifest_hash },
  {"nothing",                 test_nothing       },
  {"u25-u40-attacks",         test_attacks       },
  {"u20-u40-verifies",        test_verifies      },
  {"registers",               test_registers     },
  {"u24-u25-u26-manifest",    test_manifest      },
  {"u49-reports",             test_reports       },
  {"report-refused",          test_report_refused},
  {"events",                  test_events        },
  {"bad-config",              test_bad_config    },
  {"u22-no-root",             test_no_root       },
  {"torn-state",              test_torn_state    },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/uptane/verifier/", tests[i].name, NULL);

      g_test_add (path, Fixture, NULL, set_up, tests[i].test, tear_down);
    }
  pawl_testing_add_verifier (&contract);
  pawl_testing_add_verifier (&remote_contract);
  return g_test_run ();
}
