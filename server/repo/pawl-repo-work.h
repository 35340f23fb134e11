/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-repo-key.h"

G_BEGIN_DECLS

/* The work folder: what a repository is, with no secret in it, so that it lives in git.
 *
 *   repo.conf                        what was decided at `init`
 *   keys/NAME.json                   public keys with their owners
 *   root/N.root.json                 every root, for ever
 *   roles/ROLE.json                  the signed roles of today
 *   roles/delegations/ROLE.json
 *   staged/ROLE.json                 the transaction: their next versions, signed in part or not
 *   audit.log                        who did what
 *   content/SHA256                   the targets' bytes
 *
 * An open work folder is locked against other processes. */
typedef struct
{
  char *folder;     /* (owned) */
  GKeyFile *config; /* (owned) */
  PawlTufDialect dialect;
  int lock;
} PawlRepoWork;

gboolean pawl_repo_work_create (const char *folder,
                                const char *name,
                                const char *profile,
                                PawlTufDialect dialect,
                                GError **error);
PawlRepoWork *pawl_repo_work_open (const char *folder, GError **error);
void pawl_repo_work_free (PawlRepoWork *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PawlRepoWork, pawl_repo_work_free)

/* Where things are. */
char *pawl_repo_work_dup_path (PawlRepoWork *self, const char *first, ...) G_GNUC_NULL_TERMINATED;
char *pawl_repo_work_dup_key_path (PawlRepoWork *self, const char *name);
char *pawl_repo_work_dup_staged_path (PawlRepoWork *self, const char *role);
char *pawl_repo_work_dup_content_path (PawlRepoWork *self, const char *sha256);
char *pawl_repo_work_dup_role_path (PawlRepoWork *self, const char *role, gint64 version);

/* Roles. A role that is not there is NULL without an error. */
gint64 pawl_repo_work_get_root_version (PawlRepoWork *self);
PawlTufMetadata *pawl_repo_work_load_root (PawlRepoWork *self, gint64 version, GError **error);
PawlTufMetadata *pawl_repo_work_load_current (PawlRepoWork *self, const char *role, GError **error);
PawlTufMetadata *pawl_repo_work_need_current (PawlRepoWork *self, const char *role, GError **error);
PawlTufMetadata *pawl_repo_work_load_staged (PawlRepoWork *self, const char *role, GError **error);
PawlTufMetadata *pawl_repo_work_load_newest (PawlRepoWork *self, const char *role, GError **error);
GPtrArray *pawl_repo_work_list_staged (PawlRepoWork *self, GError **error);
GPtrArray *pawl_repo_work_list_delegated (PawlRepoWork *self, GError **error);

/* Keys. */
GPtrArray *pawl_repo_work_list_keys (PawlRepoWork *self, GError **error);
PawlRepoKey *pawl_repo_work_load_key (PawlRepoWork *self, const char *name, GError **error);
PawlRepoKey *pawl_repo_work_find_key (PawlRepoWork *self, const char *name_or_id, GError **error);

/* Settings, the clock and the log. */
gboolean pawl_repo_work_save_config (PawlRepoWork *self, GError **error);
const char *pawl_repo_work_get_profile (PawlRepoWork *self);
gint64 pawl_repo_work_get_lifetime_s (PawlRepoWork *self, const char *role);
gboolean pawl_repo_work_set_lifetime (PawlRepoWork *self,
                                      const char *role,
                                      const char *text,
                                      GError **error);
gboolean pawl_repo_parse_duration (const char *text, gint64 *out_s, GError **error);
gint64 pawl_repo_work_get_next_version (PawlRepoWork *self, const char *role, gint64 version);
gboolean pawl_repo_work_set_versions_above (PawlRepoWork *self, gint64 version, GError **error);
gint64 pawl_repo_work_get_now_us (PawlRepoWork *self, GError **error);
char *pawl_repo_work_dup_expires (PawlRepoWork *self, const char *role, GError **error);
gboolean pawl_repo_work_log (PawlRepoWork *self,
                             GError **error,
                             const char *command,
                             const char *format,
                             ...) G_GNUC_PRINTF (4, 5);

G_END_DECLS
