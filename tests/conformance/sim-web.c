/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "sim-web.h"

#include <libsoup/soup.h>

struct _SimWeb
{
  SoupServer *server;
  char *uri;
  SimWebFunc answer;
  gpointer user_data;
};

static void
on_request (SoupServer *server,
            SoupServerMessage *message,
            const char *path,
            GHashTable *query,
            gpointer data)
{
  SimWeb *self = data;
  /* As it was sent: what is percent-encoded stays so. */
  g_autofree char *raw = g_strdup (g_uri_get_path (soup_server_message_get_uri (message)));
  guint status = 200;
  g_autoptr (GBytes) bytes = self->answer (raw + 1, &status, self->user_data);

  if (status == 200 && bytes == NULL)
    status = 404;
  soup_server_message_set_status (message, status, NULL);
  if (status == 200)
    soup_message_body_append_bytes (soup_server_message_get_response_body (message), bytes);
}

SimWeb *
sim_web_new (SimWebFunc answer, gpointer user_data)
{
  SimWeb *self = g_new0 (SimWeb, 1);
  g_autoptr (GError) error = NULL;
  GSList *uris;

  self->answer = answer;
  self->user_data = user_data;
  self->server = soup_server_new ("raw-paths", TRUE, NULL);
  soup_server_add_handler (self->server, NULL, on_request, self, NULL);
  soup_server_listen_local (self->server, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (self->server);
  self->uri = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return self;
}

void
sim_web_free (SimWeb *self)
{
  soup_server_disconnect (self->server);
  g_object_unref (self->server);
  g_free (self->uri);
  g_free (self);
}

const char *
sim_web_get_uri (SimWeb *self)
{
  return self->uri;
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

int
sim_web_run (SimWeb *self, const char *const *argv, char **out_stdout)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSubprocess) process =
    g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE,
                       &error);
  g_autoptr (GAsyncResult) result = NULL;
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;

  g_assert_no_error (error);
  g_subprocess_communicate_utf8_async (process, NULL, NULL, on_done, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (g_subprocess_communicate_utf8_finish (process, result, &out, &err, &error));
  g_assert_no_error (error);
  if (err != NULL && *err != '\0')
    g_test_message ("%s", g_strchomp (err));
  if (out_stdout != NULL)
    *out_stdout = g_steal_pointer (&out);
  return g_subprocess_get_if_exited (process) ? g_subprocess_get_exit_status (process)
                                              : SIM_WEB_KILLED;
}
