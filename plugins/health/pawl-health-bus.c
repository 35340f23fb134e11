/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-health-bus.h"

#include "pawl-health-journal.h"

/* systemd and the bus answer from memory. */
#define CALL_TIMEOUT_MS (20 * 1000)

#define SYSTEMD_NAME      "org.freedesktop.systemd1"
#define SYSTEMD_PATH      "/org/freedesktop/systemd1"
#define SYSTEMD_INTERFACE "org.freedesktop.systemd1.Manager"
#define BUS_NAME          "org.freedesktop.DBus"
#define BUS_PATH          "/org/freedesktop/DBus"

/* What systemd says about units (org.freedesktop.systemd1, ListUnitsByNames). */
#define UNITS_TYPE "(a(ssssssouso))"

typedef struct
{
  PawlHealthRound *round; /* (owned) */
  char *name;             /* (owned) (nullable) */
  gsize count;            /* of units that were asked for */
} Job;

static Job *
job_new (PawlHealthRound *round, const char *name)
{
  Job *job = g_new0 (Job, 1);

  job->round = pawl_health_round_ref (round);
  job->name = g_strdup (name);
  return job;
}

static void
job_free (Job *job)
{
  pawl_health_round_unref (job->round);
  g_free (job->name);
  g_free (job);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Job, job_free)

/* ---- units ---- */

static void
judge_unit (PawlHealthRound *round,
            const char *name,
            const char *load,
            const char *active,
            const char *sub)
{
  PawlVerdict verdict = PAWL_VERDICT_NOT_YET;

  if (g_str_equal (active, "active"))
    verdict = PAWL_VERDICT_PASS;
  else if (g_str_equal (active, "failed") || !g_str_equal (load, "loaded"))
    verdict = PAWL_VERDICT_FAIL;
  if (g_str_equal (load, "loaded"))
    pawl_health_round_add (round, "unit", name, TRUE, verdict, "it is %s (%s)", active, sub);
  else
    pawl_health_round_add (round, "unit", name, TRUE, verdict, "it is %s (%s), its file is %s",
                           active, sub, load);
  if (verdict == PAWL_VERDICT_FAIL)
    pawl_health_read_journal (round, name);
}

static void
on_units (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Job) job = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
    g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autoptr (GVariantIter) units = NULL;
  gsize missing = job->count;
  const char *name;
  const char *load;
  const char *active;
  const char *sub;

  if (answer == NULL)
    {
      g_dbus_error_strip_remote_error (error);
      pawl_health_round_add (job->round, "unit", "systemd", TRUE, PAWL_VERDICT_NOT_YET,
                             "it does not answer: %s", error->message);
      return;
    }
  g_variant_get (answer, UNITS_TYPE, &units);
  missing -= MIN (missing, g_variant_iter_n_children (units));
  /* A unit that systemd leaves out must not count as one that is well. */
  if (missing > 0)
    pawl_health_round_add (job->round, "unit", "systemd", TRUE, PAWL_VERDICT_NOT_YET,
                           "it says nothing about %" G_GSIZE_FORMAT " of the units", missing);
  while (g_variant_iter_loop (units, "(&ss&s&s&ssouso)", &name, NULL, &load, &active, &sub, NULL,
                              NULL, NULL, NULL, NULL))
    judge_unit (job->round, name, load, active, sub);
}

static void
on_failed_units (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Job) job = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
    g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  g_autoptr (GVariantIter) units = NULL;
  g_autoptr (GString) names = g_string_new (NULL);
  const char *name;

  if (answer == NULL)
    {
      g_dbus_error_strip_remote_error (error);
      pawl_health_round_add (job->round, "no-failed-units", "systemd", TRUE, PAWL_VERDICT_NOT_YET,
                             "it does not answer: %s", error->message);
      return;
    }
  g_variant_get (answer, UNITS_TYPE, &units);
  while (g_variant_iter_loop (units, "(&ssssssouso)", &name, NULL, NULL, NULL, NULL, NULL, NULL,
                              NULL, NULL, NULL))
    {
      g_string_append_printf (names, " %s", name);
      pawl_health_read_journal (job->round, name);
    }
  if (names->len == 0)
    pawl_health_round_add (job->round, "no-failed-units", "systemd", TRUE, PAWL_VERDICT_PASS,
                           "no unit has failed");
  else
    pawl_health_round_add (job->round, "no-failed-units", "systemd", TRUE, PAWL_VERDICT_FAIL,
                           "failed:%s", names->str);
}

static void
call_systemd (GDBusConnection *connection,
              PawlHealthRound *round,
              const char *method,
              char **words,
              GAsyncReadyCallback callback)
{
  Job *job = job_new (round, NULL);

  job->count = g_strv_length (words);
  g_dbus_connection_call (connection, SYSTEMD_NAME, SYSTEMD_PATH, SYSTEMD_INTERFACE, method,
                          g_variant_new ("(^as)", words), G_VARIANT_TYPE (UNITS_TYPE),
                          G_DBUS_CALL_FLAGS_NO_AUTO_START, CALL_TIMEOUT_MS,
                          pawl_health_round_get_cancellable (round), callback, job);
}

/* ---- names ---- */

static void
on_owned (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Job) job = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
    g_dbus_connection_call_finish (G_DBUS_CONNECTION (source), result, &error);
  gboolean owned = FALSE;

  if (answer != NULL)
    g_variant_get (answer, "(b)", &owned);
  if (error != NULL)
    g_dbus_error_strip_remote_error (error);
  pawl_health_round_add (job->round, "bus-name", job->name, TRUE,
                         owned ? PAWL_VERDICT_PASS : PAWL_VERDICT_NOT_YET, "%s",
                         error != NULL ? error->message
                         : owned       ? "it is owned"
                                       : "nobody owns it");
}

static void
check_name (GDBusConnection *connection, PawlHealthRound *round, const char *name)
{
  g_dbus_connection_call (connection, BUS_NAME, BUS_PATH, BUS_NAME, "NameHasOwner",
                          g_variant_new ("(s)", name), G_VARIANT_TYPE ("(b)"),
                          G_DBUS_CALL_FLAGS_NONE, CALL_TIMEOUT_MS,
                          pawl_health_round_get_cancellable (round), on_owned,
                          job_new (round, name));
}

/* ---- the connection ---- */

static void
check_all (GDBusConnection *connection, PawlHealthRound *round)
{
  PawlContext *context = pawl_health_round_get_context (round);
  g_auto (GStrv) units = pawl_context_dup_strv (context, "units");
  g_auto (GStrv) names = pawl_context_dup_strv (context, "bus-names");
  char *failed[] = {(char *) "failed", NULL};

  if (units[0] != NULL)
    call_systemd (connection, round, "ListUnitsByNames", units, on_units);
  if (pawl_context_get_boolean (context, "no-failed-units"))
    call_systemd (connection, round, "ListUnitsFiltered", failed, on_failed_units);
  for (guint i = 0; names[i] != NULL; i++)
    check_name (connection, round, names[i]);
}

static void
on_connected (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Job) job = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) connection =
    source == NULL ? g_bus_get_finish (result, &error)
                   : g_dbus_connection_new_for_address_finish (result, &error);

  if (connection == NULL)
    pawl_health_round_add (job->round, "bus", "bus", TRUE, PAWL_VERDICT_NOT_YET,
                           "it cannot be reached: %s", error->message);
  else
    check_all (connection, job->round);
}

static gboolean
is_needed (PawlContext *context)
{
  g_auto (GStrv) units = pawl_context_dup_strv (context, "units");
  g_auto (GStrv) names = pawl_context_dup_strv (context, "bus-names");

  return units[0] != NULL || names[0] != NULL ||
         pawl_context_get_boolean (context, "no-failed-units");
}

void
pawl_health_check_bus (PawlHealthRound *round)
{
  PawlContext *context = pawl_health_round_get_context (round);
  const char *address = pawl_context_get_string (context, "bus-address");
  GCancellable *cancellable = pawl_health_round_get_cancellable (round);

  if (!is_needed (context))
    return;
  if (*address == '\0')
    g_bus_get (G_BUS_TYPE_SYSTEM, cancellable, on_connected, job_new (round, NULL));
  else
    g_dbus_connection_new_for_address (address,
                                       G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                         G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                       NULL, cancellable, on_connected, job_new (round, NULL));
}
