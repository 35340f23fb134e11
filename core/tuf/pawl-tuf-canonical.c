/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-tuf-scanner.h"

/* Canonical bytes of a value. Three forms, which differ in strings only: OLPC escapes `"` and `\`
 * and leaves everything else raw, newlines included (TUF 1.0.34, 4.1 refers to it); the ATS forms
 * escape as JSON does. All sort members by name and leave out white space; integers were scanned,
 * so they are written as they stand. */

typedef struct
{
  PawlTufDocument *document; /* (unowned) */
  const guint8 *data;        /* (unowned): of @document */
  PawlTufForm form;
  GString *out; /* (unowned) */
} Canonicalizer;

typedef struct
{
  PawlTufValue name;
  PawlTufValue value;
} Member;

static void write_value (Canonicalizer *self, PawlTufValue value);

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
  g_string_append_c (self->out, '"');
  if (self->form == PAWL_TUF_FORM_OLPC)
    for (const char *c = text; *c != '\0'; c++)
      append_olpc_char (self->out, *c);
  else
    for (const char *c = text; *c != '\0'; c = g_utf8_next_char (c))
      append_ats_char (self->out, g_utf8_get_char (c), self->form == PAWL_TUF_FORM_ATS_RAW);
  g_string_append_c (self->out, '"');
}

static gboolean
is_plain_text (const guint8 *data, PawlTufValue value)
{
  for (gsize i = value.start + 1; i < value.end - 1; i++)
    if (data[i] == '\\' || data[i] > 0x7e)
      return FALSE;
  return TRUE;
}

static void
write_string (Canonicalizer *self, PawlTufValue value)
{
  g_autofree char *text = NULL;

  if (is_plain_text (self->data, value))
    {
      g_string_append_len (self->out, (const char *) self->data + value.start,
                           (gssize) (value.end - value.start));
      return;
    }
  text = pawl_tuf_document_dup_string (self->document, value);
  write_decoded (self, text);
}

static void
write_member (Canonicalizer *self, PawlTufValue name, PawlTufValue value, gboolean *first)
{
  if (!*first)
    g_string_append_c (self->out, ',');
  *first = FALSE;
  write_string (self, name);
  g_string_append_c (self->out, ':');
  write_value (self, value);
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

static void
write_unsorted (Canonicalizer *self, PawlTufValue object)
{
  g_autoptr (GArray) members = g_array_new (FALSE, FALSE, sizeof (Member));
  gboolean first = TRUE;
  PawlTufIter iter;
  Member member;

  pawl_tuf_iter_init (&iter, self->document, object);
  while (pawl_tuf_iter_next (&iter, &member.name, &member.value))
    g_array_append_val (members, member);
  g_array_sort_with_data (members, compare_members, (gpointer) self->data);
  for (guint i = 0; i < members->len; i++)
    write_member (self, g_array_index (members, Member, i).name,
                  g_array_index (members, Member, i).value, &first);
}

static void
write_sorted (Canonicalizer *self, PawlTufValue object)
{
  gboolean first = TRUE;
  PawlTufValue value;
  PawlTufValue name;
  PawlTufIter iter;

  pawl_tuf_iter_init (&iter, self->document, object);
  while (pawl_tuf_iter_next (&iter, &name, &value))
    write_member (self, name, value, &first);
}

static void
write_array (Canonicalizer *self, PawlTufValue array)
{
  gboolean first = TRUE;
  PawlTufValue value;
  PawlTufIter iter;

  pawl_tuf_iter_init (&iter, self->document, array);
  while (pawl_tuf_iter_next (&iter, NULL, &value))
    {
      if (!first)
        g_string_append_c (self->out, ',');
      first = FALSE;
      write_value (self, value);
    }
}

static void
write_value (Canonicalizer *self, PawlTufValue value)
{
  switch (pawl_tuf_document_get_kind (self->document, value))
    {
    case '{':
      g_string_append_c (self->out, '{');
      if (pawl_tuf_document_is_unsorted (self->document, value.start))
        write_unsorted (self, value);
      else
        write_sorted (self, value);
      g_string_append_c (self->out, '}');
      break;
    case '[':
      g_string_append_c (self->out, '[');
      write_array (self, value);
      g_string_append_c (self->out, ']');
      break;
    case '"':
      write_string (self, value);
      break;
    default:
      g_string_append_len (self->out, (const char *) self->data + value.start,
                           (gssize) (value.end - value.start));
    }
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
  Canonicalizer writer = {self, pawl_tuf_document_get_data (self), form, NULL};
  g_autoptr (GString) out = NULL;

  if (pawl_tuf_document_is_canonical (self))
    return g_bytes_new_from_bytes (pawl_tuf_document_get_bytes (self), value.start,
                                   value.end - value.start);
  out = g_string_sized_new (value.end - value.start + 1);
  writer.out = out;
  write_value (&writer, value);
  return g_string_free_to_bytes (g_steal_pointer (&out));
}
