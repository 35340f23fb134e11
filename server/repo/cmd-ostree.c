/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-repo-cli.h"
#include "pawl-repo-error.h"
#include "pawl-repo-ostree.h"

static gboolean
push (PawlRepoCli *cli, char **args, GError **error)
{
  g_autofree char *source = NULL;
  gboolean (*push_one) (const char *, const char *, const char *, gboolean, char **, GError **);
  gboolean deltas = FALSE;
  const GOptionEntry entries[] = {
    {"from",   0, 0, G_OPTION_ARG_FILENAME, &source, "the repository that has the commits", "REPO"},
    {"deltas",       0, 0, G_OPTION_ARG_NONE, &deltas,
     "also what changed since the last push, in one file", NULL},
    {NULL},
  };

  if (!pawl_repo_cli_parse (entries, &args, 2, G_MAXUINT,
                            "ostree push --from REPO FOLDER|ssh://HOST/PATH REF… [--deltas]",
                            error))
    return FALSE;
  if (source == NULL)
    return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE, "wanted --from");
  push_one =
    g_str_has_prefix (args[1], "ssh://") ? pawl_repo_ostree_push_ssh : pawl_repo_ostree_push;
  for (guint i = 2; args[i] != NULL; i++)
    {
      g_autofree char *commit = NULL;

      if (!push_one (source, args[1], args[i], deltas, &commit, error))
        return FALSE;
      g_print ("%s is %s\n", args[i], commit);
    }
  return TRUE;
}

static const PawlRepoCommand commands[] = {
  {"push", "", "bring commits to where a web server finds them", push},
};

gboolean
pawl_repo_cmd_ostree (PawlRepoCli *cli, char **args, GError **error)
{
  return pawl_repo_cli_dispatch (cli, "pawl-repo ostree", commands, G_N_ELEMENTS (commands),
                                 args + 1, error);
}
