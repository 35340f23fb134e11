/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-repo-json.h"

G_BEGIN_DECLS

/* When which devices take a target. The policy is signed with it, in `rollout` of its custom
 * members, and each device evaluates it for itself; one that it cannot read holds it back for ever,
 * so nothing malformed is staged. What is not said stays as it is. */
typedef struct
{
  int percentage;   /* of all devices, 0 to 100; -1 says nothing */
  char *not_before; /* (owned) (nullable): YYYY-MM-DDTHH:MM:SSZ */
  char *deadline;   /* (owned) (nullable): the same; behind it nothing holds a device back */
  char *window;     /* (owned) (nullable): HH:MM-HH:MM of each day, UTC */
} PawlRepoRollout;

#define PAWL_REPO_ROLLOUT_NONE                                                                     \
  {                                                                                                \
    -1, NULL, NULL, NULL                                                                           \
  }

void pawl_repo_rollout_clear (PawlRepoRollout *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PawlRepoRollout, pawl_repo_rollout_clear)

gboolean pawl_repo_rollout_is_set (PawlRepoRollout *self);
gboolean pawl_repo_rollout_apply (PawlRepoRollout *self, JsonObject *custom, GError **error);

G_END_DECLS
