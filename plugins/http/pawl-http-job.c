/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* One operation: source after source, try after try, until there is an answer. It owns itself from
 * start to complete or fail; everything happens on the main thread. */
#include "pawl-http-job.h"

#define CHUNK (128 * 1024)
/* The body of a refusal is read up to here, so that its connection can be used again. */
#define DRAIN_MAX (64 * 1024)

static void
job_free (PawlHttpJob *self)
{
  g_clear_handle_id (&self->timer_id, g_source_remove);
  g_signal_handlers_disconnect_by_data (self->op, self);
  g_clear_pointer (&self->data, self->kind->free_data);
  if (self->exchange != NULL)
    pawl_http_exchange_close (self->exchange);
  g_clear_object (&self->exchange);
  g_object_unref (self->session);
  g_object_unref (self->op);
  g_variant_unref (self->options);
  g_clear_error (&self->refusal);
  pawl_http_sources_free (self->sources);
  g_free (self);
}

/*< private >
 * pawl_http_job_complete:
 * @self: (transfer full): a job
 * @result: what its operation is answered with
 */
void
pawl_http_job_complete (PawlHttpJob *self, GVariant *result)
{
  pawl_operation_complete (self->op, result);
  job_free (self);
}

/*< private >
 * pawl_http_job_fail:
 * @self: (transfer full): a job
 * @error: what its operation is answered with
 */
void
pawl_http_job_fail (PawlHttpJob *self, const GError *error)
{
  pawl_operation_fail (self->op, error);
  job_free (self);
}

guint
pawl_http_job_get_requests (PawlHttpJob *self)
{
  return self->requests +
         (self->exchange != NULL ? pawl_http_exchange_get_requests (self->exchange) : 0);
}

/* ---- waiting ---- */

static gboolean
on_timer (gpointer data)
{
  PawlHttpJob *self = data;

  self->timer_id = 0;
  self->after_wait (self);
  return G_SOURCE_REMOVE;
}

/*< private >
 * pawl_http_job_wait:
 * @self: a job with nothing pending
 * @wait_ms: how long
 * @then: how it goes on, unless it is cancelled
 */
void
pawl_http_job_wait (PawlHttpJob *self, guint64 wait_ms, void (*then) (PawlHttpJob *job))
{
  self->after_wait = then;
  self->timer_id = g_timeout_add ((guint) MIN (wait_ms, G_MAXUINT), on_timer, self);
}

/* What is pending in an exchange ends by itself; a wait has to be ended. */
static void
on_cancelled (PawlOperation *op, PawlHttpJob *self)
{
  g_autoptr (GError) error = NULL;

  if (self->timer_id == 0)
    return;
  g_set_error_literal (&error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "http: cancelled while waiting");
  pawl_http_job_fail (self, error);
}

/* ---- asking ---- */

static void ask (PawlHttpJob *self);

/* Whether the operation is still wanted after @wait_ms. */
static gboolean
is_in_time (PawlHttpJob *self, guint64 wait_ms)
{
  gint64 left_us = pawl_operation_get_deadline_us (self->op) - g_get_monotonic_time ();

  return left_us > 0 && wait_ms < (guint64) left_us / 1000;
}

/* Whoever asks again does so no sooner than the sources want it. */
static void
give_up (PawlHttpJob *self, const GError *error, guint64 wait_s)
{
  if (wait_s > 0)
    pawl_context_note_retry_after (pawl_http_session_get_context (self->session), wait_s);
  pawl_http_job_fail (self, error);
}

static void
go_on (PawlHttpJob *self)
{
  g_autoptr (GError) error = NULL;
  guint64 wait_ms;
  guint64 wait_s = pawl_http_sources_get_retry_after_s (self->sources);

  if (!pawl_http_sources_advance (self->sources, &wait_ms))
    error = pawl_http_sources_dup_error (self->sources);
  else if (wait_ms == 0)
    ask (self);
  else if (is_in_time (self, wait_ms))
    pawl_http_job_wait (self, wait_ms, ask);
  else
    g_set_error (&error, PAWL_ERROR, PAWL_ERROR_RETRY_LATER,
                 "http: the next try is in %" G_GUINT64_FORMAT " s, after the deadline",
                 wait_ms / 1000);
  if (error != NULL)
    give_up (self, error, wait_s);
}

/*< private >
 * pawl_http_job_fail_source:
 * @self: (transfer full): a job
 * @error: what is wrong with the source that was asked
 * @verdict: what that means
 *
 * Goes on with the next source, or with another try.
 */
void
pawl_http_job_fail_source (PawlHttpJob *self, const GError *error, const PawlHttpVerdict *verdict)
{
  if (verdict->is_ours)
    {
      pawl_http_job_fail (self, error);
      return;
    }
  g_info ("%s%s", error->message, verdict->transient ? "; trying again" : "");
  if (self->exchange != NULL)
    {
      self->requests += pawl_http_exchange_get_requests (self->exchange);
      pawl_http_exchange_close (self->exchange);
      g_clear_object (&self->exchange);
    }
  pawl_http_sources_note_failure (self->sources, error, verdict->transient, verdict->retry_after_s);
  go_on (self);
}

static void
fail_network (PawlHttpJob *self, const GError *failure)
{
  g_autofree char *where = pawl_http_exchange_describe (self->exchange);
  g_autoptr (GError) error = NULL;
  PawlHttpVerdict verdict;

  pawl_http_error_from_failure (where, failure, &verdict, &error);
  pawl_http_job_fail_source (self, error, &verdict);
}

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  PawlHttpJob *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes =
    pawl_http_exchange_read_finish (PAWL_HTTP_EXCHANGE (source), result, &error);

  if (bytes != NULL)
    self->kind->take (self, bytes);
  else
    fail_network (self, error);
}

/*< private >
 * pawl_http_job_read_on:
 * @self: a job that wants the next piece of the body
 */
void
pawl_http_job_read_on (PawlHttpJob *self)
{
  pawl_http_exchange_read_async (self->exchange, CHUNK, on_read, self);
}

/* ---- the rest of an answer that is of no use ---- */

static void drain (PawlHttpJob *self);

static void
on_drained (GObject *source, GAsyncResult *result, gpointer data)
{
  PawlHttpJob *self = data;
  g_autoptr (GError) why = NULL;
  g_autoptr (GBytes) bytes =
    pawl_http_exchange_read_finish (PAWL_HTTP_EXCHANGE (source), result, NULL);
  gsize size = bytes != NULL ? g_bytes_get_size (bytes) : 0;

  self->drained += size;
  if (size > 0 && self->drained < DRAIN_MAX)
    {
      drain (self);
      return;
    }
  why = g_steal_pointer (&self->refusal);
  pawl_http_job_fail_source (self, why, &self->verdict);
}

static void
drain (PawlHttpJob *self)
{
  pawl_http_exchange_read_async (self->exchange, DRAIN_MAX, on_drained, self);
}

static void
refuse (PawlHttpJob *self, GError *error, const PawlHttpVerdict *verdict)
{
  self->refusal = error;
  self->verdict = *verdict;
  self->drained = 0;
  drain (self);
}

static void
on_head (GObject *source, GAsyncResult *result, gpointer data)
{
  PawlHttpJob *self = data;
  g_autoptr (GError) error = NULL;
  PawlHttpVerdict verdict = {0};
  gboolean read = FALSE;
  SoupMessage *message =
    pawl_http_exchange_send_finish (PAWL_HTTP_EXCHANGE (source), result, &error);

  if (message == NULL)
    fail_network (self, error);
  else if (!self->kind->answer (self, message, &read, &verdict, &error))
    refuse (self, g_steal_pointer (&error), &verdict);
  else if (read)
    pawl_http_job_read_on (self);
}

static void
ask (PawlHttpJob *self)
{
  const PawlHttpVerdict ours = {.is_ours = TRUE};
  g_autoptr (GError) error = NULL;

  self->exchange =
    pawl_http_exchange_new (self->session, self->kind->method,
                            pawl_http_sources_get_uri (self->sources), self->op, &error);
  if (self->exchange != NULL &&
      pawl_http_headers_add_private (pawl_http_exchange_get_headers (self->exchange), self->options,
                                     &error) &&
      self->kind->prepare (self, self->exchange, &error))
    pawl_http_exchange_send_async (self->exchange, on_head, self);
  else
    pawl_http_job_fail_source (self, error, &ours);
}

/*< private >
 * pawl_http_job_start:
 * @kind: what is to be done
 * @data: (transfer full): the kind's own data
 * @session: what sends
 * @sources: (transfer full): whom to ask
 * @options: an `a{sv}` with `headers`
 * @op: is answered
 *
 * Begins.
 */
void
pawl_http_job_start (const PawlHttpJobKind *kind,
                     gpointer data,
                     PawlHttpSession *session,
                     PawlHttpSources *sources,
                     GVariant *options,
                     PawlOperation *op)
{
  PawlHttpJob *self = g_new0 (PawlHttpJob, 1);

  self->kind = kind;
  self->data = data;
  self->session = g_object_ref (session);
  self->sources = sources;
  self->options = g_variant_ref (options);
  self->op = g_object_ref (op);
  g_signal_connect (op, "cancelled", G_CALLBACK (on_cancelled), self);
  ask (self);
}
