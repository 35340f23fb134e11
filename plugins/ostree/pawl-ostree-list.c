/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Lists of deployments: which boot entries there are, and in which order, before and after each
 * step. Nothing here writes. Deployments of other operating systems and those that a person pinned
 * stay in every list. */
#include "pawl-ostree-list.h"

#include "pawl-ostree-record.h"

static GPtrArray *
list_new (void)
{
  return g_ptr_array_new_with_free_func (g_object_unref);
}

static void
list_add (GPtrArray *list, OstreeDeployment *deployment)
{
  g_ptr_array_add (list, g_object_ref (deployment));
}

/* All that have a boot entry: not the staged one. */
static GPtrArray *
dup_written (OstreeSysroot *sysroot)
{
  g_autoptr (GPtrArray) all = ostree_sysroot_get_deployments (sysroot);
  GPtrArray *list = list_new ();

  for (guint i = 0; i < all->len; i++)
    if (!ostree_deployment_is_staged (all->pdata[i]))
      list_add (list, all->pdata[i]);
  return list;
}

static gboolean
is_same (OstreeDeployment *a, OstreeDeployment *b)
{
  return a != NULL && b != NULL && ostree_deployment_equal (a, b);
}

static gboolean
is_pinned_by_person (OstreeDeployment *deployment)
{
  return ostree_deployment_is_pinned (deployment) && !pawl_ostree_record_is_kept (deployment);
}

static gboolean
is_of (OstreeDeployment *deployment, const char *os)
{
  return g_str_equal (ostree_deployment_get_osname (deployment), os);
}

/* Whether @deployment is of @os and has @commit. */
gboolean
pawl_ostree_list_is (OstreeDeployment *deployment, const char *os, const char *commit)
{
  return deployment != NULL && is_of (deployment, os) &&
         g_str_equal (ostree_deployment_get_csum (deployment), commit);
}

/*< private >
 * pawl_ostree_list_find_pending:
 * @sysroot: a loaded system root
 * @os: the operating system
 * @commit: what was installed
 *
 * Finds what start_install() left, staged or not.
 *
 * Returns: (transfer full) (nullable): the deployment
 */
OstreeDeployment *
pawl_ostree_list_find_pending (OstreeSysroot *sysroot, const char *os, const char *commit)
{
  g_autoptr (GPtrArray) all = ostree_sysroot_get_deployments (sysroot);

  for (guint i = 0; i < all->len; i++)
    if (pawl_ostree_list_is (all->pdata[i], os, commit) &&
        pawl_ostree_record_is_pending (all->pdata[i]))
      return g_object_ref (all->pdata[i]);
  return NULL;
}

/* What boots next, as far as the boot loader knows; the staged one is not known to it yet.
 * (transfer full) (nullable) */
OstreeDeployment *
pawl_ostree_list_get_default (OstreeSysroot *sysroot)
{
  g_autoptr (GPtrArray) list = dup_written (sysroot);

  return list->len > 0 ? g_object_ref (list->pdata[0]) : NULL;
}

/* Everything, with @added last, where nothing boots it unasked: a boot loader that falls back takes
 * the second entry. */
GPtrArray *
pawl_ostree_list_with (OstreeSysroot *sysroot, OstreeDeployment *added)
{
  GPtrArray *list = dup_written (sysroot);

  list_add (list, added);
  return list;
}

/* Everything but what earlier installs left that never became what runs or what boots next. */
GPtrArray *
pawl_ostree_list_without_stale (OstreeSysroot *sysroot,
                                const char *os,
                                OstreeDeployment *running,
                                gboolean *out_changed)
{
  g_autoptr (GPtrArray) all = dup_written (sysroot);
  GPtrArray *list = list_new ();

  for (guint i = 0; i < all->len; i++)
    {
      OstreeDeployment *deployment = all->pdata[i];

      if (i == 0 || !is_of (deployment, os) || is_same (deployment, running) ||
          is_pinned_by_person (deployment) || !pawl_ostree_record_is_pending (deployment))
        list_add (list, deployment);
    }
  *out_changed = list->len != all->len;
  return list;
}

/*< private >
 * pawl_ostree_list_retain:
 * @sysroot: a loaded system root
 * @os: the operating system
 * @first: what shall boot next
 * @running: (nullable): what runs; it stays, right after @first
 * @keep: how many of @os stay, @first and @running included; what waits to be activated is not
 *   counted and stays
 *
 * Returns: (transfer full): what stays, @first first
 */
GPtrArray *
pawl_ostree_list_retain (OstreeSysroot *sysroot,
                         const char *os,
                         OstreeDeployment *first,
                         OstreeDeployment *running,
                         guint keep)
{
  g_autoptr (GPtrArray) all = dup_written (sysroot);
  GPtrArray *list = list_new ();
  guint n = 1;

  list_add (list, first);
  if (running != NULL && !is_same (running, first))
    {
      list_add (list, running);
      n++;
    }
  for (guint i = 0; i < all->len; i++)
    {
      OstreeDeployment *deployment = all->pdata[i];

      if (is_same (deployment, first) || is_same (deployment, running))
        continue;
      if (!is_of (deployment, os) || is_pinned_by_person (deployment) ||
          pawl_ostree_record_is_pending (deployment) || n++ < keep)
        list_add (list, deployment);
    }
  return list;
}

/*< private >
 * pawl_ostree_list_reverted:
 * @sysroot: a loaded system root
 * @os: the operating system
 * @commit: what shall not boot again
 * @running: (nullable): what runs
 * @next: what shall boot next instead
 *
 * libostree cannot remove what runs, and pinned deployments are a person's: those go to the very
 * end, behind everything that a boot loader falls back to. All others of @commit go.
 *
 * Returns: (transfer full): what stays, @next first
 */
GPtrArray *
pawl_ostree_list_reverted (OstreeSysroot *sysroot,
                           const char *os,
                           const char *commit,
                           OstreeDeployment *running,
                           OstreeDeployment *next)
{
  g_autoptr (GPtrArray) all = dup_written (sysroot);
  g_autoptr (GPtrArray) last = list_new ();
  GPtrArray *list = list_new ();

  list_add (list, next);
  for (guint i = 0; i < all->len; i++)
    {
      OstreeDeployment *deployment = all->pdata[i];

      if (is_same (deployment, next))
        continue;
      if (!pawl_ostree_list_is (deployment, os, commit))
        list_add (list, deployment);
      else if ((pawl_ostree_sysroot_is_live (sysroot) && is_same (deployment, running)) ||
               is_pinned_by_person (deployment))
        list_add (last, deployment);
    }
  for (guint i = 0; i < last->len; i++)
    list_add (list, last->pdata[i]);
  return list;
}

/*< private >
 * pawl_ostree_list_find_previous:
 * @sysroot: a loaded system root
 * @os: the operating system
 * @running: the version to go back from
 *
 * Finds what ran when @running was installed, or without a record of that the next boot entry with
 * another commit.
 *
 * Returns: (transfer full) (nullable): the deployment
 */
OstreeDeployment *
pawl_ostree_list_find_previous (OstreeSysroot *sysroot, const char *os, OstreeDeployment *running)
{
  g_autoptr (GPtrArray) all = dup_written (sysroot);
  const char *commit = ostree_deployment_get_csum (running);
  OstreeDeployment *next = NULL;

  for (guint i = 0; i < all->len; i++)
    {
      OstreeDeployment *deployment = all->pdata[i];

      if (!is_of (deployment, os) || pawl_ostree_list_is (deployment, os, commit))
        continue;
      if (pawl_ostree_record_is_previous (running, deployment))
        return g_object_ref (deployment);
      if (next == NULL && !pawl_ostree_record_is_pending (deployment))
        next = deployment;
    }
  return next != NULL ? g_object_ref (next) : NULL;
}

/* Whether @list is what is there anyway. */
gboolean
pawl_ostree_list_is_same (OstreeSysroot *sysroot, GPtrArray *list)
{
  g_autoptr (GPtrArray) all = dup_written (sysroot);

  if (list->len != all->len || ostree_sysroot_get_staged_deployment (sysroot) != NULL)
    return FALSE;
  for (guint i = 0; i < list->len; i++)
    if (!is_same (list->pdata[i], all->pdata[i]))
      return FALSE;
  return TRUE;
}
