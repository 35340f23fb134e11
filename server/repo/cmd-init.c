/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-repo-cli.h"
#include "pawl-repo-error.h"
#include "pawl-repo-stage.h"

static gboolean
stage_first (PawlRepoWork *work, GError **error)
{
  g_autoptr (JsonObject) root = pawl_repo_stage_new_root (work);
  g_autoptr (JsonObject) targets = pawl_repo_stage_new_targets (work);

  return pawl_repo_stage_save (work, "root", root, error) &&
         pawl_repo_stage_save (work, "targets", targets, error);
}

gboolean
pawl_repo_cmd_init (PawlRepoCli *cli, char **args, GError **error)
{
  g_autofree char *profile = NULL;
  g_autofree char *format = NULL;
  g_autofree char *name = NULL;
  const GOptionEntry entries[] = {
    {"profile",  0, 0, G_OPTION_ARG_STRING, &profile, "simple (default), team or strict", "PROFILE"},
    {"format",         0, 0, G_OPTION_ARG_STRING, &format, "tuf (default) or ats", "FORMAT"},
    {"name",  0, 0, G_OPTION_ARG_STRING, &name, "what the repository is called", "NAME"},
    {NULL},
  };
  g_autoptr (PawlRepoWork) work = NULL;
  gboolean is_ats;

  if (!pawl_repo_cli_parse (entries, &args, 0, 0, "init [--profile P] [--format F]", error))
    return FALSE;
  is_ats = g_strcmp0 (format, "ats") == 0;
  if (format != NULL && !is_ats && !g_str_equal (format, "tuf"))
    return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE, "format “%s”: wanted tuf or ats", format);
  if (!pawl_repo_work_create (cli->folder, name != NULL ? name : "repository",
                              profile != NULL ? profile : "simple",
                              is_ats ? PAWL_TUF_DIALECT_ATS : PAWL_TUF_DIALECT_TUF, error))
    return FALSE;
  work = pawl_repo_cli_open (cli, error);
  if (work == NULL ||
      !pawl_repo_work_log (work, error, "init", "profile %s, format %s",
                           pawl_repo_work_get_profile (work), is_ats ? "ats" : "tuf") ||
      !stage_first (work, error))
    return FALSE;
  g_print ("Made a repository in %s. Next: pawl-repo key generate\n", cli->folder);
  return TRUE;
}
