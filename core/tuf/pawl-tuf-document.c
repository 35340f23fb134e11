/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-tuf-scanner.h"

#include <pawl-tuf/pawl-tuf-error.h>

#include <string.h>

struct _PawlTufDocument
{
  GObject parent_instance;

  GBytes *bytes;        /* (owned) */
  const guint8 *data;   /* (unowned): of @bytes */
  gsize size;           /* of @bytes */
  GHashTable *unsorted; /* (owned): offsets of objects whose members do not ascend */
  GHashTable *large;    /* (owned): offsets of large objects and arrays to those behind them */
  PawlTufValue root;
  PawlTufCounts counts; /* of the whole document */
};

G_DEFINE_FINAL_TYPE (PawlTufDocument, pawl_tuf_document, G_TYPE_OBJECT)

static void
pawl_tuf_document_finalize (GObject *object)
{
  PawlTufDocument *self = PAWL_TUF_DOCUMENT (object);

  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->unsorted, g_hash_table_unref);
  g_clear_pointer (&self->large, g_hash_table_unref);
  G_OBJECT_CLASS (pawl_tuf_document_parent_class)->finalize (object);
}

static void
pawl_tuf_document_class_init (PawlTufDocumentClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pawl_tuf_document_finalize;
}

static void
pawl_tuf_document_init (PawlTufDocument *self)
{
  self->unsorted = g_hash_table_new (NULL, NULL);
  self->large = g_hash_table_new (NULL, NULL);
}

/**
 * pawl_tuf_document_new:
 * @bytes: the document; kept, not copied
 * @error: return location
 *
 * Scans @bytes. What was scanned is well-formed; it is not trusted.
 *
 * Errors: %PAWL_TUF_ERROR_INVALID_METADATA, naming the byte.
 *
 * Returns: (transfer full): the document
 *
 * Since: 1.0
 */
PawlTufDocument *
pawl_tuf_document_new (GBytes *bytes, GError **error)
{
  g_autoptr (PawlTufDocument) self = g_object_new (PAWL_TUF_TYPE_DOCUMENT, NULL);
  PawlTufScanner scanner = {.unsorted = self->unsorted, .large = self->large};

  self->bytes = g_bytes_ref (bytes);
  scanner.data = self->data = g_bytes_get_data (bytes, &self->size);
  scanner.size = self->size;
  if (!pawl_tuf_scanner_run (&scanner, &self->root))
    {
      g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_INVALID_METADATA,
                   "byte %" G_GSIZE_FORMAT ": %s", scanner.error_position, scanner.error);
      return NULL;
    }
  if (self->data[self->root.start] != '{')
    {
      g_set_error_literal (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_INVALID_METADATA,
                           "wanted an object");
      return NULL;
    }
  self->counts = scanner.counts;
  return g_steal_pointer (&self);
}

/**
 * pawl_tuf_document_get_bytes:
 * @self: a document
 *
 * Returns: (transfer none): the bytes it was made of
 *
 * Since: 1.0
 */
GBytes *
pawl_tuf_document_get_bytes (PawlTufDocument *self)
{
  return self->bytes;
}

const guint8 *
pawl_tuf_document_get_data (PawlTufDocument *self)
{
  return self->data;
}

gboolean
pawl_tuf_document_is_unsorted (PawlTufDocument *self, gsize position)
{
  return self->counts.unsorted > 0 &&
         g_hash_table_contains (self->unsorted, GSIZE_TO_POINTER (position));
}

/* Whether every byte of the document is as the canonical forms write it, so that none has to be
 * written again. */
gboolean
pawl_tuf_document_is_canonical (PawlTufDocument *self)
{
  return self->counts.spaces == 0 && self->counts.escapes == 0 && self->counts.non_ascii == 0 &&
         self->counts.unsorted == 0;
}

/* Whether that string of it is written the same in every canonical form. */
gboolean
pawl_tuf_document_is_plain (PawlTufDocument *self, PawlTufValue text)
{
  return pawl_tuf_document_is_ascii (self) ||
         pawl_tuf_skip_plain (self->data, text.end, text.start + 1) == text.end - 1;
}

gboolean
pawl_tuf_document_is_ascii (PawlTufDocument *self)
{
  return self->counts.escapes == 0 && self->counts.non_ascii == 0;
}

gboolean
pawl_tuf_document_has_only_integers (PawlTufDocument *self)
{
  return self->counts.other_numbers == 0;
}

/**
 * pawl_tuf_document_get_root:
 * @self: a document
 *
 * Returns: its object
 *
 * Since: 1.0
 */
PawlTufValue
pawl_tuf_document_get_root (PawlTufDocument *self)
{
  return self->root;
}

/**
 * pawl_tuf_value_exists:
 * @value: a value
 *
 * Returns: whether there is such a value
 *
 * Since: 1.0
 */
gboolean
pawl_tuf_value_exists (PawlTufValue value)
{
  return value.end > value.start;
}

/**
 * pawl_tuf_document_get_kind:
 * @self: a document
 * @value: a value of it
 *
 * Returns: `{`, `[`, `"`, `0` for a number, `t` or `f` for a boolean, `n` for null, and 0 for a
 * value that does not exist
 *
 * Since: 1.0
 */
char
pawl_tuf_document_get_kind (PawlTufDocument *self, PawlTufValue value)
{
  char first;

  if (!pawl_tuf_value_exists (value))
    return 0;
  first = (char) self->data[value.start];
  return first == '-' || g_ascii_isdigit (first) ? '0' : first;
}

/**
 * pawl_tuf_iter_init:
 * @iter: (out): an iterator
 * @document: a document
 * @container: an object or array of it; anything else has no members
 *
 * Since: 1.0
 */
void
pawl_tuf_iter_init (PawlTufIter *iter, PawlTufDocument *document, PawlTufValue container)
{
  char kind = pawl_tuf_document_get_kind (document, container);

  iter->document = document;
  iter->object = kind == '{';
  iter->end = kind == '{' || kind == '[' ? container.end - 1 : 0;
  iter->position = iter->end > 0 ? pawl_tuf_skip_space (document->data, container.start + 1) : 0;
}

gsize
pawl_tuf_document_skip_value (PawlTufDocument *self, gsize position)
{
  return pawl_tuf_skip_value (self->data, self->size, self->large, position);
}

/**
 * pawl_tuf_iter_next:
 * @iter: an iterator
 * @out_name: (out) (optional): a member's name, a string; does not exist in an array
 * @out_value: (out): the member or element
 *
 * Returns: %FALSE behind the last one
 *
 * Since: 1.0
 */
gboolean
pawl_tuf_iter_next (PawlTufIter *iter, PawlTufValue *out_name, PawlTufValue *out_value)
{
  const guint8 *data = iter->document->data;
  PawlTufValue name = {0, 0};
  gsize position = iter->position;

  if (position >= iter->end)
    return FALSE;
  if (iter->object)
    {
      name.start = position;
      name.end = pawl_tuf_document_skip_value (iter->document, position);
      position = pawl_tuf_skip_space (data, name.end);
      position = pawl_tuf_skip_space (data, position + 1);
    }
  out_value->start = position;
  out_value->end = pawl_tuf_document_skip_value (iter->document, position);
  position = pawl_tuf_skip_space (data, out_value->end);
  if (data[position] == ',')
    position = pawl_tuf_skip_space (data, position + 1);
  iter->position = position;
  if (out_name != NULL)
    *out_name = name;
  return TRUE;
}

/**
 * pawl_tuf_document_get_member:
 * @self: a document
 * @object: an object of it
 * @name: a member's name
 *
 * Walks over @object until it finds the member: cheap for a role's header, and one pass over the
 * bytes for one target of many.
 *
 * Returns: the member, or a value that does not exist
 *
 * Since: 1.0
 */
PawlTufValue
pawl_tuf_document_get_member (PawlTufDocument *self, PawlTufValue object, const char *name)
{
  const PawlTufValue none = {0, 0};
  PawlTufIter iter;
  PawlTufValue found;
  PawlTufValue value;

  pawl_tuf_iter_init (&iter, self, object);
  if (!iter.object)
    return none;
  while (pawl_tuf_iter_next (&iter, &found, &value))
    if (pawl_tuf_document_is_string (self, found, name))
      return value;
  return none;
}

/**
 * pawl_tuf_document_dup_string:
 * @self: a document
 * @value: a value of it
 *
 * Returns: (transfer full) (nullable): the string, with its escapes resolved; %NULL when @value is
 * no string
 *
 * Since: 1.0
 */
char *
pawl_tuf_document_dup_string (PawlTufDocument *self, PawlTufValue value)
{
  g_autoptr (GString) text = NULL;

  if (pawl_tuf_document_get_kind (self, value) != '"')
    return NULL;
  text = g_string_sized_new (value.end - value.start);
  pawl_tuf_append_decoded (text, self->data, value.start + 1, value.end - 1);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/**
 * pawl_tuf_document_is_string:
 * @self: a document
 * @value: a value of it
 * @text: a text
 *
 * Returns: whether @value is the string @text, however it is written
 *
 * Since: 1.0
 */
gboolean
pawl_tuf_document_is_string (PawlTufDocument *self, PawlTufValue value, const char *text)
{
  gsize size;
  g_autofree char *decoded = NULL;

  if (pawl_tuf_document_get_kind (self, value) != '"')
    return FALSE;
  size = value.end - value.start - 2;
  if (self->counts.escapes == 0 || memchr (self->data + value.start + 1, '\\', size) == NULL)
    return strlen (text) == size && memcmp (self->data + value.start + 1, text, size) == 0;
  decoded = pawl_tuf_document_dup_string (self, value);
  return g_str_equal (decoded, text);
}

/**
 * pawl_tuf_document_get_int:
 * @self: a document
 * @value: a value of it
 * @out_value: (out): return location
 *
 * Returns: whether @value is an integer of 64 bits with a sign
 *
 * Since: 1.0
 */
gboolean
pawl_tuf_document_get_int (PawlTufDocument *self, PawlTufValue value, gint64 *out_value)
{
  if (pawl_tuf_document_get_kind (self, value) != '0')
    return FALSE;
  return pawl_tuf_parse_int (self->data + value.start, value.end - value.start, out_value);
}

/**
 * pawl_tuf_document_get_boolean:
 * @self: a document
 * @value: a value of it
 * @out_value: (out): return location
 *
 * Returns: whether @value is a boolean
 *
 * Since: 1.0
 */
gboolean
pawl_tuf_document_get_boolean (PawlTufDocument *self, PawlTufValue value, gboolean *out_value)
{
  char kind = pawl_tuf_document_get_kind (self, value);

  if (kind != 't' && kind != 'f')
    return FALSE;
  *out_value = kind == 't';
  return TRUE;
}
