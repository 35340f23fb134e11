/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-repo-cli.h"
#include "pawl-repo-envelope.h"
#include "pawl-repo-error.h"
#include "pawl-repo-file.h"
#include "pawl-repo-holders.h"
#include "pawl-repo-stage.h"

#include <string.h>

typedef struct
{
  PawlRepoSecrets secrets;
  char *owner;
  char *type;
  char **roles;
  gboolean insecure;
} Options;

static void
options_clear (Options *self)
{
  pawl_repo_secrets_clear (&self->secrets);
  g_free (self->owner);
  g_free (self->type);
  g_strfreev (self->roles);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, options_clear)

/* ---- generate and import ---- */

/* Before the first root is signed, roles get their keys here; later each change is a new root. */
static gboolean
give_roles (PawlRepoWork *work, PawlRepoKey *key, char **roles, GError **error)
{
  g_autoptr (JsonObject) root = NULL;

  if (roles == NULL)
    return TRUE;
  if (pawl_repo_work_get_root_version (work) > 0)
    return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                           "--role: there is a root already: register the key without --role, "
                           "then use “pawl-repo root add-key”");
  root = pawl_repo_stage_begin (work, "root", error);
  if (root == NULL)
    return FALSE;
  for (guint i = 0; roles[i] != NULL; i++)
    if (!pawl_repo_holders_add (root, roles[i], key, error))
      return FALSE;
  return pawl_repo_stage_save (work, "root", root, error);
}

/* One holder must not count twice under two names. */
static gboolean
check_new (PawlRepoWork *work, PawlRepoKey *key, GError **error)
{
  g_autoptr (GPtrArray) keys = pawl_repo_work_list_keys (work, error);

  if (keys == NULL)
    return FALSE;
  for (guint i = 0; i < keys->len; i++)
    {
      PawlRepoKey *other = keys->pdata[i];

      if (g_str_equal (other->name, key->name) || g_str_equal (other->id, key->id))
        return pawl_repo_fail (error, PAWL_REPO_ERROR_CONFLICT,
                               "key %s: key %s of %s has that name or is that key already",
                               key->name, other->name, other->owner);
    }
  return TRUE;
}

static gboolean
register_key (PawlRepoWork *work,
              const char *command,
              PawlRepoKey *key,
              char **roles,
              GError **error)
{
  g_autofree char *path = pawl_repo_work_dup_key_path (work, key->name);
  g_autofree char *all = roles != NULL ? g_strjoinv (", ", roles) : g_strdup ("none");

  if (!pawl_repo_work_log (work, error, command, "%s %s of %s, roles: %s", key->name, key->id,
                           key->owner, all) ||
      !pawl_repo_key_save (key, path, error) || !give_roles (work, key, roles, error))
    return FALSE;
  g_print ("key %s of %s: %s\n", key->name, key->owner, key->id);
  return TRUE;
}

static gboolean
is_online_only (char **roles)
{
  for (guint i = 0; roles != NULL && roles[i] != NULL; i++)
    if (!g_str_equal (roles[i], "snapshot") && !g_str_equal (roles[i], "timestamp"))
      return FALSE;
  return roles != NULL;
}

static GBytes *export(Options *options, PawlTufSigner *signer, const char *name, GError **error)
{
  char *passphrase = NULL;
  GBytes *bytes;

  /* Only keys that a timer signs with may do without: a stolen one is replaced by the others. */
  if (!options->insecure)
    {
      passphrase = pawl_repo_secrets_ask_new (&options->secrets, name, error);
      if (passphrase == NULL)
        return NULL;
    }
  bytes = pawl_tuf_signer_export (signer, passphrase, error);
  pawl_repo_secrets_wipe (passphrase);
  return bytes;
}

static gboolean
is_inside (PawlRepoWork *work, const char *path)
{
  g_autoptr (GFile) folder = g_file_new_for_path (work->folder);
  g_autoptr (GFile) file = g_file_new_for_path (path);

  return g_file_has_prefix (file, folder);
}

static gboolean
save_private (PawlRepoWork *work,
              Options *options,
              PawlTufSigner *signer,
              const char *name,
              GError **error)
{
  g_autofree char *path = NULL;
  g_autoptr (GBytes) bytes = NULL;

  pawl_repo_secrets_use_defaults (&options->secrets);
  path = pawl_repo_secrets_dup_key_path (&options->secrets, name);
  if (is_inside (work, path))
    return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                           "%s: no secret may be in the work folder: give another folder with "
                           "--keys",
                           path);
  if (g_file_test (path, G_FILE_TEST_EXISTS))
    return pawl_repo_fail (error, PAWL_REPO_ERROR_CONFLICT, "%s: there is a private key already",
                           path);
  bytes = export(options, signer, name, error);
  if (bytes == NULL || !pawl_repo_file_write (path, bytes, 0600, error))
    return FALSE;
  g_print ("private key in %s: keep a copy in another place\n", path);
  return TRUE;
}

/* One person, one key: it gets every role that the first root has. */
static char **
default_roles (PawlRepoWork *work, Options *options)
{
  gboolean simple = g_str_equal (pawl_repo_work_get_profile (work), "simple");
  g_autoptr (JsonObject) root = NULL;
  g_autoptr (GList) names = NULL;
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  if (options->roles == NULL && simple && pawl_repo_work_get_root_version (work) == 0)
    root = pawl_repo_stage_begin (work, "root", NULL);
  if (root == NULL)
    return g_strdupv (options->roles);
  names = json_object_get_members (pawl_repo_json_ensure_object (root, "roles"));
  for (GList *l = names; l != NULL; l = l->next)
    g_strv_builder_add (builder, l->data);
  return g_strv_builder_end (builder);
}

static gboolean
generate (PawlRepoCli *cli, char **args, GError **error)
{
  g_auto (Options) options = {.insecure = FALSE};
  const GOptionEntry entries[] = {
    {"role",          0, 0, G_OPTION_ARG_STRING_ARRAY, &options.roles,
     "before the first root: a role of the key; may be repeated", "ROLE"},
    {"owner",              0, 0, G_OPTION_ARG_STRING, &options.owner, "who holds it", "PERSON"},
    {"type", 0, 0, G_OPTION_ARG_STRING, &options.type,
     "ed25519 (default), p256, p384, rsa2048, rsa3072 or rsa4096", "TYPE"},
    {"keys",         0, 0, G_OPTION_ARG_FILENAME, &options.secrets.keys_folder,
     "where the private key goes, as NAME.pem", "FOLDER"},
    {"passphrase-file",         0, 0, G_OPTION_ARG_FILENAME, &options.secrets.passphrase_file,
     "a file with the passphrase", "FILE"},
    {"insecure",              0, 0, G_OPTION_ARG_NONE, &options.insecure, "write it unencrypted", NULL},
    {NULL},
  };
  g_autoptr (PawlRepoWork) work = NULL;
  g_autoptr (PawlTufSigner) signer = NULL;
  g_autoptr (PawlRepoKey) key = NULL;
  g_auto (GStrv) roles = NULL;
  const char *name;

  if (!pawl_repo_cli_parse (entries, &args, 0, 1, "key generate [NAME] [--role ROLE]…", error))
    return FALSE;
  name = args[1] != NULL ? args[1] : "main";
  work = pawl_repo_cli_open (cli, error);
  signer = work != NULL
             ? pawl_tuf_signer_generate (options.type != NULL ? options.type : "ed25519", error)
             : NULL;
  if (signer == NULL)
    return FALSE;
  roles = default_roles (work, &options);
  if (is_online_only (roles) && options.secrets.passphrase_file == NULL)
    options.insecure = TRUE;
  key = pawl_repo_key_new_from_signer (signer, work->dialect, name,
                                       options.owner != NULL ? options.owner : g_get_user_name (),
                                       error);
  return key != NULL && check_new (work, key, error) &&
         save_private (work, &options, signer, name, error) &&
         register_key (work, "key generate", key, roles, error);
}

static gboolean
import (PawlRepoCli *cli, char **args, GError **error)
{
  g_auto (Options) options = {.insecure = FALSE};
  const GOptionEntry entries[] = {
    {"role",          0, 0, G_OPTION_ARG_STRING_ARRAY, &options.roles,
     "before the first root: a role of the key; may be repeated", "ROLE"},
    {"owner",              0, 0, G_OPTION_ARG_STRING, &options.owner, "who holds it", "PERSON"},
    {"passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &options.secrets.passphrase_file,
     "a file with the passphrase or PIN", "FILE"},
    {NULL        },
  };
  g_autoptr (PawlRepoWork) work = NULL;
  g_autoptr (PawlTufSigner) signer = NULL;
  g_autoptr (PawlRepoKey) key = NULL;

  if (!pawl_repo_cli_parse (entries, &args, 2, 2, "key import NAME FILE|URI [--role ROLE]…", error))
    return FALSE;
  work = pawl_repo_cli_open (cli, error);
  if (work == NULL)
    return FALSE;
  if (g_str_has_suffix (args[2], ".json"))
    key = pawl_repo_key_load (args[2], work->dialect, error);
  else
    {
      signer = pawl_repo_secrets_open (&options.secrets, args[2], error);
      if (signer != NULL)
        key = pawl_repo_key_new_from_signer (signer, work->dialect, args[1], "", error);
    }
  if (key == NULL || !pawl_repo_key_check_name (args[1], error))
    return FALSE;
  g_free (key->name);
  key->name = g_strdup (args[1]);
  if (options.owner != NULL || *key->owner == '\0')
    {
      g_free (key->owner);
      key->owner = g_strdup (options.owner != NULL ? options.owner : g_get_user_name ());
    }
  return check_new (work, key, error) &&
         register_key (work, "key import", key, options.roles, error);
}

/* ---- list and export ---- */

static char *
dup_roles (PawlTufMetadata *root, const char *key_id)
{
  static const char *const roles[] = {"root", "targets", "snapshot", "timestamp"};
  GString *text = g_string_new (NULL);

  for (guint i = 0; root != NULL && i < G_N_ELEMENTS (roles); i++)
    if (pawl_repo_holders_may_sign (root, roles[i], key_id))
      g_string_append_printf (text, "%s%s", text->len > 0 ? "," : "", roles[i]);
  return g_string_free (text, FALSE);
}

static gboolean
list (PawlRepoCli *cli, char **args, GError **error)
{
  g_autoptr (PawlRepoWork) work = NULL;
  g_autoptr (GPtrArray) keys = NULL;
  g_autoptr (PawlTufMetadata) root = NULL;

  if (!pawl_repo_cli_parse (NULL, &args, 0, 0, "key list", error))
    return FALSE;
  work = pawl_repo_cli_open (cli, error);
  keys = work != NULL ? pawl_repo_work_list_keys (work, error) : NULL;
  if (keys == NULL)
    return FALSE;
  root = pawl_repo_work_load_newest (work, "root", NULL);
  for (guint i = 0; i < keys->len; i++)
    {
      PawlRepoKey *key = keys->pdata[i];
      g_autofree char *roles = dup_roles (root, key->id);

      g_print ("%s\t%s\t%s\t%s\t%s\n", key->name, key->owner, key->scheme, key->id, roles);
    }
  return TRUE;
}

static gboolean
export_public (PawlRepoCli *cli, char **args, GError **error)
{
  g_autoptr (PawlRepoWork) work = NULL;
  g_autoptr (PawlRepoKey) key = NULL;
  g_autofree char *path = NULL;
  g_autoptr (GBytes) bytes = NULL;

  if (!pawl_repo_cli_parse (NULL, &args, 1, 1, "key export NAME|ID", error))
    return FALSE;
  work = pawl_repo_cli_open (cli, error);
  key = work != NULL ? pawl_repo_work_find_key (work, args[1], error) : NULL;
  if (key == NULL)
    return FALSE;
  path = pawl_repo_work_dup_key_path (work, key->name);
  bytes = pawl_repo_file_read (path, error);
  if (bytes == NULL)
    return FALSE;
  g_print ("%.*s", (int) g_bytes_get_size (bytes), (const char *) g_bytes_get_data (bytes, NULL));
  return TRUE;
}

static const PawlRepoCommand commands[] = {
  {"generate", "", "make a private key and register its public half",            generate                },
  {"import",   "", "register the public half of a file, a token or a colleague", import                  },
  {"retire",   "", "take all roles of the root from somebody who leaves",        pawl_repo_cmd_key_retire},
  {"list",     "", "name, owner, scheme, id and roles of each",                  list                    },
  {"export",   "", "print a public key for a colleague",                         export_public           },
};

gboolean
pawl_repo_cmd_key (PawlRepoCli *cli, char **args, GError **error)
{
  return pawl_repo_cli_dispatch (cli, "pawl-repo key", commands, G_N_ELEMENTS (commands), args + 1,
                                 error);
}
