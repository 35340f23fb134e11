/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A published folder: written in place, or as a whole new tree that one symbolic link switches to.
 *
 *   FOLDER             in place: the files; switched: a link to FOLDER.trees/N
 *   FOLDER.trees/N     the tree of today, and the one before it
 *
 * A folder that is a link of this kind stays one. */
typedef struct _PawlRepoTree PawlRepoTree;

PawlRepoTree *pawl_repo_tree_open (const char *folder, gboolean switched, GError **error);
void pawl_repo_tree_free (PawlRepoTree *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PawlRepoTree, pawl_repo_tree_free)

const char *pawl_repo_tree_get_folder (PawlRepoTree *self);
gboolean pawl_repo_tree_show (PawlRepoTree *self, gboolean has_news, GError **error);

G_END_DECLS
