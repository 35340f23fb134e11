/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What the device registry demands of events and of what a device says about itself. */
#include "ats-device-private.h"

#define UUID "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"
#define TIME "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"

/* Which members each kind of event has. */
static const struct
{
  const char *id;
  const char *required;
  const char *optional;
} kinds[] = {
  {"EcuDownloadStarted",       "ecu",           "correlationId"},
  {"EcuDownloadCompleted",     "ecu success",   "correlationId"},
  {"EcuInstallationStarted",   "ecu",           "correlationId"},
  {"EcuInstallationApplied",   "ecu",           "correlationId"},
  {"EcuInstallationCompleted", "ecu success",   "correlationId"},
  {"DevicePaused",             "correlationId", ""             },
  {"DeviceResumed",            "correlationId", ""             },
  {"campaign_accepted",        "campaignId",    ""             },
  {"campaign_declined",        "campaignId",    ""             },
  {"campaign_postponed",       "campaignId",    ""             },
};

static gboolean
check_type (PawlTufDocument *document, PawlTufValue type, gsize *out_kind, GError **error)
{
  g_autofree char *id = NULL;
  gint64 version = -1;

  if (!ats_check_members (document, type, "eventType", "id version", "", error))
    return FALSE;
  id = ats_dup_text (document, type, "id", 1, 100, error);
  if (id == NULL)
    return FALSE;
  if (!pawl_tuf_document_get_int (document,
                                  pawl_tuf_document_get_member (document, type, "version"),
                                  &version) ||
      version != 0)
    return ats_fail (error, 400, "the version of an event is not 0");
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_equal (kinds[i].id, id))
      {
        *out_kind = i;
        return TRUE;
      }
  return ats_fail (error, 400, "nobody knows events of type %s", id);
}

static gboolean
check_details (AtsDevice *self,
               PawlTufDocument *document,
               PawlTufValue details,
               gsize kind,
               GError **error)
{
  g_autofree char *ecu =
    pawl_tuf_document_dup_string (document,
                                  pawl_tuf_document_get_member (document, details, "ecu"));
  g_autofree char *correlation_id =
    pawl_tuf_document_dup_string (document, pawl_tuf_document_get_member (document, details,
                                                                          "correlationId"));

  if (!ats_check_members (document, details, kinds[kind].id, kinds[kind].required,
                          kinds[kind].optional, error))
    return FALSE;
  if (ecu != NULL && (self->ecus == NULL || !g_hash_table_contains (self->ecus, ecu)))
    return ats_fail (error, 400, "an event is about %s, which is not registered", ecu);
  if (correlation_id != NULL && *correlation_id == '\0')
    return ats_fail (error, 400, "correlationId is empty");
  return TRUE;
}

static gboolean
take_event (AtsDevice *self, PawlTufDocument *document, PawlTufValue event, GError **error)
{
  g_autofree char *id = NULL;
  g_autofree char *time = NULL;
  gsize kind = 0;

  if (!ats_check_members (document, event, "an event", "deviceTime event eventType id", "", error))
    return FALSE;
  id = ats_dup_text (document, event, "id", 36, 36, error);
  time = ats_dup_text (document, event, "deviceTime", 20, 20, error);
  if (!ats_check_pattern (id, UUID, "id", error) ||
      !ats_check_pattern (time, TIME, "deviceTime", error) ||
      !check_type (document, pawl_tuf_document_get_member (document, event, "eventType"), &kind,
                   error) ||
      !check_details (self, document, pawl_tuf_document_get_member (document, event, "event"), kind,
                      error))
    return FALSE;
  if (!g_hash_table_add (self->events, g_steal_pointer (&id)))
    self->repeated++;
  return TRUE;
}

gboolean
ats_device_take_events (AtsDevice *self, GBytes *body, GError **error)
{
  PawlTufValue list;
  g_autoptr (PawlTufDocument) document = ats_parse_array (body, &list, error);
  PawlTufValue event;
  PawlTufIter iter;

  if (document == NULL)
    return FALSE;
  if (ats_count (document, list) == 0)
    return ats_fail (error, 400, "no event");
  pawl_tuf_iter_init (&iter, document, list);
  while (pawl_tuf_iter_next (&iter, NULL, &event))
    if (!take_event (self, document, event, error))
      return FALSE;
  return TRUE;
}

/* ---- what the device says about itself ---- */

gboolean
ats_check_system_info (GBytes *body, GError **error)
{
  g_autoptr (PawlTufDocument) document = ats_parse (body, error);

  if (document == NULL)
    return FALSE;
  return pawl_tuf_document_get_kind (document, pawl_tuf_document_get_root (document)) == '{' ||
         ats_fail (error, 400, "system_info is no object");
}

gboolean
ats_check_network (GBytes *body, GError **error)
{
  g_autoptr (PawlTufDocument) document = ats_parse (body, error);
  PawlTufValue root;
  g_autofree char *mac = NULL;
  g_autofree char *address = NULL;

  if (document == NULL)
    return FALSE;
  root = pawl_tuf_document_get_root (document);
  if (!ats_check_members (document, root, "network", "hostname local_ipv4 mac", "", error))
    return FALSE;
  mac = ats_dup_text (document, root, "mac", 0, 17, error);
  address = ats_dup_text (document, root, "local_ipv4", 0, 15, error);
  return mac != NULL && address != NULL &&
         ats_check_pattern (mac, "^([0-9a-f]{2}(:[0-9a-f]{2}){5})?$", "mac", error) &&
         ats_check_pattern (address, "^([0-9]+(\\.[0-9]+){3})?$", "local_ipv4", error);
}

gboolean
ats_check_installed (GBytes *body, GError **error)
{
  PawlTufValue list;
  g_autoptr (PawlTufDocument) document = ats_parse_array (body, &list, error);
  PawlTufValue package;
  PawlTufIter iter;

  if (document == NULL)
    return FALSE;
  pawl_tuf_iter_init (&iter, document, list);
  while (pawl_tuf_iter_next (&iter, NULL, &package))
    if (!ats_check_members (document, package, "a package", "name version", "", error))
      return FALSE;
  return TRUE;
}
