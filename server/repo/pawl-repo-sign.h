/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-repo-work.h"

G_BEGIN_DECLS

/* Signs whatever of the transaction the keys may sign, and what follows from it. */
gboolean pawl_repo_sign (PawlRepoWork *work,
                         GPtrArray *signers,
                         const char *const *roles,
                         GPtrArray **out_signed,
                         GError **error);

/* A file that is signed at once by all who have to. */
GBytes *pawl_repo_sign_object (JsonObject *signed_part,
                               PawlTufDialect dialect,
                               PawlTufMetadata *delegator,
                               const char *role,
                               GPtrArray *signers,
                               GError **error);

/* One signature from elsewhere. */
gboolean pawl_repo_sign_add (PawlRepoWork *work,
                             const char *role,
                             const char *key_id,
                             const char *signature,
                             const char *method,
                             GError **error);

G_END_DECLS
