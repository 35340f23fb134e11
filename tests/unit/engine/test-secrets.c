/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-secrets-private.h"

#include "pawl-key.h"
#include "pawl-shown.h"

#include <pawl/pawl.h>
#include <string.h>

static const struct
{
  const char *text;
  const char *shown;
} hidden[] = {
  {"http://u:p@proxy:3128",                             "http://u:***@proxy:3128"                      },
  {"https://u:p:q@h/a",                                 "https://u:***@h/a"                            },
  {"https://u:p@q@h/a@b",                               "https://u:***@h/a@b"                          },
  {"https://:p@h",                                      "https://:***@h"                               },
  {"https://u:12@h:443/x",                              "https://u:***@h:443/x"                        },
  {"https://u:%70%40@[::1]:80/",                        "https://u:***@[::1]:80/"                      },
  {"socks5://u:p@h",                                    "socks5://u:***@h"                             },
  {"http: “https://ü:pä@hö/”: timeout",          "http: “https://ü:***@hö/”: timeout"     },
  {"https://a:1@h/x;https://b:2@h/y",                   "https://a:***@h/x;https://b:***@h/y"          },
  {"https://h/x: refused, ftp://b:2@h",                 "https://h/x: refused, ftp://b:***@h"          },
  {"https://h:1/\nftp://b:2@h",                         "https://h:1/\nftp://b:***@h"                  },
  {"https://h/?next=https://a:b@c/",                    "https://h/?next=https://a:***@c/"             },
  {"pkcs11:token=t?pin-value=4711",                     "pkcs11:token=t?pin-value=***"                 },
  {"pkcs11:t?PIN-VALUE=1&pin-source=file:/p: no token",
   "pkcs11:t?PIN-VALUE=***&pin-source=file:/p: no token"                                               },
  {"pkcs11:a?pin-value=1 pkcs11:b?pin-value=2",         "pkcs11:a?pin-value=*** pkcs11:b?pin-value=***"},
};

/* Not as RFC 3986 wants them written. */
static const struct
{
  const char *text;
  const char *shown;
} broken[] = {
  {"https://u:p/q@h/",      "https://u:***@h/"     },
  {"https://u:p?q#r@h/",    "https://u:***@h/"     },
  {"https://u:p q@h/",      "https://u:***@h/"     },
  {"https://u:é/q@h/",     "https://u:***@h/"     },
  {"https://u:p://q@h/",    "https://u:***@h/"     },
  {"https://u:p\"q@h/",     "https://u:***@h/"     },
  {"https://u:p/q@h/\nx@y", "https://u:***@h/\nx@y"},
};

static const char *const kept[] = {
  "",
  "no address",
  "https://h/",
  "https://user@h/",
  "https://user@h:443/",
  "https://h/a:b@c",
  "https://h:8080/a:b@c",
  "https://[::1]/a:b@c",
  "https://[fe80::1]:443/a@b",
  "https://h:443: ask root@localhost",
  "“https://h:443”: ask root@localhost",
  "file:///home/a:b@c",
  "user:word@host",
  "pkcs11:token=t;object=o?pin-source=file:/run/pin&module-name=m",
  "a pin-value is missing",
  "://",
  "x://@",
};

static void
assert_shown (const char *text, const char *wanted)
{
  g_autofree char *shown = pawl_secrets_hide (text);
  g_autofree char *again = pawl_secrets_hide (shown);

  g_assert_cmpstr (shown, ==, wanted);
  g_assert_cmpstr (again, ==, wanted);
  g_assert_true (g_utf8_validate (shown, -1, NULL));
}

static void
test_hides (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (hidden); i++)
    assert_shown (hidden[i].text, hidden[i].shown);
}

static void
test_hides_what_is_written_wrong (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (broken); i++)
    assert_shown (broken[i].text, broken[i].shown);
}

static void
test_keeps_the_rest (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kept); i++)
    assert_shown (kept[i], kept[i]);
}

static char *
repeat (const char *piece, gsize times)
{
  GString *text = g_string_new (NULL);

  for (gsize i = 0; i < times; i++)
    g_string_append (text, piece);
  return g_string_free (text, FALSE);
}

/* Texts that would take minutes in anything worse than linear time. */
static void
test_long_and_hostile (void)
{
  static const char *const pieces[] = {"://",   "://a:b", "://a:",  "pin-valu",
                                       "x://[", "@:",     "://a:1,"};

  for (gsize i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      g_autofree char *text = repeat (pieces[i], 200000);

      assert_shown (text, text);
    }
}

static void
test_many_in_one_text (void)
{
  g_autofree char *text = repeat ("s://u:word@h pkcs11:?pin-value=word ", 50000);
  g_autofree char *wanted = repeat ("s://u:***@h pkcs11:?pin-value=*** ", 50000);

  assert_shown (text, wanted);
}

/* The messages about a value that is none. */
static void
test_refused_keys (void)
{
  static const PawlKey keys[] = {
    {.name = "proxy", .type = PAWL_KEY_URI    },
    {.name = "path",  .type = PAWL_KEY_PATH   },
    {.name = "n",     .type = PAWL_KEY_INTEGER},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (pawl_key_parse (&keys[i], "http://u:word@h:x?pin-value=word", &error));
      g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG);
      g_assert_nonnull (strstr (error->message, "http://u:***@h:x?pin-value=***"));
      g_assert_null (strstr (error->message, "word"));
    }
}

static void
test_values (void)
{
  g_autoptr (GVariant) value = g_variant_ref_sink (g_variant_new_parsed (
    "{'id': <'u'>, 'n': <uint64 7>, 'none': <@as []>, 'maybe': <('x', byte 1)>, "
    "'targets': <[{'uris': <['https://u:p@h/x', 'https://h/y']>}]>}"));
  g_autoptr (GVariant) wanted = g_variant_ref_sink (g_variant_new_parsed (
    "{'id': <'u'>, 'n': <uint64 7>, 'none': <@as []>, 'maybe': <('x', byte 1)>, "
    "'targets': <[{'uris': <['https://u:***@h/x', 'https://h/y']>}]>}"));
  g_autoptr (GVariant) shown = pawl_shown_variant (value);

  g_assert_cmpvariant (shown, wanted);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/secrets/hides", test_hides);
  g_test_add_func ("/secrets/hides-what-is-written-wrong", test_hides_what_is_written_wrong);
  g_test_add_func ("/secrets/keeps-the-rest", test_keeps_the_rest);
  g_test_add_func ("/secrets/long-and-hostile", test_long_and_hostile);
  g_test_add_func ("/secrets/many-in-one-text", test_many_in_one_text);
  g_test_add_func ("/secrets/refused-keys", test_refused_keys);
  g_test_add_func ("/secrets/values", test_values);
  return g_test_run ();
}
