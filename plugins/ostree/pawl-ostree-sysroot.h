/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-ostree-settings.h"

#include <ostree.h>

G_BEGIN_DECLS

OstreeSysroot *pawl_ostree_sysroot_open (const PawlOstreeSettings *settings,
                                         GCancellable *cancellable,
                                         GError **error);
OstreeSysroot *pawl_ostree_sysroot_open_locked (const PawlOstreeSettings *settings,
                                                GCancellable *cancellable,
                                                GError **error);
OstreeSysroot *pawl_ostree_sysroot_open_writable (const PawlOstreeSettings *settings,
                                                  GCancellable *cancellable,
                                                  GError **error);
gboolean pawl_ostree_sysroot_is_live (OstreeSysroot *sysroot);
OstreeDeployment *pawl_ostree_sysroot_dup_running (OstreeSysroot *sysroot, const char *os);
char *pawl_ostree_sysroot_dup_os (OstreeSysroot *sysroot,
                                  const PawlOstreeSettings *settings,
                                  GError **error);
gboolean pawl_ostree_sysroot_write (OstreeSysroot *sysroot, GPtrArray *deployments, GError **error);
gboolean
pawl_ostree_sysroot_prune (OstreeSysroot *sysroot, GCancellable *cancellable, GError **error);

G_END_DECLS
