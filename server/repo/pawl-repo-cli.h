/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-repo-secret.h"
#include "pawl-repo-work.h"

G_BEGIN_DECLS

typedef struct
{
  const char *folder; /* (unowned): what -C said, else the current one */
} PawlRepoCli;

typedef gboolean (*PawlRepoRun) (PawlRepoCli *cli, char **args, GError **error);

/* A command, or a command of a command. `args[0]` is its name. */
typedef struct
{
  const char *name;
  const char *usage; /* what follows the name */
  const char *summary;
  PawlRepoRun run;
} PawlRepoCommand;

gboolean pawl_repo_cli_dispatch (PawlRepoCli *cli,
                                 const char *program,
                                 const PawlRepoCommand *commands,
                                 gsize n,
                                 char **args,
                                 GError **error);
gboolean pawl_repo_cli_parse (const GOptionEntry *entries,
                              char ***args,
                              guint min,
                              guint max,
                              const char *usage,
                              GError **error);
PawlRepoWork *pawl_repo_cli_open (PawlRepoCli *cli, GError **error);
PawlRepoWork *pawl_repo_cli_open_ready (PawlRepoCli *cli, GError **error);

/* What several commands have in common. */
#define PAWL_REPO_CLI_SWITCH(variable)                                                             \
  {                                                                                                \
    "switch", 0, 0, G_OPTION_ARG_NONE, &(variable),                                                \
      "write a whole new tree beside it, and make it a link to that", NULL                         \
  }
GPtrArray *
pawl_repo_cli_open_signers (PawlRepoWork *work, PawlRepoSecrets *secrets, GError **error);
char *pawl_repo_cli_dup_key_names (PawlRepoWork *work, GPtrArray *ids);
void pawl_repo_cli_print_next (PawlRepoWork *work);

/* The commands. */
gboolean pawl_repo_cmd_delegate (PawlRepoCli *cli, char **args, GError **error);
gboolean pawl_repo_cmd_director (PawlRepoCli *cli, char **args, GError **error);
gboolean pawl_repo_cmd_drill (PawlRepoCli *cli, char **args, GError **error);
gboolean pawl_repo_cmd_init (PawlRepoCli *cli, char **args, GError **error);
gboolean pawl_repo_cmd_key (PawlRepoCli *cli, char **args, GError **error);
gboolean pawl_repo_cmd_key_retire (PawlRepoCli *cli, char **args, GError **error);
gboolean pawl_repo_cmd_ostree (PawlRepoCli *cli, char **args, GError **error);
gboolean pawl_repo_cmd_publish (PawlRepoCli *cli, char **args, GError **error);
gboolean pawl_repo_cmd_nginx (PawlRepoCli *cli, char **args, GError **error);
gboolean pawl_repo_cmd_recover (PawlRepoCli *cli, char **args, GError **error);
gboolean pawl_repo_cmd_recover_director (PawlRepoCli *cli, char **args, GError **error);
gboolean pawl_repo_cmd_resign (PawlRepoCli *cli, char **args, GError **error);
gboolean pawl_repo_cmd_root (PawlRepoCli *cli, char **args, GError **error);
gboolean pawl_repo_cmd_sig (PawlRepoCli *cli, char **args, GError **error);
gboolean pawl_repo_cmd_sign (PawlRepoCli *cli, char **args, GError **error);
gboolean pawl_repo_cmd_status (PawlRepoCli *cli, char **args, GError **error);
gboolean pawl_repo_cmd_target (PawlRepoCli *cli, char **args, GError **error);
gboolean pawl_repo_cmd_tx (PawlRepoCli *cli, char **args, GError **error);
gboolean pawl_repo_cmd_verify (PawlRepoCli *cli, char **args, GError **error);

G_END_DECLS
