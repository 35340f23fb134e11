/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-repo-delegate.h"

#include "pawl-repo-envelope.h"
#include "pawl-repo-error.h"
#include "pawl-repo-file.h"
#include "pawl-repo-holders.h"
#include "pawl-repo-stage.h"

#include <string.h>

#define MAX_BINS 4096

static gboolean
check_role_name (const char *role, GError **error)
{
  if (!pawl_repo_key_check_name (role, error))
    return FALSE;
  return (pawl_repo_type_of_role (role) == PAWL_TUF_TYPE_TARGETS &&
          !g_str_equal (role, "targets")) ||
         pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                         "role %s: a delegated role may not have the name of a top-level one",
                         role);
}

static JsonArray *
ensure_roles (JsonObject *signed_part)
{
  JsonObject *delegations = pawl_repo_json_ensure_object (signed_part, "delegations");
  JsonArray *roles = pawl_repo_json_get_array (delegations, "roles");

  pawl_repo_json_ensure_object (delegations, "keys");
  if (roles == NULL)
    {
      roles = json_array_new ();
      json_object_set_array_member (delegations, "roles", roles);
    }
  return roles;
}

/* A role that comes back must not start again at 1: devices remember the snapshot's entry. */
static gint64
get_first_version (PawlRepoWork *work, const char *role)
{
  g_autoptr (PawlTufMetadata) snapshot = pawl_repo_work_load_newest (work, "snapshot", NULL);
  g_autofree char *file = g_strconcat (role, ".json", NULL);
  PawlTufDocument *document;
  gint64 version = 0;

  if (snapshot == NULL)
    return 1;
  document = pawl_tuf_metadata_get_document (snapshot);
  pawl_tuf_document_get_int (document,
                             pawl_tuf_document_get_member (
                               document, pawl_tuf_metadata_find_meta (snapshot, file), "version"),
                             &version);
  return version + 1;
}

static gboolean
stage_role (PawlRepoWork *work, const char *role, GError **error)
{
  g_autoptr (JsonObject) targets = pawl_repo_stage_new_targets (work);

  json_object_set_int_member (targets, "version", get_first_version (work, role));
  return pawl_repo_stage_save (work, role, targets, error);
}

static gboolean
add_role (JsonObject *signed_part,
          const char *role,
          PawlRepoDelegation *delegation,
          const char *path_member,
          JsonArray *paths,
          GError **error)
{
  JsonObject *object = json_object_new ();

  json_object_set_string_member (object, "name", role);
  json_object_set_int_member (object, "threshold", delegation->threshold);
  json_object_set_boolean_member (object, "terminating", delegation->terminating);
  json_object_set_array_member (object, path_member, paths);
  json_object_set_array_member (object, "keyids", json_array_new ());
  if (delegation->hardware_ids != NULL)
    json_object_set_array_member (object, "hardware_ids",
                                  pawl_repo_json_new_strings (
                                    (const char *const *) delegation->hardware_ids));
  json_array_add_object_element (ensure_roles (signed_part), object);
  for (guint i = 0; i < delegation->keys->len; i++)
    if (!pawl_repo_holders_add (signed_part, role, delegation->keys->pdata[i], error))
      return FALSE;
  return TRUE;
}

/* ---- hash bins ---- */

static guint
count_digits (guint bins)
{
  guint digits = 1;

  while ((1u << (4 * digits)) < bins)
    digits++;
  return digits;
}

static char *
make_bin_name (const char *role, guint bin, guint bins)
{
  return g_strdup_printf ("%s-%0*x", role, (int) count_digits (bins), bin);
}

static JsonArray *
make_prefixes (guint bin, guint bins)
{
  guint digits = count_digits (bins);
  guint each = (1u << (4 * digits)) / bins;
  JsonArray *prefixes = json_array_new ();

  for (guint i = 0; i < each; i++)
    {
      g_autofree char *prefix = g_strdup_printf ("%0*x", (int) digits, bin * each + i);

      json_array_add_string_element (prefixes, prefix);
    }
  return prefixes;
}

static gboolean
add_bins (PawlRepoWork *work,
          JsonObject *signed_part,
          const char *role,
          PawlRepoDelegation *delegation,
          GError **error)
{
  guint bins = delegation->bins;

  if (bins < 2 || bins > MAX_BINS || (bins & (bins - 1)) != 0)
    return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                           "%u bins: wanted a power of 2, from 2 to %d", bins, MAX_BINS);
  for (guint bin = 0; bin < bins; bin++)
    {
      g_autofree char *name = make_bin_name (role, bin, bins);

      if (!add_role (signed_part, name, delegation, "path_hash_prefixes", make_prefixes (bin, bins),
                     error) ||
          !stage_role (work, name, error))
        return FALSE;
    }
  return TRUE;
}

/*< private >
 * pawl_repo_delegate_dup_bin:
 * @work: a work folder
 * @role: the common beginning of the bins' names
 * @target: a target's name
 *
 * Returns: (transfer full) (nullable): the bin that @target falls into
 */
char *
pawl_repo_delegate_dup_bin (PawlRepoWork *work, const char *role, const char *target)
{
  g_autoptr (PawlTufMetadata) targets = pawl_repo_work_load_newest (work, "targets", NULL);
  g_autofree char *prefix = g_strconcat (role, "-", NULL);
  g_autoptr (GPtrArray) found =
    targets != NULL ? pawl_tuf_metadata_find_delegations (targets, target, NULL) : NULL;

  for (guint i = 0; found != NULL && i < found->len; i++)
    if (g_str_has_prefix (((PawlTufDelegation *) found->pdata[i])->role, prefix))
      return g_strdup (((PawlTufDelegation *) found->pdata[i])->role);
  return NULL;
}

/* ---- add, rotate, revoke ---- */

/*< private >
 * pawl_repo_delegate_find_delegator:
 * @work: a work folder
 * @role: a delegated role
 * @error: return location
 *
 * Returns: (transfer full): the role that delegates to it
 */
char *
pawl_repo_delegate_find_delegator (PawlRepoWork *work, const char *role, GError **error)
{
  g_autoptr (GPtrArray) roles = pawl_repo_work_list_delegated (work, error);

  if (roles == NULL || !check_role_name (role, error))
    return NULL;
  g_ptr_array_insert (roles, 0, g_strdup ("targets"));
  for (guint i = 0; i < roles->len; i++)
    {
      g_autoptr (PawlTufMetadata) metadata =
        pawl_repo_work_load_newest (work, roles->pdata[i], NULL);

      if (metadata != NULL && pawl_tuf_value_exists (pawl_tuf_metadata_find_role (metadata, role)))
        return g_strdup (roles->pdata[i]);
    }
  pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE, "role %s: nobody delegates to it", role);
  return NULL;
}

static gboolean
check_terms (const char *role, guint keys, gint64 threshold, GError **error)
{
  return (threshold >= 1 && keys >= threshold) ||
         pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                         "role %s: it has %u keys and a threshold of %" G_GINT64_FORMAT
                         ", wanted a threshold from 1 to the number of keys",
                         role, keys, threshold);
}

/*< private >
 * pawl_repo_delegate_add:
 * @work: a work folder
 * @role: the new role
 * @delegation: its terms
 * @error: return location
 *
 * Returns: %TRUE when the delegation and the empty role are staged
 */
gboolean
pawl_repo_delegate_add (PawlRepoWork *work,
                        const char *role,
                        PawlRepoDelegation *delegation,
                        GError **error)
{
  g_autoptr (JsonObject) signed_part = NULL;
  gboolean has_paths = delegation->paths != NULL;

  if (!check_role_name (role, error) ||
      !check_terms (role, delegation->keys->len, delegation->threshold, error))
    return FALSE;
  if (has_paths == (delegation->bins > 0))
    return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                           "role %s: wanted one of --path and --hash-bins", role);
  signed_part = pawl_repo_stage_begin (work, delegation->from, error);
  if (signed_part == NULL)
    return FALSE;
  if (pawl_repo_holders_find_role (signed_part, role) != NULL)
    return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE, "role %s: there is one already", role);
  if (!pawl_repo_work_log (work, error, "delegate add", "%s from %s", role, delegation->from))
    return FALSE;
  if (has_paths
        ? !add_role (signed_part, role, delegation, "paths",
                     pawl_repo_json_new_strings ((const char *const *) delegation->paths), error)
        : !add_bins (work, signed_part, role, delegation, error))
    return FALSE;
  return (!has_paths || stage_role (work, role, error)) &&
         pawl_repo_stage_save (work, delegation->from, signed_part, error);
}

/*< private >
 * pawl_repo_delegate_rotate:
 * @work: a work folder
 * @role: a delegated role
 * @keys: (element-type PawlRepoKey): whose signatures count from now on
 * @threshold: how many of them; 0 leaves it
 * @error: return location
 *
 * Returns: %TRUE when the change is staged
 */
gboolean
pawl_repo_delegate_rotate (PawlRepoWork *work,
                           const char *role,
                           GPtrArray *keys,
                           gint64 threshold,
                           GError **error)
{
  g_autofree char *from = pawl_repo_delegate_find_delegator (work, role, error);
  g_autoptr (JsonObject) signed_part =
    from != NULL ? pawl_repo_stage_begin (work, from, error) : NULL;
  JsonObject *object;
  g_autoptr (JsonArray) former = NULL;

  if (signed_part == NULL)
    return FALSE;
  object = pawl_repo_holders_find_role (signed_part, role);
  if (threshold == 0)
    threshold = pawl_repo_json_get_int (object, "threshold", 1);
  if (!check_terms (role, keys->len, threshold, error) ||
      !pawl_repo_work_log (work, error, "delegate rotate", "%s", role))
    return FALSE;
  former = json_array_ref (pawl_repo_json_get_array (object, "keyids"));
  while (json_array_get_length (former) > 0)
    {
      g_autofree char *id = g_strdup (json_array_get_string_element (former, 0));

      if (!pawl_repo_holders_remove (signed_part, role, id, error))
        return FALSE;
    }
  for (guint i = 0; i < keys->len; i++)
    if (!pawl_repo_holders_add (signed_part, role, keys->pdata[i], error))
      return FALSE;
  return pawl_repo_holders_set_threshold (signed_part, role, threshold, error) &&
         pawl_repo_stage_save (work, from, signed_part, error);
}

/*< private >
 * pawl_repo_delegate_revoke:
 * @work: a work folder
 * @role: a delegated role
 * @error: return location
 *
 * Its entry stays in the snapshot, whose entries may not disappear (TUF 1.0.34, 5.5.5).
 *
 * Returns: %TRUE when its end is staged
 */
gboolean
pawl_repo_delegate_revoke (PawlRepoWork *work, const char *role, GError **error)
{
  g_autofree char *from = pawl_repo_delegate_find_delegator (work, role, error);
  g_autoptr (JsonObject) signed_part =
    from != NULL ? pawl_repo_stage_begin (work, from, error) : NULL;
  g_autofree char *staged = pawl_repo_work_dup_staged_path (work, role);
  JsonArray *roles;
  JsonObject *object;

  if (signed_part == NULL || !pawl_repo_work_log (work, error, "delegate revoke", "%s", role))
    return FALSE;
  object = pawl_repo_holders_find_role (signed_part, role);
  while (json_array_get_length (pawl_repo_json_get_array (object, "keyids")) > 0)
    {
      g_autofree char *id =
        g_strdup (json_array_get_string_element (pawl_repo_json_get_array (object, "keyids"), 0));

      if (!pawl_repo_holders_remove (signed_part, role, id, error))
        return FALSE;
    }
  roles = ensure_roles (signed_part);
  for (guint i = 0; i < json_array_get_length (roles); i++)
    if (json_array_get_object_element (roles, i) == object)
      {
        json_array_remove_element (roles, i);
        break;
      }
  if (json_array_get_length (roles) == 0)
    json_object_remove_member (signed_part, "delegations");
  return pawl_repo_stage_save (work, from, signed_part, error) &&
         pawl_repo_file_remove (staged, error);
}
