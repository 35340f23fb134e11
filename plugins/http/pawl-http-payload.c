/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* A large file into a payload, from where an earlier fetch ended. Beside the bytes stands which
 * source they came from and what it called them: from the same source the rest is asked for on
 * condition that the file is still the same (RFC 9110, 13.1.5). Another source calls it something
 * else, so its rest is taken if the whole has the target's length; the target's hashes decide. */
#include "pawl-http-payload.h"

#include <string.h>

/* Of the address's hash, enough to tell sources from each other. */
#define TAG_LENGTH 16

typedef struct
{
  PawlPayload *payload; /* (owned) */
  char *validator;      /* (owned) (nullable): what is here, see remember_validator() */
  guint64 length;       /* of the target */
  guint64 max_rate;     /* bytes per second; 0: no limit */
  guint64 offset;       /* where the answer has to begin */
  guint64 furthest;     /* how far it was at best */
  guint64 transferred;
  gint64 began_us; /* when the present answer began, and its bytes since, for the rate */
  guint64 since;
} Fetch;

static void
fetch_free (gpointer data)
{
  Fetch *fetch = data;

  g_object_unref (fetch->payload);
  g_free (fetch->validator);
  g_free (fetch);
}

/* ---- validators ---- */

static char *
make_tag (const char *uri)
{
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, uri, -1);

  return g_strndup (sum, TAG_LENGTH);
}

/* What a condition can be made of: a weak entity tag cannot. */
static const char *
get_validator (SoupMessage *message)
{
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  const char *etag = soup_message_headers_get_one (headers, "ETag");
  const char *date = soup_message_headers_get_one (headers, "Last-Modified");

  if (etag != NULL && *etag == '"')
    return etag;
  return date != NULL ? date : "";
}

/* What another transport left there says nothing here. */
static char *
dup_validator (PawlPayload *payload)
{
  g_autofree char *validator = pawl_payload_dup_validator (payload);

  if (validator == NULL || strlen (validator) <= TAG_LENGTH || validator[TAG_LENGTH] != ' ')
    return NULL;
  return g_steal_pointer (&validator);
}

/* Where the file system cannot keep it, this operation still knows it. */
static void
remember_validator (PawlHttpJob *job, SoupMessage *message)
{
  Fetch *fetch = job->data;
  g_autofree char *tag = make_tag (pawl_http_sources_get_uri (job->sources));
  g_autoptr (GError) error = NULL;

  g_free (fetch->validator);
  fetch->validator = g_strconcat (tag, " ", get_validator (message), NULL);
  if (!pawl_payload_set_validator (fetch->payload, fetch->validator, &error))
    g_info ("after a restart the fetch will begin again: %s", error->message);
}

/* ---- the request ---- */

/* What is here of bytes that nobody knows the origin of is of no use. */
static gboolean
drop_unknown (Fetch *fetch, GError **error)
{
  guint64 length = pawl_payload_get_length (fetch->payload);

  if (length > 0 && (fetch->validator == NULL || length > fetch->length))
    return pawl_payload_truncate (fetch->payload, 0, error);
  return TRUE;
}

static gboolean
prepare (PawlHttpJob *job, PawlHttpExchange *exchange, GError **error)
{
  Fetch *fetch = job->data;
  g_autofree char *tag = make_tag (pawl_http_sources_get_uri (job->sources));
  g_autofree char *range = NULL;
  const char *condition;

  if (!drop_unknown (fetch, error))
    return FALSE;
  fetch->offset = pawl_payload_get_length (fetch->payload);
  if (fetch->offset == 0)
    return TRUE;
  range = g_strdup_printf ("bytes=%" G_GUINT64_FORMAT "-", fetch->offset);
  pawl_http_headers_add (pawl_http_exchange_get_headers (exchange), "Range", range);
  condition = fetch->validator + TAG_LENGTH + 1;
  if (g_str_has_prefix (fetch->validator, tag) && *condition != '\0')
    pawl_http_headers_add (pawl_http_exchange_get_headers (exchange), "If-Range", condition);
  return TRUE;
}

/* ---- the head of the answer ---- */

static gboolean
check_length (PawlHttpJob *job, guint64 found, GError **error)
{
  Fetch *fetch = job->data;
  g_autofree char *where = NULL;

  if (found == fetch->length)
    return TRUE;
  where = pawl_http_exchange_describe (job->exchange);
  g_set_error (error, PAWL_ERROR,
               found > fetch->length ? PAWL_ERROR_TOO_LARGE : PAWL_ERROR_NOT_TRUSTED,
               "%s: found %" G_GUINT64_FORMAT " bytes, wanted %" G_GUINT64_FORMAT, where, found,
               fetch->length);
  return FALSE;
}

static gboolean
answer_rest (PawlHttpJob *job, SoupMessage *message, GError **error)
{
  Fetch *fetch = job->data;
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);
  g_autofree char *where = NULL;
  goffset start = -1, end = -1, total = -1;

  if (soup_message_headers_get_content_range (headers, &start, &end, &total) && start >= 0 &&
      (guint64) start == fetch->offset && fetch->offset > 0)
    return total < 0 || check_length (job, (guint64) total, error);
  where = pawl_http_exchange_describe (job->exchange);
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_FAILED,
               "%s: the server sent another part than the one from byte %" G_GUINT64_FORMAT " on",
               where, fetch->offset);
  return FALSE;
}

/* All of it, because it changed, or because the server cannot send parts. */
static gboolean
answer_whole (PawlHttpJob *job, SoupMessage *message, PawlHttpVerdict *verdict, GError **error)
{
  Fetch *fetch = job->data;
  SoupMessageHeaders *headers = soup_message_get_response_headers (message);

  if (soup_message_headers_get_encoding (headers) == SOUP_ENCODING_CONTENT_LENGTH &&
      !check_length (job, (guint64) soup_message_headers_get_content_length (headers), error))
    return FALSE;
  fetch->offset = 0;
  verdict->is_ours = !pawl_payload_truncate (fetch->payload, 0, error);
  if (!verdict->is_ours)
    remember_validator (job, message);
  return !verdict->is_ours;
}

static gboolean
answer (PawlHttpJob *job,
        SoupMessage *message,
        gboolean *out_read,
        PawlHttpVerdict *verdict,
        GError **error)
{
  Fetch *fetch = job->data;
  guint status = soup_message_get_status (message);

  *out_read = TRUE;
  fetch->began_us = g_get_monotonic_time ();
  fetch->since = 0;
  if (status == 206)
    return answer_rest (job, message, error);
  if (status == 200)
    return answer_whole (job, message, verdict, error);
  pawl_http_error_from_status (message, verdict, error);
  /* What is here is not a beginning of what is there. */
  if (status == 416 && fetch->offset > 0)
    verdict->transient = pawl_payload_truncate (fetch->payload, 0, NULL);
  return FALSE;
}

/* ---- the body ---- */

static void
complete (PawlHttpJob *job)
{
  Fetch *fetch = job->data;
  g_auto (GVariantDict) result = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&result, "bytes-transferred", "t", fetch->transferred);
  g_variant_dict_insert (&result, "requests", "u", pawl_http_job_get_requests (job));
  g_variant_dict_insert (&result, "uri", "s", pawl_http_sources_get_uri (job->sources));
  pawl_http_job_complete (job, g_variant_dict_end (&result));
}

static void
sync_payload (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;

  if (pawl_payload_sync (PAWL_PAYLOAD (source), &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

static void
on_synced (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    complete (data);
  else
    pawl_http_job_fail (data, error);
}

static void
end (PawlHttpJob *job)
{
  const PawlHttpVerdict again = {.transient = TRUE};
  Fetch *fetch = job->data;
  guint64 length = pawl_payload_get_length (fetch->payload);
  g_autoptr (GError) error = NULL;
  g_autofree char *where = NULL;

  if (length == fetch->length)
    {
      g_autoptr (GTask) task = g_task_new (fetch->payload, NULL, on_synced, job);

      g_task_run_in_thread (task, sync_payload);
      return;
    }
  where = pawl_http_exchange_describe (job->exchange);
  g_set_error (&error, PAWL_ERROR, PAWL_ERROR_NETWORK,
               "%s: the answer ended after %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " bytes",
               where, length, fetch->length);
  pawl_http_job_fail_source (job, error, &again);
}

/* How long the present answer is ahead of its rate. */
static guint64
compute_wait_ms (Fetch *fetch)
{
  guint64 elapsed_ms = (guint64) (g_get_monotonic_time () - fetch->began_us) / 1000;
  guint64 due_ms = fetch->max_rate > 0 ? fetch->since * 1000 / fetch->max_rate : 0;

  return due_ms > elapsed_ms ? due_ms - elapsed_ms : 0;
}

static void
note_bytes (PawlHttpJob *job, gsize size)
{
  Fetch *fetch = job->data;
  guint64 length = pawl_payload_get_length (fetch->payload);

  fetch->transferred += size;
  fetch->since += size;
  /* Only new ground counts: a server that breaks off and begins again would never be given up. */
  if (length > fetch->furthest)
    pawl_http_sources_note_progress (job->sources);
  fetch->furthest = MAX (fetch->furthest, length);
  pawl_operation_progress (job->op, length, fetch->length);
}

static void
on_appended (GObject *source, GAsyncResult *result, gpointer data)
{
  PawlHttpJob *job = data;
  g_autoptr (GError) error = NULL;
  gssize size = g_task_propagate_int (G_TASK (result), &error);
  guint64 wait_ms;

  if (size < 0)
    {
      pawl_http_job_fail (job, error);
      return;
    }
  note_bytes (job, (gsize) size);
  wait_ms = compute_wait_ms (job->data);
  if (wait_ms > 0 && !pawl_operation_get_cancelled (job->op))
    pawl_http_job_wait (job, wait_ms, pawl_http_job_read_on);
  else
    pawl_http_job_read_on (job);
}

static void
append (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr (GError) error = NULL;

  if (pawl_payload_append (PAWL_PAYLOAD (source), data, &error))
    g_task_return_int (task, (gssize) g_bytes_get_size (data));
  else
    g_task_return_error (task, g_steal_pointer (&error));
}

/* The bytes of a source that has too many are worth nothing. */
static void
refuse_excess (PawlHttpJob *job, guint64 found)
{
  PawlHttpVerdict verdict = {0};
  Fetch *fetch = job->data;
  g_autoptr (GError) error = NULL;

  check_length (job, found, &error);
  verdict.is_ours = !pawl_payload_truncate (fetch->payload, 0, NULL);
  pawl_http_job_fail_source (job, error, &verdict);
}

static void
take (PawlHttpJob *job, GBytes *bytes)
{
  Fetch *fetch = job->data;
  gsize size = g_bytes_get_size (bytes);
  guint64 length = pawl_payload_get_length (fetch->payload);

  if (size == 0)
    end (job);
  else if (length + size > fetch->length)
    refuse_excess (job, length + size);
  else
    {
      g_autoptr (GTask) task = g_task_new (fetch->payload, NULL, on_appended, job);

      g_task_set_task_data (task, g_bytes_ref (bytes), (GDestroyNotify) g_bytes_unref);
      g_task_run_in_thread (task, append);
    }
}

static const PawlHttpJobKind payload_kind = {"GET", prepare, answer, take, fetch_free};

static guint64
choose_rate (const PawlHttpSettings *settings, GVariant *options)
{
  guint64 rate = 0;

  g_variant_lookup (options, "max-rate", "t", &rate);
  if (rate == 0 || settings->max_rate == 0)
    return MAX (rate, settings->max_rate);
  return MIN (rate, settings->max_rate);
}

/* A fetch that was broken off after its last byte; whether they are the right ones is the
 * verifier's business. */
static gboolean
is_complete (PawlTarget *target, PawlPayload *payload)
{
  guint64 length = pawl_target_get_length (target);

  return length > 0 && pawl_payload_get_length (payload) == length;
}

static void
complete_at_once (const char *const *uris, PawlOperation *op)
{
  g_auto (GVariantDict) result = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&result, "bytes-transferred", "t", (guint64) 0);
  g_variant_dict_insert (&result, "requests", "u", 0);
  g_variant_dict_insert (&result, "uri", "s", uris[0] != NULL ? uris[0] : "");
  pawl_operation_complete (op, g_variant_dict_end (&result));
}

/*< private >
 * pawl_http_payload_start:
 * @session: what sends
 * @target: what to fetch
 * @uris: the same payload at several places
 * @destination: where the bytes go
 * @options: an `a{sv}` with `max-rate` and `headers`
 * @op: is answered
 * @error: return location
 *
 * Returns: %TRUE if @op will be answered
 */
gboolean
pawl_http_payload_start (PawlHttpSession *session,
                         PawlTarget *target,
                         const char *const *uris,
                         PawlPayload *destination,
                         GVariant *options,
                         PawlOperation *op,
                         GError **error)
{
  const PawlHttpSettings *settings = pawl_http_session_get_settings (session);
  PawlHttpSources *sources;
  Fetch *fetch;

  if (is_complete (target, destination))
    {
      complete_at_once (uris, op);
      return TRUE;
    }
  sources = pawl_http_sources_new (uris, settings->retries, settings->retry_delay_ms, error);
  if (sources == NULL)
    return FALSE;
  fetch = g_new0 (Fetch, 1);
  fetch->payload = g_object_ref (destination);
  fetch->length = pawl_target_get_length (target);
  fetch->furthest = pawl_payload_get_length (destination);
  fetch->validator = dup_validator (destination);
  fetch->max_rate = choose_rate (settings, options);
  pawl_http_job_start (&payload_kind, fetch, session, sources, options, op);
  return TRUE;
}
