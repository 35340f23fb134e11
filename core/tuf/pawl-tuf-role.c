/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Who may sign for a role: what a root, or a targets file that delegates, says about keys. */
#include "pawl-tuf-role.h"

#include "pawl-tuf-delegation.h"

#include <pawl-tuf/pawl-tuf-error.h>

/* Of a root, or of the delegations of a targets file. */
PawlTufValue
pawl_tuf_role_find_keys (PawlTufMetadata *delegator)
{
  PawlTufValue keys = pawl_tuf_metadata_get_member (delegator, "keys");

  if (pawl_tuf_value_exists (keys))
    return keys;
  return pawl_tuf_delegations_find_keys (pawl_tuf_metadata_get_document (delegator),
                                         pawl_tuf_metadata_get_signed (delegator));
}

static char *
dup_material (PawlTufMetadata *delegator, PawlTufValue key, PawlTufKeyFlags flags)
{
  g_autoptr (PawlTufKey) read =
    pawl_tuf_key_new_from_value (pawl_tuf_metadata_get_document (delegator), key, flags, NULL);

  return read != NULL ? g_strdup (pawl_tuf_key_get_material (read)) : NULL;
}

gboolean
pawl_tuf_role_check_key_ids (PawlTufMetadata *delegator,
                             PawlTufMetadata *other,
                             PawlTufKeyFlags flags,
                             GError **error)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (delegator);
  PawlTufDocument *other_document = pawl_tuf_metadata_get_document (other);
  PawlTufIter iter;
  PawlTufValue name, key;

  pawl_tuf_iter_init (&iter, document, pawl_tuf_role_find_keys (delegator));
  while (pawl_tuf_iter_next (&iter, &name, &key))
    {
      g_autofree char *id = pawl_tuf_document_dup_string (document, name);
      PawlTufValue twin =
        pawl_tuf_document_get_member (other_document, pawl_tuf_role_find_keys (other), id);
      g_autofree char *ours = NULL;
      g_autofree char *theirs = NULL;

      if (!pawl_tuf_value_exists (twin))
        continue;
      ours = dup_material (delegator, key, flags);
      theirs = dup_material (other, twin, flags);
      if (ours == NULL || theirs == NULL || g_str_equal (ours, theirs))
        continue;
      g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_BAD_KEY_ID,
                   "key id %s: found two keys of that name in trusted files, wanted one", id);
      return FALSE;
    }
  return TRUE;
}

/**
 * pawl_tuf_metadata_find_role:
 * @self: a root, or a targets file that delegates
 * @role: a role's name
 *
 * Returns: the role's object, with its key ids and its threshold, or a value that does not exist
 *
 * Since: 1.0
 */
PawlTufValue
pawl_tuf_metadata_find_role (PawlTufMetadata *self, const char *role)
{
  PawlTufValue roles = pawl_tuf_metadata_get_member (self, "roles");

  if (pawl_tuf_value_exists (roles))
    return pawl_tuf_document_get_member (pawl_tuf_metadata_get_document (self), roles, role);
  return pawl_tuf_delegations_find_role (self, role);
}

static GHashTable *
collect_key_ids (PawlTufMetadata *self, const char *role)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (self);
  GHashTable *ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  PawlTufIter iter;
  PawlTufValue element;

  pawl_tuf_iter_init (&iter, document,
                      pawl_tuf_document_get_member (document,
                                                    pawl_tuf_metadata_find_role (self, role),
                                                    "keyids"));
  while (pawl_tuf_iter_next (&iter, NULL, &element))
    g_hash_table_add (ids, pawl_tuf_document_dup_string (document, element));
  return ids;
}

/**
 * pawl_tuf_metadata_has_same_keys:
 * @self: a root
 * @other: another one
 * @role: a role of both
 *
 * Returns: whether the same key ids may sign for @role (TUF 1.0.34, 5.3.11)
 *
 * Since: 1.0
 */
gboolean
pawl_tuf_metadata_has_same_keys (PawlTufMetadata *self, PawlTufMetadata *other, const char *role)
{
  g_autoptr (GHashTable) ours = collect_key_ids (self, role);
  g_autoptr (GHashTable) theirs = collect_key_ids (other, role);
  GHashTableIter iter;
  gpointer id;

  if (g_hash_table_size (ours) != g_hash_table_size (theirs))
    return FALSE;
  g_hash_table_iter_init (&iter, ours);
  while (g_hash_table_iter_next (&iter, &id, NULL))
    if (!g_hash_table_contains (theirs, id))
      return FALSE;
  return TRUE;
}
