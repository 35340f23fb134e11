/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include <pawl-tuf/pawl-tuf.h>

#include <string.h>

static void
test_times (void)
{
  static const char *const wrong[] = {
    "",
    "2030-01-01",
    "2030-01-01T00:00:00",
    "2030-01-01T00:00:00z",
    "2030-01-01T00:00:00.5Z",
    "2030-01-01T00:00:00+00:00",
    "2030-1-01T00:00:00Z ",
    "2030-02-30T00:00:00Z",
    "2030-01-01T24:00:00Z",
    "2030-01-01 00:00:00Z",
    "+030-01-01T00:00:00Z",
  };
  gint64 us = 0;

  g_assert_true (pawl_tuf_parse_time ("2027-01-15T08:00:00Z", &us));
  g_assert_cmpint (us, ==, G_GINT64_CONSTANT (1800000000) * G_USEC_PER_SEC);
  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    g_assert_false (pawl_tuf_parse_time (wrong[i], &us));
}

static void
test_globs (void)
{
  static const struct
  {
    const char *pattern;
    const char *path;
    gboolean matches;
  } cases[] = {
    {"a",             "a",                TRUE },
    {"a",             "b",                FALSE},
    {"a",             "ab",               FALSE},
    {"*",             "",                 TRUE },
    {"*",             "a.bin",            TRUE },
    {"*",             "a/b",              FALSE},
    {"*/*",           "a/b",              TRUE },
    {"*.bin",         "a.bin.bin",        TRUE },
    {"foo/*.tgz",     "foo/bar.tgz",      TRUE },
    {"foo/*.tgz",     "foo/bar/a.tgz",    FALSE},
    {"foo-?.tgz",     "foo-1.tgz",        TRUE },
    {"foo-?.tgz",     "foo-12.tgz",       FALSE},
    {"foo?bar",       "foo/bar",          FALSE},
    {"*a*b*c",        "xxaxxbxxc",        TRUE },
    {"*a*b*c",        "xxaxxcxxb",        FALSE},
    {"A",             "a",                FALSE},
    {"[a]",           "a",                FALSE},
    {"?",             "\xc3\xa4",         TRUE },
    {"a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaa", FALSE},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s on %s", cases[i].pattern, cases[i].path);
      g_assert_cmpint (pawl_tuf_glob_match (cases[i].pattern, cases[i].path), ==, cases[i].matches);
    }
}

static void
test_canonical_forms (void)
{
  static const struct
  {
    const char *json;
    PawlTufForm form;
    const char *canonical;
  } cases[] = {
    {"{ \"b\": 1, \"a\" : [ true, null ] }", PAWL_TUF_FORM_OLPC,    "{\"a\":[true,null],\"b\":1}"},
    {"{\"a\":\"x\\ny\\u00e4\\/\"}",          PAWL_TUF_FORM_OLPC,    "{\"a\":\"x\ny\xc3\xa4/\"}"  },
    {"{\"a\":\"\\\"\\\\\"}",                 PAWL_TUF_FORM_OLPC,    "{\"a\":\"\\\"\\\\\"}"       },
    {"{\"a\":\"x\\ny\xc3\xa4\"}",            PAWL_TUF_FORM_ATS,     "{\"a\":\"x\\ny\\u00e4\"}"   },
    {"{\"a\":\"x\\ny\\u00e4\"}",             PAWL_TUF_FORM_ATS_RAW, "{\"a\":\"x\\ny\xc3\xa4\"}"  },
    {"{\"a\":\"\\ud83d\\ude00\"}",           PAWL_TUF_FORM_ATS,     "{\"a\":\"\\ud83d\\ude00\"}" },
    {"{\"\xc3\xa4\":1,\"z\":2}",             PAWL_TUF_FORM_OLPC,    "{\"z\":2,\"\xc3\xa4\":1}"   },
    {"{\"n\":[1.5,-2E+3,1]}",                PAWL_TUF_FORM_ATS,     "{\"n\":[1.5,-2E+3,1]}"      },
    {"{\"n\":-12}",                          PAWL_TUF_FORM_OLPC,    "{\"n\":-12}"                },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (cases[i].json, strlen (cases[i].json));
      g_autoptr (GError) error = NULL;
      g_autoptr (PawlTufDocument) document = pawl_tuf_document_new (bytes, &error);
      g_autoptr (GBytes) canonical = NULL;

      g_assert_no_error (error);
      canonical = pawl_tuf_document_canonicalize (document, pawl_tuf_document_get_root (document),
                                                  cases[i].form);
      g_assert_cmpmem (g_bytes_get_data (canonical, NULL), g_bytes_get_size (canonical),
                       cases[i].canonical, strlen (cases[i].canonical));
    }
}

static void
test_refuses (void)
{
  static const char *const wrong[] = {
    "",
    "[]",
    "1",
    "{",
    "{}x",
    "{\"a\":1,}",
    "{\"a\":1,\"a\":2}",
    "{\"a\":1,\"\\u0061\":2}",
    "{\"a\":01}",
    "{\"a\":-}",
    "{\"a\":1.}",
    "{\"a\":1e}",
    "{\"a\":.5}",
    "{\"a\":+1}",
    "{\"a\":-0}",
    "{\"a\":\"\x01\"}",
    "{\"a\":\"\\ud800\"}",
    "{\"a\":\"\xff\"}",
    "{\"a\":\"\\x\"}",
    "{a:1}",
    "{\"a\":tru}",
    "\xef\xbb\xbf{}",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (wrong[i], strlen (wrong[i]));
      g_autoptr (GError) error = NULL;

      g_test_message ("document %" G_GSIZE_FORMAT, i);
      g_assert_null (pawl_tuf_document_new (bytes, &error));
      g_assert_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_INVALID_METADATA);
    }
}

static void
test_depth (void)
{
  for (guint depth = PAWL_TUF_DOCUMENT_MAX_DEPTH - 2; depth < PAWL_TUF_DOCUMENT_MAX_DEPTH + 2;
       depth++)
    {
      GString *text = g_string_new ("{\"a\":");
      g_autoptr (GBytes) bytes = NULL;
      g_autoptr (PawlTufDocument) document = NULL;

      for (guint i = 1; i < depth; i++)
        g_string_append_c (text, '[');
      for (guint i = 1; i < depth; i++)
        g_string_append_c (text, ']');
      g_string_append_c (text, '}');
      bytes = g_string_free_to_bytes (text);
      document = pawl_tuf_document_new (bytes, NULL);
      g_assert_cmpint (document != NULL, ==, depth <= PAWL_TUF_DOCUMENT_MAX_DEPTH);
    }
}

static void
test_decoders (void)
{
  static const char *const not_hex[] = {"", "0", "0g", " 00", "0x00"};
  static const char *const not_base64[] = {"", "QQ", "QQ=", "Q===", "QQ==\n", "QR==", "Q-_="};
  g_autoptr (GBytes) hex = pawl_tuf_decode_hex ("00fF");
  g_autoptr (GBytes) base64 = pawl_tuf_decode_base64 ("QQ==");

  g_assert_cmpmem (g_bytes_get_data (hex, NULL), g_bytes_get_size (hex), "\x00\xff", 2);
  g_assert_cmpmem (g_bytes_get_data (base64, NULL), g_bytes_get_size (base64), "A", 1);
  for (gsize i = 0; i < G_N_ELEMENTS (not_hex); i++)
    g_assert_null (pawl_tuf_decode_hex (not_hex[i]));
  for (gsize i = 0; i < G_N_ELEMENTS (not_base64); i++)
    g_assert_null (pawl_tuf_decode_base64 (not_base64[i]));
}

static void
test_signers (void)
{
  static const char *const types[] = {"ed25519", "p256", "p384", "rsa2048"};
  g_autoptr (GBytes) message = g_bytes_new_static ("message", 7);
  g_autoptr (GBytes) other = g_bytes_new_static ("massage", 7);

  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (PawlTufSigner) signer = pawl_tuf_signer_generate (types[i], &error);
      g_autoptr (PawlTufKey) key = NULL;
      g_autoptr (GBytes) signature = NULL;
      g_autofree char *hex = NULL;

      g_assert_no_error (error);
      key =
        pawl_tuf_key_new (pawl_tuf_signer_get_keytype (signer), pawl_tuf_signer_get_scheme (signer),
                          pawl_tuf_signer_get_public (signer), PAWL_TUF_KEY_FLAGS_NONE, &error);
      g_assert_no_error (error);
      signature = pawl_tuf_signer_sign (signer, message, &error);
      g_assert_no_error (error);
      hex = pawl_tuf_encode_hex (signature);
      g_assert_true (pawl_tuf_key_verify (key, message, hex));
      g_assert_false (pawl_tuf_key_verify (key, other, hex));
      g_assert_false (pawl_tuf_key_verify (key, message, ""));
      hex[5] = hex[5] == '0' ? '1' : '0';
      g_assert_false (pawl_tuf_key_verify (key, message, hex));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tuf/text/t9-d4-times", test_times);
  g_test_add_func ("/tuf/text/t24-d3-globs", test_globs);
  g_test_add_func ("/tuf/text/t2-d5-canonical-forms", test_canonical_forms);
  g_test_add_func ("/tuf/text/d7-refuses", test_refuses);
  g_test_add_func ("/tuf/text/depth", test_depth);
  g_test_add_func ("/tuf/text/decoders", test_decoders);
  g_test_add_func ("/tuf/text/signers", test_signers);
  return g_test_run ();
}
