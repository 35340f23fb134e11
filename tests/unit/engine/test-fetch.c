/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "device-fixture.h"
#include "pawl-fetch.h"

#include <glib/gstdio.h>
#include <string.h>

static gboolean
fetch (DeviceFixture *self, guint64 reserve_bytes, const char *serial, GError **error)
{
  const char *const serials[] = {serial, "r1", NULL};
  g_autoptr (PawlUpdate) update = device_fixture_make_update (self);
  g_autoptr (GAsyncResult) result = NULL;
  PawlFetchRequest request = {self->device, update,        serials,
                              self->folder, reserve_bytes, self->meter};

  pawl_fetch_async (&request, NULL, device_fixture_keep_result, &result);
  device_fixture_wait_for (&result);
  return pawl_fetch_finish (result, error);
}

static char *
read_payload (DeviceFixture *self)
{
  g_autoptr (PawlTarget) target = device_fixture_make_target (self);
  g_autofree char *path = pawl_fetch_make_path (self->folder, target);
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, NULL);
  return text;
}

/* Two ECUs get the same bytes, which are fetched and kept once. */
static void
test_fetches (DeviceFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  g_assert_true (fetch (self, 0, "l1", &error));
  g_assert_no_error (error);
  text = read_payload (self);
  g_assert_cmpstr (text, ==, "hello");
  g_assert_cmpuint (self->changes, >=, 5);
  g_assert_null (pawl_progress_meter_get (self->meter));
}

static void
test_drops_what_is_not_genuine (DeviceFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  device_fixture_genuine = "other";
  g_assert_false (fetch (self, 0, "l1", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NOT_TRUSTED);
  text = read_payload (self);
  g_assert_null (text);
  g_assert_null (pawl_progress_meter_get (self->meter));
}

static void
test_asks_the_installer_first (DeviceFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;

  device_fixture_write_command (self, "echo too warm >&2; exit 1\n");
  g_assert_false (fetch (self, 0, "l1", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INSTALL);
  text = read_payload (self);
  g_assert_null (text);
}

/* And goes on without a restart when there is room again. */
static void
test_needs_room (DeviceFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (fetch (self, G_MAXINT64, "l1", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NO_SPACE);
  g_assert_nonnull (strstr (error->message, "5 bytes"));
  g_clear_error (&error);
  g_assert_true (fetch (self, 0, "l1", &error));
  g_assert_no_error (error);
}

static void
test_tells_what_is_missing (DeviceFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (fetch (self, 0, "x9", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_ARGUMENT);
  g_assert_nonnull (strstr (error->message, "x9"));
  g_clear_error (&error);
  g_unlink (self->source);
  g_assert_false (fetch (self, 0, "l1", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NOT_FOUND);
}

/* Verifiers default to no, and so does a device without one. */
static void
test_needs_a_verifier (DeviceFixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  device_fixture_make_device (self, "");
  g_assert_false (fetch (self, 0, "l1", &error));
  g_assert_error (error, PAWL_ERROR, PAWL_ERROR_NOT_SUPPORTED);
}

#define ADD(name, func)                                                                            \
  g_test_add ("/engine/fetch/" name, DeviceFixture, NULL, device_fixture_set_up, func,             \
              device_fixture_tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("fetches", test_fetches);
  ADD ("drops-what-is-not-genuine", test_drops_what_is_not_genuine);
  ADD ("asks-the-installer-first", test_asks_the_installer_first);
  ADD ("needs-room", test_needs_room);
  ADD ("tells-what-is-missing", test_tells_what_is_missing);
  ADD ("needs-a-verifier", test_needs_a_verifier);
  return g_test_run ();
}
