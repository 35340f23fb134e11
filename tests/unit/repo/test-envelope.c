/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-repo-envelope.h"

#include <string.h>

static JsonObject *
make_targets (PawlTufDialect dialect)
{
  JsonObject *signed_part = json_object_new ();

  json_object_set_int_member (signed_part, "version", 7);
  json_object_set_string_member (signed_part, "expires", "2030-01-01T00:00:00Z");
  json_object_set_string_member (signed_part, "_type",
                                 pawl_repo_type_name (PAWL_TUF_TYPE_TARGETS, dialect));
  if (dialect == PAWL_TUF_DIALECT_TUF)
    json_object_set_string_member (signed_part, "spec_version", "1.0.34");
  json_object_set_string_member (signed_part, "note", "Z\303\274rich\n");
  json_object_set_object_member (signed_part, "targets", json_object_new ());
  return signed_part;
}

static PawlTufMetadata *
make_metadata (PawlTufDialect dialect)
{
  g_autoptr (JsonObject) signed_part = make_targets (dialect);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = pawl_repo_envelope_new (signed_part, dialect, &error);
  PawlTufMetadata *metadata;

  g_assert_no_error (error);
  metadata = pawl_repo_envelope_read ("targets", bytes, &error);
  g_assert_no_error (error);
  return metadata;
}

static gboolean
contains (GBytes *bytes, const char *text)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);

  return g_strstr_len (data, (gssize) size, text) != NULL;
}

static void
test_forms (void)
{
  g_autoptr (PawlTufMetadata) tuf = make_metadata (PAWL_TUF_DIALECT_TUF);
  g_autoptr (PawlTufMetadata) ats = make_metadata (PAWL_TUF_DIALECT_ATS);
  GBytes *tuf_file = pawl_tuf_document_get_bytes (pawl_tuf_metadata_get_document (tuf));
  GBytes *ats_file = pawl_tuf_document_get_bytes (pawl_tuf_metadata_get_document (ats));
  g_autoptr (GBytes) tuf_message = pawl_repo_envelope_dup_message (tuf);
  g_autoptr (GBytes) ats_message = pawl_repo_envelope_dup_message (ats);

  /* What is signed has a raw newline in TUF; the file has none, or no parser would read it. */
  g_assert_true (contains (tuf_message, "Z\303\274rich\n"));
  g_assert_true (contains (tuf_file, "Z\303\274rich\\n"));
  g_assert_true (contains (ats_message, "Z\\u00fcrich\\n"));
  g_assert_true (contains (ats_file, "Z\\u00fcrich\\n"));
  g_assert_cmpint (pawl_tuf_metadata_get_dialect (ats), ==, PAWL_TUF_DIALECT_ATS);
}

static void
test_signatures (void)
{
  g_autoptr (PawlTufMetadata) empty = make_metadata (PAWL_TUF_DIALECT_ATS);
  g_autoptr (GBytes) once = pawl_repo_envelope_add_signature (empty, "aa", "AAAA", "ed25519");
  g_autoptr (PawlTufMetadata) one = pawl_repo_envelope_read ("targets", once, NULL);
  g_autoptr (GBytes) twice = pawl_repo_envelope_add_signature (one, "bb", "BBBB", "ed25519");
  g_autoptr (PawlTufMetadata) two = pawl_repo_envelope_read ("targets", twice, NULL);
  g_autoptr (GBytes) again = pawl_repo_envelope_add_signature (two, "aa", "CCCC", "ed25519");
  g_autoptr (PawlTufMetadata) still_two = pawl_repo_envelope_read ("targets", again, NULL);
  g_autoptr (GPtrArray) ids = pawl_repo_envelope_list_key_ids (still_two);

  g_assert_cmpuint (ids->len, ==, 2);
  g_assert_cmpstr (ids->pdata[0], ==, "bb");
  g_assert_cmpstr (ids->pdata[1], ==, "aa");
  g_assert_false (contains (again, "AAAA"));
  g_assert_true (contains (again, "CCCC"));
}

static void
refuse (const char *text, const char *message)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (GError) error = NULL;

  g_assert_null (pawl_repo_envelope_dup_signed (bytes, "staged/x.json", &error));
  g_assert_nonnull (error);
  g_assert_nonnull (strstr (error->message, "staged/x.json"));
  g_assert_nonnull (strstr (error->message, message));
}

static void
test_refusals (void)
{
  refuse ("[]", "");
  refuse ("{\"signatures\":[]}", "signed");
  refuse ("{\"signed\":{\"a\":1,\"a\":2}}", "");
  refuse ("{\"signed\":{}} <<<<<<< HEAD", "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/repo/envelope/files-are-json-and-messages-canonical", test_forms);
  g_test_add_func ("/repo/envelope/one-signature-for-each-key", test_signatures);
  g_test_add_func ("/repo/envelope/refuses-what-is-no-metadata", test_refusals);
  return g_test_run ();
}
