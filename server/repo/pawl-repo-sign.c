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
  g_autofree char *text = pawl_repo_sign_message (signer, message, work->dialect, error);

  return text != NULL && save (work, role, staged, key_id, text,
                               pawl_repo_sign_get_method (signer, work->dialect), error);
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
  gboolean wanted = staged != NULL && key_id != NULL &&
                    !pawl_repo_envelope_has_signature (staged, key_id) &&
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
