/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What a Director demands of a vehicle version manifest: every signature, every member, a counter
 * that was never used, and a report that it can read. */
#include "ats-device-private.h"

#include <string.h>

#define UUID "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
#define CORRELATION                                                                                \
  "^(urn:here-ota:(mtu|auto-update):" UUID                                                         \
  "|urn:tdx-ota:(target-spec|update|offline-install):" UUID                                        \
  "|urn:tdx-ota:lockbox:[^:]+:[0-9]+:[0-9a-f]{12})$"
#define TIME   "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$"
#define REPORT "application/vnd.com.here.otac.installationReport.v1"

/* The signature of @key over the canonical form of `signed`. */
static gboolean
check_signature (PawlTufDocument *document,
                 PawlTufValue envelope,
                 const char *where,
                 PawlTufKey *key,
                 GError **error)
{
  PawlTufValue signatures = pawl_tuf_document_get_member (document, envelope, "signatures");
  PawlTufValue part = pawl_tuf_document_get_member (document, envelope, "signed");
  g_autoptr (GBytes) message = NULL;
  g_autofree char *method = NULL;
  g_autofree char *sig = NULL;
  PawlTufValue signature;
  PawlTufIter iter;

  if (!ats_check_members (document, envelope, where, "signatures signed", "", error))
    return FALSE;
  pawl_tuf_iter_init (&iter, document, signatures);
  if (ats_count (document, signatures) != 1 || !pawl_tuf_iter_next (&iter, NULL, &signature))
    return ats_fail (error, 400, "%s: wanted one signature", where);
  if (!ats_check_members (document, signature, where, "keyid method sig", "", error))
    return FALSE;
  method = ats_dup_text (document, signature, "method", 1, 32, error);
  sig = ats_dup_text (document, signature, "sig", 1, 2048, error);
  if (method == NULL || sig == NULL ||
      !ats_check_pattern (method, "^(ed25519|rsassa-pss|rsassa-pss-sha256|ecPrime256v1)$", "method",
                          error) ||
      !ats_check_pattern (sig, "^[A-Za-z0-9+/]+=*$", "sig", error))
    return FALSE;
  message = pawl_tuf_document_canonicalize (document, part, PAWL_TUF_FORM_ATS);
  if (!pawl_tuf_key_verify (key, message, sig))
    return ats_fail (error, 400, "%s: the signature does not fit the registered key", where);
  return TRUE;
}

static gboolean
check_image (PawlTufDocument *document, PawlTufValue image, GError **error)
{
  PawlTufValue info = pawl_tuf_document_get_member (document, image, "fileinfo");
  PawlTufValue hashes = pawl_tuf_document_get_member (document, info, "hashes");
  g_autofree char *path = NULL;
  g_autofree char *sha256 = NULL;
  gint64 length = 0;

  if (!ats_check_members (document, image, "installed_image", "filepath fileinfo", "", error) ||
      !ats_check_members (document, info, "fileinfo", "hashes length", "", error) ||
      !ats_check_members (document, hashes, "hashes", "sha256", "", error))
    return FALSE;
  path = ats_dup_text (document, image, "filepath", 1, 253, error);
  sha256 = ats_dup_text (document, hashes, "sha256", 64, 64, error);
  if (path == NULL || sha256 == NULL ||
      !ats_check_pattern (sha256, "^[0-9a-f]{64}$", "sha256", error))
    return FALSE;
  if (!pawl_tuf_document_get_int (document, pawl_tuf_document_get_member (document, info, "length"),
                                  &length) ||
      length < 0)
    return ats_fail (error, 400, "length is no length");
  return TRUE;
}

static gboolean
check_counter (AtsDevice *self, const char *text, GError **error)
{
  gint64 counter = 0;

  if (!g_ascii_string_to_signed (text, 10, 1, G_MAXINT64, &counter, NULL))
    return ats_fail (error, 400, "report_counter is “%s”, wanted a number as a string", text);
  if (counter <= self->counter)
    return ats_fail (error, 400, "report_counter is %s, and was %" G_GINT64_FORMAT " before", text,
                     self->counter);
  return TRUE;
}

/* @out_counter is that of this manifest. */
static gboolean
check_ecu (AtsDevice *self,
           PawlTufDocument *document,
           const char *serial,
           PawlTufValue envelope,
           gint64 *out_counter,
           GError **error)
{
  PawlTufValue part = pawl_tuf_document_get_member (document, envelope, "signed");
  AtsEcu *ecu = g_hash_table_lookup (self->ecus, serial);
  g_autofree char *found = NULL;
  g_autofree char *counter = NULL;
  g_autofree char *now = NULL;
  g_autofree char *before = NULL;
  g_autofree char *attack = NULL;

  if (ecu == NULL)
    return ats_fail (error, 400, "%s: no such ECU is registered", serial);
  if (!check_signature (document, envelope, serial, ecu->key, error) ||
      !ats_check_members (document, part, serial,
                          "attacks_detected ecu_serial installed_image previous_timeserver_time "
                          "report_counter timeserver_time",
                          "custom", error))
    return FALSE;
  found = ats_dup_text (document, part, "ecu_serial", 1, 64, error);
  counter = ats_dup_text (document, part, "report_counter", 1, 20, error);
  now = ats_dup_text (document, part, "timeserver_time", 20, 20, error);
  before = ats_dup_text (document, part, "previous_timeserver_time", 20, 20, error);
  attack = ats_dup_text (document, part, "attacks_detected", 0, 100, error);
  if (found == NULL || counter == NULL || now == NULL || before == NULL || attack == NULL ||
      !ats_check_pattern (now, TIME, "timeserver_time", error) ||
      !ats_check_pattern (before, TIME, "previous_timeserver_time", error) ||
      !check_counter (self, counter, error))
    return FALSE;
  if (!g_str_equal (found, serial))
    return ats_fail (error, 400, "%s is in the manifest of %s", found, serial);
  *out_counter = MAX (*out_counter, g_ascii_strtoll (counter, NULL, 10));
  return check_image (document, pawl_tuf_document_get_member (document, part, "installed_image"),
                      error);
}

static gboolean
check_ecus (AtsDevice *self, PawlTufDocument *document, PawlTufValue ecus, GError **error)
{
  gint64 counter = self->counter;
  PawlTufValue name;
  PawlTufValue value;
  PawlTufIter iter;

  if (pawl_tuf_document_get_kind (document, ecus) != '{' ||
      ats_count (document, ecus) != g_hash_table_size (self->ecus))
    return ats_fail (error, 400, "ecu_version_manifests: wanted one for each registered ECU");
  pawl_tuf_iter_init (&iter, document, ecus);
  while (pawl_tuf_iter_next (&iter, &name, &value))
    {
      g_autofree char *serial = pawl_tuf_document_dup_string (document, name);

      if (!check_ecu (self, document, serial, value, &counter, error))
        return FALSE;
    }
  self->counter = counter;
  return TRUE;
}

static gboolean
check_result (PawlTufDocument *document, PawlTufValue result, GError **error)
{
  PawlTufValue success = pawl_tuf_document_get_member (document, result, "success");
  g_autofree char *code = NULL;
  g_autofree char *description = NULL;
  gboolean good = FALSE;

  if (!ats_check_members (document, result, "a result", "code description success", "", error))
    return FALSE;
  code = ats_dup_text (document, result, "code", 1, 1024, error);
  description = ats_dup_text (document, result, "description", 0, 65536, error);
  if (code == NULL || description == NULL)
    return FALSE;
  if (!pawl_tuf_document_get_boolean (document, success, &good))
    return ats_fail (error, 400, "success is no boolean");
  return TRUE;
}

static gboolean
check_item (AtsDevice *self, PawlTufDocument *document, PawlTufValue item, GError **error)
{
  g_autofree char *serial = NULL;

  if (!ats_check_members (document, item, "an item", "ecu result", "", error))
    return FALSE;
  serial = ats_dup_text (document, item, "ecu", 1, 64, error);
  if (serial == NULL)
    return FALSE;
  if (!g_hash_table_contains (self->ecus, serial))
    return ats_fail (error, 400, "a result is about %s, which is not registered", serial);
  return check_result (document, pawl_tuf_document_get_member (document, item, "result"), error);
}

static gboolean
check_report (AtsDevice *self, PawlTufDocument *document, PawlTufValue outer, GError **error)
{
  PawlTufValue report = pawl_tuf_document_get_member (document, outer, "report");
  g_autofree char *type = NULL;
  g_autofree char *correlation_id = NULL;
  g_autofree char *raw = NULL;
  PawlTufValue item;
  PawlTufIter iter;

  if (!ats_check_members (document, outer, "installation_report", "content_type report", "", error))
    return FALSE;
  type = ats_dup_text (document, outer, "content_type", 1, 100, error);
  if (g_strcmp0 (type, REPORT) != 0)
    return ats_fail (error, 400, "content_type is %s", type);
  if (!ats_check_members (document, report, "report", "correlation_id items raw_report result", "",
                          error))
    return FALSE;
  correlation_id = ats_dup_text (document, report, "correlation_id", 1, 200, error);
  raw = ats_dup_text (document, report, "raw_report", 0, 1 << 20, error);
  if (raw == NULL || !ats_check_pattern (correlation_id, CORRELATION, "correlation_id", error))
    return FALSE;
  pawl_tuf_iter_init (&iter, document, pawl_tuf_document_get_member (document, report, "items"));
  while (pawl_tuf_iter_next (&iter, NULL, &item))
    if (!check_item (self, document, item, error))
      return FALSE;
  return check_result (document, pawl_tuf_document_get_member (document, report, "result"), error);
}

gboolean
ats_device_take_manifest (AtsDevice *self, GBytes *body, GError **error)
{
  g_autoptr (PawlTufDocument) document = ats_parse (body, error);
  g_autofree char *primary = NULL;
  PawlTufValue part;
  PawlTufValue report;
  AtsEcu *ecu;

  ats_device_begin_poll (self);
  if (document == NULL)
    return FALSE;
  if (self->ecus == NULL)
    return ats_fail (error, 404, "missing_entity");
  part = pawl_tuf_document_get_member (document, pawl_tuf_document_get_root (document), "signed");
  if (!ats_check_members (document, part, "signed", "ecu_version_manifests primary_ecu_serial",
                          "installation_report custom", error))
    return FALSE;
  primary = ats_dup_text (document, part, "primary_ecu_serial", 1, 64, error);
  if (g_strcmp0 (primary, self->primary) != 0)
    return ats_fail (error, 400, "primary_ecu_serial is %s, and %s is registered", primary,
                     self->primary);
  ecu = g_hash_table_lookup (self->ecus, primary);
  if (!check_signature (document, pawl_tuf_document_get_root (document), "the manifest", ecu->key,
                        error) ||
      !check_ecus (self, document,
                   pawl_tuf_document_get_member (document, part, "ecu_version_manifests"), error))
    return FALSE;
  report = pawl_tuf_document_get_member (document, part, "installation_report");
  if (pawl_tuf_value_exists (report) && !check_report (self, document, report, error))
    return FALSE;
  return TRUE;
}
