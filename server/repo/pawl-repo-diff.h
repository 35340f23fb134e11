/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-repo-work.h"

G_BEGIN_DECLS

/* What a staged version changes, line by line, for the one who is asked to sign it. */
gboolean pawl_repo_diff (PawlRepoWork *work, const char *role, GString *out, GError **error);

/* What was added, removed and changed among a role's targets since they were signed, or since a
 * backup. */
gboolean pawl_repo_diff_targets (PawlRepoWork *work,
                                 PawlRepoWork *baseline,
                                 const char *role,
                                 GString *out,
                                 GError **error);

G_END_DECLS
