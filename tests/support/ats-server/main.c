/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* A server of the ATS family for tests. Prints its address and that of its controls, one each line,
 * and serves until its standard input ends. */
#include "ats-server.h"

#include <gio/gunixinputstream.h>
#include <stdio.h>
#include <unistd.h>

static char *files;
static char *log_file;
static char *ca;
static char *ca_key;
static char *cert;
static char *key;

static const GOptionEntry options[] = {
  {"files",  0, 0, G_OPTION_ARG_FILENAME, &files,    "Has director/ and repo/",          "FOLDER"},
  {"log",    0, 0, G_OPTION_ARG_FILENAME, &log_file, "Gets a line for each request",     "FILE"  },
  {"ca",     0, 0, G_OPTION_ARG_FILENAME, &ca,       "Vouches for devices",              "FILE"  },
  {"ca-key", 0, 0, G_OPTION_ARG_FILENAME, &ca_key,   "Its key, to issue certificates",   "FILE"  },
  {"cert",   0, 0, G_OPTION_ARG_FILENAME, &cert,     "The server's own; makes it HTTPS", "FILE"  },
  {"key",    0, 0, G_OPTION_ARG_FILENAME, &key,      "Its key",                          "FILE"  },
  G_OPTION_ENTRY_NULL,
};

static gboolean
set_up_tls (AtsServer *server, GError **error)
{
  g_autoptr (GTlsCertificate) certificate = g_tls_certificate_new_from_files (cert, key, error);
  g_autoptr (GTlsDatabase) clients =
    certificate != NULL ? g_tls_file_database_new (ca, error) : NULL;

  if (clients == NULL)
    return FALSE;
  ats_server_set_tls (server, certificate, clients);
  return TRUE;
}

static AtsServer *
make_server (GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (log_file);
  g_autoptr (GFileOutputStream) log = g_file_append_to (file, G_FILE_CREATE_NONE, NULL, error);
  g_autoptr (AtsServer) server = NULL;
  AtsIdentity *identity = NULL;

  if (log == NULL)
    return NULL;
  server = ats_server_new (files, G_OUTPUT_STREAM (log));
  if (ca_key != NULL)
    {
      identity = ats_identity_new (ca, ca_key, error);
      if (identity == NULL)
        return NULL;
      ats_server_set_identity (server, identity);
    }
  if (cert != NULL && !set_up_tls (server, error))
    return NULL;
  return g_steal_pointer (&server);
}

static void
on_input (GObject *source, GAsyncResult *result, gpointer loop)
{
  g_main_loop_quit (loop);
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GInputStream) input = g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (AtsServer) server = NULL;
  g_autofree char *uri = NULL;
  g_autofree char *control = NULL;
  g_autoptr (GError) error = NULL;
  char byte;

  g_option_context_add_main_entries (context, options, NULL);
  if (g_option_context_parse (context, &argc, &argv, &error) && files != NULL && log_file != NULL)
    server = make_server (&error);
  if (server == NULL || !ats_server_listen (server, &uri, &control, &error))
    {
      fprintf (stderr, "ats-server: %s\n", error != NULL ? error->message : "usage");
      return 1;
    }
  printf ("%s\n%s\n", uri, control);
  fflush (stdout);
  g_input_stream_read_async (input, &byte, 1, G_PRIORITY_DEFAULT, NULL, on_input, loop);
  g_main_loop_run (loop);
  return 0;
}
