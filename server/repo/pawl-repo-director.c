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
  /* The files of a device have plain names, and whole trees of them are switched. */
  json_object_set_boolean_member (root, "consistent_snapshot", FALSE);
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

static gboolean
save_device (PawlRepoDirector *self, const char *device, JsonObject *object, GError **error)
{
  g_autofree char *path = dup_device_path (self, device);
  g_autoptr (GBytes) bytes = pawl_repo_json_to_pretty (object);

  return pawl_repo_file_write (path, bytes, 0644, error);
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
  return save_device (self, device, object, error);
}

/* ---- assignments ---- */

static JsonObject *
find_in (PawlRepoWork *images, const char *role, const char *target)
{
  g_autoptr (PawlTufMetadata) metadata = pawl_repo_work_load_newest (images, role, NULL);
  PawlTufDocument *document;
  PawlTufValue value;
  g_autoptr (GBytes) bytes = NULL;

  if (metadata == NULL)
    return NULL;
  document = pawl_tuf_metadata_get_document (metadata);
  value = pawl_tuf_document_get_member (document,
                                        pawl_tuf_metadata_get_member (metadata, "targets"), target);
  if (!pawl_tuf_value_exists (value))
    return NULL;
  bytes = pawl_tuf_document_canonicalize (document, value, PAWL_TUF_FORM_ATS);
  return pawl_repo_json_parse (bytes, target, NULL);
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
  g_autoptr (GPtrArray) roles = pawl_repo_work_list_delegated (self->images, error);

  if (roles == NULL)
    return NULL;
  g_ptr_array_insert (roles, 0, g_strdup ("targets"));
  for (guint i = 0; i < roles->len; i++)
    {
      JsonObject *found = find_in (self->images, roles->pdata[i], target);

      if (found != NULL)
        return found;
    }
  pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                  "target %s: the image repository does not list it: see “pawl-repo target list”",
                  target);
  return NULL;
}

/* A device would refuse it as well, but only when it has been told. */
static gboolean
check_fits (JsonObject *image, const char *target, const char *hardware_id, GError **error)
{
  JsonArray *ids =
    pawl_repo_json_get_array (pawl_repo_json_get_object (image, "custom"), "hardwareIds");

  return pawl_repo_json_has_string (ids, hardware_id) ||
         pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                         "target %s: it is not for hardware %s: see --hardware-id of “pawl-repo "
                         "target add”",
                         target, hardware_id);
}

static gboolean
assign_ecu (PawlRepoDirector *self, JsonObject *ecu, const char *target, GError **error)
{
  const char *hardware_id = pawl_repo_json_get_string (ecu, "hardwareId");
  g_autoptr (JsonObject) image = NULL;

  if (target == NULL)
    {
      json_object_remove_member (ecu, "target");
      return TRUE;
    }
  image = pawl_repo_director_find_image (self, target, error);
  if (image == NULL || !check_fits (image, target, hardware_id, error))
    return FALSE;
  json_object_set_string_member (ecu, "target", target);
  return TRUE;
}

/*< private >
 * pawl_repo_director_assign:
 * @self: a Director
 * @device: a device
 * @serial: one of its ECUs
 * @target: (nullable): what it is to run; %NULL for nothing in particular
 * @error: return location
 *
 * Returns: %TRUE when it is written down, to be signed
 */
gboolean
pawl_repo_director_assign (PawlRepoDirector *self,
                           const char *device,
                           const char *serial,
                           const char *target,
                           GError **error)
{
  g_autoptr (JsonObject) object = pawl_repo_director_load_device (self, device, error);
  JsonObject *ecu = pawl_repo_json_get_object (pawl_repo_json_get_object (object, "ecus"), serial);

  if (object == NULL)
    return FALSE;
  if (ecu == NULL)
    return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE, "device %s: it has no ECU %s", device,
                           serial);
  return assign_ecu (self, ecu, target, error) &&
         pawl_repo_work_log (self->work, error,
                             target != NULL ? "director assign" : "director unassign", "%s %s %s",
                             device, serial, target != NULL ? target : "") &&
         save_device (self, device, object, error);
}

static gboolean
assign_all_of (PawlRepoDirector *self,
               const char *device,
               const char *hardware_id,
               const char *target,
               guint *out_ecus,
               GError **error)
{
  g_autoptr (JsonObject) object = pawl_repo_director_load_device (self, device, error);
  JsonObject *ecus = pawl_repo_json_get_object (object, "ecus");
  g_autoptr (GList) serials = ecus != NULL ? json_object_get_members (ecus) : NULL;
  guint before = *out_ecus;

  if (object == NULL)
    return FALSE;
  for (GList *l = serials; l != NULL; l = l->next)
    {
      JsonObject *ecu = pawl_repo_json_get_object (ecus, l->data);

      if (g_strcmp0 (pawl_repo_json_get_string (ecu, "hardwareId"), hardware_id) != 0)
        continue;
      if (!assign_ecu (self, ecu, target, error))
        return FALSE;
      *out_ecus += 1;
    }
  return *out_ecus == before || save_device (self, device, object, error);
}

/*< private >
 * pawl_repo_director_assign_hardware:
 * @self: a Director
 * @hardware_id: what kind of ECU
 * @target: what all of them are to run
 * @out_ecus: (out): how many there are
 * @error: return location
 *
 * Returns: %TRUE when it is written down, to be signed
 */
gboolean
pawl_repo_director_assign_hardware (PawlRepoDirector *self,
                                    const char *hardware_id,
                                    const char *target,
                                    guint *out_ecus,
                                    GError **error)
{
  g_autoptr (GPtrArray) devices = pawl_repo_director_list_devices (self, error);

  *out_ecus = 0;
  if (devices == NULL || !pawl_repo_work_log (self->work, error, "director assign", "all of %s: %s",
                                              hardware_id, target))
    return FALSE;
  for (guint i = 0; i < devices->len; i++)
    if (!assign_all_of (self, devices->pdata[i], hardware_id, target, out_ecus, error))
      return FALSE;
  return *out_ecus > 0 || pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                                          "hardware %s: no device has such an ECU", hardware_id);
}

static gboolean
unassign_from (PawlRepoDirector *self,
               const char *device,
               const char *target,
               guint *out_ecus,
               GError **error)
{
  g_autoptr (JsonObject) object = pawl_repo_director_load_device (self, device, error);
  JsonObject *ecus = pawl_repo_json_get_object (object, "ecus");
  g_autoptr (GList) serials = ecus != NULL ? json_object_get_members (ecus) : NULL;
  guint before = *out_ecus;

  if (object == NULL)
    return FALSE;
  for (GList *l = serials; l != NULL; l = l->next)
    {
      JsonObject *ecu = pawl_repo_json_get_object (ecus, l->data);

      if (g_strcmp0 (pawl_repo_json_get_string (ecu, "target"), target) != 0)
        continue;
      json_object_remove_member (ecu, "target");
      *out_ecus += 1;
    }
  return *out_ecus == before || save_device (self, device, object, error);
}

/*< private >
 * pawl_repo_director_unassign_target:
 * @self: a Director
 * @target: what nobody is to run any more
 * @out_ecus: (out): how many ECUs were assigned to it
 * @error: return location
 *
 * Returns: %TRUE when it is written down, to be signed
 */
gboolean
pawl_repo_director_unassign_target (PawlRepoDirector *self,
                                    const char *target,
                                    guint *out_ecus,
                                    GError **error)
{
  g_autoptr (GPtrArray) devices = pawl_repo_director_list_devices (self, error);

  *out_ecus = 0;
  if (devices == NULL ||
      !pawl_repo_work_log (self->work, error, "director unassign", "all of %s", target))
    return FALSE;
  for (guint i = 0; i < devices->len; i++)
    if (!unassign_from (self, devices->pdata[i], target, out_ecus, error))
      return FALSE;
  return TRUE;
}
