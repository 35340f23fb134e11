/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-repo-verify.h"

#include "pawl-repo-error.h"
#include "pawl-repo-file.h"

#include <string.h>

typedef struct
{
  PawlRepoVerify *job;   /* (unowned) */
  PawlTufClient *client; /* (unowned) */
  GHashTable *seen;      /* (owned): roles */
} Walk;

/* ---- content ---- */

static GFile *
find_content (Walk *self, const char *name, PawlTufFound *found)
{
  g_autofree char *escaped = pawl_tuf_client_dup_target_path (self->client, name, found);
  g_autofree char *path = g_uri_unescape_string (escaped, NULL);

  return g_file_new_build_filename (self->job->content, path, NULL);
}

/* Commits are not below this folder, and neither is what has an address of its own. */
static gboolean
is_elsewhere (PawlTufDocument *document, PawlTufValue target)
{
  PawlTufValue custom = pawl_tuf_document_get_member (document, target, "custom");
  gint64 length = 0;

  pawl_tuf_document_get_int (document, pawl_tuf_document_get_member (document, target, "length"),
                             &length);
  return length == 0 ||
         pawl_tuf_value_exists (pawl_tuf_document_get_member (document, custom, "uri"));
}

static gboolean
check_content (Walk *self, const char *name, PawlTufFound *found, GError **error)
{
  g_autoptr (GFile) file = find_content (self, name, found);
  g_autoptr (GFileInputStream) stream = NULL;
  g_autoptr (GError) local_error = NULL;

  if (is_elsewhere (pawl_tuf_metadata_get_document (found->metadata), found->target))
    return TRUE;
  stream = g_file_read (file, NULL, &local_error);
  if (stream == NULL)
    return pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED, "target %s: %s", name,
                           local_error->message);
  self->job->contents++;
  return pawl_tuf_check_artifact (found->metadata, found->target, name, G_INPUT_STREAM (stream),
                                  NULL, error);
}

/* Without a search: each would walk over all targets again. */
static gboolean
check_target (Walk *self,
              const char *role,
              PawlTufMetadata *metadata,
              PawlTufValue name_value,
              PawlTufValue target,
              GError **error)
{
  PawlTufFound found = {(char *) role, metadata, target};
  g_autofree char *name = NULL;

  self->job->targets++;
  if (self->job->content == NULL)
    return TRUE;
  name = pawl_tuf_document_dup_string (pawl_tuf_metadata_get_document (metadata), name_value);
  return check_content (self, name, &found, error);
}

/* ---- roles ---- */

static gboolean
walk_role (Walk *self, const char *role, PawlTufMetadata *delegator, GError **error);

static gboolean
walk_delegations (Walk *self, PawlTufMetadata *metadata, GError **error)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (metadata);
  PawlTufValue delegations = pawl_tuf_metadata_get_member (metadata, "delegations");
  PawlTufIter iter;
  PawlTufValue value;

  pawl_tuf_iter_init (&iter, document,
                      pawl_tuf_document_get_member (document, delegations, "roles"));
  while (pawl_tuf_iter_next (&iter, NULL, &value))
    {
      g_autofree char *role =
        pawl_tuf_document_dup_string (document,
                                      pawl_tuf_document_get_member (document, value, "name"));

      if (!walk_role (self, role, metadata, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
walk_role (Walk *self, const char *role, PawlTufMetadata *delegator, GError **error)
{
  g_autoptr (PawlTufMetadata) metadata = NULL;
  PawlTufDocument *document;
  PawlTufIter iter;
  PawlTufValue name, target;

  if (!g_hash_table_add (self->seen, g_strdup (role)))
    return TRUE;
  metadata = pawl_tuf_client_load_role (self->client, role, delegator, error);
  if (metadata == NULL)
    return FALSE;
  g_object_ref (metadata);
  document = pawl_tuf_metadata_get_document (metadata);
  pawl_tuf_iter_init (&iter, document, pawl_tuf_metadata_get_member (metadata, "targets"));
  while (pawl_tuf_iter_next (&iter, &name, &target))
    if (!check_target (self, role, metadata, name, target, error))
      return FALSE;
  return walk_delegations (self, metadata, error);
}

static gboolean
run (PawlRepoVerify *self, PawlTufClient *client, GBytes *root, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Walk walk = {self, client, seen};

  if (!pawl_tuf_client_init_root (client, root, error) ||
      !pawl_tuf_client_refresh (client, self->now_us, error))
    return FALSE;
  self->root_version = pawl_tuf_metadata_get_version (pawl_tuf_client_get_root (client));
  if (pawl_tuf_client_get_timestamp (client) != NULL)
    self->timestamp_version =
      pawl_tuf_metadata_get_version (pawl_tuf_client_get_timestamp (client));
  return walk_role (&walk, "targets", pawl_tuf_client_get_root (client), error);
}

/*< private >
 * pawl_repo_verify:
 * @self: where to look; gets what was found
 * @root: the root that the device was made with
 * @error: return location
 *
 * Returns: %TRUE if the device accepts everything: each role and each target, and its bytes if
 * there is a folder of them
 */
gboolean
pawl_repo_verify (PawlRepoVerify *self, GBytes *root, GError **error)
{
  g_autofree char *folder = g_dir_make_tmp ("pawl-repo-XXXXXX", error);
  g_autoptr (PawlTufStore) store = NULL;
  g_autoptr (PawlTufClient) client = NULL;
  gboolean good;

  if (folder == NULL)
    return FALSE;
  store = pawl_tuf_store_new (folder);
  client = pawl_tuf_client_new ("as a device", store, self->flags);
  pawl_tuf_client_set_fetch (client, self->fetch, self->fetch_data);
  good = run (self, client, root, error);
  return pawl_repo_file_remove_tree (folder, good ? error : NULL) && good;
}

/* ---- where files come from ---- */

GBytes *
pawl_repo_verify_fetch_folder (const char *path,
                               gsize max_size,
                               gboolean *out_missing,
                               gpointer folder,
                               GError **error)
{
  g_autofree char *name = g_uri_unescape_string (path, NULL);
  g_autofree char *full = g_build_filename (folder, name, NULL);

  if (strstr (full, "/../") != NULL || !g_file_test (full, G_FILE_TEST_EXISTS))
    {
      *out_missing = TRUE;
      return NULL;
    }
  return pawl_repo_file_read (full, error);
}

/* Whether curl's failure means that the server has no such file: 22 is its status for an answer of
 * 400 and above. */
static gboolean
is_missing (GSubprocess *process, const char *code)
{
  return g_subprocess_get_if_exited (process) && g_subprocess_get_exit_status (process) == 22 &&
         (g_str_has_suffix (code, "404") || g_str_has_suffix (code, "403"));
}

GBytes *
pawl_repo_verify_fetch_url (const char *path,
                            gsize max_size,
                            gboolean *out_missing,
                            gpointer url,
                            GError **error)
{
  g_autofree char *full = g_strdup_printf ("%s/%s", (const char *) url, path);
  g_autofree char *limit = g_strdup_printf ("%" G_GSIZE_FORMAT, max_size);
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GBytes) out = NULL;
  g_autoptr (GBytes) err = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GSubprocess) process =
    g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE, &local_error,
                      "curl", "--fail", "--silent", "--location", "--proto", "=http,https",
                      "--max-filesize", limit, "--write-out", "%{stderr}%{http_code}", "--", full,
                      NULL);

  if (process == NULL || !g_subprocess_communicate (process, NULL, NULL, &out, &err, &local_error))
    {
      pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED, "curl: %s", local_error->message);
      return NULL;
    }
  if (g_subprocess_get_successful (process))
    return g_steal_pointer (&out);
  text = g_strndup (g_bytes_get_data (err, NULL), g_bytes_get_size (err));
  *out_missing = is_missing (process, text);
  if (!*out_missing)
    pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED, "%s: curl failed, the server's status is %s",
                    full, text);
  return NULL;
}
