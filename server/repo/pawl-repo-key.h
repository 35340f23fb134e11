/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-repo-json.h"

G_BEGIN_DECLS

/* A public key and whose it is. Its file in `keys/` is what people review; the metadata holds the
 * key object alone. */
typedef struct
{
  char *name;         /* (owned): what people call it, and its file */
  char *owner;        /* (owned): who holds the private half */
  char *id;           /* (owned) */
  char *scheme;       /* (owned): TUF's name of it, in both dialects */
  JsonObject *object; /* (owned): as a root has it */
} PawlRepoKey;

PawlRepoKey *pawl_repo_key_new_from_signer (PawlTufSigner *signer,
                                            PawlTufDialect dialect,
                                            const char *name,
                                            const char *owner,
                                            GError **error);
PawlRepoKey *pawl_repo_key_load (const char *path, PawlTufDialect dialect, GError **error);
gboolean pawl_repo_key_save (PawlRepoKey *self, const char *path, GError **error);
void pawl_repo_key_free (PawlRepoKey *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PawlRepoKey, pawl_repo_key_free)

gboolean pawl_repo_key_check_name (const char *name, GError **error);
char *pawl_repo_key_compute_signer_id (PawlTufSigner *signer, PawlTufDialect dialect);

G_END_DECLS
