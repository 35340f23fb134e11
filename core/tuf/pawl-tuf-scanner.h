/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl-tuf/pawl-tuf-document.h>

G_BEGIN_DECLS

/* Bytes. Whoever looks for a role's header must not walk through all its targets; to remember each
 * target would cost more than it saves. */
#define PAWL_TUF_LARGE 4096

/* What the scanner counted; the difference between two moments says whether the bytes between are
 * canonical as they are. */
typedef struct
{
  gsize spaces;        /* white space outside strings */
  gsize escapes;       /* backslashes inside strings */
  gsize non_ascii;     /* bytes above 0x7e inside strings */
  gsize unsorted;      /* objects whose members do not ascend */
  gsize other_numbers; /* that are no integers of 64 bits */
} PawlTufCounts;

typedef struct
{
  const guint8 *data;
  gsize size;
  gsize position;
  PawlTufCounts counts;
  GHashTable *unsorted; /* (unowned): offsets of objects whose members do not ascend */
  GHashTable *large;    /* (unowned): offsets of large objects and arrays to those behind them */
  gsize error_position;
  const char *error; /* (nullable) (unowned) */
} PawlTufScanner;

gboolean pawl_tuf_scanner_run (PawlTufScanner *self, PawlTufValue *out_root);

/* On bytes that were scanned: the place behind the value, or behind white space, at @position. What
 * is in @large is not walked through again. */
gsize pawl_tuf_skip_value (const guint8 *data, gsize size, GHashTable *large, gsize position);
gsize pawl_tuf_skip_space (const guint8 *data, gsize position);
/* The first byte from @position on that is special in a string, or @size. */
gsize pawl_tuf_skip_plain (const guint8 *data, gsize size, gsize position);

gboolean pawl_tuf_parse_int (const guint8 *data, gsize size, gint64 *out_value);

/* Four hex digits, or -1. */
int pawl_tuf_hex_four (const guint8 *data);

/* Strings. @start and @end are of the text between the quotes. */
void pawl_tuf_append_decoded (GString *out, const guint8 *data, gsize start, gsize end);
int pawl_tuf_compare_names (const guint8 *data, PawlTufValue one, PawlTufValue two);

gboolean pawl_tuf_document_is_canonical (PawlTufDocument *self);
/* Whether both ATS forms of it are the same. */
gboolean pawl_tuf_document_is_ascii (PawlTufDocument *self);
gboolean pawl_tuf_document_has_only_integers (PawlTufDocument *self);
gboolean pawl_tuf_document_is_plain (PawlTufDocument *self, PawlTufValue text);
gsize pawl_tuf_document_skip_value (PawlTufDocument *self, gsize position);
gboolean pawl_tuf_document_is_unsorted (PawlTufDocument *self, gsize position);
const guint8 *pawl_tuf_document_get_data (PawlTufDocument *self);

/* The canonical form in pieces, for whoever does not want it whole. */
typedef void (*PawlTufSink) (gconstpointer data, gsize size, gpointer user_data);
void pawl_tuf_document_write_canonical (PawlTufDocument *self,
                                        PawlTufValue value,
                                        PawlTufForm form,
                                        PawlTufSink sink,
                                        gpointer user_data);

G_END_DECLS
