/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-ostree-sysroot.h"

G_BEGIN_DECLS

GKeyFile *
pawl_ostree_record_new (PawlTarget *target, OstreeDeployment *previous, const char *refspec);
gboolean pawl_ostree_record_is_pending (OstreeDeployment *deployment);
gboolean pawl_ostree_record_is_previous (OstreeDeployment *deployment, OstreeDeployment *other);
gboolean pawl_ostree_record_is_kept (OstreeDeployment *deployment);
PawlTarget *
pawl_ostree_record_describe (OstreeSysroot *sysroot, OstreeDeployment *deployment, GError **error);
gboolean pawl_ostree_record_set (OstreeSysroot *sysroot,
                                 OstreeDeployment *deployment,
                                 PawlTarget *target,
                                 GError **error);
gboolean pawl_ostree_record_set_proven (OstreeSysroot *sysroot,
                                        OstreeDeployment *deployment,
                                        GError **error);
gboolean pawl_ostree_record_set_kept (OstreeSysroot *sysroot,
                                      OstreeDeployment *deployment,
                                      gboolean kept,
                                      GError **error);

G_END_DECLS
