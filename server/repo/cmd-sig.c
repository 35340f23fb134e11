/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Signatures travel as bundles, one JSON object:
 *
 *   {"signatures": [{"role", "version", "sha256", "keyid", "sig", "method"}, …]}
 *
 * where `sha256` is of the signed bytes, so that a signature on something else is noticed before
 * it is tried. A staged file of a colleague's clone is taken as well. */
#include "pawl-repo-cli.h"
#include "pawl-repo-envelope.h"
#include "pawl-repo-error.h"
#include "pawl-repo-file.h"
#include "pawl-repo-sign.h"

#include <string.h>

/* ---- export ---- */

static void
export_role (JsonArray *list, const char *role, PawlTufMetadata *staged, GBytes *file)
{
  g_autoptr (GBytes) message = pawl_repo_envelope_dup_message (staged);
  g_autofree char *hash = pawl_tuf_hash ("sha256", message);
  g_autoptr (JsonObject) object = pawl_repo_json_parse (file, role, NULL);
  JsonArray *signatures = pawl_repo_json_get_array (object, "signatures");
  guint n = signatures != NULL ? json_array_get_length (signatures) : 0;

  for (guint i = 0; i < n; i++)
    {
      JsonObject *from = json_array_get_object_element (signatures, i);
      JsonObject *to = json_object_new ();
      const char *method = pawl_repo_json_get_string (from, "method");

      json_object_set_string_member (to, "role", role);
      json_object_set_int_member (to, "version", pawl_tuf_metadata_get_version (staged));
      json_object_set_string_member (to, "sha256", hash);
      json_object_set_string_member (to, "keyid", pawl_repo_json_get_string (from, "keyid"));
      json_object_set_string_member (to, "sig", pawl_repo_json_get_string (from, "sig"));
      if (method != NULL)
        json_object_set_string_member (to, "method", method);
      json_array_add_object_element (list, to);
    }
}

static gboolean
export_all (PawlRepoWork *work, JsonArray *list, GError **error)
{
  g_autoptr (GPtrArray) roles = pawl_repo_work_list_staged (work, error);

  if (roles == NULL)
    return FALSE;
  for (guint i = 0; i < roles->len; i++)
    {
      g_autoptr (PawlTufMetadata) staged =
        pawl_repo_work_load_staged (work, roles->pdata[i], error);

      if (staged == NULL)
        return FALSE;
      export_role (list, roles->pdata[i], staged,
                   pawl_tuf_document_get_bytes (pawl_tuf_metadata_get_document (staged)));
    }
  return TRUE;
}

static gboolean export(PawlRepoCli *cli, char **args, GError **error)
{
  g_autoptr (PawlRepoWork) work = NULL;
  g_autoptr (JsonObject) bundle = json_object_new ();
  g_autoptr (GBytes) bytes = NULL;
  JsonArray *list = json_array_new ();

  json_object_set_array_member (bundle, "signatures", list);
  if (!pawl_repo_cli_parse (NULL, &args, 1, 1, "sig export FILE", error))
    return FALSE;
  work = pawl_repo_cli_open (cli, error);
  if (work == NULL || !export_all (work, list, error))
    return FALSE;
  if (json_array_get_length (list) == 0)
    return pawl_repo_fail (error, PAWL_REPO_ERROR_INCOMPLETE,
                           "nothing that is staged is signed: run “pawl-repo sign” first");
  bytes = pawl_repo_json_to_pretty (bundle);
  if (!pawl_repo_file_write (args[1], bytes, 0644, error))
    return FALSE;
  g_print ("%u signatures in %s\n", json_array_get_length (list), args[1]);
  return TRUE;
}

/* ---- import ---- */

/* A colleague's staged file says what it is about itself. */
static JsonArray *
as_bundle (const char *path, GBytes *bytes, JsonObject *file)
{
  JsonObject *signed_part = pawl_repo_json_get_object (file, "signed");
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *escaped = NULL;
  g_autofree char *role = NULL;
  g_autoptr (PawlTufMetadata) metadata = NULL;
  JsonArray *list = json_array_new ();

  if (signed_part == NULL || !g_str_has_suffix (base, ".json"))
    return list;
  escaped = g_strndup (base, strlen (base) - strlen (".json"));
  role = g_uri_unescape_string (escaped, NULL);
  metadata = role != NULL ? pawl_repo_envelope_read (role, bytes, NULL) : NULL;
  if (metadata != NULL)
    export_role (list, role, metadata, bytes);
  return list;
}

static gboolean
check_same (PawlRepoWork *work, JsonObject *entry, GError **error)
{
  const char *role = pawl_repo_json_get_string (entry, "role");
  g_autoptr (GError) local_error = NULL;
  g_autoptr (PawlTufMetadata) staged = pawl_repo_work_load_staged (work, role, &local_error);
  g_autoptr (GBytes) message = NULL;
  g_autofree char *hash = NULL;

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (staged != NULL)
    {
      message = pawl_repo_envelope_dup_message (staged);
      hash = pawl_tuf_hash ("sha256", message);
    }
  return g_strcmp0 (hash, pawl_repo_json_get_string (entry, "sha256")) == 0 ||
         pawl_repo_fail (error, PAWL_REPO_ERROR_CONFLICT,
                         "%s %" G_GINT64_FORMAT
                         ": the signature is about something else than what is staged here",
                         role, pawl_repo_json_get_int (entry, "version", 0));
}

/* Text that goes into a file as it is. */
static gboolean
is_plain (const char *text)
{
  return text != NULL && *text != '\0' &&
         strspn (text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=-") ==
           strlen (text);
}

static gboolean
import_one (PawlRepoWork *work, JsonObject *entry, GError **error)
{
  const char *role = pawl_repo_json_get_string (entry, "role");
  const char *key_id = pawl_repo_json_get_string (entry, "keyid");
  const char *signature = pawl_repo_json_get_string (entry, "sig");
  const char *method = pawl_repo_json_get_string (entry, "method");

  if (role == NULL || !is_plain (key_id) || !is_plain (signature) ||
      (method != NULL && !is_plain (method)))
    return pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED,
                           "wanted a role, a keyid and a sig in each of the signatures");
  return check_same (work, entry, error) &&
         pawl_repo_sign_add (work, role, key_id, signature, method, error);
}

static gboolean
import_file (PawlRepoWork *work, const char *path, guint *count, GError **error)
{
  g_autoptr (GBytes) bytes = pawl_repo_file_read (path, error);
  g_autoptr (JsonObject) file = bytes != NULL ? pawl_repo_json_parse (bytes, path, error) : NULL;
  g_autoptr (JsonArray) list = NULL;

  if (file == NULL)
    return FALSE;
  if (json_object_has_member (file, "signed"))
    list = as_bundle (path, bytes, file);
  else if (pawl_repo_json_get_array (file, "signatures") != NULL)
    list = json_array_ref (pawl_repo_json_get_array (file, "signatures"));
  if (list == NULL || json_array_get_length (list) == 0)
    return pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED, "%s: there are no signatures in it",
                           path);
  for (guint i = 0; i < json_array_get_length (list); i++)
    {
      JsonNode *node = json_array_get_element (list, i);

      if (!import_one (work, JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL,
                       error))
        {
          g_prefix_error (error, "%s: ", path);
          return FALSE;
        }
      *count += 1;
    }
  return TRUE;
}

static gboolean
import (PawlRepoCli *cli, char **args, GError **error)
{
  g_autoptr (PawlRepoWork) work = NULL;
  guint count = 0;

  if (!pawl_repo_cli_parse (NULL, &args, 1, G_MAXUINT, "sig import FILE…", error))
    return FALSE;
  work = pawl_repo_cli_open (cli, error);
  if (work == NULL)
    return FALSE;
  for (guint i = 1; args[i] != NULL; i++)
    if (!import_file (work, args[i], &count, error))
      return FALSE;
  g_print ("%u signatures are good\n", count);
  pawl_repo_cli_print_next (work);
  return TRUE;
}

static const PawlRepoCommand commands[] = {
  {"export", "", "write the signatures on what is staged to a file", export},
  {"import", "", "take good signatures from files",                  import},
};

gboolean
pawl_repo_cmd_sig (PawlRepoCli *cli, char **args, GError **error)
{
  return pawl_repo_cli_dispatch (cli, "pawl-repo sig", commands, G_N_ELEMENTS (commands), args + 1,
                                 error);
}
