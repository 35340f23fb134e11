/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* A plugin that was built with the first headers, and a library whose interfaces have all grown by
 * a method since. This program and its library see the grown headers; the plugin saw the first. */
#include "pawl-plugin-host.h"
#include "test-isolate.h"

static PawlPluginHost *host;

static void
keep (GObject *source, GAsyncResult *result, gpointer data)
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

/* What a plugin in process gets at its start; this one asks for nothing. */
#define TEST_TYPE_CONTEXT (test_context_get_type ())
G_DECLARE_FINAL_TYPE (TestContext, test_context, TEST, CONTEXT, GObject)
struct _TestContext
{
  GObject parent_instance;
};

static const char *
get_name (PawlContext *context)
{
  return "old";
}

static GVariant *
get_settings (PawlContext *context)
{
  static GVariant *none;

  if (none == NULL)
    none = g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE ("{sv}"), NULL, 0));
  return none;
}

static const char *
get_state_dir (PawlContext *context)
{
  return "/nonexistent";
}

static gint64
get_time_us (PawlContext *context)
{
  return 0;
}

static GListModel *
dup_ecus (PawlContext *context)
{
  return G_LIST_MODEL (g_list_store_new (PAWL_TYPE_ECU));
}

static const char *
get_device_id (PawlContext *context)
{
  return "device";
}

static void
context_iface_init (PawlContextInterface *iface)
{
  iface->get_name = get_name;
  iface->get_settings = get_settings;
  iface->get_state_dir = get_state_dir;
  iface->get_time_us = get_time_us;
  iface->dup_ecus = dup_ecus;
  iface->get_device_id = get_device_id;
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

static GObject *
create (GType interface, gboolean isolated)
{
  g_autoptr (PawlContext) context = g_object_new (TEST_TYPE_CONTEXT, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  GObject *instance;

  pawl_plugin_host_create_async (host, "old", interface, context, NULL, keep, &result);
  instance = pawl_plugin_host_create_finish (host, wait_for (&result), &error);
  g_assert_no_error (error);
  return isolated ? test_isolate (instance, interface, context) : instance;
}

static void
call_transport (gpointer instance)
{
  static const char *const uris[] = {"old:x", NULL};
  g_auto (GStrv) schemes = pawl_transport_list_schemes (instance, NULL);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) data = NULL;

  g_assert_cmpstr (schemes[0], ==, "old");
  pawl_transport_fetch_async (instance, uris, 10, NULL, 0, NULL, keep, &result);
  data = pawl_transport_fetch_finish (instance, wait_for (&result), NULL, &error);
  g_assert_no_error (error);
}

static void
call_verifier (gpointer instance)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlUpdate) update = NULL;

  pawl_verifier_check_async (instance, NULL, 0, NULL, NULL, keep, &result);
  update = pawl_verifier_check_finish (instance, wait_for (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (pawl_update_get_id (update), ==, "old");
}

static void
call_installer (gpointer instance)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GAsyncResult) clean = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlTarget) target = NULL;
  g_autoptr (GVariant) answer = NULL;

  pawl_installer_describe_installed_async (instance, NULL, 0, NULL, keep, &result);
  target = pawl_installer_describe_installed_finish (instance, wait_for (&result), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (pawl_target_get_name (target), ==, "old");
  /* A slot that it does not have is answered by a default. */
  pawl_installer_clean_up_async (instance, NULL, 0, NULL, keep, &clean);
  answer = pawl_installer_clean_up_finish (instance, wait_for (&clean), &error);
  g_assert_no_error (error);
}

static void
call_boot_control (gpointer instance)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  PawlBootStatus status;

  pawl_boot_control_get_status_async (instance, NULL, 0, NULL, keep, &result);
  status = pawl_boot_control_get_status_finish (instance, wait_for (&result), NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, PAWL_BOOT_STATUS_TRIAL);
}

static void
call_confirmer (gpointer instance)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;
  PawlVerdict verdict;

  pawl_confirmer_check_async (instance, NULL, 0, NULL, keep, &result);
  verdict = pawl_confirmer_check_finish (instance, wait_for (&result), NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpint (verdict, ==, PAWL_VERDICT_PASS);
}

static void
test_transport (gconstpointer isolated)
{
  g_autoptr (GObject) instance = create (PAWL_TYPE_TRANSPORT, isolated != NULL);

  g_assert_null (PAWL_TRANSPORT_GET_IFACE ((gpointer) instance)->grown);
  call_transport (instance);
}

static void
test_verifier (gconstpointer isolated)
{
  g_autoptr (GObject) instance = create (PAWL_TYPE_VERIFIER, isolated != NULL);

  g_assert_null (PAWL_VERIFIER_GET_IFACE ((gpointer) instance)->grown);
  call_verifier (instance);
}

static void
test_installer (gconstpointer isolated)
{
  g_autoptr (GObject) instance = create (PAWL_TYPE_INSTALLER, isolated != NULL);

  g_assert_null (PAWL_INSTALLER_GET_IFACE ((gpointer) instance)->grown);
  call_installer (instance);
}

static void
test_boot_control (gconstpointer isolated)
{
  g_autoptr (GObject) instance = create (PAWL_TYPE_BOOT_CONTROL, isolated != NULL);

  g_assert_null (PAWL_BOOT_CONTROL_GET_IFACE ((gpointer) instance)->grown);
  call_boot_control (instance);
}

static void
test_confirmer (gconstpointer isolated)
{
  g_autoptr (GObject) instance = create (PAWL_TYPE_CONFIRMER, isolated != NULL);

  g_assert_null (PAWL_CONFIRMER_GET_IFACE ((gpointer) instance)->grown);
  call_confirmer (instance);
}

static const struct
{
  const char *word;
  GTestDataFunc test;
} tests[] = {
  {"transport",    test_transport   },
  {"verifier",     test_verifier    },
  {"installer",    test_installer   },
  {"boot-control", test_boot_control},
  {"confirmer",    test_confirmer   },
};

int
main (int argc, char **argv)
{
  const char *folders[] = {g_getenv ("PAWL_TEST_FIXTURES"), NULL};
  const char *trusted[] = {"old", NULL};
  int status;

  g_test_init (&argc, &argv, NULL);
  host = pawl_plugin_host_new (folders, FALSE);
  pawl_plugin_host_set_trusted (host, trusted);
  pawl_plugin_host_scan (host);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *here = g_strconcat ("/abi/old-plugin/", tests[i].word, "/in-process", NULL);
      g_autofree char *apart = g_strconcat ("/abi/old-plugin/", tests[i].word, "/apart", NULL);

      g_test_add_data_func (here, NULL, tests[i].test);
      g_test_add_data_func (apart, "isolated", tests[i].test);
    }
  status = g_test_run ();
  g_object_unref (host);
  return status;
}
