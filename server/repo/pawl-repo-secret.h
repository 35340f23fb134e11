/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl-tuf/pawl-tuf.h>

G_BEGIN_DECLS

/* Where private keys and their passphrases come from. */
typedef struct
{
  char *keys_folder;     /* (owned): private keys, NAME.pem */
  char *passphrase_file; /* (owned) (nullable) */
  char **uris;           /* (owned) (nullable): what --signer said */
} PawlRepoSecrets;

void pawl_repo_secrets_clear (PawlRepoSecrets *self);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (PawlRepoSecrets, pawl_repo_secrets_clear)

void pawl_repo_secrets_use_defaults (PawlRepoSecrets *self);
char *pawl_repo_secrets_ask (PawlRepoSecrets *self, const char *what, guint attempt);
char *pawl_repo_secrets_ask_new (PawlRepoSecrets *self, const char *what, GError **error);
char *pawl_repo_secrets_dup_key_path (PawlRepoSecrets *self, const char *name);
PawlTufSigner *pawl_repo_secrets_open (PawlRepoSecrets *self, const char *uri, GError **error);
void pawl_repo_secrets_wipe (char *secret);

G_END_DECLS
