/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Called for each whole line, without its end. */
typedef void (*PawlExecLine) (const char *line, gpointer data);

/**
 * PawlExecPipe:
 * @fd: our end, or -1
 * @source: what watches it, or 0
 * @line: (owned): the beginning of a line whose end has not come yet
 * @on_line: where lines go
 * @data: for @on_line
 *
 * Lines that a child writes. A line longer than 4 KiB is cut there.
 */
typedef struct
{
  int fd;
  guint source;
  GString *line;
  PawlExecLine on_line;
  gpointer data;
} PawlExecPipe;

int pawl_exec_pipe_open (PawlExecPipe *self, PawlExecLine on_line, gpointer data, GError **error);
void pawl_exec_pipe_close (PawlExecPipe *self);

G_END_DECLS
