/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What people and programs ask for. A call begins a sequence, joins one, or is refused at once;
 * nobody waits for something that cannot come. */
#include "pawl-engine-private.h"

#include "pawl-state-table.h"

#include <string.h>

static void
order_free (gpointer data)
{
  PawlOrder *order = data;

  g_free (order->source);
  g_free (order);
}

/* (transfer full): a task whose data is what the options say. */
static GTask *
make_call (PawlEngine *self,
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

static void
set_wrong_state (PawlEngine *self, const char *to, GError **error)
{
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_WRONG_STATE,
               "the update is %s, and from there it cannot become %s%s",
               pawl_enum_to_nick (PAWL_TYPE_STATE, (int) pawl_engine_get_state (self)), to,
               self->reboot_pending ? ": the device has to reboot first" : "");
}

static gboolean
is_usable (PawlEngine *self, GError **error)
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
static gboolean
may_begin (PawlEngine *self, PawlState to, GError **error)
{
  if (!is_usable (self, error) || !pawl_state_table_check (pawl_engine_get_state (self), to, error))
    return FALSE;
  if (self->running == NULL)
    return TRUE;
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_BUSY, "%s is under way", self->running);
  return FALSE;
}

static gboolean
finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---- the steps ---- */

void
pawl_engine_check_async (PawlEngine *self,
                         GVariant *options,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  g_autoptr (GTask) task = make_call (self, options, TRUE, cancellable, callback, user_data);
  GError *error = NULL;

  g_task_set_source_tag (task, pawl_engine_check_async);
  if (!may_begin (self, PAWL_STATE_CHECKING, &error))
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
  return finish (result, error);
}

static void
begin_step (PawlEngine *self, PawlState to, PawlStep step, GTask *data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (!may_begin (self, to, &error))
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
              make_call (self, options, FALSE, cancellable, callback, user_data));
}

gboolean
pawl_engine_fetch_finish (PawlEngine *self, GAsyncResult *result, GError **error)
{
  return finish (result, error);
}

void
pawl_engine_install_async (PawlEngine *self,
                           GVariant *options,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  begin_step (self, PAWL_STATE_INSTALLING, PAWL_STEP_INSTALL,
              make_call (self, options, FALSE, cancellable, callback, user_data));
}

gboolean
pawl_engine_install_finish (PawlEngine *self, GAsyncResult *result, GError **error)
{
  return finish (result, error);
}

void
pawl_engine_activate_async (PawlEngine *self,
                            GVariant *options,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  begin_step (self, PAWL_STATE_ACTIVATING, PAWL_STEP_REBOOT,
              make_call (self, options, FALSE, cancellable, callback, user_data));
}

gboolean
pawl_engine_activate_finish (PawlEngine *self, GAsyncResult *result, GError **error)
{
  return finish (result, error);
}

/* Joins what is under way already, when that is a step of the way. */
void
pawl_engine_update_async (PawlEngine *self,
                          GVariant *options,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = make_call (self, options, FALSE, cancellable, callback, user_data);
  PawlOrder *order = g_task_get_task_data (task);
  PawlState state = pawl_engine_get_state (self);
  GError *error = NULL;

  g_task_set_source_tag (task, pawl_engine_update_async);
  if (!is_usable (self, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  if (state >= PAWL_STATE_ACTIVATING || self->update_call != NULL)
    {
      if (state >= PAWL_STATE_ACTIVATING)
        set_wrong_state (self, "another one", &error);
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
  return finish (result, error);
}

/* ---- back ---- */

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
  g_autoptr (GTask) task = make_call (self, options, FALSE, cancellable, callback, user_data);
  PawlState state = pawl_engine_get_state (self);
  GError *error = NULL;

  g_task_set_source_tag (task, pawl_engine_cancel_async);
  if (!is_usable (self, &error))
    g_task_return_error (task, error);
  else if (state == PAWL_STATE_IDLE || state >= PAWL_STATE_ACTIVATING)
    {
      set_wrong_state (self, "idle by a cancellation", &error);
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
  return finish (result, error);
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
  else if (!may_begin (self, PAWL_STATE_REVERTING, &error))
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
           make_call (self, options, FALSE, cancellable, callback, user_data));
}

gboolean
pawl_engine_rollback_finish (PawlEngine *self, GAsyncResult *result, GError **error)
{
  return finish (result, error);
}

void
pawl_engine_reject_async (PawlEngine *self,
                          const char *reason,
                          GVariant *options,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_autoptr (GTask) task = make_call (self, options, FALSE, cancellable, callback, user_data);
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
  set_wrong_state (self, "rejected", &error);
  g_task_return_error (task, error);
}

gboolean
pawl_engine_reject_finish (PawlEngine *self, GAsyncResult *result, GError **error)
{
  return finish (result, error);
}

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
    set_wrong_state (self, "confirmed", &error);
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
  return finish (result, error);
}

/* ---- what a person sets ---- */

static const char *const steps[] = {"download", "install", "reboot", NULL};

static gboolean
may_set (PawlEngine *self, const char *step, GError **error)
{
  PawlState state = pawl_engine_get_state (self);

  if (!is_usable (self, error))
    return FALSE;
  if (!g_str_equal (step, "all") && !g_strv_contains (steps, step))
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_ARGUMENT,
                   "“%s” is no step: wanted download, install, reboot or all", step);
      return FALSE;
    }
  if (state >= PAWL_STATE_AVAILABLE && state <= PAWL_STATE_INSTALLED)
    return TRUE;
  set_wrong_state (self, "approved or deferred", error);
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
  return finish (result, error);
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
  return finish (result, error);
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
  if (is_usable (self, &error))
    pawl_failed_forget_async (self->failed, name, on_forgotten, g_steal_pointer (&task));
  else
    g_task_return_error (task, error);
}

gboolean
pawl_engine_forget_failed_finish (PawlEngine *self, GAsyncResult *result, GError **error)
{
  return finish (result, error);
}
