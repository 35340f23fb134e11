/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Start, restart and end: what is on the disk, what really booted, and what follows from both. */
#include "pawl-engine-private.h"

#include "pawl-recovery.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

/* ---- where the device is ---- */

static PawlRunning
find_running (PawlEngine *self)
{
  g_auto (GStrv) serials = pawl_engine_dup_serials (self);
  gboolean all_before = TRUE;
  gboolean all_after = TRUE;

  for (guint i = 0; serials[i] != NULL; i++)
    {
      g_autoptr (PawlTarget) wanted =
        pawl_update_dup_target (pawl_engine_get_available (self), serials[i]);
      g_autoptr (PawlTarget) installed = pawl_device_dup_installed (self->device, serials[i]);

      all_before = all_before && pawl_engine_runs_before (self, serials[i]);
      all_after = all_after && installed != NULL && pawl_target_is_same (wanted, installed);
    }
  if (all_before)
    return PAWL_RUNNING_BEFORE;
  return all_after ? PAWL_RUNNING_AFTER : PAWL_RUNNING_MIXED;
}

static PawlState
get_return_state (PawlEngine *self)
{
  PawlState state = pawl_engine_get_state (self);
  int origin = PAWL_STATE_IDLE;

  if (state == PAWL_STATE_FETCHING)
    return PAWL_STATE_AVAILABLE;
  if (state == PAWL_STATE_INSTALLING)
    return PAWL_STATE_FETCHED;
  pawl_enum_from_nick (PAWL_TYPE_STATE, pawl_record_get_string (self->record, "came-from"), &origin,
                       NULL);
  return (PawlState) origin;
}

static void
end_returned (PawlEngine *self, const GError *error)
{
  if (error != NULL)
    pawl_engine_end_for_now (self, error);
  else
    pawl_engine_end (self, NULL);
}

static void
on_settled (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PawlEngine) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
    pawl_boot_control_mark_good_finish (PAWL_BOOT_CONTROL (source), result, &error);

  if (error != NULL)
    pawl_decision_log_note (self->decisions, "boot-loader", PAWL_VERDICT_FAIL, "not-settled",
                            error->message, 0);
  pawl_engine_end (self, NULL);
}

static void
revert (PawlEngine *self, const char *why, const char *reason)
{
  g_autofree char *text =
    *reason != '\0' ? g_strdup_printf ("%s (%s)", why, reason) : g_strdup (why);

  if (pawl_engine_get_state (self) == PAWL_STATE_REVERTING)
    pawl_engine_revert_now (self);
  else
    pawl_engine_revert (self, "INSTALL_FAILED", text);
}

static void
reboot (PawlEngine *self, const char *why)
{
  pawl_engine_set_reboot_pending (self, TRUE);
  if (!pawl_record_get_boolean (self->record, "no-reboot"))
    pawl_engine_request_reboot (self, why);
  pawl_engine_end (self, NULL);
}

static void
act (PawlEngine *self, PawlRecoveryStep step, const char *why, const char *reason)
{
  switch (step)
    {
    case PAWL_RECOVERY_STAY:
      pawl_engine_end (self, NULL);
      break;
    case PAWL_RECOVERY_SETTLE:
      pawl_boot_control_mark_good_async (pawl_device_get_boot_control (self->device), NULL, 0, NULL,
                                         on_settled, g_object_ref (self));
      break;
    case PAWL_RECOVERY_RETURN:
      pawl_engine_save_state (self, get_return_state (self), end_returned);
      break;
    case PAWL_RECOVERY_ACTIVATE:
      pawl_engine_activate_now (self);
      break;
    case PAWL_RECOVERY_REBOOT:
      reboot (self, why);
      break;
    case PAWL_RECOVERY_TRIAL:
      pawl_engine_try_it (self);
      break;
    case PAWL_RECOVERY_CONFIRM:
      pawl_engine_keep (self);
      break;
    case PAWL_RECOVERY_REVERT:
      revert (self, why, reason);
      break;
    case PAWL_RECOVERY_FINISH_REVERT:
      /* The other version is taken out of the way once more: a fall back of the boot loader did not
       * do that. */
      pawl_engine_revert_now (self);
      break;
    default:
      g_assert_not_reached ();
    }
}

static gboolean
has_rebooted (PawlEngine *self)
{
  const char *boot_id = pawl_record_get_string (self->record, "boot-id");

  return *boot_id != '\0' && !g_str_equal (boot_id, self->boot_id);
}

static void
decide (PawlEngine *self, PawlBootStatus status, const char *reason)
{
  PawlRecoveryFacts facts = {
    .state = pawl_engine_get_state (self),
    .boot = status,
    .running = find_running (self),
    .activated = pawl_record_get_boolean (self->record, "activated"),
    .rebooted = has_rebooted (self),
    .confirmed = pawl_record_get_boolean (self->record, "confirmed"),
  };
  const char *why = NULL;
  PawlRecoveryStep step = pawl_recovery_decide (&facts, &why);

  g_debug ("%s, %s: %s", pawl_enum_to_nick (PAWL_TYPE_STATE, (int) facts.state),
           pawl_enum_to_nick (PAWL_TYPE_BOOT_STATUS, (int) status), why);
  pawl_engine_answer (&self->start_call, NULL);
  pawl_engine_answer (&self->reload_call, NULL);
  act (self, step, why, reason);
}

static void
on_status (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PawlEngine) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) details = NULL;
  const char *reason = "";
  PawlBootStatus status =
    pawl_boot_control_get_status_finish (PAWL_BOOT_CONTROL (source), result, &details, &error);

  if (details != NULL)
    g_variant_lookup (details, "reason", "&s", &reason);
  if (error != NULL)
    pawl_decision_log_note (self->decisions, "boot-loader", PAWL_VERDICT_FAIL, "unknown",
                            error->message, 0);
  else
    pawl_decision_log_drop (self->decisions, "boot-loader");
  decide (self, error != NULL ? PAWL_BOOT_STATUS_NORMAL : status, reason);
}

static void
on_looked (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PawlEngine) self = data;
  PawlBootControl *boot_control = pawl_device_get_boot_control (self->device);

  pawl_device_look_finish (PAWL_DEVICE (source), result, NULL);
  if (boot_control != NULL)
    pawl_boot_control_get_status_async (boot_control, NULL, 0, NULL, on_status,
                                        g_object_ref (self));
  else
    decide (self, PAWL_BOOT_STATUS_NORMAL, "");
}

/* ---- the plugins ---- */

static void
on_attack (PawlDevice *device, PawlAttack attack, const char *message, gpointer data)
{
  PawlEngine *self = data;

  self->attack = attack;
  pawl_engine_tell (self, "attack-suspected", message);
}

static void
on_activity (PawlDevice *device, gpointer data)
{
  PawlEngine *self = data;

  self->active_us = pawl_clock_get_monotonic_us (self->clock);
}

static void
on_installed_changed (PawlDevice *device, gpointer data)
{
  PawlEngine *self = data;

  g_object_unref (self->ecus);
  self->ecus = pawl_device_dup_ecus (device);
  pawl_engine_notify (self, "installed");
}

/* Nothing but reading works until another configuration comes. */
static void
break_down (PawlEngine *self, const char *event, GError *error)
{
  g_clear_error (&self->broken);
  self->broken = error;
  g_clear_object (&self->device);
  pawl_decision_log_note (self->decisions, "configuration", PAWL_VERDICT_FAIL, "unusable",
                          error->message, 0);
  pawl_engine_tell_error (self, event, error);
  pawl_engine_answer (&self->start_call, error);
  pawl_engine_answer (&self->reload_call, error);
  pawl_engine_end (self, error);
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PawlEngine) self = data;
  GError *error = NULL;

  if (!pawl_device_load_finish (PAWL_DEVICE (source), result, &error))
    {
      break_down (self, "configuration-failed", error);
      return;
    }
  pawl_decision_log_drop (self->decisions, "configuration");
  g_clear_error (&self->broken);
  pawl_engine_schedule_check (self, pawl_schedule_first (&self->schedule, g_random_double ()));
  pawl_device_look_async (self->device, NULL, on_looked, g_object_ref (self));
}

static void
read_schedule (PawlEngine *self)
{
  self->schedule =
    (PawlSchedule){pawl_config_get_int (self->config, "policy", "poll-interval-s") * G_USEC_PER_SEC,
                   pawl_config_get_int (self->config, "policy", "backoff-min-s") * G_USEC_PER_SEC,
                   pawl_config_get_int (self->config, "policy", "backoff-max-s") * G_USEC_PER_SEC,
                   0};
}

static void
load_plugins (PawlEngine *self)
{
  g_auto (GStrv) allowed = pawl_config_dup_strings (self->config, "daemon", "plugins");
  g_auto (GStrv) trusted = pawl_config_dup_strings (self->config, "daemon", "trusted-plugins");
  g_auto (GStrv) isolated = pawl_config_dup_strings (self->config, "daemon", "isolated-plugins");
  g_auto (GStrv) grants = pawl_config_dup_strings (self->config, "daemon", "plugin-grants");
  GError *error = NULL;

  pawl_plugin_host_set_grants (self->host, (const char *const *) grants);
  pawl_plugin_host_set_allowed (self->host, (const char *const *) allowed);
  pawl_plugin_host_set_trusted (self->host, (const char *const *) trusted);
  pawl_plugin_host_set_isolated (self->host, (const char *const *) isolated);
  pawl_plugin_host_scan (self->host);
  if (!pawl_config_check_plugins (self->config, self->host, &error))
    {
      break_down (self, "configuration-failed", error);
      return;
    }
  read_schedule (self);
  self->device = pawl_device_new (self->config, self->host, self->floor, self->decisions);
  g_signal_connect_object (self->device, "attack", G_CALLBACK (on_attack), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (self->device, "activity", G_CALLBACK (on_activity), self,
                           G_CONNECT_DEFAULT);
  g_signal_connect_object (self->device, "installed-changed", G_CALLBACK (on_installed_changed),
                           self, G_CONNECT_DEFAULT);
  pawl_device_load_async (self->device, NULL, on_loaded, g_object_ref (self));
}

/* ---- the disk ---- */

static gboolean
make_folders (PawlEngine *self, GError **error)
{
  const char *const names[] = {"", "downloads", "outbox"};

  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = pawl_engine_make_path (self, names[i]);

      if (g_mkdir_with_parents (path, 0700) == 0)
        continue;
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_STORAGE, "%s: the folder cannot be made: %s", path,
                   g_strerror (errno));
      return FALSE;
    }
  return TRUE;
}

static GVariant *
load_journal (PawlEngine *self, PawlJournal *journal)
{
  g_autoptr (GError) error = NULL;
  GVariant *members = pawl_journal_load (journal, &error);

  if (error != NULL)
    pawl_engine_tell_error (self, "storage-failed", error);
  return members;
}

static void
load_history (PawlEngine *self)
{
  g_autoptr (GVariant) members = load_journal (self, self->history_journal);
  GVariant *reports = NULL;

  if (members != NULL)
    reports = g_variant_lookup_value (members, "reports", G_VARIANT_TYPE ("aa{sv}"));
  if (reports == NULL)
    return;
  g_variant_unref (self->history);
  self->history = reports;
}

/* What cannot be read is as if it were not there, and the event says so: a device that cannot go
 * on for a torn file would need a person. */
static void
load_files (PawlEngine *self)
{
  g_autofree char *update = pawl_engine_make_path (self, "update");
  g_autofree char *failed = pawl_engine_make_path (self, "failed");
  g_autofree char *floor = pawl_engine_make_path (self, "time-floor");
  g_autofree char *outbox = pawl_engine_make_path (self, "outbox");
  g_autofree char *history = pawl_engine_make_path (self, "history");
  g_autofree char *kept = pawl_engine_make_path (self, "kept");
  g_autoptr (GError) update_error = NULL;
  g_autoptr (GError) failed_error = NULL;
  g_autoptr (GError) floor_error = NULL;

  self->record = pawl_record_new (update);
  self->failed = pawl_failed_new (failed);
  self->floor = pawl_time_floor_new (self->clock, floor);
  self->outbox = pawl_outbox_new (outbox);
  self->history_journal = pawl_journal_new (history);
  self->kept_journal = pawl_journal_new (kept);
  if (!pawl_record_load (self->record, &update_error))
    pawl_engine_tell_error (self, "storage-failed", update_error);
  if (!pawl_failed_load (self->failed, &failed_error))
    pawl_engine_tell_error (self, "storage-failed", failed_error);
  if (!pawl_time_floor_load (self->floor, &floor_error))
    pawl_engine_tell_error (self, "storage-failed", floor_error);
  load_history (self);
  self->kept = load_journal (self, self->kept_journal);
  self->told_state = pawl_engine_get_state (self);
}

/* Field 22 of proc(5)'s stat: when the process began. Its name may hold spaces and parentheses. */
static char *
read_first_process_start (void)
{
  g_autofree char *stat = NULL;
  const char *end;
  g_auto (GStrv) words = NULL;

  if (!g_file_get_contents ("/proc/1/stat", &stat, NULL, NULL))
    return g_strdup ("");
  end = strrchr (stat, ')');
  words = g_strsplit (end != NULL ? end + 1 : "", " ", -1);
  return g_strdup (g_strv_length (words) > 20 ? words[20] : "");
}

static void
read_boot_id (PawlEngine *self)
{
  g_autofree char *kernel = NULL;
  g_autofree char *start = read_first_process_start ();

  if (self->boot_id != NULL)
    return;
  g_file_get_contents ("/proc/sys/kernel/random/boot_id", &kernel, NULL, NULL);
  self->boot_id = g_strconcat (kernel != NULL ? g_strstrip (kernel) : "unknown", "-", start, NULL);
}

void
pawl_engine_set_boot_id (PawlEngine *self, const char *boot_id)
{
  g_free (self->boot_id);
  self->boot_id = g_strdup (boot_id);
}

/* ---- start, reload, stop ---- */

void
pawl_engine_do_resume (PawlEngine *self)
{
  GError *error = NULL;

  pawl_engine_begin (self, "a look at the device");
  if (self->reload_call != NULL)
    g_clear_object (&self->device);
  if (self->device != NULL)
    {
      pawl_device_look_async (self->device, NULL, on_looked, g_object_ref (self));
      return;
    }
  if (self->record == NULL && !make_folders (self, &error))
    {
      break_down (self, "storage-failed", error);
      return;
    }
  if (self->record == NULL)
    load_files (self);
  load_plugins (self);
}

void
pawl_engine_start_async (PawlEngine *self,
                         GCancellable *cancellable,
                         GAsyncReadyCallback callback,
                         gpointer user_data)
{
  self->start_call = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (self->start_call, pawl_engine_start_async);
  read_boot_id (self);
  if (self->broken != NULL)
    {
      pawl_engine_answer (&self->start_call, self->broken);
      return;
    }
  pawl_engine_do_resume (self);
}

gboolean
pawl_engine_start_finish (PawlEngine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* The latest configuration wins: whoever waits for an earlier one gets its answer with it. */
void
pawl_engine_reload_async (PawlEngine *self,
                          PawlConfig *config,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data)
{
  g_set_object (&self->reloading, config);
  pawl_engine_answer (&self->reload_call, NULL);
  self->reload_call = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (self->reload_call, pawl_engine_reload_async);
  pawl_engine_reconsider (self);
}

gboolean
pawl_engine_reload_finish (PawlEngine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

void
pawl_engine_refuse_config (PawlEngine *self, const GError *error)
{
  read_boot_id (self);
  pawl_decision_log_note (self->decisions, "configuration", PAWL_VERDICT_FAIL, "unusable",
                          error->message, 0);
  pawl_engine_tell_error (self, "configuration-failed", error);
  if (self->device == NULL)
    {
      g_clear_error (&self->broken);
      self->broken = g_error_copy (error);
    }
}

void
pawl_engine_stop_async (PawlEngine *self, GAsyncReadyCallback callback, gpointer user_data)
{
  self->stopping = TRUE;
  self->stop_call = g_task_new (self, NULL, callback, user_data);
  g_task_set_source_tag (self->stop_call, pawl_engine_stop_async);
  pawl_clock_clear_timer (self->clock, &self->check_timer);
  pawl_clock_clear_timer (self->clock, &self->retry_timer);
  if (self->cancellable != NULL)
    g_cancellable_cancel (self->cancellable);
  pawl_engine_reconsider (self);
}

gboolean
pawl_engine_stop_finish (PawlEngine *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
