/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* How text looks on a terminal and in a pipe: the same but for colours. */

#include "pawl-print.h"

#include <string.h>
#include <unistd.h>

#include "pawl-format.h"

/* Two spaces keep columns apart when one of them is empty. */
#define GAP 2

typedef struct
{
  PawlTone tone;
  GStrv cells; /* (owned) */
} Row;

struct _PawlTable
{
  gboolean titled;
  GArray *rows; /* (owned) (element-type Row) */
};

gboolean
pawl_print_is_terminal (int fd)
{
  const char *term = g_getenv ("TERM");

  return isatty (fd) != 0 && term != NULL && *term != '\0' && !g_str_equal (term, "dumb");
}

/* no-color.org: any value that is not empty means no. */
gboolean
pawl_print_wants_colour (int fd)
{
  const char *no_color = g_getenv ("NO_COLOR");

  return (no_color == NULL || *no_color == '\0') && pawl_print_is_terminal (fd);
}

gsize
pawl_print_width (const char *text)
{
  gsize width = 0;

  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (!g_unichar_iszerowidth (c))
        width += g_unichar_iswide (c) ? 2 : 1;
    }
  return width;
}

char *
pawl_print_tone (const char *text, PawlTone tone, gboolean colour)
{
  static const char *const CODES[] = {"", "1", "2", "32", "33", "31"};

  if (!colour || tone == PAWL_TONE_PLAIN)
    return g_strdup (text);
  return g_strdup_printf ("\x1b[%sm%s\x1b[0m", CODES[tone], text);
}

static void
clear_row (gpointer data)
{
  g_strfreev (((Row *) data)->cells);
}

/* @titles may be NULL: a table that needs no heading. */
PawlTable *
pawl_table_new (const char *const *titles)
{
  PawlTable *self = g_new0 (PawlTable, 1);

  self->rows = g_array_new (FALSE, FALSE, sizeof (Row));
  g_array_set_clear_func (self->rows, clear_row);
  self->titled = titles != NULL;
  if (titles != NULL)
    {
      Row row = {PAWL_TONE_TITLE, g_strdupv ((char **) titles)};

      g_array_append_val (self->rows, row);
    }
  return self;
}

void
pawl_table_free (PawlTable *self)
{
  g_array_unref (self->rows);
  g_free (self);
}

/**
 * pawl_table_add:
 * @self: a table
 * @tone: of the whole row
 * @first: the first cell
 * @...: the other cells, then %NULL
 *
 * Adds a row.
 */
void
pawl_table_add (PawlTable *self, PawlTone tone, const char *first, ...)
{
  g_autoptr (GPtrArray) cells = g_ptr_array_new ();
  Row row = {tone, NULL};
  va_list rest;

  va_start (rest, first);
  for (const char *cell = first; cell != NULL; cell = va_arg (rest, const char *))
    g_ptr_array_add (cells, pawl_format_clean (cell));
  va_end (rest);
  g_ptr_array_add (cells, NULL);
  row.cells = (GStrv) g_ptr_array_steal (cells, NULL);
  g_array_append_val (self->rows, row);
}

guint
pawl_table_get_length (PawlTable *self)
{
  return self->rows->len - (self->titled ? 1 : 0);
}

static gsize
column_width (PawlTable *self, guint column)
{
  gsize width = 0;

  for (guint i = 0; i < self->rows->len; i++)
    {
      GStrv cells = g_array_index (self->rows, Row, i).cells;

      if (column < g_strv_length (cells))
        width = MAX (width, pawl_print_width (cells[column]));
    }
  return width;
}

/* Nothing follows the last cell that says something. */
static guint
used_cells (GStrv cells)
{
  guint n = g_strv_length (cells);

  while (n > 0 && *cells[n - 1] == '\0')
    n--;
  return n;
}

static void
append_row (PawlTable *self, GString *text, const Row *row, gboolean colour)
{
  g_autoptr (GString) line = g_string_new (NULL);
  g_autofree char *toned = NULL;
  guint n = used_cells (row->cells);

  for (guint i = 0; i < n; i++)
    {
      gsize pad = column_width (self, i) + GAP - pawl_print_width (row->cells[i]);

      g_string_append (line, row->cells[i]);
      if (i + 1 < n)
        g_string_append_printf (line, "%*s", (int) pad, "");
    }
  toned = pawl_print_tone (line->str, row->tone, colour);
  g_string_append_printf (text, "%s\n", toned);
}

/**
 * pawl_table_to_text:
 * @self: a table
 * @colour: whether tones are shown
 *
 * Returns: (transfer full): its lines; empty when there are no rows
 */
char *
pawl_table_to_text (PawlTable *self, gboolean colour)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < self->rows->len && pawl_table_get_length (self) > 0; i++)
    append_row (self, text, &g_array_index (self->rows, Row, i), colour);
  return g_string_free (text, FALSE);
}
