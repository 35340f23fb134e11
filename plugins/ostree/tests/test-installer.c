/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "test-device.h"

#include <string.h>

typedef struct
{
  TestDevice device;
  char *v1;
  char *v2;
  PawlTarget *target;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  test_device_set_up (&fixture->device, NULL);
  fixture->v1 = test_device_list (&fixture->device);
  fixture->v2 = test_device_publish (&fixture->device, 2);
  fixture->target = test_target_new (fixture->v2, "test-2", NULL);
  test_device_start (&fixture->device);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_object (&fixture->target);
  g_free (fixture->v1);
  g_free (fixture->v2);
  test_device_tear_down (&fixture->device, NULL);
}

/* The new commit gets here without the transport, which has tests of its own. */
static void
bring (TestDevice *device, const char *commit)
{
  test_run ("ostree --repo='%s/ostree/repo' pull-local '%s' %s >/dev/null", device->sysroot,
            device->repo, commit);
}

static void
assert_list (TestDevice *device, const char *first, const char *second)
{
  g_autofree char *list = test_device_list (device);
  g_autofree char *wanted = g_strjoin (" ", first, second, NULL);

  g_assert_cmpstr (list, ==, wanted);
}

static char *
dup_options (TestDevice *device, guint n)
{
  return test_output ("sed -n 's/^options //p' '%s'/boot/loader/entries/ostree-%u*.conf",
                      device->sysroot, n);
}

static void
test_describes_what_is_there (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PawlTarget) target = test_describe (&fixture->device);

  g_assert_cmpstr (pawl_target_get_name (target), ==, "unknown");
  g_assert_cmpstr (pawl_target_get_hash (target, "sha256"), ==, fixture->v1);
  g_assert_cmpstr (pawl_target_get_version (target), ==, "1");
  g_assert_cmpstr (pawl_target_get_format (target), ==, "OSTREE");
}

static void
test_install_changes_no_boot (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  bring (&fixture->device, fixture->v2);
  g_assert_true (test_can_install (&fixture->device, fixture->target, &error));
  g_assert_no_error (error);
  g_assert_true (test_install (&fixture->device, fixture->target, &error));
  g_assert_no_error (error);
  assert_list (&fixture->device, fixture->v1, fixture->v2);
  /* Called again after a power cut. */
  g_assert_true (test_install (&fixture->device, fixture->target, &error));
  g_assert_no_error (error);
  assert_list (&fixture->device, fixture->v1, fixture->v2);
}

static void
test_activate_is_the_next_boot (Fixture *fixture, gconstpointer data)
{
  TestDevice *device = &fixture->device;
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlTarget) running = NULL;
  gboolean reboot = FALSE;

  bring (device, fixture->v2);
  g_assert_true (test_install (device, fixture->target, &error));
  g_assert_no_error (error);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_true (test_activate (device, fixture->target, &reboot, &error));
      g_assert_no_error (error);
      g_assert_true (reboot);
      assert_list (device, fixture->v2, fixture->v1);
    }
  running = test_describe (device);
  g_assert_true (pawl_target_is_same (running, fixture->target));
  g_assert_cmpstr (pawl_target_get_name (running), ==, "test-2");
  g_assert_cmpstr (pawl_target_get_version (running), ==, "2.0");
}

static void
test_activate_without_install (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_test_summary ("What install wrote may be gone by the time of activate");
  bring (&fixture->device, fixture->v2);
  g_assert_true (test_activate (&fixture->device, fixture->target, NULL, &error));
  g_assert_no_error (error);
  assert_list (&fixture->device, fixture->v2, fixture->v1);
}

static void
test_etc_is_merged (Fixture *fixture, gconstpointer data)
{
  TestDevice *device = &fixture->device;
  g_autoptr (GError) error = NULL;
  g_autofree char *merged = NULL;

  test_run ("cd '%s'/ostree/deploy/test/deploy/%s.0/etc && echo local > common && echo new > added",
            device->sysroot, fixture->v1);
  bring (device, fixture->v2);
  g_assert_true (test_install (device, fixture->target, &error));
  g_assert_no_error (error);
  merged = test_output ("cd '%s'/ostree/deploy/test/deploy/%s.0/etc && cat common added version",
                        device->sysroot, fixture->v2);
  g_assert_cmpstr (merged, ==, "local\nnew\n2");
}

static void
test_kernel_arguments (Fixture *fixture, gconstpointer data)
{
  TestDevice *device = &fixture->device;
  g_autoptr (GVariant) custom = g_variant_ref_sink (g_variant_new_parsed (
    "{'kargs': <{'add': <[<'panic=5'>, <'quiet'>]>, 'remove': <['console=tty0']>}>}"));
  g_autoptr (PawlTarget) target = test_target_new (fixture->v2, "test-2", custom);
  g_autoptr (GError) error = NULL;
  g_autofree char *options = NULL;

  bring (device, fixture->v2);
  g_assert_true (test_activate (device, target, NULL, &error));
  g_assert_no_error (error);
  options = dup_options (device, 2);
  g_assert_true (
    g_str_has_prefix (options, "root=LABEL=root quiet console=ttyS0 panic=5 ostree=/ostree/boot."));
}

static void
test_kernel_arguments_keep (Fixture *fixture, gconstpointer data)
{
  TestDevice *device = &fixture->device;
  g_autoptr (GVariant) custom =
    g_variant_ref_sink (g_variant_new_parsed ("{'kargs': <{'keep': <['root']>}>}"));
  g_autoptr (PawlTarget) target = test_target_new (fixture->v2, "test-2", custom);
  g_autoptr (GError) error = NULL;
  g_autofree char *options = NULL;

  bring (device, fixture->v2);
  g_assert_true (test_activate (device, target, NULL, &error));
  g_assert_no_error (error);
  options = dup_options (device, 2);
  g_assert_true (g_str_has_prefix (options, "root=LABEL=root ostree=/ostree/boot."));
}

static void
test_kernel_arguments_refused (Fixture *fixture, gconstpointer data)
{
  static const char *const bad[] = {
    "{'kargs': <{'add': <['ostree=/elsewhere']>}>}",
    "{'kargs': <{'add': <['a\\nlinux /evil']>}>}",
    "{'kargs': <{'add': <['']>}>}",
    "{'kargs': <{'add': <'panic=5'>}>}",
    "{'kargs': <{'remove': <[<1>]>}>}",
  };

  bring (&fixture->device, fixture->v2);
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GVariant) custom = g_variant_ref_sink (g_variant_new_parsed (bad[i]));
      g_autoptr (PawlTarget) target = test_target_new (fixture->v2, "test-2", custom);
      g_autoptr (GError) error = NULL;

      g_assert_false (test_install (&fixture->device, target, &error));
      g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INCOMPATIBLE);
      assert_list (&fixture->device, fixture->v1, NULL);
    }
}

static void
test_revert_before_activate (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gboolean reboot = TRUE;

  bring (&fixture->device, fixture->v2);
  g_assert_true (test_install (&fixture->device, fixture->target, &error));
  g_assert_no_error (error);
  g_assert_true (test_revert (&fixture->device, fixture->target, &reboot, &error));
  g_assert_no_error (error);
  g_assert_false (reboot);
  assert_list (&fixture->device, fixture->v1, NULL);
}

static void
test_revert_after_activate (Fixture *fixture, gconstpointer data)
{
  TestDevice *device = &fixture->device;
  g_autoptr (GError) error = NULL;
  gboolean reboot = FALSE;

  bring (device, fixture->v2);
  g_assert_true (test_activate (device, fixture->target, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (test_revert (device, fixture->target, &reboot, &error));
  g_assert_no_error (error);
  g_assert_true (reboot);
  assert_list (device, fixture->v1, NULL);
  /* Again, and of something that was never there. */
  g_assert_true (test_revert (device, fixture->target, &reboot, &error));
  g_assert_no_error (error);
  g_assert_false (reboot);
}

static void
test_revert_of_the_only_version (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PawlTarget) target = test_target_new (fixture->v1, "test-1", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (test_revert (&fixture->device, target, NULL, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INSTALL);
  assert_list (&fixture->device, fixture->v1, NULL);
}

static void
update_to (TestDevice *device, const char *commit, const char *name)
{
  g_autoptr (PawlTarget) target = test_target_new (commit, name, NULL);
  g_autoptr (GError) error = NULL;

  bring (device, commit);
  g_assert_true (test_install (device, target, &error));
  g_assert_no_error (error);
  g_assert_true (test_activate (device, target, NULL, &error));
  g_assert_no_error (error);
  g_assert_true (test_commit (device, target, &error));
  g_assert_no_error (error);
}

static void
test_keeps_as_many_as_told (Fixture *fixture, gconstpointer data)
{
  TestDevice *device = &fixture->device;
  g_autofree char *v3 = test_device_publish (device, 3);
  g_autofree char *v4 = test_device_publish (device, 4);
  g_autofree char *two = g_strjoin (" ", fixture->v2, fixture->v1, NULL);

  update_to (device, fixture->v2, "test-2");
  assert_list (device, fixture->v2, fixture->v1);
  update_to (device, v3, "test-3");
  assert_list (device, v3, fixture->v2);
  test_context_set (device->context, "keep", g_variant_new_int64 (3));
  test_device_start (device);
  update_to (device, v4, "test-4");
  {
    g_autofree char *both = g_strjoin (" ", v3, fixture->v2, NULL);

    assert_list (device, v4, both);
  }
}

static void
test_pinned_stays (Fixture *fixture, gconstpointer data)
{
  TestDevice *device = &fixture->device;
  g_autofree char *v3 = test_device_publish (device, 3);
  g_autofree char *rest = g_strjoin (" ", fixture->v2, fixture->v1, NULL);

  test_run ("ostree admin --sysroot='%s' pin 0 >/dev/null", device->sysroot);
  update_to (device, fixture->v2, "test-2");
  update_to (device, v3, "test-3");
  assert_list (device, v3, rest);
}

static void
test_newer_target_replaces_installed (Fixture *fixture, gconstpointer data)
{
  TestDevice *device = &fixture->device;
  g_autofree char *v3 = test_device_publish (device, 3);
  g_autoptr (PawlTarget) newer = test_target_new (v3, "test-3", NULL);
  g_autoptr (GError) error = NULL;

  bring (device, fixture->v2);
  bring (device, v3);
  g_assert_true (test_install (device, fixture->target, &error));
  g_assert_no_error (error);
  g_assert_true (test_install (device, newer, &error));
  g_assert_no_error (error);
  assert_list (device, fixture->v1, v3);
}

static void
test_same_commit_gets_its_new_name (Fixture *fixture, gconstpointer data)
{
  g_autoptr (PawlTarget) target = test_target_new (fixture->v1, "factory-1", NULL);
  g_autoptr (PawlTarget) running = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (test_install (&fixture->device, target, &error));
  test_activate (&fixture->device, target, NULL, &error);
  g_assert_no_error (error);
  running = test_describe (&fixture->device);
  g_assert_cmpstr (pawl_target_get_name (running), ==, "factory-1");
  assert_list (&fixture->device, fixture->v1, NULL);
}

/* What the device's system root takes, in bytes. How much of the disk is free is not its own. */
static guint64
measure (TestDevice *device)
{
  g_autofree char *command = g_strdup_printf ("du -s -B1 '%s'", device->sysroot);
  g_autofree char *text = NULL;

  g_assert_true (g_spawn_command_line_sync (command, &text, NULL, NULL, NULL));
  return g_ascii_strtoull (text, NULL, 10);
}

static void
test_clean_up_frees (Fixture *fixture, gconstpointer data)
{
  TestDevice *device = &fixture->device;
  g_autoptr (GError) error = NULL;
  guint64 before, freed = 0;

  test_run ("head -c 4000000 /dev/urandom > '%s/tree-2/usr/share/big'", device->folder);
  g_free (fixture->v2);
  fixture->v2 = test_device_publish (device, 2);
  bring (device, fixture->v2);
  before = measure (device);
  g_assert_true (test_clean_up (device, 0, &freed, &error));
  g_assert_no_error (error);
  g_test_message ("freed %" G_GUINT64_FORMAT " bytes", freed);
  g_assert_cmpuint (measure (device) + 4000000, <=, before);
  assert_list (device, fixture->v1, NULL);
}

static void
test_wrong_targets_are_refused (Fixture *fixture, gconstpointer data)
{
  TestDevice *device = &fixture->device;
  g_autoptr (PawlTarget) no_commit = test_target_new ("abc", "short", NULL);
  g_autofree char *digits = g_strnfill (64, '7');
  g_autoptr (PawlTarget) absent = test_target_new (digits, "absent", NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (test_can_install (device, no_commit, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INCOMPATIBLE);
  g_clear_error (&error);
  g_assert_false (test_install (device, absent, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (test_commit (device, absent, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INSTALL);
}

static void
test_damaged_object_is_refused (Fixture *fixture, gconstpointer data)
{
  TestDevice *device = &fixture->device;
  g_autoptr (GError) error = NULL;

  bring (device, fixture->v2);
  test_context_set (device->context, "verify-objects", g_variant_new_boolean (TRUE));
  test_device_start (device);
  test_run ("cd '%s/ostree/repo' && f=$(ostree --repo=. ls -C %s /usr/bin/program |"
            " awk '{print $5}') && f=objects/$(echo $f | cut -c1-2)/$(echo $f | cut -c3-).file &&"
            " echo evil > $f.new && chmod --reference=$f $f.new && mv $f.new $f",
            device->sysroot, fixture->v2);
  g_assert_false (test_install (device, fixture->target, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NOT_TRUSTED);
  assert_list (device, fixture->v1, NULL);
}

static void
test_locked_by_another (Fixture *fixture, gconstpointer data)
{
  TestDevice *device = &fixture->device;
  g_autoptr (GFile) path = g_file_new_for_path (device->sysroot);
  g_autoptr (OstreeSysroot) other = ostree_sysroot_new (path);
  g_autoptr (GError) error = NULL;

  bring (device, fixture->v2);
  ostree_sysroot_load (other, NULL, NULL);
  g_assert_true (ostree_sysroot_lock (other, NULL));
  g_assert_false (test_install (device, fixture->target, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_BUSY);
  g_assert_true (pawl_error_is_transient (error));
  g_clear_error (&error);
  ostree_sysroot_unlock (other);
  g_assert_true (test_install (device, fixture->target, &error));
  g_assert_no_error (error);
}

static void
test_other_hardware (Fixture *fixture, gconstpointer data)
{
  TestDevice *device = &fixture->device;
  GVariant *base = pawl_value_to_variant (PAWL_VALUE (fixture->target));
  g_auto (GVariantDict) members = G_VARIANT_DICT_INIT (base);
  g_autoptr (GVariant) variant = NULL;
  g_autoptr (PawlTarget) target = NULL;
  g_autoptr (GError) error = NULL;
  const char *ids[] = {"board-b", NULL};

  test_context_add_ecu (device->context, "main", "board-a");
  g_variant_dict_insert (&members, "hardware-ids", "^as", ids);
  variant = g_variant_ref_sink (g_variant_dict_end (&members));
  target = pawl_target_new_from_variant (variant, &error);
  g_assert_no_error (error);
  g_assert_false (test_can_install (device, target, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INCOMPATIBLE);
}

static void
test_no_sysroot (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  test_context_set (fixture->device.context, "sysroot", g_variant_new_string ("/nonexistent"));
  test_device_start (&fixture->device);
  g_assert_false (test_can_install (&fixture->device, fixture->target, &error));
  g_assert_nonnull (strstr (error->message, "/nonexistent"));
}

static void
test_wrong_settings (Fixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *key;
    const char *value;
  } wrong[] = {
    {"sysroot",              "relative"  },
    {"remote",               "a b"       },
    {"tls-client-cert-path", "/only/cert"},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (TestContext) context = test_context_new (g_getenv ("PAWL_OSTREE_KEYFILE"));
      g_autoptr (PawlInstaller) installer =
        g_object_new (G_OBJECT_TYPE (fixture->device.installer), NULL);
      g_autoptr (GError) error = NULL;

      test_context_set (context, wrong[i].key, g_variant_new_string (wrong[i].value));
      g_assert_false (pawl_installer_set_up (installer, PAWL_CONTEXT (context), &error));
      g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG);
    }
}

static const struct
{
  const char *name;
  void (*test) (Fixture *fixture, gconstpointer data);
} tests[] = {
  {"describes-what-is-there",         test_describes_what_is_there        },
  {"install-changes-no-boot",         test_install_changes_no_boot        },
  {"activate-is-the-next-boot",       test_activate_is_the_next_boot      },
  {"activate-without-install",        test_activate_without_install       },
  {"etc-is-merged",                   test_etc_is_merged                  },
  {"kernel-arguments",                test_kernel_arguments               },
  {"kernel-arguments-keep",           test_kernel_arguments_keep          },
  {"kernel-arguments-refused",        test_kernel_arguments_refused       },
  {"revert-before-activate",          test_revert_before_activate         },
  {"revert-after-activate",           test_revert_after_activate          },
  {"revert-of-the-only-version",      test_revert_of_the_only_version     },
  {"keeps-as-many-as-told",           test_keeps_as_many_as_told          },
  {"pinned-stays",                    test_pinned_stays                   },
  {"newer-target-replaces-installed", test_newer_target_replaces_installed},
  {"same-commit-gets-its-new-name",   test_same_commit_gets_its_new_name  },
  {"clean-up-frees",                  test_clean_up_frees                 },
  {"wrong-targets-are-refused",       test_wrong_targets_are_refused      },
  {"damaged-object-is-refused",       test_damaged_object_is_refused      },
  {"locked-by-another",               test_locked_by_another              },
  {"other-hardware",                  test_other_hardware                 },
  {"no-sysroot",                      test_no_sysroot                     },
  {"wrong-settings",                  test_wrong_settings                 },
};

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/ostree/installer/", tests[i].name, NULL);

      g_test_add (path, Fixture, NULL, set_up, tests[i].test, tear_down);
    }
  return g_test_run ();
}
