/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Installing, as one operation: for each ECU verify again, then write. */
#include "pawl-install.h"

#include "pawl-fetch.h"

typedef struct
{
  PawlDevice *device;       /* (owned) */
  PawlUpdate *update;       /* (owned) */
  GStrv serials;            /* (owned) */
  char *folder;             /* (owned) */
  PawlProgressMeter *meter; /* (owned) */
  guint index;              /* of the ECU that is worked for */
  PawlTarget *target;       /* (owned) (nullable): its target */
  PawlPayload *payload;     /* (owned) (nullable): absent when a transport keeps the bytes */
  gboolean reboot_needed;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_clear_object (&job->target);
  g_clear_object (&job->payload);
  g_object_unref (job->device);
  g_object_unref (job->update);
  g_object_unref (job->meter);
  g_strfreev (job->serials);
  g_free (job->folder);
  g_free (job);
}

static void
fail (GTask *task, GError *error)
{
  Job *job = g_task_get_task_data (task);

  pawl_progress_meter_end (job->meter);
  g_task_return_error (task, error);
}

static void verify (GTask *task);

/* ---- write ---- */

static void
on_installed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Job *job = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GVariant) answer =
    pawl_installer_install_finish (PAWL_INSTALLER (source), result, &error);
  gboolean needed = TRUE;

  if (answer == NULL)
    {
      fail (task, error);
      return;
    }
  /* An installer that does not say gets the reboot: one too many does no harm. */
  g_variant_lookup (answer, "reboot-needed", "b", &needed);
  job->reboot_needed = job->reboot_needed || needed;
  job->index++;
  verify (g_steal_pointer (&task));
}

static void
on_verified (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Job *job = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autoptr (PawlMonitor) monitor = NULL;
  PawlInstaller *installer = NULL;
  GError *error = NULL;

  if (pawl_verifier_verify_finish (PAWL_VERIFIER (source), result, &error))
    installer = pawl_device_lookup_installer (job->device, job->serials[job->index], &error);
  if (installer == NULL)
    {
      fail (task, error);
      return;
    }
  monitor =
    pawl_progress_meter_watch (job->meter, PAWL_PHASE_INSTALL, pawl_target_get_name (job->target));
  pawl_installer_install_async (installer, job->target, job->payload, NULL, 0, monitor, cancellable,
                                on_installed, g_steal_pointer (&task));
}

/* ---- verify ---- */

static gboolean
open_payload (Job *job, GError **error)
{
  g_autofree char *path = pawl_fetch_make_path (job->folder, job->target);
  g_autoptr (PawlTransport) transport = NULL;
  gboolean own_store = FALSE;

  transport = pawl_device_dup_payload_transport (job->device, job->target, &own_store, error);
  if (transport == NULL)
    return FALSE;
  if (own_store)
    return TRUE;
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_NOT_FOUND,
                   "%s: the payload of %s is no longer there; it has to be fetched again", path,
                   pawl_target_get_name (job->target));
      return FALSE;
    }
  job->payload = pawl_payload_new_for_path (path, FALSE, error);
  return job->payload != NULL;
}

static gboolean
begin_target (Job *job, const char *serial, GError **error)
{
  g_clear_object (&job->target);
  g_clear_object (&job->payload);
  job->target = pawl_update_dup_target (job->update, serial);
  if (job->target != NULL)
    return open_payload (job, error);
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_ARGUMENT,
               "the update %s has no target for the ECU %s", pawl_update_get_id (job->update),
               serial);
  return FALSE;
}

static void
verify (GTask *data)
{
  g_autoptr (GTask) task = data;
  Job *job = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  const char *serial = job->serials[job->index];
  g_autoptr (PawlMonitor) monitor = NULL;
  GError *error = NULL;

  if (serial == NULL)
    {
      pawl_progress_meter_end (job->meter);
      g_task_return_boolean (task, TRUE);
      return;
    }
  if (!begin_target (job, serial, &error))
    {
      fail (task, error);
      return;
    }
  monitor =
    pawl_progress_meter_watch (job->meter, PAWL_PHASE_VERIFY, pawl_target_get_name (job->target));
  pawl_verifier_verify_async (pawl_device_get_verifier (job->device), job->target, job->payload,
                              NULL, 0, monitor, cancellable, on_verified, g_steal_pointer (&task));
}

void
pawl_install_async (const PawlInstallRequest *request,
                    GCancellable *cancellable,
                    GAsyncReadyCallback callback,
                    gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Job *job = g_new0 (Job, 1);

  g_task_set_source_tag (task, pawl_install_async);
  job->device = g_object_ref (request->device);
  job->update = g_object_ref (request->update);
  job->meter = g_object_ref (request->meter);
  job->serials = g_strdupv ((GStrv) request->serials);
  job->folder = g_strdup (request->folder);
  g_task_set_task_data (task, job, job_free);
  if (pawl_device_get_verifier (job->device) != NULL)
    verify (g_steal_pointer (&task));
  else
    g_task_return_new_error (task, PAWL_ERROR, PAWL_ERROR_NOT_SUPPORTED,
                             "nothing can be verified: set verifier= in the group [daemon]");
}

gboolean
pawl_install_finish (GAsyncResult *result, gboolean *out_reboot_needed, GError **error)
{
  Job *job = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  *out_reboot_needed = job->reboot_needed;
  return TRUE;
}
