/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <gio/gio.h>
#include <pawl-tuf/pawl-tuf-macros.h>

G_BEGIN_DECLS

/**
 * PawlTufForm:
 * @PAWL_TUF_FORM_OLPC: OLPC canonical JSON, of TUF 1.0: only `"` and `\` are escaped
 * @PAWL_TUF_FORM_ATS: the compact writer of the ATS dialect: JSON's escapes, everything beyond
 * ASCII as `\uXXXX`
 * @PAWL_TUF_FORM_ATS_RAW: the same, with what is beyond ASCII left as UTF-8
 *
 * A canonical form: the bytes that are signed.
 *
 * Since: 1.0
 */
typedef enum
{
  PAWL_TUF_FORM_OLPC,
  PAWL_TUF_FORM_ATS,
  PAWL_TUF_FORM_ATS_RAW,
} PawlTufForm;

/**
 * PawlTufValue:
 * @start: offset of its first byte; 0 of a value that does not exist
 * @end: offset behind its last byte
 *
 * Where a value stands in its document. It is no copy and owns nothing; it is good as long as the
 * document is.
 *
 * Since: 1.0
 */
typedef struct
{
  gsize start;
  gsize end;
} PawlTufValue;

/**
 * PawlTufDocument:
 *
 * A document from outside, scanned strictly and once: UTF-8, no member twice, a bounded
 * depth, nothing behind it. No tree is made of it: a value is a place in
 * the bytes, and is found by walking over them, so a file with 100,000 targets costs its own size.
 *
 * Since: 1.0
 */
#define PAWL_TUF_TYPE_DOCUMENT (pawl_tuf_document_get_type ())
PAWL_TUF_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (PawlTufDocument, pawl_tuf_document, PAWL_TUF, DOCUMENT, GObject)

#define PAWL_TUF_DOCUMENT_MAX_DEPTH 32

PAWL_TUF_AVAILABLE_IN_ALL
PawlTufDocument *pawl_tuf_document_new (GBytes *bytes, GError **error);
PAWL_TUF_AVAILABLE_IN_ALL
GBytes *pawl_tuf_document_get_bytes (PawlTufDocument *self);
PAWL_TUF_AVAILABLE_IN_ALL
PawlTufValue pawl_tuf_document_get_root (PawlTufDocument *self);

/* Looking around. Every getter answers FALSE, or a value that does not exist, when the type is
 * another. */
PAWL_TUF_AVAILABLE_IN_ALL
gboolean pawl_tuf_value_exists (PawlTufValue value);
PAWL_TUF_AVAILABLE_IN_ALL
char pawl_tuf_document_get_kind (PawlTufDocument *self, PawlTufValue value);
PAWL_TUF_AVAILABLE_IN_ALL
PawlTufValue
pawl_tuf_document_get_member (PawlTufDocument *self, PawlTufValue object, const char *name);
PAWL_TUF_AVAILABLE_IN_ALL
char *pawl_tuf_document_dup_string (PawlTufDocument *self, PawlTufValue value);
PAWL_TUF_AVAILABLE_IN_ALL
gboolean pawl_tuf_document_is_string (PawlTufDocument *self, PawlTufValue value, const char *text);
PAWL_TUF_AVAILABLE_IN_ALL
gboolean pawl_tuf_document_get_int (PawlTufDocument *self, PawlTufValue value, gint64 *out_value);
PAWL_TUF_AVAILABLE_IN_ALL
gboolean
pawl_tuf_document_get_boolean (PawlTufDocument *self, PawlTufValue value, gboolean *out_value);

/**
 * PawlTufIter:
 *
 * Walks over the members of an object or the elements of an array, in the order of the document.
 *
 * Since: 1.0
 */
typedef struct
{
  PawlTufDocument *document;
  gsize position;
  gsize end;
  gboolean object;
} PawlTufIter;

PAWL_TUF_AVAILABLE_IN_ALL
void pawl_tuf_iter_init (PawlTufIter *iter, PawlTufDocument *document, PawlTufValue container);
PAWL_TUF_AVAILABLE_IN_ALL
gboolean pawl_tuf_iter_next (PawlTufIter *iter, PawlTufValue *out_name, PawlTufValue *out_value);

/* Canonical bytes. */
PAWL_TUF_AVAILABLE_IN_ALL
GBytes *
pawl_tuf_document_canonicalize (PawlTufDocument *self, PawlTufValue value, PawlTufForm form);

/* As a GVariant, for what applications get: objects become a{sv}, arrays av or as. */
PAWL_TUF_AVAILABLE_IN_ALL
GVariant *pawl_tuf_document_to_variant (PawlTufDocument *self, PawlTufValue value);

G_END_DECLS
