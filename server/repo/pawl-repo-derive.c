/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-repo-derive.h"

#include "pawl-repo-envelope.h"
#include "pawl-repo-error.h"
#include "pawl-repo-stage.h"

static gboolean
add_entry (PawlRepoWork *work, JsonObject *meta, const char *role, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (PawlTufMetadata) metadata = pawl_repo_work_load_newest (work, role, &local_error);
  g_autofree char *file = g_strconcat (role, ".json", NULL);

  if (metadata != NULL)
    json_object_set_object_member (meta, file, pawl_repo_stage_describe (metadata));
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  return metadata != NULL;
}

static gboolean
add_delegated (PawlRepoWork *work, JsonObject *meta, GPtrArray *roles, GError **error)
{
  for (guint i = 0; i < roles->len; i++)
    if (pawl_repo_type_of_role (roles->pdata[i]) == PAWL_TUF_TYPE_TARGETS &&
        !add_entry (work, meta, roles->pdata[i], error))
      return FALSE;
  return TRUE;
}

/* Entries of roles that are gone stay: their absence would look like an attack (TUF 1.0.34,
 * 5.5.5). */
static JsonObject *
make_meta (PawlRepoWork *work, JsonObject *former, GError **error)
{
  g_autoptr (JsonObject) meta = json_object_new ();
  g_autoptr (GPtrArray) delegated = pawl_repo_work_list_delegated (work, error);
  g_autoptr (GPtrArray) staged =
    delegated != NULL ? pawl_repo_work_list_staged (work, error) : NULL;
  g_autoptr (GList) names = former != NULL ? json_object_get_members (former) : NULL;

  for (GList *l = names; l != NULL; l = l->next)
    json_object_set_member (meta, l->data, json_object_dup_member (former, l->data));
  if (staged == NULL || !add_delegated (work, meta, delegated, error) ||
      !add_delegated (work, meta, staged, error) || !add_entry (work, meta, "targets", error))
    return NULL;
  return g_steal_pointer (&meta);
}

static gboolean
is_same (JsonObject *one, JsonObject *two)
{
  g_autoptr (JsonNode) a = json_node_init_object (json_node_alloc (), one);
  g_autoptr (JsonNode) b = json_node_init_object (json_node_alloc (), two);

  return json_node_equal (a, b);
}

/* Today's signed part, or a first one with version 0. */
static JsonObject *
dup_current (PawlRepoWork *work, const char *role, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (PawlTufMetadata) current = pawl_repo_work_load_current (work, role, &local_error);

  if (current != NULL)
    return pawl_repo_envelope_dup_signed (pawl_tuf_document_get_bytes (
                                            pawl_tuf_metadata_get_document (current)),
                                          role, error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  return pawl_repo_stage_new_signed (work, role, 0, NULL);
}

static JsonObject *
dup_staged_meta (PawlRepoWork *work, const char *role)
{
  g_autoptr (PawlTufMetadata) staged = pawl_repo_work_load_staged (work, role, NULL);
  g_autoptr (JsonObject) object = NULL;
  JsonObject *meta = NULL;

  if (staged != NULL)
    object = pawl_repo_envelope_dup_signed (pawl_tuf_document_get_bytes (
                                              pawl_tuf_metadata_get_document (staged)),
                                            role, NULL);
  if (object != NULL)
    meta = pawl_repo_json_get_object (object, "meta");
  return meta != NULL ? json_object_ref (meta) : NULL;
}

/* Stages @meta unless it is what is there. A staged version with other content is made anew: it
 * follows from other files, so nobody's work is lost but a signature. */
static gboolean
derive (PawlRepoWork *work, const char *role, JsonObject *current, JsonObject *meta, GError **error)
{
  g_autoptr (JsonObject) staged_meta = dup_staged_meta (work, role);
  JsonObject *former = pawl_repo_json_get_object (current, "meta");

  if (staged_meta != NULL ? is_same (staged_meta, meta) : former != NULL && is_same (former, meta))
    return TRUE;
  json_object_set_object_member (current, "meta", json_object_ref (meta));
  json_object_set_int_member (
    current, "version",
    pawl_repo_work_get_next_version (work, role, pawl_repo_json_get_int (current, "version", 0)));
  return pawl_repo_stage_save (work, role, current, error);
}

/*< private >
 * pawl_repo_derive_snapshot:
 * @work: a work folder with targets
 * @error: return location
 *
 * Returns: %TRUE if the newest snapshot describes the newest targets files
 */
gboolean
pawl_repo_derive_snapshot (PawlRepoWork *work, GError **error)
{
  g_autoptr (JsonObject) current = dup_current (work, "snapshot", error);
  g_autoptr (JsonObject) meta = NULL;

  if (current == NULL)
    return FALSE;
  meta = make_meta (work, pawl_repo_json_get_object (current, "meta"), error);
  return meta != NULL && derive (work, "snapshot", current, meta, error);
}

/*< private >
 * pawl_repo_derive_timestamp:
 * @work: a work folder with a snapshot
 * @error: return location
 *
 * Returns: %TRUE if the newest timestamp describes the newest snapshot
 */
gboolean
pawl_repo_derive_timestamp (PawlRepoWork *work, GError **error)
{
  g_autoptr (JsonObject) current = dup_current (work, "timestamp", error);
  g_autoptr (JsonObject) meta = json_object_new ();

  return current != NULL && add_entry (work, meta, "snapshot", error) &&
         derive (work, "timestamp", current, meta, error);
}
