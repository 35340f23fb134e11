/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What the server hears: results of updates, and events on the way to them. */
#include "pawl-engine-private.h"

/* ---- sending ---- */

static void
on_sent (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PawlEngine) self = data;
  g_autoptr (GError) error = NULL;
  gint64 retry_after_us = 0;

  self->sending = FALSE;
  if (!pawl_outbox_send_finish (PAWL_OUTBOX (source), result, &retry_after_us, &error))
    pawl_engine_tell_error (self, "report-delayed", error);
  /* Whoever asked in the meantime knows something newer than this failure. */
  if (self->send_again)
    pawl_engine_send_reports (self);
  pawl_engine_refresh (self, "sent");
}

/* What is not accepted goes with the next check. */
void
pawl_engine_send_reports (PawlEngine *self)
{
  PawlVerifier *verifier = self->device != NULL ? pawl_device_get_verifier (self->device) : NULL;

  self->send_again = self->sending;
  if (self->sending || self->stopping || verifier == NULL)
    return;
  self->sending = TRUE;
  pawl_outbox_send_async (self->outbox, verifier, NULL, on_sent, g_object_ref (self));
}

/* ---- events ---- */

static void
on_posted (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PawlEngine) self = data;
  g_autoptr (GError) error = NULL;

  self->posting--;
  if (self->stopping)
    pawl_engine_reconsider (self);
  if (pawl_outbox_add_finish (PAWL_OUTBOX (source), result, &error))
    pawl_engine_send_reports (self);
  else
    g_warning ("an event is not told to the server: %s", error->message);
}

static PawlReport *
make_event (PawlEngine *self, const char *event, const char *serial, gboolean success)
{
  PawlUpdate *update = pawl_engine_get_available (self);
  g_autofree char *id = g_uuid_string_random ();
  g_auto (GVariantDict) members = G_VARIANT_DICT_INIT (NULL);
  g_auto (GVariantDict) details = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&details, "ecu", "s", serial);
  g_variant_dict_insert (&members, "kind", "s", "event");
  g_variant_dict_insert (&members, "id", "s", id);
  g_variant_dict_insert (&members, "event", "s", event);
  g_variant_dict_insert (&members, "time", "x", pawl_time_floor_get_time_us (self->floor));
  g_variant_dict_insert (&members, "update-id", "s", pawl_update_get_id (update));
  g_variant_dict_insert (&members, "correlation-id", "s", pawl_update_get_correlation_id (update));
  g_variant_dict_insert (&members, "success", "b", success);
  g_variant_dict_insert_value (&members, "details", g_variant_dict_end (&details));
  return pawl_report_new_from_variant (g_variant_dict_end (&members), NULL);
}

/* What is tried again is not news. */
static gboolean
is_news (PawlEngine *self, PawlEcuEvent event)
{
  const char *id = pawl_update_get_id (pawl_engine_get_available (self));
  guint bit = 1u << event;

  if (g_strcmp0 (self->told_update, id) != 0)
    {
      g_free (self->told_update);
      self->told_update = g_strdup (id);
      self->told_events = 0;
    }
  if (self->told_events & bit)
    return FALSE;
  self->told_events |= bit;
  return TRUE;
}

/*< private >
 * pawl_engine_post_event:
 * @self: an engine whose update is known
 * @event: what happened
 * @success: how it ended, for the events that have an end
 *
 * For each ECU that has something to do. Nobody waits for it: an event that a power cut prevents is
 * made up for by the report.
 */
void
pawl_engine_post_event (PawlEngine *self, PawlEcuEvent event, gboolean success)
{
  static const char *const names[] = {
    "ecu-download-started",     "ecu-download-completed",     "ecu-installation-started",
    "ecu-installation-applied", "ecu-installation-completed",
  };
  g_auto (GStrv) serials = NULL;

  if (pawl_engine_get_available (self) == NULL || !is_news (self, event) ||
      pawl_device_get_verifier (self->device) == NULL)
    return;
  serials = pawl_engine_dup_serials (self);
  for (guint i = 0; serials[i] != NULL; i++)
    {
      g_autoptr (PawlReport) report = make_event (self, names[event], serials[i], success);

      self->posting++;
      pawl_outbox_add_async (self->outbox, report, on_posted, g_object_ref (self));
    }
}
