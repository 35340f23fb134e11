/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The scanner looks at eight bytes at once, and remembers where large objects end. Neither may
 * change what a document means, wherever in it something stands. */
#include <pawl-tuf/pawl-tuf.h>

#include <string.h>

#define LONGEST 40

static PawlTufDocument *
scan (const char *text, gsize size)
{
  g_autoptr (GBytes) bytes = g_bytes_new (text, size);

  return pawl_tuf_document_new (bytes, NULL);
}

/* A string of @length letters but for @what at @place. */
static GString *
make_text (guint length, guint place, const char *what)
{
  GString *text = g_string_new ("{\"a\":\"");

  for (guint i = 0; i < length; i++)
    if (i == place)
      g_string_append (text, what);
    else
      g_string_append_c (text, 'x');
  g_string_append (text, "\",\"b\":7}");
  return text;
}

/* Takes every length and every place in it. */
static void
check_everywhere (const char *what, gboolean is_good, const char *meant)
{
  for (guint length = 1; length < LONGEST; length++)
    for (guint place = 0; place < length; place++)
      {
        g_autoptr (GString) text = make_text (length, place, what);
        g_autoptr (PawlTufDocument) document = scan (text->str, text->len);
        PawlTufValue root, value;
        g_autofree char *string = NULL;
        gint64 number = 0;

        g_assert_cmpint (document != NULL, ==, is_good);
        if (!is_good)
          continue;
        root = pawl_tuf_document_get_root (document);
        value = pawl_tuf_document_get_member (document, root, "a");
        string = pawl_tuf_document_dup_string (document, value);
        g_assert_cmpuint (strlen (string), ==, length - 1 + strlen (meant));
        g_assert_true (g_str_has_prefix (string + place, meant));
        g_assert_true (pawl_tuf_document_is_string (document, value, string));
        value = pawl_tuf_document_get_member (document, root, "b");
        g_assert_true (pawl_tuf_document_get_int (document, value, &number));
        g_assert_cmpint (number, ==, 7);
      }
}

static void
test_good_everywhere (void)
{
  check_everywhere ("\\\"", TRUE, "\"");
  check_everywhere ("\\\\", TRUE, "\\");
  check_everywhere ("\\u00e4", TRUE, "\xc3\xa4");
  check_everywhere ("\xc3\xa4", TRUE, "\xc3\xa4");
  check_everywhere ("\xf0\x9f\x98\x80", TRUE, "\xf0\x9f\x98\x80");
  check_everywhere ("\x7f", TRUE, "\x7f");
  check_everywhere (" ", TRUE, " ");
  check_everywhere ("{[", TRUE, "{[");
}

static void
test_bad_everywhere (void)
{
  static const char *const bad[] = {
    "\"",
    "\\",
    "\x01",
    "\x1f",
    "\n",
    "\\x",
    "\\u12",
    "\\u0000",
    "\\ud800",
    "\\udc00",
    "\x80",
    "\xc3",
    "\xff",
    /* not the shortest form, a surrogate, and beyond the last character (RFC 3629, 3 and 4) */
    "\xc0\xaf",
    "\xe0\x80\xaf",
    "\xed\xa0\x80",
    "\xf4\x90\x80\x80",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    check_everywhere (bad[i], FALSE, NULL);
}

static void
test_nul_everywhere (void)
{
  g_autoptr (GString) text = make_text (LONGEST, 0, "x");

  for (gsize i = 0; i < text->len; i++)
    {
      g_autofree char *copy = g_memdup2 (text->str, text->len);
      g_autoptr (PawlTufDocument) document = NULL;

      copy[i] = '\0';
      document = scan (copy, text->len);
      g_assert_null (document);
    }
}

static void
append_list (GString *text, guint numbers)
{
  g_string_append_c (text, '[');
  for (guint i = 0; i < numbers; i++)
    g_string_append_printf (text, "%s%u", i > 0 ? "," : "", i % 10);
  g_string_append_c (text, ']');
}

static guint
count_elements (PawlTufDocument *document, PawlTufValue list)
{
  guint count = 0;
  PawlTufIter iter;
  PawlTufValue element;

  pawl_tuf_iter_init (&iter, document, list);
  while (pawl_tuf_iter_next (&iter, NULL, &element))
    count++;
  return count;
}

/* An object of every size around the one from which it counts as large, inside another, with
 * something behind it. */
static void
test_large (void)
{
  for (guint numbers = 2030; numbers < 2060; numbers++)
    {
      g_autoptr (GString) text = g_string_new ("{\"z\":{\"list\":");
      g_autoptr (PawlTufDocument) document = NULL;
      PawlTufValue root, outer, inner;

      append_list (text, numbers);
      g_string_append (text, ",\"end\":\"of z\"} , \"a\":\"behind\"}");
      document = scan (text->str, text->len);
      root = pawl_tuf_document_get_root (document);
      outer = pawl_tuf_document_get_member (document, root, "z");
      inner = pawl_tuf_document_get_member (document, outer, "list");
      g_assert_cmpuint (count_elements (document, inner), ==, numbers);
      g_assert_true (pawl_tuf_document_is_string (
        document, pawl_tuf_document_get_member (document, outer, "end"), "of z"));
      g_assert_true (
        pawl_tuf_document_is_string (document, pawl_tuf_document_get_member (document, root, "a"),
                                     "behind"));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/tuf/scanner/what-is-good-is-so-everywhere", test_good_everywhere);
  g_test_add_func ("/tuf/scanner/what-is-bad-is-so-everywhere", test_bad_everywhere);
  g_test_add_func ("/tuf/scanner/no-byte-may-be-NUL", test_nul_everywhere);
  g_test_add_func ("/tuf/scanner/large-objects-end-where-they-end", test_large);
  return g_test_run ();
}
