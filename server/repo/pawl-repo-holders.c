/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-repo-holders.h"

#include "pawl-repo-envelope.h"
#include "pawl-repo-error.h"

/* ---- editing ---- */

static JsonArray *
get_delegations (JsonObject *signed_part)
{
  return pawl_repo_json_get_array (pawl_repo_json_get_object (signed_part, "delegations"), "roles");
}

/* Where key objects are. */
static JsonObject *
ensure_keys (JsonObject *signed_part)
{
  if (json_object_has_member (signed_part, "roles"))
    return pawl_repo_json_ensure_object (signed_part, "keys");
  return pawl_repo_json_ensure_object (pawl_repo_json_ensure_object (signed_part, "delegations"),
                                       "keys");
}

/*< private >
 * pawl_repo_holders_find_role:
 * @signed_part: a root or targets file, to be edited
 * @role: a role
 *
 * Returns: (transfer none) (nullable): the role's object
 */
JsonObject *
pawl_repo_holders_find_role (JsonObject *signed_part, const char *role)
{
  JsonArray *delegations = get_delegations (signed_part);
  guint n = delegations != NULL ? json_array_get_length (delegations) : 0;

  if (json_object_has_member (signed_part, "roles"))
    return pawl_repo_json_get_object (pawl_repo_json_get_object (signed_part, "roles"), role);
  for (guint i = 0; i < n; i++)
    {
      JsonObject *object = json_array_get_object_element (delegations, i);

      if (g_strcmp0 (pawl_repo_json_get_string (object, "name"), role) == 0)
        return object;
    }
  return NULL;
}

static JsonObject *
need_role (JsonObject *signed_part, const char *role, GError **error)
{
  JsonObject *object = pawl_repo_holders_find_role (signed_part, role);

  if (object == NULL)
    pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE, "role %s: there is no such role", role);
  return object;
}

/* Whether any role of @signed_part still names @key_id. */
static gboolean
is_used (JsonObject *signed_part, const char *key_id)
{
  JsonObject *roles = pawl_repo_json_get_object (signed_part, "roles");
  JsonArray *delegations = get_delegations (signed_part);
  g_autoptr (GList) names = roles != NULL ? json_object_get_members (roles) : NULL;
  guint n = roles == NULL && delegations != NULL ? json_array_get_length (delegations) : 0;

  for (GList *l = names; l != NULL; l = l->next)
    if (pawl_repo_json_has_string (
          pawl_repo_json_get_array (pawl_repo_json_get_object (roles, l->data), "keyids"), key_id))
      return TRUE;
  for (guint i = 0; i < n; i++)
    if (pawl_repo_json_has_string (
          pawl_repo_json_get_array (json_array_get_object_element (delegations, i), "keyids"),
          key_id))
      return TRUE;
  return FALSE;
}

/*< private >
 * pawl_repo_holders_add:
 * @signed_part: a root or targets file, to be edited
 * @role: a role of it
 * @key: a key
 * @error: return location
 *
 * Returns: %TRUE if @key is one of @role's now and was not before
 */
gboolean
pawl_repo_holders_add (JsonObject *signed_part, const char *role, PawlRepoKey *key, GError **error)
{
  JsonObject *object = need_role (signed_part, role, error);
  JsonArray *ids = pawl_repo_json_get_array (object, "keyids");

  if (object == NULL)
    return FALSE;
  if (pawl_repo_json_has_string (ids, key->id))
    return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                           "role %s: key %s is one of its keys already", role, key->name);
  if (ids == NULL)
    {
      ids = json_array_new ();
      json_object_set_array_member (object, "keyids", ids);
    }
  json_array_add_string_element (ids, key->id);
  json_object_set_object_member (ensure_keys (signed_part), key->id, json_object_ref (key->object));
  return TRUE;
}

/*< private >
 * pawl_repo_holders_remove:
 * @signed_part: a root or targets file, to be edited
 * @role: a role of it
 * @key_id: a key of the role
 * @error: return location
 *
 * Returns: %TRUE if the key was one of @role's and is not any more
 */
gboolean
pawl_repo_holders_remove (JsonObject *signed_part,
                          const char *role,
                          const char *key_id,
                          GError **error)
{
  JsonObject *object = need_role (signed_part, role, error);

  if (object == NULL)
    return FALSE;
  if (!pawl_repo_json_remove_string (pawl_repo_json_get_array (object, "keyids"), key_id))
    return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE, "role %s: %s is none of its keys", role,
                           key_id);
  if (!is_used (signed_part, key_id))
    json_object_remove_member (ensure_keys (signed_part), key_id);
  return TRUE;
}

/*< private >
 * pawl_repo_holders_set_threshold:
 * @signed_part: a root or targets file, to be edited
 * @role: a role of it
 * @threshold: how many of its keys have to sign, at least 1
 * @error: return location
 *
 * Returns: %TRUE if it is so now
 */
gboolean
pawl_repo_holders_set_threshold (JsonObject *signed_part,
                                 const char *role,
                                 gint64 threshold,
                                 GError **error)
{
  JsonObject *object = need_role (signed_part, role, error);

  if (object == NULL)
    return FALSE;
  if (threshold < 1)
    return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                           "role %s: threshold is %" G_GINT64_FORMAT ", wanted at least 1", role,
                           threshold);
  json_object_set_int_member (object, "threshold", threshold);
  return TRUE;
}

/* After a theft a key that the thief may have is no new one. */
static gboolean
check_new (JsonArray *ids, const char *role, GPtrArray *keys, GError **error)
{
  for (guint i = 0; i < keys->len; i++)
    {
      PawlRepoKey *key = keys->pdata[i];

      if (pawl_repo_json_has_string (ids, key->id))
        return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                               "key %s has role %s already: make a new one with “pawl-repo key "
                               "generate”",
                               key->name, role);
    }
  return TRUE;
}

/*< private >
 * pawl_repo_holders_replace:
 * @signed_part: a root or targets file, to be edited
 * @role: a role of it
 * @keys: (element-type PawlRepoKey): those that take the place of all that have it
 * @threshold: how many of them have to sign, at least 1
 * @error: return location
 *
 * Returns: %TRUE if it is so; a key that has the role already is refused
 */
gboolean
pawl_repo_holders_replace (JsonObject *signed_part,
                           const char *role,
                           GPtrArray *keys,
                           gint64 threshold,
                           GError **error)
{
  JsonArray *ids =
    pawl_repo_json_get_array (pawl_repo_holders_find_role (signed_part, role), "keyids");

  if (keys->len < threshold)
    return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                           "role %s: it asks for %" G_GINT64_FORMAT " keys, found %u new ones",
                           role, threshold, keys->len);
  if (!check_new (ids, role, keys, error))
    return FALSE;
  while (json_array_get_length (ids) > 0)
    {
      g_autofree char *id = g_strdup (json_array_get_string_element (ids, 0));

      if (!pawl_repo_holders_remove (signed_part, role, id, error))
        return FALSE;
    }
  for (guint i = 0; i < keys->len; i++)
    if (!pawl_repo_holders_add (signed_part, role, keys->pdata[i], error))
      return FALSE;
  return pawl_repo_holders_set_threshold (signed_part, role, threshold, error);
}

/* ---- reading ---- */

/*< private >
 * pawl_repo_holders_list:
 * @delegator: a root, or a targets file that delegates
 * @role: a role of it
 *
 * Returns: (transfer full) (element-type utf8): the ids of the keys that may sign; none when there
 * is no such role
 */
GPtrArray *
pawl_repo_holders_list (PawlTufMetadata *delegator, const char *role)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (delegator);
  PawlTufValue object = pawl_tuf_metadata_find_role (delegator, role);
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);
  PawlTufIter iter;
  PawlTufValue value;

  pawl_tuf_iter_init (&iter, document, pawl_tuf_document_get_member (document, object, "keyids"));
  while (pawl_tuf_iter_next (&iter, NULL, &value))
    g_ptr_array_add (ids, pawl_tuf_document_dup_string (document, value));
  return ids;
}

gint64
pawl_repo_holders_get_threshold (PawlTufMetadata *delegator, const char *role)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (delegator);
  PawlTufValue object = pawl_tuf_metadata_find_role (delegator, role);
  gint64 threshold = 0;

  pawl_tuf_document_get_int (document, pawl_tuf_document_get_member (document, object, "threshold"),
                             &threshold);
  return threshold;
}

static gboolean
has_id (GPtrArray *ids, const char *id)
{
  return g_ptr_array_find_with_equal_func (ids, id, g_str_equal, NULL);
}

gboolean
pawl_repo_holders_may_sign (PawlTufMetadata *delegator, const char *role, const char *key_id)
{
  g_autoptr (GPtrArray) ids = pawl_repo_holders_list (delegator, role);

  return has_id (ids, key_id);
}

/*< private >
 * pawl_repo_holders_check_root:
 * @root: a root
 * @error: return location
 *
 * A root whose roles have too few keys would lock everybody out: no next root could repair it.
 *
 * Returns: %TRUE if each role has as many keys as have to sign
 */
gboolean
pawl_repo_holders_check_root (PawlTufMetadata *root, GError **error)
{
  static const char *const roles[] = {"root", "targets", "snapshot", "timestamp"};

  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    {
      g_autoptr (GPtrArray) ids = pawl_repo_holders_list (root, roles[i]);
      gint64 threshold = pawl_repo_holders_get_threshold (root, roles[i]);

      if (ids->len < threshold || threshold < 1)
        return pawl_repo_fail (
          error, PAWL_REPO_ERROR_INCOMPLETE,
          "role %s has %u keys, wanted at least its threshold of %" G_GINT64_FORMAT
          ": add keys to it",
          roles[i], ids->len, threshold);
    }
  return TRUE;
}

/* ---- signatures ---- */

static PawlTufValue
find_keys (PawlTufMetadata *delegator)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (delegator);
  PawlTufValue keys = pawl_tuf_metadata_get_member (delegator, "keys");

  if (pawl_tuf_value_exists (keys))
    return keys;
  return pawl_tuf_document_get_member (document,
                                       pawl_tuf_metadata_get_member (delegator, "delegations"),
                                       "keys");
}

static gboolean
is_good (PawlTufMetadata *delegator, const char *id, GBytes *message, const char *signature)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (delegator);
  PawlTufValue value = pawl_tuf_document_get_member (document, find_keys (delegator), id);
  g_autoptr (PawlTufKey) key =
    pawl_tuf_key_new_from_value (document, value, PAWL_TUF_KEY_FLAGS_NONE, NULL);

  return key != NULL && pawl_tuf_key_verify (key, message, signature);
}

/*< private >
 * pawl_repo_holders_list_signed:
 * @metadata: a file
 * @delegator: a root or targets file
 * @role: the role of @delegator whose file it is
 *
 * Returns: (transfer full) (element-type utf8): the ids of the keys whose signatures are good
 */
GPtrArray *
pawl_repo_holders_list_signed (PawlTufMetadata *metadata,
                               PawlTufMetadata *delegator,
                               const char *role)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (metadata);
  PawlTufValue root = pawl_tuf_document_get_root (document);
  g_autoptr (GBytes) message = pawl_repo_envelope_dup_message (metadata);
  g_autoptr (GPtrArray) holders = pawl_repo_holders_list (delegator, role);
  GPtrArray *good = g_ptr_array_new_with_free_func (g_free);
  PawlTufIter iter;
  PawlTufValue value;

  pawl_tuf_iter_init (&iter, document, pawl_tuf_document_get_member (document, root, "signatures"));
  while (pawl_tuf_iter_next (&iter, NULL, &value))
    {
      g_autofree char *id =
        pawl_tuf_document_dup_string (document,
                                      pawl_tuf_document_get_member (document, value, "keyid"));
      g_autofree char *signature =
        pawl_tuf_document_dup_string (document,
                                      pawl_tuf_document_get_member (document, value, "sig"));

      if (has_id (holders, id) && is_good (delegator, id, message, signature))
        g_ptr_array_add (good, g_steal_pointer (&id));
    }
  return good;
}
