/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-json.h"

#include <math.h>

static void
assert_json (const char *variant, const char *wanted)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) value = g_variant_parse (NULL, variant, NULL, NULL, &error);
  g_autofree char *json = NULL;

  g_assert_no_error (error);
  json = pawl_json_from_variant (value, PAWL_JSON_LINE);
  g_assert_cmpstr (json, ==, wanted);
}

static void
test_integers (void)
{
  assert_json ("uint64 18446744073709551615", "18446744073709551615");
  assert_json ("int64 -9223372036854775808", "-9223372036854775808");
  assert_json ("uint32 4294967295", "4294967295");
  assert_json ("int32 -1", "-1");
  assert_json ("uint16 65535", "65535");
  assert_json ("int16 -32768", "-32768");
  assert_json ("byte 255", "255");
  assert_json ("handle 3", "3");
}

static void
test_doubles (void)
{
  g_autofree char *json = pawl_json_from_variant (g_variant_new_double (INFINITY), PAWL_JSON_LINE);

  assert_json ("0.5", "0.5");
  assert_json ("-1.0", "-1");
  g_assert_cmpstr (json, ==, "null");
}

static void
test_strings (void)
{
  g_autofree char *json = NULL;

  assert_json ("'a \"b\" \\\\ /'", "\"a \\\"b\\\" \\\\ /\"");
  assert_json ("'line\\nnext\\ttab\\r\\b\\f'", "\"line\\nnext\\ttab\\r\\b\\f\"");
  assert_json ("'Zürich 日本 😀'", "\"Zürich 日本 😀\"");
  json = pawl_json_from_variant (g_variant_new_string ("\x1b[31m\x7f\xc2\x9b"), PAWL_JSON_LINE);
  g_assert_cmpstr (json, ==, "\"\\u001b[31m\\u007f\\u009b\"");
  assert_json ("objectpath '/a'", "\"/a\"");
  assert_json ("signature 'a{sv}'", "\"a{sv}\"");
}

static void
test_containers (void)
{
  assert_json ("@a{sv} {}", "{}");
  assert_json ("@as []", "[]");
  assert_json ("{'a': <1>, 'b': <@as ['x']>}", "{\"a\":1,\"b\":[\"x\"]}");
  assert_json ("[{'k': <true>}, {'k': <false>}]", "[{\"k\":true},{\"k\":false}]");
  assert_json ("{'h': {'sha256': 'ab'}}", "{\"h\":{\"sha256\":\"ab\"}}");
  assert_json ("(1, 'x', <<'y'>>)", "[1,\"x\",\"y\"]");
  assert_json ("{1: 'one'}", "[[1,\"one\"]]");
  assert_json ("@ms nothing", "null");
  assert_json ("@ms just 'x'", "\"x\"");
}

static void
test_indented (void)
{
  g_autoptr (GVariant) value =
    g_variant_parse (NULL, "{'a': <[1, 2]>, 'b': <@a{sv} {}>}", NULL, NULL, NULL);
  g_autofree char *json = pawl_json_from_variant (value, PAWL_JSON_INDENTED);

  g_assert_cmpstr (json, ==, "{\n  \"a\": [\n    1,\n    2\n  ],\n  \"b\": {}\n}");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/json/integers-keep-every-bit", test_integers);
  g_test_add_func ("/cli/json/doubles-are-numbers-or-null", test_doubles);
  g_test_add_func ("/cli/json/strings-are-escaped", test_strings);
  g_test_add_func ("/cli/json/containers-have-one-form", test_containers);
  g_test_add_func ("/cli/json/indents", test_indented);
  return g_test_run ();
}
