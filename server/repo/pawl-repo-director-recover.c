/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* After a thief had the Director's online keys, and perhaps the work folder: other keys for all
 * that is signed for devices, and the assignments of a backup. */
#include "pawl-repo-director.h"

#include "pawl-repo-error.h"
#include "pawl-repo-holders.h"
#include "pawl-repo-stage.h"

#include <string.h>

/* ---- keys ---- */

static gboolean
replace_holders (JsonObject *root, const char *role, GPtrArray *keys, GError **error)
{
  JsonObject *entry = pawl_repo_holders_find_role (root, role);

  return pawl_repo_holders_replace (root, role, keys,
                                    pawl_repo_json_get_int (entry, "threshold", 1), error);
}

/*< private >
 * pawl_repo_director_replace_keys:
 * @self: a Director
 * @names: of keys that take the place of all that sign for devices
 * @error: return location
 *
 * Returns: %TRUE when a next root is staged
 */
gboolean
pawl_repo_director_replace_keys (PawlRepoDirector *self, const char *const *names, GError **error)
{
  static const char *const roles[] = {"targets", "snapshot", "timestamp"};
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func ((GDestroyNotify) pawl_repo_key_free);
  g_autoptr (JsonObject) root = NULL;

  for (guint i = 0; names[i] != NULL; i++)
    {
      PawlRepoKey *key = pawl_repo_work_find_key (self->work, names[i], error);

      if (key == NULL)
        return FALSE;
      g_ptr_array_add (keys, key);
    }
  root = pawl_repo_stage_begin (self->work, "root", error);
  if (root == NULL)
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (roles); i++)
    if (!replace_holders (root, roles[i], keys, error))
      return FALSE;
  return pawl_repo_stage_save (self->work, "root", root, error);
}

/* ---- assignments ---- */

static gboolean
is_same (JsonObject *one, JsonObject *two)
{
  g_autoptr (JsonNode) a = json_node_init_object (json_node_alloc (), one);
  g_autoptr (JsonNode) b = json_node_init_object (json_node_alloc (), two);

  return json_node_equal (a, b);
}

static void
add_all (GHashTable *names, GPtrArray *list)
{
  for (guint i = 0; i < list->len; i++)
    g_hash_table_add (names, g_strdup (list->pdata[i]));
}

static gboolean
has_device (PawlRepoDirector *self, const char *device)
{
  g_autofree char *file = g_strconcat (device, ".json", NULL);
  g_autofree char *path = pawl_repo_work_dup_path (self->work, "devices", file, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* Who was not there is known, but told nothing. */
static JsonObject *
make_told_nothing (JsonObject *device)
{
  JsonObject *ecus = pawl_repo_json_get_object (device, "ecus");
  g_autoptr (GList) serials = ecus != NULL ? json_object_get_members (ecus) : NULL;

  for (GList *l = serials; l != NULL; l = l->next)
    json_object_remove_member (pawl_repo_json_get_object (ecus, l->data), "target");
  return json_object_ref (device);
}

/* @changed: gets the device's name when it was told something else */
static gboolean
restore_device (PawlRepoDirector *self,
                PawlRepoDirector *baseline,
                const char *device,
                PawlRepoBatch *batch,
                GPtrArray *changed,
                GError **error)
{
  g_autoptr (JsonObject) ours = NULL;
  g_autoptr (JsonObject) good = NULL;

  if (has_device (self, device))
    {
      ours = pawl_repo_director_load_device (self, device, error);
      if (ours == NULL)
        return FALSE;
    }
  if (has_device (baseline, device))
    good = pawl_repo_director_load_device (baseline, device, error);
  else
    {
      g_autoptr (JsonObject) copy = pawl_repo_director_load_device (self, device, error);

      good = copy != NULL ? make_told_nothing (copy) : NULL;
    }
  if (good == NULL)
    return FALSE;
  if (ours != NULL && is_same (ours, good))
    return TRUE;
  g_ptr_array_add (changed, g_strdup (device));
  return pawl_repo_director_save_device (self, device, good, batch, error);
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/*< private >
 * pawl_repo_director_restore:
 * @self: a Director
 * @folder: a backup of the image repository's work folder
 * @error: return location
 *
 * Assigns what was assigned then. Devices that the backup does not know stay known, and are told
 * nothing.
 *
 * Returns: (transfer full) (element-type utf8): the devices that had been told something else
 */
GPtrArray *
pawl_repo_director_restore (PawlRepoDirector *self, const char *folder, GError **error)
{
  g_autoptr (PawlRepoDirector) baseline = pawl_repo_director_open (folder, error);
  g_autoptr (GPtrArray) theirs =
    baseline != NULL ? pawl_repo_director_list_devices (baseline, error) : NULL;
  g_autoptr (GPtrArray) ours =
    theirs != NULL ? pawl_repo_director_list_devices (self, error) : NULL;
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (PawlRepoBatch) batch = pawl_repo_batch_new (self->work->folder);
  g_autoptr (GPtrArray) changed = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  gpointer name;

  if (ours == NULL)
    return NULL;
  add_all (names, ours);
  add_all (names, theirs);
  g_hash_table_iter_init (&iter, names);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (!restore_device (self, baseline, name, batch, changed, error))
      return NULL;
  g_ptr_array_sort (changed, compare_names);
  return pawl_repo_batch_commit (batch, error) ? g_steal_pointer (&changed) : NULL;
}
