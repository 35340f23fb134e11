/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The plugin's side of an operation: its answers, from any thread, and what it may ask. */

#include "pawl-operation-state.h"

#include "pawl-monitor-private.h"

#include <pawl/pawl-error.h>

/* A second answer is the plugin's mistake, worth one line; a late one, after a cancel or the
 * deadline, is normal. */
static void
warn_if_repeated (PawlOperation *self)
{
  if (self->completed && !self->cancelled)
    g_warning ("%s: answered twice; the first answer counts", self->spec->method);
}

static gboolean
take_first_answer (PawlOperation *self)
{
  gboolean first;

  g_mutex_lock (&self->lock);
  first = self->task != NULL;
  g_mutex_unlock (&self->lock);
  if (!first)
    warn_if_repeated (self);
  return first;
}

static void
settle_with_pointer (PawlOperation *self, gpointer result, GDestroyNotify free_function)
{
  g_autoptr (GTask) task = pawl_operation_settle (self);

  if (task != NULL)
    {
      self->completed = TRUE;
      g_task_return_pointer (task, result, free_function);
    }
  else
    free_function (result);
}

/**
 * pawl_operation_complete:
 * @self: an operation
 * @result: (nullable): an `a{sv}` as the method documents it; %NULL where that allows nothing. A
 * floating one is consumed
 *
 * Answers. May be called from any thread. The first answer counts; a result of the wrong type is
 * turned into %PAWL_ERROR_PLUGIN for the caller.
 *
 * Since: 1.0
 */
void
pawl_operation_complete (PawlOperation *self, GVariant *result)
{
  g_autoptr (GVariant) sunk = NULL;

  g_return_if_fail (PAWL_IS_OPERATION (self));

  sunk = result != NULL ? g_variant_ref_sink (result) : NULL;
  if (!take_first_answer (self))
    return;
  if (self->spec->get_object_type != NULL)
    pawl_operation_settle_with_plugin_error (
      self, "the plugin answered with a variant where an object is wanted");
  else if (sunk == NULL && !self->spec->nothing_is_fine)
    pawl_operation_settle_with_plugin_error (self, "the plugin succeeded without a result");
  else if (sunk != NULL && !g_variant_is_of_type (sunk, G_VARIANT_TYPE_VARDICT))
    pawl_operation_settle_with_plugin_error (
      self, "the plugin's result is of the wrong type, wanted a{sv}");
  else
    settle_with_pointer (self, pawl_call_options (sunk), (GDestroyNotify) g_variant_unref);
}

/**
 * pawl_operation_complete_object:
 * @self: an operation
 * @result: an object of the class that the method documents
 *
 * Answers with an object. May be called from any thread. The first answer counts; an object of
 * another class is turned into %PAWL_ERROR_PLUGIN for the caller.
 *
 * Since: 1.0
 */
void
pawl_operation_complete_object (PawlOperation *self, GObject *result)
{
  g_return_if_fail (PAWL_IS_OPERATION (self));

  if (!take_first_answer (self))
    return;
  if (self->spec->get_object_type == NULL)
    pawl_operation_settle_with_plugin_error (
      self, "the plugin answered with an object where a{sv} is wanted");
  else if (!G_TYPE_CHECK_INSTANCE_TYPE (result, self->spec->get_object_type ()))
    pawl_operation_settle_with_plugin_error (
      self, "the plugin answered with an object of the wrong class");
  else
    settle_with_pointer (self, g_object_ref (result), g_object_unref);
}

static gboolean
is_cancel (const GError *error)
{
  return g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/**
 * pawl_operation_fail:
 * @self: an operation
 * @error: why; copied
 *
 * Answers with a failure. May be called from any thread. The first answer counts.
 *
 * Since: 1.0
 */
void
pawl_operation_fail (PawlOperation *self, const GError *error)
{
  g_return_if_fail (PAWL_IS_OPERATION (self));

  if (!take_first_answer (self))
    return;
  if (error == NULL)
    pawl_operation_settle_with_plugin_error (self, "the plugin failed without an error");
  else if (self->timed_out && is_cancel (error))
    pawl_operation_settle_with_error (self, pawl_operation_make_no_answer_error (self));
  else
    {
      self->completed = TRUE;
      pawl_operation_settle_with_error (self, g_error_copy (error));
    }
}

/**
 * pawl_operation_progress:
 * @self: an operation
 * @done: how much is done
 * @total: how much there is in all; 0 when unknown
 *
 * Tells the caller how far it is. May be called from any thread; ignored after the answer.
 *
 * Since: 1.0
 */
void
pawl_operation_progress (PawlOperation *self, guint64 done, guint64 total)
{
  g_autoptr (PawlMonitor) monitor = NULL;

  g_return_if_fail (PAWL_IS_OPERATION (self));

  g_mutex_lock (&self->lock);
  if (self->monitor != NULL)
    monitor = g_object_ref (self->monitor);
  g_mutex_unlock (&self->lock);
  if (monitor != NULL)
    pawl_monitor_push (monitor, self->context, done, total);
}

/**
 * pawl_operation_get_cancellable:
 * @self: an operation
 *
 * Gets the operation's own cancellable, to pass on to GIO. It is cancelled when the caller cancels
 * and at the deadline.
 *
 * Returns: (transfer none): the cancellable
 *
 * Since: 1.0
 */
GCancellable *
pawl_operation_get_cancellable (PawlOperation *self)
{
  g_return_val_if_fail (PAWL_IS_OPERATION (self), NULL);

  return self->cancellable;
}

/**
 * pawl_operation_get_cancelled:
 * @self: an operation
 *
 * Tells whether nobody waits for the answer any more.
 *
 * Returns: whether nobody waits for the answer any more
 *
 * Since: 1.0
 */
gboolean
pawl_operation_get_cancelled (PawlOperation *self)
{
  g_return_val_if_fail (PAWL_IS_OPERATION (self), FALSE);

  return g_cancellable_is_cancelled (self->cancellable);
}

/**
 * pawl_operation_get_deadline_us:
 * @self: an operation
 *
 * Tells when the operation is cancelled at the latest, in microseconds of g_get_monotonic_time().
 *
 * Returns: when the operation is cancelled at the latest, in microseconds of g_get_monotonic_time()
 *
 * Since: 1.0
 */
gint64
pawl_operation_get_deadline_us (PawlOperation *self)
{
  g_return_val_if_fail (PAWL_IS_OPERATION (self), 0);

  return self->deadline_us;
}
