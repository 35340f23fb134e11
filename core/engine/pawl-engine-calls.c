/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What people and programs ask for. A call begins a sequence, joins one, or is refused at once;
 * nobody waits for something that cannot come. */
#include "pawl-engine-private.h"

#include "pawl-state-table.h"

static void
order_free (gpointer data)
{
  PawlOrder *order = data;

  g_free (order->source);
  g_free (order);
}

/* (transfer full): a task whose data is what the options say. */
GTask *
pawl_engine_make_call (PawlEngine *self,
                       GVariant *options,
                       gboolean force,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);
  PawlOrder *order = g_new0 (PawlOrder, 1);

  order->force = force;
  order->reboot = TRUE;
  if (options != NULL)
    {
      g_variant_ref_sink (options);
      g_variant_lookup (options, "force", "b", &order->force);
      g_variant_lookup (options, "reboot", "b", &order->reboot);
      g_variant_lookup (options, "source", "s", &order->source);
      g_variant_unref (options);
    }
  g_task_set_task_data (task, order, order_free);
  return task;
}

void
pawl_engine_set_wrong_state (PawlEngine *self, const char *to, GError **error)
{
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_WRONG_STATE,
               "the update is %s, and from there it cannot become %s%s",
               pawl_enum_to_nick (PAWL_TYPE_STATE, (int) pawl_engine_get_state (self)), to,
               self->reboot_pending ? ": the device has to reboot first" : "");
}

gboolean
pawl_engine_is_usable (PawlEngine *self, GError **error)
{
  if (self->broken == NULL && self->record != NULL && !self->stopping && self->start_call == NULL)
    return TRUE;
  if (self->broken != NULL)
    g_propagate_error (error, g_error_copy (self->broken));
  else
    g_set_error (error, PAWL_ERROR, PAWL_ERROR_BUSY,
                 "the engine is starting or stopping; try again in a moment");
  return FALSE;
}

/* The state tells more than that something runs: who asks for a download while one is under way
 * hears that. */
gboolean
pawl_engine_may_begin (PawlEngine *self, PawlState to, GError **error)
{
  if (!pawl_engine_is_usable (self, error) ||
      !pawl_state_table_check (pawl_engine_get_state (self), to, error))
    return FALSE;
  if (self->running == NULL)
    return TRUE;
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_BUSY, "%s is under way", self->running);
  return FALSE;
}

/* ---- the steps ---- */

void
pawl_engine_check_async (PawlEngine *self,
                         GVariant *options,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task =
    pawl_engine_make_call (self, options, TRUE, cancellable, callback, user_data);
  GError *error = NULL;

  g_task_set_source_tag (task, pawl_engine_check_async);
  if (!pawl_engine_may_begin (self, PAWL_STATE_CHECKING, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  self->step_call = g_steal_pointer (&task);
  pawl_engine_do_check (self);
}

gboolean
pawl_engine_check_finish (PawlEngine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static void
begin_step (PawlEngine *self, PawlState to, PawlStep step, GTask *data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (!pawl_engine_may_begin (self, to, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  self->step_call = g_steal_pointer (&task);
  pawl_engine_do_step (self, step);
}

void
pawl_engine_fetch_async (PawlEngine *self,
                         GVariant *options,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  begin_step (self, PAWL_STATE_FETCHING, PAWL_STEP_DOWNLOAD,
              pawl_engine_make_call (self, options, FALSE, cancellable, callback, user_data));
}

gboolean
pawl_engine_fetch_finish (PawlEngine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
pawl_engine_install_async (PawlEngine *self,
                           GVariant *options,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  begin_step (self, PAWL_STATE_INSTALLING, PAWL_STEP_INSTALL,
              pawl_engine_make_call (self, options, FALSE, cancellable, callback, user_data));
}

gboolean
pawl_engine_install_finish (PawlEngine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
pawl_engine_activate_async (PawlEngine *self,
                            GVariant *options,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  begin_step (self, PAWL_STATE_ACTIVATING, PAWL_STEP_REBOOT,
              pawl_engine_make_call (self, options, FALSE, cancellable, callback, user_data));
}

gboolean
pawl_engine_activate_finish (PawlEngine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* Joins what is under way already, when that is a step of the way. */
void
pawl_engine_update_async (PawlEngine *self,
                          GVariant *options,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task =
    pawl_engine_make_call (self, options, FALSE, cancellable, callback, user_data);
  PawlOrder *order = g_task_get_task_data (task);
  PawlState state = pawl_engine_get_state (self);
  GError *error = NULL;

  g_task_set_source_tag (task, pawl_engine_update_async);
  if (!pawl_engine_is_usable (self, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  if (state >= PAWL_STATE_ACTIVATING || self->update_call != NULL)
    {
      if (state >= PAWL_STATE_ACTIVATING)
        pawl_engine_set_wrong_state (self, "another one", &error);
      else
        g_set_error (&error, PAWL_ERROR, PAWL_ERROR_BUSY, "somebody else asked for the update");
      g_task_return_error (task, error);
      return;
    }
  self->update_call = g_steal_pointer (&task);
  if (self->running != NULL)
    return;
  if (state == PAWL_STATE_IDLE || order->source != NULL)
    pawl_engine_do_check (self);
  else
    pawl_engine_consider (self);
}

gboolean
pawl_engine_update_finish (PawlEngine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
