/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What people ask for to get back: a cancellation, a rollback, a rejected trial. */
#include "pawl-engine-private.h"

static void
end_forgotten (PawlEngine *self, const GError *error)
{
  if (error != NULL)
    {
      pawl_engine_end_for_now (self, error);
      return;
    }
  pawl_engine_notify (self, "available");
  pawl_engine_tell (self, "update-cancelled", "a person forgot it");
  pawl_engine_end (self, NULL);
}

/* What the inactive side holds does not boot; the next installation writes over it. */
static void
forget (PawlEngine *self, GTask *task)
{
  pawl_engine_begin (self, "a cancellation");
  self->step_call = task;
  pawl_engine_save_state (self, PAWL_STATE_IDLE, end_forgotten);
}

void
pawl_engine_cancel_async (PawlEngine *self,
                          GVariant *options,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task =
    pawl_engine_make_call (self, options, FALSE, cancellable, callback, user_data);
  PawlState state = pawl_engine_get_state (self);
  GError *error = NULL;

  g_task_set_source_tag (task, pawl_engine_cancel_async);
  if (!pawl_engine_is_usable (self, &error))
    g_task_return_error (task, error);
  else if (state == PAWL_STATE_IDLE || state >= PAWL_STATE_ACTIVATING)
    {
      pawl_engine_set_wrong_state (self, "idle by a cancellation", &error);
      g_task_return_error (task, error);
    }
  else if (self->running != NULL)
    {
      self->cancelled = TRUE;
      g_cancellable_cancel (self->cancellable);
      g_ptr_array_add (self->end_calls, g_steal_pointer (&task));
    }
  else
    forget (self, g_steal_pointer (&task));
}

gboolean
pawl_engine_cancel_finish (PawlEngine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* The version that runs was kept long ago: the journal of what was kept knows what ran before. */
static gboolean
describe_return (PawlEngine *self, GVariantDict *changes, GError **error)
{
  g_autoptr (GVariant) update = NULL;
  g_autoptr (GVariant) before = NULL;
  g_autofree char *attempt = g_uuid_string_random ();

  if (self->kept != NULL)
    {
      update = g_variant_lookup_value (self->kept, "update", G_VARIANT_TYPE_VARDICT);
      before = g_variant_lookup_value (self->kept, "before", G_VARIANT_TYPE ("a{sa{sv}}"));
    }
  if (update == NULL || before == NULL)
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_NOT_FOUND,
                   "there is no earlier version: no update was ever kept on this device");
      return FALSE;
    }
  g_variant_dict_insert_value (changes, "update", update);
  g_variant_dict_insert_value (changes, "before", before);
  g_variant_dict_insert (changes, "attempt", "s", attempt);
  return TRUE;
}

/* Ends well for who asked: going back is what was wanted. */
static void
begin_return (PawlEngine *self, const char *why, GTask *data)
{
  g_autoptr (GTask) task = data;
  g_auto (GVariantDict) changes = G_VARIANT_DICT_INIT (NULL);
  GError *error = NULL;

  if (pawl_engine_get_state (self) == PAWL_STATE_IDLE && !describe_return (self, &changes, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  g_variant_dict_insert (&changes, "state", "s", "reverting");
  g_variant_dict_insert (&changes, "why", "s", why);
  g_variant_dict_insert (&changes, "code", "s", "INSTALL_FAILED");
  pawl_engine_begin (self, "a rollback");
  g_ptr_array_add (self->end_calls, g_steal_pointer (&task));
  pawl_engine_save (self, g_variant_dict_end (&changes), pawl_engine_revert_saved);
}

static void
go_back (PawlEngine *self, const char *why, GTask *data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (self->trial != NULL && self->cancellable != NULL && self->rejected == NULL)
    {
      self->rejected = g_strdup (why);
      g_ptr_array_add (self->end_calls, g_steal_pointer (&task));
      g_cancellable_cancel (self->cancellable);
    }
  else if (!pawl_engine_may_begin (self, PAWL_STATE_REVERTING, &error))
    g_task_return_error (task, error);
  else
    begin_return (self, why, g_steal_pointer (&task));
}

void
pawl_engine_rollback_async (PawlEngine *self,
                            GVariant *options,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  go_back (self, "a person rolled it back",
           pawl_engine_make_call (self, options, FALSE, cancellable, callback, user_data));
}

gboolean
pawl_engine_rollback_finish (PawlEngine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
pawl_engine_reject_async (PawlEngine *self,
                          const char *reason,
                          GVariant *options,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task =
    pawl_engine_make_call (self, options, FALSE, cancellable, callback, user_data);
  g_autofree char *why = *reason != '\0' ? g_strdup_printf ("a person rejected it: %s", reason)
                                         : g_strdup ("a person rejected it");
  PawlState state = pawl_engine_get_state (self);
  GError *error = NULL;

  g_task_set_source_tag (task, pawl_engine_reject_async);
  if (state == PAWL_STATE_TRIAL || state == PAWL_STATE_ACTIVATING)
    {
      go_back (self, why, g_steal_pointer (&task));
      return;
    }
  pawl_engine_set_wrong_state (self, "rejected", &error);
  g_task_return_error (task, error);
}

gboolean
pawl_engine_reject_finish (PawlEngine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
