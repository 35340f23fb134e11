/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "device-fixture.h"
#include "pawl-activate.h"

#include <string.h>

#define WITH_COUNTER "verifier=judge\nboot-control=file\n[plugin:file]\nboot-file=%s/boot\n"
#define LOG          "echo $PAWL_ECU $1 >> $PAWL_STATE_DIR/../../../steps\n"

static const char *const serials[] = {"r1", "l1", NULL};

static gboolean
activate (DeviceFixture *self, gboolean *out_reboot_needed, GError **error)
{
  g_autoptr (PawlUpdate) update = device_fixture_make_update (self);
  g_autoptr (GAsyncResult) result = NULL;

  pawl_activate_async (self->device, update, serials, 3, NULL, device_fixture_keep_result, &result);
  device_fixture_wait_for (&result);
  return pawl_activate_finish (result, out_reboot_needed, error);
}

static gboolean
revert (DeviceFixture *self, gboolean *out_reboot_needed, GError **error)
{
  g_autoptr (PawlUpdate) update = device_fixture_make_update (self);
  g_autoptr (GAsyncResult) result = NULL;

  pawl_revert_async (self->device, update, serials, NULL, device_fixture_keep_result, &result);
  device_fixture_wait_for (&result);
  return pawl_revert_finish (result, out_reboot_needed, error);
}

static char *
read_file (DeviceFixture *self, const char *name)
{
  g_autofree char *path = g_build_filename (self->folder, name, NULL);
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);
  return text;
}

static void
make_counted_device (DeviceFixture *self)
{
  g_autofree char *daemon = g_strdup_printf (WITH_COUNTER, self->folder);

  device_fixture_make_device (self, daemon);
}

/* The script looks whether the counter is armed when its turn comes. */
static void
test_arms_first (DeviceFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *steps = NULL;
  g_autofree char *boot = NULL;
  gboolean reboot_needed = FALSE;

  make_counted_device (self);
  device_fixture_write_command (
    self, LOG "grep -q upgrade_available=1 $PAWL_STATE_DIR/../../../boot || exit 1\n");
  g_assert_true (activate (self, &reboot_needed, &error));
  g_assert_no_error (error);
  g_assert_true (reboot_needed);
  steps = read_file (self, "steps");
  g_assert_cmpstr (steps, ==, "radio activate\nlamp activate\n");
  boot = read_file (self, "boot");
  g_assert_nonnull (strstr (boot, "bootlimit=3\n"));
}

static void
test_activates_nothing_uncounted (DeviceFixture *self, gconstpointer data)
{
  g_autofree char *path = g_build_filename (self->folder, "boot", NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *steps = NULL;
  gboolean reboot_needed = FALSE;

  make_counted_device (self);
  device_fixture_write_command (self, LOG);
  g_assert_true (g_file_set_contents (path, "torn", -1, NULL));
  g_assert_false (activate (self, &reboot_needed, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_BOOT);
  steps = read_file (self, "steps");
  g_assert_null (steps);
}

static void
test_stops_at_the_first_failure (DeviceFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *steps = NULL;
  gboolean reboot_needed = FALSE;

  device_fixture_write_command (self, LOG "exit 1\n");
  g_assert_false (activate (self, &reboot_needed, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INSTALL);
  steps = read_file (self, "steps");
  g_assert_cmpstr (steps, ==, "radio activate\n");
}

static void
test_reverts_in_reverse (DeviceFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *steps = NULL;
  gboolean reboot_needed = TRUE;

  device_fixture_write_command (self, LOG "echo reboot-needed=false\n");
  g_assert_true (revert (self, &reboot_needed, &error));
  g_assert_no_error (error);
  g_assert_false (reboot_needed);
  steps = read_file (self, "steps");
  g_assert_cmpstr (steps, ==, "lamp rollback\nradio rollback\n");
}

/* One ECU that cannot go back is no reason to leave the others. */
static void
test_reverts_past_failures (DeviceFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *steps = NULL;
  gboolean reboot_needed = FALSE;

  device_fixture_write_command (self, LOG "test $PAWL_ECU = radio\n");
  g_assert_false (revert (self, &reboot_needed, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INSTALL);
  g_assert_true (g_str_has_prefix (error->message, "lamp"));
  steps = read_file (self, "steps");
  g_assert_cmpstr (steps, ==, "lamp rollback\nradio rollback\n");
}

#define ADD(name, func)                                                                            \
  g_test_add ("/engine/activate/" name, DeviceFixture, NULL, device_fixture_set_up, func,          \
              device_fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("arms-first", test_arms_first);
  ADD ("activates-nothing-uncounted", test_activates_nothing_uncounted);
  ADD ("stops-at-the-first-failure", test_stops_at_the_first_failure);
  ADD ("reverts-in-reverse", test_reverts_in_reverse);
  ADD ("reverts-past-failures", test_reverts_past_failures);
  return g_test_run ();
}
