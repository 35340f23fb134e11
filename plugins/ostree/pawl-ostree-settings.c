/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-ostree-settings.h"

#include <ostree.h>
#include <string.h>

static void
clear (gpointer data)
{
  PawlOstreeSettings *self = data;

  g_free (self->name);
  g_free (self->sysroot);
  g_free (self->os);
  g_free (self->remote);
  g_free (self->uri);
  g_free (self->tls_ca_path);
  g_free (self->tls_client_cert_path);
  g_free (self->tls_client_key_path);
  g_strfreev (self->localcache_repos);
}

/* A certificate without its key, or the other way round, would only be noticed as a refusal by the
 * server, long after the configuration was written. */
static gboolean
check_tls (const PawlOstreeSettings *self, GError **error)
{
  gboolean has_cert = *self->tls_client_cert_path != '\0';
  gboolean has_key = *self->tls_client_key_path != '\0';

  if (has_cert == has_key)
    return TRUE;
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG,
               "%s: found %s without %s, wanted both or none", self->name,
               has_cert ? "tls-client-cert-path" : "tls-client-key-path",
               has_cert ? "tls-client-key-path" : "tls-client-cert-path");
  return FALSE;
}

static gboolean
check (const PawlOstreeSettings *self, GError **error)
{
  if (!g_path_is_absolute (self->sysroot))
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG,
                   "%s: sysroot is \"%s\", wanted an absolute path", self->name, self->sysroot);
      return FALSE;
    }
  if (!ostree_validate_remote_name (self->remote, NULL))
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG,
                   "%s: remote is \"%s\", wanted letters, digits, '-', '_' and '.'", self->name,
                   self->remote);
      return FALSE;
    }
  return check_tls (self, error);
}

/*< private >
 * pawl_ostree_settings_new:
 * @context: where the settings come from
 * @error: return location; #PAWL_ERROR_INVALID_CONFIG
 *
 * Reads every key of the plugin's keyfile. Call it on the main thread.
 *
 * Returns: (transfer full): the settings
 */
PawlOstreeSettings *
pawl_ostree_settings_new (PawlContext *context, GError **error)
{
  g_autoptr (PawlOstreeSettings) self = g_atomic_rc_box_new0 (PawlOstreeSettings);

  self->name = g_strdup (pawl_context_get_name (context));
  self->sysroot = g_strdup (pawl_context_get_string (context, "sysroot"));
  self->os = g_strdup (pawl_context_get_string (context, "os"));
  self->remote = g_strdup (pawl_context_get_string (context, "remote"));
  self->uri = g_strdup (pawl_context_get_string (context, "uri"));
  self->tls_ca_path = g_strdup (pawl_context_get_string (context, "tls-ca-path"));
  self->tls_client_cert_path = g_strdup (pawl_context_get_string (context, "tls-client-cert-path"));
  self->tls_client_key_path = g_strdup (pawl_context_get_string (context, "tls-client-key-path"));
  self->localcache_repos = pawl_context_dup_strv (context, "localcache-repos");
  self->forward = pawl_context_get_boolean (context, "forward");
  self->stall_timeout_s = pawl_context_get_int (context, "stall-timeout-s");
  self->retries = pawl_context_get_int (context, "retries");
  self->retry_delay_ms = pawl_context_get_int (context, "retry-delay-ms");
  self->reserve_bytes = (guint64) pawl_context_get_int (context, "reserve-mib") << 20;
  self->keep = pawl_context_get_int (context, "keep");
  self->lock_timeout_s = pawl_context_get_int (context, "lock-timeout-s");
  self->stage = pawl_context_get_boolean (context, "stage");
  self->verify_objects = pawl_context_get_boolean (context, "verify-objects");
  if (!check (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

PawlOstreeSettings *
pawl_ostree_settings_ref (PawlOstreeSettings *self)
{
  return g_atomic_rc_box_acquire (self);
}

void
pawl_ostree_settings_unref (PawlOstreeSettings *self)
{
  g_atomic_rc_box_release_full (self, clear);
}

/* Whether the client key lives in a token. libostree aborts the whole process when it meets such a
 * key, so these never reach it: the forwarder fetches instead. */
gboolean
pawl_ostree_settings_has_token_key (const PawlOstreeSettings *self)
{
  return g_str_has_prefix (self->tls_client_cert_path, "pkcs11:") ||
         g_str_has_prefix (self->tls_client_key_path, "pkcs11:");
}
