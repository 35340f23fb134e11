/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-tuf-scanner.h"

/* Canonical bytes of a value. Three forms, which differ in strings only: OLPC escapes `"` and `\`
 * and leaves everything else raw, newlines included (TUF 1.0.34, 4.1 refers to it); the ATS forms
 * escape as JSON does. All sort members by name and leave out white space; integers were scanned,
 * so they are written as they stand. */

/* Bytes that are collected before they go on. */
#define PIECE 16384

typedef struct
{
  PawlTufDocument *document; /* (unowned) */
  const guint8 *data;        /* (unowned): of @document */
  PawlTufForm form;
  PawlTufSink sink;
  gpointer sink_data;  /* (unowned) */
  GString *out;        /* (owned): what @sink has not got yet */
  PawlTufValue copied; /* what goes into @out as it stands, and is not there yet */
} Canonicalizer;

typedef struct
{
  PawlTufValue name;
  PawlTufValue value;
} Member;

static gsize write_value (Canonicalizer *self, gsize position);

static void
drain (Canonicalizer *self)
{
  if (self->out->len > 0)
    self->sink (self->out->str, self->out->len, self->sink_data);
  g_string_truncate (self->out, 0);
}

static void
flush (Canonicalizer *self)
{
  const guint8 *data = self->data + self->copied.start;
  gsize size = self->copied.end - self->copied.start;

  if (self->out->len + size > PIECE)
    drain (self);
  if (size > PIECE)
    self->sink (data, size, self->sink_data);
  else
    g_string_append_len (self->out, (const char *) data, (gssize) size);
  self->copied.start = self->copied.end = 0;
}

/* Most of a document is canonical already: what stands together is copied together. */
static void
copy (Canonicalizer *self, gsize start, gsize end)
{
  if (start != self->copied.end)
    {
      flush (self);
      self->copied.start = start;
    }
  self->copied.end = end;
}

static void
append_c (Canonicalizer *self, char c)
{
  flush (self);
  g_string_append_c (self->out, c);
}

static void
append_unicode_escape (GString *out, gunichar c)
{
  if (c > 0xffff)
    {
      g_string_append_printf (out, "\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10),
                              0xdc00 + ((c - 0x10000) & 0x3ff));
      return;
    }
  g_string_append_printf (out, "\\u%04x", c);
}

static void
append_ats_char (GString *out, gunichar c, gboolean raw)
{
  switch (c)
    {
    case '"':
      g_string_append (out, "\\\"");
      break;
    case '\\':
      g_string_append (out, "\\\\");
      break;
    case '\b':
      g_string_append (out, "\\b");
      break;
    case '\f':
      g_string_append (out, "\\f");
      break;
    case '\n':
      g_string_append (out, "\\n");
      break;
    case '\r':
      g_string_append (out, "\\r");
      break;
    case '\t':
      g_string_append (out, "\\t");
      break;
    default:
      if (c < 0x20 || (c > 0x7f && !raw))
        append_unicode_escape (out, c);
      else
        g_string_append_unichar (out, c);
    }
}

static void
append_olpc_char (GString *out, char c)
{
  if (c == '"' || c == '\\')
    g_string_append_c (out, '\\');
  g_string_append_c (out, c);
}

static void
write_decoded (Canonicalizer *self, const char *text)
{
  append_c (self, '"');
  if (self->form == PAWL_TUF_FORM_OLPC)
    for (const char *c = text; *c != '\0'; c++)
      append_olpc_char (self->out, *c);
  else
    for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
      append_ats_char (self->out, g_utf8_get_char (c), self->form == PAWL_TUF_FORM_ATS_RAW);
  g_string_append_c (self->out, '"');
}

/* All of these return the place behind what they wrote. */

static gsize
write_string (Canonicalizer *self, gsize position)
{
  PawlTufValue value = {position, pawl_tuf_document_skip_value (self->document, position)};
  g_autofree char *text = NULL;

  if (pawl_tuf_document_is_plain (self->document, value))
    {
      copy (self, value.start, value.end);
      return value.end;
    }
  text = pawl_tuf_document_dup_string (self->document, value);
  write_decoded (self, text);
  return value.end;
}

/* The colon, or the comma or the end, at @position, and what white space is around it. */
static gsize
write_mark (Canonicalizer *self, gsize position)
{
  position = pawl_tuf_skip_space (self->data, position);
  copy (self, position, position + 1);
  return pawl_tuf_skip_space (self->data, position + 1);
}

static int
compare_members (gconstpointer a, gconstpointer b, gpointer data)
{
  const Member *one = a;
  const Member *two = b;
  const PawlTufValue one_text = {one->name.start + 1, one->name.end - 1};
  const PawlTufValue two_text = {two->name.start + 1, two->name.end - 1};

  return pawl_tuf_compare_names (data, one_text, two_text);
}

static GArray *
collect_members (Canonicalizer *self, PawlTufValue object)
{
  GArray *members = g_array_new (FALSE, FALSE, sizeof (Member));
  PawlTufIter iter;
  Member member;

  pawl_tuf_iter_init (&iter, self->document, object);
  while (pawl_tuf_iter_next (&iter, &member.name, &member.value))
    g_array_append_val (members, member);
  g_array_sort_with_data (members, compare_members, (gpointer) self->data);
  return members;
}

static gsize
write_unsorted (Canonicalizer *self, gsize position)
{
  PawlTufValue object = {position, pawl_tuf_document_skip_value (self->document, position)};
  g_autoptr (GArray) members = collect_members (self, object);

  for (guint i = 0; i < members->len; i++)
    {
      const Member *member = &g_array_index (members, Member, i);

      append_c (self, i == 0 ? '{' : ',');
      write_string (self, member->name.start);
      append_c (self, ':');
      write_value (self, member->value.start);
    }
  append_c (self, '}');
  return object.end;
}

static gsize
write_sorted (Canonicalizer *self, gsize position)
{
  position = write_mark (self, position);
  while (self->data[position] != '}')
    {
      position = write_mark (self, write_string (self, position));
      position = pawl_tuf_skip_space (self->data, write_value (self, position));
      if (self->data[position] == ',')
        position = write_mark (self, position);
    }
  copy (self, position, position + 1);
  return position + 1;
}

static gsize
write_array (Canonicalizer *self, gsize position)
{
  position = write_mark (self, position);
  while (self->data[position] != ']')
    {
      position = pawl_tuf_skip_space (self->data, write_value (self, position));
      if (self->data[position] == ',')
        position = write_mark (self, position);
    }
  copy (self, position, position + 1);
  return position + 1;
}

static gsize
write_value (Canonicalizer *self, gsize position)
{
  gsize end;

  switch (self->data[position])
    {
    case '{':
      if (pawl_tuf_document_is_unsorted (self->document, position))
        return write_unsorted (self, position);
      return write_sorted (self, position);
    case '[':
      return write_array (self, position);
    case '"':
      return write_string (self, position);
    default:
      end = pawl_tuf_document_skip_value (self->document, position);
      copy (self, position, end);
      return end;
    }
}

void
pawl_tuf_document_write_canonical (PawlTufDocument *self,
                                   PawlTufValue value,
                                   PawlTufForm form,
                                   PawlTufSink sink,
                                   gpointer user_data)
{
  const guint8 *data = pawl_tuf_document_get_data (self);
  Canonicalizer writer = {
    .document = self, .data = data, .form = form, .sink = sink, .sink_data = user_data};

  if (pawl_tuf_document_is_canonical (self))
    {
      sink (data + value.start, value.end - value.start, user_data);
      return;
    }
  writer.out = g_string_sized_new (PIECE);
  if (pawl_tuf_value_exists (value))
    write_value (&writer, value.start);
  flush (&writer);
  drain (&writer);
  g_string_free (writer.out, TRUE);
}

static void
append (gconstpointer data, gsize size, gpointer out)
{
  g_string_append_len (out, data, (gssize) size);
}

/**
 * pawl_tuf_document_canonicalize:
 * @self: a document
 * @value: a value of it
 * @form: the form
 *
 * Writes @value as it is signed and hashed. A document that is canonical as it stands is not
 * copied.
 *
 * Returns: (transfer full): the canonical bytes
 *
 * Since: 1.0
 */
GBytes *
pawl_tuf_document_canonicalize (PawlTufDocument *self, PawlTufValue value, PawlTufForm form)
{
  GString *out;

  if (pawl_tuf_document_is_canonical (self))
    return g_bytes_new_from_bytes (pawl_tuf_document_get_bytes (self), value.start,
                                   value.end - value.start);
  /* Escapes may make it longer. */
  out = g_string_sized_new (value.end - value.start + 1);
  pawl_tuf_document_write_canonical (self, value, form, append, out);
  return g_string_free_to_bytes (out);
}
