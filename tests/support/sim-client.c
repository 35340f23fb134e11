/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "sim-client.h"

void
sim_client_restart (SimClient *self)
{
  g_clear_object (&self->client);
  self->client = pawl_tuf_client_new ("sim", self->store, PAWL_TUF_CLIENT_FLAGS_NONE);
  pawl_tuf_client_set_fetch (self->client, sim_repo_fetch, self->repo);
}

void
sim_client_set_up (SimClient *self)
{
  g_autoptr (GError) error = NULL;

  self->repo = sim_repo_new ();
  sim_role_add_target (self->repo->targets, "app/one.bin", "one");
  sim_repo_publish (self->repo);
  self->folder = g_dir_make_tmp ("pawl-tuf-XXXXXX", &error);
  g_assert_no_error (error);
  self->store = pawl_tuf_store_new (self->folder);
  sim_client_restart (self);
  pawl_tuf_client_init_root (self->client, g_hash_table_lookup (self->repo->files, "1.root.json"),
                             &error);
  g_assert_no_error (error);
}

void
sim_client_tear_down (SimClient *self)
{
  g_object_unref (self->client);
  g_object_unref (self->store);
  sim_repo_free (self->repo);
  sim_remove_folder (self->folder);
  g_free (self->folder);
}

static void
set_up (SimClient *self, gconstpointer data)
{
  sim_client_set_up (self);
}

static void
tear_down (SimClient *self, gconstpointer data)
{
  sim_client_tear_down (self);
}

void
sim_client_add_tests (const char *prefix, const SimClientTest *tests, gsize n)
{
  for (gsize i = 0; i < n; i++)
    {
      g_autofree char *path = g_strconcat (prefix, tests[i].name, NULL);

      g_test_add (path, SimClient, NULL, set_up, tests[i].test, tear_down);
    }
}

void
sim_client_refresh (SimClient *self)
{
  g_autoptr (GError) error = NULL;

  sim_client_restart (self);
  pawl_tuf_client_refresh (self->client, SIM_NOW, &error);
  g_assert_no_error (error);
}

void
sim_client_refuse (SimClient *self, PawlTufError code)
{
  g_autoptr (GError) error = NULL;

  sim_client_restart (self);
  g_assert_false (pawl_tuf_client_refresh (self->client, SIM_NOW, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, PAWL_TUF_ERROR, (int) code);
  g_assert_true (g_str_has_prefix (error->message, "sim: "));
}

gint64
sim_client_get_version (SimClient *self, PawlTufType type, const char *role)
{
  g_autoptr (GBytes) bytes = pawl_tuf_store_load (self->store, role, NULL);
  g_autoptr (PawlTufMetadata) metadata =
    bytes != NULL ? pawl_tuf_metadata_new (type, bytes, NULL) : NULL;

  return metadata != NULL ? pawl_tuf_metadata_get_version (metadata) : 0;
}

const char *
sim_client_find (SimClient *self, const char *target)
{
  static char role[64];
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlTufFound) found = pawl_tuf_client_find_target (self->client, target, NULL, &error);

  if (found == NULL)
    g_test_message ("%s", error->message);
  g_strlcpy (role, found != NULL ? found->role : "", sizeof role);
  return role;
}

void
sim_client_find_refused (SimClient *self, const char *target, PawlTufError code)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (pawl_tuf_client_find_target (self->client, target, NULL, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, PAWL_TUF_ERROR, (int) code);
}
