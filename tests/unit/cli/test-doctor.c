/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The checks that look at the running system, one by one. Those of files are planted faults of
 * tests/integration/data/test-doctor.py. */

#include "pawl-doctor.h"
#include "pawl-show.h"

#include <glib/gstdio.h>

typedef struct
{
  PawlCli *cli;       /* (owned) */
  PawlDoctor *doctor; /* (owned) */
  char *folder;       /* (owned): stands for the running system */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("pawl-doctor-XXXXXX", NULL);
  fixture->cli = pawl_cli_new ();
  fixture->doctor = pawl_doctor_new (fixture->cli, fixture->folder);
  fixture->doctor->running = TRUE;
  fixture->doctor->check = "test";
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autofree char *dev = g_build_filename (fixture->folder, "dev", NULL);
  g_autofree char *device = g_build_filename (dev, "watchdog0", NULL);
  g_autofree char *chip = g_build_filename (dev, "gpiochip0", NULL);

  pawl_doctor_free (fixture->doctor);
  pawl_cli_free (fixture->cli);
  g_unlink (device);
  g_unlink (chip);
  g_rmdir (dev);
  g_rmdir (fixture->folder);
  g_free (fixture->folder);
}

static void
make_device (Fixture *fixture, const char *name)
{
  g_autofree char *dev = g_build_filename (fixture->folder, "dev", NULL);
  g_autofree char *path = g_build_filename (dev, name, NULL);

  g_mkdir (dev, 0755);
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
}

/* The last finding, of how many. */
static void
assert_found (Fixture *fixture, guint n, const char *severity, const char *words)
{
  GVariant *finding;

  g_assert_cmpuint (fixture->doctor->findings->len, ==, n);
  if (n == 0)
    return;
  finding = fixture->doctor->findings->pdata[n - 1];
  g_assert_cmpstr (pawl_show_string (finding, "severity"), ==, severity);
  g_assert_nonnull (g_strstr_len (pawl_show_string (finding, "message"), -1, words));
  g_assert_cmpstr (pawl_show_string (finding, "fix"), !=, "");
}

static void
test_watchdog (Fixture *fixture, gconstpointer data)
{
  pawl_doctor_check_watchdog (fixture->doctor);
  assert_found (fixture, 0, NULL, NULL);
  g_key_file_set_string (fixture->doctor->config, "trial", "required", "health;watchdog:main;");
  pawl_doctor_check_watchdog (fixture->doctor);
  assert_found (fixture, 1, "error", "there is no /dev/watchdog0");
  make_device (fixture, "watchdog0");
  pawl_doctor_check_watchdog (fixture->doctor);
  assert_found (fixture, 1, "error", "");
  g_key_file_set_string (fixture->doctor->config, "trial", "required", "health;");
  pawl_doctor_check_watchdog (fixture->doctor);
  assert_found (fixture, 2, "note", "a new version that hangs");
}

static void
test_gpio (Fixture *fixture, gconstpointer data)
{
  g_key_file_set_string (fixture->doctor->config, "trial", "optional", "gpio;");
  pawl_doctor_check_gpio (fixture->doctor);
  assert_found (fixture, 1, "error", "gpiochip0");
  make_device (fixture, "gpiochip0");
  g_key_file_set_string (fixture->doctor->config, "plugin:gpio", "consent", "gpiochip0:3,pull-up");
  g_key_file_set_string (fixture->doctor->config, "plugin:gpio", "refuse", "/dev/gpiochip0:4");
  pawl_doctor_check_gpio (fixture->doctor);
  assert_found (fixture, 1, "error", "");
  g_key_file_set_string (fixture->doctor->config, "plugin:gpio", "health", "soc:gpio:ALIVE");
  pawl_doctor_check_gpio (fixture->doctor);
  assert_found (fixture, 2, "error", "health=soc:gpio:ALIVE: there is no chip “soc:gpio”");
}

static void
test_boot (Fixture *fixture, gconstpointer data)
{
  g_key_file_set_string (fixture->doctor->config, "daemon", "boot-control", "systemd-boot");
  pawl_doctor_check_boot (fixture->doctor);
  assert_found (fixture, 1, "error", "not booted by EFI");
}

static void
test_servers (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GSocketListener) listener = g_socket_listener_new ();
  g_autofree char *uri = NULL;
  guint16 port = g_socket_listener_add_any_inet_port (listener, NULL, NULL);
  const char *list[] = {"file:///media", NULL};

  g_assert_cmpuint (port, !=, 0);
  uri = g_strdup_printf ("http://127.0.0.1:%u/repo", port);
  list[1] = uri;
  g_key_file_set_string_list (fixture->doctor->config, "plugin:tuf", "metadata-urls", list, 2);
  pawl_doctor_check_servers (fixture->doctor);
  assert_found (fixture, 0, NULL, NULL);
  g_socket_listener_close (listener);
  pawl_doctor_check_servers (fixture->doctor);
  assert_found (fixture, 1, "warning", uri);
}

static void
test_plugins (Fixture *fixture, gconstpointer data)
{
  g_auto (GStrv) plugins = NULL;
  g_autofree char *joined = NULL;

  g_key_file_set_string (fixture->doctor->config, "daemon", "plugins", "file;tuf;");
  g_key_file_set_string (fixture->doctor->config, "daemon", "verifier", "tuf");
  g_key_file_set_string (fixture->doctor->config, "ecu:a", "installer", "exec");
  g_key_file_set_string (fixture->doctor->config, "ecu:b", "installer", "exec");
  g_key_file_set_string (fixture->doctor->config, "plugin:http", "proxy", "");
  g_key_file_set_string (fixture->doctor->config, "trial", "required", " health ;;user:a;");
  plugins = pawl_doctor_dup_plugins (fixture->doctor);
  joined = g_strjoinv (" ", plugins);
  g_assert_cmpstr (joined, ==, "file tuf health user exec http");
}

static void
add (const char *path, void (*test) (Fixture *, gconstpointer))
{
  g_test_add (path, Fixture, NULL, set_up, test, tear_down);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  add ("/cli/doctor/watchdog", test_watchdog);
  add ("/cli/doctor/gpio", test_gpio);
  add ("/cli/doctor/efi", test_boot);
  add ("/cli/doctor/servers", test_servers);
  add ("/cli/doctor/plugins-are-counted-once", test_plugins);
  return g_test_run ();
}
