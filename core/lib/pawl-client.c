/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The daemon as an object: the type, its properties and their getters. pawl-client-bus.c fills
 * them, pawl-client-calls.c and its neighbours have the methods. */

#include <pawl/pawl-client.h>

#include <pawl/pawl-error.h>

#include "pawl-client-private.h"

static GParamSpec *properties[PROP_RUNNING + 1];
static guint happened_signal;

G_DEFINE_FINAL_TYPE (PawlClient, pawl_client, G_TYPE_OBJECT)

static void
pawl_client_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  PawlClient *self = PAWL_CLIENT (object);

  switch ((PawlClientProperty) id)
    {
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_PROGRESS:
      g_value_set_object (value, self->progress);
      break;
    case PROP_AVAILABLE:
      g_value_set_object (value, self->available);
      break;
    case PROP_INSTALLED:
      g_value_set_object (value, self->installed);
      break;
    case PROP_LAST_RESULT:
      g_value_set_object (value, self->last_result);
      break;
    case PROP_NEXT_CHECK:
      g_value_set_int64 (value, self->next_check_us);
      break;
    case PROP_DECISIONS:
      g_value_set_object (value, self->decisions);
      break;
    case PROP_INHIBITORS:
      g_value_set_variant (value, self->inhibitors);
      break;
    case PROP_TRIAL:
      g_value_set_variant (value, self->trial);
      break;
    case PROP_REBOOT_PENDING:
      g_value_set_boolean (value, self->reboot_pending);
      break;
    case PROP_VERSION:
      g_value_set_string (value, self->version);
      break;
    case PROP_RUNNING:
      g_value_set_boolean (value, self->running);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
pawl_client_dispose (GObject *object)
{
  PawlClient *self = PAWL_CLIENT (object);

  if (self->proxy != NULL)
    g_signal_handlers_disconnect_by_data (self->proxy, self);
  g_clear_object (&self->proxy);
  g_clear_object (&self->progress);
  g_clear_object (&self->available);
  g_clear_object (&self->installed);
  g_clear_object (&self->last_result);
  g_clear_object (&self->decisions);
  G_OBJECT_CLASS (pawl_client_parent_class)->dispose (object);
}

static void
pawl_client_finalize (GObject *object)
{
  PawlClient *self = PAWL_CLIENT (object);

  g_clear_pointer (&self->inhibitors, g_variant_unref);
  g_clear_pointer (&self->trial, g_variant_unref);
  g_clear_pointer (&self->version, g_free);
  G_OBJECT_CLASS (pawl_client_parent_class)->finalize (object);
}

void
pawl_client_notify (PawlClient *self, PawlClientProperty property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

void
pawl_client_emit_happened (PawlClient *self, const char *name, GVariant *fields)
{
  g_signal_emit (self, happened_signal, 0, name, fields);
}

static void
install_value_properties (GParamFlags flags)
{
  /**
   * PawlClient:progress:
   *
   * How far the running step is; %NULL when nothing runs.
   *
   * Since: 1.0
   */
  properties[PROP_PROGRESS] =
    g_param_spec_object ("progress", NULL, NULL, PAWL_TYPE_PROGRESS, flags);
  /**
   * PawlClient:available:
   *
   * The update that is known and proven genuine; %NULL when there is none.
   *
   * Since: 1.0
   */
  properties[PROP_AVAILABLE] =
    g_param_spec_object ("available", NULL, NULL, PAWL_TYPE_UPDATE, flags);
  /**
   * PawlClient:installed:
   *
   * The ECUs of this device, a list of #PawlEcu, the primary first.
   *
   * Since: 1.0
   */
  properties[PROP_INSTALLED] =
    g_param_spec_object ("installed", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  /**
   * PawlClient:last-result:
   *
   * How the last update ended; %NULL when there was none.
   *
   * Since: 1.0
   */
  properties[PROP_LAST_RESULT] =
    g_param_spec_object ("last-result", NULL, NULL, PAWL_TYPE_REPORT, flags);
  /**
   * PawlClient:decisions:
   *
   * The last answer of every rule, a list of #PawlDecision.
   *
   * Since: 1.0
   */
  properties[PROP_DECISIONS] =
    g_param_spec_object ("decisions", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  /**
   * PawlClient:inhibitors:
   *
   * Who holds something back, an `aa{sv}` as on the bus.
   *
   * Since: 1.0
   */
  properties[PROP_INHIBITORS] =
    g_param_spec_variant ("inhibitors", NULL, NULL, G_VARIANT_TYPE ("aa{sv}"), NULL, flags);
  /**
   * PawlClient:trial:
   *
   * The running version's time to prove itself, an `a{sv}` as on the bus; empty when there is no
   * trial.
   *
   * Since: 1.0
   */
  properties[PROP_TRIAL] =
    g_param_spec_variant ("trial", NULL, NULL, G_VARIANT_TYPE_VARDICT, NULL, flags);
}

static void
pawl_client_class_init (PawlClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = pawl_client_get_property;
  object_class->dispose = pawl_client_dispose;
  object_class->finalize = pawl_client_finalize;

  /**
   * PawlClient:state:
   *
   * Where the update stands.
   *
   * Since: 1.0
   */
  properties[PROP_STATE] =
    g_param_spec_enum ("state", NULL, NULL, PAWL_TYPE_STATE, PAWL_STATE_IDLE, flags);
  /**
   * PawlClient:next-check:
   *
   * When the next scheduled check begins, in microseconds since 1970, UTC; 0 when none is planned.
   *
   * Since: 1.0
   */
  properties[PROP_NEXT_CHECK] =
    g_param_spec_int64 ("next-check", NULL, NULL, 0, G_MAXINT64, 0, flags);
  /**
   * PawlClient:reboot-pending:
   *
   * Whether the next boot is another version than the one that runs.
   *
   * Since: 1.0
   */
  properties[PROP_REBOOT_PENDING] =
    g_param_spec_boolean ("reboot-pending", NULL, NULL, FALSE, flags);
  /**
   * PawlClient:version:
   *
   * The version of the daemon; empty while it does not run.
   *
   * Since: 1.0
   */
  properties[PROP_VERSION] = g_param_spec_string ("version", NULL, NULL, "", flags);
  /**
   * PawlClient:running:
   *
   * Whether the daemon runs. The other properties keep their last values while it does not.
   *
   * Since: 1.0
   */
  properties[PROP_RUNNING] = g_param_spec_boolean ("running", NULL, NULL, FALSE, flags);
  install_value_properties (flags);
  g_object_class_install_properties (object_class, G_N_ELEMENTS (properties), properties);

  /**
   * PawlClient::happened:
   * @self: the client
   * @name: what happened, for example `update-available`
   * @fields: an `a{sv}`: `message` s and what else makes sense for @name
   *
   * Something that an operator would want to know. Comes after the properties that it changed.
   *
   * Since: 1.0
   */
  happened_signal = g_signal_new ("happened", PAWL_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 2, G_TYPE_STRING, G_TYPE_VARIANT);
  /* Errors of the daemon arrive as PawlError only once their names are known. */
  pawl_error_quark ();
}

static void
pawl_client_init (PawlClient *self)
{
  self->installed = g_list_store_new (PAWL_TYPE_ECU);
  self->decisions = g_list_store_new (PAWL_TYPE_DECISION);
  self->inhibitors = g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE_VARDICT, NULL, 0));
  self->trial = g_variant_ref_sink (g_variant_new ("a{sv}", NULL));
  self->version = g_strdup ("");
}

/**
 * pawl_client_get_state:
 * @self: a client
 *
 * Where the update stands; %PAWL_STATE_IDLE until the daemon was seen.
 *
 * Returns: the state
 *
 * Since: 1.0
 */
PawlState
pawl_client_get_state (PawlClient *self)
{
  g_return_val_if_fail (PAWL_IS_CLIENT (self), PAWL_STATE_IDLE);
  return self->state;
}

/**
 * pawl_client_get_progress:
 * @self: a client
 *
 * How far the running step is. Changes at most four times a second.
 *
 * Returns: (transfer none) (nullable): the progress; %NULL when nothing runs
 *
 * Since: 1.0
 */
PawlProgress *
pawl_client_get_progress (PawlClient *self)
{
  g_return_val_if_fail (PAWL_IS_CLIENT (self), NULL);
  return self->progress;
}

/**
 * pawl_client_get_available:
 * @self: a client
 *
 * The update that is known and proven genuine, until it is over.
 *
 * Returns: (transfer none) (nullable): the update
 *
 * Since: 1.0
 */
PawlUpdate *
pawl_client_get_available (PawlClient *self)
{
  g_return_val_if_fail (PAWL_IS_CLIENT (self), NULL);
  return self->available;
}

/**
 * pawl_client_get_installed:
 * @self: a client
 *
 * The parts of this device and what they run, the primary first. The same model for the life of
 * @self; its content changes.
 *
 * Returns: (transfer none): a list of #PawlEcu
 *
 * Since: 1.0
 */
GListModel *
pawl_client_get_installed (PawlClient *self)
{
  g_return_val_if_fail (PAWL_IS_CLIENT (self), NULL);
  return G_LIST_MODEL (self->installed);
}

/**
 * pawl_client_get_last_result:
 * @self: a client
 *
 * How the last update ended.
 *
 * Returns: (transfer none) (nullable): the report; %NULL when there was none
 *
 * Since: 1.0
 */
PawlReport *
pawl_client_get_last_result (PawlClient *self)
{
  g_return_val_if_fail (PAWL_IS_CLIENT (self), NULL);
  return self->last_result;
}

/**
 * pawl_client_get_next_check:
 * @self: a client
 *
 * When the next scheduled check begins.
 *
 * Returns: microseconds since 1970, UTC; 0: none is planned
 *
 * Since: 1.0
 */
gint64
pawl_client_get_next_check (PawlClient *self)
{
  g_return_val_if_fail (PAWL_IS_CLIENT (self), 0);
  return self->next_check_us;
}

/**
 * pawl_client_get_decisions:
 * @self: a client
 *
 * Why something is or is not happening. The same model for the life of @self; its content changes.
 *
 * Returns: (transfer none): a list of #PawlDecision
 *
 * Since: 1.0
 */
GListModel *
pawl_client_get_decisions (PawlClient *self)
{
  g_return_val_if_fail (PAWL_IS_CLIENT (self), NULL);
  return G_LIST_MODEL (self->decisions);
}

/**
 * pawl_client_get_inhibitors:
 * @self: a client
 *
 * Who holds something back.
 *
 * Returns: (transfer none): an `aa{sv}`: `id` u, `what` s, `who` s, `why` s, `time` x
 *
 * Since: 1.0
 */
GVariant *
pawl_client_get_inhibitors (PawlClient *self)
{
  g_return_val_if_fail (PAWL_IS_CLIENT (self), NULL);
  return self->inhibitors;
}

/**
 * pawl_client_get_trial:
 * @self: a client
 *
 * The running version's time to prove itself.
 *
 * Returns: (transfer none): an `a{sv}`, empty when there is no trial: `deadline` x,
 * `deadline-left-s` u, `boots` u, `confirmers` aa{sv}
 *
 * Since: 1.0
 */
GVariant *
pawl_client_get_trial (PawlClient *self)
{
  g_return_val_if_fail (PAWL_IS_CLIENT (self), NULL);
  return self->trial;
}

/**
 * pawl_client_get_reboot_pending:
 * @self: a client
 *
 * Whether the next boot is another version than the one that runs.
 *
 * Returns: whether a reboot changes what runs
 *
 * Since: 1.0
 */
gboolean
pawl_client_get_reboot_pending (PawlClient *self)
{
  g_return_val_if_fail (PAWL_IS_CLIENT (self), FALSE);
  return self->reboot_pending;
}

/**
 * pawl_client_get_version:
 * @self: a client
 *
 * The daemon's version.
 *
 * Returns: (transfer none): the version; empty until the daemon was seen
 *
 * Since: 1.0
 */
const char *
pawl_client_get_version (PawlClient *self)
{
  g_return_val_if_fail (PAWL_IS_CLIENT (self), NULL);
  return self->version;
}

/**
 * pawl_client_get_running:
 * @self: a client
 *
 * Whether the daemon runs. While it does not, the other properties are what it said last.
 *
 * Returns: whether it runs
 *
 * Since: 1.0
 */
gboolean
pawl_client_get_running (PawlClient *self)
{
  g_return_val_if_fail (PAWL_IS_CLIENT (self), FALSE);
  return self->running;
}
