/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What is on the disk, what really booted, and what follows from both. */
#include "pawl-engine-private.h"

#include "pawl-last-reset.h"
#include "pawl-recovery.h"

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

/* What follows from the table, and what the boot loader and the hardware say about it: no boot
 * loader knows why a try did not end well. */
static char *
explain (const char *why, const char *reason)
{
  const char *words[3] = {NULL};
  g_autofree char *details = NULL;
  guint n_words = 0;

  if (*reason != '\0')
    words[n_words++] = reason;
  if (pawl_last_reset_was_watchdog (NULL))
    words[n_words++] = "the watchdog caused the last reset";
  if (n_words == 0)
    return g_strdup (why);
  details = g_strjoinv (", ", (char **) words);
  return g_strdup_printf ("%s (%s)", why, details);
}

static void
revert (PawlEngine *self, const char *why, const char *reason)
{
  g_autofree char *text = explain (why, reason);

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

void
pawl_engine_look (PawlEngine *self)
{
  pawl_device_look_async (self->device, NULL, on_looked, g_object_ref (self));
}
