/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The program of the initramfs, as far as a machine without a watchdog goes; tests/vm has the rest.
 */
#include <glib.h>
#include <glib/gstdio.h>
#include <string.h>

static int
run (const char *cmdline, char **out_errors)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "pawl-cmdline-XXXXXX", NULL);
  const char *argv[] = {g_getenv ("PAWL_ARM_WATCHDOG"), path, NULL};
  g_autoptr (GError) error = NULL;
  int status = 0;

  g_close (g_mkstemp (path), NULL);
  g_assert_true (g_file_set_contents (path, cmdline, -1, NULL));
  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL,
                out_errors, &status, &error);
  g_assert_no_error (error);
  g_unlink (path);
  g_assert_true (WIFEXITED (status));
  return WEXITSTATUS (status);
}

static void
expect (const char *cmdline, int status, const char *words)
{
  g_autofree char *errors = NULL;

  g_assert_cmpint (run (cmdline, &errors), ==, status);
  if (strstr (errors, words) == NULL)
    g_error ("%s: found \"%s\", wanted \"%s\"", cmdline, errors, words);
}

static void
test_not_asked (void)
{
  expect ("", 0, "");
  expect ("root=/dev/sda1 quiet\n", 0, "");
  expect ("xpawl.watchdog=30", 0, "");
}

static void
test_no_device (void)
{
  expect ("quiet pawl.watchdog=120,/no/such/watchdog ro\n", 1, "/no/such/watchdog");
}

/* Whatever is no watchdog takes no timeout. */
static void
test_no_timeout (void)
{
  expect ("pawl.watchdog=120,/dev/null", 1, "takes no timeout, and is stopped");
}

static void
test_refuses (void)
{
  const char *const values[] = {"", "x", "1", "3601", "30x", "-5"};

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autofree char *cmdline = g_strconcat ("pawl.watchdog=", values[i], NULL);

      expect (cmdline, 1, "wanted pawl.watchdog=SECONDS[,DEVICE]");
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/watchdog/arm/not-asked", test_not_asked);
  g_test_add_func ("/watchdog/arm/no-device", test_no_device);
  g_test_add_func ("/watchdog/arm/no-timeout", test_no_timeout);
  g_test_add_func ("/watchdog/arm/refuses", test_refuses);
  return g_test_run ();
}
