/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-repo-target.h"

#include "pawl-repo-envelope.h"
#include "pawl-repo-error.h"
#include "pawl-repo-file.h"
#include "pawl-repo-stage.h"

#include <string.h>

/* aktualizr's limit, and below that of file systems, as a hash is put before it. */
#define NAME_MAX_LENGTH 180

void
pawl_repo_target_clear (PawlRepoTarget *self)
{
  g_clear_pointer (&self->name, g_free);
  g_clear_pointer (&self->version, g_free);
  g_clear_pointer (&self->hardware_ids, g_strfreev);
  g_clear_pointer (&self->format, g_free);
  g_clear_pointer (&self->uri, g_free);
  g_clear_pointer (&self->custom, g_free);
  g_clear_pointer (&self->channels, g_strfreev);
  pawl_repo_rollout_clear (&self->rollout);
  g_clear_pointer (&self->kargs_add, g_strfreev);
  g_clear_pointer (&self->kargs_remove, g_strfreev);
  g_clear_pointer (&self->kargs_keep, g_strfreev);
}

static gboolean
has_control (const char *text)
{
  for (const char *c = text; *c != '\0'; c++)
    if ((guchar) *c < ' ' || *c == 0x7f || *c == '\\')
      return TRUE;
  return FALSE;
}

/*< private >
 * pawl_repo_target_check_name:
 * @name: a target's name
 * @error: return location
 *
 * The name becomes a path below the published folder, and part of an address.
 *
 * Returns: %TRUE if @name is relative, without `.` and `..`, and in normal form (Uptane 2.1, 5.2)
 */
gboolean
pawl_repo_target_check_name (const char *name, GError **error)
{
  g_autofree char *normal = g_utf8_normalize (name, -1, G_NORMALIZE_NFC);
  g_auto (GStrv) parts = g_strsplit (name, "/", -1);
  gboolean good =
    normal != NULL && *name != '\0' && strlen (name) <= NAME_MAX_LENGTH && !has_control (name);

  for (guint i = 0; parts[i] != NULL && good; i++)
    good = *parts[i] != '\0' && !g_str_equal (parts[i], ".") && !g_str_equal (parts[i], "..");
  if (!good)
    return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                           "target “%s”: wanted a relative path of at most %d bytes of UTF-8, "
                           "without “.”, “..”, “\\” and control characters",
                           name, NAME_MAX_LENGTH);
  return g_str_equal (normal, name) ||
         pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                         "target “%s”: the name is not in Unicode's normal form C: devices compare "
                         "bytes",
                         name);
}

static void
set_strings (JsonObject *object, const char *name, char **strings)
{
  if (strings != NULL)
    json_object_set_array_member (object, name,
                                  pawl_repo_json_new_strings ((const char *const *) strings));
}

static void
set_string (JsonObject *object, const char *name, const char *text)
{
  if (text != NULL)
    json_object_set_string_member (object, name, text);
}

static JsonObject *
make_kargs (PawlRepoTarget *target)
{
  JsonObject *kargs = json_object_new ();

  set_strings (kargs, "keep", target->kargs_keep);
  set_strings (kargs, "remove", target->kargs_remove);
  set_strings (kargs, "add", target->kargs_add);
  return kargs;
}

static JsonObject *
make_custom (PawlRepoTarget *target, GError **error)
{
  g_autoptr (JsonObject) custom = NULL;
  g_autoptr (JsonObject) kargs = make_kargs (target);
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *created = g_date_time_format (now, "%Y-%m-%dT%H:%M:%SZ");
  g_autoptr (GBytes) bytes = NULL;

  if (target->custom != NULL)
    {
      bytes = g_bytes_new (target->custom, strlen (target->custom));
      custom = pawl_repo_json_parse (bytes, "--custom", error);
    }
  else
    custom = json_object_new ();
  if (custom == NULL)
    return NULL;
  set_string (custom, "name", target->name);
  set_string (custom, "version", target->version);
  set_string (custom, "targetFormat", target->format);
  set_string (custom, "uri", target->uri);
  set_string (custom, "createdAt", created);
  set_strings (custom, "hardwareIds", target->hardware_ids);
  set_strings (custom, "channels", target->channels);
  if (target->downgrade)
    json_object_set_boolean_member (custom, "allowDowngrade", TRUE);
  if (!pawl_repo_rollout_apply (&target->rollout, custom, error))
    return NULL;
  if (json_object_get_size (kargs) > 0)
    json_object_set_object_member (custom, "kargs", json_object_ref (kargs));
  return g_steal_pointer (&custom);
}

/* A delegated role that lists what it may not speak about would be believed by nobody. */
static gboolean
check_delegated (PawlRepoWork *work, const char *role, const char *name, GError **error)
{
  g_autoptr (PawlTufMetadata) delegator = NULL;
  g_autoptr (GPtrArray) found = NULL;

  if (g_str_equal (role, "targets"))
    return TRUE;
  delegator = pawl_repo_stage_load_delegator (work, role, error);
  if (delegator == NULL)
    return FALSE;
  found = pawl_tuf_metadata_find_delegations (delegator, name, NULL);
  for (guint i = 0; i < found->len; i++)
    if (g_str_equal (((PawlTufDelegation *) found->pdata[i])->role, role))
      return TRUE;
  return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                         "target %s: it is in no path that is delegated to role %s", name, role);
}

static gboolean
stage (PawlRepoWork *work,
       const char *role,
       PawlRepoTarget *target,
       guint64 length,
       JsonObject *hashes,
       GError **error)
{
  g_autoptr (JsonObject) signed_part = NULL;
  g_autoptr (JsonObject) custom = NULL;
  JsonObject *entry;

  if (!check_delegated (work, role, target->name, error))
    return FALSE;
  custom = make_custom (target, error);
  signed_part = custom != NULL ? pawl_repo_stage_begin (work, role, error) : NULL;
  if (signed_part == NULL ||
      !pawl_repo_work_log (work, error, "target add", "%s in %s, sha256 %s", target->name, role,
                           pawl_repo_json_get_string (hashes, "sha256")))
    return FALSE;
  entry = json_object_new ();
  json_object_set_int_member (entry, "length", (gint64) length);
  json_object_set_object_member (entry, "hashes", json_object_ref (hashes));
  json_object_set_object_member (entry, "custom", json_object_ref (custom));
  json_object_set_object_member (pawl_repo_json_ensure_object (signed_part, "targets"),
                                 target->name, entry);
  return pawl_repo_stage_save (work, role, signed_part, error);
}

/*< private >
 * pawl_repo_target_add_file:
 * @work: a work folder
 * @role: the role that shall list it
 * @target: what is said about it
 * @path: its bytes
 * @error: return location
 *
 * Copies the bytes into the work folder and stages the target.
 *
 * Returns: %TRUE when both are on the disk
 */
gboolean
pawl_repo_target_add_file (PawlRepoWork *work,
                           const char *role,
                           PawlRepoTarget *target,
                           const char *path,
                           GError **error)
{
  g_auto (PawlRepoDigest) digest = {NULL, NULL, 0};
  g_autoptr (JsonObject) hashes = json_object_new ();
  g_autofree char *content = NULL;

  if (!pawl_repo_target_check_name (target->name, error) ||
      !pawl_repo_file_digest (path, &digest, error))
    return FALSE;
  content = pawl_repo_work_dup_content_path (work, digest.sha256);
  if (!g_file_test (content, G_FILE_TEST_EXISTS) &&
      !pawl_repo_file_copy (path, content, digest.sha256, error))
    return FALSE;
  json_object_set_string_member (hashes, "sha256", digest.sha256);
  json_object_set_string_member (hashes, "sha512", digest.sha512);
  return stage (work, role, target, digest.length, hashes, error);
}

/*< private >
 * pawl_repo_target_add_commit:
 * @work: a work folder
 * @role: the role that shall list it
 * @target: what is said about it
 * @commit: an OSTree commit
 * @error: return location
 *
 * Stages a commit: its id takes the place of the hash, and its length is 0.
 *
 * Returns: %TRUE when it is staged
 */
gboolean
pawl_repo_target_add_commit (PawlRepoWork *work,
                             const char *role,
                             PawlRepoTarget *target,
                             const char *commit,
                             GError **error)
{
  g_autoptr (JsonObject) hashes = json_object_new ();

  if (!pawl_repo_target_check_name (target->name, error))
    return FALSE;
  g_free (target->format);
  target->format = g_strdup ("OSTREE");
  json_object_set_string_member (hashes, "sha256", commit);
  return stage (work, role, target, 0, hashes, error);
}

/*< private >
 * pawl_repo_target_set_rollout:
 * @work: a work folder
 * @role: the role that lists it
 * @name: a target
 * @rollout: its new policy; one that says nothing takes the old one away
 * @error: return location
 *
 * Returns: %TRUE when the change is staged
 */
gboolean
pawl_repo_target_set_rollout (PawlRepoWork *work,
                              const char *role,
                              const char *name,
                              PawlRepoRollout *rollout,
                              GError **error)
{
  g_autoptr (JsonObject) signed_part = pawl_repo_stage_begin (work, role, error);
  JsonObject *targets = pawl_repo_json_get_object (signed_part, "targets");
  JsonObject *entry = pawl_repo_json_get_object (targets, name);
  JsonObject *custom;

  if (signed_part == NULL)
    return FALSE;
  if (entry == NULL)
    return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                           "target %s: role %s does not list it: see “pawl-repo target list”", name,
                           role);
  custom = pawl_repo_json_ensure_object (entry, "custom");
  if (!pawl_repo_rollout_is_set (rollout) && json_object_has_member (custom, "rollout"))
    json_object_remove_member (custom, "rollout");
  return pawl_repo_rollout_apply (rollout, custom, error) &&
         pawl_repo_work_log (work, error, "target rollout", "%s in %s", name, role) &&
         pawl_repo_stage_save (work, role, signed_part, error);
}

/*< private >
 * pawl_repo_target_remove:
 * @work: a work folder
 * @role: the role that lists it
 * @name: a target
 * @out_sha256: (out) (optional): what it was
 * @error: return location
 *
 * Returns: %TRUE when the next version of @role does not list it
 */
gboolean
pawl_repo_target_remove (PawlRepoWork *work,
                         const char *role,
                         const char *name,
                         char **out_sha256,
                         GError **error)
{
  g_autoptr (JsonObject) signed_part = pawl_repo_stage_begin (work, role, error);
  JsonObject *targets = pawl_repo_json_get_object (signed_part, "targets");
  JsonObject *entry = pawl_repo_json_get_object (targets, name);

  if (signed_part == NULL)
    return FALSE;
  if (entry == NULL)
    return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                           "target %s: role %s does not list it: see “pawl-repo target list”", name,
                           role);
  if (out_sha256 != NULL)
    *out_sha256 =
      g_strdup (pawl_repo_json_get_string (pawl_repo_json_get_object (entry, "hashes"), "sha256"));
  json_object_remove_member (targets, name);
  return pawl_repo_stage_save (work, role, signed_part, error);
}
