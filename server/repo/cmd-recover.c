/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* One command for each thing that may happen to keys and hosts. Each stages what has to be signed,
 * and says who has to. */
#include "pawl-repo-cli.h"
#include "pawl-repo-delegate.h"
#include "pawl-repo-envelope.h"
#include "pawl-repo-error.h"
#include "pawl-repo-holders.h"
#include "pawl-repo-stage.h"
#include "pawl-repo-tx.h"

static gboolean
finish (PawlRepoWork *work, const char *what, GError **error)
{
  if (!pawl_repo_tx_advance (work, error))
    return FALSE;
  g_print ("%s\n", what);
  pawl_repo_cli_print_next (work);
  return TRUE;
}

/* ---- online ---- */

/* Takes the roles from all that have them, and gives them to one. */
static gboolean
replace_online (JsonObject *root, PawlRepoKey *key, GError **error)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new ();

  g_ptr_array_add (keys, key);
  return pawl_repo_holders_replace (root, "snapshot", keys, 1, error) &&
         pawl_repo_holders_replace (root, "timestamp", keys, 1, error);
}

static gboolean
online (PawlRepoCli *cli, char **args, GError **error)
{
  gint64 above = 0;
  const GOptionEntry entries[] = {
    {"above", 0, 0, G_OPTION_ARG_INT64, &above,
     "the highest version that anybody saw: all next ones are higher", "VERSION"},
    {NULL     },
  };
  g_autoptr (PawlRepoWork) work = NULL;
  g_autoptr (PawlRepoKey) key = NULL;
  g_autoptr (JsonObject) root = NULL;

  if (!pawl_repo_cli_parse (entries, &args, 1, 1, "recover online NEW-KEY [--above VERSION]",
                            error))
    return FALSE;
  work = pawl_repo_cli_open_ready (cli, error);
  key = work != NULL ? pawl_repo_work_find_key (work, args[1], error) : NULL;
  root = key != NULL ? pawl_repo_stage_begin (work, "root", error) : NULL;
  return root != NULL &&
         pawl_repo_work_log (work, error, "recover online", "%s, above %" G_GINT64_FORMAT,
                             key->name, above) &&
         replace_online (root, key, error) &&
         pawl_repo_work_set_versions_above (work, above, error) &&
         pawl_repo_stage_save (work, "root", root, error) &&
         finish (work,
                 "Snapshot and timestamp are taken from their keys. Devices forget what those have "
                 "signed as soon as they see the next root.",
                 error);
}

/* ---- root ---- */

static gboolean
root_key (PawlRepoCli *cli, char **args, GError **error)
{
  g_autofree char *replacement = NULL;
  const GOptionEntry entries[] = {
    {"replace", 0, 0, G_OPTION_ARG_STRING, &replacement, "the key that takes its place", "KEY"},
    {NULL       },
  };
  g_autoptr (PawlRepoWork) work = NULL;
  g_autoptr (PawlRepoKey) former = NULL;
  g_autoptr (PawlRepoKey) key = NULL;
  g_autoptr (JsonObject) root = NULL;

  if (!pawl_repo_cli_parse (entries, &args, 1, 1, "recover root-key KEY [--replace KEY]", error))
    return FALSE;
  work = pawl_repo_cli_open_ready (cli, error);
  former = work != NULL ? pawl_repo_work_find_key (work, args[1], error) : NULL;
  if (former == NULL)
    return FALSE;
  if (replacement != NULL)
    {
      key = pawl_repo_work_find_key (work, replacement, error);
      if (key == NULL)
        return FALSE;
    }
  root = pawl_repo_stage_begin (work, "root", error);
  return root != NULL && pawl_repo_work_log (work, error, "recover root-key", "%s", former->name) &&
         (key == NULL || pawl_repo_holders_add (root, "root", key, error)) &&
         pawl_repo_holders_remove (root, "root", former->id, error) &&
         pawl_repo_stage_save (work, "root", root, error) &&
         finish (work, "The key is not one of the root's any more. The others sign:", error);
}

static gboolean
expired_root (PawlRepoCli *cli, char **args, GError **error)
{
  g_autoptr (PawlRepoWork) work = NULL;

  if (!pawl_repo_cli_parse (NULL, &args, 0, 0, "recover expired-root", error))
    return FALSE;
  work = pawl_repo_cli_open_ready (cli, error);
  return work != NULL && pawl_repo_work_log (work, error, "recover expired-root", "%s", "root") &&
         pawl_repo_stage_again (work, "root", error) &&
         finish (work, "Devices follow an expired root to one that is not.", error);
}

static gboolean
root_lost (PawlRepoCli *cli, char **args, GError **error)
{
  if (!pawl_repo_cli_parse (NULL, &args, 0, 0, "recover root-lost", error))
    return FALSE;
  g_print (
    "With fewer root keys than the threshold, no next root can be signed that a device follows.\n"
    "\n"
    "1. Publish nothing more from this work folder, and keep what is public as it is: devices go\n"
    "   on with it until it expires. Keys of targets, snapshot and timestamp still work until the\n"
    "   root expires; use them for step 3.\n"
    "2. Make a new repository in another folder, with new keys, and more of them than before:\n"
    "   “pawl-repo -C NEW init”.\n"
    "3. Put its root/1.root.json into an image of the system (/usr/share/pawl/root.json), and "
    "send\n"
    "   that as an update while the old repository is still good, or bring it by stick or by the\n"
    "   secure boot chain: a device takes another first root only from its own system.\n"
    "4. If the keys were stolen and not lost, whoever has them can sign, too: take the host off\n"
    "   the network first, and tell the owners of the devices.\n");
  return TRUE;
}

/* ---- targets and delegations ---- */

typedef struct
{
  JsonObject *baseline; /* (unowned) (nullable): its targets */
  guint removed;
} Filter;

static gboolean
is_known (Filter *self, JsonObject *targets, const char *name)
{
  g_autoptr (JsonNode) a = NULL;
  g_autoptr (JsonNode) b = NULL;
  JsonObject *known = pawl_repo_json_get_object (self->baseline, name);

  if (known == NULL)
    return FALSE;
  a = json_node_init_object (json_node_alloc (), known);
  b = json_node_init_object (json_node_alloc (), pawl_repo_json_get_object (targets, name));
  return json_node_equal (a, b);
}

static void
remove_unknown (Filter *self, JsonObject *targets)
{
  g_autoptr (GList) names = json_object_get_members (targets);

  for (GList *l = names; l != NULL; l = l->next)
    if (!is_known (self, targets, l->data))
      {
        g_print ("- %s\n", (char *) l->data);
        json_object_remove_member (targets, l->data);
        self->removed++;
      }
}

static JsonObject *
load_baseline (const char *folder, const char *role, GError **error)
{
  g_autoptr (PawlRepoWork) backup = pawl_repo_work_open (folder, error);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (PawlTufMetadata) metadata =
    backup != NULL ? pawl_repo_work_load_current (backup, role, &local_error) : NULL;

  if (metadata != NULL)
    return pawl_repo_envelope_dup_signed (pawl_tuf_document_get_bytes (
                                            pawl_tuf_metadata_get_document (metadata)),
                                          role, error);
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else if (backup != NULL)
    pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE, "%s: it has no role %s", folder, role);
  return NULL;
}

static gboolean
role (PawlRepoCli *cli, char **args, GError **error)
{
  g_autofree char *folder = NULL;
  const GOptionEntry entries[] = {
    {"baseline", 0, 0, G_OPTION_ARG_FILENAME, &folder,
     "a backup of the work folder from before; only what it has stays", "FOLDER"},
    {NULL        },
  };
  g_autoptr (PawlRepoWork) work = NULL;
  g_autoptr (JsonObject) baseline = NULL;
  g_autoptr (JsonObject) signed_part = NULL;
  Filter filter = {NULL, 0};

  if (!pawl_repo_cli_parse (entries, &args, 1, 1, "recover role ROLE --baseline FOLDER", error))
    return FALSE;
  if (folder == NULL)
    return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                           "wanted --baseline: nothing else says what is yours");
  baseline = load_baseline (folder, args[1], error);
  work = baseline != NULL ? pawl_repo_cli_open_ready (cli, error) : NULL;
  signed_part = work != NULL ? pawl_repo_stage_begin (work, args[1], error) : NULL;
  if (signed_part == NULL)
    return FALSE;
  filter.baseline = pawl_repo_json_get_object (baseline, "targets");
  remove_unknown (&filter, pawl_repo_json_ensure_object (signed_part, "targets"));
  g_print ("%u targets that the baseline does not have are taken out. Give the role other keys, "
           "too, with “pawl-repo root replace-key” or “delegate rotate”.\n",
           filter.removed);
  return pawl_repo_work_log (work, error, "recover role", "%s, %u targets", args[1],
                             filter.removed) &&
         pawl_repo_stage_save (work, args[1], signed_part, error) &&
         finish (work, "The next version is staged.", error);
}

static gboolean
delegation (PawlRepoCli *cli, char **args, GError **error)
{
  gboolean freeze = FALSE;
  const GOptionEntry entries[] = {
    {"freeze", 0, 0, G_OPTION_ARG_NONE, &freeze, "the whole delegation, not only its targets",
     NULL},
    {NULL      },
  };
  g_autoptr (PawlRepoWork) work = NULL;
  g_autoptr (JsonObject) signed_part = NULL;

  if (!pawl_repo_cli_parse (entries, &args, 1, 1, "recover delegation ROLE [--freeze]", error))
    return FALSE;
  work = pawl_repo_cli_open_ready (cli, error);
  if (work == NULL || !pawl_repo_work_log (work, error, "recover delegation", "%s", args[1]))
    return FALSE;
  if (freeze)
    return pawl_repo_delegate_revoke (work, args[1], error) &&
           finish (work, "The delegation ends.", error);
  signed_part = pawl_repo_stage_begin (work, args[1], error);
  if (signed_part == NULL)
    return FALSE;
  json_object_set_object_member (signed_part, "targets", json_object_new ());
  return pawl_repo_stage_save (work, args[1], signed_part, error) &&
         finish (work,
                 "The role lists nothing any more. Give it other keys with “pawl-repo delegate "
                 "rotate”, or the old ones sign this, too.",
                 error);
}

/* ---- the host ---- */

static gint64
read_version (const char *folder, const char *name, const char *as)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (JsonObject) file = pawl_repo_json_load (path, NULL);
  JsonObject *signed_part = pawl_repo_json_get_object (file, "signed");
  JsonObject *meta =
    pawl_repo_json_get_object (pawl_repo_json_get_object (signed_part, "meta"), as);

  return MAX (pawl_repo_json_get_int (signed_part, "version", 0),
              pawl_repo_json_get_int (meta, "version", 0));
}

/* Nothing that is public is believed but that its versions may have been seen. */
static gint64
find_highest (const char *folder)
{
  gint64 timestamp = read_version (folder, "timestamp.json", "snapshot.json");
  g_autofree char *snapshot = g_strdup_printf ("%" G_GINT64_FORMAT ".snapshot.json", timestamp);

  return MAX (timestamp, MAX (read_version (folder, snapshot, "targets.json"),
                              read_version (folder, "snapshot.json", "targets.json")));
}

static gboolean
republish (PawlRepoCli *cli, char **args, GError **error)
{
  static const char *const roles[] = {"targets", "snapshot", "timestamp"};
  g_autofree char *folder = NULL;
  const GOptionEntry entries[] = {
    {"to", 0, 0, G_OPTION_ARG_FILENAME, &folder, "what was public", "FOLDER"},
    {NULL  },
  };
  g_autoptr (PawlRepoWork) work = NULL;
  gint64 highest;

  if (!pawl_repo_cli_parse (entries, &args, 0, 0, "recover republish --to FOLDER", error))
    return FALSE;
  if (folder == NULL)
    return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                           "wanted --to: its versions have to be passed");
  work = pawl_repo_cli_open_ready (cli, error);
  if (work == NULL)
    return FALSE;
  highest = find_highest (folder);
  if (!pawl_repo_work_log (work, error, "recover republish", "%s, above %" G_GINT64_FORMAT, folder,
                           highest) ||
      !pawl_repo_work_set_versions_above (work, highest, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    if (!pawl_repo_stage_again (work, roles[i], error))
      return FALSE;
  return finish (work,
                 "Everything is staged above the versions that are public. Publish it into an "
                 "empty folder, not over what somebody else may have written.",
                 error);
}

static const PawlRepoCommand commands[] = {
  {"online",       "", "a key of snapshot or timestamp is stolen",          online                        },
  {"root-key",     "", "a root key is lost or stolen, and enough are left", root_key                      },
  {"root-lost",    "", "too many root keys are gone: what is left to do",   root_lost                     },
  {"expired-root", "", "the root is expired",                               expired_root                  },
  {"director",     "", "keys that sign for devices are stolen",             pawl_repo_cmd_recover_director},
  {"role",         "", "a key of targets is stolen",                        role                          },
  {"delegation",   "", "a supplier's key is stolen",                        delegation                    },
  {"republish",    "", "the host was broken into",                          republish                     },
};

gboolean
pawl_repo_cmd_recover (PawlRepoCli *cli, char **args, GError **error)
{
  return pawl_repo_cli_dispatch (cli, "pawl-repo recover", commands, G_N_ELEMENTS (commands),
                                 args + 1, error);
}
