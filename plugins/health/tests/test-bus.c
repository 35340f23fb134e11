/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "fixture.h"

#include <string.h>

/* A bus of our own with a systemd of our own on it. */
typedef struct
{
  Fixture fixture; /* first: what the shared functions take */
  GTestDBus *bus;
  GDBusConnection *connection;
  const char *units; /* what systemd knows, as text of `a(ssss)`: name, load, active, sub */
} BusFixture;

static const char manager_xml[] = "<node><interface name='org.freedesktop.systemd1.Manager'>"
                                  "<method name='ListUnitsByNames'><arg type='as' direction='in'/>"
                                  "<arg type='a(ssssssouso)' direction='out'/></method>"
                                  "<method name='ListUnitsFiltered'><arg type='as' direction='in'/>"
                                  "<arg type='a(ssssssouso)' direction='out'/></method>"
                                  "</interface></node>";

static gboolean
is_wanted (const char *method, char **words, const char *name, const char *active)
{
  if (g_str_equal (method, "ListUnitsByNames"))
    return g_strv_contains ((const char *const *) words, name);
  return g_strv_contains ((const char *const *) words, active);
}

static void
on_call (GDBusConnection *connection,
         const char *sender,
         const char *path,
         const char *interface,
         const char *method,
         GVariant *arguments,
         GDBusMethodInvocation *invocation,
         gpointer data)
{
  BusFixture *self = data;
  g_auto (GVariantBuilder) found = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a(ssssssouso)"));
  g_autoptr (GVariant) known =
    g_variant_parse (G_VARIANT_TYPE ("a(ssss)"), self->units, NULL, NULL, NULL);
  g_auto (GStrv) words = NULL;
  GVariantIter iter;
  const char *name, *load, *active, *sub;

  g_assert_nonnull (known);
  g_variant_get (arguments, "(^as)", &words);
  g_variant_iter_init (&iter, known);
  while (g_variant_iter_next (&iter, "(&s&s&s&s)", &name, &load, &active, &sub))
    if (is_wanted (method, words, name, active))
      g_variant_builder_add (&found, "(ssssssouso)", name, "", load, active, sub, "", "/", 0, "",
                             "/");
  g_dbus_method_invocation_return_value (invocation, g_variant_new ("(a(ssssssouso))", &found));
}

static void
serve (BusFixture *self)
{
  static const GDBusInterfaceVTable vtable = {.method_call = on_call};
  g_autoptr (GDBusNodeInfo) node = g_dbus_node_info_new_for_xml (manager_xml, NULL);
  g_autoptr (GVariant) owned = NULL;
  g_autoptr (GError) error = NULL;

  self->connection =
    g_dbus_connection_new_for_address_sync (g_test_dbus_get_bus_address (self->bus),
                                            G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                              G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                            NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_dbus_connection_register_object (self->connection,
                                                       "/org/freedesktop/systemd1",
                                                       node->interfaces[0], &vtable, self, NULL,
                                                       &error),
                    !=, 0);
  owned =
    g_dbus_connection_call_sync (self->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                 "org.freedesktop.DBus", "RequestName",
                                 g_variant_new ("(su)", "org.freedesktop.systemd1", 0), NULL,
                                 G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
}

static void
set_up (BusFixture *self, gconstpointer data)
{
  fixture_set_up (&self->fixture, data);
  self->bus = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (self->bus);
  serve (self);
  self->units = "[]";
  test_context_set (self->fixture.context, "bus-address",
                    g_variant_new_string (g_test_dbus_get_bus_address (self->bus)));
}

static void
tear_down (BusFixture *self, gconstpointer data)
{
  g_dbus_connection_close_sync (self->connection, NULL, NULL);
  g_clear_object (&self->connection);
  g_test_dbus_stop (self->bus);
  g_object_unref (self->bus);
  fixture_tear_down (&self->fixture, data);
}

static void
set_list (BusFixture *self, const char *key, const char *first, const char *second)
{
  const char *list[] = {first, second, NULL};

  test_context_set (self->fixture.context, key, g_variant_new_strv (list, -1));
}

/* Prints what it was asked for. */
static void
set_journalctl (BusFixture *self)
{
  g_autofree char *path = g_build_filename (self->fixture.folder, "journalctl", NULL);

  fixture_write (&self->fixture, "journalctl", "echo \"line of $*\"");
  test_context_set (self->fixture.context, "journalctl", g_variant_new_string (path));
}

static char *
dup_journal (BusFixture *self, const char *unit)
{
  g_autoptr (GVariant) details =
    g_variant_lookup_value (self->fixture.answer, "details", G_VARIANT_TYPE_VARDICT);
  g_autoptr (GVariant) journal =
    g_variant_lookup_value (details, "journal", G_VARIANT_TYPE_VARDICT);
  char *text = NULL;

  g_variant_lookup (journal, unit, "s", &text);
  return text;
}

static void
test_active_units (BusFixture *self, gconstpointer data)
{
  self->units = "[('a.service', 'loaded', 'active', 'running'),"
                " ('b.target', 'loaded', 'active', 'active')]";
  set_list (self, "units", "a.service", "b.target");
  fixture_expect (&self->fixture, PAWL_VERDICT_PASS, "all 2 checks passed");
  fixture_expect_result (&self->fixture, "a.service", "pass", "it is active (running)");
}

static void
test_starting_unit (BusFixture *self, gconstpointer data)
{
  self->units = "[('a.service', 'loaded', 'activating', 'auto-restart')]";
  set_list (self, "units", "a.service", NULL);
  fixture_expect (&self->fixture, PAWL_VERDICT_NOT_YET, "a.service: it is activating");
  self->units = "[('a.service', 'loaded', 'inactive', 'dead')]";
  fixture_expect (&self->fixture, PAWL_VERDICT_NOT_YET, "it is inactive (dead)");
}

static void
test_failed_unit (BusFixture *self, gconstpointer data)
{
  g_autofree char *journal = NULL;

  self->units = "[('a.service', 'loaded', 'failed', 'failed'),"
                " ('b.service', 'loaded', 'active', 'running')]";
  set_list (self, "units", "a.service", "b.service");
  set_journalctl (self);
  fixture_expect (&self->fixture, PAWL_VERDICT_FAIL, "a.service: it is failed (failed)");
  fixture_expect_result (&self->fixture, "b.service", "pass", "running");
  journal = dup_journal (self, "a.service");
  g_assert_nonnull (strstr (journal, "--lines=20"));
  g_assert_nonnull (strstr (journal, "--unit=a.service"));
  g_assert_null (dup_journal (self, "b.service"));
}

static void
test_unknown_unit (BusFixture *self, gconstpointer data)
{
  self->units = "[('a.service', 'not-found', 'inactive', 'dead')]";
  set_list (self, "units", "a.service", NULL);
  fixture_expect (&self->fixture, PAWL_VERDICT_FAIL, "its file is not-found");
}

/* Nothing said is nothing good. */
static void
test_unit_left_out (BusFixture *self, gconstpointer data)
{
  self->units = "[('a.service', 'loaded', 'active', 'running')]";
  set_list (self, "units", "a.service", "b.service");
  fixture_expect (&self->fixture, PAWL_VERDICT_NOT_YET, "nothing about 1 of the units");
}

static void
test_any_failed_unit (BusFixture *self, gconstpointer data)
{
  g_autofree char *journal = NULL;

  test_context_set (self->fixture.context, "no-failed-units", g_variant_new_boolean (TRUE));
  set_journalctl (self);
  self->units = "[('a.service', 'loaded', 'active', 'running')]";
  fixture_expect (&self->fixture, PAWL_VERDICT_PASS, "all 1 checks passed");
  self->units = "[('x.mount', 'loaded', 'failed', 'failed')]";
  fixture_expect (&self->fixture, PAWL_VERDICT_FAIL, "failed: x.mount");
  journal = dup_journal (self, "x.mount");
  g_assert_nonnull (journal);
}

static void
test_journal_is_cut (BusFixture *self, gconstpointer data)
{
  g_autofree char *journal = NULL;

  self->units = "[('a.service', 'loaded', 'failed', 'failed')]";
  set_list (self, "units", "a.service", NULL);
  set_journalctl (self);
  fixture_write (&self->fixture, "journalctl",
                 "i=0; while [ $i -lt 2000 ]; do echo \"line $i\"; i=$((i + 1)); done; echo end");
  fixture_expect (&self->fixture, PAWL_VERDICT_FAIL, "a.service");
  journal = dup_journal (self, "a.service");
  g_assert_cmpuint (strlen (journal), <=, 8192);
  g_assert_true (g_str_has_suffix (journal, "\nend\n"));
}

static void
test_without_journal (BusFixture *self, gconstpointer data)
{
  self->units = "[('a.service', 'loaded', 'failed', 'failed')]";
  set_list (self, "units", "a.service", NULL);
  test_context_set (self->fixture.context, "journalctl", g_variant_new_string ("/no/such/file"));
  fixture_expect (&self->fixture, PAWL_VERDICT_FAIL, "a.service");
  g_assert_null (dup_journal (self, "a.service"));
  set_journalctl (self);
  test_context_set (self->fixture.context, "journal-lines", g_variant_new_int64 (0));
  fixture_expect (&self->fixture, PAWL_VERDICT_FAIL, "a.service");
  g_assert_null (dup_journal (self, "a.service"));
}

static void
test_names (BusFixture *self, gconstpointer data)
{
  set_list (self, "bus-names", "org.freedesktop.systemd1", NULL);
  fixture_expect (&self->fixture, PAWL_VERDICT_PASS, "all 1 checks passed");
  set_list (self, "bus-names", "org.freedesktop.systemd1", "org.example.Nobody");
  fixture_expect (&self->fixture, PAWL_VERDICT_NOT_YET, "org.example.Nobody: nobody owns it");
  fixture_expect_result (&self->fixture, "systemd1", "pass", "it is owned");
}

static void
test_no_bus (BusFixture *self, gconstpointer data)
{
  set_list (self, "bus-names", "org.freedesktop.systemd1", NULL);
  test_context_set (self->fixture.context, "bus-address",
                    g_variant_new_string ("unix:path=/no/such/bus"));
  fixture_expect (&self->fixture, PAWL_VERDICT_NOT_YET, "cannot be reached");
}

static void
test_no_systemd (BusFixture *self, gconstpointer data)
{
  g_autoptr (GVariant) released =
    g_dbus_connection_call_sync (self->connection, "org.freedesktop.DBus", "/org/freedesktop/DBus",
                                 "org.freedesktop.DBus", "ReleaseName",
                                 g_variant_new ("(s)", "org.freedesktop.systemd1"), NULL,
                                 G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);

  g_assert_nonnull (released);
  set_list (self, "units", "a.service", NULL);
  fixture_expect (&self->fixture, PAWL_VERDICT_NOT_YET, "systemd: it does not answer");
}

#define ADD(name, func) g_test_add ("/health/bus/" name, BusFixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("active-units", test_active_units);
  ADD ("starting-unit", test_starting_unit);
  ADD ("failed-unit", test_failed_unit);
  ADD ("unknown-unit", test_unknown_unit);
  ADD ("unit-left-out", test_unit_left_out);
  ADD ("any-failed-unit", test_any_failed_unit);
  ADD ("journal-is-cut", test_journal_is_cut);
  ADD ("without-journal", test_without_journal);
  ADD ("names", test_names);
  ADD ("no-bus", test_no_bus);
  ADD ("no-systemd", test_no_systemd);
  return g_test_run ();
}
