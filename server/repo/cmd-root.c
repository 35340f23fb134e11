/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Who may sign what: each change is a next root, which as many as the last one asks for sign, and
 * as many as it asks for itself. */
#include "pawl-repo-cli.h"
#include "pawl-repo-envelope.h"
#include "pawl-repo-error.h"
#include "pawl-repo-holders.h"
#include "pawl-repo-stage.h"

static const char *const all_roles[] = {"root", "targets", "snapshot", "timestamp", NULL};

static gboolean
check_role (const char *role, GError **error)
{
  return g_strv_contains (all_roles, role) ||
         pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                         "role “%s”: wanted root, targets, snapshot or timestamp; for delegated "
                         "roles there is “pawl-repo delegate”",
                         role);
}

static gboolean
finish (PawlRepoWork *work, JsonObject *root, GError **error)
{
  if (!pawl_repo_stage_save (work, "root", root, error))
    return FALSE;
  g_print ("staged root %" G_GINT64_FORMAT ". Next: pawl-repo sign\n",
           pawl_repo_json_get_int (root, "version", 0));
  return TRUE;
}

static gboolean
add_key (PawlRepoCli *cli, char **args, GError **error)
{
  g_auto (GStrv) roles = NULL;
  const GOptionEntry entries[] = {
    {"role", 0, 0, G_OPTION_ARG_STRING_ARRAY, &roles, "a role for it; may be repeated", "ROLE"},
    {NULL    },
  };
  g_autoptr (PawlRepoWork) work = NULL;
  g_autoptr (PawlRepoKey) key = NULL;
  g_autoptr (JsonObject) root = NULL;

  if (!pawl_repo_cli_parse (entries, &args, 1, 1, "root add-key KEY --role ROLE…", error))
    return FALSE;
  if (roles == NULL)
    return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE, "wanted --role");
  work = pawl_repo_cli_open_ready (cli, error);
  key = work != NULL ? pawl_repo_work_find_key (work, args[1], error) : NULL;
  root = key != NULL ? pawl_repo_stage_begin (work, "root", error) : NULL;
  if (root == NULL)
    return FALSE;
  for (guint i = 0; roles[i] != NULL; i++)
    if (!check_role (roles[i], error) ||
        !pawl_repo_work_log (work, error, "root add-key", "%s %s to %s", key->name, key->id,
                             roles[i]) ||
        !pawl_repo_holders_add (root, roles[i], key, error))
      return FALSE;
  return finish (work, root, error);
}

/* From the roles that are named, or from all that have it. */
static gboolean
remove_from (PawlRepoWork *work, JsonObject *root, PawlRepoKey *key, char **roles, GError **error)
{
  guint removed = 0;

  for (guint i = 0; all_roles[i] != NULL; i++)
    {
      JsonObject *role = pawl_repo_holders_find_role (root, all_roles[i]);
      gboolean has = pawl_repo_json_has_string (pawl_repo_json_get_array (role, "keyids"), key->id);

      if (!has || (roles != NULL && !g_strv_contains ((const char *const *) roles, all_roles[i])))
        continue;
      if (!pawl_repo_work_log (work, error, "root remove-key", "%s %s from %s", key->name, key->id,
                               all_roles[i]) ||
          !pawl_repo_holders_remove (root, all_roles[i], key->id, error))
        return FALSE;
      removed++;
    }
  return removed > 0 || pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                                        "key %s is in none of these roles of the root", key->name);
}

static gboolean
remove_key (PawlRepoCli *cli, char **args, GError **error)
{
  g_auto (GStrv) roles = NULL;
  const GOptionEntry entries[] = {
    {"role", 0, 0, G_OPTION_ARG_STRING_ARRAY, &roles, "only from this; may be repeated", "ROLE"},
    {NULL    },
  };
  g_autoptr (PawlRepoWork) work = NULL;
  g_autoptr (PawlRepoKey) key = NULL;
  g_autoptr (JsonObject) root = NULL;

  if (!pawl_repo_cli_parse (entries, &args, 1, 1, "root remove-key KEY [--role ROLE]…", error))
    return FALSE;
  work = pawl_repo_cli_open_ready (cli, error);
  key = work != NULL ? pawl_repo_work_find_key (work, args[1], error) : NULL;
  root = key != NULL ? pawl_repo_stage_begin (work, "root", error) : NULL;
  return root != NULL && remove_from (work, root, key, roles, error) && finish (work, root, error);
}

static gboolean
replace_key (PawlRepoCli *cli, char **args, GError **error)
{
  g_autoptr (PawlRepoWork) work = NULL;
  g_autoptr (PawlRepoKey) former = NULL;
  g_autoptr (PawlRepoKey) key = NULL;
  g_autoptr (JsonObject) root = NULL;

  if (!pawl_repo_cli_parse (NULL, &args, 2, 2, "root replace-key OLD NEW", error))
    return FALSE;
  work = pawl_repo_cli_open_ready (cli, error);
  former = work != NULL ? pawl_repo_work_find_key (work, args[1], error) : NULL;
  key = former != NULL ? pawl_repo_work_find_key (work, args[2], error) : NULL;
  root = key != NULL ? pawl_repo_stage_begin (work, "root", error) : NULL;
  if (root == NULL)
    return FALSE;
  for (guint i = 0; all_roles[i] != NULL; i++)
    {
      JsonObject *role = pawl_repo_holders_find_role (root, all_roles[i]);

      if (pawl_repo_json_has_string (pawl_repo_json_get_array (role, "keyids"), former->id) &&
          (!pawl_repo_work_log (work, error, "root add-key", "%s %s to %s", key->name, key->id,
                                all_roles[i]) ||
           !pawl_repo_holders_add (root, all_roles[i], key, error)))
        return FALSE;
    }
  return remove_from (work, root, former, NULL, error) && finish (work, root, error);
}

static gboolean
set_threshold (PawlRepoCli *cli, char **args, GError **error)
{
  g_autoptr (PawlRepoWork) work = NULL;
  g_autoptr (JsonObject) root = NULL;
  gint64 threshold = 0;
  JsonArray *ids;

  if (!pawl_repo_cli_parse (NULL, &args, 2, 2, "root set-threshold ROLE NUMBER", error) ||
      !check_role (args[1], error) ||
      !g_ascii_string_to_signed (args[2], 10, 1, 1000, &threshold, error))
    return FALSE;
  work = pawl_repo_cli_open_ready (cli, error);
  root = work != NULL ? pawl_repo_stage_begin (work, "root", error) : NULL;
  if (root == NULL)
    return FALSE;
  ids = pawl_repo_json_get_array (pawl_repo_holders_find_role (root, args[1]), "keyids");
  if (pawl_repo_work_get_root_version (work) > 0 && json_array_get_length (ids) < threshold)
    return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                           "role %s has %u keys, wanted at least %" G_GINT64_FORMAT
                           ": add keys first",
                           args[1], json_array_get_length (ids), threshold);
  return pawl_repo_work_log (work, error, "root set-threshold", "%s %" G_GINT64_FORMAT, args[1],
                             threshold) &&
         pawl_repo_holders_set_threshold (root, args[1], threshold, error) &&
         finish (work, root, error);
}

static gboolean
set_expiry (PawlRepoCli *cli, char **args, GError **error)
{
  g_autoptr (PawlRepoWork) work = NULL;
  gint64 seconds;

  if (!pawl_repo_cli_parse (NULL, &args, 2, 2, "root set-expiry ROLE DURATION", error) ||
      !pawl_repo_parse_duration (args[2], &seconds, error))
    return FALSE;
  work = pawl_repo_cli_open (cli, error);
  if (work == NULL ||
      !pawl_repo_work_log (work, error, "root set-expiry", "%s %s", args[1], args[2]) ||
      !pawl_repo_work_set_lifetime (work, args[1], args[2], error))
    return FALSE;
  g_print ("the next version of %s lives for %s\n", args[1], args[2]);
  return TRUE;
}

static const PawlRepoCommand commands[] = {
  {"add-key",       "", "give roles to a key",                                add_key      },
  {"remove-key",    "", "take roles from a key",                              remove_key   },
  {"replace-key",   "", "give a key's roles to another",                      replace_key  },
  {"set-threshold", "", "how many of its keys have to sign a role",           set_threshold},
  {"set-expiry",    "", "how long each version of a role is good: 365d, 12h", set_expiry   },
};

gboolean
pawl_repo_cmd_root (PawlRepoCli *cli, char **args, GError **error)
{
  return pawl_repo_cli_dispatch (cli, "pawl-repo root", commands, G_N_ELEMENTS (commands), args + 1,
                                 error);
}
