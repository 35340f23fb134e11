/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-ostree-request.h"

#include "pawl-ostree-target.h"

/*< private >
 * pawl_ostree_request_new:
 * @settings: the instance's
 * @target: (nullable): what the slot is about
 * @error: return location; #PAWL_ERROR_INCOMPATIBLE when @target is no OSTree commit
 *
 * Returns: (transfer full): the request, for a job
 */
PawlOstreeRequest *
pawl_ostree_request_new (PawlOstreeSettings *settings, PawlTarget *target, GError **error)
{
  g_autoptr (PawlOstreeRequest) self = g_new0 (PawlOstreeRequest, 1);

  self->settings = pawl_ostree_settings_ref (settings);
  if (target != NULL)
    {
      self->commit = pawl_ostree_target_dup_commit (target, error);
      if (self->commit == NULL)
        return NULL;
      self->target = g_object_ref (target);
    }
  return g_steal_pointer (&self);
}

void
pawl_ostree_request_free (PawlOstreeRequest *self)
{
  pawl_ostree_settings_unref (self->settings);
  g_clear_object (&self->target);
  g_free (self->commit);
  g_free (self);
}

/*< private >
 * pawl_ostree_scene_open:
 * @self: an empty scene
 * @settings: which system root
 * @cancellable: cancels
 * @error: return location
 *
 * Locks the system root and looks around in it.
 *
 * Returns: %TRUE if it is locked; what is in @self has to be cleared either way
 */
gboolean
pawl_ostree_scene_open (PawlOstreeScene *self,
                        const PawlOstreeSettings *settings,
                        GCancellable *cancellable,
                        GError **error)
{
  self->sysroot = pawl_ostree_sysroot_open_locked (settings, cancellable, error);
  if (self->sysroot == NULL)
    return FALSE;
  self->repo = ostree_sysroot_repo (self->sysroot);
  self->os = pawl_ostree_sysroot_dup_os (self->sysroot, settings, error);
  if (self->os == NULL)
    return FALSE;
  self->running = pawl_ostree_sysroot_dup_running (self->sysroot, self->os);
  self->is_booted = ostree_sysroot_get_booted_deployment (self->sysroot) != NULL;
  self->is_live = pawl_ostree_sysroot_is_live (self->sysroot);
  return TRUE;
}

void
pawl_ostree_scene_clear (PawlOstreeScene *self)
{
  g_clear_object (&self->running);
  g_clear_object (&self->sysroot);
  g_clear_pointer (&self->os, g_free);
}

/* Completes with the answer that install, activate and revert share. */
void
pawl_ostree_request_complete (PawlOperation *op, gboolean reboot_needed)
{
  g_auto (GVariantDict) result = G_VARIANT_DICT_INIT (NULL);

  g_variant_dict_insert (&result, "reboot-needed", "b", reboot_needed);
  pawl_operation_complete (op, g_variant_dict_end (&result));
}
