/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-repo-director.h"

#include "pawl-repo-envelope.h"
#include "pawl-repo-error.h"
#include "pawl-repo-file.h"
#include "pawl-repo-stage.h"

#include <string.h>

/* aktualizr's limits. */
#define SERIAL_MAX   64
#define HARDWARE_MAX 200

void
pawl_repo_director_free (PawlRepoDirector *self)
{
  g_clear_pointer (&self->index, g_hash_table_unref);
  g_clear_pointer (&self->image_roles, g_ptr_array_unref);
  g_clear_pointer (&self->images, pawl_repo_work_free);
  g_clear_pointer (&self->work, pawl_repo_work_free);
  g_free (self);
}

/* ---- making and opening ---- */

static void
add_offline_roles (JsonObject *root)
{
  static const char *const names[] = {"offline-updates", "offline-snapshot"};

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      JsonObject *role = json_object_new ();

      json_object_set_array_member (role, "keyids", json_array_new ());
      json_object_set_int_member (role, "threshold", 1);
      json_object_set_object_member (pawl_repo_json_get_object (root, "roles"), names[i], role);
    }
}

/*< private >
 * pawl_repo_director_create:
 * @images: the image repository's work folder
 * @error: return location
 *
 * Returns: %TRUE when there is a Director with a staged root without keys
 */
gboolean
pawl_repo_director_create (PawlRepoWork *images, GError **error)
{
  g_autofree char *folder = pawl_repo_work_dup_path (images, "director", NULL);
  g_autofree char *name = g_key_file_get_string (images->config, "repository", "name", NULL);
  g_autofree char *full = g_strdup_printf ("%s, director", name != NULL ? name : "repository");
  g_autoptr (PawlRepoWork) work = NULL;
  g_autoptr (JsonObject) root = NULL;

  if (!pawl_repo_work_create (folder, full, pawl_repo_work_get_profile (images), images->dialect,
                              error))
    return FALSE;
  work = pawl_repo_work_open (folder, error);
  if (work == NULL || !pawl_repo_work_log (work, error, "director init", "%s", full))
    return FALSE;
  root = pawl_repo_stage_new_root (work);
  if (work->dialect == PAWL_TUF_DIALECT_ATS)
    add_offline_roles (root);
  return pawl_repo_stage_save (work, "root", root, error);
}

/*< private >
 * pawl_repo_director_open:
 * @folder: the image repository's work folder
 * @error: return location
 *
 * Returns: (transfer full): the Director in it
 */
PawlRepoDirector *
pawl_repo_director_open (const char *folder, GError **error)
{
  g_autoptr (PawlRepoDirector) self = g_new0 (PawlRepoDirector, 1);
  g_autofree char *director = g_build_filename (folder, "director", NULL);

  if (!g_file_test (director, G_FILE_TEST_IS_DIR))
    {
      pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                      "%s: there is no Director here: run “pawl-repo director init”", folder);
      return NULL;
    }
  self->images = pawl_repo_work_open (folder, error);
  self->work = self->images != NULL ? pawl_repo_work_open (director, error) : NULL;
  return self->work != NULL ? g_steal_pointer (&self) : NULL;
}

/* ---- devices ---- */

static char *
dup_device_path (PawlRepoDirector *self, const char *device)
{
  g_autofree char *file = g_strconcat (device, ".json", NULL);

  return pawl_repo_work_dup_path (self->work, "devices", file, NULL);
}

GPtrArray *
pawl_repo_director_list_devices (PawlRepoDirector *self, GError **error)
{
  g_autofree char *folder = pawl_repo_work_dup_path (self->work, "devices", NULL);

  return pawl_repo_file_list (folder, ".json", error);
}

/*< private >
 * pawl_repo_director_load_device:
 * @self: a Director
 * @device: a device's name
 * @error: return location
 *
 * Returns: (transfer full): what is known about it
 */
JsonObject *
pawl_repo_director_load_device (PawlRepoDirector *self, const char *device, GError **error)
{
  g_autofree char *path = NULL;

  if (!pawl_repo_key_check_name (device, error))
    return NULL;
  path = dup_device_path (self, device);
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                      "device %s: it is not known: add its ECUs with “pawl-repo director ecu add”",
                      device);
      return NULL;
    }
  return pawl_repo_json_load (path, error);
}

/*< private >
 * pawl_repo_director_save_device:
 * @self: a Director
 * @device: a device's name
 * @object: what is known about it
 * @batch: (nullable): what it is a part of
 * @error: return location
 *
 * Returns: %TRUE when it is on the disk, or will be with @batch
 */
gboolean
pawl_repo_director_save_device (PawlRepoDirector *self,
                                const char *device,
                                JsonObject *object,
                                PawlRepoBatch *batch,
                                GError **error)
{
  g_autofree char *path = dup_device_path (self, device);
  g_autoptr (GBytes) bytes = pawl_repo_json_to_pretty (object);

  return batch != NULL ? pawl_repo_batch_add (batch, PAWL_REPO_BATCH_FIRST, path, bytes, error) &&
                           pawl_repo_batch_commit_if_large (batch, error)
                       : pawl_repo_file_write (path, bytes, 0644, error);
}

static gboolean
check_text (const char *what, const char *text, gsize max, GError **error)
{
  gboolean good = *text != '\0' && strlen (text) <= max;

  for (const char *c = text; *c != '\0' && good; c++)
    good = *c > ' ' && *c < 0x7f && *c != '"' && *c != '\\';
  return good || pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                                 "%s “%s”: wanted 1 to %" G_GSIZE_FORMAT
                                 " characters of ASCII without spaces",
                                 what, text, max);
}

/*< private >
 * pawl_repo_director_add_ecu:
 * @self: a Director
 * @device: a device's name; made known when it is not
 * @serial: the ECU's
 * @hardware_id: the ECU's
 * @error: return location
 *
 * Returns: %TRUE when the device has the ECU
 */
gboolean
pawl_repo_director_add_ecu (PawlRepoDirector *self,
                            const char *device,
                            const char *serial,
                            const char *hardware_id,
                            GError **error)
{
  g_autofree char *path = NULL;
  g_autoptr (JsonObject) object = NULL;
  JsonObject *ecus;
  JsonObject *ecu;

  if (!pawl_repo_key_check_name (device, error) ||
      !check_text ("serial", serial, SERIAL_MAX, error) ||
      !check_text ("hardware id", hardware_id, HARDWARE_MAX, error))
    return FALSE;
  path = dup_device_path (self, device);
  object =
    g_file_test (path, G_FILE_TEST_EXISTS) ? pawl_repo_json_load (path, error) : json_object_new ();
  if (object == NULL || !pawl_repo_work_log (self->work, error, "director ecu add", "%s %s %s",
                                             device, serial, hardware_id))
    return FALSE;
  ecus = pawl_repo_json_ensure_object (object, "ecus");
  if (json_object_has_member (ecus, serial))
    return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE, "device %s: it has ECU %s already", device,
                           serial);
  ecu = json_object_new ();
  json_object_set_string_member (ecu, "hardwareId", hardware_id);
  json_object_set_object_member (ecus, serial, ecu);
  return pawl_repo_director_save_device (self, device, object, NULL, error);
}
