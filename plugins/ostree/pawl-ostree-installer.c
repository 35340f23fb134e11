/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The installer's face: reads what is asked for on the main thread, and hands it to a job. */
#include "pawl-ostree-installer.h"

#include "pawl-ostree-check.h"
#include "pawl-ostree-deploy.h"
#include "pawl-ostree-job.h"
#include "pawl-ostree-keep.h"
#include "pawl-ostree-record.h"
#include "pawl-ostree-target.h"

struct _PawlOstreeInstaller
{
  GObject parent_instance;

  PawlContext *context;         /* (owned) (nullable) */
  PawlOstreeSettings *settings; /* (owned) (nullable) */
};

static void iface_init (PawlInstallerInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (PawlOstreeInstaller,
                               pawl_ostree_installer,
                               G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (PAWL_TYPE_INSTALLER, iface_init))

static void
pawl_ostree_installer_init (PawlOstreeInstaller *self)
{
}

static void
pawl_ostree_installer_dispose (GObject *object)
{
  PawlOstreeInstaller *self = PAWL_OSTREE_INSTALLER (object);

  g_clear_object (&self->context);
  g_clear_pointer (&self->settings, pawl_ostree_settings_unref);
  G_OBJECT_CLASS (pawl_ostree_installer_parent_class)->dispose (object);
}

static void
pawl_ostree_installer_class_init (PawlOstreeInstallerClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pawl_ostree_installer_dispose;
}

static gboolean
set_up (PawlInstaller *installer, PawlContext *context, GError **error)
{
  PawlOstreeInstaller *self = PAWL_OSTREE_INSTALLER (installer);

  self->settings = pawl_ostree_settings_new (context, error);
  if (self->settings == NULL)
    return FALSE;
  self->context = g_object_ref (context);
  return TRUE;
}

static GStrv
list_formats (PawlInstaller *installer)
{
  return g_strdupv ((char *[]){(char *) PAWL_OSTREE_FORMAT, NULL});
}

/* A system root in which nothing was ever deployed. */
static PawlTarget *
describe_nothing (GError **error)
{
  g_auto (GVariantDict) members = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GVariant) variant = NULL;

  g_variant_dict_insert (&members, "name", "s", "unknown");
  g_variant_dict_insert (&members, "format", "s", PAWL_OSTREE_FORMAT);
  variant = g_variant_ref_sink (g_variant_dict_end (&members));
  return pawl_target_new_from_variant (variant, error);
}

static gboolean
describe (gpointer input, PawlOperation *op, GError **error)
{
  PawlOstreeRequest *request = input;
  GCancellable *cancellable = pawl_operation_get_cancellable (op);
  g_autoptr (OstreeSysroot) sysroot =
    pawl_ostree_sysroot_open (request->settings, cancellable, error);
  g_autoptr (OstreeDeployment) running = NULL;
  g_autoptr (PawlTarget) target = NULL;

  if (sysroot == NULL)
    return FALSE;
  running = pawl_ostree_sysroot_dup_running (sysroot, request->settings->os);
  target = running != NULL ? pawl_ostree_record_describe (sysroot, running, error)
                           : describe_nothing (error);
  if (target == NULL)
    return FALSE;
  pawl_operation_complete_object (op, G_OBJECT (target));
  return TRUE;
}

static gboolean
start (PawlInstaller *installer,
       PawlTarget *target,
       GVariant *options,
       PawlOstreeJobFunc func,
       PawlOperation *op,
       GError **error)
{
  PawlOstreeInstaller *self = PAWL_OSTREE_INSTALLER (installer);
  PawlOstreeRequest *request = pawl_ostree_request_new (self->settings, target, error);

  if (request == NULL)
    return FALSE;
  g_variant_lookup (options, "need-bytes", "t", &request->need_bytes);
  pawl_ostree_job_start (target != NULL ? pawl_target_get_name (target) : self->settings->sysroot,
                         func, request, (GDestroyNotify) pawl_ostree_request_free, op);
  return TRUE;
}

static gboolean
start_describe_installed (PawlInstaller *installer,
                          GVariant *options,
                          PawlOperation *op,
                          GError **error)
{
  return start (installer, NULL, options, describe, op, error);
}

/* The ECU that this instance serves, or NULL. (transfer full) */
static PawlEcu *
find_ecu (PawlOstreeInstaller *self)
{
  g_autoptr (GListModel) ecus = pawl_context_dup_ecus (self->context);
  guint n = ecus != NULL ? g_list_model_get_n_items (ecus) : 0;

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (PawlEcu) ecu = g_list_model_get_item (ecus, i);

      if (g_strcmp0 (pawl_ecu_get_name (ecu), self->settings->name) == 0)
        return g_steal_pointer (&ecu);
    }
  return NULL;
}

static gboolean
check_hardware (PawlOstreeInstaller *self, PawlTarget *target, GError **error)
{
  const char *const *ids = pawl_target_get_hardware_ids (target);
  g_autoptr (PawlEcu) ecu = find_ecu (self);
  g_autofree char *wanted = NULL;

  if (ecu == NULL || ids == NULL || ids[0] == NULL ||
      g_strv_contains (ids, pawl_ecu_get_hardware_id (ecu)))
    return TRUE;
  wanted = g_strjoinv (", ", (GStrv) ids);
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_INCOMPATIBLE,
               "%s: the hardware of %s is %s, wanted %s", pawl_target_get_name (target),
               pawl_ecu_get_name (ecu), pawl_ecu_get_hardware_id (ecu), wanted);
  return FALSE;
}

static gboolean
start_can_install (PawlInstaller *installer,
                   PawlTarget *target,
                   GVariant *options,
                   PawlOperation *op,
                   GError **error)
{
  return check_hardware (PAWL_OSTREE_INSTALLER (installer), target, error) &&
         start (installer, target, options, pawl_ostree_check, op, error);
}

static gboolean
start_install (PawlInstaller *installer,
               PawlTarget *target,
               PawlPayload *payload,
               GVariant *options,
               PawlOperation *op,
               GError **error)
{
  return start (installer, target, options, pawl_ostree_deploy_install, op, error);
}

static gboolean
start_activate (PawlInstaller *installer,
                PawlTarget *target,
                GVariant *options,
                PawlOperation *op,
                GError **error)
{
  return start (installer, target, options, pawl_ostree_deploy_activate, op, error);
}

static gboolean
start_revert (PawlInstaller *installer,
              PawlTarget *target,
              GVariant *options,
              PawlOperation *op,
              GError **error)
{
  return start (installer, target, options, pawl_ostree_keep_revert, op, error);
}

static gboolean
start_commit (PawlInstaller *installer,
              PawlTarget *target,
              GVariant *options,
              PawlOperation *op,
              GError **error)
{
  return start (installer, target, options, pawl_ostree_keep_commit, op, error);
}

static gboolean
start_clean_up (PawlInstaller *installer, GVariant *options, PawlOperation *op, GError **error)
{
  return start (installer, NULL, options, pawl_ostree_keep_clean_up, op, error);
}

static void
iface_init (PawlInstallerInterface *iface)
{
  iface->set_up = set_up;
  iface->list_formats = list_formats;
  iface->start_describe_installed = start_describe_installed;
  iface->start_can_install = start_can_install;
  iface->start_install = start_install;
  iface->start_activate = start_activate;
  iface->start_revert = start_revert;
  iface->start_commit = start_commit;
  iface->start_clean_up = start_clean_up;
}
