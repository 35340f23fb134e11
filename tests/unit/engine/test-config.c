/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-config.h"

#include "pawl-plugin-host.h"

#include <glib/gstdio.h>
#include <pawl/pawl.h>
#include <string.h>

static const PawlPluginDescriptor no_code = {PAWL_PLUGIN_ABI, sizeof (PawlPluginDescriptor), "disk",
                                             "1", NULL};
static const char keyfile[] =
  "[Plugin]\nId=disk\nModule=pawl-disk\nAbi=1\nVersion=1\nProvides=installer;\nDescription=d\n"
  "Licence=l\n"
  "[Key device]\nType=path\nDescription=The device\n"
  "[Key wait-s]\nType=integer\nDefault=5\nMinimum=1\nMaximum=60\nUnit=seconds\nDescription=Waits\n"
  "[Key pin]\nType=secret\nDefault=\nDescription=The PIN\n"
  "[Key mode]\nType=string\nChoices=fast|safe\nDefault=safe\nDescription=How\n";

static PawlPluginHost *
make_host (void)
{
  PawlPluginHost *host = pawl_plugin_host_new (NULL, FALSE);
  g_autoptr (GError) error = NULL;

  pawl_plugin_host_add_static (host, &no_code, keyfile, &error);
  g_assert_no_error (error);
  return host;
}

#define ECU "[ecu:main]\ninstaller=disk\nserial=1\nhardware-id=h\ndevice=/dev/x\n"

static const struct
{
  const char *name;
  const char *text;
  const char *wanted;
} refusals[] = {
  {"no-keyfile",       "nonsense\n",                                                        "test.conf: "                         },
  {"what-group",       "[demon]\nverifier=x\n",                                             "[demon]: there is no such group"     },
  {"what-key",         "[policy]\npoll-intervall-s=5\n",                                    "[policy] poll-intervall-s: there is" },
  {"what-boolean",     "[policy]\nneed-mains=yes\n",                                        "found \"yes\", wanted true or false" },
  {"what-integer",     "[policy]\npoll-interval-s=1h\n",                                    "wanted an integer from 0"            },
  {"too-large",        "[trial]\ntries=11\n",                                               "from 1 to 10, in boots"              },
  {"what-choice",      "[policy]\nreboot=never\n",                                          "wanted auto|manual"                  },
  {"what-window",      "[policy]\nwindow=02:00 3h;at night\n",                              "[policy] window: “at”"           },
  {"what-timezone",    "[policy]\nwindow-timezone=Europe/Atlantis\n",
   "[policy] window-timezone: this device"                                                                                        },
  {"min-over-max",     "[policy]\nbackoff-min-s=60\nbackoff-max-s=59\n",
   "backoff-min-s: it is more than"                                                                                               },
  {"what-path",        "[daemon]\nstate-dir=var\n",                                         "wanted an absolute path"             },
  {"instance-name",    "[ecu:a/b]\nserial=1\n",                                             "after the colon"                     },
  {"no-plugin",        "[plugin:tape]\nx=1\n",                                              "there is no tape.plugin"             },
  {"plugin-key",       "[plugin:disk]\nspeed=1\n",                                          "[plugin:disk] speed: the plugin disk"},
  {"plugin-value",     "[plugin:disk]\nwait-s=61\n",                                        "from 1 to 60, in seconds"            },
  {"plugin-choice",    "[plugin:disk]\nmode=slow\n",                                        "wanted fast|safe"                    },
  {"ecu-no-serial",    "[ecu:a]\ninstaller=disk\nhardware-id=h\n",                          "serial: it has to be set"            },
  {"ecu-what-key",     ECU "colour=red\n",                                                  "[ecu:main] colour"                   },
  {"one-serial-twice", ECU "[ecu:b]\ninstaller=disk\nserial=1\nhardware-id=h\ndevice=/x\n",
   "another ECU"                                                                                                                  },
  {"not-an-installer", "[daemon]\nverifier=disk\n",                                         "provides no verifier"                },
  {"no-confirmer",     "[trial]\nrequired=disk\n",                                          "provides no confirmer"               },
};

static void
test_refuses (gconstpointer data)
{
  guint i = GPOINTER_TO_UINT (data);
  g_autoptr (PawlPluginHost) host = make_host ();
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlConfig) config = pawl_config_load_data (refusals[i].text, "test.conf", &error);

  if (config != NULL)
    g_assert_false (pawl_config_check_plugins (config, host, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG);
  g_test_message ("%s", error->message);
  g_assert_nonnull (strstr (error->message, refusals[i].wanted));
}

static void
test_defaults (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlConfig) config = pawl_config_load_data ("", "test.conf", &error);
  g_auto (GStrv) confirmers = NULL;

  g_assert_no_error (error);
  g_assert_cmpint (pawl_config_get_int (config, "trial", "tries"), ==, 3);
  g_assert_cmpstr (pawl_config_get_string (config, "policy", "install"), ==, "auto");
  g_assert_false (pawl_config_get_boolean (config, "policy", "need-mains"));
  confirmers = pawl_config_dup_strings (config, "trial", "required");
  g_assert_cmpuint (g_strv_length (confirmers), ==, 0);
  g_assert_cmpstr (pawl_config_get_origin (config, "trial", "tries"), ==, "default");
}

/* Every default of the table is a value that the table allows. */
static void
test_table_is_sound (void)
{
  GString *text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlConfig) config = NULL;

  for (const PawlKey *key = pawl_config_get_daemon_keys (); key->group != NULL; key++)
    if (key->default_value != NULL)
      g_string_append_printf (text, "[%s]\n%s=%s\n", key->group, key->name, key->default_value);
  config = pawl_config_load_data (text->str, "test.conf", &error);
  g_assert_no_error (error);
  g_string_free (text, TRUE);
}

static char *
write_file (const char *folder, const char *name, const char *text)
{
  char *path = g_build_filename (folder, name, NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (g_mkdir_with_parents (parent, 0755), ==, 0);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  return path;
}

static void
test_later_files_win (void)
{
  g_autofree char *folder = g_dir_make_tmp ("pawl-config-XXXXXX", NULL);
  g_autofree char *vendor = g_build_filename (folder, "vendor", NULL);
  g_autofree char *admin = g_build_filename (folder, "admin", NULL);
  g_autofree char *a = write_file (vendor, "10-a.conf", "[trial]\ntries=1\ndeadline-s=1\n");
  g_autofree char *b = write_file (vendor, "20-b.conf", "[trial]\ntries=2\n");
  g_autofree char *main_file = write_file (folder, "pawld.conf", "[trial]\ntries=4\n");
  g_autofree char *c = write_file (admin, "20-b.conf", "[policy]\nneed-mains=true\n");
  g_autofree char *ignored = write_file (admin, "30-c.conf~", "nonsense");
  g_auto (GStrv) files = pawl_config_find_files (vendor, main_file, admin);
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlConfig) config = pawl_config_load ((const char *const *) files, &error);

  g_assert_no_error (error);
  /* The administrator's 20-b.conf hides the vendor's. */
  g_assert_cmpuint (g_strv_length (files), ==, 3);
  g_assert_cmpint (pawl_config_get_int (config, "trial", "tries"), ==, 4);
  g_assert_cmpstr (pawl_config_get_origin (config, "trial", "tries"), ==, main_file);
  g_assert_cmpint (pawl_config_get_int (config, "trial", "deadline-s"), ==, 1);
  g_assert_cmpstr (pawl_config_get_origin (config, "trial", "deadline-s"), ==, a);
  g_assert_true (pawl_config_get_boolean (config, "policy", "need-mains"));
  g_unlink (a);
  g_unlink (b);
  g_unlink (c);
  g_unlink (ignored);
  g_unlink (main_file);
  g_rmdir (vendor);
  g_rmdir (admin);
  g_rmdir (folder);
}

static void
test_settings (void)
{
  const char *groups[] = {"ecu:main", "plugin:disk", NULL};
  g_autoptr (PawlPluginHost) host = make_host ();
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlConfig) config =
    pawl_config_load_data ("[plugin:disk]\nwait-s=9\npin=1234\n" ECU "wait-s=7\n", "test.conf",
                           &error);
  g_auto (GStrv) ecus = NULL;
  g_autoptr (GVariant) settings = NULL;
  gint64 wait_s = 0;
  const char *device = NULL;

  g_assert_no_error (error);
  pawl_config_check_plugins (config, host, &error);
  g_assert_no_error (error);
  ecus = pawl_config_dup_ecu_names (config);
  g_assert_cmpuint (g_strv_length (ecus), ==, 1);
  g_assert_cmpstr (ecus[0], ==, "main");
  settings = pawl_config_dup_settings (config,
                                       pawl_plugin_info_get_keys (
                                         pawl_plugin_host_lookup (host, "disk", NULL)),
                                       groups, &error);
  g_assert_no_error (error);
  g_assert_true (g_variant_lookup (settings, "wait-s", "x", &wait_s));
  g_assert_true (g_variant_lookup (settings, "device", "&s", &device));
  g_assert_cmpint (wait_s, ==, 7);
  g_assert_cmpstr (device, ==, "/dev/x");
}

static void
test_needed_setting (void)
{
  const char *groups[] = {"plugin:disk", NULL};
  g_autoptr (PawlPluginHost) host = make_host ();
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlConfig) config = pawl_config_load_data ("", "test.conf", &error);

  g_assert_null (pawl_config_dup_settings (
    config, pawl_plugin_info_get_keys (pawl_plugin_host_lookup (host, "disk", NULL)), groups,
    &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG);
  g_assert_nonnull (strstr (error->message, "[plugin:disk] device: it has to be set"));
}

static void
test_keeps_secrets (void)
{
  g_autoptr (PawlPluginHost) host = make_host ();
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlConfig) config =
    pawl_config_load_data ("[plugin:disk]\npin=1234\n", "test.conf", &error);
  g_autoptr (GVariant) rows = pawl_config_describe (config, host);
  g_autofree char *text = g_variant_print (rows, FALSE);

  g_assert_null (strstr (text, "1234"));
  g_assert_nonnull (strstr (text, "(set)"));
  g_assert_nonnull (strstr (text, "poll-interval-s"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/engine/config/defaults", test_defaults);
  g_test_add_func ("/engine/config/table-is-sound", test_table_is_sound);
  g_test_add_func ("/engine/config/later-files-win", test_later_files_win);
  g_test_add_func ("/engine/config/settings", test_settings);
  g_test_add_func ("/engine/config/needed-setting", test_needed_setting);
  g_test_add_func ("/engine/config/keeps-secrets", test_keeps_secrets);
  for (guint i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      g_autofree char *path = g_strconcat ("/engine/config/refuses/", refusals[i].name, NULL);

      g_test_add_data_func (path, GUINT_TO_POINTER (i), test_refuses);
    }
  return g_test_run ();
}
