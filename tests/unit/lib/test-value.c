/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include <pawl/pawl.h>

#define TARGET_TEXT                                                                                \
  "{'name': <'os-2'>, 'length': <uint64 7>, 'hashes': <{'sha256': 'ab'}>, 'hardware-ids': "        \
  "<['pi4']>, "                                                                                    \
  "'custom': <{'kargs': <'quiet'>}>, 'unknown': <'kept'>}"

static PawlTarget *
target_new (const char *text)
{
  g_autoptr (GError) error = NULL;
  PawlTarget *target = pawl_target_new_from_variant (g_variant_new_parsed (text), &error);

  g_assert_no_error (error);
  return target;
}

static void
test_getters (void)
{
  g_autoptr (PawlTarget) target = target_new (TARGET_TEXT);

  g_assert_cmpstr (pawl_target_get_name (target), ==, "os-2");
  g_assert_cmpuint (pawl_target_get_length (target), ==, 7);
  g_assert_cmpstr (pawl_target_get_hash (target, "sha256"), ==, "ab");
  g_assert_null (pawl_target_get_hash (target, "sha512"));
  g_assert_cmpstr (pawl_target_get_hardware_ids (target)[0], ==, "pi4");
  g_assert_cmpstr (pawl_target_get_version (target), ==, "");
  g_assert_null (pawl_target_get_uris (target)[0]);
  g_assert_cmpuint (g_variant_n_children (pawl_target_get_custom (target)), ==, 1);
}

static void
test_properties (void)
{
  g_autoptr (PawlTarget) target = target_new (TARGET_TEXT);
  g_autofree char *name = NULL;
  g_auto (GStrv) hardware_ids = NULL;
  g_autoptr (GVariant) hashes = NULL;
  guint64 length;

  g_object_get (target, "name", &name, "length", &length, "hardware-ids", &hardware_ids, "hashes",
                &hashes, NULL);
  g_assert_cmpstr (name, ==, "os-2");
  g_assert_cmpuint (length, ==, 7);
  g_assert_cmpstr (hardware_ids[0], ==, "pi4");
  g_assert_true (g_variant_is_of_type (hashes, G_VARIANT_TYPE ("a{ss}")));
}

static void
test_survives_a_crossing (void)
{
  g_autoptr (PawlTarget) target = target_new (TARGET_TEXT);
  g_autoptr (PawlTarget) again =
    pawl_target_new_from_variant (pawl_value_to_variant (PAWL_VALUE (target)), NULL);
  g_autoptr (GVariant) unknown = pawl_value_lookup (PAWL_VALUE (again), "unknown");

  g_assert_true (pawl_value_equal (PAWL_VALUE (target), PAWL_VALUE (again)));
  g_assert_cmpstr (g_variant_get_string (unknown, NULL), ==, "kept");
}

static void
assert_refused (const char *text, const char *member)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (pawl_target_new_from_variant (g_variant_new_parsed (text), &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, member));
}

static void
test_refuses (void)
{
  assert_refused ("@a{sv} {}", "name");
  assert_refused ("{'name': <1>}", "name");
  assert_refused ("{'name': <'a'>, 'length': <'7'>}", "length");
  assert_refused ("'a string'", "a{sv}");
}

static void
test_same_target (void)
{
  g_autoptr (PawlTarget) one =
    target_new ("{'name': <'os'>, 'hashes': <{'sha256': 'ab', 'sha512': 'cd'}>}");
  g_autoptr (PawlTarget) fewer = target_new ("{'name': <'os'>, 'hashes': <{'sha256': 'AB'}>}");
  g_autoptr (PawlTarget) conflict =
    target_new ("{'name': <'os'>, 'hashes': <{'sha256': 'ab', 'sha512': 'ee'}>}");
  g_autoptr (PawlTarget) none = target_new ("{'name': <'os'>}");

  g_assert_true (pawl_target_is_same (one, fewer));
  g_assert_false (pawl_target_is_same (one, conflict));
  g_assert_false (pawl_target_is_same (one, none));
}

static void
test_update (void)
{
  g_autoptr (PawlUpdate) update = pawl_update_new_from_variant (
    g_variant_new_parsed (
      "{'id': <'u1'>, 'targets': <{'E2': {'name': <'b'>}, 'E1': {'name': <'a'>}}>}"),
    NULL);
  g_autoptr (PawlUpdate) nothing =
    pawl_update_new_from_variant (g_variant_new_parsed ("{'id': <''>}"), NULL);
  g_autoptr (PawlTarget) target = pawl_update_dup_target (update, "E1");
  g_auto (GStrv) serials = pawl_update_dup_serials (update);

  g_assert_cmpuint (g_strv_length (serials), ==, 2);
  g_assert_cmpstr (serials[0], ==, "E2");
  g_assert_cmpstr (pawl_target_get_name (target), ==, "a");
  g_assert_null (pawl_update_dup_target (update, "E3"));
  g_assert_false (pawl_update_is_empty (update));
  g_assert_true (pawl_update_is_empty (nothing));
}

static void
test_lists (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) list =
    pawl_value_list_from_variant (PAWL_TYPE_TARGET,
                                  g_variant_new_parsed ("[{'name': <'a'>}, {'name': <'b'>}]"),
                                  &error);
  g_autoptr (GVariant) variant = pawl_value_list_to_variant (list);

  g_assert_no_error (error);
  g_assert_cmpuint (g_list_model_get_n_items (list), ==, 2);
  g_assert_cmpuint (g_variant_n_children (variant), ==, 2);
  g_assert_null (pawl_value_list_from_variant (PAWL_TYPE_TARGET,
                                               g_variant_new_parsed ("[{'nome': <'a'>}]"), &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_ARGUMENT);
}

/* Every code has a bus name of its own, and every nick reads back. */
static void
test_error_names (void)
{
  g_autoptr (GEnumClass) klass = g_type_class_ref (PAWL_TYPE_ERROR);
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < klass->n_values; i++)
    {
      g_autoptr (GError) error = g_error_new_literal (PAWL_ERROR, klass->values[i].value, "x");
      char *name = g_dbus_error_encode_gerror (error);
      int value = -1;

      g_assert_true (g_str_has_prefix (name, "org.pawl.Error."));
      g_assert_true (g_hash_table_add (seen, name));
      g_assert_true (
        pawl_enum_from_nick (PAWL_TYPE_ERROR, klass->values[i].value_nick, &value, NULL));
      g_assert_cmpint (value, ==, klass->values[i].value);
    }
  g_assert_cmpuint (g_hash_table_size (seen), ==, PAWL_ERROR_RETRY_LATER + 1);
}

static void
test_unclear_is_no_yes (void)
{
  g_autoptr (PawlDecision) decision = pawl_decision_new_from_variant (
    g_variant_new_parsed ("{'rule': <'r'>, 'verdict': <'sure'>, 'reason': <'x'>}"), NULL);

  g_assert_cmpint (pawl_decision_get_verdict (decision), ==, PAWL_VERDICT_NOT_YET);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/value/getters", test_getters);
  g_test_add_func ("/value/properties", test_properties);
  g_test_add_func ("/value/survives-a-crossing", test_survives_a_crossing);
  g_test_add_func ("/value/refuses", test_refuses);
  g_test_add_func ("/value/same-target", test_same_target);
  g_test_add_func ("/value/update", test_update);
  g_test_add_func ("/value/lists", test_lists);
  g_test_add_func ("/value/error-names", test_error_names);
  g_test_add_func ("/value/unclear-is-no-yes", test_unclear_is_no_yes);
  return g_test_run ();
}
