/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-repo-cli.h"
#include "pawl-repo-delegate.h"
#include "pawl-repo-error.h"

static GPtrArray *
find_keys (PawlRepoWork *work, char **names, GError **error)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func ((GDestroyNotify) pawl_repo_key_free);

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    {
      PawlRepoKey *key = pawl_repo_work_find_key (work, names[i], error);

      if (key == NULL)
        return NULL;
      g_ptr_array_add (keys, key);
    }
  return g_steal_pointer (&keys);
}

static gboolean
add (PawlRepoCli *cli, char **args, GError **error)
{
  g_auto (GStrv) key_names = NULL;
  g_auto (GStrv) paths = NULL;
  g_auto (GStrv) hardware_ids = NULL;
  g_autofree char *from = NULL;
  int threshold = 1;
  int bins = 0;
  gboolean terminating = FALSE;
  const GOptionEntry entries[] = {
    {"key",       0, 0, G_OPTION_ARG_STRING_ARRAY, &key_names, "who may sign; may be repeated", "KEY"},
    {"threshold",          0, 0, G_OPTION_ARG_INT, &threshold, "how many have to sign (1)", "NUMBER"},
    {"path", 0, 0, G_OPTION_ARG_STRING_ARRAY, &paths,
     "names of targets, with * and ?, neither of which is a /; may be repeated", "PATTERN"},
    {"hash-bins",      0, 0, G_OPTION_ARG_INT, &bins,
     "instead: as many roles, each for a part of all names", "NUMBER"},
    {"hardware-id", 0, 0, G_OPTION_ARG_STRING_ARRAY, &hardware_ids,
     "only for this hardware; may be repeated", "ID"},
    {"terminating",          0, 0, G_OPTION_ARG_NONE, &terminating, "nothing is searched behind it", NULL},
    {"from", 0, 0, G_OPTION_ARG_STRING, &from, "the role that delegates (targets)", "ROLE"},
    {NULL  },
  };
  g_autoptr (PawlRepoWork) work = NULL;
  g_autoptr (GPtrArray) keys = NULL;
  PawlRepoDelegation delegation = {NULL};

  if (!pawl_repo_cli_parse (entries, &args, 1, 1,
                            "delegate add ROLE --key KEY… --path PATTERN… | --hash-bins NUMBER",
                            error))
    return FALSE;
  work = pawl_repo_cli_open_ready (cli, error);
  keys = work != NULL ? find_keys (work, key_names, error) : NULL;
  if (keys == NULL)
    return FALSE;
  delegation.from = from != NULL ? from : "targets";
  delegation.keys = keys;
  delegation.threshold = threshold;
  delegation.terminating = terminating;
  delegation.paths = paths;
  delegation.hardware_ids = hardware_ids;
  delegation.bins = (guint) MAX (bins, 0);
  if (!pawl_repo_delegate_add (work, args[1], &delegation, error))
    return FALSE;
  g_print ("staged %s with a delegation to %s. Next: pawl-repo sign\n", delegation.from, args[1]);
  return TRUE;
}

static gboolean
rotate (PawlRepoCli *cli, char **args, GError **error)
{
  g_auto (GStrv) key_names = NULL;
  int threshold = 0;
  const GOptionEntry entries[] = {
    {"key",       0, 0, G_OPTION_ARG_STRING_ARRAY, &key_names,
     "who may sign from now on; may be repeated", "KEY"},
    {"threshold",          0, 0, G_OPTION_ARG_INT, &threshold, "how many have to sign (as before)",
     "NUMBER"},
    {NULL},
  };
  g_autoptr (PawlRepoWork) work = NULL;
  g_autoptr (GPtrArray) keys = NULL;

  if (!pawl_repo_cli_parse (entries, &args, 1, 1, "delegate rotate ROLE --key KEY…", error))
    return FALSE;
  work = pawl_repo_cli_open_ready (cli, error);
  keys = work != NULL ? find_keys (work, key_names, error) : NULL;
  if (keys == NULL || !pawl_repo_delegate_rotate (work, args[1], keys, threshold, error))
    return FALSE;
  g_print ("staged other keys for %s. Next: pawl-repo sign\n", args[1]);
  return TRUE;
}

static gboolean
revoke_role (PawlRepoCli *cli, char **args, GError **error)
{
  g_autoptr (PawlRepoWork) work = NULL;

  if (!pawl_repo_cli_parse (NULL, &args, 1, 1, "delegate revoke ROLE", error))
    return FALSE;
  work = pawl_repo_cli_open_ready (cli, error);
  if (work == NULL || !pawl_repo_delegate_revoke (work, args[1], error))
    return FALSE;
  g_print ("staged the end of %s. Next: pawl-repo sign\n", args[1]);
  return TRUE;
}

static const PawlRepoCommand commands[] = {
  {"add",    "", "let others say what some targets are", add        },
  {"rotate", "", "give the role other keys",             rotate     },
  {"revoke", "", "take it back",                         revoke_role},
};

gboolean
pawl_repo_cmd_delegate (PawlRepoCli *cli, char **args, GError **error)
{
  return pawl_repo_cli_dispatch (cli, "pawl-repo delegate", commands, G_N_ELEMENTS (commands),
                                 args + 1, error);
}
