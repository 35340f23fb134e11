/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The checks that look at the running system, one by one. Those of files are planted faults of
 * tests/integration/data/test-doctor.py. */

#include <glib/gstdio.h>
#include <sys/utsname.h>

#include "pawl-doctor.h"
#include "pawl-show.h"
#include "sim-repo.h"

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
  pawl_doctor_free (fixture->doctor);
  pawl_cli_free (fixture->cli);
  sim_remove_folder (fixture->folder);
  g_free (fixture->folder);
}

/* Returns: (transfer full): where @path lies in the folder, with @text in it */
static char *
plant (Fixture *fixture, const char *path, const char *text)
{
  char *full = g_build_filename (fixture->folder, path, NULL);
  g_autofree char *parent = g_path_get_dirname (full);

  g_assert_no_errno (g_mkdir_with_parents (parent, 0755));
  g_assert_true (g_file_set_contents (full, text, -1, NULL));
  return full;
}

static void
make_device (Fixture *fixture, const char *name)
{
  g_autofree char *path = g_build_filename ("dev", name, NULL);
  g_autofree char *device = plant (fixture, path, "");
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
test_uboot (Fixture *fixture, gconstpointer data)
{
  g_autofree char *config = plant (fixture, "etc/fw_env.config", "/dev/mtd0 0 1\n/dev/mtd1 0 1\n");

  g_key_file_set_string (fixture->doctor->config, "daemon", "boot-control", "uboot");
  make_device (fixture, "mtd0");
  pawl_doctor_check_boot (fixture->doctor);
  assert_found (fixture, 1, "error", "names /dev/mtd1, which does not exist");
  make_device (fixture, "mtd1");
  pawl_doctor_check_boot (fixture->doctor);
  assert_found (fixture, 1, "error", "");
}

/* Nothing is wrong with what is configured but what the daemon says. */
static void
test_daemon_judges (Fixture *fixture, gconstpointer data)
{
  GKeyFile *config = fixture->doctor->config;
  g_autofree char *program =
    plant (fixture, "pawld", "#!/bin/sh\necho \"no such key, after $1\" >&2\nexit 1\n");

  g_key_file_set_string (config, "daemon", "verifier", "tuf");
  g_key_file_set_string (config, "daemon", "boot-control", "uboot");
  g_key_file_set_string (config, "ecu:main", "installer", "exec");
  g_key_file_set_string (config, "trial", "required", "health;");
  fixture->doctor->pawld = "/nonexistent/pawld";
  pawl_doctor_check_config (fixture->doctor);
  assert_found (fixture, 1, "error", "/nonexistent/pawld cannot be run");
  g_assert_no_errno (g_chmod (program, 0755));
  fixture->doctor->pawld = program;
  pawl_doctor_check_config (fixture->doctor);
  assert_found (fixture, 2, "error", "no such key, after --check-config");
  fixture->doctor->pawld = "/bin/false";
  pawl_doctor_check_config (fixture->doctor);
  assert_found (fixture, 3, "error", "/bin/false --check-config: it ended without a word");
  fixture->doctor->pawld = "/bin/true";
  pawl_doctor_check_config (fixture->doctor);
  assert_found (fixture, 3, "error", "");
}

static void
test_space (Fixture *fixture, gconstpointer data)
{
  struct statvfs info = {.f_frsize = 4096, .f_bavail = 1 << 20, .f_files = 1000, .f_favail = 64};

  pawl_doctor_judge_space (fixture->doctor, "/state", &info);
  assert_found (fixture, 0, NULL, NULL);
  info.f_flag = ST_RDONLY;
  pawl_doctor_judge_space (fixture->doctor, "/state", &info);
  assert_found (fixture, 1, "error", "read-only");
  info.f_flag = 0;
  info.f_favail = 63;
  pawl_doctor_judge_space (fixture->doctor, "/state", &info);
  assert_found (fixture, 2, "error", "room for 63 more files");
  /* A file system that counts no files, like btrfs. */
  info.f_files = info.f_favail = 0;
  pawl_doctor_judge_space (fixture->doctor, "/state", &info);
  assert_found (fixture, 2, "error", "");
  info.f_bavail = 1;
  pawl_doctor_judge_space (fixture->doctor, "/state", &info);
  assert_found (fixture, 3, "error", "free, wanted");
}

static void
test_clock (Fixture *fixture, gconstpointer data)
{
  g_autofree char *synchronized = NULL;

  pawl_doctor_check_clock (fixture->doctor);
  assert_found (fixture, 1, "note", "no time server");
  synchronized = plant (fixture, "run/systemd/timesync/synchronized", "");
  pawl_doctor_check_clock (fixture->doctor);
  assert_found (fixture, 1, "note", "");
}

static void
test_kernel (Fixture *fixture, gconstpointer data)
{
  struct utsname name;
  g_autofree char *path = NULL;
  g_autofree char *config = NULL;

  pawl_doctor_check_kernel (fixture->doctor);
  assert_found (fixture, 1, "note", "does not tell how it was configured");
  g_assert_no_errno (uname (&name));
  path = g_strdup_printf ("boot/config-%s", name.release);
  config = plant (fixture, path, "#\nCONFIG_CGROUP_BPF=y\n");
  pawl_doctor_check_kernel (fixture->doctor);
  assert_found (fixture, 2, "warning", "CONFIG_SECCOMP_FILTER");
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
  add ("/cli/doctor/uboot-device", test_uboot);
  add ("/cli/doctor/daemon-judges-configuration", test_daemon_judges);
  add ("/cli/doctor/space", test_space);
  add ("/cli/doctor/time-server", test_clock);
  add ("/cli/doctor/hidden-kernel-configuration", test_kernel);
  add ("/cli/doctor/servers", test_servers);
  add ("/cli/doctor/plugins-are-counted-once", test_plugins);
  return g_test_run ();
}
