/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * PawlTone:
 *
 * What a text means, shown as a colour where colours are wanted.
 */
typedef enum
{
  PAWL_TONE_PLAIN,
  PAWL_TONE_TITLE,
  PAWL_TONE_QUIET,
  PAWL_TONE_GOOD,
  PAWL_TONE_WARNING,
  PAWL_TONE_BAD,
} PawlTone;

/* Whether colours and a moving progress bar are right for a file descriptor. */
gboolean pawl_print_is_terminal (int fd);
gboolean pawl_print_wants_colour (int fd);

/* Columns that text takes on a terminal. */
gsize pawl_print_width (const char *text);

/* Writes @text in a tone. */
char *pawl_print_tone (const char *text, PawlTone tone, gboolean colour);

/**
 * PawlTable:
 *
 * Rows whose columns line up. Cells are cleaned of what could command a terminal. The last column
 * is as long as it is; a table without rows prints nothing.
 */
typedef struct _PawlTable PawlTable;

PawlTable *pawl_table_new (const char *const *titles);
void pawl_table_free (PawlTable *self);
void pawl_table_add (PawlTable *self, PawlTone tone, const char *first, ...) G_GNUC_NULL_TERMINATED;
guint pawl_table_get_length (PawlTable *self);
char *pawl_table_to_text (PawlTable *self, gboolean colour);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PawlTable, pawl_table_free)

G_END_DECLS
