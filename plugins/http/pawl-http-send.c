/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* A report. Whatever the server answers is an answer; only silence is a failure. */
#include "pawl-http-send.h"

#define MAX_ANSWER (64 * 1024)

typedef struct
{
  char *content_type; /* (owned) */
  GBytes *body;       /* (owned) */
  guint64 max_answer;
  GByteArray *answer; /* (owned) */
} Send;

static void
send_free (gpointer data)
{
  Send *send = data;

  g_free (send->content_type);
  g_bytes_unref (send->body);
  g_byte_array_unref (send->answer);
  g_free (send);
}

static gboolean
prepare (PawlHttpJob *job, PawlHttpExchange *exchange, GError **error)
{
  Send *send = job->data;

  g_byte_array_set_size (send->answer, 0);
  pawl_http_exchange_set_body (exchange, send->content_type, send->body);
  return TRUE;
}

static gboolean
answer (PawlHttpJob *job,
        SoupMessage *message,
        gboolean *out_read,
        PawlHttpVerdict *verdict,
        GError **error)
{
  *out_read = TRUE;
  return TRUE;
}

static void
complete (PawlHttpJob *job)
{
  Send *send = job->data;
  SoupMessage *message = pawl_http_exchange_get_message (job->exchange);
  g_auto (GVariantDict) result = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&result, "status", "u", soup_message_get_status (message));
  g_variant_dict_insert (&result, "retry-after-s", "u",
                         (guint) pawl_http_get_retry_after_s (message));
  g_variant_dict_insert_value (&result, "data",
                               g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, send->answer->data,
                                                          send->answer->len, 1));
  pawl_http_job_complete (job, g_variant_dict_end (&result));
}

static void
take (PawlHttpJob *job, GBytes *bytes)
{
  const PawlHttpVerdict verdict = {0};
  Send *send = job->data;
  g_autofree char *where = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  if (size == 0)
    complete (job);
  else if (send->answer->len + (guint64) size <= send->max_answer)
    {
      g_byte_array_append (send->answer, data, (guint) size);
      pawl_http_job_read_on (job);
    }
  else
    {
      where = pawl_http_exchange_describe (job->exchange);
      g_set_error (&error, PAWL_ERROR, PAWL_ERROR_TOO_LARGE,
                   "%s: the answer has more than the allowed %" G_GUINT64_FORMAT " bytes", where,
                   send->max_answer);
      pawl_http_job_fail_source (job, error, &verdict);
    }
}

static const PawlHttpJobKind put_kind = {"PUT", prepare, answer, take, send_free};
static const PawlHttpJobKind post_kind = {"POST", prepare, answer, take, send_free};

/*< private >
 * pawl_http_send_start:
 * @session: what sends
 * @uri: where to
 * @method: `PUT`, which is tried again, or `POST`, which is not: it may have arrived
 * @body: what to send
 * @options: an `a{sv}` with `content-type`, `headers` and `max-answer`
 * @op: is answered
 * @error: return location; #PAWL_ERROR_INVALID_ARGUMENT
 *
 * Returns: %TRUE if @op will be answered
 */
gboolean
pawl_http_send_start (PawlHttpSession *session,
                      const char *uri,
                      const char *method,
                      GBytes *body,
                      GVariant *options,
                      PawlOperation *op,
                      GError **error)
{
  const PawlHttpSettings *settings = pawl_http_session_get_settings (session);
  const char *const uris[] = {uri, NULL};
  gboolean is_put = g_strcmp0 (method, "PUT") == 0;
  PawlHttpSources *sources;
  Send *send;

  if (!is_put && g_strcmp0 (method, "POST") != 0)
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_ARGUMENT,
                   "http: method is %s, wanted PUT or POST", method);
      return FALSE;
    }
  sources =
    pawl_http_sources_new (uris, is_put ? settings->retries : 0, settings->retry_delay_ms, error);
  if (sources == NULL)
    return FALSE;
  send = g_new0 (Send, 1);
  send->body = g_bytes_ref (body);
  send->answer = g_byte_array_new ();
  if (!g_variant_lookup (options, "content-type", "s", &send->content_type))
    send->content_type = g_strdup ("application/octet-stream");
  if (!g_variant_lookup (options, "max-answer", "t", &send->max_answer))
    send->max_answer = MAX_ANSWER;
  send->max_answer = MIN (send->max_answer, G_MAXINT32);
  pawl_http_job_start (is_put ? &put_kind : &post_kind, send, session, sources, options, op);
  return TRUE;
}
