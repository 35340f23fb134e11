/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What is not granted cannot be had; what is granted can. Each is tried by a plugin, which is root
 * where this test is. */
#include "isolation-fixture.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

static const struct
{
  const char *deed;
  const char *need;   /* (nullable): with it, it works */
  const char *wanted; /* what the error says */
} refusals[] = {
  {"write",                     "files",     "Permission denied"      },
  {"read",                      "files",     "Permission denied"      },
  {"read-list",                 "files",     "Permission denied"      },
  {"empty",                     NULL,        "Permission denied"      },
  {"network",                   "network",   "Permission denied"      },
  {"network6",                  "network",   "Permission denied"      },
  {"unix",                      "systemd",   "Permission denied"      },
  {"packet",                    NULL,        "Permission denied"      },
  {"fork",                      "processes", "Operation not permitted"},
  {"spawn",                     "processes", "Operation not permitted"},
  {"mount",                     NULL,        "Operation not permitted"},
  {"device",                    NULL,        "Permission denied"      },
  {"clock",                     NULL,        "Operation not permitted"},
  {"privileges",                NULL,        "NoNewPrivs is 1"        },
  {"signal",                    NULL,        "Operation not permitted"},
  {"signal-by-descriptor",      NULL,        "Operation not permitted"},
  {"limits-of-the-daemon",      NULL,        "Operation not permitted"},
  {"descriptors-of-the-daemon", NULL,        "Operation not permitted"},
  {"memory-of-the-daemon",      NULL,        "Permission denied"      },
  {"memory-that-stays",         NULL,        "Operation not permitted"},
  {"descriptors",               NULL,        "Too many open files"    },
};

/* A file that anybody could read, but for the sandbox, and one that is configured for the plugin.
 */
static void
set_up_sandboxed (Fixture *self, const char *id, const FixtureOptions *options)
{
  g_autofree char *folder = g_build_filename (g_getenv ("PAWL_TEST_FIXTURES"), "place", NULL);
  g_autofree char *file = g_build_filename (folder, "file", NULL);

  g_mkdir_with_parents (folder, 0755);
  g_assert_true (g_file_set_contents (file, "x", -1, NULL));
  g_setenv ("PAWL_TEST_OUTSIDE", g_getenv ("PAWL_TEST_SECRET"), TRUE);
  fixture_set_up (self, id, options);
}

static void
test_refuses (gconstpointer data)
{
  const guint i = GPOINTER_TO_UINT (data);
  Fixture self = {NULL};
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = NULL;

  set_up_sandboxed (&self, "needy", NULL);
  answer = fixture_install (&self, refusals[i].deed, 60000, NULL, &error);
  g_assert_null (answer);
  g_test_message ("%s", error->message);
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_PLUGIN);
  g_assert_nonnull (strstr (error->message, refusals[i].wanted));
  fixture_expect_works (&self);
  fixture_tear_down (&self);
}

static void
test_grants (gconstpointer data)
{
  const guint i = GPOINTER_TO_UINT (data);
  g_autofree char *grant = g_strconcat ("needy:", refusals[i].need, NULL);
  const char *const grants[] = {grant, NULL};
  const FixtureOptions options = {.grants = grants};
  Fixture self = {NULL};
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GVariant) granted = NULL;

  set_up_sandboxed (&self, "needy", &options);
  answer = fixture_install (&self, refusals[i].deed, 60000, NULL, &error);
  g_assert_no_error (error);
  granted = fixture_describe (&self, "needy", "granted");
  g_assert_cmpuint (g_variant_n_children (granted), ==, 1);
  fixture_tear_down (&self);
}

/* That needs no grant: the administrator has named it. */
static void
test_reads_what_is_configured (void)
{
  Fixture self = {NULL};
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = NULL;

  set_up_sandboxed (&self, "py", NULL);
  answer = fixture_install (&self, "read-place", 60000, NULL, &error);
  g_assert_no_error (error);
  fixture_tear_down (&self);
}

static void
test_writes_its_own_folder (void)
{
  Fixture self = {NULL};
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = NULL;

  fixture_set_up (&self, "py", NULL);
  answer = fixture_install (&self, "state", 60000, NULL, &error);
  g_assert_no_error (error);
  fixture_tear_down (&self);
}

/* Who is counted by the kernel; root is not. */
#define USER "nobody"

static gboolean
can_become (void)
{
  const char *const argv[] = {
    "setpriv", "--reuid=" USER, "--clear-groups", "test", "-r", g_getenv ("PAWL_TEST_SECRET"),
    NULL};
  int status = 1;

  if (geteuid () == 0 && fixture_has_scripts () &&
      g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL,
                    &status, NULL) &&
      status == 0)
    return TRUE;
  g_test_skip ("only root can become somebody else, who has to be able to read this tree");
  return FALSE;
}

static void
test_becomes_its_user (void)
{
  const FixtureOptions options = {.user = USER};
  Fixture self = {NULL};
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer = NULL;
  guint uid = 0;

  if (!can_become ())
    return;
  fixture_set_up (&self, "py", &options);
  answer = fixture_install (&self, "state", 60000, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_variant_lookup (answer, "uid", "u", &uid));
  g_assert_cmpuint (uid, !=, 0);
  fixture_tear_down (&self);
}

/* With the grant it may start processes, but not more than its share. */
static void
test_counts_processes (void)
{
  const char *const grants[] = {"needy:processes", NULL};
  const FixtureOptions options = {.grants = grants, .user = USER};
  Fixture self = {NULL};

  if (!can_become ())
    return;
  fixture_set_up (&self, "needy", &options);
  fixture_expect_fails (&self, "fork-bomb", 60000, PAWL_ERROR, PAWL_ERROR_PLUGIN);
  fixture_expect_works (&self);
  fixture_tear_down (&self);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  /* A plugin's mistakes are warnings in its own process, and must not end it here. */
  g_setenv ("G_DEBUG", "gc-friendly", TRUE);
  for (guint i = 0; i < G_N_ELEMENTS (refusals) && fixture_has_scripts (); i++)
    {
      g_autofree char *refuses = g_strconcat ("/sandbox/refuses/", refusals[i].deed, NULL);
      g_autofree char *grants = g_strconcat ("/sandbox/grants/", refusals[i].deed, NULL);

      g_test_add_data_func (refuses, GUINT_TO_POINTER (i), test_refuses);
      if (refusals[i].need != NULL)
        g_test_add_data_func (grants, GUINT_TO_POINTER (i), test_grants);
    }
  if (fixture_has_scripts ())
    {
      g_test_add_func ("/sandbox/reads-what-is-configured", test_reads_what_is_configured);
      g_test_add_func ("/sandbox/writes-its-own-folder", test_writes_its_own_folder);
    }
  g_test_add_func ("/sandbox/becomes-its-user", test_becomes_its_user);
  g_test_add_func ("/sandbox/counts-processes", test_counts_processes);
  return g_test_run ();
}
