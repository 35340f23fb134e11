/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-tuf-scanner.h"

#include <string.h>

/* The only parser of bytes whose signatures nobody has checked yet. One pass, no recursion deeper
 * than the depth cap, no memory but a few words for each open object. JSON as RFC 8259 has it, less
 * what has no place in signed metadata: a member twice, lone surrogates, NUL, a depth above the
 * cap, anything behind the document. */

#define MAX_DEPTH PAWL_TUF_DOCUMENT_MAX_DEPTH

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

static gboolean
scan_unicode_escape (PawlTufScanner *self)
{
  int unit;

  if (self->size - self->position < 6 ||
      (unit = pawl_tuf_hex_four (self->data + self->position + 2)) < 0)
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
  unit = pawl_tuf_hex_four (self->data + self->position + 2);
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

/* A character beyond what is plain. */
static gboolean
scan_rare (PawlTufScanner *self)
{
  const char *text = (const char *) self->data + self->position;
  gunichar c = g_utf8_get_char_validated (text, (gssize) (self->size - self->position));

  if (c == (gunichar) -1 || c == (gunichar) -2)
    return fail (self, "not UTF-8");
  self->counts.non_ascii++;
  self->position += (gsize) g_unichar_to_utf8 (c, NULL);
  return TRUE;
}

static gboolean
scan_string (PawlTufScanner *self, PawlTufValue *out_text)
{
  if (peek (self) != '"')
    return fail (self, "wanted a string");
  self->position++;
  if (out_text != NULL)
    out_text->start = self->position;
  while (TRUE)
    {
      int c;

      self->position = pawl_tuf_skip_plain (self->data, self->size, self->position);
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
      else if (!scan_rare (self))
        return FALSE;
    }
  if (out_text != NULL)
    out_text->end = self->position;
  self->position++;
  return TRUE;
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

static gsize
skip_value (PawlTufScanner *self, gsize position)
{
  return pawl_tuf_skip_value (self->data, self->size, self->large, position);
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
      gsize end = skip_value (self, position);
      PawlTufValue name = {position + 1, end - 1};

      g_array_append_val (names, name);
      position = pawl_tuf_skip_space (self->data, pawl_tuf_skip_space (self->data, end) + 1);
      position = pawl_tuf_skip_space (self->data, skip_value (self, position));
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
  if (*out_more)
    skip_space (self);
  return TRUE;
}

static void
remember_large (PawlTufScanner *self, gsize start)
{
  if (self->position - start > PAWL_TUF_LARGE)
    g_hash_table_insert (self->large, GSIZE_TO_POINTER (start), GSIZE_TO_POINTER (self->position));
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
  remember_large (self, start);
  return ascending || check_unsorted (self, start);
}

static gboolean
scan_array (PawlTufScanner *self, guint depth)
{
  gsize start = self->position++;
  gboolean more = TRUE;

  skip_space (self);
  if (peek (self) == ']')
    {
      self->position++;
      return TRUE;
    }
  while (more)
    if (!scan_value (self, depth) || !scan_separator (self, ']', &more))
      return FALSE;
  remember_large (self, start);
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
  gsize around;

  skip_space (self);
  out_root->start = self->position;
  if (!scan_value (self, 0))
    return FALSE;
  out_root->end = self->position;
  skip_space (self);
  if (self->position != self->size)
    return fail (self, "something behind the document");
  /* A newline at the end of the file is no part of what is signed. */
  around = out_root->start + (self->size - out_root->end);
  self->counts.spaces -= around;
  return TRUE;
}
