/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What goes to the Director: who the ECUs are, what they run, and what became of an update. Events
 * have another address, and a file of their own. */
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
  g_autoptr (PawlTufSigner) signer = NULL;

  if (key == own && !g_file_test (own, G_FILE_TEST_EXISTS) && !make_key (own, error))
    return NULL;
  signer = pawl_tuf_signer_new (key, give_pin, &secret, error);
  if (signer == NULL || !pawl_tuf_signer_set_dialect (signer, PAWL_TUF_DIALECT_ATS, error))
    return NULL;
  return g_steal_pointer (&signer);
}

static char *
make_uri (PawlUptaneJob *job, const char *path)
{
  gboolean has_slash = g_str_has_suffix (job->director_url, "/");

  return g_strconcat (job->director_url, has_slash ? "" : "/", path, NULL);
}

guint
pawl_uptane_answer_get_status (GVariant *answer, guint *out_retry_after_s)
{
  guint status = 0;

  g_variant_lookup (answer, "status", "u", &status);
  if (out_retry_after_s != NULL)
    g_variant_lookup (answer, "retry-after-s", "u", out_retry_after_s);
  return status;
}

/*< private >
 * pawl_uptane_answer_is_fine:
 * @answer: what came back
 *
 * The real servers answer with nothing, JSON or a few words. A page, or bytes that are no text, are
 * those of somebody in between, who has not kept what was sent.
 *
 * Returns: whether the server took what was sent
 */
gboolean
pawl_uptane_answer_is_fine (GVariant *answer)
{
  guint status = pawl_uptane_answer_get_status (answer, NULL);
  g_autoptr (GVariant) data = g_variant_lookup_value (answer, "data", G_VARIANT_TYPE_BYTESTRING);
  gsize size = data != NULL ? g_variant_get_size (data) : 0;
  const char *text = size > 0 ? g_variant_get_data (data) : "";

  return status >= 200 && status < 300 && *text != '<' &&
         g_utf8_validate (text, (gssize) size, NULL);
}

/* (transfer full) (nullable): the code of an error; a word and nothing else, because it is shown.
 */
char *
pawl_uptane_answer_dup_code (GVariant *answer)
{
  g_autoptr (GVariant) data = g_variant_lookup_value (answer, "data", G_VARIANT_TYPE_BYTESTRING);
  g_autoptr (GBytes) bytes = data != NULL ? g_variant_get_data_as_bytes (data) : NULL;
  g_autoptr (PawlTufDocument) document = bytes != NULL ? pawl_tuf_document_new (bytes, NULL) : NULL;
  g_autofree char *code = NULL;

  if (document == NULL)
    return NULL;
  code = pawl_tuf_document_dup_string (
    document,
    pawl_tuf_document_get_member (document, pawl_tuf_document_get_root (document), "code"));
  if (code == NULL || !g_regex_match_simple ("^[A-Za-z0-9_.-]{1,64}$", code, 0, 0))
    return NULL;
  return g_steal_pointer (&code);
}

/*< private >
 * pawl_uptane_answer_describe:
 * @answer: what a server of the ATS family said
 *
 * Its errors are JSON with a `code`, and other servers' are anything at all.
 *
 * Returns: (transfer full): the status and, if there is one, the code, for people
 */
char *
pawl_uptane_answer_describe (GVariant *answer)
{
  guint status = pawl_uptane_answer_get_status (answer, NULL);
  g_autofree char *code = pawl_uptane_answer_dup_code (answer);

  return code != NULL ? g_strdup_printf ("%u, %s", status, code) : g_strdup_printf ("%u", status);
}

/* ---- registration ---- */

/* The same would be refused again. */
static gboolean
is_final (guint status)
{
  return status >= 400 && status < 500 && status != 408 && status != 429;
}

/* What another attempt, or the factory, did before. */
static gboolean
is_known_already (GVariant *answer)
{
  g_autofree char *code = pawl_uptane_answer_dup_code (answer);

  return g_strcmp0 (code, "ecu_already_registered") == 0 ||
         g_strcmp0 (code, "device_already_registered") == 0;
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
  g_autofree char *text = NULL;
  g_autoptr (GVariant) answer = NULL;
  guint status;

  if (body == NULL)
    return FALSE;
  if (g_str_equal (known, sum))
    return TRUE;
  answer = pawl_tuf_bridge_send (job->director, uri, "POST", body, error);
  if (answer == NULL)
    return FALSE;
  status = pawl_uptane_answer_get_status (answer, NULL);
  if (pawl_uptane_answer_is_fine (answer) || is_known_already (answer))
    {
      pawl_uptane_state_set_string (state, "director", "registered", sum);
      return pawl_uptane_state_save (state, error);
    }
  text = pawl_uptane_answer_describe (answer);
  g_set_error (error, PAWL_ERROR,
               is_final (status) ? PAWL_ERROR_ACCESS_DENIED : PAWL_ERROR_RETRY_LATER,
               "the Director refuses the ECUs of this device: %s answered %s", uri, text);
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
  *out_accepted = pawl_uptane_answer_is_fine (answer);
  if (*out_accepted)
    pawl_uptane_state_set_string (state, "director", "attack", "");
  else if (is_final (pawl_uptane_answer_get_status (answer, out_retry_after_s)))
    /* The Director may have lost what it knew of this device. */
    pawl_uptane_state_set_string (state, "director", "registered", "");
  return pawl_uptane_state_save (state, error);
}
