/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Over bytes that were scanned: what is well-formed needs no second check. */
#include "pawl-tuf-scanner.h"

#include <string.h>

/* A byte of each value, eight times. */
#define EIGHT(byte) (G_GUINT64_CONSTANT (0x0101010101010101) * (byte))

/* Bytes that a string scan passes over without looking: everything but `"`, `\`, control characters
 * and beyond ASCII. */
static const guint8 is_plain[256] = {
  [0x20] = 1,
  [0x21] = 1,
  ['#' ... '['] = 1,
  [']' ... '~'] = 1,
};

/* The high bit of a byte is set where a byte of eight is not plain. Borrows and carries go upwards,
 * so the lowest one that is set says the truth. */
static inline guint64
find_special (const guint8 *data)
{
  guint64 word;
  guint64 quote;
  guint64 backslash;

  memcpy (&word, data, sizeof word);
  word = GUINT64_FROM_LE (word);
  quote = word ^ EIGHT ('"');
  backslash = word ^ EIGHT ('\\');
  return ((word - EIGHT (0x20)) | (quote - EIGHT (1)) | (backslash - EIGHT (1)) |
          (word + EIGHT (1)) | word) &
         EIGHT (0x80);
}

/* The first byte from @position on that is not plain, or @size. */
gsize
pawl_tuf_skip_plain (const guint8 *data, gsize size, gsize position)
{
  for (; size - position >= sizeof (guint64); position += sizeof (guint64))
    {
      guint64 special = find_special (data + position);

      if (special != 0)
        return position + (gsize) (__builtin_ctzll (special) / 8);
    }
  while (position < size && is_plain[data[position]])
    position++;
  return position;
}

/* ---- values ---- */

gsize
pawl_tuf_skip_space (const guint8 *data, gsize position)
{
  while (data[position] == ' ' || data[position] == '\n' || data[position] == '\t' ||
         data[position] == '\r')
    position++;
  return position;
}

static gsize
skip_string (const guint8 *data, gsize size, gsize position)
{
  position++;
  while (TRUE)
    {
      position = pawl_tuf_skip_plain (data, size, position);
      if (data[position] == '"')
        return position + 1;
      position += data[position] == '\\' ? 2 : 1;
    }
}

/* The place behind the object or array at @start, or 0 when it is a large one. */
static gsize
skip_small (const guint8 *data, gsize size, gsize start)
{
  gsize position = start;
  guint depth = 0;

  while (position - start <= PAWL_TUF_LARGE)
    switch (data[position])
      {
      case '"':
        position = skip_string (data, size, position);
        break;
      case '{':
      case '[':
        depth++;
        position++;
        break;
      case '}':
      case ']':
        position++;
        if (--depth == 0)
          return position;
        break;
      default:
        position++;
      }
  return 0;
}

static gsize
skip_container (const guint8 *data, gsize size, GHashTable *large, gsize start)
{
  gsize end = skip_small (data, size, start);

  return end > 0 ? end : GPOINTER_TO_SIZE (g_hash_table_lookup (large, GSIZE_TO_POINTER (start)));
}

gsize
pawl_tuf_skip_value (const guint8 *data, gsize size, GHashTable *large, gsize position)
{
  switch (data[position])
    {
    case '"':
      return skip_string (data, size, position);
    case '{':
    case '[':
      return skip_container (data, size, large, position);
    default:
      while (g_ascii_isalnum (data[position]) || data[position] == '-' || data[position] == '+' ||
             data[position] == '.')
        position++;
      return position;
    }
}

/* ---- strings ---- */

static int
hex_digit (guint8 c)
{
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* Four hex digits at @data, or -1. */
int
pawl_tuf_hex_four (const guint8 *data)
{
  int value = 0;

  for (int i = 0; i < 4; i++)
    {
      int digit = hex_digit (data[i]);

      if (digit < 0)
        return -1;
      value = value << 4 | digit;
    }
  return value;
}

static gsize
append_escape (GString *out, const guint8 *data, gsize position)
{
  static const char escaped[] = "\"\\/bfnrt";
  static const char meant[] = "\"\\/\b\f\n\r\t";
  gunichar c;

  if (data[position + 1] != 'u')
    {
      g_string_append_c (out, meant[strchr (escaped, data[position + 1]) - escaped]);
      return position + 2;
    }
  c = (gunichar) pawl_tuf_hex_four (data + position + 2);
  position += 6;
  if (c >= 0xd800 && c <= 0xdbff)
    {
      c = 0x10000 + ((c - 0xd800) << 10) +
          ((gunichar) pawl_tuf_hex_four (data + position + 2) - 0xdc00);
      position += 6;
    }
  g_string_append_unichar (out, c);
  return position;
}

void
pawl_tuf_append_decoded (GString *out, const guint8 *data, gsize start, gsize end)
{
  while (start < end)
    {
      const guint8 *escape = memchr (data + start, '\\', end - start);
      gsize plain = escape != NULL ? (gsize) (escape - data) - start : end - start;

      g_string_append_len (out, (const char *) data + start, (gssize) plain);
      start += plain;
      if (start < end)
        start = append_escape (out, data, start);
    }
}

/* Compares what the names mean, not how they are written: `"a"` and `"\u0061"` are one name. UTF-8
 * sorts as code points. */
int
pawl_tuf_compare_names (const guint8 *data, PawlTufValue one, PawlTufValue two)
{
  gsize one_size = one.end - one.start;
  gsize two_size = two.end - two.start;
  int order;

  if (memchr (data + one.start, '\\', one_size) != NULL ||
      memchr (data + two.start, '\\', two_size) != NULL)
    {
      g_autoptr (GString) one_text = g_string_new (NULL);
      g_autoptr (GString) two_text = g_string_new (NULL);

      pawl_tuf_append_decoded (one_text, data, one.start, one.end);
      pawl_tuf_append_decoded (two_text, data, two.start, two.end);
      return strcmp (one_text->str, two_text->str);
    }
  order = memcmp (data + one.start, data + two.start, MIN (one_size, two_size));
  if (order != 0)
    return order;
  return one_size < two_size ? -1 : one_size > two_size;
}
