/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What stays and what goes after an update: back to the version before, on with the new one, and
 * making room. Each is one atomic write of the boot entries; pruning the repository, which may take
 * long, comes after it and can be cut at any time. */
#include "pawl-ostree-keep.h"

#include "pawl-ostree-compat.h"
#include "pawl-ostree-list.h"
#include "pawl-ostree-record.h"
#include "pawl-ostree-remote.h"
#include "pawl-ostree-size.h"

/* Enough to go back once. */
#define KEEP_LEAST 2

/* Takes a deployment of @commit that waits for the shutdown away, with its lock. */
static gboolean
drop_staged (PawlOstreeScene *scene, const char *commit, GError **error)
{
  OstreeDeployment *staged = ostree_sysroot_get_staged_deployment (scene->sysroot);
  g_autoptr (GPtrArray) all = NULL;

  if (!pawl_ostree_list_is (staged, scene->os, commit))
    return TRUE;
  all = ostree_sysroot_get_deployments (scene->sysroot);
  g_ptr_array_remove_index (all, 0);
  return pawl_ostree_sysroot_write (scene->sysroot, all, error) &&
         pawl_ostree_compat_unlock_finalization (NULL, error);
}

/* The commit has no reference any more that would keep it from being pruned. */
static gboolean
drop_ref (PawlOstreeScene *scene, PawlOstreeRequest *request, GError **error)
{
  g_autofree char *refspec = g_strdup_printf ("%s:%s", request->settings->remote, PAWL_OSTREE_REF);
  g_autofree char *commit = NULL;

  if (!ostree_repo_resolve_rev (scene->repo, refspec, TRUE, &commit, error))
    return FALSE;
  return g_strcmp0 (commit, request->commit) != 0 ||
         ostree_repo_set_ref_immediate (scene->repo, request->settings->remote, PAWL_OSTREE_REF,
                                        NULL, NULL, error);
}

/* What shall boot instead of the request's commit. (transfer full) */
static OstreeDeployment *
choose_next (PawlOstreeScene *scene, PawlOstreeRequest *request, GError **error)
{
  OstreeDeployment *next;

  if (!pawl_ostree_list_is (scene->running, scene->os, request->commit))
    return g_object_ref (scene->running);
  next = pawl_ostree_list_find_previous (scene->sysroot, scene->os, scene->running);
  if (next == NULL)
    g_set_error (error, PAWL_ERROR, PAWL_ERROR_INSTALL,
                 "%s: no other version of %s is deployed that could boot instead",
                 pawl_target_get_name (request->target), scene->os);
  return next;
}

/* Sets @out_reboot when another version than what runs is next. */
static gboolean
revert (PawlOstreeScene *scene, PawlOstreeRequest *request, gboolean *out_reboot, GError **error)
{
  g_autoptr (OstreeDeployment) next = NULL;
  g_autoptr (GPtrArray) list = NULL;

  if (!drop_staged (scene, request->commit, error))
    return FALSE;
  if (scene->running == NULL)
    return TRUE;
  next = choose_next (scene, request, error);
  if (next == NULL)
    return FALSE;
  list =
    pawl_ostree_list_reverted (scene->sysroot, scene->os, request->commit, scene->running, next);
  if (!pawl_ostree_list_is_same (scene->sysroot, list) &&
      !pawl_ostree_sysroot_write (scene->sysroot, list, error))
    return FALSE;
  *out_reboot = !ostree_deployment_equal (next, scene->running);
  return drop_ref (scene, request, error);
}

/*< private >
 * pawl_ostree_keep_revert:
 * @input: (type PawlOstreeRequest): what shall not run
 * @op: completed with what start_revert() promises
 * @error: return location
 *
 * A #PawlOstreeJobFunc. While the bad version itself runs, its deployment cannot be removed and
 * goes to the end of the boot entries; called again after the reboot, this removes it.
 *
 * Returns: %TRUE after completing @op
 */
gboolean
pawl_ostree_keep_revert (gpointer input, PawlOperation *op, GError **error)
{
  PawlOstreeRequest *request = input;
  GCancellable *cancellable = pawl_operation_get_cancellable (op);
  g_auto (PawlOstreeScene) scene = {0};
  gboolean reboot = FALSE;

  if (!pawl_ostree_scene_open (&scene, request->settings, cancellable, error) ||
      !revert (&scene, request, &reboot, error))
    return FALSE;
  pawl_ostree_scene_clear (&scene);
  pawl_ostree_request_complete (op, reboot);
  return TRUE;
}

/* Leaves @keep deployments. Pins that retention set for the shutdown are not needed any more: from
 * here on the boot entries say what stays. */
static gboolean
retain (PawlOstreeScene *scene, guint keep, GError **error)
{
  g_autoptr (OstreeDeployment) first = pawl_ostree_list_get_default (scene->sysroot);
  g_autoptr (GPtrArray) list = NULL;

  if (first == NULL || ostree_sysroot_get_staged_deployment (scene->sysroot) != NULL)
    return TRUE;
  list = pawl_ostree_list_retain (scene->sysroot, scene->os, first, scene->running, keep);
  for (guint i = 0; i < list->len; i++)
    if (pawl_ostree_record_is_kept (list->pdata[i]) &&
        !pawl_ostree_record_set_kept (scene->sysroot, list->pdata[i], FALSE, error))
      return FALSE;
  return pawl_ostree_list_is_same (scene->sysroot, list) ||
         pawl_ostree_sysroot_write (scene->sysroot, list, error);
}

static gboolean
check_runs (PawlOstreeScene *scene, PawlOstreeRequest *request, GError **error)
{
  if (pawl_ostree_list_is (scene->running, scene->os, request->commit))
    return TRUE;
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_INSTALL, "%s: what runs is commit %s, wanted %s",
               pawl_target_get_name (request->target),
               scene->running != NULL ? ostree_deployment_get_csum (scene->running) : "none",
               request->commit);
  return FALSE;
}

/*< private >
 * pawl_ostree_keep_commit:
 * @input: (type PawlOstreeRequest): what proved itself
 * @op: completed
 * @error: return location
 *
 * A #PawlOstreeJobFunc.
 *
 * Returns: %TRUE after completing @op
 */
gboolean
pawl_ostree_keep_commit (gpointer input, PawlOperation *op, GError **error)
{
  PawlOstreeRequest *request = input;
  GCancellable *cancellable = pawl_operation_get_cancellable (op);
  g_auto (PawlOstreeScene) scene = {0};

  if (!pawl_ostree_scene_open (&scene, request->settings, cancellable, error) ||
      !check_runs (&scene, request, error) ||
      !pawl_ostree_record_set_proven (scene.sysroot, scene.running, error) ||
      !retain (&scene, request->settings->keep, error) ||
      !pawl_ostree_sysroot_prune (scene.sysroot, cancellable, error))
    return FALSE;
  pawl_ostree_scene_clear (&scene);
  pawl_operation_complete (op, NULL);
  return TRUE;
}

static gboolean
get_free (PawlOstreeScene *scene, guint64 *out_bytes, GError **error)
{
  return pawl_ostree_size_get_free (ostree_sysroot_get_fd (scene->sysroot), "ostree", out_bytes,
                                    error);
}

/* First what is kept for nothing; then, if that is not enough, all but the last way back. */
static gboolean
make_room (PawlOstreeScene *scene,
           PawlOstreeRequest *request,
           GCancellable *cancellable,
           GError **error)
{
  guint64 bytes = 0;

  if (!retain (scene, request->settings->keep, error) ||
      !pawl_ostree_sysroot_prune (scene->sysroot, cancellable, error) ||
      !get_free (scene, &bytes, error))
    return FALSE;
  if (bytes >= request->need_bytes + request->settings->reserve_bytes ||
      request->settings->keep == KEEP_LEAST)
    return TRUE;
  return retain (scene, KEEP_LEAST, error) &&
         pawl_ostree_sysroot_prune (scene->sysroot, cancellable, error);
}

/*< private >
 * pawl_ostree_keep_clean_up:
 * @input: (type PawlOstreeRequest): how much room is wanted
 * @op: completed with what start_clean_up() promises
 * @error: return location
 *
 * A #PawlOstreeJobFunc. What runs, what would run after a revert, what is installed and waits, and
 * what a person pinned all stay, however much room is wanted.
 *
 * Returns: %TRUE after completing @op
 */
gboolean
pawl_ostree_keep_clean_up (gpointer input, PawlOperation *op, GError **error)
{
  PawlOstreeRequest *request = input;
  GCancellable *cancellable = pawl_operation_get_cancellable (op);
  g_auto (PawlOstreeScene) scene = {0};
  g_auto (GVariantDict) result = G_VARIANT_DICT_INIT (NULL);
  guint64 before = 0, after = 0;

  if (!pawl_ostree_scene_open (&scene, request->settings, cancellable, error) ||
      !get_free (&scene, &before, error) || !make_room (&scene, request, cancellable, error) ||
      !get_free (&scene, &after, error))
    return FALSE;
  g_variant_dict_insert (&result, "freed-bytes", "t", after > before ? after - before : 0);
  pawl_ostree_scene_clear (&scene);
  pawl_operation_complete (op, g_variant_dict_end (&result));
  return TRUE;
}
