/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Events, as the device registry of the ATS family takes them: arrays, several at a time, and fewer
 * when that was too much. */
#include "pawl-uptane-job.h"

#include "pawl-uptane-manifest.h"

#include <string.h>

/* What the engine's words are called there, and whether the event tells how it ended. */
static const struct
{
  const char *word;
  const char *id;
  gboolean has_success;
} types[] = {
  {"ecu-download-started",       "EcuDownloadStarted",       FALSE},
  {"ecu-download-completed",     "EcuDownloadCompleted",     TRUE },
  {"ecu-installation-started",   "EcuInstallationStarted",   FALSE},
  {"ecu-installation-applied",   "EcuInstallationApplied",   FALSE},
  {"ecu-installation-completed", "EcuInstallationCompleted", TRUE },
};

static const char *
find_type (const char *word, gboolean *out_has_success)
{
  for (gsize i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_str_equal (types[i].word, word))
      {
        *out_has_success = types[i].has_success;
        return types[i].id;
      }
  *out_has_success = FALSE;
  return word;
}

static GVariant *
make_details (GVariant *event, gboolean has_success)
{
  g_autoptr (GVariant) details = g_variant_lookup_value (event, "details", G_VARIANT_TYPE_VARDICT);
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (details);
  const char *correlation_id = "";
  gboolean success = FALSE;

  g_variant_lookup (event, "correlation-id", "&s", &correlation_id);
  g_variant_lookup (event, "success", "b", &success);
  if (*correlation_id != '\0')
    g_variant_dict_insert (&dict, "correlationId", "s", correlation_id);
  if (has_success)
    g_variant_dict_insert (&dict, "success", "b", success);
  return g_variant_dict_end (&dict);
}

/* @event is a report of kind `event`. */
static GVariant *
make_event (GVariant *event, gint64 now_us)
{
  const char *word = "";
  const char *id = "";
  gint64 time_us = now_us;
  gboolean has_success = FALSE;
  const char *type;
  g_autofree char *device_time = NULL;
  g_auto (GVariantDict) kind = G_VARIANT_DICT_INIT (NULL);
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  g_variant_lookup (event, "event", "&s", &word);
  g_variant_lookup (event, "id", "&s", &id);
  g_variant_lookup (event, "time", "x", &time_us);
  type = find_type (word, &has_success);
  device_time = pawl_uptane_format_time (time_us);
  g_variant_dict_insert (&kind, "id", "s", type);
  g_variant_dict_insert (&kind, "version", "u", 0);
  g_variant_dict_insert (&dict, "id", "s", id);
  g_variant_dict_insert (&dict, "deviceTime", "s", device_time);
  g_variant_dict_insert_value (&dict, "eventType", g_variant_dict_end (&kind));
  g_variant_dict_insert_value (&dict, "event", make_details (event, has_success));
  return g_variant_dict_end (&dict);
}

static char *
make_events (GPtrArray *events, guint first, guint n, gint64 now_us)
{
  GVariantBuilder builder;
  g_autoptr (GVariant) document = NULL;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < n; i++)
    g_variant_builder_add_value (&builder, make_event (events->pdata[first + i], now_us));
  document = g_variant_ref_sink (g_variant_builder_end (&builder));
  return pawl_tuf_variant_to_json (document);
}

/* (element-type GVariant): of one report or of many. */
static GPtrArray *
list_events (PawlReport *report)
{
  GPtrArray *events = g_ptr_array_new_with_free_func ((GDestroyNotify) g_variant_unref);
  g_autoptr (GVariant) list = pawl_value_lookup (PAWL_VALUE (report), "events");

  if (list == NULL)
    g_ptr_array_add (events, g_variant_ref (pawl_value_to_variant (PAWL_VALUE (report))));
  for (gsize i = 0; list != NULL && i < g_variant_n_children (list); i++)
    g_ptr_array_add (events, g_variant_get_child_value (list, i));
  return events;
}

/*< private >
 * pawl_uptane_send_events:
 * @job: a job with a report of kind `event` or `events`
 * @out_accepted: (out): whether they need not be kept
 * @out_retry_after_s: (out): when to come back
 * @error: return location
 *
 * A server without events answers 404, and one event that is too large stays so: neither is kept.
 * More than one that are too large together go in halves. For a worker.
 *
 * Returns: %TRUE if there was an answer, or nobody to tell
 */
gboolean
pawl_uptane_send_events (PawlUptaneJob *job,
                         gboolean *out_accepted,
                         guint *out_retry_after_s,
                         GError **error)
{
  g_autoptr (GPtrArray) events = list_events (job->report);
  guint size = events->len;
  guint first = 0;

  *out_accepted = TRUE;
  while (*job->events_url != '\0' && *out_accepted && first < events->len)
    {
      guint n = MIN (size, events->len - first);
      g_autofree char *body = make_events (events, first, n, job->now_us);
      g_autoptr (GVariant) answer =
        pawl_tuf_bridge_send (job->director, job->events_url, "POST", body, error);
      guint status;

      if (answer == NULL)
        return FALSE;
      status = pawl_uptane_answer_get_status (answer, out_retry_after_s);
      if (status == 413 && n > 1)
        size = n / 2;
      else
        {
          *out_accepted = pawl_uptane_answer_is_fine (answer) || status == 404 || status == 413;
          first += n;
        }
    }
  return TRUE;
}
