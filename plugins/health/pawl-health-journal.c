/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-health-journal.h"

#include <string.h>

/* Enough for a stack trace, little enough for a report over a mobile network. */
#define MAX_EXCERPT 8192

typedef struct
{
  PawlHealthRound *round; /* (owned) */
  char *unit;             /* (owned) */
} Job;

static void
job_free (Job *job)
{
  pawl_health_round_unref (job->round);
  g_free (job->unit);
  g_free (job);
}

/* The end is what tells; a character that was cut in two is mended. */
static char *
cut (GBytes *output)
{
  gsize size;
  const char *text = g_bytes_get_data (output, &size);
  gsize skip = size > MAX_EXCERPT ? size - MAX_EXCERPT : 0;

  return g_utf8_make_valid (size > 0 ? text + skip : "", (gssize) (size - skip));
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  Job *job = data;
  g_autoptr (GBytes) output = NULL;
  g_autoptr (GError) error = NULL;

  if (g_subprocess_communicate_finish (G_SUBPROCESS (source), result, &output, NULL, &error))
    {
      g_autofree char *text = cut (output);

      if (*text != '\0')
        pawl_health_round_add_journal (job->round, job->unit, text);
    }
  else
    {
      g_info ("the journal of %s cannot be read: %s", job->unit, error->message);
      g_subprocess_force_exit (G_SUBPROCESS (source));
    }
  job_free (job);
}

void
pawl_health_read_journal (PawlHealthRound *round, const char *unit)
{
  PawlContext *context = pawl_health_round_get_context (round);
  gint64 count = pawl_context_get_int (context, "journal-lines");
  g_autofree char *lines = g_strdup_printf ("--lines=%" G_GINT64_FORMAT, count);
  g_autofree char *filter = g_strconcat ("--unit=", unit, NULL);
  const char *argv[] = {pawl_context_get_string (context, "journalctl"),
                        "--boot",
                        "--no-pager",
                        "--quiet",
                        "--output=short-iso",
                        lines,
                        filter,
                        NULL};
  g_autoptr (GSubprocess) child = NULL;
  g_autoptr (GError) error = NULL;
  Job *job;

  if (count == 0)
    return;
  child =
    g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_SILENCE,
                       &error);
  if (child == NULL)
    {
      g_info ("the journal of %s cannot be read: %s", unit, error->message);
      return;
    }
  job = g_new0 (Job, 1);
  job->round = pawl_health_round_ref (round);
  job->unit = g_strdup (unit);
  g_subprocess_communicate_async (child, NULL, pawl_health_round_get_cancellable (round), on_read,
                                  job);
}
