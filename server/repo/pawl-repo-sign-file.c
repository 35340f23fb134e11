/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Signatures, and files that get them without a transaction. */
#include "pawl-repo-sign.h"

#include "pawl-repo-envelope.h"
#include "pawl-repo-error.h"
#include "pawl-repo-holders.h"

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

/*< private >
 * pawl_repo_sign_message:
 * @signer: a private key; signs in @dialect afterwards
 * @message: what to sign
 * @dialect: how signatures are written
 * @error: return location
 *
 * Returns: (transfer full): a signature that was tried
 */
char *
pawl_repo_sign_message (PawlTufSigner *signer,
                        GBytes *message,
                        PawlTufDialect dialect,
                        GError **error)
{
  g_autoptr (GBytes) signature = pawl_tuf_signer_set_dialect (signer, dialect, error)
                                   ? pawl_tuf_signer_sign (signer, message, error)
                                   : NULL;
  g_autofree char *text = signature != NULL ? encode (signature, dialect) : NULL;

  return text != NULL && check_signature (signer, message, text, error) ? g_steal_pointer (&text)
                                                                        : NULL;
}

const char *
pawl_repo_sign_get_method (PawlTufSigner *signer, PawlTufDialect dialect)
{
  return dialect == PAWL_TUF_DIALECT_ATS ? pawl_tuf_signer_get_ats_method (signer) : NULL;
}

static PawlTufMetadata *
add_to_file (PawlTufMetadata *file,
             const char *role,
             PawlTufSigner *signer,
             const char *key_id,
             GError **error)
{
  PawlTufDialect dialect = pawl_tuf_metadata_get_dialect (file);
  g_autoptr (GBytes) message = pawl_repo_envelope_dup_message (file);
  g_autofree char *text = pawl_repo_sign_message (signer, message, dialect, error);
  g_autoptr (GBytes) bytes = NULL;

  if (text == NULL)
    return NULL;
  bytes = pawl_repo_envelope_add_signature (file, key_id, text,
                                            pawl_repo_sign_get_method (signer, dialect));
  return pawl_repo_envelope_read (role, bytes, error);
}

/*< private >
 * pawl_repo_sign_file:
 * @file: a file that may carry signatures
 * @role: for which role
 * @root: who says whose signatures count
 * @former: (nullable): the root that devices may still have
 * @signers: (element-type PawlTufSigner): private keys; those that may not sign are left out
 * @signatures: (inout): how many were made
 * @error: return location
 *
 * Returns: (transfer full): the file with all signatures that @signers can give
 */
PawlTufMetadata *
pawl_repo_sign_file (PawlTufMetadata *file,
                     const char *role,
                     PawlTufMetadata *root,
                     PawlTufMetadata *former,
                     GPtrArray *signers,
                     guint *signatures,
                     GError **error)
{
  g_autoptr (PawlTufMetadata) result = g_object_ref (file);

  for (guint i = 0; i < signers->len; i++)
    {
      g_autofree char *key_id =
        pawl_repo_key_compute_signer_id (signers->pdata[i], pawl_tuf_metadata_get_dialect (file));
      PawlTufMetadata *next;

      if (key_id == NULL || pawl_repo_envelope_has_signature (result, key_id) ||
          !(pawl_repo_holders_may_sign (root, role, key_id) ||
            (former != NULL && pawl_repo_holders_may_sign (former, role, key_id))))
        continue;
      next = add_to_file (result, role, signers->pdata[i], key_id, error);
      if (next == NULL)
        return NULL;
      g_object_unref (result);
      result = next;
      *signatures += 1;
    }
  return g_steal_pointer (&result);
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
  g_autofree char *text = pawl_repo_sign_message (signer, message, dialect, error);
  const char *method = pawl_repo_sign_get_method (signer, dialect);
  JsonObject *entry;

  if (text == NULL)
    return FALSE;
  entry = json_object_new ();
  json_object_set_string_member (entry, "keyid", key_id);
  if (method != NULL)
    json_object_set_string_member (entry, "method", method);
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
