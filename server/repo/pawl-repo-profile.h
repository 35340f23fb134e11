/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* How many people have to agree, and how long a signature lives: KEYS.md's practice, for one
 * person, for a team, and for those whose devices people's lives depend on. */
typedef struct
{
  const char *role;
  int threshold;
  const char *lifetime;
} PawlRepoProfileRole;

typedef struct
{
  const char *name;
  PawlRepoProfileRole roles[4]; /* root, targets, snapshot, timestamp */
} PawlRepoProfile;

const PawlRepoProfile *pawl_repo_profile_find (const char *name, GError **error);

G_END_DECLS
