/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The daemon as an object: the type and its properties. pawl-client-bus.c fills them,
 * pawl-client-get.c gives them out, pawl-client-calls.c and its neighbours have the methods. */

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
