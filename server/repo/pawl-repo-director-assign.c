/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What each ECU is to run: written down here, signed later. */
#include "pawl-repo-director.h"

#include "pawl-repo-error.h"

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
         pawl_repo_director_save_device (self, device, object, NULL, error);
}

/* ---- many at once ---- */

/* Which ECUs, and what they are to run. */
typedef struct
{
  const char *member; /* of what is known about an ECU */
  const char *value;
  const char *target; /* (nullable) */
  PawlRepoBatch *batch;
  guint ecus; /* out: how many there are */
} Change;

static gboolean
change_device (PawlRepoDirector *self, const char *device, Change *change, GError **error)
{
  g_autoptr (JsonObject) object = pawl_repo_director_load_device (self, device, error);
  JsonObject *ecus = pawl_repo_json_get_object (object, "ecus");
  g_autoptr (GList) serials = ecus != NULL ? json_object_get_members (ecus) : NULL;
  guint before = change->ecus;

  if (object == NULL)
    return FALSE;
  for (GList *l = serials; l != NULL; l = l->next)
    {
      JsonObject *ecu = pawl_repo_json_get_object (ecus, l->data);

      if (g_strcmp0 (pawl_repo_json_get_string (ecu, change->member), change->value) != 0)
        continue;
      if (!assign_ecu (self, ecu, change->target, error))
        return FALSE;
      change->ecus++;
    }
  return change->ecus == before ||
         pawl_repo_director_save_device (self, device, object, change->batch, error);
}

static gboolean
change_all (PawlRepoDirector *self, Change *change, GError **error)
{
  g_autoptr (GPtrArray) devices = pawl_repo_director_list_devices (self, error);
  g_autoptr (PawlRepoBatch) batch = pawl_repo_batch_new (self->work->folder);

  if (devices == NULL)
    return FALSE;
  change->batch = batch;
  for (guint i = 0; i < devices->len; i++)
    if (!change_device (self, devices->pdata[i], change, error))
      return FALSE;
  return pawl_repo_batch_commit (batch, error);
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
  Change change = {"hardwareId", hardware_id, target, NULL, 0};

  if (!pawl_repo_work_log (self->work, error, "director assign", "all of %s: %s", hardware_id,
                           target) ||
      !change_all (self, &change, error))
    return FALSE;
  *out_ecus = change.ecus;
  return change.ecus > 0 || pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                                            "hardware %s: no device has such an ECU", hardware_id);
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
  Change change = {"target", target, NULL, NULL, 0};

  if (!pawl_repo_work_log (self->work, error, "director unassign", "all of %s", target) ||
      !change_all (self, &change, error))
    return FALSE;
  *out_ecus = change.ecus;
  return TRUE;
}
