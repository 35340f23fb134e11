/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The transaction: everything in `staged/`. Files build on each other: a snapshot is staged when
 * all targets files are signed, a timestamp when the snapshot is; so nothing is signed about what
 * may still change. */
#include "pawl-repo-tx.h"

#include "pawl-repo-derive.h"
#include "pawl-repo-error.h"
#include "pawl-repo-file.h"
#include "pawl-repo-stage.h"

/* ---- what follows ---- */

/* After a change of keys, what the former ones signed is worth nothing any more. */
static gboolean
renew_if_worthless (PawlRepoWork *work, const char *role, GError **error)
{
  g_autoptr (PawlTufMetadata) current = pawl_repo_work_load_current (work, role, NULL);
  g_autofree char *path = pawl_repo_work_dup_staged_path (work, role);
  g_autoptr (PawlTufMetadata) delegator = NULL;

  if (current == NULL || g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  /* Nobody delegates to a revoked role any more, so nobody has to sign it again. */
  delegator = pawl_repo_stage_load_delegator (work, role, NULL);
  if (delegator == NULL ||
      pawl_tuf_metadata_verify (current, delegator, role, PAWL_TUF_KEY_FLAGS_NONE, NULL))
    return TRUE;
  return pawl_repo_stage_again (work, role, error);
}

static gboolean
renew_worthless (PawlRepoWork *work, GError **error)
{
  g_autoptr (GPtrArray) delegated = pawl_repo_work_list_delegated (work, error);

  if (delegated == NULL)
    return FALSE;
  for (guint i = 0; i < delegated->len; i++)
    if (!renew_if_worthless (work, delegated->pdata[i], error))
      return FALSE;
  return renew_if_worthless (work, "targets", error);
}

/* Whether no staged role of @work but those in @except waits for signatures. */
static gboolean
is_complete_before (PawlRepoWork *work,
                    const char *const *except,
                    gboolean *out_done,
                    GError **error)
{
  g_autoptr (GPtrArray) all = pawl_repo_tx_measure_all (work, error);

  if (all == NULL)
    return FALSE;
  *out_done = TRUE;
  for (guint i = 0; i < all->len; i++)
    {
      PawlRepoProgress *progress = all->pdata[i];

      *out_done &= progress->complete || g_strv_contains (except, progress->role);
    }
  return TRUE;
}

static gboolean
has_newest (PawlRepoWork *work, const char *role)
{
  g_autoptr (PawlTufMetadata) metadata = pawl_repo_work_load_newest (work, role, NULL);

  return metadata != NULL;
}

/*< private >
 * pawl_repo_tx_advance:
 * @work: a work folder
 * @error: return location
 *
 * Stages what has to be signed next.
 *
 * Returns: %TRUE if everything that follows by now is staged
 */
gboolean
pawl_repo_tx_advance (PawlRepoWork *work, GError **error)
{
  static const char *const online[] = {"snapshot", "timestamp", NULL};
  gboolean done = FALSE;

  if (!has_newest (work, "root") || !has_newest (work, "targets"))
    return TRUE;
  if (!renew_worthless (work, error) || !is_complete_before (work, online, &done, error))
    return FALSE;
  if (!done)
    return TRUE;
  if (!renew_if_worthless (work, "snapshot", error) || !pawl_repo_derive_snapshot (work, error) ||
      !is_complete_before (work, online + 1, &done, error))
    return FALSE;
  return !done || (renew_if_worthless (work, "timestamp", error) &&
                   pawl_repo_derive_timestamp (work, error));
}

/* ---- the end of a transaction ---- */

static gboolean
check_complete (GPtrArray *all, GError **error)
{
  for (guint i = 0; i < all->len; i++)
    {
      PawlRepoProgress *progress = all->pdata[i];

      if (!progress->complete)
        return pawl_repo_fail (error, PAWL_REPO_ERROR_INCOMPLETE,
                               "staged %s, version %" G_GINT64_FORMAT
                               ", is not complete: %s: see “pawl-repo tx status”",
                               progress->role, progress->version, progress->problem);
    }
  return TRUE;
}

static gboolean
move (PawlRepoWork *work, PawlRepoProgress *progress, GError **error)
{
  g_autofree char *from = pawl_repo_work_dup_staged_path (work, progress->role);
  g_autofree char *to = pawl_repo_work_dup_role_path (work, progress->role, progress->version);
  g_autoptr (GBytes) bytes = pawl_repo_file_read (from, error);

  return bytes != NULL && pawl_repo_file_write_changed (to, bytes, error);
}

static char *
describe (GPtrArray *all)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < all->len; i++)
    {
      PawlRepoProgress *progress = all->pdata[i];

      g_string_append_printf (text, "%s%s %" G_GINT64_FORMAT, i > 0 ? ", " : "", progress->role,
                              progress->version);
    }
  return g_string_free (text, FALSE);
}

static gboolean
is_orphan (PawlRepoWork *work, const char *role)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlTufMetadata) delegator = pawl_repo_stage_load_delegator (work, role, &error);

  return delegator == NULL && g_error_matches (error, PAWL_REPO_ERROR, PAWL_REPO_ERROR_ORPHAN);
}

/* A revoked role has no version of today any more, and one whose delegation was given up no next
 * one. */
static gboolean
remove_orphans (PawlRepoWork *work, GError **error)
{
  g_autoptr (GPtrArray) delegated = pawl_repo_work_list_delegated (work, error);
  g_autoptr (GPtrArray) staged =
    delegated != NULL ? pawl_repo_work_list_staged (work, error) : NULL;

  if (staged == NULL)
    return FALSE;
  for (guint i = 0; i < delegated->len; i++)
    {
      g_autofree char *path = pawl_repo_work_dup_role_path (work, delegated->pdata[i], 0);

      if (is_orphan (work, delegated->pdata[i]) && !pawl_repo_file_remove (path, error))
        return FALSE;
    }
  for (guint i = 0; i < staged->len; i++)
    {
      g_autofree char *path = pawl_repo_work_dup_staged_path (work, staged->pdata[i]);

      if (is_orphan (work, staged->pdata[i]) && !pawl_repo_file_remove (path, error))
        return FALSE;
    }
  return TRUE;
}

/* Leaves out of @all what is not in @only. */
static void
filter (GPtrArray *all, const char *const *only)
{
  for (guint i = all->len; only != NULL && i > 0; i--)
    if (!g_strv_contains (only, ((PawlRepoProgress *) all->pdata[i - 1])->role))
      g_ptr_array_remove_index (all, i - 1);
}

/*< private >
 * pawl_repo_tx_apply:
 * @work: a work folder
 * @only: (nullable): leave all other roles staged; for a timer that keeps timestamps fresh while
 * people collect signatures
 * @out_applied: (out) (optional): how many roles have a new version
 * @error: return location
 *
 * Makes the transaction today's roles: all of it, or nothing. A kill in between leaves it staged,
 * and the next call goes on.
 *
 * Returns: %TRUE if nothing is staged any more
 */
gboolean
pawl_repo_tx_apply (PawlRepoWork *work, const char *const *only, guint *out_applied, GError **error)
{
  g_autoptr (GPtrArray) all = NULL;
  g_autofree char *text = NULL;

  if (!pawl_repo_tx_advance (work, error))
    return FALSE;
  all = pawl_repo_tx_measure_all (work, error);
  if (all != NULL)
    filter (all, only);
  if (all == NULL || !check_complete (all, error))
    return FALSE;
  if (out_applied != NULL)
    *out_applied = all->len;
  if (all->len == 0)
    return TRUE;
  text = describe (all);
  if (!pawl_repo_work_log (work, error, "tx apply", "%s", text))
    return FALSE;
  for (guint i = 0; i < all->len; i++)
    if (!move (work, all->pdata[i], error))
      return FALSE;
  for (guint i = 0; i < all->len; i++)
    {
      g_autofree char *path =
        pawl_repo_work_dup_staged_path (work, ((PawlRepoProgress *) all->pdata[i])->role);

      if (!pawl_repo_file_remove (path, error))
        return FALSE;
    }
  return remove_orphans (work, error);
}

/*< private >
 * pawl_repo_tx_cancel:
 * @work: a work folder
 * @role: (nullable): a staged role; %NULL for all
 * @error: return location
 *
 * Returns: %TRUE if it is not staged any more
 */
gboolean
pawl_repo_tx_cancel (PawlRepoWork *work, const char *role, GError **error)
{
  g_autoptr (GPtrArray) roles = pawl_repo_work_list_staged (work, error);
  gboolean found = FALSE;

  if (roles == NULL)
    return FALSE;
  for (guint i = 0; i < roles->len; i++)
    {
      g_autofree char *path = pawl_repo_work_dup_staged_path (work, roles->pdata[i]);

      if (role != NULL && !g_str_equal (role, roles->pdata[i]))
        continue;
      found = TRUE;
      if (!pawl_repo_work_log (work, error, "tx cancel", "%s", (char *) roles->pdata[i]) ||
          !pawl_repo_file_remove (path, error))
        return FALSE;
    }
  if (!found && role != NULL)
    return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE, "role %s: nothing is staged", role);
  return remove_orphans (work, error);
}
