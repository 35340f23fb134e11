/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* One thing at a time: how a sequence begins and ends, who hears of it, and what comes after it. */
#include "pawl-engine-private.h"

/* ---- sequences ---- */

void
pawl_engine_begin (PawlEngine *self, const char *what)
{
  g_return_if_fail (self->running == NULL);
  self->running = what;
  self->cancelled = FALSE;
  self->attack = PAWL_ATTACK_NONE;
  self->retry_after_us = 0;
  self->active_us = pawl_clock_get_monotonic_us (self->clock);
  g_set_object (&self->cancellable, NULL);
  self->cancellable = g_cancellable_new ();
  pawl_clock_clear_timer (self->clock, &self->retry_timer);
  pawl_engine_refresh (self, what);
}

void
pawl_engine_answer (GTask **call, const GError *error)
{
  g_autoptr (GTask) task = g_steal_pointer (call);

  if (task == NULL)
    return;
  if (error != NULL)
    g_task_return_error (task, g_error_copy (error));
  else
    g_task_return_boolean (task, TRUE);
}

void
pawl_engine_note_begun (PawlEngine *self)
{
  if (self->update_call != NULL)
    ((PawlOrder *) g_task_get_task_data (self->update_call))->begun = TRUE;
}

static void
answer_all (PawlEngine *self)
{
  g_autoptr (GPtrArray) calls = g_steal_pointer (&self->end_calls);

  self->end_calls = g_ptr_array_new_with_free_func (g_object_unref);
  for (guint i = 0; i < calls->len; i++)
    g_task_return_boolean (calls->pdata[i], TRUE);
}

void
pawl_engine_end (PawlEngine *self, const GError *error)
{
  g_autoptr (PawlEngine) hold = g_object_ref (self);

  self->running = NULL;
  g_clear_object (&self->cancellable);
  pawl_progress_meter_end (self->meter);
  if (error == NULL)
    self->failures = 0;
  pawl_engine_refresh (self, error != NULL ? error->message : "done");
  pawl_engine_answer (&self->step_call, error);
  if (error != NULL)
    pawl_engine_answer (&self->update_call, error);
  answer_all (self);
  pawl_engine_reconsider (self);
}

/* The chance is spread as for checks. */
void
pawl_engine_end_for_now (PawlEngine *self, const GError *error)
{
  PawlSchedule wait = self->schedule;
  gint64 retry_after_us = self->retry_after_us;

  self->held = TRUE;
  wait.failures = self->failures++;
  pawl_engine_end (self, error);
  if (self->running == NULL && !self->stopping && !self->cancelled)
    pawl_engine_retry_at (self, pawl_schedule_failed (&wait, retry_after_us, g_random_double ()));
}

static void
on_retry (gpointer data)
{
  PawlEngine *self = data;

  self->retry_timer = 0;
  self->held = FALSE;
  pawl_engine_reconsider (self);
  pawl_engine_refresh (self, "the wait is over");
}

void
pawl_engine_retry_at (PawlEngine *self, gint64 delay_us)
{
  pawl_clock_clear_timer (self->clock, &self->retry_timer);
  self->retry_timer = pawl_clock_add_timer (self->clock, MAX (delay_us, 0), on_retry, self);
  pawl_engine_refresh (self, "it waits");
}

/* ---- saving ---- */

typedef struct
{
  PawlEngine *engine; /* (owned) */
  PawlEngineNext next;
} Save;

static void
on_saved (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Save *save = data;
  g_autoptr (PawlEngine) self = save->engine;
  g_autoptr (GError) error = NULL;

  if (pawl_record_save_finish (PAWL_RECORD (source), result, &error))
    {
      self->active_us = pawl_clock_get_monotonic_us (self->clock);
      pawl_decision_log_drop (self->decisions, "storage");
    }
  else
    {
      pawl_decision_log_note (self->decisions, "storage", PAWL_VERDICT_NOT_YET, "not-saved",
                              error->message, 0);
      pawl_engine_tell_error (self, "storage-failed", error);
    }
  pawl_engine_refresh (self, self->running != NULL ? self->running : "saved");
  save->next (self, error);
}

void
pawl_engine_save (PawlEngine *self, GVariant *changes, PawlEngineNext next)
{
  Save *save = g_new (Save, 1);

  save->engine = g_object_ref (self);
  save->next = next;
  pawl_record_save_async (self->record, changes, on_saved, save);
}

void
pawl_engine_save_state (PawlEngine *self, PawlState state, PawlEngineNext next)
{
  g_auto (GVariantDict) changes = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&changes, "state", "s", pawl_enum_to_nick (PAWL_TYPE_STATE, (int) state));
  pawl_engine_save (self, g_variant_dict_end (&changes), next);
}

static void
end_failed (PawlEngine *self, const GError *error)
{
  g_autoptr (GError) failure = g_steal_pointer (&self->failure);

  if (error != NULL || self->held)
    pawl_engine_end_for_now (self, failure);
  else
    pawl_engine_end (self, failure);
}

void
pawl_engine_fail_to (PawlEngine *self, PawlState state, GError *error)
{
  g_clear_error (&self->failure);
  self->failure = error;
  pawl_engine_save_state (self, state, end_failed);
}

/* ---- the ECUs of the update ---- */

static gboolean
has_work (PawlEngine *self, PawlUpdate *update, GVariant *before, const char *serial)
{
  g_autoptr (PawlTarget) wanted = pawl_update_dup_target (update, serial);
  g_autoptr (PawlTarget) installed = pawl_device_dup_installed (self->device, serial);
  g_autoptr (GVariant) known =
    before != NULL ? g_variant_lookup_value (before, serial, NULL) : NULL;

  if (wanted == NULL)
    return FALSE;
  if (before != NULL)
    return known != NULL;
  return installed == NULL || !pawl_target_is_same (wanted, installed);
}

/* Once the installation began the journal knows: what runs then is no measure any more. */
GStrv
pawl_engine_dup_serials (PawlEngine *self)
{
  g_autoptr (GStrvBuilder) serials = g_strv_builder_new ();
  g_autoptr (GListModel) ecus = pawl_device_dup_ecus (self->device);
  g_autoptr (GVariant) before = pawl_record_lookup (self->record, "before");
  PawlUpdate *update = pawl_record_get_update (self->record);

  for (guint i = 0; update != NULL && i < g_list_model_get_n_items (ecus); i++)
    {
      g_autoptr (PawlEcu) ecu = g_list_model_get_item (ecus, i);

      if (has_work (self, update, before, pawl_ecu_get_serial (ecu)))
        g_strv_builder_add (serials, pawl_ecu_get_serial (ecu));
    }
  return g_strv_builder_end (serials);
}

/* An ECU of which nobody knew what it ran is back when nobody knows it again. */
gboolean
pawl_engine_runs_before (PawlEngine *self, const char *serial)
{
  g_autoptr (GVariant) before = pawl_record_lookup (self->record, "before");
  g_autoptr (GVariant) members =
    before != NULL ? g_variant_lookup_value (before, serial, NULL) : NULL;
  g_autoptr (PawlTarget) old =
    members != NULL ? pawl_target_new_from_variant (members, NULL) : NULL;
  g_autoptr (PawlTarget) installed = pawl_device_dup_installed (self->device, serial);

  if (old == NULL)
    return FALSE;
  if (g_str_equal (pawl_target_get_name (old), PAWL_ENGINE_UNKNOWN))
    return installed == NULL || g_str_equal (pawl_target_get_name (installed), PAWL_ENGINE_UNKNOWN);
  return installed != NULL && pawl_target_is_same (old, installed);
}

/* ---- what comes next ---- */

static gboolean
wants_step (PawlEngine *self, PawlStep *out_step)
{
  PawlState state = pawl_engine_get_state (self);

  *out_step = PAWL_STEP_CHECK;
  if (state == PAWL_STATE_AVAILABLE || (state == PAWL_STATE_FETCHED && self->missing))
    *out_step = PAWL_STEP_DOWNLOAD;
  else if (state == PAWL_STATE_FETCHED)
    *out_step = PAWL_STEP_INSTALL;
  else if (state == PAWL_STATE_INSTALLED)
    *out_step = PAWL_STEP_REBOOT;
  return *out_step != PAWL_STEP_CHECK;
}

/* A new version that waits for its reboot waits as long as it takes. */
static gboolean
is_unfinished (PawlEngine *self)
{
  PawlState state = pawl_engine_get_state (self);

  return state != PAWL_STATE_IDLE && !self->reboot_pending;
}

static gboolean
change_configuration (PawlEngine *self)
{
  if (self->reload_call == NULL)
    return FALSE;
  g_set_object (&self->config, self->reloading);
  g_clear_object (&self->reloading);
  pawl_engine_do_resume (self);
  return TRUE;
}

/* Who asked for all steps while the daemon was still looking where the device is. */
static gboolean
wants_check (PawlEngine *self)
{
  return self->update_call != NULL && pawl_engine_get_state (self) == PAWL_STATE_IDLE &&
         !((PawlOrder *) g_task_get_task_data (self->update_call))->begun;
}

/* A call for all steps is over when there is no further one, or a rule says wait. */
void
pawl_engine_consider (PawlEngine *self)
{
  PawlStep step;

  if (self->running != NULL || self->start_call != NULL)
    return;
  if (self->stopping)
    {
      if (self->posting == 0)
        pawl_engine_answer (&self->stop_call, NULL);
      return;
    }
  if (change_configuration (self) || self->broken != NULL)
    return;
  if (wants_step (self, &step))
    {
      if (!self->held || self->update_call != NULL)
        pawl_engine_do_step (self, step);
      return;
    }
  if (is_unfinished (self) && !self->held)
    pawl_engine_do_resume (self);
  else if (wants_check (self))
    pawl_engine_do_check (self);
  else
    pawl_engine_answer (&self->update_call, NULL);
}

static gboolean
on_consider (gpointer data)
{
  pawl_engine_consider (data);
  return G_SOURCE_REMOVE;
}

/* From the main loop, so that whoever heard of the end of one sequence is done with it before the
 * next one begins. */
void
pawl_engine_reconsider (PawlEngine *self)
{
  g_idle_add_full (G_PRIORITY_DEFAULT, on_consider, g_object_ref (self), g_object_unref);
}
