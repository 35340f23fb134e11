/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Over the reboot: making the new version the next boot, judging it, and keeping it. The way back
 * is in pawl-engine-revert.c. */
#include "pawl-engine-private.h"

#include "pawl-activate.h"

/* How often the disk learns how long a trial has gone on: a power cut takes back no more. */
#define ELAPSED_SAVE_US (60 * (gint64) G_USEC_PER_SEC)

/* ---- activating ---- */

static void
end_for_reboot (PawlEngine *self)
{
  const char *id = pawl_update_get_id (pawl_engine_get_available (self));

  pawl_engine_set_reboot_pending (self, TRUE);
  pawl_engine_tell (self, "activated", id);
  if (!pawl_record_get_boolean (self->record, "no-reboot"))
    pawl_engine_request_reboot (self, id);
  pawl_engine_end (self, NULL);
}

static void
after_reboot_is_needed (PawlEngine *self, const GError *error)
{
  if (error != NULL)
    pawl_engine_end_for_now (self, error);
  else
    end_for_reboot (self);
}

static void
after_no_reboot_is_needed (PawlEngine *self, const GError *error)
{
  if (error != NULL)
    pawl_engine_end_for_now (self, error);
  else
    pawl_engine_try_it (self);
}

static void
on_activated (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PawlEngine) self = data;
  g_auto (GVariantDict) changes = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GError) error = NULL;
  gboolean reboot_needed = FALSE;

  if (!pawl_activate_finish (result, &reboot_needed, &error))
    {
      pawl_engine_tell_error (self, "activate-failed", error);
      g_clear_error (&self->failure);
      self->failure = g_error_copy (error);
      pawl_engine_revert (self, "INSTALL_FAILED", error->message);
      return;
    }
  if (reboot_needed)
    pawl_engine_post_event (self, PAWL_ECU_INSTALLATION_APPLIED, TRUE);
  g_variant_dict_insert (&changes, "activated", "b", TRUE);
  g_variant_dict_insert (&changes, "boot-id", "s", self->boot_id);
  pawl_engine_save (self, g_variant_dict_end (&changes),
                    reboot_needed ? after_reboot_is_needed : after_no_reboot_is_needed);
}

/* Not cancellable: half a transaction is worse than either end of it. */
void
pawl_engine_activate_now (PawlEngine *self)
{
  g_auto (GStrv) serials = pawl_engine_dup_serials (self);
  guint tries = (guint) pawl_config_get_int (self->config, "trial", "tries");

  pawl_progress_meter_begin (self->meter, PAWL_PHASE_ACTIVATE, NULL);
  pawl_activate_async (self->device, pawl_engine_get_available (self),
                       (const char *const *) serials, tries, NULL, on_activated,
                       g_object_ref (self));
}

/* ---- on trial ---- */

static void
ignore (PawlEngine *self, const GError *error)
{
}

static void
on_trial_changed (PawlTrial *trial, gpointer data)
{
  PawlEngine *self = data;
  gint64 now_us = pawl_clock_get_monotonic_us (self->clock);
  g_auto (GVariantDict) changes = G_VARIANT_DICT_INIT (NULL);

  pawl_engine_notify (self, "trial");
  if (now_us - self->trial_saved_us < ELAPSED_SAVE_US)
    return;
  self->trial_saved_us = now_us;
  g_variant_dict_insert (&changes, "elapsed-s", "x", (gint64) pawl_trial_get_elapsed_s (trial));
  pawl_engine_save (self, g_variant_dict_end (&changes), ignore);
}

static void
after_confirmed (PawlEngine *self, const GError *error)
{
  if (error != NULL)
    {
      pawl_engine_end_for_now (self, error);
      return;
    }
  pawl_engine_tell (self, "trial-passed", pawl_update_get_id (pawl_engine_get_available (self)));
  pawl_engine_keep (self);
}

static void
on_judged (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PawlEngine) self = data;
  g_auto (GVariantDict) changes = G_VARIANT_DICT_INIT (NULL);
  g_autofree char *rejected = g_steal_pointer (&self->rejected);
  g_autoptr (GError) error = NULL;

  g_signal_handlers_disconnect_by_func (self->trial, on_trial_changed, self);
  if (pawl_trial_run_finish (self->trial, result, &error))
    {
      g_variant_dict_insert (&changes, "confirmed", "b", TRUE);
      pawl_engine_save (self, g_variant_dict_end (&changes), after_confirmed);
      return;
    }
  if (self->stopping)
    {
      g_clear_object (&self->trial);
      pawl_engine_end (self, NULL);
      return;
    }
  pawl_engine_tell (self, "trial-failed", rejected != NULL ? rejected : error->message);
  pawl_engine_revert (self, "INSTALL_FAILED", rejected != NULL ? rejected : error->message);
}

static void
restore_person (PawlEngine *self)
{
  int verdict = PAWL_VERDICT_NOT_YET;
  const char *person = pawl_record_get_string (self->record, "person");

  if (*person != '\0' && pawl_enum_from_nick (PAWL_TYPE_VERDICT, person, &verdict, NULL))
    pawl_trial_set_person (self->trial, (PawlVerdict) verdict,
                           pawl_record_get_string (self->record, "person-reason"));
}

static void
run_trial (PawlEngine *self, const GError *error)
{
  PawlUpdate *update = pawl_engine_get_available (self);
  guint deadline_s = (guint) pawl_config_get_int (self->config, "trial", "deadline-s");
  guint elapsed_s;

  if (error != NULL)
    {
      pawl_engine_end_for_now (self, error);
      return;
    }
  pawl_engine_set_reboot_pending (self, FALSE);
  elapsed_s = (guint) pawl_record_get_int (self->record, "elapsed-s");
  self->trial_saved_us = pawl_clock_get_monotonic_us (self->clock);
  self->trial = pawl_trial_new (self->device, self->clock, update, elapsed_s, deadline_s);
  g_signal_connect (self->trial, "changed", G_CALLBACK (on_trial_changed), self);
  pawl_engine_tell (self, "trial-started", pawl_update_get_id (update));
  pawl_progress_meter_begin (self->meter, PAWL_PHASE_TRIAL, NULL);
  pawl_engine_notify (self, "trial");
  pawl_trial_run_async (self->trial, self->cancellable, on_judged, g_object_ref (self));
  restore_person (self);
}

/* A restart of the daemon is not another boot. */
void
pawl_engine_try_it (PawlEngine *self)
{
  g_auto (GVariantDict) changes = G_VARIANT_DICT_INIT (NULL);
  gint64 boots = pawl_record_get_int (self->record, "boots");

  if (pawl_engine_get_state (self) != PAWL_STATE_TRIAL)
    g_variant_dict_insert (&changes, "state", "s", "trial");
  if (g_strcmp0 (pawl_record_get_string (self->record, "trial-boot-id"), self->boot_id) != 0)
    g_variant_dict_insert (&changes, "boots", "x", boots + 1);
  g_variant_dict_insert (&changes, "trial-boot-id", "s", self->boot_id);
  pawl_engine_save (self, g_variant_dict_end (&changes), run_trial);
}

/* ---- keeping ---- */

static void
on_let_go (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PawlEngine) self = data;

  pawl_trial_end_finish (PAWL_TRIAL (source), result, NULL);
  g_clear_object (&self->trial);
  pawl_engine_notify (self, "trial");
  pawl_engine_conclude (self, "OK", "");
}

typedef struct
{
  PawlEngine *engine; /* (owned) */
  GStrv serials;      /* (owned) */
  guint next;
} Commit;

static void commit_next (Commit *commit);

/* What an installer keeps needlessly is no reason to doubt the version. */
static void
on_committed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
    pawl_installer_commit_finish (PAWL_INSTALLER (source), result, &error);

  if (error != NULL)
    g_message ("%s", error->message);
  commit_next (data);
}

static void
end_commit (Commit *commit)
{
  g_autoptr (PawlEngine) self = commit->engine;

  g_strfreev (commit->serials);
  g_free (commit);
  if (self->trial != NULL)
    pawl_trial_end_async (self->trial, PAWL_VERDICT_PASS, on_let_go, g_object_ref (self));
  else
    pawl_engine_conclude (self, "OK", "");
}

static void
commit_next (Commit *commit)
{
  PawlEngine *self = commit->engine;
  const char *serial = commit->serials[commit->next++];
  g_autoptr (PawlTarget) target = NULL;
  PawlInstaller *installer;

  if (serial == NULL)
    {
      end_commit (commit);
      return;
    }
  installer = pawl_device_lookup_installer (self->device, serial, NULL);
  target = pawl_update_dup_target (pawl_engine_get_available (self), serial);
  if (installer != NULL && target != NULL)
    pawl_installer_commit_async (installer, target, NULL, 0, NULL, on_committed, commit);
  else
    commit_next (commit);
}

static void
commit_all (PawlEngine *self)
{
  Commit *commit = g_new0 (Commit, 1);

  commit->engine = g_object_ref (self);
  commit->serials = pawl_engine_dup_serials (self);
  commit_next (commit);
}

static void
on_marked_good (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PawlEngine) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
    pawl_boot_control_mark_good_finish (PAWL_BOOT_CONTROL (source), result, &error);

  if (error == NULL)
    {
      commit_all (self);
      return;
    }
  pawl_decision_log_note (self->decisions, "boot-loader", PAWL_VERDICT_FAIL, "not-marked-good",
                          error->message, 0);
  pawl_engine_tell_error (self, "activate-failed", error);
  g_clear_object (&self->trial);
  pawl_engine_end_for_now (self, error);
}

void
pawl_engine_keep (PawlEngine *self)
{
  PawlBootControl *boot_control = pawl_device_get_boot_control (self->device);

  if (boot_control != NULL)
    pawl_boot_control_mark_good_async (boot_control, NULL, 0, NULL, on_marked_good,
                                       g_object_ref (self));
  else
    commit_all (self);
}
