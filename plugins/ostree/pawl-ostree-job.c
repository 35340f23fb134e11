/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* One operation is one thread. libostree blocks for as long as it takes and iterates the thread's
 * default main context meanwhile, so each thread brings a context of its own: with the main one it
 * would hang or run the daemon's sources in the wrong thread. A thread of our own, not one of a
 * pool, because libostree may move the calling thread into a mount namespace to make /sysroot
 * writable, and such a thread must not be reused for anything else. */
#include "pawl-ostree-job.h"

#include "pawl-ostree-error.h"

typedef struct
{
  char *what; /* (owned) */
  PawlOstreeJobFunc func;
  gpointer input; /* (owned) */
  GDestroyNotify input_free;
  PawlOperation *op; /* (owned) */
} Job;

static gpointer
run (gpointer data)
{
  Job *job = data;
  g_autoptr (GMainContext) context = g_main_context_new ();
  g_autoptr (GError) error = NULL;
  gboolean done;

  g_main_context_push_thread_default (context);
  done = job->func (job->input, job->op, &error);
  job->input_free (job->input);
  if (!done)
    {
      g_autoptr (GError) mapped = pawl_ostree_error_from (error, job->what);

      pawl_operation_fail (job->op, mapped);
    }
  g_main_context_pop_thread_default (context);
  g_object_unref (job->op);
  g_free (job->what);
  g_free (job);
  return NULL;
}

/*< private >
 * pawl_ostree_job_start:
 * @what: named in errors that do not say it themselves
 * @func: what to do
 * @input: (transfer full): handed to @func
 * @input_free: frees @input, in the job's thread
 * @op: settled by @func, or failed with its error
 *
 * Runs @func in a new thread.
 */
void
pawl_ostree_job_start (const char *what,
                       PawlOstreeJobFunc func,
                       gpointer input,
                       GDestroyNotify input_free,
                       PawlOperation *op)
{
  Job *job = g_new0 (Job, 1);

  job->what = g_strdup (what);
  job->func = func;
  job->input = input;
  job->input_free = input_free;
  job->op = g_object_ref (op);
  g_thread_unref (g_thread_new ("pawl-ostree", run, job));
}
