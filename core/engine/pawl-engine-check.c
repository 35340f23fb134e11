/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Asking what this device should run, when it is time or when somebody asks. */
#include "pawl-engine-private.h"

/* ---- when ---- */

static void
on_check_time (gpointer data)
{
  PawlEngine *self = data;

  self->check_timer = 0;
  if (self->running != NULL || pawl_engine_get_state (self) >= PAWL_STATE_ACTIVATING)
    pawl_engine_schedule_check (self, self->schedule.backoff_min_us);
  else
    pawl_engine_do_check (self);
}

void
pawl_engine_schedule_check (PawlEngine *self, gint64 delay_us)
{
  gint64 next_us = delay_us < 0 ? 0 : pawl_clock_get_time_us (self->clock) + delay_us;

  pawl_clock_clear_timer (self->clock, &self->check_timer);
  if (delay_us >= 0)
    self->check_timer = pawl_clock_add_timer (self->clock, delay_us, on_check_time, self);
  if (self->next_check_us != next_us)
    {
      self->next_check_us = next_us;
      pawl_engine_notify (self, "next-check");
    }
  pawl_engine_refresh (self, "scheduled");
}

/* ---- the answer ---- */

static PawlState
get_origin (PawlEngine *self)
{
  int state = PAWL_STATE_IDLE;

  pawl_enum_from_nick (PAWL_TYPE_STATE, pawl_record_get_string (self->record, "came-from"), &state,
                       NULL);
  return (PawlState) state;
}

static void
schedule_another (PawlEngine *self)
{
  pawl_engine_schedule_check (self, pawl_schedule_failed (&self->schedule, self->retry_after_us,
                                                          g_random_double ()));
}

/* A disk that is full at a check must not make it the last one. */
static void
end_unsaved (PawlEngine *self, const GError *error)
{
  schedule_another (self);
  pawl_engine_end_for_now (self, error);
}

static void
end_answered (PawlEngine *self, const GError *error)
{
  if (error != NULL)
    {
      end_unsaved (self, error);
      return;
    }
  pawl_engine_schedule_check (self, pawl_schedule_succeeded (&self->schedule));
  pawl_engine_end (self, NULL);
}

static void
end_available (PawlEngine *self, const GError *error)
{
  PawlUpdate *update = pawl_engine_get_available (self);

  if (error == NULL)
    {
      const char *title = pawl_update_get_title (update);

      self->held = FALSE;
      pawl_engine_notify (self, "available");
      pawl_engine_tell (self, "update-available",
                        *title != '\0' ? title : pawl_update_get_id (update));
    }
  end_answered (self, error);
}

static void
end_withdrawn (PawlEngine *self, const GError *error)
{
  if (error == NULL)
    {
      pawl_engine_notify (self, "available");
      pawl_engine_tell (self, "update-withdrawn", "the sources no longer name it");
    }
  end_answered (self, error);
}

/* Every ECU has to be one of this device, and every version one that did not fail here. */
static gboolean
is_wanted (PawlEngine *self, PawlUpdate *update, GError **error)
{
  g_auto (GStrv) serials = pawl_update_dup_serials (update);

  pawl_decision_log_drop (self->decisions, "failed-version");
  for (guint i = 0; serials[i] != NULL; i++)
    {
      g_autoptr (PawlTarget) target = pawl_update_dup_target (update, serials[i]);
      g_autofree char *reason = pawl_failed_dup_reason (self->failed, target);
      g_autofree char *message = NULL;

      if (pawl_device_lookup_installer (self->device, serials[i], error) == NULL)
        return FALSE;
      if (reason == NULL)
        continue;
      message = g_strdup_printf ("%s failed on this device: %s; pawlctl forget lets it be tried "
                                 "again",
                                 pawl_target_get_name (target), reason);
      pawl_decision_log_note (self->decisions, "failed-version", PAWL_VERDICT_FAIL, "failed-before",
                              message, 0);
      return FALSE;
    }
  return TRUE;
}

/* Something is left to do on one of its ECUs. */
static gboolean
is_news (PawlEngine *self, PawlUpdate *update)
{
  g_auto (GStrv) serials = pawl_update_dup_serials (update);

  for (guint i = 0; serials[i] != NULL; i++)
    {
      g_autoptr (PawlTarget) wanted = pawl_update_dup_target (update, serials[i]);
      g_autoptr (PawlTarget) installed = pawl_device_dup_installed (self->device, serials[i]);

      if (installed == NULL || !pawl_target_is_same (wanted, installed))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_the_same (PawlUpdate *update, PawlUpdate *other)
{
  g_autoptr (GVariant) targets = pawl_value_lookup (PAWL_VALUE (update), "targets");
  g_autoptr (GVariant) others =
    other != NULL ? pawl_value_lookup (PAWL_VALUE (other), "targets") : NULL;

  return others != NULL && g_variant_equal (targets, others);
}

/* What is left of an update that is replaced by another one: its own approvals go with it. */
static void
take_update (PawlEngine *self, PawlUpdate *update)
{
  g_auto (GVariantDict) changes = G_VARIANT_DICT_INIT (NULL);
  g_autofree char *attempt = g_uuid_string_random ();

  g_variant_dict_insert (&changes, "state", "s", "available");
  g_variant_dict_insert_value (&changes, "update", pawl_value_to_variant (PAWL_VALUE (update)));
  g_variant_dict_insert (&changes, "attempt", "s", attempt);
  g_variant_dict_insert_value (&changes, "approved",
                               g_variant_new_array (G_VARIANT_TYPE_STRING, NULL, 0));
  g_variant_dict_insert_value (&changes, "deferred",
                               g_variant_new_array (G_VARIANT_TYPE ("{sx}"), NULL, 0));
  g_variant_dict_insert_value (&changes, "before",
                               g_variant_new_array (G_VARIANT_TYPE ("{sa{sv}}"), NULL, 0));
  pawl_engine_save (self, g_variant_dict_end (&changes), end_available);
}

static void
decide (PawlEngine *self, PawlUpdate *update)
{
  g_autoptr (GError) error = NULL;
  PawlUpdate *known = pawl_engine_get_available (self);
  gboolean wanted = is_news (self, update) && is_wanted (self, update, &error);

  if (error != NULL)
    pawl_engine_tell_error (self, "update-refused", error);
  if (wanted && is_the_same (update, known))
    pawl_engine_save_state (self, get_origin (self), end_answered);
  else if (wanted)
    take_update (self, update);
  else if (known != NULL)
    pawl_engine_save_state (self, PAWL_STATE_IDLE, end_withdrawn);
  else
    pawl_engine_save_state (self, PAWL_STATE_IDLE, end_answered);
}

/* ---- no answer ---- */

static void
note_failure (PawlEngine *self, const GError *error)
{
  if (self->attack != PAWL_ATTACK_NONE)
    pawl_decision_log_note (self->decisions, "check", PAWL_VERDICT_FAIL,
                            pawl_enum_to_nick (PAWL_TYPE_ATTACK, (int) self->attack),
                            error->message, 0);
  else if (self->retry_after_us > 0)
    pawl_decision_log_note (self->decisions, "check", PAWL_VERDICT_NOT_YET, "retry-after",
                            error->message, self->next_check_us);
  else
    pawl_decision_log_note (self->decisions, "check", PAWL_VERDICT_FAIL, "check-failed",
                            error->message, 0);
}

/* The update that was known stays: what was proven is not undone by silence. Takes @error. */
static void
fail (PawlEngine *self, GError *error)
{
  if (!self->cancelled && !self->stopping)
    {
      pawl_engine_tell_error (self, "check-failed", error);
      schedule_another (self);
    }
  note_failure (self, error);
  pawl_engine_fail_to (self, get_origin (self), error);
}

static void
on_checked (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PawlEngine) self = data;
  g_autoptr (PawlUpdate) update = NULL;
  GError *error = NULL;

  pawl_engine_note_begun (self);
  update = pawl_verifier_check_finish (PAWL_VERIFIER (source), result, &error);
  if (update == NULL)
    {
      fail (self, error);
      return;
    }
  pawl_decision_log_drop (self->decisions, "check");
  pawl_decision_log_drop (self->decisions, "state-files");
  decide (self, update);
  pawl_engine_send_reports (self);
}

/* ---- the question ---- */

static void
ask (PawlEngine *self, const GError *error)
{
  PawlVerifier *verifier = pawl_device_get_verifier (self->device);
  PawlOrder *order = self->step_call != NULL     ? g_task_get_task_data (self->step_call)
                     : self->update_call != NULL ? g_task_get_task_data (self->update_call)
                                                 : NULL;
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (PawlMonitor) monitor = NULL;

  if (error != NULL)
    {
      end_unsaved (self, error);
      return;
    }
  if (order != NULL)
    g_variant_dict_insert (&options, "force", "b", TRUE);
  if (order != NULL && order->source != NULL)
    g_variant_dict_insert (&options, "source", "s", order->source);
  monitor = pawl_progress_meter_watch (self->meter, PAWL_PHASE_METADATA, NULL);
  pawl_verifier_check_async (verifier, g_variant_dict_end (&options), 0, monitor, self->cancellable,
                             on_checked, g_object_ref (self));
}

static gboolean
may_check (PawlEngine *self, GError **error)
{
  const char *holder = pawl_inhibitors_get_holder (self->inhibitors, PAWL_STEP_CHECK);

  if (pawl_device_get_verifier (self->device) == NULL)
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_NOT_SUPPORTED,
                   "this device has no verifier: set verifier= in the group [daemon]");
      return FALSE;
    }
  if (holder == NULL)
    return TRUE;
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_BUSY, "%s holds checks back", holder);
  return FALSE;
}

void
pawl_engine_do_check (PawlEngine *self)
{
  PawlState state = pawl_engine_get_state (self);
  g_auto (GVariantDict) changes = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GError) error = NULL;

  pawl_engine_begin (self, "a check");
  if (!may_check (self, &error))
    {
      if (self->step_call == NULL && self->update_call == NULL)
        schedule_another (self);
      pawl_engine_end (self, error);
      return;
    }
  g_variant_dict_insert (&changes, "state", "s", "checking");
  g_variant_dict_insert (&changes, "came-from", "s",
                         pawl_enum_to_nick (PAWL_TYPE_STATE, (int) state));
  pawl_engine_save (self, g_variant_dict_end (&changes), ask);
}
