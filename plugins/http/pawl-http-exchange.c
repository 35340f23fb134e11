/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-http-exchange.h"

#include "pawl-http-error.h"
#include "pawl-http-redirect.h"

#define MAX_REDIRECTS 10

struct _PawlHttpExchange
{
  GObject parent_instance;

  PawlHttpSession *session;  /* (owned) */
  char *method;              /* (owned) */
  GUri *origin;              /* (owned): what was asked for */
  GUri *uri;                 /* (owned): where the redirects led */
  PawlHttpHeaders *headers;  /* (owned) */
  char *content_type;        /* (owned) (nullable) */
  GBytes *body;              /* (owned) (nullable) */
  GCancellable *cancellable; /* (owned): breaks off whatever is pending */
  SoupMessage *message;      /* (owned) (nullable): the last request */
  GInputStream *stream;      /* (owned) (nullable): its answer */
  guint watchdog_id;
  gboolean stalled;
  GTlsCertificateFlags refusal; /* what is wrong with the server's certificate */
  gboolean ended;               /* all of the answer was read */
  guint redirects;
  guint requests;
};

G_DEFINE_FINAL_TYPE (PawlHttpExchange, pawl_http_exchange, G_TYPE_OBJECT)

static void
pawl_http_exchange_finalize (GObject *object)
{
  PawlHttpExchange *self = PAWL_HTTP_EXCHANGE (object);

  pawl_http_exchange_close (self);
  g_clear_handle_id (&self->watchdog_id, g_source_remove);
  g_clear_object (&self->session);
  g_clear_pointer (&self->method, g_free);
  g_clear_pointer (&self->origin, g_uri_unref);
  g_clear_pointer (&self->uri, g_uri_unref);
  g_clear_pointer (&self->headers, pawl_http_headers_free);
  g_clear_pointer (&self->content_type, g_free);
  g_clear_pointer (&self->body, g_bytes_unref);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->message);
  G_OBJECT_CLASS (pawl_http_exchange_parent_class)->finalize (object);
}

static void
pawl_http_exchange_class_init (PawlHttpExchangeClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pawl_http_exchange_finalize;
}

static void
pawl_http_exchange_init (PawlHttpExchange *self)
{
  self->headers = pawl_http_headers_new ();
  self->cancellable = g_cancellable_new ();
}

static gboolean
on_nothing_pending (gpointer data)
{
  g_cancellable_cancel (data);
  return G_SOURCE_REMOVE;
}

/* Behind all that is pending: libsoup 3.6.5 ends a message twice, and uses it after that, when it
 * is cancelled between the arrival of its answer and the turn in which that is told. */
static void
break_off (PawlHttpExchange *self)
{
  g_idle_add_full (G_PRIORITY_DEFAULT + 1, on_nothing_pending, g_object_ref (self->cancellable),
                   g_object_unref);
}

/*< private >
 * pawl_http_exchange_new:
 * @session: sends it
 * @method: the request's method
 * @uri: what to ask for
 * @op: on whose behalf; its cancel ends the exchange
 * @error: return location; #PAWL_ERROR_INVALID_ARGUMENT
 *
 * Returns: (transfer full): the exchange
 */
PawlHttpExchange *
pawl_http_exchange_new (PawlHttpSession *session,
                        const char *method,
                        const char *uri,
                        PawlOperation *op,
                        GError **error)
{
  g_autoptr (GUri) parsed = g_uri_parse (uri, SOUP_HTTP_URI_FLAGS, NULL);
  PawlHttpExchange *self;

  if (parsed == NULL || !pawl_http_redirect_is_web_uri (parsed))
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_ARGUMENT,
                   "%s: wanted an http: or https: address", parsed != NULL ? uri : "an address");
      return NULL;
    }
  self = g_object_new (PAWL_TYPE_HTTP_EXCHANGE, NULL);
  self->session = g_object_ref (session);
  self->method = g_strdup (method);
  self->origin = g_uri_ref (parsed);
  self->uri = g_steal_pointer (&parsed);
  g_signal_connect_object (op, "cancelled", G_CALLBACK (break_off), self, G_CONNECT_SWAPPED);
  if (pawl_operation_get_cancelled (op))
    g_cancellable_cancel (self->cancellable);
  return self;
}

/* (transfer none): what goes with the request, until it is sent */
PawlHttpHeaders *
pawl_http_exchange_get_headers (PawlHttpExchange *self)
{
  return self->headers;
}

void
pawl_http_exchange_set_body (PawlHttpExchange *self, const char *content_type, GBytes *body)
{
  self->content_type = g_strdup (content_type);
  self->body = g_bytes_ref (body);
}

SoupMessage *
pawl_http_exchange_get_message (PawlHttpExchange *self)
{
  return self->message;
}

/* For people. */
char *
pawl_http_exchange_describe (PawlHttpExchange *self)
{
  return pawl_http_describe_uri (self->uri);
}

/* How many requests were sent so far. */
guint
pawl_http_exchange_get_requests (PawlHttpExchange *self)
{
  return self->requests;
}

/* ---- the watchdog ---- */

static gboolean
on_stall (gpointer data)
{
  PawlHttpExchange *self = data;

  self->watchdog_id = 0;
  self->stalled = TRUE;
  break_off (self);
  return G_SOURCE_REMOVE;
}

/* Only while the network is waited for: how long the caller takes is its own affair. */
static void
arm (PawlHttpExchange *self)
{
  guint timeout_s = pawl_http_session_get_settings (self->session)->stall_timeout_s;

  self->watchdog_id = g_timeout_add_seconds (timeout_s, on_stall, self);
}

/* Takes @error. */
static void
return_failure (PawlHttpExchange *self, GTask *task, GError *error)
{
  if (self->stalled)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_TIMED_OUT, "nothing arrived for %u s",
                             pawl_http_session_get_settings (self->session)->stall_timeout_s);
  else if (g_error_matches (error, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE) && self->refusal != 0)
    {
      g_autofree char *reasons = pawl_http_describe_refusal (self->refusal);

      g_task_return_new_error (task, G_TLS_ERROR, G_TLS_ERROR_BAD_CERTIFICATE,
                               "the server's certificate is refused: %s", reasons);
    }
  else
    g_task_return_error (task, g_error_copy (error));
  g_error_free (error);
}

/* ---- sending ---- */

static gboolean
follow (PawlHttpExchange *self, GError **error)
{
  g_autoptr (GUri) next = pawl_http_redirect_follow (self->message, error);

  if (next == NULL)
    return FALSE;
  if (++self->redirects > MAX_REDIRECTS)
    {
      g_set_error_literal (error, SOUP_SESSION_ERROR, SOUP_SESSION_ERROR_TOO_MANY_REDIRECTS,
                           "the redirect is refused: too many of them");
      return FALSE;
    }
  if (self->body != NULL && !pawl_http_redirect_is_same_server (self->origin, next))
    {
      g_set_error_literal (error, SOUP_SESSION_ERROR, SOUP_SESSION_ERROR_REDIRECT_BAD_URI,
                           "the redirect is refused: a report is for one server only");
      return FALSE;
    }
  g_uri_unref (self->uri);
  self->uri = g_steal_pointer (&next);
  return TRUE;
}

/* Not waiting for what the server still has to say: a stream that is only dropped would be read to
 * its end, on the main thread. One that is at its end gives its connection back at once. */
static void
drop_stream (PawlHttpExchange *self)
{
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();

  g_cancellable_cancel (cancelled);
  if (self->stream != NULL && self->ended)
    g_input_stream_close (self->stream, NULL, NULL);
  else if (self->stream != NULL)
    g_input_stream_close_async (self->stream, G_PRIORITY_DEFAULT, cancelled, NULL, NULL);
  g_clear_object (&self->stream);
}

static void send_message (GTask *data);

static void
on_sent (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  PawlHttpExchange *self = g_task_get_source_object (task);
  GError *error = NULL;

  g_clear_handle_id (&self->watchdog_id, g_source_remove);
  self->stream = soup_session_send_finish (SOUP_SESSION (source), result, &error);
  if (self->stream == NULL)
    return_failure (self, task, error);
  else if (!pawl_http_redirect_is_wanted (self->message))
    g_task_return_boolean (task, TRUE);
  else if (follow (self, &error))
    send_message (g_steal_pointer (&task));
  else
    g_task_return_error (task, error);
}

/* What was found is only told here; the answer stays no. */
static gboolean
on_refused_certificate (SoupMessage *message,
                        GTlsCertificate *certificate,
                        GTlsCertificateFlags errors,
                        PawlHttpExchange *self)
{
  self->refusal = errors;
  return FALSE;
}

/* libsoup sends a message again when the server closed a connection that was kept, and has read the
 * body to its end by then. */
static void
set_body (SoupMessage *message, PawlHttpExchange *self)
{
  soup_message_set_request_body_from_bytes (message, self->content_type, self->body);
}

static void
make_message (PawlHttpExchange *self)
{
  gboolean is_same = pawl_http_redirect_is_same_server (self->origin, self->uri);

  g_clear_object (&self->message);
  self->message = soup_message_new_from_uri (self->method, self->uri);
  soup_message_add_flags (self->message, SOUP_MESSAGE_NO_REDIRECT);
  g_signal_connect_object (self->message, "accept-certificate", G_CALLBACK (on_refused_certificate),
                           self, 0);
  pawl_http_headers_apply (self->headers, self->message, is_same);
  if (self->body != NULL)
    {
      set_body (self->message, self);
      g_signal_connect (self->message, "restarted", G_CALLBACK (set_body), self);
    }
  pawl_http_session_equip (self->session, self->message, is_same);
}

static void
send_message (GTask *data)
{
  g_autoptr (GTask) task = data;
  PawlHttpExchange *self = g_task_get_source_object (task);

  drop_stream (self);
  make_message (self);
  self->requests++;
  arm (self);
  soup_session_send_async (pawl_http_session_get_soup (self->session), self->message,
                           G_PRIORITY_DEFAULT, self->cancellable, on_sent, g_steal_pointer (&task));
}

static void
on_prepared (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;

  if (pawl_http_session_prepare_finish (PAWL_HTTP_SESSION (source), result, &error))
    send_message (g_steal_pointer (&task));
  else
    g_task_return_error (task, error);
}

/*< private >
 * pawl_http_exchange_send_async:
 * @self: a new exchange
 * @callback: called when the head of the answer is here
 * @user_data: for @callback
 *
 * Sends the request.
 */
void
pawl_http_exchange_send_async (PawlHttpExchange *self,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, pawl_http_exchange_send_async);
  pawl_http_session_prepare_async (self->session, self->cancellable, on_prepared,
                                   g_steal_pointer (&task));
}

/* The message (transfer none), whatever its status. */
SoupMessage *
pawl_http_exchange_send_finish (PawlHttpExchange *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error) ? self->message : NULL;
}

/* ---- reading ---- */

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  PawlHttpExchange *self = g_task_get_source_object (task);
  GError *error = NULL;
  GBytes *bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (source), result, &error);

  g_clear_handle_id (&self->watchdog_id, g_source_remove);
  self->ended = bytes != NULL && g_bytes_get_size (bytes) == 0;
  if (bytes != NULL)
    g_task_return_pointer (task, bytes, (GDestroyNotify) g_bytes_unref);
  else
    return_failure (self, task, error);
}

/*< private >
 * pawl_http_exchange_read_async:
 * @self: an exchange whose answer began
 * @count: how many bytes at most
 * @callback: called when there are some, or no more
 * @user_data: for @callback
 *
 * Reads on.
 */
void
pawl_http_exchange_read_async (PawlHttpExchange *self,
                               gsize count,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, callback, user_data);

  g_task_set_source_tag (task, pawl_http_exchange_read_async);
  arm (self);
  g_input_stream_read_bytes_async (self->stream, count, G_PRIORITY_DEFAULT, self->cancellable,
                                   on_read, g_steal_pointer (&task));
}

/* The bytes (transfer full); empty at the end. */
GBytes *
pawl_http_exchange_read_finish (PawlHttpExchange *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* Nothing more of the answer is wanted: the connection is given up, unless all of it was read. */
void
pawl_http_exchange_close (PawlHttpExchange *self)
{
  if (!self->ended)
    g_cancellable_cancel (self->cancellable);
  drop_stream (self);
}
