/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Whether a commit can be deployed: is it whole, is there room, can boot entries be written. */
#include "pawl-ostree-check.h"

#include "pawl-ostree-size.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* What a deployment writes besides the kernel: a copy of /etc, links, boot entries. */
#define DEPLOY_BYTES (G_GUINT64_CONSTANT (8) << 20)
/* Boot entries and links of a deployment whose kernel is in /boot already. */
#define BOOT_BYTES (G_GUINT64_CONSTANT (64) << 10)

/* /boot of a booted system may be mounted read-only: libostree has made it writable in this
 * thread's mount namespace by now, or has failed to. */
static gboolean
check_boot_writable (OstreeSysroot *sysroot, GError **error)
{
  if (faccessat (ostree_sysroot_get_fd (sysroot), "boot", W_OK, AT_EACCESS) == 0)
    return TRUE;
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_STORAGE,
               "boot: new boot entries cannot be written: %s; remount it writable",
               g_strerror (errno));
  return FALSE;
}

static gboolean
get_boot_need (PawlOstreeScene *scene,
               const char *commit,
               guint64 *out_bytes,
               GCancellable *cancellable,
               GError **error)
{
  const char *running = scene->running != NULL ? ostree_deployment_get_csum (scene->running) : NULL;

  if (pawl_ostree_size_has_whole (scene->repo, commit))
    return pawl_ostree_size_of_boot (scene->repo, commit, running, out_bytes, cancellable, error);
  /* Not here yet: it is assumed to bring a kernel as large as that of what runs. */
  *out_bytes = 0;
  return running == NULL ||
         pawl_ostree_size_of_boot (scene->repo, running, NULL, out_bytes, cancellable, error);
}

static gboolean
has_room (PawlOstreeScene *scene, PawlOstreeRequest *request, guint64 boot_bytes, GError **error)
{
  int fd = ostree_sysroot_get_fd (scene->sysroot);
  guint64 wanted = DEPLOY_BYTES + request->settings->reserve_bytes;
  const char *name = pawl_target_get_name (request->target);

  return pawl_ostree_size_check_free (fd, "ostree", wanted, name, error) &&
         pawl_ostree_size_check_free (fd, "boot", boot_bytes + BOOT_BYTES, name, error);
}

/*< private >
 * pawl_ostree_check_whole:
 * @scene: a locked system root
 * @request: what is going to be deployed
 * @cancellable: cancels
 * @error: return location; #PAWL_ERROR_NOT_FOUND when something is missing
 *
 * Hashes the commit again, and with verify-objects everything that is in it: what was verified when
 * it came is what is deployed.
 *
 * Returns: %TRUE if all of it is there
 */
gboolean
pawl_ostree_check_whole (PawlOstreeScene *scene,
                         PawlOstreeRequest *request,
                         GCancellable *cancellable,
                         GError **error)
{
  g_autoptr (GHashTable) reachable = NULL;
  GHashTableIter iter;
  gpointer key;

  if (!pawl_ostree_size_has_whole (scene->repo, request->commit))
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_NOT_FOUND,
                   "%s: commit %s is not whole in the repository; fetch it again",
                   pawl_target_get_name (request->target), request->commit);
      return FALSE;
    }
  if (!ostree_repo_fsck_object (scene->repo, OSTREE_OBJECT_TYPE_COMMIT, request->commit,
                                cancellable, error))
    return FALSE;
  if (!request->settings->verify_objects)
    return TRUE;
  if (!ostree_repo_traverse_commit (scene->repo, request->commit, 0, &reachable, cancellable,
                                    error))
    return FALSE;
  g_hash_table_iter_init (&iter, reachable);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      const char *checksum;
      OstreeObjectType type;

      ostree_object_name_deserialize (key, &checksum, &type);
      if (!ostree_repo_fsck_object (scene->repo, type, checksum, cancellable, error))
        return FALSE;
    }
  return TRUE;
}

/*< private >
 * pawl_ostree_check_room:
 * @scene: a locked system root
 * @request: what is going to be deployed
 * @out_disk_bytes: what that takes, besides the objects
 * @cancellable: cancels
 * @error: return location; #PAWL_ERROR_NO_SPACE, #PAWL_ERROR_STORAGE
 *
 * Returns: %TRUE if there is room for a deployment and its boot entries, and they can be written
 */
gboolean
pawl_ostree_check_room (PawlOstreeScene *scene,
                        PawlOstreeRequest *request,
                        guint64 *out_disk_bytes,
                        GCancellable *cancellable,
                        GError **error)
{
  guint64 boot_bytes = 0;

  if (!check_boot_writable (scene->sysroot, error) ||
      !get_boot_need (scene, request->commit, &boot_bytes, cancellable, error) ||
      !has_room (scene, request, boot_bytes, error))
    return FALSE;
  *out_disk_bytes = DEPLOY_BYTES + boot_bytes;
  return TRUE;
}

/*< private >
 * pawl_ostree_check:
 * @input: (type PawlOstreeRequest): what is wanted
 * @op: completed with what start_can_install() promises
 * @error: return location
 *
 * A #PawlOstreeJobFunc.
 *
 * Returns: %TRUE after completing @op
 */
gboolean
pawl_ostree_check (gpointer input, PawlOperation *op, GError **error)
{
  PawlOstreeRequest *request = input;
  GCancellable *cancellable = pawl_operation_get_cancellable (op);
  g_auto (PawlOstreeScene) scene = {0};
  g_auto (GVariantDict) result = G_VARIANT_DICT_INIT (NULL);
  guint64 disk_bytes = 0;

  if (!pawl_ostree_scene_open (&scene, request->settings, cancellable, error) ||
      !ostree_repo_is_writable (scene.repo, error) ||
      !pawl_ostree_check_room (&scene, request, &disk_bytes, cancellable, error))
    return FALSE;
  g_variant_dict_insert (&result, "disk-bytes", "t", disk_bytes);
  g_variant_dict_insert (&result, "reboot-needed", "b", TRUE);
  pawl_ostree_scene_clear (&scene);
  pawl_operation_complete (op, g_variant_dict_end (&result));
  return TRUE;
}
