/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-repo-work.h"

G_BEGIN_DECLS

/* Who may sign a role, and how many of them have to: in a root, and in the delegations of a targets
 * file. Both keep key objects in `keys` and name their ids in each role. */
JsonObject *pawl_repo_holders_find_role (JsonObject *signed_part, const char *role);
gboolean
pawl_repo_holders_add (JsonObject *signed_part, const char *role, PawlRepoKey *key, GError **error);
gboolean pawl_repo_holders_remove (JsonObject *signed_part,
                                   const char *role,
                                   const char *key_id,
                                   GError **error);
gboolean pawl_repo_holders_set_threshold (JsonObject *signed_part,
                                          const char *role,
                                          gint64 threshold,
                                          GError **error);
gboolean pawl_repo_holders_replace (JsonObject *signed_part,
                                    const char *role,
                                    GPtrArray *keys,
                                    gint64 threshold,
                                    GError **error);

/* The same of a file that is read: ids, and whether there are enough. */
GPtrArray *pawl_repo_holders_list (PawlTufMetadata *delegator, const char *role);
gint64 pawl_repo_holders_get_threshold (PawlTufMetadata *delegator, const char *role);
gboolean
pawl_repo_holders_may_sign (PawlTufMetadata *delegator, const char *role, const char *key_id);
gboolean pawl_repo_holders_check_root (PawlTufMetadata *root, GError **error);

/* Those of @role's holders whose signatures on @metadata are good. */
GPtrArray *pawl_repo_holders_list_signed (PawlTufMetadata *metadata,
                                          PawlTufMetadata *delegator,
                                          const char *role);

G_END_DECLS
