/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-repo-stage.h"

#include "pawl-repo-envelope.h"
#include "pawl-repo-error.h"
#include "pawl-repo-file.h"
#include "pawl-repo-profile.h"

#define SPEC_VERSION "1.0.34"

/*< private >
 * pawl_repo_stage_new_signed:
 * @work: a work folder
 * @role: whose file it is to be
 * @version: of the file
 * @expires: (nullable): of the file; set when it is saved otherwise
 *
 * Returns: (transfer full): what all files have
 */
JsonObject *
pawl_repo_stage_new_signed (PawlRepoWork *work,
                            const char *role,
                            gint64 version,
                            const char *expires)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "_type",
                                 pawl_repo_type_name (pawl_repo_type_of_role (role),
                                                      work->dialect));
  if (work->dialect == PAWL_TUF_DIALECT_TUF)
    json_object_set_string_member (object, "spec_version", SPEC_VERSION);
  json_object_set_int_member (object, "version", version);
  if (expires != NULL)
    json_object_set_string_member (object, "expires", expires);
  return object;
}

/*< private >
 * pawl_repo_stage_describe_bytes:
 * @bytes: a signed file
 * @version: of it
 *
 * Returns: (transfer full): what a snapshot or a timestamp says about it
 */
JsonObject *
pawl_repo_stage_describe_bytes (GBytes *bytes, gint64 version)
{
  /* The file's bytes are canonical in the ATS dialect, so one hash is right in both. */
  g_autofree char *hash = pawl_tuf_hash ("sha256", bytes);
  JsonObject *entry = json_object_new ();
  JsonObject *hashes = json_object_new ();

  json_object_set_string_member (hashes, "sha256", hash);
  json_object_set_object_member (entry, "hashes", hashes);
  json_object_set_int_member (entry, "length", (gint64) g_bytes_get_size (bytes));
  json_object_set_int_member (entry, "version", version);
  return entry;
}

JsonObject *
pawl_repo_stage_describe (PawlTufMetadata *metadata)
{
  return pawl_repo_stage_describe_bytes (pawl_tuf_document_get_bytes (
                                           pawl_tuf_metadata_get_document (metadata)),
                                         pawl_tuf_metadata_get_version (metadata));
}

/*< private >
 * pawl_repo_stage_new_root:
 * @work: a work folder
 *
 * Returns: (transfer full): a first root, whose roles have the profile's thresholds and no keys
 */
JsonObject *
pawl_repo_stage_new_root (PawlRepoWork *work)
{
  const PawlRepoProfile *profile = pawl_repo_profile_find (pawl_repo_work_get_profile (work), NULL);
  JsonObject *object = pawl_repo_stage_new_signed (work, "root", 1, NULL);
  JsonObject *roles = json_object_new ();

  for (guint i = 0; profile != NULL && i < G_N_ELEMENTS (profile->roles); i++)
    {
      JsonObject *role = json_object_new ();

      json_object_set_array_member (role, "keyids", json_array_new ());
      json_object_set_int_member (role, "threshold", profile->roles[i].threshold);
      json_object_set_object_member (roles, profile->roles[i].role, role);
    }
  /* In both dialects: whoever does not know of it takes the plain names, which are there, too. */
  json_object_set_boolean_member (object, "consistent_snapshot", TRUE);
  json_object_set_object_member (object, "keys", json_object_new ());
  json_object_set_object_member (object, "roles", roles);
  return object;
}

/*< private >
 * pawl_repo_stage_new_targets:
 * @work: a work folder
 *
 * Returns: (transfer full): a first targets file, empty
 */
JsonObject *
pawl_repo_stage_new_targets (PawlRepoWork *work)
{
  JsonObject *object = pawl_repo_stage_new_signed (work, "targets", 1, NULL);

  json_object_set_object_member (object, "targets", json_object_new ());
  return object;
}

/*< private >
 * pawl_repo_stage_check_base:
 * @work: a work folder
 * @role: a role
 * @staged: its staged version
 * @error: return location
 *
 * Two people who staged at the same time in two branches have the same next version.
 *
 * Returns: %TRUE if @staged follows today's version, or is it
 */
gboolean
pawl_repo_stage_check_base (PawlRepoWork *work,
                            const char *role,
                            PawlTufMetadata *staged,
                            GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (PawlTufMetadata) current = pawl_repo_work_load_current (work, role, &local_error);
  gint64 version = current != NULL ? pawl_tuf_metadata_get_version (current) : 0;
  gint64 found = pawl_tuf_metadata_get_version (staged);

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (current != NULL &&
      g_bytes_equal (pawl_tuf_document_get_bytes (pawl_tuf_metadata_get_document (current)),
                     pawl_tuf_document_get_bytes (pawl_tuf_metadata_get_document (staged))))
    return TRUE;
  if (g_str_equal (role, "root") ? found == version + 1 : found > version)
    return TRUE;
  return pawl_repo_fail (error, PAWL_REPO_ERROR_CONFLICT,
                         "staged %s is version %" G_GINT64_FORMAT
                         ", and today's is %" G_GINT64_FORMAT
                         " already: another transaction was faster: “pawl-repo tx cancel %s”, then "
                         "make the change again",
                         role, found, version, role);
}

static JsonObject *
reopen (PawlRepoWork *work, const char *role, PawlTufMetadata *staged, GError **error)
{
  g_autoptr (GPtrArray) ids = pawl_repo_envelope_list_key_ids (staged);

  if (!pawl_repo_stage_check_base (work, role, staged, error))
    return NULL;
  if (ids->len > 0)
    {
      pawl_repo_fail (error, PAWL_REPO_ERROR_CONFLICT,
                      "staged %s, version %" G_GINT64_FORMAT
                      ", carries %u signatures: have it signed and applied first, or give it up "
                      "with “pawl-repo tx cancel %s”",
                      role, pawl_tuf_metadata_get_version (staged), ids->len, role);
      return NULL;
    }
  return pawl_repo_envelope_dup_signed (pawl_tuf_document_get_bytes (
                                          pawl_tuf_metadata_get_document (staged)),
                                        role, error);
}

/*< private >
 * pawl_repo_stage_begin:
 * @work: a work folder
 * @role: a role that has a version
 * @error: return location
 *
 * Returns: (transfer full): the next version, to be edited: the staged one, or a new one
 */
JsonObject *
pawl_repo_stage_begin (PawlRepoWork *work, const char *role, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (PawlTufMetadata) staged = pawl_repo_work_load_staged (work, role, &local_error);
  g_autoptr (PawlTufMetadata) current = NULL;
  JsonObject *object;

  if (staged != NULL)
    return reopen (work, role, staged, error);
  if (local_error == NULL)
    current = pawl_repo_work_load_current (work, role, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  if (current == NULL)
    {
      pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE, "role %s: there is no such role", role);
      return NULL;
    }
  object = pawl_repo_envelope_dup_signed (pawl_tuf_document_get_bytes (
                                            pawl_tuf_metadata_get_document (current)),
                                          role, error);
  if (object != NULL)
    json_object_set_int_member (
      object, "version",
      pawl_repo_work_get_next_version (work, role, pawl_tuf_metadata_get_version (current)));
  return object;
}

/*< private >
 * pawl_repo_stage_save:
 * @work: a work folder
 * @role: a role
 * @signed_part: its next version
 * @error: return location
 *
 * Gives it a new expiry, and checks it as a device would.
 *
 * Returns: %TRUE when it is staged
 */
gboolean
pawl_repo_stage_save (PawlRepoWork *work, const char *role, JsonObject *signed_part, GError **error)
{
  g_autofree char *path = pawl_repo_work_dup_staged_path (work, role);
  g_autofree char *expires = pawl_repo_work_dup_expires (work, role, error);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (PawlTufMetadata) metadata = NULL;

  if (expires == NULL)
    return FALSE;
  json_object_set_string_member (signed_part, "expires", expires);
  bytes = pawl_repo_envelope_new (signed_part, work->dialect, error);
  if (bytes == NULL)
    return FALSE;
  metadata = pawl_repo_envelope_read (role, bytes, error);
  return metadata != NULL && pawl_repo_file_write (path, bytes, 0644, error);
}

/*< private >
 * pawl_repo_stage_again:
 * @work: a work folder
 * @role: a role that is not staged
 * @error: return location
 *
 * Returns: %TRUE when what @role says today is staged, to be signed again
 */
gboolean
pawl_repo_stage_again (PawlRepoWork *work, const char *role, GError **error)
{
  g_autoptr (JsonObject) signed_part = pawl_repo_stage_begin (work, role, error);

  return signed_part != NULL && pawl_repo_stage_save (work, role, signed_part, error);
}

/* ---- who says so ---- */

static PawlTufMetadata *
find_in (PawlRepoWork *work, GPtrArray *candidates, const char *role, GError **error)
{
  for (guint i = 0; i < candidates->len; i++)
    {
      g_autoptr (GError) local_error = NULL;
      g_autoptr (PawlTufMetadata) metadata =
        pawl_repo_work_load_newest (work, candidates->pdata[i], &local_error);

      if (local_error != NULL)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return NULL;
        }
      if (metadata != NULL && pawl_tuf_value_exists (pawl_tuf_metadata_find_role (metadata, role)))
        return g_steal_pointer (&metadata);
    }
  pawl_repo_fail (error, PAWL_REPO_ERROR_ORPHAN, "role %s: nobody delegates to it", role);
  return NULL;
}

/*< private >
 * pawl_repo_stage_load_delegator:
 * @work: a work folder
 * @role: a role
 * @error: return location
 *
 * Returns: (transfer full): the newest file that says whose signatures count for @role
 */
PawlTufMetadata *
pawl_repo_stage_load_delegator (PawlRepoWork *work, const char *role, GError **error)
{
  g_autoptr (GPtrArray) candidates = NULL;
  g_autoptr (GPtrArray) staged = NULL;
  g_autoptr (GError) local_error = NULL;
  PawlTufMetadata *root;

  if (pawl_repo_type_of_role (role) == PAWL_TUF_TYPE_TARGETS && !g_str_equal (role, "targets"))
    {
      candidates = pawl_repo_work_list_delegated (work, error);
      staged = candidates != NULL ? pawl_repo_work_list_staged (work, error) : NULL;
      if (staged == NULL)
        return NULL;
      g_ptr_array_insert (candidates, 0, g_strdup ("targets"));
      for (guint i = 0; i < staged->len; i++)
        if (pawl_repo_type_of_role (staged->pdata[i]) == PAWL_TUF_TYPE_TARGETS)
          g_ptr_array_add (candidates, g_strdup (staged->pdata[i]));
      return find_in (work, candidates, role, error);
    }
  root = pawl_repo_work_load_newest (work, "root", &local_error);
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else if (root == NULL)
    pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED, "there is no root, and none is staged");
  return root;
}
