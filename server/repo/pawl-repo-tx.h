/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-repo-work.h"

G_BEGIN_DECLS

/* How far a staged role is. */
typedef struct
{
  char *role; /* (owned) */
  gint64 version;
  char *expires;      /* (owned) */
  gint64 threshold;   /* how many have to sign */
  GPtrArray *signers; /* (owned) (element-type utf8): ids whose signatures are good */
  GPtrArray *waiting; /* (owned) (element-type utf8): ids that may sign, and have not */
  gboolean complete;
  char *problem; /* (owned) (nullable): why it is not, for people */
} PawlRepoProgress;

void pawl_repo_progress_free (PawlRepoProgress *progress);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PawlRepoProgress, pawl_repo_progress_free)

PawlRepoProgress *pawl_repo_tx_measure (PawlRepoWork *work, const char *role, GError **error);
GPtrArray *pawl_repo_tx_measure_all (PawlRepoWork *work, GError **error);

/* Stages what follows from what is signed; moves what is signed to today's roles; gives it up. */
gboolean pawl_repo_tx_advance (PawlRepoWork *work, GError **error);
gboolean pawl_repo_tx_apply (PawlRepoWork *work,
                             const char *const *only,
                             guint *out_applied,
                             GError **error);
gboolean pawl_repo_tx_cancel (PawlRepoWork *work, const char *role, GError **error);

G_END_DECLS
