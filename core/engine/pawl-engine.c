/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What the engine shows of itself. Everything is a snapshot; a property is told when its value is
 * another one than before. */
#include "pawl-engine-private.h"

#include "pawl-event.h"

enum
{
  PROP_STATE = 1,
  PROP_PROGRESS,
  PROP_AVAILABLE,
  PROP_INSTALLED,
  PROP_LAST_RESULT,
  PROP_NEXT_CHECK,
  PROP_DECISIONS,
  PROP_INHIBITORS,
  PROP_TRIAL,
  PROP_BUSY,
  PROP_MAY_EXIT,
  PROP_REBOOT_PENDING,
  N_PROPERTIES
};

enum
{
  SIGNAL_STATE_CHANGED,
  SIGNAL_EVENT,
  SIGNAL_REBOOT_REQUESTED,
  N_SIGNALS
};

static GParamSpec *properties[N_PROPERTIES];
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PawlEngine, pawl_engine, G_TYPE_OBJECT)

/* ---- reading ---- */

PawlConfig *
pawl_engine_get_config (PawlEngine *self)
{
  return self->config;
}

PawlPluginHost *
pawl_engine_get_plugin_host (PawlEngine *self)
{
  return self->host;
}

PawlState
pawl_engine_get_state (PawlEngine *self)
{
  return self->record != NULL ? pawl_record_get_state (self->record) : PAWL_STATE_IDLE;
}

PawlProgress *
pawl_engine_get_progress (PawlEngine *self)
{
  return pawl_progress_meter_get (self->meter);
}

PawlUpdate *
pawl_engine_get_available (PawlEngine *self)
{
  return self->record != NULL ? pawl_record_get_update (self->record) : NULL;
}

GListModel *
pawl_engine_get_installed (PawlEngine *self)
{
  return self->ecus;
}

gint64
pawl_engine_get_next_check (PawlEngine *self)
{
  return self->next_check_us;
}

PawlReport *
pawl_engine_dup_last_result (PawlEngine *self)
{
  g_autoptr (GVariant) newest = NULL;

  if (g_variant_n_children (self->history) == 0)
    return NULL;
  newest = g_variant_get_child_value (self->history, 0);
  return pawl_report_new_from_variant (newest, NULL);
}

GListModel *
pawl_engine_dup_decisions (PawlEngine *self)
{
  return pawl_decision_log_dup_list (self->decisions);
}

GVariant *
pawl_engine_dup_inhibitors (PawlEngine *self)
{
  return g_variant_ref_sink (pawl_inhibitors_to_variant (self->inhibitors));
}

static GVariant *
describe_trial (PawlEngine *self)
{
  g_auto (GVariantDict) members = G_VARIANT_DICT_INIT (NULL);
  gint64 left_s;

  if (self->trial == NULL)
    return g_variant_dict_end (&members);
  left_s = pawl_config_get_int (self->config, "trial", "deadline-s") -
           pawl_trial_get_elapsed_s (self->trial);
  left_s = MAX (left_s, 0);
  g_variant_dict_insert (&members, "deadline", "x",
                         pawl_clock_get_time_us (self->clock) + left_s * G_USEC_PER_SEC);
  g_variant_dict_insert (&members, "deadline-left-s", "u", (guint32) left_s);
  g_variant_dict_insert (&members, "boots", "u",
                         (guint32) pawl_record_get_int (self->record, "boots"));
  g_variant_dict_insert_value (&members, "confirmers", pawl_trial_list_answers (self->trial));
  return g_variant_dict_end (&members);
}

GVariant *
pawl_engine_dup_trial (PawlEngine *self)
{
  return g_variant_ref_sink (describe_trial (self));
}

gboolean
pawl_engine_get_busy (PawlEngine *self)
{
  return self->running != NULL || self->sending || !pawl_inhibitors_is_empty (self->inhibitors);
}

gboolean
pawl_engine_get_may_exit (PawlEngine *self)
{
  return !pawl_engine_get_busy (self) && self->check_timer == 0 && self->retry_timer == 0;
}

gboolean
pawl_engine_get_reboot_pending (PawlEngine *self)
{
  return self->reboot_pending;
}

GVariant *
pawl_engine_get_history (PawlEngine *self)
{
  return self->history;
}

gboolean
pawl_engine_is_alive (PawlEngine *self)
{
  gint64 stall_us = pawl_config_get_int (self->config, "daemon", "stall-s") * G_USEC_PER_SEC;

  /* A trial waits for others, and has a deadline of its own. */
  return self->running == NULL || self->trial != NULL ||
         pawl_clock_get_monotonic_us (self->clock) - self->active_us < stall_us;
}

static void
pawl_engine_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PawlEngine *self = PAWL_ENGINE (object);

  switch (id)
    {
    case PROP_STATE:
      g_value_set_enum (value, (int) pawl_engine_get_state (self));
      break;
    case PROP_PROGRESS:
      g_value_set_object (value, pawl_engine_get_progress (self));
      break;
    case PROP_AVAILABLE:
      g_value_set_object (value, pawl_engine_get_available (self));
      break;
    case PROP_INSTALLED:
      g_value_set_object (value, pawl_engine_get_installed (self));
      break;
    case PROP_LAST_RESULT:
      g_value_take_object (value, pawl_engine_dup_last_result (self));
      break;
    case PROP_NEXT_CHECK:
      g_value_set_int64 (value, pawl_engine_get_next_check (self));
      break;
    case PROP_DECISIONS:
      g_value_take_object (value, pawl_decision_log_dup_list (self->decisions));
      break;
    case PROP_INHIBITORS:
      g_value_set_variant (value, pawl_inhibitors_to_variant (self->inhibitors));
      break;
    case PROP_TRIAL:
      g_value_set_variant (value, describe_trial (self));
      break;
    case PROP_BUSY:
      g_value_set_boolean (value, pawl_engine_get_busy (self));
      break;
    case PROP_MAY_EXIT:
      g_value_set_boolean (value, pawl_engine_get_may_exit (self));
      break;
    case PROP_REBOOT_PENDING:
      g_value_set_boolean (value, self->reboot_pending);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

const char *
pawl_engine_get_state_dir (PawlEngine *self)
{
  return pawl_config_get_string (self->config, "daemon", "state-dir");
}

char *
pawl_engine_make_path (PawlEngine *self, const char *name)
{
  return g_build_filename (pawl_engine_get_state_dir (self), name, NULL);
}

/* ---- telling ---- */

void
pawl_engine_notify (PawlEngine *self, const char *property)
{
  g_object_notify (G_OBJECT (self), property);
}

void
pawl_engine_refresh (PawlEngine *self, const char *reason)
{
  PawlState from = self->told_state;
  PawlState to = pawl_engine_get_state (self);
  gboolean busy = pawl_engine_get_busy (self);
  gboolean may_exit = pawl_engine_get_may_exit (self);

  self->told_state = to;
  if (from != to)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
  if (self->told_busy != busy)
    {
      self->told_busy = busy;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_BUSY]);
    }
  if (self->told_may_exit != may_exit)
    {
      self->told_may_exit = may_exit;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_MAY_EXIT]);
    }
  if (from != to)
    g_signal_emit (self, signals[SIGNAL_STATE_CHANGED], 0, (int) from, (int) to, reason);
}

void
pawl_engine_set_reboot_pending (PawlEngine *self, gboolean pending)
{
  if (self->reboot_pending == pending)
    return;
  self->reboot_pending = pending;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_REBOOT_PENDING]);
}

void
pawl_engine_request_reboot (PawlEngine *self, const char *reason)
{
  pawl_engine_tell (self, "reboot-requested", reason);
  g_signal_emit (self, signals[SIGNAL_REBOOT_REQUESTED], 0, reason);
}

static void
emit (PawlEngine *self, const char *event, const char *message, const char *error)
{
  PawlUpdate *update = pawl_engine_get_available (self);
  g_auto (GVariantDict) fields = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) all = NULL;

  g_variant_dict_insert (&fields, "message", "s", message);
  g_variant_dict_insert (&fields, "state", "s",
                         pawl_enum_to_nick (PAWL_TYPE_STATE, (int) pawl_engine_get_state (self)));
  if (update != NULL)
    g_variant_dict_insert (&fields, "update", "s", pawl_update_get_id (update));
  if (error != NULL)
    g_variant_dict_insert (&fields, "error", "s", error);
  all = g_variant_ref_sink (g_variant_dict_end (&fields));
  g_warn_if_fail (pawl_event_lookup (event) != NULL);
  g_signal_emit (self, signals[SIGNAL_EVENT], 0, event, all);
}

void
pawl_engine_tell (PawlEngine *self, const char *event, const char *message)
{
  emit (self, event, message, NULL);
}

void
pawl_engine_tell_error (PawlEngine *self, const char *event, const GError *error)
{
  const char *nick =
    error->domain == PAWL_ERROR ? pawl_enum_to_nick (PAWL_TYPE_ERROR, error->code) : "failed";

  emit (self, event, error->message, nick);
}

/* ---- the object ---- */

static void
on_progress (PawlProgressMeter *meter, gpointer data)
{
  PawlEngine *self = data;

  self->active_us = pawl_clock_get_monotonic_us (self->clock);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROGRESS]);
}

static void
on_decision (PawlDecisionLog *log, gpointer data)
{
  g_object_notify_by_pspec (G_OBJECT (data), properties[PROP_DECISIONS]);
}

PawlEngine *
pawl_engine_new (PawlConfig *config, PawlClock *clock, PawlPluginHost *host)
{
  PawlEngine *self = g_object_new (PAWL_TYPE_ENGINE, NULL);

  self->config = g_object_ref (config);
  self->clock = g_object_ref (clock);
  self->host = g_object_ref (host);
  self->decisions = pawl_decision_log_new (clock);
  self->meter = pawl_progress_meter_new (clock);
  g_signal_connect_object (self->decisions, "changed", G_CALLBACK (on_decision), self,
                           G_CONNECT_DEFAULT);
  g_signal_connect_object (self->meter, "changed", G_CALLBACK (on_progress), self,
                           G_CONNECT_DEFAULT);
  return self;
}

static void
pawl_engine_dispose (GObject *object)
{
  PawlEngine *self = PAWL_ENGINE (object);

  if (self->clock != NULL)
    {
      pawl_clock_clear_timer (self->clock, &self->check_timer);
      pawl_clock_clear_timer (self->clock, &self->retry_timer);
    }
  g_clear_object (&self->trial);
  g_clear_object (&self->device);
  g_clear_object (&self->kept_journal);
  g_clear_object (&self->history_journal);
  g_clear_object (&self->outbox);
  g_clear_object (&self->failed);
  g_clear_object (&self->record);
  g_clear_object (&self->floor);
  g_clear_object (&self->meter);
  g_clear_object (&self->decisions);
  g_clear_object (&self->host);
  g_clear_object (&self->clock);
  g_clear_object (&self->config);
  g_clear_object (&self->ecus);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->reloading);
  G_OBJECT_CLASS (pawl_engine_parent_class)->dispose (object);
}

static void
pawl_engine_finalize (GObject *object)
{
  PawlEngine *self = PAWL_ENGINE (object);

  g_clear_pointer (&self->kept, g_variant_unref);
  g_variant_unref (self->history);
  pawl_inhibitors_free (self->inhibitors);
  g_ptr_array_unref (self->end_calls);
  g_clear_error (&self->broken);
  g_clear_error (&self->failure);
  g_free (self->rejected);
  g_free (self->boot_id);
  g_free (self->told_update);
  G_OBJECT_CLASS (pawl_engine_parent_class)->finalize (object);
}

#define READABLE (G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY)

static void
install_properties (GObjectClass *object_class)
{
  properties[PROP_STATE] =
    g_param_spec_enum ("state", NULL, NULL, PAWL_TYPE_STATE, PAWL_STATE_IDLE, READABLE);
  properties[PROP_PROGRESS] =
    g_param_spec_object ("progress", NULL, NULL, PAWL_TYPE_PROGRESS, READABLE);
  properties[PROP_AVAILABLE] =
    g_param_spec_object ("available", NULL, NULL, PAWL_TYPE_UPDATE, READABLE);
  properties[PROP_INSTALLED] =
    g_param_spec_object ("installed", NULL, NULL, G_TYPE_LIST_MODEL, READABLE);
  properties[PROP_LAST_RESULT] =
    g_param_spec_object ("last-result", NULL, NULL, PAWL_TYPE_REPORT, READABLE);
  properties[PROP_NEXT_CHECK] =
    g_param_spec_int64 ("next-check", NULL, NULL, 0, G_MAXINT64, 0, READABLE);
  properties[PROP_DECISIONS] =
    g_param_spec_object ("decisions", NULL, NULL, G_TYPE_LIST_MODEL, READABLE);
  properties[PROP_INHIBITORS] =
    g_param_spec_variant ("inhibitors", NULL, NULL, G_VARIANT_TYPE ("aa{sv}"), NULL, READABLE);
  properties[PROP_TRIAL] =
    g_param_spec_variant ("trial", NULL, NULL, G_VARIANT_TYPE_VARDICT, NULL, READABLE);
  properties[PROP_BUSY] = g_param_spec_boolean ("busy", NULL, NULL, FALSE, READABLE);
  properties[PROP_MAY_EXIT] = g_param_spec_boolean ("may-exit", NULL, NULL, TRUE, READABLE);
  properties[PROP_REBOOT_PENDING] =
    g_param_spec_boolean ("reboot-pending", NULL, NULL, FALSE, READABLE);
  g_object_class_install_properties (object_class, N_PROPERTIES, properties);
}

static void
pawl_engine_class_init (PawlEngineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = pawl_engine_dispose;
  object_class->finalize = pawl_engine_finalize;
  object_class->get_property = pawl_engine_get_property;
  install_properties (object_class);
  signals[SIGNAL_STATE_CHANGED] =
    g_signal_new ("state-changed", PAWL_TYPE_ENGINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 3, PAWL_TYPE_STATE, PAWL_TYPE_STATE, G_TYPE_STRING);
  signals[SIGNAL_EVENT] = g_signal_new ("event", PAWL_TYPE_ENGINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_VARIANT);
  signals[SIGNAL_REBOOT_REQUESTED] =
    g_signal_new ("reboot-requested", PAWL_TYPE_ENGINE, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                  G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
pawl_engine_init (PawlEngine *self)
{
  self->inhibitors = pawl_inhibitors_new ();
  self->end_calls = g_ptr_array_new_with_free_func (g_object_unref);
  self->ecus = G_LIST_MODEL (g_list_store_new (PAWL_TYPE_ECU));
  self->history = g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE_VARDICT, NULL, 0));
  self->told_may_exit = TRUE;
}
