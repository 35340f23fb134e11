/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Pieces of what the bus says, for people. What is missing or of another type reads as empty: a
 * daemon of another version must not break a screen. */

#include "pawl-show.h"

#include "pawl-format.h"

/* The name that installers give to what they cannot name. */
#define UNKNOWN "unknown"

const char *
pawl_show_string (GVariant *dict, const char *name)
{
  const char *string = "";

  g_variant_lookup (dict, name, "&s", &string);
  return string;
}

gint64
pawl_show_int64 (GVariant *dict, const char *name)
{
  gint64 number = 0;

  g_variant_lookup (dict, name, "x", &number);
  return number;
}

gboolean
pawl_show_boolean (GVariant *dict, const char *name)
{
  gboolean is = FALSE;

  g_variant_lookup (dict, name, "b", &is);
  return is;
}

static guint64
get_uint64 (GVariant *dict, const char *name)
{
  guint64 number = 0;

  g_variant_lookup (dict, name, "t", &number);
  return number;
}

PawlTone
pawl_show_verdict_tone (const char *verdict)
{
  if (g_str_equal (verdict, "pass"))
    return PAWL_TONE_GOOD;
  return g_str_equal (verdict, "fail") ? PAWL_TONE_BAD : PAWL_TONE_WARNING;
}

/* What no update brought has no name: a factory wrote it. */
static char *
show_nameless (GVariant *target, const char *version)
{
  g_autoptr (GVariant) hashes = g_variant_lookup_value (target, "hashes", G_VARIANT_TYPE ("a{ss}"));
  const char *sha256;

  if (*version != '\0')
    return g_strdup_printf ("version %s", version);
  if (hashes != NULL && g_variant_lookup (hashes, "sha256", "&s", &sha256))
    return g_strdup_printf ("sha256 %.12s", sha256);
  return g_strdup (UNKNOWN);
}

/**
 * pawl_show_target:
 * @target: a target's `a{sv}`
 *
 * Returns: (transfer full): its name and, where it says more, its version; without a name its
 *   version, or else the beginning of its hash
 */
char *
pawl_show_target (GVariant *target)
{
  g_autofree char *name = pawl_format_clean (pawl_show_string (target, "name"));
  g_autofree char *version = pawl_format_clean (pawl_show_string (target, "version"));

  if (g_str_equal (name, UNKNOWN))
    return show_nameless (target, version);
  if (*version == '\0' || g_str_equal (version, name))
    return g_steal_pointer (&name);
  return g_strdup_printf ("%s (version %s)", name, version);
}

static void
append_rate (GString *text, GVariant *progress)
{
  guint64 rate = get_uint64 (progress, "rate");
  g_autofree char *size = pawl_format_size (rate);
  gint64 left_s = -1;

  if (rate > 0)
    g_string_append_printf (text, ", %s/s", size);
  if (g_variant_lookup (progress, "time-left-s", "x", &left_s) && left_s >= 0)
    {
      g_autofree char *left = pawl_format_duration (left_s);

      g_string_append_printf (text, ", %s left", left);
    }
}

/**
 * pawl_show_progress:
 * @progress: a progress's `a{sv}`
 *
 * Returns: (transfer full): like `download fw-2 42 %, 12.3 MiB of 29.1 MiB, 1.2 MiB/s, 14 s left`
 */
char *
pawl_show_progress (GVariant *progress)
{
  GString *text = g_string_new (NULL);
  g_autofree char *phase = pawl_format_clean (pawl_show_string (progress, "phase"));
  g_autofree char *target = pawl_format_clean (pawl_show_string (progress, "target"));
  guint64 total = get_uint64 (progress, "bytes-total");
  g_autofree char *done_size = pawl_format_size (get_uint64 (progress, "bytes-done"));
  g_autofree char *total_size = pawl_format_size (total);
  double percent = -1;

  g_string_append (text, phase);
  if (*target != '\0')
    g_string_append_printf (text, " %s", target);
  /* 100 is said only when it is over: rounding must not say it earlier. */
  if (g_variant_lookup (progress, "percent", "d", &percent) && percent >= 0)
    g_string_append_printf (text, " %d %%", (int) CLAMP (percent, 0, 100));
  if (total > 0)
    g_string_append_printf (text, ", %s of %s", done_size, total_size);
  else if (get_uint64 (progress, "bytes-done") > 0)
    g_string_append_printf (text, ", %s", done_size);
  append_rate (text, progress);
  return g_string_free (text, FALSE);
}

/**
 * pawl_show_result:
 * @report: a report's `a{sv}`
 *
 * The code is for servers, which have one word for a failed installation and a failed trial: people
 * get it only when there is no description.
 *
 * Returns: (transfer full): like `success`, or `failed: no space`
 */
char *
pawl_show_result (GVariant *report)
{
  g_autofree char *code = pawl_format_clean (pawl_show_string (report, "code"));
  g_autofree char *description = pawl_format_clean (pawl_show_string (report, "description"));
  GString *text = g_string_new (pawl_show_boolean (report, "success") ? "success" : "failed");

  if (*description != '\0')
    g_string_append_printf (text, ": %s", description);
  else if (*code != '\0' && !g_str_equal (code, "OK"))
    g_string_append_printf (text, ": %s", code);
  return g_string_free (text, FALSE);
}

/**
 * pawl_show_update_name:
 * @update: an update's `a{sv}`
 *
 * Returns: (transfer full): its title, where it has one, and its id
 */
char *
pawl_show_update_name (GVariant *update)
{
  g_autofree char *title = pawl_format_clean (pawl_show_string (update, "title"));
  g_autofree char *id = pawl_format_clean (pawl_show_string (update, "id"));

  return *title == '\0' ? g_steal_pointer (&id) : g_strdup_printf ("%s (id %s)", title, id);
}

/**
 * pawl_show_update:
 * @cli: the run
 * @update: an update's `a{sv}`
 *
 * Prints its notes and a row for each target.
 */
void
pawl_show_update (PawlCli *cli, GVariant *update)
{
  static const char *const TITLES[] = {"  ECU", "TARGET", "VERSION", "SIZE", NULL};
  g_autoptr (PawlTable) table = pawl_table_new (TITLES);
  g_autoptr (GVariant) targets =
    g_variant_lookup_value (update, "targets", G_VARIANT_TYPE ("a{sa{sv}}"));
  g_autofree char *notes = pawl_format_clean (pawl_show_string (update, "notes"));
  gsize n = targets != NULL ? g_variant_n_children (targets) : 0;

  if (*notes != '\0')
    pawl_cli_print (cli, PAWL_TONE_QUIET, "  %s\n", notes);
  for (gsize i = 0; i < n; i++)
    {
      g_autoptr (GVariant) target = NULL;
      g_autofree char *serial = NULL;
      g_autofree char *size = NULL;
      const char *key;

      g_variant_get_child (targets, i, "{&s@a{sv}}", &key, &target);
      serial = g_strdup_printf ("  %s", key);
      size = pawl_format_size (get_uint64 (target, "length"));
      pawl_table_add (table, PAWL_TONE_PLAIN, serial, pawl_show_string (target, "name"),
                      pawl_show_string (target, "version"), size, NULL);
    }
  pawl_cli_print_table (cli, table);
}

/* Whether a rule does not let it pass. */
gboolean
pawl_show_is_held (GVariant *decision)
{
  return !g_str_equal (pawl_show_string (decision, "verdict"), "pass");
}

/* Those of an aa{sv} that @keep; all without it. */
GVariant *
pawl_show_filter (GVariant *list, gboolean (*keep) (GVariant *item))
{
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (gsize i = 0; list != NULL && i < g_variant_n_children (list); i++)
    {
      g_autoptr (GVariant) item = g_variant_get_child_value (list, i);

      if (keep == NULL || keep (item))
        g_variant_builder_add_value (&builder, item);
    }
  return g_variant_ref_sink (g_variant_builder_end (&builder));
}

/* How many rules hold something back. */
guint
pawl_show_count_held (GVariant *decisions)
{
  guint held = 0;

  for (gsize i = 0; i < g_variant_n_children (decisions); i++)
    {
      g_autoptr (GVariant) decision = g_variant_get_child_value (decisions, i);

      held += pawl_show_is_held (decision) ? 1 : 0;
    }
  return held;
}

/**
 * pawl_show_decisions:
 * @cli: the run
 * @decisions: an `aa{sv}`
 * @held_only: whether to leave out the rules that let everything pass
 *
 * Prints a row for each rule.
 */
void
pawl_show_decisions (PawlCli *cli, GVariant *decisions, gboolean held_only)
{
  static const char *const TITLES[] = {"  RULE", "VERDICT", "UNTIL", "REASON", NULL};
  g_autoptr (PawlTable) table = pawl_table_new (TITLES);

  for (gsize i = 0; i < g_variant_n_children (decisions); i++)
    {
      g_autoptr (GVariant) decision = g_variant_get_child_value (decisions, i);
      const char *verdict = pawl_show_string (decision, "verdict");
      const char *message = pawl_show_string (decision, "message");
      const char *reason = pawl_show_string (decision, "reason");
      g_autofree char *rule = g_strdup_printf ("  %s", pawl_show_string (decision, "rule"));
      g_autofree char *until = pawl_format_time (pawl_show_int64 (decision, "until"));
      g_autofree char *why =
        *message == '\0' ? g_strdup (reason) : g_strdup_printf ("%s: %s", reason, message);

      if (!held_only || pawl_show_is_held (decision))
        pawl_table_add (table, pawl_show_verdict_tone (verdict), rule, verdict, until, why, NULL);
    }
  pawl_cli_print_table (cli, table);
}
