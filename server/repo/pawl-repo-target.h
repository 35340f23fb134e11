/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-repo-rollout.h"
#include "pawl-repo-work.h"

G_BEGIN_DECLS

/* What the operator says about a target. */
typedef struct
{
  char *name;          /* (owned): its name in the metadata */
  char *version;       /* (owned) (nullable): for people and for policies */
  char **hardware_ids; /* (owned) (nullable): what it fits */
  char *format;        /* (owned) (nullable): BINARY or OSTREE */
  char *uri;           /* (owned) (nullable): where else its bytes are */
  char *custom;        /* (owned) (nullable): more members, as a JSON object */
  char **channels;     /* (owned) (nullable): who follows it */
  gboolean downgrade;  /* whether devices may go back to it */
  PawlRepoRollout rollout;
  char **kargs_add;    /* (owned) (nullable): kernel arguments of a system */
  char **kargs_remove; /* (owned) (nullable) */
  char **kargs_keep;   /* (owned) (nullable) */
} PawlRepoTarget;

void pawl_repo_target_clear (PawlRepoTarget *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PawlRepoTarget, pawl_repo_target_clear)

gboolean pawl_repo_target_check_name (const char *name, GError **error);
gboolean pawl_repo_target_add_file (PawlRepoWork *work,
                                    const char *role,
                                    PawlRepoTarget *target,
                                    const char *path,
                                    GError **error);
gboolean pawl_repo_target_add_commit (PawlRepoWork *work,
                                      const char *role,
                                      PawlRepoTarget *target,
                                      const char *commit,
                                      GError **error);
gboolean pawl_repo_target_set_rollout (PawlRepoWork *work,
                                       const char *role,
                                       const char *name,
                                       PawlRepoRollout *rollout,
                                       GError **error);
gboolean pawl_repo_target_remove (PawlRepoWork *work,
                                  const char *role,
                                  const char *name,
                                  char **out_sha256,
                                  GError **error);

G_END_DECLS
