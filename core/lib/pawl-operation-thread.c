/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include <pawl/pawl-operation.h>

typedef struct
{
  PawlOperation *op; /* (owned) */
  PawlOperationWork work;
  gpointer data; /* (owned) */
  GDestroyNotify free_data;
} Job;

static gpointer
run (gpointer user_data)
{
  Job *job = user_data;
  g_autoptr (GError) error = NULL;
  GVariant *answer = job->work (job->data, &error);
  g_autoptr (GVariant) result = answer != NULL ? g_variant_take_ref (answer) : NULL;

  if (result != NULL)
    pawl_operation_complete (job->op, result);
  else
    pawl_operation_fail (job->op, error);
  if (job->free_data != NULL)
    job->free_data (job->data);
  g_object_unref (job->op);
  g_free (job);
  return NULL;
}

/**
 * pawl_operation_run_in_thread: (skip)
 * @self: the operation
 * @name: what the thread is called in a debugger, for example `pawl-grub`
 * @work: what is to be done
 * @data: what it needs, all of it: the plugin belongs to the main thread
 * @free_data: (nullable): frees @data when @work is over, in the thread
 *
 * Runs @work in a thread of its own and completes @self with what it returns, or fails it with the
 * error. For a plugin whose calls block, on a disk or a device: a slot of an interface must not.
 * @work is not stopped by a cancel; where it can be, it looks at pawl_operation_get_cancellable().
 *
 * Since: 1.0
 */
void
pawl_operation_run_in_thread (PawlOperation *self,
                              const char *name,
                              PawlOperationWork work,
                              gpointer data,
                              GDestroyNotify free_data)
{
  Job *job;

  g_return_if_fail (PAWL_IS_OPERATION (self));
  g_return_if_fail (work != NULL);

  job = g_new0 (Job, 1);
  job->op = g_object_ref (self);
  job->work = work;
  job->data = data;
  job->free_data = free_data;
  g_thread_unref (g_thread_new (name, run, job));
}
