/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* A probe, not a client: it sends one GET and reads one status line (RFC 9112, 3 and 4), follows
 * nothing and keeps nothing. A server that is away is a "not yet": the network may still come up.
 */
#include "pawl-health-http.h"

#include <string.h>

/* A status line is far shorter. */
#define MAX_LINE 1024

typedef struct
{
  PawlHealthRound *round; /* (owned) */
  char *text;             /* (owned): the address as it is configured */
  GUri *uri;              /* (owned) */
  char *ca_path;          /* (owned): may be empty */
  GTlsDatabase *database; /* (owned) (nullable): NULL takes the system's */
  GSocketClient *client;  /* (owned) (nullable): until it connects */
  GIOStream *stream;      /* (owned) (nullable): until it is connected */
  GString *request;       /* (owned) */
  GString *line;          /* (owned): what came */
  char buffer[MAX_LINE];
  GCancellable *cancellable; /* (owned): ends at the time limit or with the round */
  gboolean timed_out;
  guint timer;
  GSource *cancelled; /* (owned) (nullable) */
} Probe;

static void
probe_free (Probe *probe)
{
  pawl_health_round_unref (probe->round);
  g_free (probe->text);
  g_clear_pointer (&probe->uri, g_uri_unref);
  g_free (probe->ca_path);
  g_clear_object (&probe->database);
  g_clear_object (&probe->client);
  g_clear_object (&probe->stream);
  g_string_free (probe->request, TRUE);
  g_string_free (probe->line, TRUE);
  g_clear_object (&probe->cancellable);
  g_clear_handle_id (&probe->timer, g_source_remove);
  if (probe->cancelled != NULL)
    g_source_destroy (probe->cancelled);
  g_clear_pointer (&probe->cancelled, g_source_unref);
  g_free (probe);
}

static void
end (Probe *probe, PawlVerdict verdict, const char *reason)
{
  pawl_health_round_add (probe->round, "url", probe->text, TRUE, verdict, "%s",
                         probe->timed_out ? "no answer within url-timeout-s" : reason);
  probe_free (probe);
}

/* ---- the answer ---- */

/* `HTTP/1.1 200 OK` */
static void
judge (Probe *probe)
{
  const char *space = strchr (probe->line->str, ' ');
  g_autofree char *line = NULL;
  g_autofree char *reason = NULL;
  guint64 status = 0;

  g_string_truncate (probe->line, strcspn (probe->line->str, "\r\n"));
  line = g_utf8_make_valid (probe->line->str, -1);
  if (g_str_has_prefix (line, "HTTP/1.") && space != NULL)
    status = g_ascii_strtoull (space + 1, NULL, 10);
  reason = g_strdup_printf ("it answers \"%s\"", line);
  end (probe, status >= 200 && status < 400 ? PAWL_VERDICT_PASS : PAWL_VERDICT_NOT_YET, reason);
}

static void read_more (Probe *probe);

static void
on_read (GObject *source, GAsyncResult *result, gpointer data)
{
  Probe *probe = data;
  g_autoptr (GError) error = NULL;
  gssize size = g_input_stream_read_finish (G_INPUT_STREAM (source), result, &error);

  if (size > 0)
    g_string_append_len (probe->line, probe->buffer, size);
  if (size < 0)
    end (probe, PAWL_VERDICT_NOT_YET, error->message);
  else if (size == 0 || strchr (probe->line->str, '\n') != NULL || probe->line->len >= MAX_LINE)
    judge (probe);
  else
    read_more (probe);
}

static void
read_more (Probe *probe)
{
  g_input_stream_read_async (g_io_stream_get_input_stream (probe->stream), probe->buffer,
                             sizeof probe->buffer, G_PRIORITY_DEFAULT, probe->cancellable, on_read,
                             probe);
}

/* ---- the request ---- */

static void
on_written (GObject *source, GAsyncResult *result, gpointer data)
{
  Probe *probe = data;
  g_autoptr (GError) error = NULL;

  if (g_output_stream_write_all_finish (G_OUTPUT_STREAM (source), result, NULL, &error))
    read_more (probe);
  else
    end (probe, PAWL_VERDICT_NOT_YET, error->message);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  Probe *probe = data;
  g_autoptr (GError) error = NULL;
  GSocketConnection *connection =
    g_socket_client_connect_to_host_finish (G_SOCKET_CLIENT (source), result, &error);

  if (connection == NULL)
    {
      end (probe, PAWL_VERDICT_NOT_YET, error->message);
      return;
    }
  probe->stream = G_IO_STREAM (connection);
  g_output_stream_write_all_async (g_io_stream_get_output_stream (probe->stream),
                                   probe->request->str, probe->request->len, G_PRIORITY_DEFAULT,
                                   probe->cancellable, on_written, probe);
}

static void
on_event (GSocketClient *client,
          GSocketClientEvent event,
          GSocketConnectable *connectable,
          GIOStream *stream,
          Probe *probe)
{
  if (event == G_SOCKET_CLIENT_TLS_HANDSHAKING && probe->database != NULL)
    g_tls_connection_set_database (G_TLS_CONNECTION (stream), probe->database);
}

static void
connect_to_server (Probe *probe)
{
  gboolean tls = g_str_equal (g_uri_get_scheme (probe->uri), "https");
  int port = g_uri_get_port (probe->uri);

  probe->client = g_socket_client_new ();
  g_socket_client_set_tls (probe->client, tls);
  g_signal_connect (probe->client, "event", G_CALLBACK (on_event), probe);
  if (port < 0)
    port = tls ? 443 : 80;
  g_socket_client_connect_to_host_async (probe->client, g_uri_get_host (probe->uri), (guint16) port,
                                         probe->cancellable, on_connected, probe);
}

/* ---- the certificates ---- */

static void
load_database (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Probe *probe = data;
  GError *error = NULL;
  GTlsDatabase *database = g_tls_file_database_new (probe->ca_path, &error);

  if (database != NULL)
    g_task_return_pointer (task, database, g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
on_database (GObject *source, GAsyncResult *result, gpointer data)
{
  Probe *probe = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *reason = NULL;

  probe->database = g_task_propagate_pointer (G_TASK (result), &error);
  if (probe->database != NULL)
    {
      connect_to_server (probe);
      return;
    }
  reason = g_strdup_printf ("%s: %s", probe->ca_path, error->message);
  end (probe, PAWL_VERDICT_FAIL, reason);
}

/* ---- the probe ---- */

static void
on_time_over (gpointer data)
{
  Probe *probe = data;

  probe->timer = 0;
  probe->timed_out = TRUE;
  g_cancellable_cancel (probe->cancellable);
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer data)
{
  Probe *probe = data;

  g_cancellable_cancel (probe->cancellable);
  return G_SOURCE_REMOVE;
}

static void
limit (Probe *probe)
{
  PawlContext *context = pawl_health_round_get_context (probe->round);

  probe->cancellable = g_cancellable_new ();
  probe->timer = g_timeout_add_once ((guint) pawl_context_get_int (context, "url-timeout-s") * 1000,
                                     on_time_over, probe);
  probe->cancelled = g_cancellable_source_new (pawl_health_round_get_cancellable (probe->round));
  g_source_set_callback (probe->cancelled, G_SOURCE_FUNC (on_cancelled), probe, NULL);
  g_source_attach (probe->cancelled, NULL);
}

static GString *
make_request (GUri *uri)
{
  GString *request = g_string_new ("GET ");
  const char *path = g_uri_get_path (uri);
  const char *query = g_uri_get_query (uri);
  gboolean v6 = strchr (g_uri_get_host (uri), ':') != NULL;

  g_string_append (request, *path != '\0' ? path : "/");
  if (query != NULL)
    g_string_append_printf (request, "?%s", query);
  g_string_append_printf (request, " HTTP/1.1\r\nHost: %s%s%s", v6 ? "[" : "", g_uri_get_host (uri),
                          v6 ? "]" : "");
  if (g_uri_get_port (uri) > 0)
    g_string_append_printf (request, ":%d", g_uri_get_port (uri));
  g_string_append (request, "\r\nUser-Agent: pawl\r\nAccept: */*\r\nConnection: close\r\n\r\n");
  return request;
}

static void
check_url (PawlHealthRound *round, const char *text)
{
  PawlContext *context = pawl_health_round_get_context (round);
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_ENCODED, NULL);
  Probe *probe;

  if (uri == NULL || g_uri_get_host (uri) == NULL || *g_uri_get_host (uri) == '\0' ||
      (!g_str_equal (g_uri_get_scheme (uri), "http") &&
       !g_str_equal (g_uri_get_scheme (uri), "https")))
    {
      pawl_health_round_add (round, "url", text, TRUE, PAWL_VERDICT_FAIL,
                             "it is no address, wanted http://HOST/PATH or https://HOST/PATH");
      return;
    }
  probe = g_new0 (Probe, 1);
  probe->round = pawl_health_round_ref (round);
  probe->text = g_strdup (text);
  probe->request = make_request (uri);
  probe->uri = g_steal_pointer (&uri);
  probe->ca_path = g_strdup (pawl_context_get_string (context, "tls-ca-path"));
  probe->line = g_string_new (NULL);
  limit (probe);
  if (*probe->ca_path != '\0' && g_str_equal (g_uri_get_scheme (probe->uri), "https"))
    {
      g_autoptr (GTask) task = g_task_new (NULL, NULL, on_database, probe);

      g_task_set_source_tag (task, check_url);
      g_task_set_task_data (task, probe, NULL);
      g_task_run_in_thread (task, load_database);
    }
  else
    connect_to_server (probe);
}

void
pawl_health_check_urls (PawlHealthRound *round)
{
  g_auto (GStrv) urls = pawl_context_dup_strv (pawl_health_round_get_context (round), "urls");

  for (guint i = 0; urls[i] != NULL; i++)
    check_url (round, urls[i]);
}
