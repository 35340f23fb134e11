/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-plugin-host.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define TEST_TYPE_CONTEXT (test_context_get_type ())
G_DECLARE_FINAL_TYPE (TestContext, test_context, TEST, CONTEXT, GObject)

struct _TestContext
{
  GObject parent_instance;
};

static const char *
get_name (PawlContext *context)
{
  return "fixture";
}

static const char *
get_state_dir (PawlContext *context)
{
  return "/nonexistent";
}

static GVariant *
get_settings (PawlContext *context)
{
  static GVariant *none;

  if (none == NULL)
    none = g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0));
  return none;
}

static void
context_iface_init (PawlContextInterface *iface)
{
  iface->get_name = get_name;
  iface->get_settings = get_settings;
  iface->get_state_dir = get_state_dir;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestContext,
                               test_context,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PAWL_TYPE_CONTEXT, context_iface_init))

static void
test_context_class_init (TestContextClass *klass)
{
}

static void
test_context_init (TestContext *self)
{
}

static PawlPluginHost *
make_host (void)
{
  const char *folders[] = {g_getenv ("PAWL_TEST_FIXTURES"), NULL};
  const char *trusted[] = {"good",        "wrong-abi", "too-small", "wrong-id", "wrong-version",
                           "no-register", "no-type",   "no-symbol", NULL};
  PawlPluginHost *host = pawl_plugin_host_new (folders, FALSE);

  /* They are nobody's, and would be isolated. */
  pawl_plugin_host_set_trusted (host, trusted);
  pawl_plugin_host_scan (host);
  return host;
}

static void
on_created (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static GObject *
create (PawlPluginHost *host, const char *id, GType interface, GError **error)
{
  g_autoptr (TestContext) context = g_object_new (TEST_TYPE_CONTEXT, NULL);
  g_autoptr (GAsyncResult) result = NULL;

  pawl_plugin_host_create_async (host, id, interface, PAWL_CONTEXT (context), NULL, on_created,
                                 &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return pawl_plugin_host_create_finish (host, result, error);
}

static void
on_foreign_loaded (PawlPluginHost *host, gpointer data)
{
  (*(guint *) data)++;
}

/* And whose code runs in this process is told, once. */
static void
test_makes_instances (void)
{
  g_autoptr (PawlPluginHost) host = make_host ();
  g_auto (GStrv) before = pawl_plugin_host_dup_foreign (host);
  g_auto (GStrv) after = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GObject) one = NULL;
  g_autoptr (GObject) two = NULL;
  guint told = 0;

  g_signal_connect (host, "foreign-loaded", G_CALLBACK (on_foreign_loaded), &told);
  one = create (host, "good", PAWL_TYPE_CONFIRMER, &error);
  g_assert_no_error (error);
  two = create (host, "good", PAWL_TYPE_CONFIRMER, &error);
  g_assert_no_error (error);
  g_assert_true (PAWL_IS_CONFIRMER (one) && PAWL_IS_CONFIRMER (two) && one != two);
  g_assert_null (create (host, "good", PAWL_TYPE_VERIFIER, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_PLUGIN);
  after = pawl_plugin_host_dup_foreign (host);
  g_assert_cmpuint (g_strv_length (before), ==, 0);
  g_assert_cmpuint (g_strv_length (after), ==, 1);
  g_assert_cmpstr (after[0], ==, "good");
  g_assert_cmpuint (told, ==, 1);
}

static const struct
{
  const char *id;
  const char *wanted;
} refusals[] = {
  {"wrong-abi",     "ABI is 99"                    },
  {"too-small",     "descriptor is 8 bytes"        },
  {"wrong-id",      "somebody-else"                },
  {"wrong-version", "version is 2"                 },
  {"no-register",   "register function is missing" },
  {"no-type",       "confirmer is missing"         },
  {"no-symbol",     "exports no symbol pawl_plugin"},
};

/* Refused once, refused for good: the second answer is the same, and the list shows it. */
static void
test_refuses_module (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (PawlPluginHost) host = make_host ();

  g_test_expect_message ("pawl", G_LOG_LEVEL_WARNING, "plugin refused: *");
  for (guint round = 0; round < 2; round++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (create (host, refusals[i].id, PAWL_TYPE_CONFIRMER, &error));
      g_assert_error (error, PAWL_ERROR, PAWL_ERROR_PLUGIN);
      g_assert_nonnull (strstr (error->message, refusals[i].wanted));
    }
  g_test_assert_expected_messages ();
  g_assert_null (pawl_plugin_host_lookup (host, refusals[i].id, NULL));
}

static void
test_knows_what_there_is (void)
{
  g_autoptr (PawlPluginHost) host = make_host ();
  g_autoptr (GPtrArray) list = pawl_plugin_host_list (host);
  g_autoptr (GVariant) rows = pawl_plugin_host_describe (host);
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (list->len, ==, G_N_ELEMENTS (refusals) + 1);
  g_assert_cmpuint (g_variant_n_children (rows), ==, list->len);
  g_assert_cmpstr (pawl_plugin_info_get_id (list->pdata[0]), ==, "good");
  g_assert_null (pawl_plugin_host_lookup (host, "absent", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "absent.plugin"));
}

static gboolean
is_isolated (PawlPluginHost *host, gsize row)
{
  g_autoptr (GVariant) rows = pawl_plugin_host_describe (host);
  g_autoptr (GVariant) plugin = g_variant_get_child_value (rows, row);
  gboolean isolated = FALSE;

  g_assert_true (g_variant_lookup (plugin, "isolated", "b", &isolated));
  return isolated;
}

/* A stranger's keyfile does not ask for a process, and gets one; trust lets it in, and who is told
 * to be isolated is not. */
static void
test_isolates_strangers (void)
{
  const char *const good[] = {"good", NULL};
  const char *const all[] = {"*", NULL};
  g_autoptr (PawlPluginHost) host = make_host ();

  g_assert_false (is_isolated (host, 0));
  pawl_plugin_host_set_trusted (host, NULL);
  g_assert_true (is_isolated (host, 0));
  pawl_plugin_host_set_trusted (host, good);
  pawl_plugin_host_set_isolated (host, good);
  g_assert_true (is_isolated (host, 0));
  pawl_plugin_host_set_isolated (host, all);
  g_assert_true (is_isolated (host, 0));
}

/* Ours need no trust. */
static void
test_knows_ours (void)
{
  g_auto (GStrv) folders = g_strsplit (g_getenv ("PAWL_TEST_PLUGINS"), ":", -1);
  g_autoptr (PawlPluginHost) host = pawl_plugin_host_new ((const char *const *) folders, FALSE);
  g_autoptr (GVariant) rows = NULL;

  pawl_plugin_host_scan (host);
  rows = pawl_plugin_host_describe (host);
  for (gsize i = 0; i < g_variant_n_children (rows); i++)
    {
      g_autoptr (GVariant) row = g_variant_get_child_value (rows, i);
      const char *origin = "";

      g_variant_lookup (row, "origin", "&s", &origin);
      g_assert_cmpstr (origin, ==, "pawl");
      g_assert_false (is_isolated (host, i));
    }
}

static void
test_allows_what_is_enabled (void)
{
  const char *ids[] = {"other", NULL};
  g_autoptr (PawlPluginHost) host = make_host ();
  g_autoptr (GError) error = NULL;

  pawl_plugin_host_set_allowed (host, ids);
  g_assert_null (create (host, "good", PAWL_TYPE_CONFIRMER, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_PLUGIN);
  g_assert_nonnull (strstr (error->message, "plugins="));
  ids[0] = "good";
  pawl_plugin_host_set_allowed (host, ids);
  g_assert_nonnull (pawl_plugin_host_lookup (host, "good", NULL));
}

/* One folder with one keyfile of that owner and mode. */
static char *
make_folder (guint mode)
{
  g_autofree char *good = g_build_filename (g_getenv ("PAWL_TEST_FIXTURES"), "good.plugin", NULL);
  char *folder = g_dir_make_tmp ("pawl-host-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "good.plugin", NULL);
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  g_file_get_contents (good, &text, NULL, &error);
  g_assert_no_error (error);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  g_assert_cmpint (g_chmod (path, (int) mode), ==, 0);
  return folder;
}

static void
remove_folder (const char *folder)
{
  g_autofree char *path = g_build_filename (folder, "good.plugin", NULL);

  g_unlink (path);
  g_rmdir (folder);
}

static void
test_wants_roots_files (void)
{
  static const struct
  {
    guint mode;
    gboolean good;
  } cases[] = {
    {0644, TRUE },
    {0664, FALSE},
    {0646, FALSE},
  };

  if (getuid () != 0)
    {
      g_test_skip ("only root can make root's files");
      return;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *folder = make_folder (cases[i].mode);
      const char *folders[] = {folder, NULL};
      g_autoptr (PawlPluginHost) host = pawl_plugin_host_new (folders, TRUE);
      g_autoptr (GError) error = NULL;

      if (!cases[i].good)
        g_test_expect_message ("pawl", G_LOG_LEVEL_WARNING, "*writable by nobody else*");
      pawl_plugin_host_scan (host);
      g_test_assert_expected_messages ();
      g_assert_cmpint (pawl_plugin_host_lookup (host, "good", &error) != NULL, ==, cases[i].good);
      remove_folder (folder);
    }
}

static void
test_wants_roots_folder (void)
{
  g_autofree char *folder = make_folder (0644);
  const char *folders[] = {folder, NULL};
  g_autoptr (PawlPluginHost) host = pawl_plugin_host_new (folders, TRUE);

  g_assert_cmpint (g_chmod (folder, 0777), ==, 0);
  g_test_expect_message ("pawl", G_LOG_LEVEL_WARNING, "*writable by nobody else*");
  pawl_plugin_host_scan (host);
  g_test_assert_expected_messages ();
  g_assert_null (pawl_plugin_host_lookup (host, "good", NULL));
  remove_folder (folder);
}

/* The keyfiles of all plugins of this tree pass. */
static void
test_our_plugins (void)
{
  g_auto (GStrv) folders = g_strsplit (g_getenv ("PAWL_TEST_PLUGINS"), ":", -1);
  g_autoptr (PawlPluginHost) host = pawl_plugin_host_new ((const char *const *) folders, FALSE);
  g_autoptr (GPtrArray) list = NULL;

  pawl_plugin_host_scan (host);
  list = pawl_plugin_host_list (host);
  g_assert_cmpuint (list->len, ==, *folders[0] != '\0' ? g_strv_length (folders) : 0);
}

/* What a keyfile needs is a wish: only the administrator gives. The program here only tells what it
 * was started with. */
static void
test_gives_only_what_was_granted (void)
{
  g_autofree char *folder = g_dir_make_tmp ("pawl-grants-XXXXXX", NULL);
  g_autofree char *keyfile = g_build_filename (folder, "wishes.plugin", NULL);
  g_autofree char *module = g_build_filename (folder, "pawl-wishes.so", NULL);
  g_autofree char *program = g_build_filename (folder, "program", NULL);
  g_autofree char *told = g_build_filename (folder, "told", NULL);
  g_autofree char *script = g_strdup_printf ("#!/bin/sh\necho \"$@\" > %s\nexit 1\n", told);
  const char *folders[] = {folder, NULL};
  const char *grants[] = {"wishes:network", "other:gpio", NULL};
  g_autoptr (PawlPluginHost) host = NULL;
  g_autoptr (PawlContext) context = g_object_new (TEST_TYPE_CONTEXT, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GObject) instance = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *arguments = NULL;

  g_assert_true (g_file_set_contents (keyfile,
                                      "[Plugin]\nId=wishes\nModule=pawl-wishes\nLanguage=c\nAbi=1\n"
                                      "Version=1\nProvides=confirmer;\nDescription=d\nLicence=l\n"
                                      "Isolation=process\nNeeds=network;gpio;\n",
                                      -1, NULL));
  g_assert_true (g_file_set_contents (module, "", -1, NULL));
  g_assert_true (
    g_file_set_contents_full (program, script, -1, G_FILE_SET_CONTENTS_CONSISTENT, 0700, NULL));
  host = pawl_plugin_host_new (folders, FALSE);
  pawl_plugin_host_set_program (host, program, NULL);
  pawl_plugin_host_set_grants (host, grants);
  pawl_plugin_host_scan (host);
  pawl_plugin_host_create_async (host, "wishes", PAWL_TYPE_CONFIRMER, context, NULL, on_created,
                                 &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  instance = pawl_plugin_host_create_finish (host, result, &error);
  g_assert_null (instance);
  g_assert_true (g_file_get_contents (told, &arguments, NULL, NULL));
  g_assert_nonnull (strstr (arguments, "--grant=network"));
  g_assert_null (strstr (arguments, "gpio"));
  g_unlink (keyfile);
  g_unlink (module);
  g_unlink (program);
  g_unlink (told);
  g_rmdir (folder);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/plugin-host/makes-instances", test_makes_instances);
  g_test_add_func ("/engine/plugin-host/knows-what-there-is", test_knows_what_there_is);
  g_test_add_func ("/engine/plugin-host/isolates-strangers", test_isolates_strangers);
  g_test_add_func ("/engine/plugin-host/knows-ours", test_knows_ours);
  g_test_add_func ("/engine/plugin-host/allows-what-is-enabled", test_allows_what_is_enabled);
  g_test_add_func ("/engine/plugin-host/wants-roots-files", test_wants_roots_files);
  g_test_add_func ("/engine/plugin-host/wants-roots-folder", test_wants_roots_folder);
  g_test_add_func ("/engine/plugin-host/our-plugins", test_our_plugins);
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      g_autofree char *path = g_strconcat ("/engine/plugin-host/refuses/", refusals[i].id, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_refuses_module);
    }
  g_test_add_func ("/engine/plugin-host/gives-only-what-was-granted",
                   test_gives_only_what_was_granted);
  return g_test_run ();
}
