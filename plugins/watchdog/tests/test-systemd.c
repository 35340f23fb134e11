/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* A systemd of our own that has the watchdog, or has not. */
#include "fake-watchdog.h"
#include "pawl-watchdog-confirmer.h"
#include "test-calls.h"
#include "test-context.h"

#include <errno.h>
#include <string.h>

typedef struct
{
  TestContext *context;
  PawlConfirmer *confirmer;
  GTestDBus *bus;
  GDBusConnection *connection;
  guint64 usec; /* RuntimeWatchdogUSec */
  gboolean refuses;
} Fixture;

static const char manager_xml[] =
  "<node><interface name='org.freedesktop.systemd1.Manager'>"
  "<property name='RuntimeWatchdogUSec' type='t' access='readwrite'/></interface></node>";

static GVariant *
get_property (GDBusConnection *connection,
              const char *sender,
              const char *path,
              const char *interface,
              const char *name,
              GError **error,
              gpointer data)
{
  return g_variant_new_uint64 (((Fixture *) data)->usec);
}

static gboolean
set_property (GDBusConnection *connection,
              const char *sender,
              const char *path,
              const char *interface,
              const char *name,
              GVariant *value,
              GError **error,
              gpointer data)
{
  Fixture *self = data;

  if (self->refuses)
    {
      g_set_error_literal (error, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED, "not you");
      return FALSE;
    }
  self->usec = g_variant_get_uint64 (value);
  return TRUE;
}

static void
serve (Fixture *self)
{
  static const GDBusInterfaceVTable vtable = {NULL, get_property, set_property};
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (manager_xml, NULL);
  g_autoptr (GVariant) owned = NULL;
  g_autoptr (GError) error = NULL;

  self->connection =
    g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (self->bus),
                                            G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                              G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                            NULL, NULL, &error);
  g_assert_no_error (error);
  g_dbus_connection_register_object (self->connection, "/org/freedesktop/systemd1",
                                     node->interfaces[0], &vtable, self, NULL, &error);
  g_assert_no_error (error);
  owned =
    g_dbus_connection_call_sync (self->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                 "org.freedesktop.DBus", "RequestName",
                                 g_variant_new ("(su)", "org.freedesktop.systemd1", 0), NULL,
                                 G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
}

static void
set_up (Fixture *self, gconstpointer owner)
{
  g_autoptr (GError) error = NULL;

  fake_watchdog_reset ();
  self->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (self->bus);
  serve (self);
  self->context = test_context_new (g_getenv ("PAWL_WATCHDOG_KEYFILE"));
  test_context_set (self->context, "owner", g_variant_new_string (owner));
  test_context_set (self->context, "sysfs", g_variant_new_string ("/no/such/folder"));
  test_context_set (self->context, "bus-address",
                    g_variant_new_string (g_test_dbus_get_bus_address (self->bus)));
  self->confirmer = g_object_new (PAWL_TYPE_WATCHDOG_CONFIRMER, NULL);
  pawl_watchdog_confirmer_set_system (PAWL_WATCHDOG_CONFIRMER (self->confirmer),
                                      &fake_watchdog_system);
  g_assert_true (pawl_confirmer_set_up (self->confirmer, PAWL_CONTEXT (self->context), &error));
  g_assert_no_error (error);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_object_unref (self->confirmer);
  g_object_unref (self->context);
  g_dbus_connection_close_sync (self->connection, NULL, NULL);
  g_object_unref (self->connection);
  g_test_dbus_stop (self->bus);
  g_object_unref (self->bus);
}

static void
begin (Fixture *self)
{
  g_autoptr (GError) error = NULL;

  test_confirmer_begin (self->confirmer, NULL, &error);
  g_assert_no_error (error);
}

static void
end (Fixture *self, PawlVerdict verdict)
{
  g_autoptr (GError) error = NULL;

  test_confirmer_end (self->confirmer, verdict, &error);
  g_assert_no_error (error);
}

static void
expect_pass (Fixture *self, const char *words)
{
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GError) error = NULL;
  const char *reason = NULL;

  g_assert_cmpint (test_confirmer_check (self->confirmer,
                                         g_variant_new_parsed ("{'progressing': <true>}"), &answer,
                                         &error),
                   ==, PAWL_VERDICT_PASS);
  g_assert_no_error (error);
  g_assert_true (g_variant_lookup (answer, "reason", "&s", &reason));
  g_assert_nonnull (strstr (reason, words));
}

#define SECONDS(n) ((guint64) (n) *G_USEC_PER_SEC)

static void
test_raises (Fixture *self, gconstpointer data)
{
  self->usec = SECONDS (20);
  begin (self);
  g_assert_cmpuint (self->usec, ==, SECONDS (120));
  g_assert_cmpuint (fake_watchdog.opened, ==, 0);
  expect_pass (self, "systemd feeds the watchdog");
  end (self, PAWL_VERDICT_PASS);
  g_assert_cmpuint (self->usec, ==, SECONDS (20));
}

static void
test_keeps_longer (Fixture *self, gconstpointer data)
{
  self->usec = G_MAXUINT64; /* systemd's word for what the hardware has */
  begin (self);
  g_assert_cmpuint (self->usec, ==, G_MAXUINT64);
  end (self, PAWL_VERDICT_PASS);
  g_assert_cmpuint (self->usec, ==, G_MAXUINT64);
}

static void
test_bad_trial_changes_nothing (Fixture *self, gconstpointer data)
{
  self->usec = SECONDS (20);
  begin (self);
  end (self, PAWL_VERDICT_FAIL);
  g_assert_cmpuint (self->usec, ==, SECONDS (120));
}

static void
test_opens_what_systemd_has_not (Fixture *self, gconstpointer data)
{
  begin (self);
  g_assert_true (fake_watchdog.is_open);
  expect_pass (self, "fake is fed");
  end (self, PAWL_VERDICT_PASS);
  g_assert_false (fake_watchdog.running);
  g_assert_cmpuint (self->usec, ==, 0);
}

static void
test_hands_over (Fixture *self, gconstpointer data)
{
  test_context_set (self->context, "after-trial", g_variant_new_string ("systemd"));
  begin (self);
  end (self, PAWL_VERDICT_PASS);
  g_assert_true (fake_watchdog.running);
  g_assert_false (fake_watchdog.is_open);
  g_assert_cmpuint (self->usec, ==, SECONDS (120));
}

static void
test_told_to_use_systemd (Fixture *self, gconstpointer data)
{
  begin (self);
  g_assert_cmpuint (self->usec, ==, SECONDS (120));
  g_assert_cmpuint (fake_watchdog.opened, ==, 0);
  end (self, PAWL_VERDICT_PASS);
  g_assert_cmpuint (self->usec, ==, 0);
}

/* A short timeout is better than none; none is an error. */
static void
test_systemd_refuses (Fixture *self, gconstpointer owner)
{
  g_autoptr (GError) error = NULL;

  self->refuses = TRUE;
  if (g_str_equal (owner, "systemd"))
    {
      g_assert_false (test_confirmer_begin (self->confirmer, NULL, &error));
      g_assert_nonnull (strstr (error->message, "not you"));
      return;
    }
  self->usec = SECONDS (20);
  g_test_expect_message ("pawl-plugin-watchdog", G_LOG_LEVEL_MESSAGE, "*keeps systemd's timeout*");
  begin (self);
  g_test_assert_expected_messages ();
  expect_pass (self, "systemd feeds the watchdog");
  end (self, PAWL_VERDICT_PASS);
  g_assert_cmpuint (self->usec, ==, SECONDS (20));
}

static void
test_rehearsal_changes_nothing (Fixture *self, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  self->usec = SECONDS (20);
  test_confirmer_begin (self->confirmer, g_variant_new_parsed ("{'rehearse': <true>}"), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (self->usec, ==, SECONDS (20));
  g_assert_cmpuint (fake_watchdog.opened, ==, 0);
}

static void
test_no_bus (Fixture *self, gconstpointer owner)
{
  g_autoptr (GError) error = NULL;

  test_context_set (self->context, "bus-address", g_variant_new_string ("unix:path=/no/such/bus"));
  if (g_strcmp0 (owner, "systemd") == 0)
    {
      g_assert_false (test_confirmer_begin (self->confirmer, NULL, &error));
      g_assert_nonnull (strstr (error->message, "bus cannot be reached"));
      return;
    }
  begin (self);
  g_assert_true (fake_watchdog.is_open);
  end (self, PAWL_VERDICT_PASS);
}

#define ADD(name, owner, func)                                                                     \
  g_test_add ("/watchdog/systemd/" name, Fixture, owner, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("raises", "auto", test_raises);
  ADD ("keeps-longer", "auto", test_keeps_longer);
  ADD ("bad-trial-changes-nothing", "auto", test_bad_trial_changes_nothing);
  ADD ("opens-what-systemd-has-not", "auto", test_opens_what_systemd_has_not);
  ADD ("hands-over", "auto", test_hands_over);
  ADD ("told-to-use-systemd", "systemd", test_told_to_use_systemd);
  ADD ("systemd-refuses", "auto", test_systemd_refuses);
  ADD ("systemd-refuses-to-begin", "systemd", test_systemd_refuses);
  ADD ("rehearsal-changes-nothing", "auto", test_rehearsal_changes_nothing);
  ADD ("no-bus", "auto", test_no_bus);
  ADD ("no-bus-but-wanted", "systemd", test_no_bus);
  return g_test_run ();
}
