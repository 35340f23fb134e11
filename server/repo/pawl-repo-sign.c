/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-repo-sign.h"

#include "pawl-repo-envelope.h"
#include "pawl-repo-error.h"
#include "pawl-repo-file.h"
#include "pawl-repo-holders.h"
#include "pawl-repo-stage.h"
#include "pawl-repo-tx.h"

/* A key may sign when the newest delegator says so, or when today's does: a root is signed by both
 * (TUF 1.0.34, 5.3.4), and a role whose key moves on is better signed by both, so that devices
 * which have not seen the new root yet are not stopped. */
static gboolean
may_sign (PawlRepoWork *work, const char *role, const char *key_id, GError **error)
{
  g_autoptr (PawlTufMetadata) delegator = pawl_repo_stage_load_delegator (work, role, error);
  g_autoptr (PawlTufMetadata) former = NULL;

  if (delegator == NULL)
    return FALSE;
  if (pawl_repo_holders_may_sign (delegator, role, key_id))
    return TRUE;
  former = pawl_repo_work_load_current (work, "root", NULL);
  return former != NULL && pawl_repo_holders_may_sign (former, role, key_id);
}

static gboolean
has_signed (PawlTufMetadata *staged, const char *key_id)
{
  g_autoptr (GPtrArray) ids = pawl_repo_envelope_list_key_ids (staged);

  return g_ptr_array_find_with_equal_func (ids, key_id, g_str_equal, NULL);
}

static char *
encode (GBytes *signature, PawlTufDialect dialect)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (signature, &size);

  return dialect == PAWL_TUF_DIALECT_ATS ? g_base64_encode (data, size)
                                         : pawl_tuf_encode_hex (signature);
}

/* A token with a broken firmware, or a program that signs something else, is found out here and
 * not by a fleet. */
static gboolean
check_signature (PawlTufSigner *signer, GBytes *message, const char *text, GError **error)
{
  g_autoptr (PawlTufKey) key =
    pawl_tuf_key_new (pawl_tuf_signer_get_keytype (signer), pawl_tuf_signer_get_scheme (signer),
                      pawl_tuf_signer_get_public (signer), PAWL_TUF_KEY_FLAGS_NONE, error);

  if (key == NULL)
    return FALSE;
  return pawl_tuf_key_verify (key, message, text) ||
         pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED,
                         "the signer made a signature that does not verify with its own key");
}

static gboolean
save (PawlRepoWork *work,
      const char *role,
      PawlTufMetadata *staged,
      const char *key_id,
      const char *signature,
      const char *method,
      GError **error)
{
  g_autofree char *path = pawl_repo_work_dup_staged_path (work, role);
  g_autoptr (GBytes) bytes = pawl_repo_envelope_add_signature (staged, key_id, signature, method);

  return pawl_repo_work_log (work, error, "sign", "%s %" G_GINT64_FORMAT " by %s", role,
                             pawl_tuf_metadata_get_version (staged), key_id) &&
         pawl_repo_file_write (path, bytes, 0644, error);
}

static gboolean
sign_one (PawlRepoWork *work,
          const char *role,
          PawlTufMetadata *staged,
          PawlTufSigner *signer,
          const char *key_id,
          GError **error)
{
  g_autoptr (GBytes) message = pawl_repo_envelope_dup_message (staged);
  g_autoptr (GBytes) signature = pawl_tuf_signer_sign (signer, message, error);
  g_autofree char *text = NULL;
  const char *method =
    work->dialect == PAWL_TUF_DIALECT_ATS ? pawl_tuf_signer_get_ats_method (signer) : NULL;

  if (signature == NULL)
    return FALSE;
  text = encode (signature, work->dialect);
  return check_signature (signer, message, text, error) &&
         save (work, role, staged, key_id, text, method, error);
}

/* Says in @signed_roles what was signed. */
static gboolean
sign_role (PawlRepoWork *work,
           const char *role,
           PawlTufSigner *signer,
           GPtrArray *signed_roles,
           GError **error)
{
  g_autofree char *key_id = pawl_repo_key_compute_signer_id (signer, work->dialect);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (PawlTufMetadata) staged = pawl_repo_work_load_staged (work, role, &local_error);
  gboolean wanted = staged != NULL && key_id != NULL && !has_signed (staged, key_id) &&
                    may_sign (work, role, key_id, &local_error);

  if (wanted && pawl_tuf_metadata_check_expiry (staged, g_get_real_time (), &local_error) &&
      pawl_repo_stage_check_base (work, role, staged, &local_error) &&
      sign_one (work, role, staged, signer, key_id, &local_error))
    g_ptr_array_add (signed_roles,
                     g_strdup_printf ("%s %" G_GINT64_FORMAT " by %.16s…", role,
                                      pawl_tuf_metadata_get_version (staged), key_id));
  if (local_error == NULL)
    return TRUE;
  g_propagate_prefixed_error (error, g_steal_pointer (&local_error), "sign %s: ", role);
  return FALSE;
}

static gboolean
sign_round (PawlRepoWork *work,
            GPtrArray *signers,
            const char *const *only,
            GPtrArray *signed_roles,
            GError **error)
{
  g_autoptr (GPtrArray) staged = pawl_repo_work_list_staged (work, error);

  if (staged == NULL)
    return FALSE;
  for (guint i = 0; i < staged->len; i++)
    for (guint j = 0; j < signers->len; j++)
      if ((only == NULL || g_strv_contains (only, staged->pdata[i])) &&
          !sign_role (work, staged->pdata[i], signers->pdata[j], signed_roles, error))
        return FALSE;
  return TRUE;
}

/*< private >
 * pawl_repo_sign:
 * @work: a work folder
 * @signers: (element-type PawlTufSigner): private keys
 * @roles: (nullable): sign nothing but these
 * @out_signed: (out) (transfer full) (element-type utf8): what was signed, for people
 * @error: return location
 *
 * Returns: %TRUE if everything that @signers may sign carries their signatures
 */
gboolean
pawl_repo_sign (PawlRepoWork *work,
                GPtrArray *signers,
                const char *const *roles,
                GPtrArray **out_signed,
                GError **error)
{
  g_autoptr (GPtrArray) done = g_ptr_array_new_with_free_func (g_free);
  guint before;

  do
    {
      before = done->len;
      if (!pawl_repo_tx_advance (work, error) || !sign_round (work, signers, roles, done, error))
        return FALSE;
    }
  while (done->len > before);
  *out_signed = g_steal_pointer (&done);
  return TRUE;
}

/* Adds one signature to the list of @file. */
static gboolean
add_signature (JsonArray *list,
               PawlTufSigner *signer,
               const char *key_id,
               PawlTufDialect dialect,
               GBytes *message,
               GError **error)
{
  g_autoptr (GBytes) signature = pawl_tuf_signer_sign (signer, message, error);
  g_autofree char *text = signature != NULL ? encode (signature, dialect) : NULL;
  JsonObject *entry;

  if (text == NULL || !check_signature (signer, message, text, error))
    return FALSE;
  entry = json_object_new ();
  json_object_set_string_member (entry, "keyid", key_id);
  if (dialect == PAWL_TUF_DIALECT_ATS)
    json_object_set_string_member (entry, "method", pawl_tuf_signer_get_ats_method (signer));
  json_object_set_string_member (entry, "sig", text);
  json_array_add_object_element (list, entry);
  return TRUE;
}

/*< private >
 * pawl_repo_sign_object:
 * @signed_part: what to sign
 * @dialect: how it is written
 * @delegator: who says whose signatures count
 * @role: for which role
 * @signers: (element-type PawlTufSigner): private keys; those that may not sign are left out
 * @error: return location
 *
 * Returns: (transfer full): the file, with as many signatures as it needs or more
 */
GBytes *
pawl_repo_sign_object (JsonObject *signed_part,
                       PawlTufDialect dialect,
                       PawlTufMetadata *delegator,
                       const char *role,
                       GPtrArray *signers,
                       GError **error)
{
  gboolean is_ats = dialect == PAWL_TUF_DIALECT_ATS;
  g_autoptr (GBytes) message =
    pawl_repo_json_canonicalize (signed_part, is_ats ? PAWL_TUF_FORM_ATS : PAWL_TUF_FORM_OLPC,
                                 error);
  g_autoptr (JsonObject) file = json_object_new ();
  JsonArray *list = json_array_new ();
  gint64 threshold = pawl_repo_holders_get_threshold (delegator, role);

  json_object_set_array_member (file, "signatures", list);
  json_object_set_object_member (file, "signed", json_object_ref (signed_part));
  if (message == NULL)
    return NULL;
  for (guint i = 0; i < signers->len; i++)
    {
      g_autofree char *key_id = pawl_repo_key_compute_signer_id (signers->pdata[i], dialect);

      if (key_id != NULL && pawl_repo_holders_may_sign (delegator, role, key_id) &&
          !add_signature (list, signers->pdata[i], key_id, dialect, message, error))
        return NULL;
    }
  if (threshold >= 1 && json_array_get_length (list) >= threshold)
    return pawl_repo_json_canonicalize (file, is_ats ? PAWL_TUF_FORM_ATS : PAWL_TUF_FORM_ATS_RAW,
                                        error);
  pawl_repo_fail (error, PAWL_REPO_ERROR_INCOMPLETE,
                  "%s: these keys make %u signatures, wanted %" G_GINT64_FORMAT
                  ": name more with --signer",
                  role, json_array_get_length (list), threshold);
  return NULL;
}

/*< private >
 * pawl_repo_sign_add:
 * @work: a work folder
 * @role: a staged role
 * @key_id: a key that may sign it
 * @signature: its signature as the dialect writes it
 * @method: (nullable): in the ATS dialect
 * @error: return location
 *
 * Adds a signature that was made elsewhere, if it is good.
 *
 * Returns: %TRUE if the staged role carries it
 */
gboolean
pawl_repo_sign_add (PawlRepoWork *work,
                    const char *role,
                    const char *key_id,
                    const char *signature,
                    const char *method,
                    GError **error)
{
  g_autoptr (PawlTufMetadata) staged = pawl_repo_work_load_staged (work, role, error);
  g_autoptr (PawlTufMetadata) signed_one = NULL;
  g_autoptr (PawlTufMetadata) delegator = NULL;
  g_autoptr (PawlTufMetadata) former = NULL;
  g_autoptr (GPtrArray) good = NULL;
  g_autoptr (GPtrArray) good_before = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (staged == NULL)
    return FALSE;
  delegator = pawl_repo_stage_load_delegator (work, role, error);
  if (delegator == NULL || !pawl_repo_stage_check_base (work, role, staged, error))
    return FALSE;
  bytes = pawl_repo_envelope_add_signature (staged, key_id, signature, method);
  signed_one = pawl_repo_envelope_read (role, bytes, error);
  if (signed_one == NULL)
    return FALSE;
  former = pawl_repo_work_load_current (work, "root", NULL);
  good = pawl_repo_holders_list_signed (signed_one, delegator, role);
  good_before =
    pawl_repo_holders_list_signed (signed_one, former != NULL ? former : delegator, role);
  if (!g_ptr_array_find_with_equal_func (good, key_id, g_str_equal, NULL) &&
      !g_ptr_array_find_with_equal_func (good_before, key_id, g_str_equal, NULL))
    return pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED,
                           "%s: the signature of %s is not good, or the key may not sign", role,
                           key_id);
  return save (work, role, staged, key_id, signature, method, error);
}
