/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What people say and the rules listen to: that a trial is good, that a step may begin or has to
 * wait, and that a version may be tried again. */
#include "pawl-engine-private.h"

/* ---- confirming ---- */

static gboolean
has_user_confirmer (PawlEngine *self)
{
  g_autoptr (GPtrArray) confirmers = pawl_device_list (self->device, PAWL_TYPE_CONFIRMER);

  for (guint i = 0; i < confirmers->len; i++)
    if (g_str_equal (((PawlInstance *) confirmers->pdata[i])->plugin, "user"))
      return TRUE;
  return FALSE;
}

static void
on_person_saved (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  PawlEngine *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (!pawl_record_save_finish (PAWL_RECORD (source), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  if (self->trial != NULL)
    pawl_trial_set_person (self->trial, PAWL_VERDICT_PASS, "");
  g_task_return_boolean (task, TRUE);
}

/* On the disk first: a power cut does not make a person say it twice. */
void
pawl_engine_confirm_async (PawlEngine *self,
                           GVariant *options,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_autoptr (GVariant) held = options != NULL ? g_variant_ref_sink (options) : NULL;
  g_auto (GVariantDict) changes = G_VARIANT_DICT_INIT (NULL);
  gboolean now = FALSE;
  GError *error = NULL;

  g_task_set_source_tag (task, pawl_engine_confirm_async);
  if (held != NULL)
    g_variant_lookup (held, "now", "b", &now);
  if (pawl_engine_get_state (self) != PAWL_STATE_TRIAL || self->trial == NULL)
    pawl_engine_set_wrong_state (self, "confirmed", &error);
  else if (!now && !has_user_confirmer (self))
    g_set_error (&error, PAWL_ERROR, PAWL_ERROR_NOT_SUPPORTED,
                 "no confirmer of the plugin user is configured: nobody would hear it");
  if (error != NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  if (now)
    {
      pawl_trial_pass (self->trial);
      g_ptr_array_add (self->end_calls, g_steal_pointer (&task));
      return;
    }
  g_variant_dict_insert (&changes, "person", "s", "pass");
  pawl_record_save_async (self->record, g_variant_dict_end (&changes), on_person_saved,
                          g_steal_pointer (&task));
}

gboolean
pawl_engine_confirm_finish (PawlEngine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---- what a person sets ---- */

static const char *const steps[] = {"download", "install", "reboot", NULL};

static gboolean
may_set (PawlEngine *self, const char *step, GError **error)
{
  PawlState state = pawl_engine_get_state (self);

  if (!pawl_engine_is_usable (self, error))
    return FALSE;
  if (!g_str_equal (step, "all") && !g_strv_contains (steps, step))
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_ARGUMENT,
                   "“%s” is no step: wanted download, install, reboot or all", step);
      return FALSE;
    }
  if (state >= PAWL_STATE_AVAILABLE && state <= PAWL_STATE_INSTALLED)
    return TRUE;
  /* It was said about what is available; a check that finds something else takes it back. */
  if (state == PAWL_STATE_CHECKING && pawl_engine_get_available (self) != NULL)
    return TRUE;
  pawl_engine_set_wrong_state (self, "approved or deferred", error);
  return FALSE;
}

/* A new answer may change what the rules said. */
static void
on_set (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  PawlEngine *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (!pawl_record_save_finish (PAWL_RECORD (source), result, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  self->held = FALSE;
  pawl_clock_clear_timer (self->clock, &self->retry_timer);
  pawl_engine_reconsider (self);
  pawl_engine_refresh (self, "a person decided");
  g_task_return_boolean (task, TRUE);
}

static GVariant *
add_approval (PawlEngine *self, const char *step)
{
  g_autoptr (GVariant) known = pawl_record_lookup (self->record, "approved");
  g_autofree const char **words =
    known != NULL ? g_variant_get_strv (known, NULL) : g_new0 (const char *, 1);
  GVariantBuilder approved;

  g_variant_builder_init (&approved, G_VARIANT_TYPE_STRING_ARRAY);
  for (guint i = 0; steps[i] != NULL; i++)
    if (g_str_equal (step, "all") || g_str_equal (step, steps[i]) ||
        g_strv_contains (words, steps[i]))
      g_variant_builder_add (&approved, "s", steps[i]);
  return g_variant_builder_end (&approved);
}

void
pawl_engine_approve_async (PawlEngine *self,
                           const char *step,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  g_auto (GVariantDict) changes = G_VARIANT_DICT_INIT (NULL);
  GError *error = NULL;

  g_task_set_source_tag (task, pawl_engine_approve_async);
  if (!may_set (self, step, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  g_variant_dict_insert_value (&changes, "approved", add_approval (self, step));
  pawl_record_save_async (self->record, g_variant_dict_end (&changes), on_set,
                          g_steal_pointer (&task));
}

gboolean
pawl_engine_approve_finish (PawlEngine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

static GVariant *
add_deferral (PawlEngine *self, const char *step, gint64 until_us)
{
  g_autoptr (GVariant) known = pawl_record_lookup (self->record, "deferred");
  GVariantBuilder deferred;

  g_variant_builder_init (&deferred, G_VARIANT_TYPE ("a{sx}"));
  for (guint i = 0; steps[i] != NULL; i++)
    {
      gint64 until = 0;

      if (g_str_equal (step, "all") || g_str_equal (step, steps[i]))
        until = until_us;
      else if (known != NULL)
        g_variant_lookup (known, steps[i], "x", &until);
      if (until != 0)
        g_variant_builder_add (&deferred, "{sx}", steps[i], until);
    }
  return g_variant_builder_end (&deferred);
}

void
pawl_engine_defer_async (PawlEngine *self,
                         const char *step,
                         gint64 until_us,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  g_auto (GVariantDict) changes = G_VARIANT_DICT_INIT (NULL);
  GError *error = NULL;

  g_task_set_source_tag (task, pawl_engine_defer_async);
  if (!may_set (self, step, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  g_variant_dict_insert_value (&changes, "deferred", add_deferral (self, step, until_us));
  pawl_record_save_async (self->record, g_variant_dict_end (&changes), on_set,
                          g_steal_pointer (&task));
}

gboolean
pawl_engine_defer_finish (PawlEngine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

guint
pawl_engine_add_inhibitor (PawlEngine *self,
                           const char *what,
                           const char *who,
                           const char *why,
                           GError **error)
{
  guint id = pawl_inhibitors_add (self->inhibitors, what, who, why,
                                  pawl_clock_get_time_us (self->clock), error);

  if (id != 0)
    pawl_engine_notify (self, "inhibitors");
  pawl_engine_refresh (self, "inhibited");
  return id;
}

void
pawl_engine_remove_inhibitor (PawlEngine *self, guint id)
{
  if (!pawl_inhibitors_remove (self->inhibitors, id))
    return;
  self->held = FALSE;
  pawl_engine_notify (self, "inhibitors");
  pawl_engine_refresh (self, "an inhibitor is gone");
  pawl_engine_reconsider (self);
}

static void
on_forgotten (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  PawlEngine *self = g_task_get_source_object (task);
  GError *error = NULL;

  if (pawl_failed_save_finish (PAWL_FAILED (source), result, &error))
    {
      pawl_decision_log_drop (self->decisions, "failed-version");
      g_task_return_boolean (task, TRUE);
    }
  else
    g_task_return_error (task, error);
}

void
pawl_engine_forget_failed_async (PawlEngine *self,
                                 const char *name,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);
  GError *error = NULL;

  g_task_set_source_tag (task, pawl_engine_forget_failed_async);
  if (pawl_engine_is_usable (self, &error))
    pawl_failed_forget_async (self->failed, name, on_forgotten, g_steal_pointer (&task));
  else
    g_task_return_error (task, error);
}

gboolean
pawl_engine_forget_failed_finish (PawlEngine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
