/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-http-settings.h"

#include <string.h>

void
pawl_http_settings_free (PawlHttpSettings *self)
{
  g_free (self->ca_path);
  g_free (self->cert_path);
  g_free (self->key_path);
  if (self->pin != NULL)
    memset (self->pin, 0, strlen (self->pin));
  g_free (self->pin);
  g_free (self->proxy);
  g_free (self->provision_url);
  g_free (self->shared_path);
  if (self->shared_password != NULL)
    memset (self->shared_password, 0, strlen (self->shared_password));
  g_free (self->shared_password);
  g_free (self->device_id);
  g_free (self->own_path);
  g_free (self);
}

static gboolean
is_token_uri (const char *text)
{
  return g_str_has_prefix (text, "pkcs11:");
}

/* Whether the private key is in a token. */
gboolean
pawl_http_settings_is_token (const PawlHttpSettings *self)
{
  return is_token_uri (self->cert_path);
}

static gboolean
check_provisioning (const PawlHttpSettings *self, GError **error)
{
  if (*self->provision_url == '\0')
    return TRUE;
  if (!g_str_has_prefix (self->provision_url, "https://"))
    g_set_error_literal (
      error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG,
      "http: provision-url has to begin with https://: it answers a private key");
  else if (*self->cert_path != '\0')
    g_set_error_literal (error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG,
                         "http: provision-url and tls-client-cert-path are both set, and each says "
                         "where this device's certificate comes from");
  else if (*self->shared_path == '\0')
    g_set_error_literal (error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG,
                         "http: provision-url is set, and provision-p12-path is not");
  else if (!g_regex_match_simple ("^[A-Za-z0-9._-]{0,64}\\z", self->device_id, 0, 0))
    g_set_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG,
                 "http: provision-device-id is %s, wanted at most 64 letters, digits, dots, "
                 "dashes and underscores",
                 self->device_id);
  else
    return TRUE;
  return FALSE;
}

static gboolean
check (const PawlHttpSettings *self, GError **error)
{
  gboolean has_key = *self->key_path != '\0';

  if (has_key && *self->cert_path == '\0')
    g_set_error_literal (error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG,
                         "http: tls-client-key-path is set, and tls-client-cert-path is not");
  else if (has_key && is_token_uri (self->cert_path) != is_token_uri (self->key_path))
    g_set_error_literal (error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG,
                         "http: tls-client-cert-path and tls-client-key-path have to be two files, "
                         "or two pkcs11: URIs");
  else if (*self->proxy != '\0' && !g_uri_is_valid (self->proxy, G_URI_FLAGS_NONE, NULL))
    /* It may hold a password, so it is not repeated. */
    g_set_error_literal (error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG, "http: proxy is no URI");
  else
    return check_provisioning (self, error);
  return FALSE;
}

/*< private >
 * pawl_http_settings_new:
 * @context: has the settings
 * @error: return location; #PAWL_ERROR_INVALID_CONFIG
 *
 * Returns: (transfer full): the settings
 */
PawlHttpSettings *
pawl_http_settings_new (PawlContext *context, GError **error)
{
  g_autoptr (PawlHttpSettings) self = g_new0 (PawlHttpSettings, 1);

  self->ca_path = g_strdup (pawl_context_get_string (context, "tls-ca-path"));
  self->cert_path = g_strdup (pawl_context_get_string (context, "tls-client-cert-path"));
  self->key_path = g_strdup (pawl_context_get_string (context, "tls-client-key-path"));
  self->pin = g_strdup (pawl_context_get_string (context, "tls-client-pin"));
  self->proxy = g_strdup (pawl_context_get_string (context, "proxy"));
  self->provision_url = g_strdup (pawl_context_get_string (context, "provision-url"));
  self->shared_path = g_strdup (pawl_context_get_string (context, "provision-p12-path"));
  self->shared_password = g_strdup (pawl_context_get_string (context, "provision-p12-password"));
  self->device_id = g_strdup (pawl_context_get_string (context, "provision-device-id"));
  if (*self->provision_url != '\0')
    self->own_path = g_build_filename (pawl_context_get_state_dir (context), "device.pem", NULL);
  self->stall_timeout_s = (guint) pawl_context_get_int (context, "stall-timeout-s");
  self->retries = (guint) pawl_context_get_int (context, "retries");
  self->retry_delay_ms = (guint) pawl_context_get_int (context, "retry-delay-ms");
  self->max_rate = (guint64) pawl_context_get_int (context, "max-rate-kib") * 1024;
  return check (self, error) ? g_steal_pointer (&self) : NULL;
}
