/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What the Director signs: for each device a targets file, in the TUF format also a snapshot and a
 * timestamp; and for whoever comes with a stick, a bundle. */
#include "pawl-repo-director.h"

#include "pawl-repo-envelope.h"
#include "pawl-repo-error.h"
#include "pawl-repo-file.h"
#include "pawl-repo-holders.h"
#include "pawl-repo-publish.h"
#include "pawl-repo-sign.h"

#include <string.h>

/* aktualizr does not read more of a Director's targets file. */
#define ATS_TARGETS_MAX (64 << 10)

static PawlTufMetadata *
load_root (PawlRepoDirector *self, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  PawlTufMetadata *root = pawl_repo_work_load_current (self->work, "root", &local_error);

  if (local_error != NULL)
    g_propagate_error (error, g_steal_pointer (&local_error));
  else if (root == NULL)
    pawl_repo_fail (error, PAWL_REPO_ERROR_INCOMPLETE,
                    "the Director has no signed root: run “pawl-repo -C %s sign”, then “tx apply”",
                    self->work->folder);
  return root;
}

static char *
dup_signed_path (PawlRepoDirector *self, const char *device, const char *role)
{
  g_autofree char *file = g_strconcat (role, ".json", NULL);

  return pawl_repo_work_dup_path (self->work, "signed", device, file, NULL);
}

static PawlTufMetadata *
load_signed (PawlRepoDirector *self, const char *device, const char *role)
{
  g_autofree char *path = dup_signed_path (self, device, role);
  g_autoptr (GBytes) bytes = pawl_repo_file_read_optional (path, NULL);

  return bytes != NULL ? pawl_repo_envelope_read (role, bytes, NULL) : NULL;
}

static JsonObject *
new_signed (PawlRepoDirector *self,
            const char *role,
            const char *type,
            gint64 version,
            GError **error)
{
  JsonObject *object = json_object_new ();
  g_autofree char *expires = pawl_repo_work_dup_expires (self->work, role, error);

  if (expires == NULL)
    {
      json_object_unref (object);
      return NULL;
    }
  json_object_set_string_member (object, "_type", type);
  if (self->work->dialect == PAWL_TUF_DIALECT_TUF)
    json_object_set_string_member (object, "spec_version", "1.0.34");
  json_object_set_int_member (object, "version", version);
  json_object_set_string_member (object, "expires", expires);
  return object;
}

/* ---- one device ---- */

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

static JsonObject *
make_targets (PawlRepoDirector *self, const char *device, gint64 version, GError **error)
{
  g_autoptr (JsonObject) known = pawl_repo_director_load_device (self, device, error);
  JsonObject *ecus = pawl_repo_json_get_object (known, "ecus");
  g_autoptr (GList) serials = ecus != NULL ? json_object_get_members (ecus) : NULL;
  g_autoptr (JsonObject) object =
    known != NULL ? new_signed (self, "targets",
                                pawl_repo_type_name (PAWL_TUF_TYPE_TARGETS, self->work->dialect),
                                version, error)
                  : NULL;
  JsonObject *targets;

  if (object == NULL)
    return NULL;
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
says_the_same (PawlTufMetadata *former, JsonObject *object)
{
  g_autoptr (JsonObject) before = pawl_repo_envelope_dup_signed (
    pawl_tuf_document_get_bytes (pawl_tuf_metadata_get_document (former)), "", NULL);
  g_autoptr (JsonNode) a = NULL;
  g_autoptr (JsonNode) b = NULL;

  if (before == NULL)
    return FALSE;
  a = json_node_init_object (json_node_alloc (), pawl_repo_json_get_object (before, "targets"));
  b = json_node_init_object (json_node_alloc (), pawl_repo_json_get_object (object, "targets"));
  return json_node_equal (a, b);
}

static gboolean
save_signed (PawlRepoDirector *self,
             const char *device,
             const char *role,
             JsonObject *object,
             PawlTufMetadata *root,
             GPtrArray *signers,
             GBytes **out_bytes,
             GError **error)
{
  g_autofree char *path = dup_signed_path (self, device, role);
  g_autoptr (GBytes) bytes =
    pawl_repo_sign_object (object, self->work->dialect, root, role, signers, error);

  if (bytes == NULL)
    return FALSE;
  if (self->work->dialect == PAWL_TUF_DIALECT_ATS && g_bytes_get_size (bytes) > ATS_TARGETS_MAX)
    return pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED,
                           "device %s: its targets file has %" G_GSIZE_FORMAT
                           " bytes, wanted at most %d: aktualizr reads no more",
                           device, g_bytes_get_size (bytes), ATS_TARGETS_MAX);
  if (!pawl_repo_file_write (path, bytes, 0644, error))
    return FALSE;
  *out_bytes = g_steal_pointer (&bytes);
  return TRUE;
}

/* A snapshot of the targets file, or a timestamp of the snapshot. */
static gboolean
save_describing (PawlRepoDirector *self,
                 const char *device,
                 const char *role,
                 const char *described,
                 gint64 version,
                 PawlTufMetadata *root,
                 GPtrArray *signers,
                 GBytes **bytes,
                 GError **error)
{
  PawlTufType type = pawl_repo_type_of_role (role);
  g_autoptr (JsonObject) object =
    new_signed (self, role, pawl_repo_type_name (type, self->work->dialect), version, error);
  g_autofree char *hash = pawl_tuf_hash ("sha256", *bytes);
  JsonObject *entry;

  if (object == NULL)
    return FALSE;
  entry = pawl_repo_json_ensure_object (pawl_repo_json_ensure_object (object, "meta"), described);
  json_object_set_int_member (entry, "version", version);
  json_object_set_int_member (entry, "length", (gint64) g_bytes_get_size (*bytes));
  json_object_set_string_member (pawl_repo_json_ensure_object (entry, "hashes"), "sha256", hash);
  g_clear_pointer (bytes, g_bytes_unref);
  return save_signed (self, device, role, object, root, signers, bytes, error);
}

static gboolean
sign_device (PawlRepoDirector *self,
             const char *device,
             PawlTufMetadata *root,
             PawlRepoDirectorSign *job,
             GError **error)
{
  static const PawlTufKeyFlags none = PAWL_TUF_KEY_FLAGS_NONE;
  gboolean is_tuf = self->work->dialect == PAWL_TUF_DIALECT_TUF;
  g_autoptr (PawlTufMetadata) former = load_signed (self, device, "targets");
  g_autoptr (PawlTufMetadata) last = load_signed (self, device, is_tuf ? "timestamp" : "targets");
  gint64 version = former != NULL ? pawl_tuf_metadata_get_version (former) + 1 : 1;
  g_autoptr (JsonObject) object = make_targets (self, device, version, error);
  g_autoptr (GBytes) bytes = NULL;

  if (object == NULL)
    return FALSE;
  if (former != NULL && last != NULL && says_the_same (former, object) &&
      pawl_tuf_metadata_get_expires_us (former) >= job->limit_us &&
      pawl_tuf_metadata_get_expires_us (last) >= job->limit_us &&
      pawl_tuf_metadata_verify (former, root, "targets", none, NULL) &&
      pawl_tuf_metadata_verify (last, root, is_tuf ? "timestamp" : "targets", none, NULL))
    return TRUE;
  job->devices++;
  return save_signed (self, device, "targets", object, root, job->signers, &bytes, error) &&
         (!is_tuf || (save_describing (self, device, "snapshot", "targets.json", version, root,
                                       job->signers, &bytes, error) &&
                      save_describing (self, device, "timestamp", "snapshot.json", version, root,
                                       job->signers, &bytes, error)));
}

/*< private >
 * pawl_repo_director_sign:
 * @self: a Director
 * @job: with whose keys, and what is new enough
 * @error: return location
 *
 * Signs what each device is assigned, where that is new, expires soon, or has keys that do not
 * count any more.
 *
 * Returns: %TRUE if every device has what it is assigned
 */
gboolean
pawl_repo_director_sign (PawlRepoDirector *self, PawlRepoDirectorSign *job, GError **error)
{
  g_autoptr (PawlTufMetadata) root = load_root (self, error);
  g_autoptr (GPtrArray) devices =
    root != NULL ? pawl_repo_director_list_devices (self, error) : NULL;

  if (devices == NULL ||
      !pawl_repo_work_log (self->work, error, "director sign", "%u devices", devices->len))
    return FALSE;
  for (guint i = 0; i < devices->len; i++)
    if (!sign_device (self, devices->pdata[i], root, job, error))
      {
        g_prefix_error (error, "device %s: ", (char *) devices->pdata[i]);
        return FALSE;
      }
  return TRUE;
}
