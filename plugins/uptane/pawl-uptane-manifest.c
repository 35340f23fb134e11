/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What a Primary tells the Director about itself (Uptane 2.1, 5.4.2.1), in the ATS dialect. A
 * server cancels all assignments of a device whose report it cannot read, so what may not fit is
 * left out. */
#include "pawl-uptane-manifest.h"

#include <string.h>

#define REPORT_TYPE "application/vnd.com.here.otac.installationReport.v1"
/* Of nothing: what an ECU runs that does not know it. */
#define NO_HASH "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

/* ---- signing ---- */

/* Uptane 2.1, 5.4.2.1.1. Servers of the ATS dialect know neither member. */
static void
add_hash (GVariantDict *entry, GBytes *message)
{
  g_autofree char *hash = pawl_tuf_hash ("sha256", message);

  g_variant_dict_insert (entry, "hash", "s", hash);
  g_variant_dict_insert (entry, "hash_function", "s", "sha256");
}

/* (transfer full): {"signatures": […], "signed": @signed_part}. */
static GVariant *
sign (const PawlUptaneManifest *manifest,
      GVariant *signed_part,
      PawlTufSigner *signer,
      GError **error)
{
  g_autoptr (GVariant) part = g_variant_ref_sink (signed_part);
  g_autofree char *text = pawl_tuf_variant_to_json (part);
  g_autoptr (GBytes) message = g_bytes_new (text, strlen (text));
  g_autoptr (GBytes) signature = pawl_tuf_signer_sign (signer, message, error);
  g_autofree char *id = pawl_tuf_key_compute_ats_id (pawl_tuf_signer_get_public (signer));
  g_autofree char *base64 = NULL;
  g_auto (GVariantDict) entry = G_VARIANT_DICT_INIT (NULL);
  g_auto (GVariantDict) document = G_VARIANT_DICT_INIT (NULL);
  GVariant *entries[1];

  if (signature == NULL)
    return NULL;
  base64 = g_base64_encode (g_bytes_get_data (signature, NULL), g_bytes_get_size (signature));
  g_variant_dict_insert (&entry, "keyid", "s", id);
  g_variant_dict_insert (&entry, "method", "s", pawl_tuf_signer_get_ats_method (signer));
  g_variant_dict_insert (&entry, "sig", "s", base64);
  if (manifest->hash)
    add_hash (&entry, message);
  entries[0] = g_variant_dict_end (&entry);
  g_variant_dict_insert_value (&document, "signatures",
                               g_variant_new_array (G_VARIANT_TYPE_VARDICT, entries, 1));
  g_variant_dict_insert_value (&document, "signed", part);
  return g_variant_ref_sink (g_variant_dict_end (&document));
}

/* ---- one ECU ---- */

static GVariant *
make_image (PawlEcu *ecu)
{
  g_autoptr (PawlTarget) installed = pawl_ecu_dup_installed (ecu);
  const char *sha256 = installed != NULL ? pawl_target_get_hash (installed, "sha256") : NULL;
  g_auto (GVariantDict) hashes = G_VARIANT_DICT_INIT (NULL);
  g_auto (GVariantDict) info = G_VARIANT_DICT_INIT (NULL);
  g_auto (GVariantDict) image = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&hashes, "sha256", "s", sha256 != NULL ? sha256 : NO_HASH);
  g_variant_dict_insert_value (&info, "hashes", g_variant_dict_end (&hashes));
  g_variant_dict_insert (&info, "length", "t",
                         installed != NULL ? pawl_target_get_length (installed) : 0);
  g_variant_dict_insert (&image, "filepath", "s",
                         installed != NULL ? pawl_target_get_name (installed) : "unknown");
  g_variant_dict_insert_value (&image, "fileinfo", g_variant_dict_end (&info));
  return g_variant_dict_end (&image);
}

/* The form of the ATS dialect. */
char *
pawl_uptane_format_time (gint64 time_us)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);

  return g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ");
}

static GVariant *
make_ecu (const PawlUptaneManifest *manifest, PawlEcu *ecu)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  g_autofree char *now = pawl_uptane_format_time (manifest->now_us);
  g_autofree char *previous = pawl_uptane_format_time (manifest->previous_us);
  g_autofree char *counter = g_strdup_printf ("%" G_GINT64_FORMAT, manifest->counter);

  g_variant_dict_insert (&dict, "attacks_detected", "s", manifest->attack);
  g_variant_dict_insert (&dict, "ecu_serial", "s", pawl_ecu_get_serial (ecu));
  g_variant_dict_insert_value (&dict, "installed_image", make_image (ecu));
  g_variant_dict_insert (&dict, "previous_timeserver_time", "s", previous);
  g_variant_dict_insert (&dict, "report_counter", "s", counter);
  g_variant_dict_insert (&dict, "timeserver_time", "s", now);
  return g_variant_dict_end (&dict);
}

/* ---- the report of an installation ---- */

static gboolean
is_uuid (const char *text)
{
  return g_uuid_string_is_valid (text);
}

/* NAME:VERSION:TAG, with a tag of 12 hex digits. */
static gboolean
is_lockbox (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, ":", -1);

  return g_strv_length (parts) == 3 && *parts[0] != '\0' && *parts[1] != '\0' &&
         strlen (parts[2]) == 12 && strspn (parts[2], "0123456789abcdef") == 12;
}

/*< private >
 * pawl_uptane_is_correlation_id:
 * @text: a text
 *
 * Returns: whether servers of the ATS dialect can read it
 */
gboolean
pawl_uptane_is_correlation_id (const char *text)
{
  static const struct
  {
    const char *prefix;
    gboolean (*fits) (const char *rest);
  } kinds[] = {
    {"urn:here-ota:mtu:",            is_uuid   },
    {"urn:here-ota:auto-update:",    is_uuid   },
    {"urn:tdx-ota:target-spec:",     is_uuid   },
    {"urn:tdx-ota:update:",          is_uuid   },
    {"urn:tdx-ota:offline-install:", is_uuid   },
    {"urn:tdx-ota:lockbox:",         is_lockbox},
  };

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (g_str_has_prefix (text, kinds[i].prefix))
      return kinds[i].fits (text + strlen (kinds[i].prefix));
  return FALSE;
}

static GVariant *
make_result (gboolean success, const char *code, const char *description)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&dict, "code", "s", *code != '\0' ? code : "UNKNOWN");
  g_variant_dict_insert (&dict, "description", "s", description);
  g_variant_dict_insert (&dict, "success", "b", success);
  return g_variant_dict_end (&dict);
}

static GVariant *
make_item (GVariant *ecu)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  const char *serial = "", *code = "", *description = "";
  gboolean success = FALSE;

  g_variant_lookup (ecu, "serial", "&s", &serial);
  g_variant_lookup (ecu, "code", "&s", &code);
  g_variant_lookup (ecu, "description", "&s", &description);
  g_variant_lookup (ecu, "success", "b", &success);
  g_variant_dict_insert (&dict, "ecu", "s", serial);
  g_variant_dict_insert_value (&dict, "result", make_result (success, code, description));
  return g_variant_dict_end (&dict);
}

static GVariant *
make_items (PawlReport *report)
{
  g_autoptr (GVariant) ecus = pawl_value_lookup (PAWL_VALUE (report), "ecus");
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (gsize i = 0; ecus != NULL && i < g_variant_n_children (ecus); i++)
    {
      g_autoptr (GVariant) ecu = g_variant_get_child_value (ecus, i);

      g_variant_builder_add_value (&builder, make_item (ecu));
    }
  return g_variant_builder_end (&builder);
}

static const char *
find_hardware_id (GPtrArray *ecus, const char *serial)
{
  for (guint i = 0; i < ecus->len; i++)
    if (g_str_equal (pawl_ecu_get_serial (ecus->pdata[i]), serial))
      return pawl_ecu_get_hardware_id (ecus->pdata[i]);
  return NULL;
}

/* (transfer full): `OK`, or what failed where: `board:INSTALL_FAILED|radio:INSTALL_FAILED`. */
static char *
make_code (PawlReport *report, GPtrArray *known)
{
  g_autoptr (GVariant) ecus = pawl_value_lookup (PAWL_VALUE (report), "ecus");
  g_autoptr (GString) codes = g_string_new (NULL);

  for (gsize i = 0; ecus != NULL && i < g_variant_n_children (ecus); i++)
    {
      g_autoptr (GVariant) ecu = g_variant_get_child_value (ecus, i);
      const char *serial = "";
      const char *code = "";
      gboolean success = TRUE;

      g_variant_lookup (ecu, "serial", "&s", &serial);
      g_variant_lookup (ecu, "code", "&s", &code);
      g_variant_lookup (ecu, "success", "b", &success);
      if (!success && find_hardware_id (known, serial) != NULL)
        g_string_append_printf (codes, "%s%s:%s", codes->len > 0 ? "|" : "",
                                find_hardware_id (known, serial), code);
    }
  return g_strdup (codes->len > 0 ? codes->str : pawl_report_get_code (report));
}

static GVariant *
make_report (PawlReport *report, GPtrArray *ecus)
{
  g_autofree char *code = make_code (report, ecus);
  g_auto (GVariantDict) inner = G_VARIANT_DICT_INIT (NULL);
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&inner, "correlation_id", "s", pawl_report_get_correlation_id (report));
  g_variant_dict_insert_value (&inner, "items", make_items (report));
  g_variant_dict_insert (&inner, "raw_report", "s", pawl_report_get_description (report));
  g_variant_dict_insert_value (&inner, "result",
                               make_result (pawl_report_get_success (report), code,
                                            pawl_report_get_description (report)));
  g_variant_dict_insert (&dict, "content_type", "s", REPORT_TYPE);
  g_variant_dict_insert_value (&dict, "report", g_variant_dict_end (&inner));
  return g_variant_dict_end (&dict);
}

/* ---- the whole ---- */

/* (transfer full) (nullable): by serial. */
static GVariant *
sign_ecus (const PawlUptaneManifest *manifest, PawlTufSigner *signer, GError **error)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);

  for (guint i = 0; i < manifest->ecus->len; i++)
    {
      PawlEcu *ecu = manifest->ecus->pdata[i];
      g_autoptr (GVariant) document = sign (manifest, make_ecu (manifest, ecu), signer, error);

      if (document == NULL)
        return NULL;
      g_variant_dict_insert_value (&dict, pawl_ecu_get_serial (ecu), document);
    }
  return g_variant_ref_sink (g_variant_dict_end (&dict));
}

/*< private >
 * pawl_uptane_manifest_sign:
 * @manifest: what to say
 * @signer: the key of this device's ECUs
 * @error: return location
 *
 * May block, where the key does.
 *
 * Returns: (transfer full) (nullable): the signed document
 */
char *
pawl_uptane_manifest_sign (const PawlUptaneManifest *manifest,
                           PawlTufSigner *signer,
                           GError **error)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) ecus = sign_ecus (manifest, signer, error);
  g_autoptr (GVariant) document = NULL;

  if (ecus == NULL)
    return NULL;
  g_variant_dict_insert (&dict, "primary_ecu_serial", "s",
                         pawl_ecu_get_serial (manifest->ecus->pdata[0]));
  g_variant_dict_insert_value (&dict, "ecu_version_manifests", ecus);
  if (manifest->report != NULL &&
      pawl_uptane_is_correlation_id (pawl_report_get_correlation_id (manifest->report)))
    g_variant_dict_insert_value (&dict, "installation_report",
                                 make_report (manifest->report, manifest->ecus));
  document = sign (manifest, g_variant_dict_end (&dict), signer, error);
  return document != NULL ? pawl_tuf_variant_to_json (document) : NULL;
}

static GVariant *
make_key (PawlTufSigner *signer)
{
  g_auto (GVariantDict) value = G_VARIANT_DICT_INIT (NULL);
  g_auto (GVariantDict) key = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&value, "public", "s", pawl_tuf_signer_get_public (signer));
  g_variant_dict_insert (&key, "keytype", "s", pawl_tuf_signer_get_keytype (signer));
  g_variant_dict_insert_value (&key, "keyval", g_variant_dict_end (&value));
  return g_variant_dict_end (&key);
}

/*< private >
 * pawl_uptane_make_registration:
 * @ecus: (element-type PawlEcu): the ECUs of this device, the primary first
 * @signer: their key
 *
 * Returns: (transfer full): what a Director wants to know before the first manifest
 */
char *
pawl_uptane_make_registration (GPtrArray *ecus, PawlTufSigner *signer)
{
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  GVariantBuilder builder;
  g_autoptr (GVariant) document = NULL;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("aa{sv}"));
  for (guint i = 0; i < ecus->len; i++)
    {
      g_auto (GVariantDict) ecu = G_VARIANT_DICT_INIT (NULL);

      g_variant_dict_insert_value (&ecu, "clientKey", make_key (signer));
      g_variant_dict_insert (&ecu, "ecu_serial", "s", pawl_ecu_get_serial (ecus->pdata[i]));
      g_variant_dict_insert (&ecu, "hardware_identifier", "s",
                             pawl_ecu_get_hardware_id (ecus->pdata[i]));
      g_variant_builder_add_value (&builder, g_variant_dict_end (&ecu));
    }
  g_variant_dict_insert_value (&dict, "ecus", g_variant_builder_end (&builder));
  g_variant_dict_insert (&dict, "primary_ecu_serial", "s", pawl_ecu_get_serial (ecus->pdata[0]));
  document = g_variant_ref_sink (g_variant_dict_end (&dict));
  return pawl_tuf_variant_to_json (document);
}
