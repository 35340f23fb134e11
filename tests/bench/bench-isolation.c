/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What a process of its own costs: start to set up, one call beside the same call in this process,
 * and memory. Prints; asserts nothing about time. */
#include "pawl-plugin-host.h"
#include "test-context.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CALLS 500

static void
keep (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static void
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

static PawlPluginHost *
make_host (const char *id, gboolean trusted)
{
  const char *const folders[] = {g_getenv ("PAWL_TEST_FIXTURES"), NULL};
  const char *const ids[] = {id, NULL};
  g_autofree char *scripts = g_strconcat (
    "--scripts=",
    g_getenv (g_str_equal (id, "py") ? "PAWL_TEST_PYTHON_SCRIPTS" : "PAWL_TEST_GJS_SCRIPTS"), NULL);
  const char *const options[] = {scripts, NULL};
  PawlPluginHost *host = pawl_plugin_host_new (folders, FALSE);

  pawl_plugin_host_set_program (host, g_getenv ("PAWL_TEST_PLUGIN_HOST"), options);
  pawl_plugin_host_set_trusted (host, trusted ? ids : NULL);
  pawl_plugin_host_scan (host);
  return host;
}

static void
call (GObject *object)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) error = NULL;

  if (PAWL_IS_CONFIRMER (object))
    {
      pawl_confirmer_check_async (PAWL_CONFIRMER (object), NULL, 0, NULL, keep, &result);
      wait_for (&result);
      pawl_confirmer_check_finish (PAWL_CONFIRMER (object), result, NULL, &error);
    }
  else
    {
      g_autoptr (PawlTarget) target = NULL;

      pawl_installer_describe_installed_async (PAWL_INSTALLER (object), NULL, 0, NULL, keep,
                                               &result);
      wait_for (&result);
      target = pawl_installer_describe_installed_finish (PAWL_INSTALLER (object), result, &error);
    }
  g_assert_no_error (error);
}

/* The memory of this process's only child, what it shares divided by those that share it (Pss of
 * proc(5)); 0 without one. */
static double
get_child_mib (void)
{
  g_autofree char *list = g_strdup_printf ("/proc/self/task/%d/children", (int) getpid ());
  g_autofree char *children = NULL;
  g_autofree char *path = NULL;
  g_autofree char *rollup = NULL;
  const char *pss;

  if (!g_file_get_contents (list, &children, NULL, NULL) || atoi (children) == 0)
    return 0;
  path = g_strdup_printf ("/proc/%d/smaps_rollup", atoi (children));
  if (!g_file_get_contents (path, &rollup, NULL, NULL))
    return 0;
  pss = strstr (rollup, "Pss:");
  return pss != NULL ? (double) atoi (pss + strlen ("Pss:")) / 1024 : 0;
}

/* The floor: a call in process. */
static double floor_us;

static void
measure (const char *id, const char *what, gboolean trusted)
{
  const gint64 begin_us = g_get_monotonic_time ();
  g_autoptr (PawlPluginHost) host = make_host (id, trusted);
  g_autofree char *keyfile =
    g_strconcat (g_getenv ("PAWL_TEST_FIXTURES"), "/", id, ".plugin", NULL);
  g_autoptr (TestContext) context = test_context_new (keyfile);
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GObject) object = NULL;
  g_autoptr (GError) error = NULL;
  gint64 ready_us;
  double call_us;

  pawl_plugin_host_create_async (host, id,
                                 g_str_equal (id, "user") ? PAWL_TYPE_CONFIRMER
                                                          : PAWL_TYPE_INSTALLER,
                                 PAWL_CONTEXT (context), NULL, keep, &result);
  wait_for (&result);
  object = pawl_plugin_host_create_finish (host, result, &error);
  g_assert_no_error (error);
  ready_us = g_get_monotonic_time ();
  for (guint i = 0; i < CALLS; i++)
    call (object);
  call_us = (double) (g_get_monotonic_time () - ready_us) / CALLS;
  if (floor_us == 0)
    floor_us = call_us;
  g_print ("%-22s start %7.1f ms   call %7.1f us (%6.1f x)   memory %6.1f MiB\n", what,
           (double) (ready_us - begin_us) / 1000, call_us, call_us / floor_us, get_child_mib ());
}

int
main (void)
{
  measure ("user", "C in process", TRUE);
  measure ("user", "C isolated", FALSE);
  if (g_getenv ("GI_TYPELIB_PATH") == NULL)
    return 0;
  measure ("py", "Python isolated", FALSE);
  measure ("js", "JavaScript isolated", FALSE);
  return 0;
}
