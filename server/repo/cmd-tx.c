/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-repo-cli.h"
#include "pawl-repo-diff.h"
#include "pawl-repo-error.h"
#include "pawl-repo-tx.h"

static gboolean
print_status (PawlRepoWork *work, GError **error)
{
  g_autoptr (GPtrArray) all = pawl_repo_tx_measure_all (work, error);

  if (all == NULL)
    return FALSE;
  for (guint i = 0; i < all->len; i++)
    {
      PawlRepoProgress *progress = all->pdata[i];
      g_autofree char *signers = pawl_repo_cli_dup_key_names (work, progress->signers);
      g_autofree char *waiting = pawl_repo_cli_dup_key_names (work, progress->waiting);

      g_print ("%s %" G_GINT64_FORMAT ": %s; expires %s; signed by: %s; may sign: %s\n",
               progress->role, progress->version,
               progress->complete ? "complete" : progress->problem, progress->expires,
               *signers != '\0' ? signers : "nobody", *waiting != '\0' ? waiting : "nobody else");
    }
  if (all->len == 0)
    g_print ("Nothing is staged.\n");
  return TRUE;
}

static gboolean
status (PawlRepoCli *cli, char **args, GError **error)
{
  g_autoptr (PawlRepoWork) work = NULL;

  if (!pawl_repo_cli_parse (NULL, &args, 0, 0, "tx status", error))
    return FALSE;
  work = pawl_repo_cli_open (cli, error);
  return work != NULL && pawl_repo_tx_advance (work, error) && print_status (work, error);
}

static gboolean
print_changes (PawlRepoWork *work, const char *only, GError **error)
{
  g_autoptr (GPtrArray) roles = pawl_repo_work_list_staged (work, error);
  g_autoptr (GString) text = g_string_new (NULL);

  if (roles == NULL)
    return FALSE;
  if (only != NULL)
    {
      g_ptr_array_set_size (roles, 0);
      g_ptr_array_add (roles, g_strdup (only));
    }
  for (guint i = 0; i < roles->len; i++)
    if (!pawl_repo_diff (work, roles->pdata[i], text, error))
      return FALSE;
  g_print ("%s", text->str);
  return TRUE;
}

static gboolean
show (PawlRepoCli *cli, char **args, GError **error)
{
  g_autoptr (PawlRepoWork) work = NULL;

  if (!pawl_repo_cli_parse (NULL, &args, 0, 1, "tx show [ROLE]", error))
    return FALSE;
  work = pawl_repo_cli_open (cli, error);
  return work != NULL && print_changes (work, args[1], error);
}

static gboolean
review (PawlRepoCli *cli, char **args, GError **error)
{
  g_autoptr (PawlRepoWork) work = NULL;

  if (!pawl_repo_cli_parse (NULL, &args, 0, 0, "tx review", error))
    return FALSE;
  work = pawl_repo_cli_open (cli, error);
  return work != NULL && pawl_repo_tx_advance (work, error) && print_status (work, error) &&
         print_changes (work, NULL, error);
}

static gboolean
cancel (PawlRepoCli *cli, char **args, GError **error)
{
  g_autoptr (PawlRepoWork) work = NULL;

  if (!pawl_repo_cli_parse (NULL, &args, 0, 1, "tx cancel [ROLE]", error))
    return FALSE;
  work = pawl_repo_cli_open (cli, error);
  if (work == NULL)
    return FALSE;
  if (pawl_repo_work_get_root_version (work) == 0)
    return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                           "before the first root there is nothing to go back to: remove the work "
                           "folder to begin again");
  return pawl_repo_tx_cancel (work, args[1], error);
}

static gboolean
apply (PawlRepoCli *cli, char **args, GError **error)
{
  g_autoptr (PawlRepoWork) work = NULL;
  guint applied = 0;

  if (!pawl_repo_cli_parse (NULL, &args, 0, 0, "tx apply", error))
    return FALSE;
  work = pawl_repo_cli_open (cli, error);
  if (work == NULL || !pawl_repo_tx_apply (work, NULL, &applied, error))
    return FALSE;
  g_print ("%u roles have a new version.\n", applied);
  return TRUE;
}

static const PawlRepoCommand commands[] = {
  {"status", "", "who has signed and who may", status},
  {"show",   "", "what it changes",            show  },
  {"review", "", "both, before signing",       review},
  {"cancel", "", "give it up",                 cancel},
  {"apply",  "", "make it today's roles",      apply },
};

gboolean
pawl_repo_cmd_tx (PawlRepoCli *cli, char **args, GError **error)
{
  return pawl_repo_cli_dispatch (cli, "pawl-repo tx", commands, G_N_ELEMENTS (commands), args + 1,
                                 error);
}
