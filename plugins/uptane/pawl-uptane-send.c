/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What goes to the Director: who the ECUs are, what they run, and what became of an update. */
#include "pawl-uptane-job.h"

#include "pawl-uptane-manifest.h"

#include <errno.h>
#include <string.h>

/* ---- the key ---- */

typedef struct
{
  const char *pin;
} Secret;

/* Once: a token locks itself after a few wrong ones. */
static char *
give_pin (const char *what, guint attempt, gpointer data)
{
  Secret *secret = data;

  return attempt == 0 && *secret->pin != '\0' ? g_strdup (secret->pin) : NULL;
}

static gboolean
make_key (const char *path, GError **error)
{
  g_autoptr (PawlTufSigner) signer = pawl_tuf_signer_generate ("ed25519", error);
  g_autoptr (GBytes) bytes = signer != NULL ? pawl_tuf_signer_export (signer, NULL, error) : NULL;

  return bytes != NULL &&
         g_file_set_contents_full (path, g_bytes_get_data (bytes, NULL),
                                   (gssize) g_bytes_get_size (bytes),
                                   G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE,
                                   0600, error);
}

/* The configured key, or one that is made once and never leaves the device. */
static PawlTufSigner *
load_signer (PawlUptaneJob *job, GError **error)
{
  Secret secret = {job->pin};
  g_autofree char *own = g_build_filename (job->state_dir, "ecu-key.pem", NULL);
  const char *key = *job->key != '\0' ? job->key : own;

  if (key == own && !g_file_test (own, G_FILE_TEST_EXISTS) && !make_key (own, error))
    return NULL;
  return pawl_tuf_signer_new (key, give_pin, &secret, error);
}

static char *
make_uri (PawlUptaneJob *job, const char *path)
{
  gboolean has_slash = g_str_has_suffix (job->director_url, "/");

  return g_strconcat (job->director_url, has_slash ? "" : "/", path, NULL);
}

static guint
get_status (GVariant *answer, guint *out_retry_after_s)
{
  guint status = 0;

  g_variant_lookup (answer, "status", "u", &status);
  if (out_retry_after_s != NULL)
    g_variant_lookup (answer, "retry-after-s", "u", out_retry_after_s);
  return status;
}

static gboolean
is_fine (guint status)
{
  return status >= 200 && status < 300;
}

/* ---- registration ---- */

/* Codes of the ATS dialect for what another attempt, or the factory, did before. */
static gboolean
is_known_already (GVariant *answer)
{
  g_autoptr (GVariant) data = g_variant_lookup_value (answer, "data", G_VARIANT_TYPE_BYTESTRING);
  gsize size = 0;
  const char *text = data != NULL ? g_variant_get_fixed_array (data, &size, 1) : NULL;

  return text != NULL && (g_strstr_len (text, (gssize) size, "ecu_already_registered") != NULL ||
                          g_strstr_len (text, (gssize) size, "device_already_registered") != NULL);
}

/*< private >
 * pawl_uptane_register:
 * @job: a job
 * @state: remembers what was registered
 * @error: return location; #PAWL_ERROR_ACCESS_DENIED, #PAWL_ERROR_RETRY_LATER, and what the
 *   transport says
 *
 * Tells the Director about ECUs and keys that it does not know yet. For a worker.
 *
 * Returns: %TRUE if it knows them
 */
gboolean
pawl_uptane_register (PawlUptaneJob *job, PawlUptaneState *state, GError **error)
{
  g_autoptr (PawlTufSigner) signer = load_signer (job, error);
  g_autofree char *body = signer != NULL ? pawl_uptane_make_registration (job->ecus, signer) : NULL;
  g_autofree char *known = pawl_uptane_state_dup_string (state, "director", "registered");
  g_autofree char *sum =
    body != NULL ? g_compute_checksum_for_string (G_CHECKSUM_SHA256, body, -1) : NULL;
  g_autofree char *uri = make_uri (job, "ecus");
  g_autoptr (GVariant) answer = NULL;
  guint status;

  if (body == NULL)
    return FALSE;
  if (g_str_equal (known, sum))
    return TRUE;
  answer = pawl_tuf_bridge_send (job->director, uri, "POST", body, error);
  if (answer == NULL)
    return FALSE;
  status = get_status (answer, NULL);
  if (is_fine (status) || is_known_already (answer))
    {
      pawl_uptane_state_set_string (state, "director", "registered", sum);
      return pawl_uptane_state_save (state, error);
    }
  g_set_error (error, PAWL_ERROR, status >= 500 ? PAWL_ERROR_RETRY_LATER : PAWL_ERROR_ACCESS_DENIED,
               "uptane: the Director refuses the ECUs of this device with status %u", status);
  return FALSE;
}

/* ---- manifests ---- */

/* A counter is used once, even if the manifest never arrives. */
static char *
make_manifest (PawlUptaneJob *job, PawlUptaneState *state, PawlReport *report, GError **error)
{
  g_autoptr (PawlTufSigner) signer = load_signer (job, error);
  g_autofree char *attack = pawl_uptane_state_dup_string (state, "director", "attack");
  PawlUptaneManifest manifest = {
    .ecus = job->ecus,
    .attack = attack,
    .counter = pawl_uptane_state_get_int (state, "director", "report-counter") + 1,
    .now_us = job->now_us,
    .previous_us = pawl_uptane_state_get_int (state, "director", "report-time"),
    .report = report,
    .hash = job->manifest_hash,
  };

  pawl_uptane_state_set_int (state, "director", "report-counter", manifest.counter);
  pawl_uptane_state_set_int (state, "director", "report-time", manifest.now_us);
  if (signer == NULL || !pawl_uptane_state_save (state, error))
    return NULL;
  return pawl_uptane_manifest_sign (&manifest, signer, error);
}

/*< private >
 * pawl_uptane_send_manifest:
 * @job: a job
 * @state: remembers the counter, and attacks that were not told yet
 * @report: (nullable): of an installation
 * @out_accepted: (out): whether the Director took it
 * @out_retry_after_s: (out) (optional): when to come back
 * @error: return location
 *
 * For a worker.
 *
 * Returns: %TRUE if there was an answer
 */
gboolean
pawl_uptane_send_manifest (PawlUptaneJob *job,
                           PawlUptaneState *state,
                           PawlReport *report,
                           gboolean *out_accepted,
                           guint *out_retry_after_s,
                           GError **error)
{
  g_autofree char *body = make_manifest (job, state, report, error);
  g_autofree char *uri = make_uri (job, "manifest");
  g_autoptr (GVariant) answer = NULL;

  if (body != NULL)
    answer = pawl_tuf_bridge_send (job->director, uri, "PUT", body, error);
  if (answer == NULL)
    return FALSE;
  *out_accepted = is_fine (get_status (answer, out_retry_after_s));
  if (!*out_accepted)
    return TRUE;
  pawl_uptane_state_set_string (state, "director", "attack", "");
  return pawl_uptane_state_save (state, error);
}

/* ---- events ---- */

static char *
format_time (gint64 time_us)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (time_us / G_USEC_PER_SEC);

  return g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ");
}

static GVariant *
make_details (PawlReport *report)
{
  g_autoptr (GVariant) details = pawl_value_lookup (PAWL_VALUE (report), "details");
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (details);
  const char *correlation_id = pawl_report_get_correlation_id (report);

  if (*correlation_id != '\0')
    g_variant_dict_insert (&dict, "correlationId", "s", correlation_id);
  return g_variant_dict_end (&dict);
}

static char *
make_event (PawlReport *report, gint64 now_us)
{
  g_autoptr (GVariant) type = pawl_value_lookup (PAWL_VALUE (report), "event");
  g_autoptr (GVariant) time = pawl_value_lookup (PAWL_VALUE (report), "time");
  g_autofree char *device_time = format_time (time != NULL ? g_variant_get_int64 (time) : now_us);
  g_auto (GVariantDict) kind = G_VARIANT_DICT_INIT (NULL);
  g_auto (GVariantDict) dict = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) document = NULL;
  GVariant *events[1];

  g_variant_dict_insert (&kind, "id", "s", type != NULL ? g_variant_get_string (type, NULL) : "");
  g_variant_dict_insert (&kind, "version", "u", 0);
  g_variant_dict_insert (&dict, "id", "s", pawl_report_get_id (report));
  g_variant_dict_insert (&dict, "deviceTime", "s", device_time);
  g_variant_dict_insert_value (&dict, "eventType", g_variant_dict_end (&kind));
  g_variant_dict_insert_value (&dict, "event", make_details (report));
  events[0] = g_variant_dict_end (&dict);
  document = g_variant_ref_sink (g_variant_new_array (G_VARIANT_TYPE_VARDICT, events, 1));
  return pawl_tuf_variant_to_json (document);
}

/*< private >
 * pawl_uptane_send_event:
 * @job: a job with a report
 * @out_accepted: (out): whether it need not be kept
 * @out_retry_after_s: (out): when to come back
 * @error: return location
 *
 * A server without events answers 404, and one event that is too large stays so: neither is kept.
 * For a worker.
 *
 * Returns: %TRUE if there was an answer, or nobody to tell
 */
gboolean
pawl_uptane_send_event (PawlUptaneJob *job,
                        gboolean *out_accepted,
                        guint *out_retry_after_s,
                        GError **error)
{
  g_autofree char *body = make_event (job->report, job->now_us);
  g_autoptr (GVariant) answer = NULL;
  guint status;

  *out_accepted = TRUE;
  if (*job->events_url == '\0')
    return TRUE;
  answer = pawl_tuf_bridge_send (job->director, job->events_url, "POST", body, error);
  if (answer == NULL)
    return FALSE;
  status = get_status (answer, out_retry_after_s);
  *out_accepted = is_fine (status) || status == 404 || status == 413;
  return TRUE;
}
