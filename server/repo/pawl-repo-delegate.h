/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-repo-work.h"

G_BEGIN_DECLS

/* What is given into other hands, and on which terms. */
typedef struct
{
  const char *from; /* (unowned): the role that delegates */
  GPtrArray *keys;  /* (unowned) (element-type PawlRepoKey) */
  gint64 threshold;
  gboolean terminating;
  char **paths;        /* (unowned) (nullable): patterns */
  char **hardware_ids; /* (unowned) (nullable): for these only */
  guint bins;          /* instead of paths: a power of 2, one role each */
} PawlRepoDelegation;

gboolean pawl_repo_delegate_add (PawlRepoWork *work,
                                 const char *role,
                                 PawlRepoDelegation *delegation,
                                 GError **error);
gboolean pawl_repo_delegate_rotate (PawlRepoWork *work,
                                    const char *role,
                                    GPtrArray *keys,
                                    gint64 threshold,
                                    GError **error);
gboolean pawl_repo_delegate_revoke (PawlRepoWork *work, const char *role, GError **error);
char *pawl_repo_delegate_find_delegator (PawlRepoWork *work, const char *role, GError **error);
char *pawl_repo_delegate_dup_bin (PawlRepoWork *work, const char *role, const char *target);

G_END_DECLS
