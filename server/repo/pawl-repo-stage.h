/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-repo-work.h"

G_BEGIN_DECLS

/* The next version of a role, while nobody has signed it. */
JsonObject *pawl_repo_stage_begin (PawlRepoWork *work, const char *role, GError **error);
gboolean pawl_repo_stage_save (PawlRepoWork *work,
                               const char *role,
                               JsonObject *signed_part,
                               GError **error);
gboolean pawl_repo_stage_again (PawlRepoWork *work, const char *role, GError **error);
gboolean pawl_repo_stage_check_base (PawlRepoWork *work,
                                     const char *role,
                                     PawlTufMetadata *staged,
                                     GError **error);

/* What all files have, and what is said about one in the next. */
JsonObject *pawl_repo_stage_new_signed (PawlRepoWork *work,
                                        const char *role,
                                        gint64 version,
                                        const char *expires);
JsonObject *pawl_repo_stage_describe (PawlTufMetadata *metadata);
JsonObject *pawl_repo_stage_describe_bytes (GBytes *bytes, gint64 version);

/* First versions. */
JsonObject *pawl_repo_stage_new_root (PawlRepoWork *work);
JsonObject *pawl_repo_stage_new_targets (PawlRepoWork *work);

/* Who says which keys count for a role: the newest root, or the newest targets file that delegates
 * to it. */
PawlTufMetadata *
pawl_repo_stage_load_delegator (PawlRepoWork *work, const char *role, GError **error);

G_END_DECLS
