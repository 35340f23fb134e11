/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What Pawl remembers about a deployment, in the group `[pawl]` of its origin file: it is written
 * and removed together with the deployment, so it can neither be torn from it nor outlive it.
 *
 *   commit    the commit that this record is about; other programs copy origin files to new
 *             deployments, and a copy must not pass for the truth
 *   name, version, length, hardware-ids   of the target, for reports
 *   pending   true until the version has proved itself
 *   previous  CHECKSUM.SERIAL of what ran when this was installed: where a revert goes
 *   kept      true while Pawl's own retention pins it
 *
 * libostree removes the group `libostree-transient` and leaves all others alone. */
#include "pawl-ostree-record.h"

#define GROUP "pawl"

static char *
id_of (OstreeDeployment *deployment)
{
  return g_strdup_printf ("%s.%d", ostree_deployment_get_csum (deployment),
                          ostree_deployment_get_deployserial (deployment));
}

static void
write_target (GKeyFile *origin, PawlTarget *target)
{
  const char *const *ids = pawl_target_get_hardware_ids (target);

  g_key_file_set_string (origin, GROUP, "commit", pawl_target_get_hash (target, "sha256"));
  g_key_file_set_string (origin, GROUP, "name", pawl_target_get_name (target));
  g_key_file_set_string (origin, GROUP, "version", pawl_target_get_version (target));
  g_key_file_set_uint64 (origin, GROUP, "length", pawl_target_get_length (target));
  g_key_file_set_string_list (origin, GROUP, "hardware-ids", ids, g_strv_length ((GStrv) ids));
}

/*< private >
 * pawl_ostree_record_new:
 * @target: what is going to be deployed
 * @previous: (nullable): what runs
 * @refspec: where libostree's own tools would look for updates
 *
 * Returns: (transfer full): the origin file of the new deployment
 */
GKeyFile *
pawl_ostree_record_new (PawlTarget *target, OstreeDeployment *previous, const char *refspec)
{
  g_autoptr (GKeyFile) origin = g_key_file_new ();

  g_key_file_set_string (origin, "origin", "refspec", refspec);
  write_target (origin, target);
  g_key_file_set_boolean (origin, GROUP, "pending", TRUE);
  if (previous != NULL)
    {
      g_autofree char *id = id_of (previous);

      g_key_file_set_string (origin, GROUP, "previous", id);
    }
  return g_steal_pointer (&origin);
}

/* The origin file, if it has a record that is about this very commit. (transfer none) */
static GKeyFile *
get_valid (OstreeDeployment *deployment)
{
  GKeyFile *origin = ostree_deployment_get_origin (deployment);
  g_autofree char *commit = NULL;

  if (origin == NULL)
    return NULL;
  commit = g_key_file_get_string (origin, GROUP, "commit", NULL);
  return g_strcmp0 (commit, ostree_deployment_get_csum (deployment)) == 0 ? origin : NULL;
}

/* Whether it was installed by Pawl and has not proved itself yet. */
gboolean
pawl_ostree_record_is_pending (OstreeDeployment *deployment)
{
  GKeyFile *origin = get_valid (deployment);

  return origin != NULL && g_key_file_get_boolean (origin, GROUP, "pending", NULL);
}

/* Whether @other is what ran when @deployment was installed. */
gboolean
pawl_ostree_record_is_previous (OstreeDeployment *deployment, OstreeDeployment *other)
{
  GKeyFile *origin = get_valid (deployment);
  g_autofree char *id = id_of (other);
  g_autofree char *previous = NULL;

  if (origin == NULL)
    return FALSE;
  previous = g_key_file_get_string (origin, GROUP, "previous", NULL);
  return g_strcmp0 (previous, id) == 0;
}

/* Whether it is pinned by Pawl's own retention, and not by a person. */
gboolean
pawl_ostree_record_is_kept (OstreeDeployment *deployment)
{
  GKeyFile *origin = ostree_deployment_get_origin (deployment);

  return origin != NULL && ostree_deployment_is_pinned (deployment) &&
         g_key_file_get_boolean (origin, GROUP, "kept", NULL);
}

static void
add_recorded (GVariantDict *members, GKeyFile *origin)
{
  g_autofree char *name = g_key_file_get_string (origin, GROUP, "name", NULL);
  g_autofree char *version = g_key_file_get_string (origin, GROUP, "version", NULL);
  g_auto (GStrv) ids = g_key_file_get_string_list (origin, GROUP, "hardware-ids", NULL, NULL);

  if (name != NULL && *name != '\0')
    g_variant_dict_insert (members, "name", "s", name);
  if (version != NULL)
    g_variant_dict_insert (members, "version", "s", version);
  if (ids != NULL)
    g_variant_dict_insert (members, "hardware-ids", "^as", ids);
  g_variant_dict_insert (members, "length", "t",
                         g_key_file_get_uint64 (origin, GROUP, "length", NULL));
}

/* What the commit says of itself, for what a factory wrote without a record. */
static void
add_from_commit (GVariantDict *members, OstreeSysroot *sysroot, const char *commit)
{
  g_autoptr (GVariant) variant = NULL;
  g_autoptr (GVariant) metadata = NULL;
  const char *version;

  if (!ostree_repo_load_commit (ostree_sysroot_repo (sysroot), commit, &variant, NULL, NULL))
    return;
  metadata = g_variant_get_child_value (variant, 0);
  if (g_variant_lookup (metadata, OSTREE_COMMIT_META_KEY_VERSION, "&s", &version))
    g_variant_dict_insert (members, "version", "s", version);
}

/*< private >
 * pawl_ostree_record_describe:
 * @sysroot: a loaded system root
 * @deployment: what runs
 * @error: return location
 *
 * Describes @deployment: the commit is always the truth, the name is `unknown` unless a record says
 * it for this very commit; without one the version is the commit's own.
 *
 * Returns: (transfer full): the description
 */
PawlTarget *
pawl_ostree_record_describe (OstreeSysroot *sysroot, OstreeDeployment *deployment, GError **error)
{
  const char *commit = ostree_deployment_get_csum (deployment);
  GKeyFile *origin = get_valid (deployment);
  g_auto (GVariantDict) members = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) variant = NULL;
  GVariantBuilder hashes;

  g_variant_builder_init (&hashes, G_VARIANT_TYPE ("a{ss}"));
  g_variant_builder_add (&hashes, "{ss}", "sha256", commit);
  g_variant_dict_insert (&members, "name", "s", "unknown");
  g_variant_dict_insert (&members, "format", "s", "OSTREE");
  g_variant_dict_insert_value (&members, "hashes", g_variant_builder_end (&hashes));
  if (origin != NULL)
    add_recorded (&members, origin);
  else
    add_from_commit (&members, sysroot, commit);
  variant = g_variant_ref_sink (g_variant_dict_end (&members));
  return pawl_target_new_from_variant (variant, error);
}

/* The origin is cloned because the deployment's own is shared with whoever else holds it. */
static GKeyFile *
clone_origin (OstreeDeployment *deployment)
{
  GKeyFile *origin = ostree_deployment_get_origin (deployment);
  g_autoptr (GKeyFile) clone = g_key_file_new ();
  g_autofree char *text = origin != NULL ? g_key_file_to_data (origin, NULL, NULL) : NULL;

  if (text != NULL)
    g_key_file_load_from_data (clone, text, -1, G_KEY_FILE_KEEP_COMMENTS, NULL);
  return g_steal_pointer (&clone);
}

static gboolean
save (OstreeSysroot *sysroot, OstreeDeployment *deployment, GKeyFile *origin, GError **error)
{
  if (!ostree_sysroot_write_origin_file (sysroot, deployment, origin, NULL, error))
    return FALSE;
  ostree_deployment_set_origin (deployment, origin);
  return TRUE;
}

/* What runs is also called @target: the same commit under a new name. */
gboolean
pawl_ostree_record_set (OstreeSysroot *sysroot,
                        OstreeDeployment *deployment,
                        PawlTarget *target,
                        GError **error)
{
  g_autoptr (GKeyFile) origin = clone_origin (deployment);

  write_target (origin, target);
  return save (sysroot, deployment, origin, error);
}

/* @deployment is not pending any more; does nothing when it was not. */
gboolean
pawl_ostree_record_set_proven (OstreeSysroot *sysroot, OstreeDeployment *deployment, GError **error)
{
  g_autoptr (GKeyFile) origin = NULL;

  if (!pawl_ostree_record_is_pending (deployment))
    return TRUE;
  origin = clone_origin (deployment);
  g_key_file_remove_key (origin, GROUP, "pending", NULL);
  return save (sysroot, deployment, origin, error);
}

/* Pins @deployment for Pawl's own retention, or takes that pin away. */
gboolean
pawl_ostree_record_set_kept (OstreeSysroot *sysroot,
                             OstreeDeployment *deployment,
                             gboolean kept,
                             GError **error)
{
  g_autoptr (GKeyFile) origin = clone_origin (deployment);

  if (kept)
    g_key_file_set_boolean (origin, GROUP, "kept", TRUE);
  else
    g_key_file_remove_key (origin, GROUP, "kept", NULL);
  return save (sysroot, deployment, origin, error) &&
         ostree_sysroot_deployment_set_pinned (sysroot, deployment, kept, error);
}
