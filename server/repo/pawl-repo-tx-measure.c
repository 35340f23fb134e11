/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* How far a staged role is: whose signatures it has, whose it waits for, and what else is wrong. */
#include "pawl-repo-tx.h"

#include "pawl-repo-envelope.h"
#include "pawl-repo-error.h"
#include "pawl-repo-holders.h"
#include "pawl-repo-stage.h"

void
pawl_repo_progress_free (PawlRepoProgress *progress)
{
  g_free (progress->role);
  g_free (progress->expires);
  g_ptr_array_unref (progress->signers);
  g_ptr_array_unref (progress->waiting);
  g_free (progress->problem);
  g_free (progress);
}

static gboolean
has_id (GPtrArray *ids, const char *id)
{
  return g_ptr_array_find_with_equal_func (ids, id, g_str_equal, NULL);
}

static void
count (PawlRepoProgress *self, PawlTufMetadata *staged, PawlTufMetadata *delegator)
{
  g_autoptr (GPtrArray) good = pawl_repo_holders_list_signed (staged, delegator, self->role);
  g_autoptr (GPtrArray) holders = pawl_repo_holders_list (delegator, self->role);

  for (guint i = 0; i < good->len; i++)
    if (!has_id (self->signers, good->pdata[i]))
      g_ptr_array_add (self->signers, g_strdup (good->pdata[i]));
  for (guint i = 0; i < holders->len; i++)
    if (!has_id (good, holders->pdata[i]) && !has_id (self->waiting, holders->pdata[i]))
      g_ptr_array_add (self->waiting, g_strdup (holders->pdata[i]));
}

static gboolean
judge (PawlRepoProgress *self,
       PawlTufMetadata *staged,
       PawlTufMetadata *delegator,
       PawlTufMetadata *former,
       GError **error)
{
  if (g_str_equal (self->role, "root") && !pawl_repo_holders_check_root (staged, error))
    return FALSE;
  if (!pawl_tuf_metadata_verify (staged, delegator, self->role, PAWL_TUF_KEY_FLAGS_NONE, error))
    return FALSE;
  if (former == NULL ||
      pawl_tuf_metadata_verify (staged, former, "root", PAWL_TUF_KEY_FLAGS_NONE, error))
    return TRUE;
  g_prefix_error (error, "the keys of the former root: ");
  return FALSE;
}

static PawlRepoProgress *
measure (PawlRepoWork *work,
         const char *role,
         PawlTufMetadata *staged,
         PawlTufMetadata *delegator,
         PawlTufMetadata *former)
{
  PawlRepoProgress *self = g_new0 (PawlRepoProgress, 1);
  g_autoptr (GError) error = NULL;

  self->role = g_strdup (role);
  self->version = pawl_tuf_metadata_get_version (staged);
  self->expires = pawl_tuf_document_dup_string (pawl_tuf_metadata_get_document (staged),
                                                pawl_tuf_metadata_get_member (staged, "expires"));
  self->threshold = pawl_repo_holders_get_threshold (delegator, role);
  self->signers = g_ptr_array_new_with_free_func (g_free);
  self->waiting = g_ptr_array_new_with_free_func (g_free);
  count (self, staged, delegator);
  if (former != NULL)
    count (self, staged, former);
  self->complete = judge (self, staged, delegator, former, &error) &&
                   pawl_repo_stage_check_base (work, role, staged, &error) &&
                   pawl_tuf_metadata_check_expiry (staged, g_get_real_time (), &error);
  if (error != NULL)
    self->problem = g_strdup (error->message);
  return self;
}

/*< private >
 * pawl_repo_tx_measure:
 * @work: a work folder
 * @role: a staged role
 * @error: return location
 *
 * Returns: (transfer full): how far it is
 */
PawlRepoProgress *
pawl_repo_tx_measure (PawlRepoWork *work, const char *role, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (PawlTufMetadata) staged = pawl_repo_work_load_staged (work, role, &local_error);
  g_autoptr (PawlTufMetadata) delegator = NULL;
  g_autoptr (PawlTufMetadata) former = NULL;

  if (staged == NULL && local_error == NULL)
    pawl_repo_fail (&local_error, PAWL_REPO_ERROR_USAGE, "role %s: nothing is staged", role);
  if (local_error == NULL)
    delegator = pawl_repo_stage_load_delegator (work, role, &local_error);
  if (local_error == NULL && g_str_equal (role, "root"))
    former = pawl_repo_work_load_current (work, role, &local_error);
  if (local_error == NULL)
    return measure (work, role, staged, delegator, former);
  g_propagate_error (error, g_steal_pointer (&local_error));
  return NULL;
}

/*< private >
 * pawl_repo_tx_measure_all:
 * @work: a work folder
 * @error: return location
 *
 * Returns: (transfer full) (element-type PawlRepoProgress): how far each staged role is
 */
GPtrArray *
pawl_repo_tx_measure_all (PawlRepoWork *work, GError **error)
{
  g_autoptr (GPtrArray) roles = pawl_repo_work_list_staged (work, error);
  g_autoptr (GPtrArray) all =
    g_ptr_array_new_with_free_func ((GDestroyNotify) pawl_repo_progress_free);

  if (roles == NULL)
    return NULL;
  for (guint i = 0; i < roles->len; i++)
    {
      PawlRepoProgress *progress = pawl_repo_tx_measure (work, roles->pdata[i], error);

      if (progress == NULL)
        return NULL;
      g_ptr_array_add (all, progress);
    }
  return g_steal_pointer (&all);
}
