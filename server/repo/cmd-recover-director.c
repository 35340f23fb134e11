/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-repo-cli.h"
#include "pawl-repo-director.h"
#include "pawl-repo-error.h"
#include "pawl-repo-tx.h"

static gboolean
restore (PawlRepoDirector *director, const char *folder, GError **error)
{
  g_autoptr (GPtrArray) changed = pawl_repo_director_restore (director, folder, error);

  if (changed == NULL)
    return FALSE;
  for (guint i = 0; i < changed->len; i++)
    g_print ("~ %s\n", (char *) changed->pdata[i]);
  g_print ("%u devices were assigned something else than in the baseline, and have that again.\n",
           changed->len);
  return TRUE;
}

static gboolean
recover (PawlRepoDirector *director,
         char **names,
         const char *baseline,
         gint64 above,
         GError **error)
{
  g_autofree char *text = g_strjoinv (" ", names);

  /* The root comes last: what is before it can be done again. */
  return pawl_repo_work_log (director->work, error, "recover director",
                             "%s, above %" G_GINT64_FORMAT, text, above) &&
         (baseline == NULL || restore (director, baseline, error)) &&
         pawl_repo_work_set_versions_above (director->work, above, error) &&
         pawl_repo_director_replace_keys (director, (const char *const *) names, error) &&
         pawl_repo_tx_advance (director->work, error);
}

gboolean
pawl_repo_cmd_recover_director (PawlRepoCli *cli, char **args, GError **error)
{
  g_autofree char *baseline = NULL;
  gint64 above = 0;
  const GOptionEntry entries[] = {
    {"baseline", 0, 0, G_OPTION_ARG_FILENAME, &baseline,
     "a backup of the work folder from before; its assignments hold again", "FOLDER"},
    {"above",         0, 0, G_OPTION_ARG_INT64, &above,
     "the highest version that any device saw: all next ones are higher", "VERSION"},
    {NULL},
  };
  g_autoptr (PawlRepoWork) ready = NULL;
  g_autoptr (PawlRepoDirector) director = NULL;
  g_autofree char *folder = NULL;
  PawlRepoCli inner = *cli;

  if (!pawl_repo_cli_parse (entries, &args, 1, G_MAXUINT,
                            "recover director NEW-KEY… [--baseline FOLDER] [--above VERSION]",
                            error))
    return FALSE;
  director = pawl_repo_director_open (cli->folder, error);
  if (director == NULL)
    return FALSE;
  g_clear_pointer (&director, pawl_repo_director_free);
  folder = g_build_filename (cli->folder, "director", NULL);
  inner.folder = folder;
  ready = pawl_repo_cli_open_ready (&inner, error);
  if (ready == NULL)
    return FALSE;
  g_clear_pointer (&ready, pawl_repo_work_free);
  director = pawl_repo_director_open (cli->folder, error);
  if (director == NULL || !recover (director, args + 1, baseline, above, error))
    return FALSE;
  pawl_repo_cli_print_next (director->work);
  g_print (
    "Then “pawl-repo -C %s sign” and “tx apply”, and “pawl-repo director sign” and “director "
    "publish”: every device's files are signed again, above the old versions. ECUs that "
    "verify partially know one key of the Director and need it by another way.\n",
    folder);
  return TRUE;
}
