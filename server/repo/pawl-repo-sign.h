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

/* One signature as the dialect writes it, and its `method` there. */
char *pawl_repo_sign_message (PawlTufSigner *signer,
                              GBytes *message,
                              PawlTufDialect dialect,
                              GError **error);
const char *pawl_repo_sign_get_method (PawlTufSigner *signer, PawlTufDialect dialect);

/* A file that is no part of the transaction: as far as the keys go, or at once by all who have
 * to. */
PawlTufMetadata *pawl_repo_sign_file (PawlTufMetadata *file,
                                      const char *role,
                                      PawlTufMetadata *root,
                                      PawlTufMetadata *former,
                                      GPtrArray *signers,
                                      guint *signatures,
                                      GError **error);
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
