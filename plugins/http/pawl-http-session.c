/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-http-session.h"

#include "pawl-http-clock.h"
#include "pawl-http-provision.h"

#include <string.h>

struct _PawlHttpSession
{
  GObject parent_instance;

  PawlContext *context;       /* (owned) */
  PawlHttpSettings *settings; /* (owned) */
  SoupSession *soup;          /* (owned) */
  GTlsCertificate *identity;  /* (owned) (nullable): the client certificate */
  gboolean prepared;
  GPtrArray *waiting; /* (owned) (nullable) (element-type GTask): until the credentials are here */
};

/* What a thread reads from the disk. */
typedef struct
{
  GTlsDatabase *database;    /* (owned) (nullable) */
  GTlsCertificate *identity; /* (owned) (nullable) */
  gboolean is_shared;        /* @identity only serves to get another one */
} Credentials;

G_DEFINE_FINAL_TYPE (PawlHttpSession, pawl_http_session, G_TYPE_OBJECT)

static void
pawl_http_session_finalize (GObject *object)
{
  PawlHttpSession *self = PAWL_HTTP_SESSION (object);

  g_clear_object (&self->context);
  g_clear_pointer (&self->settings, pawl_http_settings_free);
  g_clear_object (&self->soup);
  g_clear_object (&self->identity);
  G_OBJECT_CLASS (pawl_http_session_parent_class)->finalize (object);
}

static void
pawl_http_session_class_init (PawlHttpSessionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pawl_http_session_finalize;
}

static void
pawl_http_session_init (PawlHttpSession *self)
{
}

/*< private >
 * pawl_http_session_new:
 * @context: has the settings
 * @error: return location; #PAWL_ERROR_INVALID_CONFIG
 *
 * Returns: (transfer full): the session
 */
PawlHttpSession *
pawl_http_session_new (PawlContext *context, GError **error)
{
  g_autoptr (PawlHttpSession) self = g_object_new (PAWL_TYPE_HTTP_SESSION, NULL);

  self->settings = pawl_http_settings_new (context, error);
  if (self->settings == NULL)
    return NULL;
  self->context = g_object_ref (context);
  self->soup = soup_session_new_with_options ("user-agent", "pawl/" PAWL_PLUGIN_VERSION, NULL);
  /* Bytes are wanted as they are: lengths and hashes are those of the file, and nothing grows
   * behind a limit. */
  soup_session_remove_feature_by_type (self->soup, SOUP_TYPE_CONTENT_DECODER);
  /* Stalls are noticed here, per request; an idle limit of the session would end connections that
   * a slow disk keeps waiting. */
  soup_session_set_timeout (self->soup, 0);
  if (*self->settings->proxy != '\0')
    {
      g_autoptr (GProxyResolver) resolver =
        g_simple_proxy_resolver_new (self->settings->proxy, NULL);

      soup_session_set_proxy_resolver (self->soup, resolver);
    }
  return g_steal_pointer (&self);
}

const PawlHttpSettings *
pawl_http_session_get_settings (PawlHttpSession *self)
{
  return self->settings;
}

PawlContext *
pawl_http_session_get_context (PawlHttpSession *self)
{
  return self->context;
}

SoupSession *
pawl_http_session_get_soup (PawlHttpSession *self)
{
  return self->soup;
}

/* ---- credentials ---- */

static void
credentials_free (gpointer data)
{
  Credentials *credentials = data;

  g_clear_object (&credentials->database);
  g_clear_object (&credentials->identity);
  g_free (credentials);
}

static GTlsCertificate *
load_identity (const PawlHttpSettings *settings, GError **error)
{
  const char *key = *settings->key_path != '\0' ? settings->key_path : NULL;

  if (pawl_http_settings_is_token (settings))
    return g_tls_certificate_new_from_pkcs11_uris (settings->cert_path, key, error);
  return g_tls_certificate_new_from_files (settings->cert_path,
                                           key != NULL ? key : settings->cert_path, error);
}

/* (transfer full) (nullable): what this device shows to servers. */
static GTlsCertificate *
choose_identity (const PawlHttpSettings *settings, gboolean *out_is_shared, GError **error)
{
  GTlsCertificate *own;

  if (*settings->provision_url == '\0')
    return *settings->cert_path != '\0' ? load_identity (settings, error) : NULL;
  *out_is_shared = !g_file_test (settings->own_path, G_FILE_TEST_EXISTS);
  if (*out_is_shared)
    return pawl_http_provision_load_shared (settings, error);
  own = g_tls_certificate_new_from_file (settings->own_path, error);
  if (own != NULL)
    pawl_http_provision_forget_shared (settings);
  return own;
}

/* The key to look at when @self has no identity that can be used. */
static const char *
name_key (const PawlHttpSettings *settings, gboolean is_shared)
{
  if (*settings->provision_url == '\0')
    return "tls-client-cert-path";
  return is_shared ? "provision-p12-path" : settings->own_path;
}

static void
load_credentials (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const PawlHttpSettings *settings = PAWL_HTTP_SESSION (source)->settings;
  Credentials *credentials = g_new0 (Credentials, 1);
  g_autoptr (GError) error = NULL;
  const char *key = "tls-ca-path";

  if (*settings->ca_path != '\0')
    credentials->database = g_tls_file_database_new (settings->ca_path, &error);
  if (error == NULL)
    {
      credentials->identity = choose_identity (settings, &credentials->is_shared, &error);
      key = name_key (settings, credentials->is_shared);
    }
  if (error == NULL)
    {
      g_task_return_pointer (task, credentials, credentials_free);
      return;
    }
  g_task_return_new_error (task, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG, "http: %s: %s", key,
                           error->message);
  credentials_free (credentials);
}

static void load (PawlHttpSession *self);

/* All that wait hear the same. */
static void
end (PawlHttpSession *self, const GError *error)
{
  g_autoptr (GPtrArray) waiting = g_steal_pointer (&self->waiting);

  for (guint i = 0; i < waiting->len; i++)
    {
      if (error != NULL)
        g_task_return_error (waiting->pdata[i], g_error_copy (error));
      else
        g_task_return_boolean (waiting->pdata[i], TRUE);
    }
}

static void
on_provisioned (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PawlHttpSession) self = data;
  g_autoptr (GError) error = NULL;

  if (pawl_http_provision_finish (SOUP_SESSION (source), result, &error))
    load (self);
  else
    end (self, error);
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  PawlHttpSession *self = PAWL_HTTP_SESSION (source);
  g_autoptr (GError) error = NULL;
  Credentials *credentials = g_task_propagate_pointer (G_TASK (result), &error);

  if (credentials == NULL)
    {
      end (self, error);
      return;
    }
  if (credentials->database != NULL)
    soup_session_set_tls_database (self->soup, credentials->database);
  if (credentials->is_shared)
    pawl_http_provision_async (self->soup, self->settings, credentials->identity, on_provisioned,
                               g_object_ref (self));
  else
    {
      g_set_object (&self->identity, credentials->identity);
      self->prepared = TRUE;
      end (self, NULL);
    }
  credentials_free (credentials);
}

static void
load (PawlHttpSession *self)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, on_loaded, NULL);

  g_task_set_source_tag (task, load);
  g_task_run_in_thread (task, load_credentials);
}

/*< private >
 * pawl_http_session_prepare_async:
 * @self: a session
 * @cancellable: (nullable): to cancel
 * @callback: called when the session can be used
 * @user_data: for @callback
 *
 * To be called before each request: certificates are judged by the time that it is now. Reads those
 * of this device, once, or gets them. After a failure the next call tries again: they may have been
 * put in place meanwhile.
 */
void
pawl_http_session_prepare_async (PawlHttpSession *self,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_source_tag (task, pawl_http_session_prepare_async);
  pawl_http_clock_set (pawl_context_get_time_us (self->context));
  if (self->prepared)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  if (self->waiting != NULL)
    {
      g_ptr_array_add (self->waiting, g_steal_pointer (&task));
      return;
    }
  self->waiting = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_add (self->waiting, g_steal_pointer (&task));
  load (self);
}

gboolean
pawl_http_session_prepare_finish (PawlHttpSession *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}

/* ---- one message ---- */

static gboolean
on_password (SoupMessage *message, GTlsPassword *password, PawlHttpSession *self)
{
  /* The token locks itself after a few wrong PINs, so none is given twice. */
  if (*self->settings->pin == '\0' || g_tls_password_get_flags (password) & G_TLS_PASSWORD_RETRY)
    return FALSE;
  g_tls_password_set_value (password, (const guchar *) self->settings->pin,
                            (gssize) strlen (self->settings->pin));
  soup_message_tls_client_certificate_password_request_complete (message);
  return TRUE;
}

/*< private >
 * pawl_http_session_equip:
 * @self: a prepared session
 * @message: a request that is about to be sent
 * @with_identity: whether the server is one that may see the client certificate
 */
void
pawl_http_session_equip (PawlHttpSession *self, SoupMessage *message, gboolean with_identity)
{
  if (self->identity == NULL || !with_identity)
    return;
  soup_message_set_tls_client_certificate (message, self->identity);
  g_signal_connect_object (message, "request-certificate-password", G_CALLBACK (on_password), self,
                           0);
}
