/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The system root, opened for one operation and closed with it, so that nothing that another
 * program did in between goes unseen.
 *
 * Three kinds are told apart: *booted* (libostree sees /run/ostree-booted and stages), *live* (this
 * system runs from it, whether or not /run/ostree-booted is there), and neither (a system root in
 * some folder). In the last nothing runs, so what would boot next stands for what runs. */
#include "pawl-ostree-sysroot.h"

#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <sys/stat.h>
#include <unistd.h>

#define LOCK_POLL_MS 100
#define BOOTED_MARK  "/run/ostree-booted"

/* Whether this thread has its mount namespace. A second one would end the first, and with it the
 * mounts below what was opened there. */
static GPrivate is_moved;

/* Gives this thread a mount namespace, in which libostree can make /sysroot and /boot writable
 * without anybody else seeing it. libostree's own way compares namespaces with the first process,
 * which takes the right to trace that one, and looks at the wrong thread. */
static gboolean
move_thread (GError **error)
{
  if (g_private_get (&is_moved) != NULL || access (BOOTED_MARK, F_OK) != 0)
    return TRUE;
  if (unshare (CLONE_NEWNS) != 0)
    {
      int code = errno;

      /* Without that right libostree leaves the mounts as they are, which may be writable. */
      if (code == EPERM)
        return TRUE;
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code),
                   "a mount namespace for writing to it: %s", g_strerror (code));
      return FALSE;
    }
  g_private_set (&is_moved, GINT_TO_POINTER (TRUE));
  return TRUE;
}

static gboolean
initialize (OstreeSysroot *sysroot, GError **error)
{
  if (!move_thread (error))
    return FALSE;
  if (g_private_get (&is_moved) != NULL)
    ostree_sysroot_set_mount_namespace_in_use (sysroot);
  return ostree_sysroot_initialize (sysroot, error);
}

/*< private >
 * pawl_ostree_sysroot_open:
 * @settings: which one
 * @cancellable: cancels
 * @error: return location
 *
 * Opens the system root for reading. On a booted system the calling thread may be moved into a
 * mount namespace of its own, in which libostree can make /sysroot and /boot writable.
 *
 * Returns: (transfer full): the loaded system root
 */
OstreeSysroot *
pawl_ostree_sysroot_open (const PawlOstreeSettings *settings,
                          GCancellable *cancellable,
                          GError **error)
{
  g_autoptr (GFile) path = g_file_new_for_path (settings->sysroot);
  g_autoptr (OstreeSysroot) sysroot = ostree_sysroot_new (path);

  if (!initialize (sysroot, error) || !ostree_sysroot_load (sysroot, cancellable, error))
    {
      g_prefix_error (error, "%s: ", settings->sysroot);
      return NULL;
    }
  return g_steal_pointer (&sysroot);
}

/* Waits a little, or until a cancel. */
static gboolean
pause_for_lock (GCancellable *cancellable, GError **error)
{
  GPollFD fd;

  if (g_cancellable_make_pollfd (cancellable, &fd))
    {
      g_poll (&fd, 1, LOCK_POLL_MS);
      g_cancellable_release_fd (cancellable);
    }
  else
    {
      g_usleep (LOCK_POLL_MS * 1000);
    }
  return !g_cancellable_set_error_if_cancelled (cancellable, error);
}

static gboolean
take_lock (OstreeSysroot *sysroot,
           const PawlOstreeSettings *settings,
           GCancellable *cancellable,
           GError **error)
{
  gint64 until_us = g_get_monotonic_time () + settings->lock_timeout_s * G_USEC_PER_SEC;
  gboolean locked = FALSE;

  while (TRUE)
    {
      if (!ostree_sysroot_try_lock (sysroot, &locked, error))
        return FALSE;
      if (locked)
        return TRUE;
      if (g_get_monotonic_time () >= until_us)
        break;
      if (!pause_for_lock (cancellable, error))
        return FALSE;
    }
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_BUSY,
               "%s: another program has held the lock for %u s; it is tried again later",
               settings->sysroot, settings->lock_timeout_s);
  return FALSE;
}

/*< private >
 * pawl_ostree_sysroot_open_locked:
 * @settings: which one
 * @cancellable: cancels
 * @error: return location; #PAWL_ERROR_BUSY when another program keeps the lock
 *
 * Opens the system root for writing, which nobody else does until it is dropped.
 *
 * Returns: (transfer full): the loaded system root
 */
OstreeSysroot *
pawl_ostree_sysroot_open_locked (const PawlOstreeSettings *settings,
                                 GCancellable *cancellable,
                                 GError **error)
{
  g_autoptr (OstreeSysroot) sysroot = pawl_ostree_sysroot_open (settings, cancellable, error);

  if (sysroot == NULL || !take_lock (sysroot, settings, cancellable, error))
    return NULL;
  /* Whoever held the lock before may have changed everything. */
  if (!ostree_sysroot_load (sysroot, cancellable, error))
    return NULL;
  return g_steal_pointer (&sysroot);
}

/*< private >
 * pawl_ostree_sysroot_open_writable:
 * @settings: which one
 * @cancellable: cancels
 * @error: return location
 *
 * Opens the system root for writing to its repository. On a booted system that may take making
 * /sysroot writable in this thread's own mount namespace, which libostree does under the lock; the
 * lock is not kept, because a pull may take hours.
 *
 * Returns: (transfer full): the loaded system root
 */
OstreeSysroot *
pawl_ostree_sysroot_open_writable (const PawlOstreeSettings *settings,
                                   GCancellable *cancellable,
                                   GError **error)
{
  g_autoptr (OstreeSysroot) sysroot = pawl_ostree_sysroot_open (settings, cancellable, error);

  if (sysroot == NULL)
    return NULL;
  if (ostree_sysroot_get_booted_deployment (sysroot) != NULL)
    {
      g_clear_object (&sysroot);
      sysroot = pawl_ostree_sysroot_open_locked (settings, cancellable, error);
      if (sysroot == NULL)
        return NULL;
      ostree_sysroot_unlock (sysroot);
    }
  if (!ostree_repo_is_writable (ostree_sysroot_repo (sysroot), error))
    {
      g_prefix_error (error, "%s: its repository: ", settings->sysroot);
      return NULL;
    }
  return g_steal_pointer (&sysroot);
}

static gboolean
is_root (OstreeSysroot *sysroot, OstreeDeployment *deployment)
{
  g_autofree char *path = ostree_sysroot_get_deployment_dirpath (sysroot, deployment);
  struct stat root, other;

  return stat ("/", &root) == 0 &&
         fstatat (ostree_sysroot_get_fd (sysroot), path, &other, 0) == 0 &&
         root.st_dev == other.st_dev && root.st_ino == other.st_ino;
}

/* The deployment that this system runs from, or NULL. (transfer none) */
static OstreeDeployment *
find_live (OstreeSysroot *sysroot)
{
  OstreeDeployment *booted = ostree_sysroot_get_booted_deployment (sysroot);
  g_autoptr (GPtrArray) deployments = ostree_sysroot_get_deployments (sysroot);

  if (booted != NULL)
    return booted;
  for (guint i = 0; i < deployments->len; i++)
    if (is_root (sysroot, deployments->pdata[i]))
      return deployments->pdata[i];
  return NULL;
}

/* Whether this system runs from one of the deployments, even when /run/ostree-booted is missing. */
gboolean
pawl_ostree_sysroot_is_live (OstreeSysroot *sysroot)
{
  return find_live (sysroot) != NULL;
}

/*< private >
 * pawl_ostree_sysroot_dup_running:
 * @sysroot: a loaded system root
 * @os: (nullable): of which operating system; empty or %NULL for any
 *
 * Finds what runs, or in a system root that is not live what would boot next.
 *
 * Returns: (transfer full) (nullable): the deployment
 */
OstreeDeployment *
pawl_ostree_sysroot_dup_running (OstreeSysroot *sysroot, const char *os)
{
  OstreeDeployment *live = find_live (sysroot);
  g_autoptr (GPtrArray) deployments = ostree_sysroot_get_deployments (sysroot);

  if (live != NULL)
    return g_object_ref (live);
  for (guint i = 0; i < deployments->len; i++)
    {
      OstreeDeployment *deployment = deployments->pdata[i];

      if (ostree_deployment_is_staged (deployment))
        continue;
      if (os == NULL || *os == '\0' || g_str_equal (ostree_deployment_get_osname (deployment), os))
        return g_object_ref (deployment);
    }
  return NULL;
}

/*< private >
 * pawl_ostree_sysroot_dup_os:
 * @sysroot: a loaded system root
 * @settings: may name it
 * @error: return location; #PAWL_ERROR_INVALID_CONFIG when nothing says it
 *
 * Returns: (transfer full): the operating system to deploy into
 */
char *
pawl_ostree_sysroot_dup_os (OstreeSysroot *sysroot,
                            const PawlOstreeSettings *settings,
                            GError **error)
{
  g_autoptr (OstreeDeployment) running = NULL;

  if (*settings->os != '\0')
    return g_strdup (settings->os);
  running = pawl_ostree_sysroot_dup_running (sysroot, NULL);
  if (running != NULL)
    return g_strdup (ostree_deployment_get_osname (running));
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_CONFIG,
               "%s: nothing is deployed yet, so the key os of %s has to say the system's name",
               settings->sysroot, settings->name);
  return NULL;
}

/*< private >
 * pawl_ostree_sysroot_write:
 * @sysroot: a locked system root
 * @deployments: (element-type OstreeDeployment): what shall be there, the next boot first
 * @error: return location
 *
 * Makes @deployments the boot entries, in one atomic step, and removes the folders of all others.
 * The repository is not pruned, which may take long: start_commit and start_clean_up do that. A
 * cancel is not looked at: what began must end.
 *
 * Returns: %TRUE if it is on disk
 */
gboolean
pawl_ostree_sysroot_write (OstreeSysroot *sysroot, GPtrArray *deployments, GError **error)
{
  OstreeSysrootWriteDeploymentsOpts options = {.do_postclean = FALSE};

  return ostree_sysroot_write_deployments_with_options (sysroot, deployments, &options, NULL,
                                                        error) &&
         ostree_sysroot_prepare_cleanup (sysroot, NULL, error);
}

/*< private >
 * pawl_ostree_sysroot_prune:
 * @sysroot: a locked system root
 * @cancellable: cancels; what is pruned by then stays pruned
 * @error: return location
 *
 * Removes the folders without a boot entry, and from the repository all objects that neither a
 * deployment nor a reference needs.
 *
 * Returns: %TRUE if only what is needed is left
 */
gboolean
pawl_ostree_sysroot_prune (OstreeSysroot *sysroot, GCancellable *cancellable, GError **error)
{
  g_autoptr (GHashTable) reachable = ostree_repo_traverse_new_reachable ();
  OstreeRepoPruneOptions options = {.flags = OSTREE_REPO_PRUNE_FLAGS_REFS_ONLY,
                                    .reachable = reachable};
  gint total, pruned;
  guint64 bytes;

  return ostree_sysroot_prepare_cleanup (sysroot, cancellable, error) &&
         ostree_sysroot_cleanup_prune_repo (sysroot, &options, &total, &pruned, &bytes, cancellable,
                                            error);
}
