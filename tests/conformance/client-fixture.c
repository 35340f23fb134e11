/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "client-fixture.h"

#include <string.h>

static GBytes *
answer (const char *path, guint *out_status, gpointer data)
{
  ClientFixture *self = data;
  g_autofree char *plain = g_uri_unescape_string (path, NULL);
  gboolean missing;
  /* Targets have names, metadata has paths. */
  GBytes *bytes = sim_repo_fetch (g_str_has_prefix (path, "targets/") ? plain : path, G_MAXSIZE,
                                  &missing, self->repo, NULL);

  if (bytes == NULL)
    *out_status = self->missing;
  return bytes;
}

void
client_add_file (ClientFixture *self, SimRole *role, const char *name, const char *content)
{
  g_autofree char *hash = sim_hash (content);
  const char *slash = strrchr (name, '/');
  gsize folder = slash != NULL ? (gsize) (slash - name) + 1 : 0;

  sim_role_add_target (role, name, content);
  g_hash_table_replace (self->repo->files,
                        g_strdup_printf ("targets/%.*s%s.%s", (int) folder, name, hash,
                                         name + folder),
                        g_bytes_new (content, strlen (content)));
}

void
client_write_root (ClientFixture *self)
{
  sim_repo_write_root (self->repo, self->root);
}

static void
set_up (ClientFixture *self, gconstpointer data)
{
  self->folder = g_dir_make_tmp ("pawl-conformance-XXXXXX", NULL);
  self->metadata_dir = g_build_filename (self->folder, "metadata", NULL);
  self->target_dir = g_build_filename (self->folder, "targets", NULL);
  self->root = g_build_filename (self->folder, "root", NULL);
  self->missing = 404;
  self->repo = sim_repo_new ();
  self->repo->root->expires = CLIENT_FOREVER;
  self->repo->timestamp->expires = CLIENT_FOREVER;
  self->repo->snapshot->expires = CLIENT_FOREVER;
  self->repo->targets->expires = CLIENT_FOREVER;
  sim_repo_publish (self->repo);
  self->web = sim_web_new (answer, self);
  client_write_root (self);
}

static void
tear_down (ClientFixture *self, gconstpointer data)
{
  sim_web_free (self->web);
  sim_repo_free (self->repo);
  sim_remove_folder (self->folder);
  g_free (self->folder);
  g_free (self->metadata_dir);
  g_free (self->target_dir);
  g_free (self->root);
}

void
client_fixture_add_tests (const char *prefix, const ClientTest *tests, gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      g_autofree char *path = g_strconcat (prefix, tests[i].name, NULL);

      g_test_add (path, ClientFixture, NULL, set_up, tests[i].test, tear_down);
    }
}

/* ---- the command line ---- */

static int
run (ClientFixture *self, const char *const *words)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autofree char *preload = g_strdup_printf ("LD_PRELOAD=%s", g_getenv ("PAWL_KILL_POINT"));
  g_autofree char *at = g_strdup_printf ("PAWL_KILL_AT=%u", self->kill_at);

  if (self->fake_time != NULL)
    {
      g_ptr_array_add (argv, (gpointer) g_getenv ("PAWL_FAKETIME"));
      g_ptr_array_add (argv, (gpointer) self->fake_time);
    }
  if (self->kill_at > 0)
    {
      g_ptr_array_add (argv, (gpointer) "/usr/bin/env");
      g_ptr_array_add (argv, preload);
      g_ptr_array_add (argv, at);
      g_ptr_array_add (argv, (gpointer) "PAWL_KILL_WRITES=1");
    }
  g_ptr_array_add (argv, (gpointer) g_getenv ("PAWL_TUF_CLIENT"));
  g_ptr_array_add (argv, (gpointer) "--metadata-dir");
  g_ptr_array_add (argv, self->metadata_dir);
  for (gsize i = 0; words[i] != NULL; i++)
    g_ptr_array_add (argv, (gpointer) words[i]);
  g_ptr_array_add (argv, NULL);
  return sim_web_run (self->web, (const char *const *) argv->pdata, NULL);
}

int
client_init (ClientFixture *self)
{
  const char *words[] = {"init", self->root, NULL};

  return run (self, words);
}

int
client_refresh (ClientFixture *self)
{
  g_autofree char *url = g_strconcat (sim_web_get_uri (self->web), "/", NULL);
  const char *words[] = {"--metadata-url", url, "refresh", NULL};

  return run (self, words);
}

int
client_download (ClientFixture *self, const char *first, const char *second)
{
  g_autofree char *url = g_strconcat (sim_web_get_uri (self->web), "/", NULL);
  g_autofree char *base = g_strconcat (url, "targets/", NULL);
  const char *words[] = {"--metadata-url",
                         url,
                         "--target-name",
                         first,
                         "--target-base-url",
                         base,
                         "--target-dir",
                         self->target_dir,
                         "download",
                         second != NULL ? "--target-name" : NULL,
                         second,
                         NULL};

  return run (self, words);
}

/* ---- what came of it ---- */

void
client_assert_asked (ClientFixture *self, const char *wanted)
{
  g_autofree char *asked = NULL;

  g_ptr_array_add (self->repo->asked, NULL);
  asked = g_strjoinv (" ", (GStrv) self->repo->asked->pdata);
  g_assert_cmpstr (asked, ==, wanted);
  g_ptr_array_set_size (self->repo->asked, 0);
}

void
client_assert_stored (ClientFixture *self, const char *name, const char *path)
{
  g_autofree char *file = g_build_filename (self->metadata_dir, name, NULL);
  GBytes *bytes = g_hash_table_lookup (self->repo->files, path);
  g_autofree char *data = NULL;
  gsize size = 0;

  g_assert_true (g_file_get_contents (file, &data, &size, NULL));
  g_assert_cmpmem (data, size, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static gint64
read_version (const char *path)
{
  g_autofree char *data = NULL;
  gsize size = 0;
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (PawlTufDocument) document = NULL;
  PawlTufValue part;
  gint64 version = 0;

  g_assert_true (g_file_get_contents (path, &data, &size, NULL));
  bytes = g_bytes_new_take (g_steal_pointer (&data), size);
  document = pawl_tuf_document_new (bytes, NULL);
  part = pawl_tuf_document_get_member (document, pawl_tuf_document_get_root (document), "signed");
  pawl_tuf_document_get_int (document, pawl_tuf_document_get_member (document, part, "version"),
                             &version);
  return version;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

void
client_assert_trusted (ClientFixture *self, const char *wanted)
{
  g_autoptr (GDir) dir = g_dir_open (self->metadata_dir, 0, NULL);
  g_autoptr (GPtrArray) roles = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *found = NULL;
  const char *name;

  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (self->metadata_dir, name, NULL);

      /* What a kill left behind is nobody's file. */
      if (!g_str_has_suffix (name, ".json"))
        continue;
      g_ptr_array_add (roles, g_strdup_printf ("%.*s %" G_GINT64_FORMAT,
                                               (int) (strlen (name) - strlen (".json")), name,
                                               read_version (path)));
    }
  g_ptr_array_sort (roles, compare);
  g_ptr_array_add (roles, NULL);
  found = g_strjoinv (", ", (GStrv) roles->pdata);
  g_assert_cmpstr (found, ==, wanted);
}

void
client_assert_file (ClientFixture *self, const char *name, const char *content)
{
  g_autofree char *escaped = g_uri_escape_string (name, NULL, FALSE);
  g_autofree char *path = g_build_filename (self->target_dir, escaped, NULL);
  g_autofree char *data = NULL;

  g_file_get_contents (path, &data, NULL, NULL);
  g_assert_cmpstr (data, ==, content);
}
