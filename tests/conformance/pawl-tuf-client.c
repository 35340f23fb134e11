/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The trust library behind the command line of the official TUF client conformance suite. Not
 * installed. */
#include "web-fetch.h"

#include <pawl-tuf/pawl-tuf.h>

#include <errno.h>
#include <glib/gstdio.h>
#include <string.h>

typedef struct
{
  char *metadata_dir;    /* (owned) */
  char *metadata_url;    /* (owned) (nullable): with its slash */
  char *target_base_url; /* (owned) (nullable): with its slash */
  char *target_dir;      /* (owned) (nullable) */
  GStrv target_names;    /* (owned) (nullable) */
  GStrv words;           /* (owned): the subcommand and its argument */
  WebFetch *web;         /* (owned) */
} Program;

static void
program_clear (Program *self)
{
  g_free (self->metadata_dir);
  g_free (self->metadata_url);
  g_free (self->target_base_url);
  g_free (self->target_dir);
  g_strfreev (self->target_names);
  g_strfreev (self->words);
  g_clear_pointer (&self->web, web_fetch_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Program, program_clear)

static GBytes *
fetch (const char *path, gsize max_size, gboolean *out_missing, gpointer data, GError **error)
{
  Program *self = data;
  g_autofree char *uri = g_strconcat (self->metadata_url, path, NULL);
  g_autoptr (GError) local_error = NULL;
  GBytes *bytes = web_fetch_get (self->web, uri, max_size, FALSE, &local_error);

  *out_missing = bytes == NULL && local_error == NULL;
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  return bytes;
}

/* Key ids are taken as they are: the tools that write the repositories of the suite add members to
 * a key after its id was computed. Thresholds count key material all the same. */
static PawlTufClient *
make_client (Program *self)
{
  g_autoptr (PawlTufStore) store = pawl_tuf_store_new (self->metadata_dir);
  PawlTufClient *client =
    pawl_tuf_client_new ("repository", store, PAWL_TUF_CLIENT_FLAGS_RELAX_KEY_IDS);

  pawl_tuf_client_set_fetch (client, fetch, self);
  return client;
}

static gboolean
fail_usage (GError **error, const char *message)
{
  g_set_error_literal (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, message);
  return FALSE;
}

static gboolean
init (Program *self, GError **error)
{
  g_autoptr (PawlTufClient) client = make_client (self);
  g_autoptr (GBytes) bytes = NULL;
  char *data = NULL;
  gsize size = 0;

  if (self->words[1] == NULL)
    return fail_usage (error, "init: wanted a trusted root");
  if (!g_file_get_contents (self->words[1], &data, &size, error))
    return FALSE;
  bytes = g_bytes_new_take (data, size);
  return pawl_tuf_client_init_root (client, bytes, error);
}

static gboolean
refresh (Program *self, PawlTufClient *client, GError **error)
{
  if (self->metadata_url == NULL)
    return fail_usage (error, "wanted --metadata-url");
  return pawl_tuf_client_refresh (client, g_get_real_time (), error);
}

/* ---- download ---- */

static gboolean
check_bytes (PawlTufFound *found, const char *name, GBytes *bytes, GError **error)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (bytes);

  return pawl_tuf_check_artifact (found->metadata, found->target, name, stream, NULL, error);
}

/* What an earlier run downloaded, if it is still the target (TUF 1.0.34, 5.7.3). */
static gboolean
is_here (PawlTufFound *found, const char *name, const char *path)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInputStream) stream = g_file_read (file, NULL, NULL);

  return stream != NULL && pawl_tuf_check_artifact (found->metadata, found->target, name,
                                                    G_INPUT_STREAM (stream), NULL, NULL);
}

static gsize
get_length (PawlTufFound *found)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (found->metadata);
  gint64 length = 0;

  pawl_tuf_document_get_int (document,
                             pawl_tuf_document_get_member (document, found->target, "length"),
                             &length);
  return (gsize) length;
}

static GBytes *
fetch_target (Program *self, const char *path, gsize length, GError **error)
{
  g_autofree char *uri = g_strconcat (self->target_base_url, path, NULL);
  g_autoptr (GError) local_error = NULL;
  GBytes *bytes = web_fetch_get (self->web, uri, length, FALSE, &local_error);

  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else if (bytes == NULL)
    g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_TARGET_FETCH, "%s: it is not there", uri);
  return bytes;
}

static gboolean
download_one (Program *self, PawlTufClient *client, const char *name, GError **error)
{
  g_autoptr (PawlTufFound) found = pawl_tuf_client_find_target (client, name, NULL, error);
  /* As one segment, so that no name leads out of the folder. */
  g_autofree char *escaped = g_uri_escape_string (name, NULL, FALSE);
  g_autofree char *file = g_build_filename (self->target_dir, escaped, NULL);
  g_autofree char *path = NULL;
  g_autoptr (GBytes) bytes = NULL;
  const char *data;
  gsize size;

  if (found == NULL)
    return FALSE;
  if (is_here (found, name, file))
    return TRUE;
  path = pawl_tuf_client_dup_target_path (client, name, found);
  bytes = fetch_target (self, path, get_length (found), error);
  if (bytes == NULL || !check_bytes (found, name, bytes, error))
    return FALSE;
  data = g_bytes_get_data (bytes, &size);
  return g_file_set_contents (file, data, (gssize) size, error);
}

static gboolean
download (Program *self, GError **error)
{
  g_autoptr (PawlTufClient) client = make_client (self);

  if (self->target_base_url == NULL || self->target_dir == NULL || self->target_names == NULL)
    return fail_usage (error, "wanted --target-name, --target-base-url and --target-dir");
  if (!refresh (self, client, error))
    return FALSE;
  if (g_mkdir_with_parents (self->target_dir, 0755) < 0)
    return fail_usage (error, g_strerror (errno));
  for (guint i = 0; self->target_names[i] != NULL; i++)
    if (!download_one (self, client, self->target_names[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
run (Program *self, GError **error)
{
  g_autoptr (PawlTufClient) client = NULL;

  if (self->metadata_dir == NULL || self->words == NULL)
    return fail_usage (error, "wanted --metadata-dir DIR, and one of init, refresh, download");
  if (g_str_equal (self->words[0], "init"))
    return init (self, error);
  if (g_str_equal (self->words[0], "download"))
    return download (self, error);
  if (!g_str_equal (self->words[0], "refresh"))
    return fail_usage (error, "wanted init, refresh or download");
  client = make_client (self);
  return refresh (self, client, error);
}

int
main (int argc, char **argv)
{
  g_auto (Program) self = {0};
  /* All of them bytes as they come: the locale may be any. */
  const GOptionEntry entries[] = {
    {"metadata-dir",     0, 0, G_OPTION_ARG_FILENAME,       &self.metadata_dir,    NULL, NULL},
    {"metadata-url",     0, 0, G_OPTION_ARG_FILENAME,       &self.metadata_url,    NULL, NULL},
    {"target-name",      0, 0, G_OPTION_ARG_FILENAME_ARRAY, &self.target_names,    NULL, NULL},
    {"target-base-url",  0, 0, G_OPTION_ARG_FILENAME,       &self.target_base_url, NULL, NULL},
    {"target-dir",       0, 0, G_OPTION_ARG_FILENAME,       &self.target_dir,      NULL, NULL},
    {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &self.words,           NULL, NULL},
    {NULL,               0, 0, G_OPTION_ARG_NONE,           NULL,                  NULL, NULL},
  };
  g_autoptr (GOptionContext) options = g_option_context_new ("init|refresh|download [ROOT]");
  g_autoptr (GError) error = NULL;

  g_option_context_add_main_entries (options, entries, NULL);
  self.web = web_fetch_new ();
  if (g_option_context_parse (options, &argc, &argv, &error) && run (&self, &error))
    return 0;
  g_printerr ("%s\n", error->message);
  return 1;
}
