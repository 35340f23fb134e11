/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include <pawl/pawl-context.h>

#include <pawl/pawl-transport.h>

G_DEFINE_INTERFACE (PawlContext, pawl_context, G_TYPE_OBJECT)

static void
pawl_context_default_init (PawlContextInterface *iface)
{
}

/**
 * pawl_context_get_name:
 * @self: a context
 *
 * Gets the name of the instance: that of its configuration group after the colon, or the plugin's
 * id.
 *
 * Returns: (transfer none): the name
 *
 * Since: 1.0
 */
const char *
pawl_context_get_name (PawlContext *self)
{
  g_return_val_if_fail (PAWL_IS_CONTEXT (self), NULL);

  return PAWL_CONTEXT_GET_IFACE (self)->get_name (self);
}

/**
 * pawl_context_get_settings:
 * @self: a context
 *
 * Gets every key that the plugin's keyfile declares, with the configured value or the default.
 *
 * Returns: (transfer none): an `a{sv}`
 *
 * Since: 1.0
 */
GVariant *
pawl_context_get_settings (PawlContext *self)
{
  g_return_val_if_fail (PAWL_IS_CONTEXT (self), NULL);

  return PAWL_CONTEXT_GET_IFACE (self)->get_settings (self);
}

/**
 * pawl_context_get_state_dir:
 * @self: a context
 *
 * Gets a folder that is this instance's own. It exists, with mode 0700. A verifier's is its store
 * of trusted metadata.
 *
 * Returns: (transfer none) (type filename): the folder
 *
 * Since: 1.0
 */
const char *
pawl_context_get_state_dir (PawlContext *self)
{
  g_return_val_if_fail (PAWL_IS_CONTEXT (self), NULL);

  return PAWL_CONTEXT_GET_IFACE (self)->get_state_dir (self);
}

/**
 * pawl_context_get_time_us:
 * @self: a context
 *
 * Gets the time to compare every expiry with: the later of the clock and the time floor.
 *
 * Returns: microseconds since 1970, UTC
 *
 * Since: 1.0
 */
gint64
pawl_context_get_time_us (PawlContext *self)
{
  g_return_val_if_fail (PAWL_IS_CONTEXT (self), 0);

  return PAWL_CONTEXT_GET_IFACE (self)->get_time_us (self);
}

/**
 * pawl_context_raise_time_floor:
 * @self: a context
 * @time_us: microseconds since 1970, UTC
 *
 * Tells the host that it is proven to be at least this late, for example by verified metadata. The
 * floor never goes down.
 *
 * Since: 1.0
 */
void
pawl_context_raise_time_floor (PawlContext *self, gint64 time_us)
{
  g_return_if_fail (PAWL_IS_CONTEXT (self));

  PAWL_CONTEXT_GET_IFACE (self)->raise_time_floor (self, time_us);
}

/**
 * pawl_context_dup_transport:
 * @self: a context
 * @uri: a URI
 * @error: return location
 *
 * Gets the transport for the scheme of @uri.
 *
 * Errors: %PAWL_ERROR_INVALID_CONFIG when no enabled plugin serves the scheme.
 *
 * Returns: (transfer full): the transport
 *
 * Since: 1.0
 */
PawlTransport *
pawl_context_dup_transport (PawlContext *self, const char *uri, GError **error)
{
  g_return_val_if_fail (PAWL_IS_CONTEXT (self), NULL);

  return PAWL_CONTEXT_GET_IFACE (self)->dup_transport (self, uri, error);
}

/**
 * pawl_context_dup_ecus:
 * @self: a context
 *
 * Gets the ECUs of this device, the primary first, each with what it runs.
 *
 * Returns: (transfer full): a list of #PawlEcu
 *
 * Since: 1.0
 */
GListModel *
pawl_context_dup_ecus (PawlContext *self)
{
  g_return_val_if_fail (PAWL_IS_CONTEXT (self), NULL);

  return PAWL_CONTEXT_GET_IFACE (self)->dup_ecus (self);
}

/**
 * pawl_context_get_device_id:
 * @self: a context
 *
 * Gets a stable name of this device, for rollout percentages and reports. It is no secret.
 *
 * Returns: (transfer none): the name
 *
 * Since: 1.0
 */
const char *
pawl_context_get_device_id (PawlContext *self)
{
  g_return_val_if_fail (PAWL_IS_CONTEXT (self), NULL);

  return PAWL_CONTEXT_GET_IFACE (self)->get_device_id (self);
}

/**
 * pawl_context_note_decision:
 * @self: a context
 * @decision: what was decided
 *
 * Records why something is or is not done.
 *
 * Since: 1.0
 */
void
pawl_context_note_decision (PawlContext *self, PawlDecision *decision)
{
  g_return_if_fail (PAWL_IS_CONTEXT (self));

  PAWL_CONTEXT_GET_IFACE (self)->note_decision (self, decision);
}

/**
 * pawl_context_note_attack:
 * @self: a context
 * @attack: the kind of attack
 * @message: what was found and what was wanted
 *
 * Records that a refused update looks like an attack. It is reported to the server with the
 * failure.
 *
 * Since: 1.0
 */
void
pawl_context_note_attack (PawlContext *self, PawlAttack attack, const char *message)
{
  g_return_if_fail (PAWL_IS_CONTEXT (self));

  PAWL_CONTEXT_GET_IFACE (self)->note_attack (self, attack, message);
}

/**
 * pawl_context_note_activity:
 * @self: a context
 *
 * Says that long work without byte counts still makes progress. It feeds the service watchdog.
 *
 * Since: 1.0
 */
void
pawl_context_note_activity (PawlContext *self)
{
  g_return_if_fail (PAWL_IS_CONTEXT (self));

  PAWL_CONTEXT_GET_IFACE (self)->note_activity (self);
}

/**
 * pawl_context_note_retry_after:
 * @self: a context
 * @wait_s: how long, in seconds
 *
 * Says that the other side wants to be left alone, before an operation fails that cannot wait so
 * long itself. When what the host is doing fails, it does not try again before; of several wishes
 * the longest counts. The host need not wait for more than a day.
 *
 * Since: 1.0
 */
void
pawl_context_note_retry_after (PawlContext *self, guint64 wait_s)
{
  PawlContextInterface *iface;

  g_return_if_fail (PAWL_IS_CONTEXT (self));

  iface = PAWL_CONTEXT_GET_IFACE (self);
  if (iface->note_retry_after != NULL)
    iface->note_retry_after (self, wait_s);
}

/**
 * pawl_context_get_string:
 * @self: a context
 * @key: a key that the plugin's keyfile declares
 *
 * Gets a setting of type string, path, uri or secret.
 *
 * Returns: (transfer none): its value; empty when it is neither configured nor has a default
 *
 * Since: 1.0
 */
const char *
pawl_context_get_string (PawlContext *self, const char *key)
{
  const char *text = NULL;

  g_return_val_if_fail (PAWL_IS_CONTEXT (self) && key != NULL, NULL);

  if (!g_variant_lookup (pawl_context_get_settings (self), key, "&s", &text))
    g_critical ("setting “%s” is no declared string", key);
  return text;
}

/**
 * pawl_context_get_boolean:
 * @self: a context
 * @key: a key that the plugin's keyfile declares
 *
 * Gets a setting of type boolean.
 *
 * Returns: its value
 *
 * Since: 1.0
 */
gboolean
pawl_context_get_boolean (PawlContext *self, const char *key)
{
  gboolean value = FALSE;

  g_return_val_if_fail (PAWL_IS_CONTEXT (self) && key != NULL, FALSE);

  if (!g_variant_lookup (pawl_context_get_settings (self), key, "b", &value))
    g_critical ("setting “%s” is no declared boolean", key);
  return value;
}

/**
 * pawl_context_get_int:
 * @self: a context
 * @key: a key that the plugin's keyfile declares
 *
 * Gets a setting of type integer.
 *
 * Returns: its value
 *
 * Since: 1.0
 */
gint64
pawl_context_get_int (PawlContext *self, const char *key)
{
  gint64 value = 0;

  g_return_val_if_fail (PAWL_IS_CONTEXT (self) && key != NULL, 0);

  if (!g_variant_lookup (pawl_context_get_settings (self), key, "x", &value))
    g_critical ("setting “%s” is no declared integer", key);
  return value;
}

/**
 * pawl_context_dup_strv:
 * @self: a context
 * @key: a key that the plugin's keyfile declares
 *
 * Gets a setting of type strings.
 *
 * Returns: (transfer full): its value
 *
 * Since: 1.0
 */
GStrv
pawl_context_dup_strv (PawlContext *self, const char *key)
{
  GStrv value = NULL;

  g_return_val_if_fail (PAWL_IS_CONTEXT (self) && key != NULL, NULL);

  if (!g_variant_lookup (pawl_context_get_settings (self), key, "^as", &value))
    {
      g_critical ("setting “%s” is no declared list of strings", key);
      value = g_new0 (char *, 1);
    }
  return value;
}
