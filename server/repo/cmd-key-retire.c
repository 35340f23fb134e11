/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-repo-cli.h"
#include "pawl-repo-error.h"
#include "pawl-repo-holders.h"
#include "pawl-repo-stage.h"

/* Somebody leaves: each role of theirs goes, to another key if there is one. */
static gboolean
retire_from (PawlRepoWork *work,
             JsonObject *root,
             PawlRepoKey *key,
             PawlRepoKey *other,
             GError **error)
{
  JsonObject *roles = pawl_repo_json_ensure_object (root, "roles");
  g_autoptr (GList) names = json_object_get_members (roles);

  for (GList *l = names; l != NULL; l = l->next)
    {
      JsonArray *ids =
        pawl_repo_json_get_array (pawl_repo_json_get_object (roles, l->data), "keyids");

      if (!pawl_repo_json_has_string (ids, key->id))
        continue;
      if (!pawl_repo_work_log (work, error, "key retire", "%s %s from %s", key->name, key->id,
                               (char *) l->data) ||
          (other != NULL && !pawl_repo_json_has_string (ids, other->id) &&
           !pawl_repo_holders_add (root, l->data, other, error)) ||
          !pawl_repo_holders_remove (root, l->data, key->id, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
retire_all (PawlRepoWork *work,
            JsonObject *root,
            const char *owner,
            PawlRepoKey *other,
            GError **error)
{
  g_autoptr (GPtrArray) keys = pawl_repo_work_list_keys (work, error);
  guint found = 0;

  for (guint i = 0; keys != NULL && i < keys->len; i++)
    {
      PawlRepoKey *key = keys->pdata[i];

      if (!g_str_equal (key->owner, owner))
        continue;
      found++;
      if (!retire_from (work, root, key, other, error))
        return FALSE;
    }
  if (keys != NULL && found == 0)
    pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE, "%s: no key is theirs: see “pawl-repo key list”",
                    owner);
  return found > 0;
}

gboolean
pawl_repo_cmd_key_retire (PawlRepoCli *cli, char **args, GError **error)
{
  g_autofree char *replacement = NULL;
  const GOptionEntry entries[] = {
    {"replace", 0, 0, G_OPTION_ARG_STRING, &replacement, "the key that takes all places", "KEY"},
    {NULL       },
  };
  g_autoptr (PawlRepoWork) work = NULL;
  g_autoptr (PawlRepoKey) other = NULL;
  g_autoptr (JsonObject) root = NULL;

  if (!pawl_repo_cli_parse (entries, &args, 1, 1, "key retire OWNER [--replace KEY]", error))
    return FALSE;
  work = pawl_repo_cli_open_ready (cli, error);
  if (work == NULL)
    return FALSE;
  if (replacement != NULL)
    {
      other = pawl_repo_work_find_key (work, replacement, error);
      if (other == NULL)
        return FALSE;
    }
  root = pawl_repo_stage_begin (work, "root", error);
  if (root == NULL || !retire_all (work, root, args[1], other, error) ||
      !pawl_repo_stage_save (work, "root", root, error))
    return FALSE;
  g_print ("staged a root without the keys of %s. Next: pawl-repo sign\n", args[1]);
  return TRUE;
}
