/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "device-fixture.h"
#include "pawl-fetch.h"
#include "pawl-install.h"

#include <glib/gstdio.h>

static gboolean
install (DeviceFixture *self, gboolean *out_reboot_needed, GError **error)
{
  static const char *const serials[] = {"l1", "r1", NULL};
  g_autoptr (PawlUpdate) update = device_fixture_make_update (self);
  g_autoptr (GAsyncResult) result = NULL;
  PawlInstallRequest request = {self->device, update, serials, self->folder, self->meter};

  pawl_install_async (&request, NULL, device_fixture_keep_result, &result);
  device_fixture_wait_for (&result);
  return pawl_install_finish (result, out_reboot_needed, error);
}

/* What a fetch leaves. */
static void
write_payload (DeviceFixture *self, const char *text)
{
  g_autoptr (PawlTarget) target = device_fixture_make_target (self);
  g_autofree char *path = pawl_fetch_make_path (self->folder, target);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static char *
read_steps (DeviceFixture *self)
{
  g_autofree char *path = g_build_filename (self->folder, "steps", NULL);
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);
  return text;
}

#define LOG "echo $PAWL_ECU $1 >> $PAWL_STATE_DIR/../../../steps\n"

static void
test_installs_in_order (DeviceFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *steps = NULL;
  gboolean reboot_needed = FALSE;

  device_fixture_write_command (self, LOG "test \"$(cat <&3)\" = hello || exit 1\n");
  write_payload (self, "hello");
  g_assert_true (install (self, &reboot_needed, &error));
  g_assert_no_error (error);
  g_assert_true (reboot_needed);
  steps = read_steps (self);
  g_assert_cmpstr (steps, ==, "lamp download\nlamp install\nradio download\nradio install\n");
}

static void
test_needs_no_reboot (DeviceFixture *self, gconstpointer data)
{
  gboolean reboot_needed = TRUE;

  device_fixture_write_command (self, "echo reboot-needed=false\n");
  write_payload (self, "hello");
  g_assert_true (install (self, &reboot_needed, NULL));
  g_assert_false (reboot_needed);
}

/* It was genuine when it was fetched; somebody has written to it since. */
static void
test_verifies_again (DeviceFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *steps = NULL;
  gboolean reboot_needed = FALSE;

  device_fixture_write_command (self, LOG);
  write_payload (self, "jello");
  g_assert_false (install (self, &reboot_needed, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NOT_TRUSTED);
  steps = read_steps (self);
  g_assert_null (steps);
  g_assert_null (pawl_progress_meter_get (self->meter));
}

static void
test_tells_what_is_gone (DeviceFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gboolean reboot_needed = FALSE;

  g_assert_false (install (self, &reboot_needed, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NOT_FOUND);
}

static void
test_stops_at_the_first_failure (DeviceFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *steps = NULL;
  gboolean reboot_needed = FALSE;

  device_fixture_write_command (self, LOG "exit 1\n");
  write_payload (self, "hello");
  g_assert_false (install (self, &reboot_needed, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INSTALL);
  steps = read_steps (self);
  g_assert_cmpstr (steps, ==, "lamp download\n");
}

static void
test_needs_a_verifier (DeviceFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  gboolean reboot_needed = FALSE;

  device_fixture_make_device (self, "");
  write_payload (self, "hello");
  g_assert_false (install (self, &reboot_needed, &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NOT_SUPPORTED);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/engine/install/" name, DeviceFixture, NULL, device_fixture_set_up, func,           \
              device_fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("installs-in-order", test_installs_in_order);
  ADD ("needs-no-reboot", test_needs_no_reboot);
  ADD ("verifies-again", test_verifies_again);
  ADD ("tells-what-is-gone", test_tells_what_is_gone);
  ADD ("stops-at-the-first-failure", test_stops_at_the_first_failure);
  ADD ("needs-a-verifier", test_needs_a_verifier);
  return g_test_run ();
}
