/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-repo-cli.h"
#include "pawl-repo-error.h"
#include "pawl-repo-sign.h"

static gboolean
report (PawlRepoWork *work, GPtrArray *done, GError **error)
{
  for (guint i = 0; i < done->len; i++)
    g_print ("signed %s\n", (char *) done->pdata[i]);
  pawl_repo_cli_print_next (work);
  return done->len > 0 ||
         pawl_repo_fail (error, PAWL_REPO_ERROR_INCOMPLETE,
                         "there is nothing to sign for these keys: see “pawl-repo tx status”");
}

gboolean
pawl_repo_cmd_sign (PawlRepoCli *cli, char **args, GError **error)
{
  g_auto (PawlRepoSecrets) secrets = {NULL, NULL, NULL};
  g_auto (GStrv) roles = NULL;
  const GOptionEntry entries[] = {
    {"signer",       's', 0, G_OPTION_ARG_STRING_ARRAY, &secrets.uris,
     "a private key: a file, pkcs11:… or exec:PROGRAM; may be repeated", "URI"},
    {"keys",             0, 0, G_OPTION_ARG_FILENAME, &secrets.keys_folder,
     "without --signer: the folder of private keys", "FOLDER"},
    {"passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &secrets.passphrase_file,
     "a file with the passphrase or PIN", "FILE"},
    {"role",         0, 0, G_OPTION_ARG_STRING_ARRAY, &roles, "sign nothing but this; may be repeated",
     "ROLE"},
    {NULL        },
  };
  g_autoptr (PawlRepoWork) work = NULL;
  g_autoptr (GPtrArray) signers = NULL;
  g_autoptr (GPtrArray) done = NULL;

  if (!pawl_repo_cli_parse (entries, &args, 0, 0, "sign [--signer URI]… [--role ROLE]…", error))
    return FALSE;
  work = pawl_repo_cli_open (cli, error);
  if (work == NULL)
    return FALSE;
  signers = pawl_repo_cli_open_signers (work, &secrets, error);
  return signers != NULL &&
         pawl_repo_sign (work, signers, (const char *const *) roles, &done, error) &&
         report (work, done, error);
}
