/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "sim-verifier.h"

#include <glib/gstdio.h>
#include <string.h>

#define TIMEOUT_MS 60000

void
sim_world_set_up (SimWorld *self, const char *keyfile, const char *installed)
{
  self->folder = g_dir_make_tmp ("pawl-verifier-XXXXXX", NULL);
  self->state_dir = g_build_filename (self->folder, "state", NULL);
  self->transport = sim_transport_new ();
  self->context = test_context_new (keyfile);
  test_context_set_transport (self->context, PAWL_TRANSPORT (self->transport));
  test_context_set_state_dir (self->context, self->state_dir);
  test_context_set_time (self->context, SIM_NOW);
  test_context_add_ecu_full (self->context, "main", "board", installed);
}

void
sim_world_tear_down (SimWorld *self)
{
  g_clear_object (&self->verifier);
  g_object_unref (self->context);
  g_object_unref (self->transport);
  sim_remove_folder (self->folder);
  g_free (self->folder);
  g_free (self->state_dir);
}

void
sim_world_set_root (SimWorld *self, const char *key, SimRepo *repo)
{
  g_autofree char *path = g_build_filename (self->folder, key, NULL);

  sim_repo_write_root (repo, path);
  test_context_set (self->context, key, g_variant_new_string (path));
}

PawlVerifier *
sim_world_make_verifier (SimWorld *self, GType type)
{
  PawlVerifier *verifier = g_object_new (type, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (pawl_verifier_set_up (verifier, PAWL_CONTEXT (self->context), &error));
  g_assert_no_error (error);
  return verifier;
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static GAsyncResult *
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}

PawlUpdate *
sim_world_check (SimWorld *self, GError **error)
{
  return sim_world_check_with (self, NULL, error);
}

PawlUpdate *
sim_world_check_with (SimWorld *self, GVariant *options, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  pawl_verifier_check_async (self->verifier, options, TIMEOUT_MS, NULL, NULL, on_done, &result);
  return pawl_verifier_check_finish (self->verifier, wait_for (&result), error);
}

PawlTarget *
sim_world_check_target (SimWorld *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlUpdate) update = sim_world_check (self, &error);

  g_assert_no_error (error);
  return pawl_update_dup_target (update, "main");
}

gboolean
sim_world_verify (SimWorld *self, PawlTarget *target, const char *content, GError **error)
{
  g_autoptr (PawlPayload) payload = content != NULL ? sim_payload_new (content) : NULL;
  g_autoptr (GAsyncResult) result = NULL;

  pawl_verifier_verify_async (self->verifier, target, payload, NULL, TIMEOUT_MS, NULL, NULL,
                              on_done, &result);
  return pawl_verifier_verify_finish (self->verifier, wait_for (&result), error);
}

GVariant *
sim_world_report (SimWorld *self, PawlReport *report, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  pawl_verifier_report_async (self->verifier, report, NULL, TIMEOUT_MS, NULL, on_done, &result);
  return pawl_verifier_report_finish (self->verifier, wait_for (&result), error);
}

PawlPayload *
sim_payload_new (const char *content)
{
  g_autoptr (GBytes) bytes = g_bytes_new (content, strlen (content));
  g_autoptr (GError) error = NULL;
  PawlPayload *payload = pawl_payload_new_for_bytes (bytes, &error);

  g_assert_no_error (error);
  return payload;
}
