/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The plugins that the configuration names, and what they tell while nobody asks them. */
#include "pawl-engine-private.h"

#define MAX_RETRY_AFTER_S (24 * 3600)

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

/* Whoever could hold a device for ever with one answer would keep it from the next update. */
static void
on_retry_after (PawlDevice *device, guint64 wait_s, gpointer data)
{
  PawlEngine *self = data;
  gint64 wait_us = (gint64) MIN (wait_s, MAX_RETRY_AFTER_S) * G_USEC_PER_SEC;

  self->retry_after_us = MAX (self->retry_after_us, wait_us);
}

static void
on_installed_changed (PawlDevice *device, gpointer data)
{
  PawlEngine *self = data;

  g_object_unref (self->ecus);
  self->ecus = pawl_device_dup_ecus (device);
  pawl_engine_notify (self, "installed");
}

void
pawl_engine_break_down (PawlEngine *self, const char *event, GError *error)
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
      pawl_engine_break_down (self, "configuration-failed", error);
      return;
    }
  pawl_decision_log_drop (self->decisions, "configuration");
  g_clear_error (&self->broken);
  pawl_engine_schedule_check (self, pawl_schedule_first (&self->schedule, g_random_double ()));
  pawl_engine_look (self);
}

static void
read_settings (PawlEngine *self)
{
  pawl_outbox_set_limit (self->outbox,
                         (guint) pawl_config_get_int (self->config, "daemon", "outbox-limit"));
  self->schedule =
    (PawlSchedule){pawl_config_get_int (self->config, "policy", "poll-interval-s") * G_USEC_PER_SEC,
                   pawl_config_get_int (self->config, "policy", "backoff-min-s") * G_USEC_PER_SEC,
                   pawl_config_get_int (self->config, "policy", "backoff-max-s") * G_USEC_PER_SEC,
                   0};
}

void
pawl_engine_load_plugins (PawlEngine *self)
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
      pawl_engine_break_down (self, "configuration-failed", error);
      return;
    }
  read_settings (self);
  self->device = pawl_device_new (self->config, self->host, self->floor, self->decisions);
  g_signal_connect_object (self->device, "attack", G_CALLBACK (on_attack), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (self->device, "activity", G_CALLBACK (on_activity), self,
                           G_CONNECT_DEFAULT);
  g_signal_connect_object (self->device, "retry-after", G_CALLBACK (on_retry_after), self,
                           G_CONNECT_DEFAULT);
  g_signal_connect_object (self->device, "installed-changed", G_CALLBACK (on_installed_changed),
                           self, G_CONNECT_DEFAULT);
  pawl_device_load_async (self->device, NULL, on_loaded, g_object_ref (self));
}
