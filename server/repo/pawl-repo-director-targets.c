/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What a device is told: its assignments as a targets file. */
#include "pawl-repo-director.h"

#include "pawl-repo-envelope.h"
#include "pawl-repo-stage.h"

/* The same target for several ECUs is one entry (Uptane 2.1, 5.2.3.1). */
static gboolean
add_assignment (PawlRepoDirector *self,
                JsonObject *targets,
                const char *serial,
                JsonObject *ecu,
                GError **error)
{
  const char *target = pawl_repo_json_get_string (ecu, "target");
  JsonObject *entry = target != NULL ? pawl_repo_json_get_object (targets, target) : NULL;
  g_autoptr (JsonObject) image = NULL;
  JsonObject *custom;
  JsonObject *identifier;

  if (target == NULL)
    return TRUE;
  if (entry == NULL)
    {
      image = pawl_repo_director_find_image (self, target, error);
      if (image == NULL)
        return FALSE;
      custom = pawl_repo_json_get_object (image, "custom");
      entry = json_object_new ();
      json_object_set_member (entry, "length", json_object_dup_member (image, "length"));
      json_object_set_member (entry, "hashes", json_object_dup_member (image, "hashes"));
      json_object_set_object_member (targets, target, entry);
      if (pawl_repo_json_get_string (custom, "targetFormat") != NULL)
        json_object_set_string_member (pawl_repo_json_ensure_object (entry, "custom"),
                                       "targetFormat",
                                       pawl_repo_json_get_string (custom, "targetFormat"));
    }
  identifier = json_object_new ();
  json_object_set_string_member (identifier, "hardwareId",
                                 pawl_repo_json_get_string (ecu, "hardwareId"));
  json_object_set_object_member (
    pawl_repo_json_ensure_object (pawl_repo_json_ensure_object (entry, "custom"), "ecuIdentifiers"),
    serial, identifier);
  return TRUE;
}

/*< private >
 * pawl_repo_director_make_targets:
 * @self: a Director
 * @device: a device
 * @version: of the file
 * @expires: of the file
 * @error: return location
 *
 * Returns: (transfer full): what @device is assigned, to be signed
 */
JsonObject *
pawl_repo_director_make_targets (PawlRepoDirector *self,
                                 const char *device,
                                 gint64 version,
                                 const char *expires,
                                 GError **error)
{
  g_autoptr (JsonObject) known = pawl_repo_director_load_device (self, device, error);
  JsonObject *ecus = pawl_repo_json_get_object (known, "ecus");
  g_autoptr (GList) serials = ecus != NULL ? json_object_get_members (ecus) : NULL;
  g_autoptr (JsonObject) object = NULL;
  JsonObject *targets;

  if (known == NULL)
    return NULL;
  object = pawl_repo_stage_new_signed (self->work, "targets", version, expires);
  /* Without it, one device's “nothing to do” would be good for all (Uptane 2.1, 5.2.3.1). */
  json_object_set_string_member (pawl_repo_json_ensure_object (object, "custom"), "vehicleId",
                                 device);
  targets = pawl_repo_json_ensure_object (object, "targets");
  for (GList *l = serials; l != NULL; l = l->next)
    if (!add_assignment (self, targets, l->data, pawl_repo_json_get_object (ecus, l->data), error))
      return NULL;
  return g_steal_pointer (&object);
}

static gboolean
is_same (JsonObject *one, JsonObject *two, const char *name)
{
  JsonNode *a = json_object_get_member (one, name);
  JsonNode *b = json_object_get_member (two, name);

  return a == NULL || b == NULL ? a == b : json_node_equal (a, b);
}

/*< private >
 * pawl_repo_director_says_the_same:
 * @file: a file of a device
 * @object: what is to be signed for it
 *
 * Returns: %TRUE if they differ in their version and expiry only
 */
gboolean
pawl_repo_director_says_the_same (PawlTufMetadata *file, JsonObject *object)
{
  g_autoptr (JsonObject) other = pawl_repo_envelope_dup_signed (
    pawl_tuf_document_get_bytes (pawl_tuf_metadata_get_document (file)), "", NULL);

  return other != NULL && is_same (other, object, "targets") && is_same (other, object, "custom") &&
         is_same (other, object, "meta");
}
