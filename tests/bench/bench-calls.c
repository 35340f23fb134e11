/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What a call of the daemon costs beside the same call of the most trivial service that GDBus can
 * be: one that keeps its answers ready.
 *
 *   bench-calls serve ADDRESS     answers every property as pawld did when it was asked once
 *   bench-calls measure ADDRESS   asks both in turns; prints microseconds and the ratio
 */
#include "pawl-dbus.h"

#include <gio/gio.h>
#include <stdlib.h>
#include <string.h>

#define PAWL_BUS_NAME  "org.pawl.Update1"
#define PAWL_BUS_PATH  "/org/pawl/Update1"
#define TRIVIAL_NAME   "org.pawl.bench.Trivial"
#define PROPERTIES     "org.freedesktop.DBus.Properties"
#define ROUNDS         40
#define CALLS_IN_ROUND 250

static GVariant *
call (GDBusConnection *bus, const char *name, const char *method, GVariant *arguments)
{
  g_autoptr (GError) error = NULL;
  GVariant *answer =
    g_dbus_connection_call_sync (bus, name, PAWL_BUS_PATH, PROPERTIES, method, arguments, NULL,
                                 G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);

  if (answer == NULL)
    g_error ("%s %s: %s", name, method, error->message);
  return answer;
}

static GVariant *
read_all (GDBusConnection *bus, const char *name)
{
  return call (bus, name, "GetAll", g_variant_new ("(s)", PAWL_BUS_NAME));
}

static GVariant *
read_one (GDBusConnection *bus, const char *name)
{
  return call (bus, name, "Get", g_variant_new ("(ss)", PAWL_BUS_NAME, "State"));
}

/* ---- the trivial service ---- */

static GVariant *
get_property (GDBusConnection *bus,
              const char *sender,
              const char *path,
              const char *interface,
              const char *name,
              GError **error,
              gpointer data)
{
  return g_variant_ref (g_hash_table_lookup (data, name));
}

static const GDBusInterfaceVTable vtable = {NULL, get_property, NULL, {0}};

static GHashTable *
copy_answers (GDBusConnection *bus)
{
  GHashTable *values =
    g_hash_table_new_full (g_str_hash, g_str_equal, g_free, (GDestroyNotify) g_variant_unref);
  g_autoptr (GVariant) answer = read_all (bus, PAWL_BUS_NAME);
  g_autoptr (GVariantIter) all = NULL;
  GVariant *value;
  char *name;

  g_variant_get (answer, "(a{sv})", &all);
  while (g_variant_iter_next (all, "{sv}", &name, &value))
    g_hash_table_insert (values, name, value);
  return values;
}

static int
serve (GDBusConnection *bus)
{
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  g_autoptr (GHashTable) values = copy_answers (bus);

  g_dbus_connection_register_object (bus, PAWL_BUS_PATH, pawl_dbus_update1_interface_info (),
                                     &vtable, values, NULL, NULL);
  g_bus_own_name_on_connection (bus, TRIVIAL_NAME, G_BUS_NAME_OWNER_FLAGS_NONE, NULL, NULL, NULL,
                                NULL);
  g_main_loop_run (loop);
  return EXIT_SUCCESS;
}

/* ---- the measurement ---- */

typedef GVariant *(*Read) (GDBusConnection *bus, const char *name);

static double
time_round (GDBusConnection *bus, const char *name, Read read)
{
  gint64 begin_us = g_get_monotonic_time ();

  for (guint i = 0; i < CALLS_IN_ROUND; i++)
    g_variant_unref (read (bus, name));
  return (double) (g_get_monotonic_time () - begin_us) / CALLS_IN_ROUND;
}

static int
compare (gconstpointer a, gconstpointer b)
{
  double difference = *(const double *) a - *(const double *) b;

  return (difference > 0) - (difference < 0);
}

/* In turns, and the median of them: what else the machine does hits both alike. */
static void
measure (GDBusConnection *bus, const char *what, Read read)
{
  double pawl[ROUNDS];
  double trivial[ROUNDS];
  double ratio[ROUNDS];

  time_round (bus, PAWL_BUS_NAME, read);
  time_round (bus, TRIVIAL_NAME, read);
  for (guint i = 0; i < ROUNDS; i++)
    {
      pawl[i] = time_round (bus, PAWL_BUS_NAME, read);
      trivial[i] = time_round (bus, TRIVIAL_NAME, read);
      ratio[i] = pawl[i] / trivial[i];
    }
  qsort (pawl, ROUNDS, sizeof *pawl, compare);
  qsort (trivial, ROUNDS, sizeof *trivial, compare);
  qsort (ratio, ROUNDS, sizeof *ratio, compare);
  g_print ("%-20s pawld %7.1f us   trivial service %7.1f us   ratio %.2f\n", what, pawl[ROUNDS / 2],
           trivial[ROUNDS / 2], ratio[ROUNDS / 2]);
}

int
main (int argc, char **argv)
{
  g_autoptr (GDBusConnection) bus = NULL;
  g_autoptr (GError) error = NULL;

  if (argc != 3)
    {
      g_printerr ("usage: bench-calls serve|measure ADDRESS\n");
      return 2;
    }
  bus = g_dbus_connection_new_for_address_sync (argv[2],
                                                G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                                  G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                                NULL, NULL, &error);
  if (bus == NULL)
    g_error ("%s", error->message);
  if (g_str_equal (argv[1], "serve"))
    return serve (bus);
  measure (bus, "property read", read_one);
  measure (bus, "status", read_all);
  return EXIT_SUCCESS;
}
