/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-exec-pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <pawl/pawl.h>
#include <unistd.h>

#define MAX_LINE 4096

static void
end_line (PawlExecPipe *self)
{
  if (!g_utf8_validate_len (self->line->str, self->line->len, NULL))
    {
      g_autofree char *valid = g_utf8_make_valid (self->line->str, (gssize) self->line->len);

      g_string_assign (self->line, valid);
    }
  self->on_line (self->line->str, self->data);
  g_string_truncate (self->line, 0);
}

static void
add (PawlExecPipe *self, const char *text, gsize size)
{
  for (gsize i = 0; i < size; i++)
    if (text[i] == '\n')
      end_line (self);
    else if (self->line->len < MAX_LINE)
      g_string_append_c (self->line, text[i]);
}

/* FALSE when nothing more will come. */
static gboolean
read_some (PawlExecPipe *self)
{
  char buffer[4096];
  gssize size = read (self->fd, buffer, sizeof buffer);

  if (size > 0)
    add (self, buffer, (gsize) size);
  return size > 0 || (size < 0 && errno == EINTR);
}

static gboolean
on_readable (int fd, GIOCondition condition, gpointer data)
{
  PawlExecPipe *self = data;

  if (read_some (self) || errno == EAGAIN)
    return G_SOURCE_CONTINUE;
  self->source = 0;
  return G_SOURCE_REMOVE;
}

/*< private >
 * pawl_exec_pipe_open:
 * @self: an empty pipe
 * @on_line: called in the main context
 * @data: for @on_line
 * @error: return location
 *
 * Returns: the child's end, which the caller closes or gives away; -1 on failure
 */
int
pawl_exec_pipe_open (PawlExecPipe *self, PawlExecLine on_line, gpointer data, GError **error)
{
  int fds[2];

  if (!g_unix_open_pipe (fds, FD_CLOEXEC, error))
    return -1;
  if (!g_unix_set_fd_nonblocking (fds[0], TRUE, error))
    {
      close (fds[0]);
      close (fds[1]);
      return -1;
    }
  self->fd = fds[0];
  self->line = g_string_new (NULL);
  self->on_line = on_line;
  self->data = data;
  self->source = g_unix_fd_add (self->fd, G_IO_IN | G_IO_HUP, on_readable, self);
  return fds[1];
}

/*< private >
 * pawl_exec_pipe_close:
 * @self: a pipe; one that was never opened is fine
 *
 * Hands out what the child has written and is not read yet, then forgets the pipe. It does not wait
 * for its end: a grandchild that outlives the child may hold the other side open for ever.
 */
void
pawl_exec_pipe_close (PawlExecPipe *self)
{
  if (self->line == NULL)
    return;
  /* Bounded, because whoever still writes could write faster than this reads. */
  for (guint i = 0; i < 64 && read_some (self); i++)
    ;
  if (self->line->len > 0)
    end_line (self);
  g_clear_handle_id (&self->source, g_source_remove);
  close (self->fd);
  g_string_free (self->line, TRUE);
  *self = (PawlExecPipe){.fd = -1};
}
