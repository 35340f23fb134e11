/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What is in a work folder: roles, staged versions and keys. */
#include "pawl-repo-work.h"

#include "pawl-repo-envelope.h"
#include "pawl-repo-error.h"
#include "pawl-repo-file.h"

#include <string.h>

/*< private >
 * pawl_repo_work_get_root_version:
 * @self: a work folder
 *
 * Returns: the version of the last root; 0 before the first
 */
gint64
pawl_repo_work_get_root_version (PawlRepoWork *self)
{
  gint64 version = 0;

  while (TRUE)
    {
      g_autofree char *path = pawl_repo_work_dup_role_path (self, "root", version + 1);

      if (!g_file_test (path, G_FILE_TEST_EXISTS))
        return version;
      version++;
    }
}

static PawlTufMetadata *
load (const char *role, const char *path, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GBytes) bytes = pawl_repo_file_read_optional (path, &local_error);
  PawlTufMetadata *metadata = NULL;

  if (bytes != NULL)
    metadata = pawl_repo_envelope_read (role, bytes, &local_error);
  if (local_error != NULL)
    g_propagate_prefixed_error (error, g_steal_pointer (&local_error), "%s: ", path);
  return metadata;
}

/*< private >
 * pawl_repo_work_load_root:
 * @self: a work folder
 * @version: of a root
 * @error: return location
 *
 * Returns: (transfer full): that root
 */
PawlTufMetadata *
pawl_repo_work_load_root (PawlRepoWork *self, gint64 version, GError **error)
{
  g_autofree char *path = pawl_repo_work_dup_role_path (self, "root", version);
  g_autoptr (GBytes) bytes = pawl_repo_file_read (path, error);

  return bytes != NULL ? pawl_repo_envelope_read ("root", bytes, error) : NULL;
}

/*< private >
 * pawl_repo_work_load_current:
 * @self: a work folder
 * @role: a role
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the signed file of today
 */
PawlTufMetadata *
pawl_repo_work_load_current (PawlRepoWork *self, const char *role, GError **error)
{
  gint64 version = g_str_equal (role, "root") ? pawl_repo_work_get_root_version (self) : 0;
  g_autofree char *path = pawl_repo_work_dup_role_path (self, role, version);

  return load (role, path, error);
}

/*< private >
 * pawl_repo_work_need_current:
 * @self: a work folder
 * @role: a role
 * @error: return location
 *
 * Returns: (transfer full): the signed file of today; that there is none is an error
 */
PawlTufMetadata *
pawl_repo_work_need_current (PawlRepoWork *self, const char *role, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  PawlTufMetadata *metadata = pawl_repo_work_load_current (self, role, &local_error);

  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else if (metadata == NULL)
    pawl_repo_fail (error, PAWL_REPO_ERROR_INCOMPLETE,
                    "there is no signed %s yet: see “pawl-repo tx status”", role);
  return metadata;
}

/*< private >
 * pawl_repo_work_load_staged:
 * @self: a work folder
 * @role: a role
 * @error: return location
 *
 * Returns: (transfer full) (nullable): its next version
 */
PawlTufMetadata *
pawl_repo_work_load_staged (PawlRepoWork *self, const char *role, GError **error)
{
  g_autofree char *path = pawl_repo_work_dup_staged_path (self, role);

  return load (role, path, error);
}

/*< private >
 * pawl_repo_work_load_newest:
 * @self: a work folder
 * @role: a role
 * @error: return location
 *
 * Returns: (transfer full) (nullable): the staged version, or else today's
 */
PawlTufMetadata *
pawl_repo_work_load_newest (PawlRepoWork *self, const char *role, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  PawlTufMetadata *metadata = pawl_repo_work_load_staged (self, role, &local_error);

  if (metadata == NULL && local_error == NULL)
    metadata = pawl_repo_work_load_current (self, role, &local_error);
  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  return metadata;
}

static GPtrArray *
list_roles (const char *folder, GError **error)
{
  GPtrArray *names = pawl_repo_file_list (folder, ".json", error);

  for (guint i = 0; names != NULL && i < names->len; i++)
    {
      char *role = g_uri_unescape_string (names->pdata[i], NULL);

      if (role == NULL)
        continue;
      g_free (names->pdata[i]);
      names->pdata[i] = role;
    }
  return names;
}

static int
rank (const char *role)
{
  static const char *const order[] = {"root", "", "targets", "snapshot", "timestamp"};

  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    if (g_str_equal (order[i], role))
      return (int) i;
  return 1;
}

static int
compare_roles (gconstpointer a, gconstpointer b)
{
  const char *one = *(const char *const *) a;
  const char *two = *(const char *const *) b;

  return rank (one) != rank (two) ? rank (one) - rank (two) : strcmp (one, two);
}

/*< private >
 * pawl_repo_work_list_staged:
 * @self: a work folder
 * @error: return location
 *
 * Returns: (transfer full) (element-type utf8): the roles of the transaction, in the order in
 * which they build on each other: root, delegated roles, targets, snapshot, timestamp
 */
GPtrArray *
pawl_repo_work_list_staged (PawlRepoWork *self, GError **error)
{
  g_autofree char *folder = pawl_repo_work_dup_path (self, "staged", NULL);
  GPtrArray *roles = list_roles (folder, error);

  if (roles != NULL)
    g_ptr_array_sort (roles, compare_roles);
  return roles;
}

/*< private >
 * pawl_repo_work_list_delegated:
 * @self: a work folder
 * @error: return location
 *
 * Returns: (transfer full) (element-type utf8): the delegated roles of today
 */
GPtrArray *
pawl_repo_work_list_delegated (PawlRepoWork *self, GError **error)
{
  g_autofree char *folder = pawl_repo_work_dup_path (self, "roles", "delegations", NULL);

  return list_roles (folder, error);
}

/* ---- keys ---- */

/*< private >
 * pawl_repo_work_load_key:
 * @self: a work folder
 * @name: a key's name
 * @error: return location
 *
 * Returns: (transfer full): the key
 */
PawlRepoKey *
pawl_repo_work_load_key (PawlRepoWork *self, const char *name, GError **error)
{
  g_autofree char *path = pawl_repo_work_dup_key_path (self, name);

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                      "key %s: there is no %s: see “pawl-repo key list”", name, path);
      return NULL;
    }
  return pawl_repo_key_load (path, self->dialect, error);
}

/*< private >
 * pawl_repo_work_list_keys:
 * @self: a work folder
 * @error: return location
 *
 * Returns: (transfer full) (element-type PawlRepoKey): all public keys, by name
 */
GPtrArray *
pawl_repo_work_list_keys (PawlRepoWork *self, GError **error)
{
  g_autofree char *folder = pawl_repo_work_dup_path (self, "keys", NULL);
  g_autoptr (GPtrArray) names = pawl_repo_file_list (folder, ".json", error);
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func ((GDestroyNotify) pawl_repo_key_free);

  if (names == NULL)
    return NULL;
  for (guint i = 0; i < names->len; i++)
    {
      PawlRepoKey *key = pawl_repo_work_load_key (self, names->pdata[i], error);

      if (key == NULL)
        return NULL;
      g_ptr_array_add (keys, key);
    }
  return g_steal_pointer (&keys);
}

/*< private >
 * pawl_repo_work_find_key:
 * @self: a work folder
 * @name_or_id: a key's name, or its id or at least 8 digits of it
 * @error: return location
 *
 * Returns: (transfer full): the one key that is meant
 */
PawlRepoKey *
pawl_repo_work_find_key (PawlRepoWork *self, const char *name_or_id, GError **error)
{
  g_autoptr (GPtrArray) keys = pawl_repo_work_list_keys (self, error);
  PawlRepoKey *found = NULL;

  if (keys == NULL)
    return NULL;
  for (guint i = 0; i < keys->len && found == NULL; i++)
    {
      PawlRepoKey *key = keys->pdata[i];

      if (g_str_equal (key->name, name_or_id) ||
          (strlen (name_or_id) >= 8 && g_str_has_prefix (key->id, name_or_id)))
        found = g_ptr_array_steal_index (keys, i);
    }
  if (found == NULL)
    pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                    "key “%s”: no key has that name or id: see “pawl-repo key list”", name_or_id);
  return found;
}
