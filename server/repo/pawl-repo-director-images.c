/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What the image repository says about targets, found once and asked for by each of a hundred
 * thousand devices: a table of all names, made when the first one is looked for. */
#include "pawl-repo-director.h"

#include "pawl-repo-error.h"

typedef struct
{
  PawlTufDocument *document; /* (unowned): of one of the Director's image roles */
  PawlTufValue value;
} Entry;

static void
add_entries (PawlRepoDirector *self, PawlTufMetadata *metadata)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (metadata);
  PawlTufIter iter;
  PawlTufValue name, value;

  pawl_tuf_iter_init (&iter, document, pawl_tuf_metadata_get_member (metadata, "targets"));
  while (pawl_tuf_iter_next (&iter, &name, &value))
    {
      g_autofree char *text = pawl_tuf_document_dup_string (document, name);
      Entry *entry;

      /* The role that comes first speaks, as on a device. */
      if (g_hash_table_contains (self->index, text))
        continue;
      entry = g_new (Entry, 1);
      entry->document = document;
      entry->value = value;
      g_hash_table_insert (self->index, g_steal_pointer (&text), entry);
    }
}

static gboolean
add_role (PawlRepoDirector *self, const char *role, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  PawlTufMetadata *metadata = pawl_repo_work_load_newest (self->images, role, &local_error);

  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (metadata == NULL)
    return TRUE;
  g_ptr_array_add (self->image_roles, metadata);
  add_entries (self, metadata);
  return TRUE;
}

static gboolean
ensure_index (PawlRepoDirector *self, GError **error)
{
  g_autoptr (GPtrArray) roles = NULL;

  if (self->index != NULL)
    return TRUE;
  roles = pawl_repo_work_list_delegated (self->images, error);
  if (roles == NULL)
    return FALSE;
  self->index = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->image_roles = g_ptr_array_new_with_free_func (g_object_unref);
  g_ptr_array_insert (roles, 0, g_strdup ("targets"));
  for (guint i = 0; i < roles->len; i++)
    if (!add_role (self, roles->pdata[i], error))
      return FALSE;
  return TRUE;
}

/*< private >
 * pawl_repo_director_find_image:
 * @self: a Director
 * @target: a target's name
 * @error: return location
 *
 * Returns: (transfer full): what the image repository says about it
 */
JsonObject *
pawl_repo_director_find_image (PawlRepoDirector *self, const char *target, GError **error)
{
  Entry *entry;
  g_autoptr (GBytes) bytes = NULL;

  if (!ensure_index (self, error))
    return NULL;
  entry = g_hash_table_lookup (self->index, target);
  if (entry == NULL)
    {
      pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                      "target %s: the image repository does not list it: see “pawl-repo target "
                      "list”",
                      target);
      return NULL;
    }
  bytes = pawl_tuf_document_canonicalize (entry->document, entry->value, PAWL_TUF_FORM_ATS);
  return pawl_repo_json_parse (bytes, target, error);
}
