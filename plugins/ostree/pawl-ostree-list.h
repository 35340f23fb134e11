/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-ostree-sysroot.h"

G_BEGIN_DECLS

gboolean pawl_ostree_list_is (OstreeDeployment *deployment, const char *os, const char *commit);
OstreeDeployment *
pawl_ostree_list_find_pending (OstreeSysroot *sysroot, const char *os, const char *commit);
OstreeDeployment *pawl_ostree_list_get_default (OstreeSysroot *sysroot);
GPtrArray *pawl_ostree_list_with (OstreeSysroot *sysroot, OstreeDeployment *added);
GPtrArray *pawl_ostree_list_without_stale (OstreeSysroot *sysroot,
                                           const char *os,
                                           OstreeDeployment *running,
                                           gboolean *out_changed);
GPtrArray *pawl_ostree_list_retain (OstreeSysroot *sysroot,
                                    const char *os,
                                    OstreeDeployment *first,
                                    OstreeDeployment *running,
                                    guint keep);
GPtrArray *pawl_ostree_list_reverted (OstreeSysroot *sysroot,
                                      const char *os,
                                      const char *commit,
                                      OstreeDeployment *running,
                                      OstreeDeployment *next);
OstreeDeployment *
pawl_ostree_list_find_previous (OstreeSysroot *sysroot, const char *os, OstreeDeployment *running);
gboolean pawl_ostree_list_is_same (OstreeSysroot *sysroot, GPtrArray *list);

G_END_DECLS
