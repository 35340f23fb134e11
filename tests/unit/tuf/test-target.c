/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include <pawl-tuf/pawl-tuf.h>

#include <string.h>

/* What is written is its own canonical form. */
static void
test_writer (void)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) value = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GBytes) canonical = NULL;
  g_autoptr (PawlTufDocument) document = NULL;
  g_autoptr (GError) error = NULL;
  const char *const list[] = {"b", "a", NULL};

  g_variant_dict_insert (&dict, "z\xc3\xbc", "s",
                         "Z\xc3\xbcrich \xf0\x9f\x98\x80 \"\\\n\r\t\b\f\x01");
  g_variant_dict_insert (&dict, "list", "^as", list);
  g_variant_dict_insert (&dict, "yes", "b", TRUE);
  g_variant_dict_insert (&dict, "int", "x", G_MININT64);
  g_variant_dict_insert_value (&dict, "empty", g_variant_new ("a{sv}", NULL));
  value = g_variant_ref_sink (g_variant_dict_end (&dict));
  text = pawl_tuf_variant_to_json (value);
  g_assert_cmpstr (text, ==,
                   "{\"empty\":{},\"int\":-9223372036854775808,\"list\":[\"b\",\"a\"],\"yes\":true,"
                   "\"z\\u00fc\":\"Z\\u00fcrich \\ud83d\\ude00 \\\"\\\\\\n\\r\\t\\b\\f\\u0001\"}");
  bytes = g_bytes_new (text, strlen (text));
  document = pawl_tuf_document_new (bytes, &error);
  g_assert_no_error (error);
  canonical = pawl_tuf_document_canonicalize (document, pawl_tuf_document_get_root (document),
                                              PAWL_TUF_FORM_ATS);
  g_assert_true (g_bytes_equal (bytes, canonical));
}

static void
test_no_form (void)
{
  g_autoptr (GVariant) value = g_variant_ref_sink (g_variant_new_double (1.5));
  g_autofree char *text = pawl_tuf_variant_to_json (value);

  g_assert_cmpstr (text, ==, "null");
}

/* T19: what the specification leaves to the application reaches it, whatever it is. */
static void
test_custom (void)
{
  static const char text[] =
    "{\"signatures\":[],\"signed\":{\"_type\":\"targets\",\"spec_version\":\"1.0\",\"version\":1,"
    "\"expires\":\"2030-01-01T00:00:00Z\",\"targets\":{\"a\":{\"length\":1,\"hashes\":{\"sha256\":"
    "\"00\"},\"custom\":{\"text\":\"z\\u00fc\",\"list\":[1,true,{\"deep\":-1}]}}}}}";
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlTufMetadata) metadata =
    pawl_tuf_metadata_new (PAWL_TUF_TYPE_TARGETS, bytes, &error);
  g_autoptr (GVariant) members = NULL;
  g_autoptr (GVariant) custom = NULL;
  g_autofree char *json = NULL;
  PawlTufValue target;

  g_assert_no_error (error);
  target = pawl_tuf_document_get_member (pawl_tuf_metadata_get_document (metadata),
                                         pawl_tuf_metadata_get_member (metadata, "targets"), "a");
  members = pawl_tuf_target_to_variant (metadata, target, "a", NULL);
  custom = g_variant_lookup_value (members, "custom", G_VARIANT_TYPE_VARDICT);
  json = pawl_tuf_variant_to_json (custom);
  g_assert_cmpstr (json, ==, "{\"list\":[1,true,{\"deep\":-1}],\"text\":\"z\\u00fc\"}");
}

/* U69: each refusal names the attack that it looks like. */
static void
test_attacks (void)
{
  static const struct
  {
    PawlTufError code;
    const char *attack;
  } cases[] = {
    {PAWL_TUF_ERROR_UNMET_THRESHOLD,  "arbitrary-software"},
    {PAWL_TUF_ERROR_ROLLBACK,         "rollback"          },
    {PAWL_TUF_ERROR_EXPIRED,          "freeze"            },
    {PAWL_TUF_ERROR_VERSION_MISMATCH, "mix-and-match"     },
    {PAWL_TUF_ERROR_TOO_LARGE,        "endless-data"      },
    {PAWL_TUF_ERROR_BAD_HARDWARE,     "wrong-hardware"    },
    {PAWL_TUF_ERROR_BAD_ECU,          "wrong-ecu"         },
    {PAWL_TUF_ERROR_FETCH,            "none"              },
    {PAWL_TUF_ERROR_INVALID_METADATA, "none"              },
    {PAWL_TUF_ERROR_STORE,            "none"              },
  };
  g_autoptr (GError) foreign = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED, "x");

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = g_error_new_literal (PAWL_TUF_ERROR, (int) cases[i].code, "x");

      g_assert_cmpstr (pawl_tuf_error_get_attack (error), ==, cases[i].attack);
    }
  g_assert_cmpstr (pawl_tuf_error_get_attack (foreign), ==, "none");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tuf/writer/canonical", test_writer);
  g_test_add_func ("/tuf/writer/no-form", test_no_form);
  g_test_add_func ("/tuf/target/t19-custom", test_custom);
  g_test_add_func ("/tuf/error/u69-attacks", test_attacks);
  return g_test_run ();
}
