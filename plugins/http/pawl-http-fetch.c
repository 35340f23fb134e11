/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* A small file into memory. */
#include "pawl-http-fetch.h"

typedef struct
{
  guint64 max_size;
  char *etag;       /* (owned) (nullable): what the caller has */
  gboolean same;    /* the source still has that */
  GByteArray *data; /* (owned) */
} Fetch;

static void
fetch_free (gpointer data)
{
  Fetch *fetch = data;

  g_free (fetch->etag);
  g_byte_array_unref (fetch->data);
  g_free (fetch);
}

static gboolean
prepare (PawlHttpJob *job, PawlHttpExchange *exchange, GError **error)
{
  Fetch *fetch = job->data;

  g_byte_array_set_size (fetch->data, 0);
  if (fetch->etag != NULL)
    pawl_http_headers_add (pawl_http_exchange_get_headers (exchange), "If-None-Match", fetch->etag);
  return TRUE;
}

static void
complete (PawlHttpJob *job)
{
  Fetch *fetch = job->data;
  gboolean modified = !fetch->same;
  SoupMessage *message = pawl_http_exchange_get_message (job->exchange);
  const char *etag =
    soup_message_headers_get_one (soup_message_get_response_headers (message), "ETag");
  g_auto (GVariantDict) result = G_VARIANT_DICT_INIT (NULL);

  if (etag == NULL && !modified)
    etag = fetch->etag;
  g_variant_dict_insert (&result, "uri", "s", pawl_http_sources_get_uri (job->sources));
  if (etag != NULL && g_utf8_validate (etag, -1, NULL))
    g_variant_dict_insert (&result, "etag", "s", etag);
  g_variant_dict_insert (&result, "not-modified", "b", !modified);
  if (modified)
    g_variant_dict_insert_value (&result, "data",
                                 g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, fetch->data->data,
                                                            fetch->data->len, 1));
  pawl_http_job_complete (job, g_variant_dict_end (&result));
}

static gboolean
check_size (PawlHttpJob *job, guint64 size, GError **error)
{
  Fetch *fetch = job->data;
  g_autofree char *where = NULL;

  if (size <= fetch->max_size)
    return TRUE;
  where = pawl_http_exchange_describe (job->exchange);
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_TOO_LARGE,
               "%s: found more than the allowed %" G_GUINT64_FORMAT " bytes", where,
               fetch->max_size);
  return FALSE;
}

static gboolean
answer (PawlHttpJob *job,
        SoupMessage *message,
        gboolean *out_read,
        PawlHttpVerdict *verdict,
        GError **error)
{
  Fetch *fetch = job->data;
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  guint status = soup_message_get_status (message);

  fetch->same = status == 304 && fetch->etag != NULL;
  *out_read = TRUE;
  if (fetch->same)
    return TRUE;
  if (status != 200)
    {
      pawl_http_error_from_status (message, verdict, error);
      return FALSE;
    }
  if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH &&
      !check_size (job, (guint64) soup_message_headers_get_content_length (headers), error))
    return FALSE;
  return TRUE;
}

static void
take (PawlHttpJob *job, GBytes *bytes)
{
  const PawlHttpVerdict verdict = {0};
  Fetch *fetch = job->data;
  g_autoptr (GError) error = NULL;
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  if (size == 0)
    complete (job);
  else if (!check_size (job, fetch->data->len + (guint64) size, &error))
    pawl_http_job_fail_source (job, error, &verdict);
  else
    {
      g_byte_array_append (fetch->data, data, (guint) size);
      pawl_http_job_read_on (job);
    }
}

static const PawlHttpJobKind fetch_kind = {"GET", prepare, answer, take, fetch_free};

/*< private >
 * pawl_http_fetch_start:
 * @session: what sends
 * @uris: the same file at several places
 * @max_size: bytes, no more of which are kept
 * @options: an `a{sv}` with `etag` and `headers`
 * @op: is answered
 * @error: return location
 *
 * Returns: %TRUE if @op will be answered
 */
gboolean
pawl_http_fetch_start (PawlHttpSession *session,
                       const char *const *uris,
                       guint64 max_size,
                       GVariant *options,
                       PawlOperation *op,
                       GError **error)
{
  const PawlHttpSettings *settings = pawl_http_session_get_settings (session);
  PawlHttpSources *sources =
    pawl_http_sources_new (uris, settings->retries, settings->retry_delay_ms, error);
  Fetch *fetch;

  if (sources == NULL)
    return FALSE;
  fetch = g_new0 (Fetch, 1);
  /* A GByteArray counts in 32 bits. */
  fetch->max_size = MIN (max_size, G_MAXINT32);
  fetch->data = g_byte_array_new ();
  g_variant_lookup (options, "etag", "s", &fetch->etag);
  pawl_http_job_start (&fetch_kind, fetch, session, sources, options, op);
  return TRUE;
}
