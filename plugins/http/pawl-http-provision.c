/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* `POST /devices` of the ATS family: who has the shared credentials gets a PKCS#12 with a key and a
 * certificate for one device. It is on the disk, whole, before the shared credentials go; a power
 * cut in between costs the server a device that never comes, and this one nothing. */
#include "pawl-http-provision.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

#define MAX_ANSWER (64 * 1024)

/* Ten hours for the certificate to be fetched, as aktualizr asks. */
#define TTL "36000"

typedef struct
{
  const PawlHttpSettings *settings; /* (unowned): the session's */
  SoupMessage *message;             /* (owned) */
  GCancellable *cancellable;        /* (owned) */
  guint timeout_id;
  char *answer; /* (owned): MAX_ANSWER + 1 bytes */
  gsize size;
} Provision;

static void
provision_free (gpointer data)
{
  Provision *self = data;

  g_clear_handle_id (&self->timeout_id, g_source_remove);
  g_clear_object (&self->message);
  g_clear_object (&self->cancellable);
  explicit_bzero (self->answer, MAX_ANSWER + 1);
  g_free (self->answer);
  g_free (self);
}

/* ---- the shared credentials ---- */

GTlsCertificate *
pawl_http_provision_load_shared (const PawlHttpSettings *settings, GError **error)
{
  const char *password = settings->shared_password;

  return *password != '\0'
           ? g_tls_certificate_new_from_file_with_password (settings->shared_path, password, error)
           : g_tls_certificate_new_from_file (settings->shared_path, error);
}

/* The device has its own. A folder that cannot be written keeps them, and somebody should know. */
void
pawl_http_provision_forget_shared (const PawlHttpSettings *settings)
{
  if (g_unlink (settings->shared_path) != 0 && errno != ENOENT)
    g_warning ("http: %s is not needed any longer and cannot be removed: %s", settings->shared_path,
               g_strerror (errno));
}

/* ---- what comes back ---- */

/* PKCS#12 has an empty password in two ways, and servers mean either. */
static GTlsCertificate *
parse (const Provision *self, GError **error)
{
  const guint8 *data = (const guint8 *) self->answer;
  GTlsCertificate *certificate = g_tls_certificate_new_from_pkcs12 (data, self->size, NULL, NULL);

  return certificate != NULL ? certificate
                             : g_tls_certificate_new_from_pkcs12 (data, self->size, "", error);
}

static gboolean
save (const Provision *self, GError **error)
{
  g_autoptr (GTlsCertificate) own = parse (self, error);
  g_autofree char *certificate = NULL;
  g_autofree char *key = NULL;
  g_autofree char *text = NULL;
  gboolean saved;

  if (own == NULL)
    return FALSE;
  g_object_get (own, "certificate-pem", &certificate, "private-key-pem", &key, NULL);
  if (key == NULL)
    {
      g_set_error_literal (error, PAWL_ERROR, PAWL_ERROR_FAILED, "it has no private key");
      return FALSE;
    }
  text = g_strconcat (key, certificate, NULL);
  saved = g_file_set_contents_full (self->settings->own_path, text, -1,
                                    G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                    0600, error);
  explicit_bzero (key, strlen (key));
  explicit_bzero (text, strlen (text));
  return saved;
}

static void
save_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Provision *self = data;
  g_autoptr (GError) error = NULL;

  if (save (self, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_new_error (task, PAWL_ERROR, PAWL_ERROR_FAILED,
                             "http: %s: the credentials of this device cannot be used: %s",
                             self->settings->provision_url, error->message);
}

/* A word of the server's, and nothing else, because it is shown. */
static char *
find_code (const Provision *self)
{
  g_autofree char *text = g_strndup (self->answer, self->size);
  g_autoptr (GRegex) regex = g_regex_new ("\"code\" *: *\"([A-Za-z0-9_.-]{1,64})\"", 0, 0, NULL);
  g_autoptr (GMatchInfo) match = NULL;

  if (!g_utf8_validate (text, -1, NULL) || !g_regex_match (regex, text, 0, &match))
    return g_strdup ("");
  return g_match_info_fetch (match, 1);
}

/* Not that access is denied: of a file of the repository, that would mean that it is not there. */
static void
refuse (GTask *task)
{
  Provision *self = g_task_get_task_data (task);
  guint status = soup_message_get_status (self->message);
  g_autofree char *code = find_code (self);

  g_task_return_new_error (task, PAWL_ERROR,
                           status >= 500 || status == 429 ? PAWL_ERROR_RETRY_LATER
                                                          : PAWL_ERROR_INVALID_CONFIG,
                           "http: no credentials for this device: %s answered %u%s%s",
                           self->settings->provision_url, status, *code != '\0' ? ", " : "", code);
}

/* Nobody cancels but the timeout. */
static void
return_silence (GTask *task, const GError *error)
{
  Provision *self = g_task_get_task_data (task);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_task_return_new_error (task, PAWL_ERROR, PAWL_ERROR_NETWORK,
                             "http: no credentials for this device: %s: no answer in %u s",
                             self->settings->provision_url, self->settings->stall_timeout_s);
  else
    g_task_return_new_error (task, PAWL_ERROR, PAWL_ERROR_NETWORK,
                             "http: no credentials for this device: %s: %s",
                             self->settings->provision_url, error->message);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Provision *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;

  if (!g_input_stream_read_all_finish (G_INPUT_STREAM (source), result, &self->size, &error))
    return_silence (task, error);
  else if (self->size > MAX_ANSWER)
    g_task_return_new_error (task, PAWL_ERROR, PAWL_ERROR_TOO_LARGE,
                             "http: %s: the answer has more than the allowed %d bytes",
                             self->settings->provision_url, MAX_ANSWER);
  else if (soup_message_get_status (self->message) != SOUP_STATUS_OK)
    refuse (task);
  else
    g_task_run_in_thread (task, save_in_thread);
}

static void
on_sent (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Provision *self = g_task_get_task_data (task);
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) stream =
    soup_session_send_finish (SOUP_SESSION (source), result, &error);

  if (stream == NULL)
    {
      return_silence (task, error);
      return;
    }
  g_input_stream_read_all_async (stream, self->answer, MAX_ANSWER + 1, G_PRIORITY_DEFAULT,
                                 self->cancellable, on_read, g_steal_pointer (&task));
}

/* ---- what is asked ---- */

static char *
make_body (const PawlHttpSettings *settings)
{
  if (*settings->device_id != '\0')
    return g_strdup_printf ("{\"deviceId\":\"%s\",\"ttl\":\"" TTL "\"}", settings->device_id);
  return g_strdup_printf ("{\"deviceId\":\"pawl-%08x%08x\",\"ttl\":\"" TTL "\"}", g_random_int (),
                          g_random_int ());
}

static gboolean
on_timeout (gpointer data)
{
  Provision *self = data;

  self->timeout_id = 0;
  g_cancellable_cancel (self->cancellable);
  return G_SOURCE_REMOVE;
}

void
pawl_http_provision_async (SoupSession *soup,
                           const PawlHttpSettings *settings,
                           GTlsCertificate *shared,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (soup, NULL, callback, user_data);
  Provision *self = g_new0 (Provision, 1);
  g_autofree char *text = make_body (settings);
  g_autoptr (GBytes) body = g_bytes_new (text, strlen (text));

  g_task_set_source_tag (task, pawl_http_provision_async);
  g_task_set_task_data (task, self, provision_free);
  self->settings = settings;
  self->answer = g_malloc0 (MAX_ANSWER + 1);
  self->cancellable = g_cancellable_new ();
  self->timeout_id = g_timeout_add_seconds (settings->stall_timeout_s, on_timeout, self);
  self->message = soup_message_new (SOUP_METHOD_POST, settings->provision_url);
  soup_message_add_flags (self->message, SOUP_MESSAGE_NO_REDIRECT);
  soup_message_set_request_body_from_bytes (self->message, "application/json", body);
  soup_message_set_tls_client_certificate (self->message, shared);
  soup_session_send_async (soup, self->message, G_PRIORITY_DEFAULT, self->cancellable, on_sent,
                           g_steal_pointer (&task));
}

gboolean
pawl_http_provision_finish (SoupSession *soup, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
