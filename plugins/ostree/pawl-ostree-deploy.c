/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* How a commit gets from the repository to being the next boot.
 *
 * The boot counter is armed between install and activate, so that no power cut boots a new version
 * uncounted. Therefore install may do all the work but not the last step, and how it holds back
 * depends on what the system root is:
 *
 *   booted      Install stages: libostree checks the tree out and notes in /run what to do at
 *               shutdown. It also locks the finalisation, so that a shutdown now does nothing.
 *               Activate takes that lock away. At shutdown ostree-finalize-staged.service merges
 *               /etc, as late as can be, and writes the boot entries. A cut at any time before that
 *               leaves the old boot entries, and an empty /run; activate then finds nothing staged
 *               and stages anew.
 *   otherwise   Install deploys, and writes the new deployment as the *last* boot entry, where
 *               nothing boots it unasked. Activate writes the entries again with it in front, which
 *               libostree does by renaming one symbolic link.
 *
 * On a live system that is not staged, for want of /run/ostree-booted or by configuration, activate
 * deploys once more, so that what changed in /etc since install is merged too; checking out hard
 * links is cheap.
 *
 * A deployment that install wrote is recognised by its record (see pawl-ostree-record.c), so each
 * step, called again after a cut, finds what it did already. */
#include "pawl-ostree-deploy.h"

#include "pawl-ostree-check.h"
#include "pawl-ostree-compat.h"
#include "pawl-ostree-kargs.h"
#include "pawl-ostree-list.h"
#include "pawl-ostree-record.h"
#include "pawl-ostree-remote.h"

/* Finalising keeps what runs and pinned deployments only, so those that shall stay are pinned. */
static gboolean
pin_kept (PawlOstreeScene *scene, guint keep, GError **error)
{
  g_autoptr (GPtrArray) kept =
    pawl_ostree_list_retain (scene->sysroot, scene->os, scene->running, NULL, keep - 1);

  for (guint i = 1; i < kept->len; i++)
    {
      OstreeDeployment *deployment = kept->pdata[i];

      if (ostree_deployment_is_pinned (deployment) || pawl_ostree_record_is_pending (deployment) ||
          !g_str_equal (ostree_deployment_get_osname (deployment), scene->os))
        continue;
      if (!pawl_ostree_record_set_kept (scene->sysroot, deployment, TRUE, error))
        return FALSE;
    }
  return TRUE;
}

static GKeyFile *
make_origin (PawlOstreeScene *scene, PawlOstreeRequest *request)
{
  g_autofree char *refspec = g_strdup_printf ("%s:%s", request->settings->remote, PAWL_OSTREE_REF);

  return pawl_ostree_record_new (request->target, scene->running, refspec);
}

/* The deployment whose /etc and kernel arguments are carried over. (transfer full) (nullable) */
static OstreeDeployment *
dup_merge (PawlOstreeScene *scene)
{
  if (scene->running != NULL &&
      g_str_equal (ostree_deployment_get_osname (scene->running), scene->os))
    return g_object_ref (scene->running);
  return ostree_sysroot_get_merge_deployment (scene->sysroot, scene->os);
}

/* Checks the commit out, in the staged way or the direct one. A direct deployment has no boot entry
 * yet. */
static OstreeDeployment *
deploy (PawlOstreeScene *scene,
        PawlOstreeRequest *request,
        gboolean staged,
        GCancellable *cancellable,
        GError **error)
{
  g_autoptr (OstreeDeployment) merge = dup_merge (scene);
  g_autoptr (GKeyFile) origin = make_origin (scene, request);
  g_auto (GStrv) kargs =
    pawl_ostree_kargs_new (merge, pawl_target_get_custom (request->target), error);
  OstreeSysrootDeployTreeOpts options = {.override_kernel_argv = kargs};
  g_autoptr (OstreeDeployment) deployment = NULL;
  gboolean done;

  if (kargs == NULL)
    return NULL;
  done =
    (staged ? ostree_sysroot_stage_tree_with_options
            : ostree_sysroot_deploy_tree_with_options) (scene->sysroot, scene->os, request->commit,
                                                        origin, merge, &options, &deployment,
                                                        cancellable, error);
  if (!done)
    {
      /* Half a checkout would only take room; the error that is reported is the first. */
      ostree_sysroot_prepare_cleanup (scene->sysroot, NULL, NULL);
      return NULL;
    }
  return g_steal_pointer (&deployment);
}

static gboolean
stage (PawlOstreeScene *scene,
       PawlOstreeRequest *request,
       gboolean locked,
       GCancellable *cancellable,
       GError **error)
{
  g_autoptr (OstreeDeployment) deployment = NULL;

  if (!pin_kept (scene, request->settings->keep, error))
    return FALSE;
  if (locked ? !pawl_ostree_compat_lock_finalization (error)
             : !pawl_ostree_compat_unlock_finalization (NULL, error))
    return FALSE;
  deployment = deploy (scene, request, TRUE, cancellable, error);
  if (deployment != NULL)
    return TRUE;
  /* Nothing of ours is staged, and other programs' staging must not stay locked. */
  if (locked)
    pawl_ostree_compat_unlock_finalization (NULL, NULL);
  return FALSE;
}

static gboolean
deploy_last (PawlOstreeScene *scene,
             PawlOstreeRequest *request,
             GCancellable *cancellable,
             GError **error)
{
  g_autoptr (OstreeDeployment) deployment = deploy (scene, request, FALSE, cancellable, error);
  g_autoptr (GPtrArray) list = NULL;

  if (deployment == NULL)
    return FALSE;
  list = pawl_ostree_list_with (scene->sysroot, deployment);
  return pawl_ostree_sysroot_write (scene->sysroot, list, error);
}

static gboolean
remove_stale (PawlOstreeScene *scene, GError **error)
{
  gboolean changed = FALSE;
  g_autoptr (GPtrArray) list =
    pawl_ostree_list_without_stale (scene->sysroot, scene->os, scene->running, &changed);

  return !changed || pawl_ostree_sysroot_write (scene->sysroot, list, error);
}

static gboolean
install (PawlOstreeScene *scene,
         PawlOstreeRequest *request,
         GCancellable *cancellable,
         GError **error)
{
  guint64 disk_bytes = 0;

  if (!pawl_ostree_check_whole (scene, request, cancellable, error) ||
      !remove_stale (scene, error) ||
      !pawl_ostree_check_room (scene, request, &disk_bytes, cancellable, error))
    return FALSE;
  if (scene->is_booted && request->settings->stage)
    return stage (scene, request, TRUE, cancellable, error);
  return deploy_last (scene, request, cancellable, error);
}

/*< private >
 * pawl_ostree_deploy_install:
 * @input: (type PawlOstreeRequest): what is wanted
 * @op: completed with what start_install() promises
 * @error: return location
 *
 * A #PawlOstreeJobFunc.
 *
 * Returns: %TRUE after completing @op
 */
gboolean
pawl_ostree_deploy_install (gpointer input, PawlOperation *op, GError **error)
{
  PawlOstreeRequest *request = input;
  GCancellable *cancellable = pawl_operation_get_cancellable (op);
  g_auto (PawlOstreeScene) scene = {0};
  g_autoptr (OstreeDeployment) present = NULL;
  gboolean is_running;

  if (!pawl_ostree_scene_open (&scene, request->settings, cancellable, error))
    return FALSE;
  is_running = pawl_ostree_list_is (scene.running, scene.os, request->commit);
  present = pawl_ostree_list_find_pending (scene.sysroot, scene.os, request->commit);
  if (!is_running && present == NULL && !install (&scene, request, cancellable, error))
    return FALSE;
  pawl_ostree_scene_clear (&scene);
  pawl_ostree_request_complete (op, !(is_running && scene.is_live));
  return TRUE;
}

/* The same commit may be a new target: what runs gets its name. */
static gboolean
rename_running (PawlOstreeScene *scene, PawlOstreeRequest *request, GError **error)
{
  g_autoptr (PawlTarget) present =
    pawl_ostree_record_describe (scene->sysroot, scene->running, error);

  if (present == NULL)
    return FALSE;
  return pawl_target_is_same (present, request->target) ||
         pawl_ostree_record_set (scene->sysroot, scene->running, request->target, error);
}

static gboolean
make_first (PawlOstreeScene *scene,
            PawlOstreeRequest *request,
            OstreeDeployment *first,
            GError **error)
{
  g_autoptr (GPtrArray) list = pawl_ostree_list_retain (scene->sysroot, scene->os, first,
                                                        scene->running, request->settings->keep);

  return pawl_ostree_list_is_same (scene->sysroot, list) ||
         pawl_ostree_sysroot_write (scene->sysroot, list, error);
}

static gboolean
activate_staged (PawlOstreeScene *scene,
                 PawlOstreeRequest *request,
                 GCancellable *cancellable,
                 GError **error)
{
  OstreeDeployment *staged = ostree_sysroot_get_staged_deployment (scene->sysroot);

  if (pawl_ostree_list_is (staged, scene->os, request->commit) &&
      pawl_ostree_record_is_pending (staged))
    return pawl_ostree_compat_unlock_finalization (NULL, error);
  return pawl_ostree_check_whole (scene, request, cancellable, error) &&
         stage (scene, request, FALSE, cancellable, error);
}

static gboolean
activate_direct (PawlOstreeScene *scene,
                 PawlOstreeRequest *request,
                 GCancellable *cancellable,
                 GError **error)
{
  g_autoptr (OstreeDeployment) present =
    pawl_ostree_list_find_pending (scene->sysroot, scene->os, request->commit);
  g_autoptr (OstreeDeployment) first = NULL;

  if (present != NULL && !scene->is_live)
    return make_first (scene, request, present, error);
  if (!pawl_ostree_check_whole (scene, request, cancellable, error))
    return FALSE;
  first = deploy (scene, request, FALSE, cancellable, error);
  /* The older checkout goes in a second write: a cut between them leaves a stale last entry, which
   * the next install removes. */
  return first != NULL && make_first (scene, request, first, error) && remove_stale (scene, error);
}

static gboolean
activate (PawlOstreeScene *scene,
          PawlOstreeRequest *request,
          GCancellable *cancellable,
          GError **error)
{
  g_autoptr (OstreeDeployment) first = pawl_ostree_list_get_default (scene->sysroot);

  if (pawl_ostree_list_is (scene->running, scene->os, request->commit))
    return rename_running (scene, request, error) &&
           make_first (scene, request, scene->running, error);
  /* Finalised or written already, and not booted yet. */
  if (pawl_ostree_list_is (first, scene->os, request->commit) &&
      pawl_ostree_record_is_pending (first))
    return TRUE;
  if (scene->is_booted && request->settings->stage)
    return activate_staged (scene, request, cancellable, error);
  return activate_direct (scene, request, cancellable, error);
}

/*< private >
 * pawl_ostree_deploy_activate:
 * @input: (type PawlOstreeRequest): what is wanted
 * @op: completed with what start_activate() promises
 * @error: return location
 *
 * A #PawlOstreeJobFunc.
 *
 * Returns: %TRUE after completing @op
 */
gboolean
pawl_ostree_deploy_activate (gpointer input, PawlOperation *op, GError **error)
{
  PawlOstreeRequest *request = input;
  GCancellable *cancellable = pawl_operation_get_cancellable (op);
  g_auto (PawlOstreeScene) scene = {0};
  gboolean is_running;

  if (!pawl_ostree_scene_open (&scene, request->settings, cancellable, error))
    return FALSE;
  is_running = pawl_ostree_list_is (scene.running, scene.os, request->commit);
  if (!activate (&scene, request, cancellable, error))
    return FALSE;
  pawl_ostree_scene_clear (&scene);
  pawl_ostree_request_complete (op, !(is_running && scene.is_live));
  return TRUE;
}
