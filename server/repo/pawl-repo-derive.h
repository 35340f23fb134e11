/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-repo-work.h"

G_BEGIN_DECLS

/* What follows from what: a snapshot from the targets files, a timestamp from the snapshot. Stages
 * a new version when the newest one says something else. */
gboolean pawl_repo_derive_snapshot (PawlRepoWork *work, GError **error);
gboolean pawl_repo_derive_timestamp (PawlRepoWork *work, GError **error);

G_END_DECLS
