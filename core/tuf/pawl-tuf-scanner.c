/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-tuf-scanner.h"

#include <string.h>

/* The only parser of bytes whose signatures nobody has checked yet. One pass, no recursion deeper
 * than the depth cap, no memory but a few words for each open object. JSON as RFC 8259 has it, less
 * what has no place in signed metadata: a member twice, lone surrogates, NUL, a depth above the
 * cap, anything behind the document. */

#define MAX_DEPTH PAWL_TUF_DOCUMENT_MAX_DEPTH

/* Bytes that a string scan passes over without looking: everything but `"`, `\`, control characters
 * and beyond ASCII. */
static const guint8 is_plain[256] = {
  [0x20] = 1,
  [0x21] = 1,
  ['#' ... '['] = 1,
  [']' ... '~'] = 1,
};

static gboolean scan_value (PawlTufScanner *self, guint depth);

static gboolean
fail (PawlTufScanner *self, const char *what)
{
  if (self->error == NULL)
    {
      self->error = what;
      self->error_position = self->position;
    }
  return FALSE;
}

static inline int
peek (PawlTufScanner *self)
{
  return self->position < self->size ? self->data[self->position] : -1;
}

static inline void
skip_space (PawlTufScanner *self)
{
  gsize position = self->position;

  while (position < self->size && (self->data[position] == ' ' || self->data[position] == '\n' ||
                                   self->data[position] == '\t' || self->data[position] == '\r'))
    position++;
  self->counts.spaces += position - self->position;
  self->position = position;
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
static int
hex_four (const guint8 *data)
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

static gboolean
scan_unicode_escape (PawlTufScanner *self)
{
  int unit;

  if (self->size - self->position < 6 || (unit = hex_four (self->data + self->position + 2)) < 0)
    return fail (self, "bad \\u escape");
  if (unit == 0)
    return fail (self, "NUL in a string");
  self->position += 6;
  if (unit >= 0xdc00 && unit <= 0xdfff)
    return fail (self, "lone surrogate");
  if (unit < 0xd800 || unit > 0xdbff)
    return TRUE;
  if (self->size - self->position < 6 || self->data[self->position] != '\\' ||
      self->data[self->position + 1] != 'u')
    return fail (self, "lone surrogate");
  unit = hex_four (self->data + self->position + 2);
  if (unit < 0xdc00 || unit > 0xdfff)
    return fail (self, "lone surrogate");
  self->position += 6;
  return TRUE;
}

static gboolean
scan_escape (PawlTufScanner *self)
{
  int next = self->position + 1 < self->size ? self->data[self->position + 1] : -1;

  self->counts.escapes++;
  if (next == 'u')
    return scan_unicode_escape (self);
  if (next < 0 || strchr ("\"\\/bfnrt", next) == NULL || next == 0)
    return fail (self, "bad escape");
  self->position += 2;
  return TRUE;
}

/* The whole text was checked to be UTF-8 before, so bytes beyond ASCII need no look here. */
static gboolean
scan_string (PawlTufScanner *self, PawlTufValue *out_text)
{
  const guint8 *data = self->data;

  if (peek (self) != '"')
    return fail (self, "wanted a string");
  self->position++;
  if (out_text != NULL)
    out_text->start = self->position;
  while (TRUE)
    {
      gsize position = self->position;
      int c;

      while (position < self->size && is_plain[data[position]])
        position++;
      self->position = position;
      c = peek (self);
      if (c == '"')
        break;
      if (c < 0)
        return fail (self, "string without an end");
      if (c == '\\')
        {
          if (!scan_escape (self))
            return FALSE;
        }
      else if (c < 0x20)
        return fail (self, "control character in a string");
      else
        {
          self->counts.non_ascii++;
          self->position++;
        }
    }
  if (out_text != NULL)
    out_text->end = self->position;
  self->position++;
  return TRUE;
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
  c = (gunichar) hex_four (data + position + 2);
  position += 6;
  if (c >= 0xd800 && c <= 0xdbff)
    {
      c = 0x10000 + ((c - 0xd800) << 10) + ((gunichar) hex_four (data + position + 2) - 0xdc00);
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

/* ---- numbers and words ---- */

/*< private >
 * pawl_tuf_parse_int:
 * @data: digits, maybe after a minus
 * @size: how many bytes
 * @out_value: (out): return location
 *
 * Returns: %TRUE if they are an integer of 64 bits with a sign
 */
gboolean
pawl_tuf_parse_int (const guint8 *data, gsize size, gint64 *out_value)
{
  char text[24];

  if (size >= sizeof text)
    return FALSE;
  memcpy (text, data, size);
  text[size] = '\0';
  return g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, out_value, NULL);
}

static gsize
skip_digits (PawlTufScanner *self)
{
  gsize start = self->position;

  while (g_ascii_isdigit (peek (self)))
    self->position++;
  return self->position - start;
}

/* RFC 8259, 6: a fraction and an exponent may follow. */
static gboolean
scan_rest (PawlTufScanner *self)
{
  if (peek (self) == '.')
    {
      self->position++;
      if (skip_digits (self) == 0)
        return fail (self, "wanted a digit");
    }
  if (peek (self) == 'e' || peek (self) == 'E')
    {
      self->position++;
      if (peek (self) == '+' || peek (self) == '-')
        self->position++;
      if (skip_digits (self) == 0)
        return fail (self, "wanted a digit");
    }
  return TRUE;
}

/* The TUF dialect has integers only, and ours have 64 bits; the ATS dialect lets applications write
 * any number into what is theirs. They are counted here and judged by dialect. */
static gboolean
scan_number (PawlTufScanner *self)
{
  gsize start = self->position;
  gboolean negative = peek (self) == '-';
  gsize digits;
  gsize end;
  gint64 value;

  if (negative)
    self->position++;
  digits = skip_digits (self);
  if (digits == 0)
    return fail (self, "wanted a value");
  if (self->data[start + negative] == '0' && (digits > 1 || negative))
    return fail (self, "number with a leading zero");
  end = self->position;
  if (!scan_rest (self))
    return FALSE;
  if (self->position > end || !pawl_tuf_parse_int (self->data + start, end - start, &value))
    self->counts.other_numbers++;
  return TRUE;
}

static gboolean
scan_word (PawlTufScanner *self, const char *word)
{
  gsize length = strlen (word);

  if (self->size - self->position < length ||
      memcmp (self->data + self->position, word, length) != 0)
    return fail (self, "wanted a value");
  self->position += length;
  return TRUE;
}

/* ---- containers ---- */

static int
compare_in_array (gconstpointer a, gconstpointer b, gpointer data)
{
  return pawl_tuf_compare_names (data, *(const PawlTufValue *) a, *(const PawlTufValue *) b);
}

/* Members that ascend cannot repeat. Only where they do not, the names are collected and sorted to
 * look. */
static gboolean
check_unsorted (PawlTufScanner *self, gsize object)
{
  g_autoptr (GArray) names = g_array_new (FALSE, FALSE, sizeof (PawlTufValue));
  gsize position = pawl_tuf_skip_space (self->data, object + 1);

  while (self->data[position] == '"')
    {
      gsize end = pawl_tuf_skip_value (self->data, position);
      PawlTufValue name = {position + 1, end - 1};

      g_array_append_val (names, name);
      position = pawl_tuf_skip_space (self->data, pawl_tuf_skip_space (self->data, end) + 1);
      position = pawl_tuf_skip_space (self->data, pawl_tuf_skip_value (self->data, position));
      if (self->data[position] == ',')
        position = pawl_tuf_skip_space (self->data, position + 1);
    }
  g_array_sort_with_data (names, compare_in_array, (gpointer) self->data);
  for (guint i = 1; i < names->len; i++)
    if (compare_in_array (&g_array_index (names, PawlTufValue, i - 1),
                          &g_array_index (names, PawlTufValue, i), (gpointer) self->data) == 0)
      {
        self->position = g_array_index (names, PawlTufValue, i).start;
        return fail (self, "a member twice");
      }
  self->counts.unsorted++;
  g_hash_table_add (self->unsorted, GSIZE_TO_POINTER (object));
  return TRUE;
}

static gboolean
scan_member (PawlTufScanner *self, PawlTufValue *previous, gboolean *ascending, guint depth)
{
  PawlTufValue name;

  if (!scan_string (self, &name))
    return FALSE;
  if (previous->start != 0 && pawl_tuf_compare_names (self->data, *previous, name) >= 0)
    *ascending = FALSE;
  *previous = name;
  skip_space (self);
  if (peek (self) != ':')
    return fail (self, "wanted a colon");
  self->position++;
  skip_space (self);
  return scan_value (self, depth);
}

/* Behind an element: TRUE with *out_more set, or an error. */
static gboolean
scan_separator (PawlTufScanner *self, char closing, gboolean *out_more)
{
  int c;

  skip_space (self);
  c = peek (self);
  if (c != ',' && c != closing)
    return fail (self, c < 0 ? "the document ends too early" : "wanted a comma or the end");
  self->position++;
  *out_more = c == ',';
  skip_space (self);
  return TRUE;
}

static gboolean
scan_object (PawlTufScanner *self, guint depth)
{
  gsize start = self->position++;
  PawlTufValue previous = {0, 0};
  gboolean ascending = TRUE;
  gboolean more = TRUE;

  skip_space (self);
  if (peek (self) == '}')
    {
      self->position++;
      return TRUE;
    }
  while (more)
    if (!scan_member (self, &previous, &ascending, depth) || !scan_separator (self, '}', &more))
      return FALSE;
  if (!ascending)
    {
      gsize end = self->position;

      if (!check_unsorted (self, start))
        return FALSE;
      self->position = end;
      return TRUE;
    }
  /* skip_space() after the closing brace looked beyond the object, where only white space is. */
  return TRUE;
}

static gboolean
scan_array (PawlTufScanner *self, guint depth)
{
  gboolean more = TRUE;

  self->position++;
  skip_space (self);
  if (peek (self) == ']')
    {
      self->position++;
      return TRUE;
    }
  while (more)
    if (!scan_value (self, depth) || !scan_separator (self, ']', &more))
      return FALSE;
  return TRUE;
}

static gboolean
scan_value (PawlTufScanner *self, guint depth)
{
  if (depth >= MAX_DEPTH)
    return fail (self, "nested too deeply");
  switch (peek (self))
    {
    case '{':
      return scan_object (self, depth + 1);
    case '[':
      return scan_array (self, depth + 1);
    case '"':
      return scan_string (self, NULL);
    case 't':
      return scan_word (self, "true");
    case 'f':
      return scan_word (self, "false");
    case 'n':
      return scan_word (self, "null");
    default:
      return scan_number (self);
    }
}

gboolean
pawl_tuf_scanner_run (PawlTufScanner *self, PawlTufValue *out_root)
{
  const char *bad = NULL;

  if (!g_utf8_validate_len ((const char *) self->data, self->size, &bad))
    {
      self->position = (gsize) ((const guint8 *) bad - self->data);
      return fail (self, "not UTF-8, or a NUL byte");
    }
  skip_space (self);
  out_root->start = self->position;
  if (!scan_value (self, 0))
    return FALSE;
  out_root->end = self->position;
  while (out_root->end > out_root->start &&
         strchr (" \n\t\r", self->data[out_root->end - 1]) != NULL)
    out_root->end--;
  skip_space (self);
  if (self->position != self->size)
    return fail (self, "something behind the document");
  /* A newline at the end of the file is no part of what is signed. */
  self->counts.spaces -= out_root->start + (self->size - out_root->end);
  return TRUE;
}

/* ---- walking over what was scanned: no checks any more ---- */

gsize
pawl_tuf_skip_space (const guint8 *data, gsize position)
{
  while (data[position] == ' ' || data[position] == '\n' || data[position] == '\t' ||
         data[position] == '\r')
    position++;
  return position;
}

static gsize
skip_string (const guint8 *data, gsize position)
{
  position++;
  while (TRUE)
    {
      while (is_plain[data[position]])
        position++;
      if (data[position] == '"')
        return position + 1;
      position += data[position] == '\\' ? 2 : 1;
    }
}

static gsize
skip_container (const guint8 *data, gsize position)
{
  guint depth = 0;

  while (TRUE)
    switch (data[position])
      {
      case '"':
        position = skip_string (data, position);
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
}

gsize
pawl_tuf_skip_value (const guint8 *data, gsize position)
{
  switch (data[position])
    {
    case '"':
      return skip_string (data, position);
    case '{':
    case '[':
      return skip_container (data, position);
    default:
      while (g_ascii_isalnum (data[position]) || data[position] == '-' || data[position] == '+' ||
             data[position] == '.')
        position++;
      return position;
    }
}
