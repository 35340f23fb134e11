/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-repo-work.h"

G_BEGIN_DECLS

/* Today's roles and content as static files. What a device may ask for is there before the
 * timestamp says so. */
typedef struct
{
  const char *const *only; /* (nullable): the targets whose bytes are wanted; all without it */
  gboolean switched;       /* whether the folder is to be a link to a whole tree */
  guint files;             /* out: metadata files that are new or have changed */
  guint contents;          /* out: targets that were copied */
} PawlRepoPublished;

gboolean pawl_repo_publish (PawlRepoWork *work,
                            const char *folder,
                            PawlRepoPublished *published,
                            GError **error);

gboolean pawl_repo_publish_contents (PawlRepoWork *work,
                                     const char *folder,
                                     PawlRepoPublished *published,
                                     GError **error);

G_END_DECLS
