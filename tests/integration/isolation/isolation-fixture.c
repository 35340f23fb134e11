/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "isolation-fixture.h"

#include <glib/gstdio.h>

static void
keep_result (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static void
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
create (Fixture *self, const char *id, GType interface)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  pawl_plugin_host_create_async (self->host, id, interface, PAWL_CONTEXT (self->context), NULL,
                                 keep_result, &result);
  wait_for (&result);
  self->object = pawl_plugin_host_create_finish (self->host, result, &error);
  g_assert_no_error (error);
}

static void
set_program (Fixture *self, const char *id, const char *user)
{
  const char *scripts =
    g_getenv (g_str_equal (id, "js") ? "PAWL_TEST_GJS_SCRIPTS" : "PAWL_TEST_PYTHON_SCRIPTS");
  g_autofree char *scripts_option = g_strconcat ("--scripts=", scripts, NULL);
  g_autofree char *user_option = user != NULL ? g_strconcat ("--user=", user, NULL) : NULL;
  const char *const options[] = {scripts_option, user_option, NULL};

  pawl_plugin_host_set_program (self->host, g_getenv ("PAWL_TEST_PLUGIN_HOST"), options);
}

void
fixture_set_up (Fixture *self, const char *id, const FixtureOptions *options)
{
  const char *folders[] = {g_getenv ("PAWL_TEST_FIXTURES"), NULL};
  g_autofree char *keyfile = g_strconcat (folders[0], "/", id, ".plugin", NULL);

  self->host = pawl_plugin_host_new (folders, FALSE);
  set_program (self, id, options != NULL ? options->user : NULL);
  pawl_plugin_host_set_grants (self->host, options != NULL ? options->grants : NULL);
  if (options != NULL && options->idle_ms != 0)
    pawl_plugin_host_set_idle (self->host, options->idle_ms);
  pawl_plugin_host_scan (self->host);
  self->state_dir = g_dir_make_tmp ("pawl-isolation-XXXXXX", NULL);
  self->context = test_context_new (keyfile);
  test_context_set_state_dir (self->context, self->state_dir);
  create (self, id, g_str_equal (id, "user") ? PAWL_TYPE_CONFIRMER : PAWL_TYPE_INSTALLER);
}

void
fixture_tear_down (Fixture *self)
{
  g_autofree char *state = g_build_filename (self->state_dir, "state", NULL);

  g_clear_object (&self->object);
  g_clear_object (&self->host);
  g_clear_object (&self->context);
  g_remove (state);
  g_assert_cmpint (g_rmdir (self->state_dir), ==, 0);
  g_free (self->state_dir);
}

static void
on_progress (PawlMonitor *monitor, guint64 done, guint64 total, gpointer data)
{
  ((Fixture *) data)->done = done;
}

GVariant *
fixture_install (Fixture *self,
                 const char *what,
                 guint timeout_ms,
                 GCancellable *cancel,
                 GError **error)
{
  g_autoptr (PawlTarget) target =
    pawl_target_new_from_variant (g_variant_new_parsed ("{'name': <%s>}", what), NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_static ("hello", 5);
  g_autoptr (PawlPayload) payload = pawl_payload_new_for_bytes (bytes, NULL);
  g_autoptr (PawlMonitor) monitor = pawl_monitor_new ();
  g_autoptr (GAsyncResult) result = NULL;

  g_signal_connect (monitor, "progress", G_CALLBACK (on_progress), self);
  pawl_installer_install_async (PAWL_INSTALLER (self->object), target, payload, NULL, timeout_ms,
                                monitor, cancel, keep_result, &result);
  wait_for (&result);
  return pawl_installer_install_finish (PAWL_INSTALLER (self->object), result, error);
}

guint
fixture_expect_works (Fixture *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = fixture_install (self, "fine", 60000, NULL, &error);
  g_autoptr (GVariant) read = NULL;
  guint pid = 0;

  g_assert_no_error (error);
  read = g_variant_lookup_value (answer, "read", G_VARIANT_TYPE_BYTESTRING);
  g_assert_cmpuint (g_variant_get_size (read), ==, 5);
  g_assert_cmpuint (self->done, ==, 2);
  g_variant_lookup (answer, "pid", "u", &pid);
  return pid;
}

void
fixture_expect_fails (Fixture *self, const char *what, guint timeout_ms, GQuark domain, int code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = fixture_install (self, what, timeout_ms, NULL, &error);

  g_assert_null (answer);
  g_test_message ("%s: %s", what, error->message);
  g_assert_true (g_error_matches (error, domain, code));
}

GVariant *
fixture_describe (Fixture *self, const char *id, const char *member)
{
  g_autoptr (GVariant) rows = pawl_plugin_host_describe (self->host);

  for (gsize i = 0; i < g_variant_n_children (rows); i++)
    {
      g_autoptr (GVariant) row = g_variant_get_child_value (rows, i);
      const char *found = "";

      if (g_variant_lookup (row, "id", "&s", &found) && g_str_equal (found, id))
        return g_variant_lookup_value (row, member, NULL);
    }
  return NULL;
}

void
fixture_wait_until (Fixture *self, gboolean (*condition) (Fixture *self))
{
  while (!condition (self))
    {
      g_main_context_iteration (NULL, FALSE);
      g_usleep (1000);
    }
}

gboolean
fixture_has_scripts (void)
{
  return g_getenv ("GI_TYPELIB_PATH") != NULL;
}
