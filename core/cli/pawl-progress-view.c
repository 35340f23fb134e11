/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-progress-view.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "pawl-show.h"

/* A bar of fewer shows nothing. */
#define MIN_BAR_COLUMNS 4
#define MAX_BAR_COLUMNS 20
#define DEFAULT_COLUMNS 80

struct _PawlProgressView
{
  PawlCli *cli; /* (unowned): outlives the view */
  gulong progress_id;
  gulong state_id;
  char *state;    /* (owned): what was shown last */
  char *step;     /* (owned) (nullable): phase and target that were shown last */
  int tenth;      /* that was shown last */
  gboolean drawn; /* whether a bar stands in the terminal's line */
};

static gsize
terminal_columns (void)
{
  struct winsize size = {0};

  if (ioctl (STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
    return DEFAULT_COLUMNS;
  return size.ws_col;
}

static double
get_percent (GVariant *progress)
{
  double percent = -1;

  g_variant_lookup (progress, "percent", "d", &percent);
  return percent;
}

static void
truncate_columns (GString *text, gsize columns)
{
  while (text->len > 0 && pawl_print_width (text->str) > columns)
    g_string_truncate (text, (gsize) (g_utf8_find_prev_char (text->str, text->str + text->len) -
                                      text->str));
}

/* As wide as @columns allow; the numbers matter more. */
static void
append_bar (GString *text, double percent, gsize columns)
{
  static const char around[] = "[] ";
  const gsize room = columns > strlen (around) ? columns - strlen (around) : 0;
  const guint bar = (guint) MIN (room, MAX_BAR_COLUMNS);
  const guint filled = (guint) (CLAMP (percent, 0, 100) * bar / 100);

  if (bar < MIN_BAR_COLUMNS)
    return;
  g_string_append_c (text, '[');
  for (guint i = 0; i < bar; i++)
    g_string_append_c (text, i < filled ? '#' : '-');
  g_string_append (text, "] ");
}

/**
 * pawl_progress_view_format:
 * @progress: a progress's `a{sv}`
 * @columns: of the terminal
 *
 * Returns: (transfer full): a bar, where the percentage is known and there is room beside the
 * numbers, and those; never wider than the terminal
 */
char *
pawl_progress_view_format (GVariant *progress, gsize columns)
{
  /* A cursor that reached the edge would begin a line of its own. */
  const gsize usable = columns > 1 ? columns - 1 : 1;
  GString *text = g_string_new (NULL);
  g_autofree char *numbers = pawl_show_progress (progress);
  const gsize width = pawl_print_width (numbers);
  double percent = get_percent (progress);

  if (percent >= 0 && width < usable)
    append_bar (text, percent, usable - width);
  g_string_append (text, numbers);
  truncate_columns (text, usable);
  return g_string_free (text, FALSE);
}

static void
clear_line (PawlProgressView *self)
{
  if (self->drawn)
    fputs ("\r\x1b[K", stdout);
  self->drawn = FALSE;
}

static void
draw (PawlProgressView *self, GVariant *progress)
{
  g_autofree char *line = pawl_progress_view_format (progress, terminal_columns ());

  printf ("\r%s\x1b[K", line);
  self->drawn = TRUE;
}

/* A pipe gets few enough lines for a log. */
static void
print_line (PawlProgressView *self, GVariant *progress)
{
  g_autofree char *line = pawl_show_progress (progress);
  g_autofree char *step = g_strdup_printf ("%s %s", pawl_show_string (progress, "phase"),
                                           pawl_show_string (progress, "target"));
  double percent = get_percent (progress);
  int tenth = percent < 0 ? -1 : (int) (percent / 10);

  if (g_strcmp0 (step, self->step) == 0 && tenth == self->tenth)
    return;
  g_free (self->step);
  self->step = g_steal_pointer (&step);
  self->tenth = tenth;
  printf ("%s\n", line);
}

static void
on_state (PawlClient *client, GParamSpec *pspec, gpointer data)
{
  PawlProgressView *self = data;
  const char *state = pawl_enum_to_nick (PAWL_TYPE_STATE, pawl_client_get_state (client));

  if (g_strcmp0 (state, self->state) == 0)
    return;
  g_free (self->state);
  self->state = g_strdup (state);
  clear_line (self);
  pawl_cli_print (self->cli, PAWL_TONE_QUIET, "%s\n", state);
  fflush (stdout);
}

static void
on_progress (PawlClient *client, GParamSpec *pspec, gpointer data)
{
  PawlProgressView *self = data;
  PawlProgress *progress = pawl_client_get_progress (client);

  /* Both may have come in one message, in any order. */
  on_state (client, NULL, data);
  if (progress == NULL)
    clear_line (self);
  else if (self->cli->terminal)
    draw (self, pawl_value_to_variant (PAWL_VALUE (progress)));
  else
    print_line (self, pawl_value_to_variant (PAWL_VALUE (progress)));
  fflush (stdout);
}

/* @state is where it stood before the step. */
PawlProgressView *
pawl_progress_view_new (PawlCli *cli, const char *state)
{
  PawlProgressView *self = g_new0 (PawlProgressView, 1);

  self->cli = cli;
  self->state = g_strdup (state);
  self->tenth = -2;
  if (cli->json)
    return self;
  self->state_id = g_signal_connect (cli->client, "notify::state", G_CALLBACK (on_state), self);
  self->progress_id =
    g_signal_connect (cli->client, "notify::progress", G_CALLBACK (on_progress), self);
  return self;
}

void
pawl_progress_view_free (PawlProgressView *self)
{
  g_clear_signal_handler (&self->state_id, self->cli->client);
  g_clear_signal_handler (&self->progress_id, self->cli->client);
  clear_line (self);
  g_free (self->state);
  g_free (self->step);
  g_free (self);
}
