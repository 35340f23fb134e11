/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The two ways of a transaction over several ECUs: forward in their order and stopping at the first
 * failure, back in reverse and past every failure. */
#include "pawl-activate.h"

typedef struct
{
  PawlDevice *device;  /* (owned) */
  PawlUpdate *update;  /* (owned) */
  GPtrArray *left;     /* (owned) (element-type utf8): serials, in the order of the work */
  GError *first_error; /* (owned) (nullable): of going back */
  gboolean reboot_needed;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_object_unref (job->device);
  g_object_unref (job->update);
  g_ptr_array_unref (job->left);
  g_clear_error (&job->first_error);
  g_free (job);
}

static GTask *
make_task (PawlDevice *device,
           PawlUpdate *update,
           const char *const *serials,
           GCancellable *cancellable,
           GAsyncReadyCallback callback,
           gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Job *job = g_new0 (Job, 1);

  job->device = g_object_ref (device);
  job->update = g_object_ref (update);
  job->left = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; serials[i] != NULL; i++)
    g_ptr_array_add (job->left, g_strdup (serials[i]));
  g_task_set_task_data (task, job, job_free);
  return task;
}

/* The target and the installer of the ECU whose turn it is. */
static PawlInstaller *
get_first (Job *job, PawlTarget **out_target, GError **error)
{
  const char *serial = job->left->pdata[0];

  *out_target = pawl_update_dup_target (job->update, serial);
  if (*out_target != NULL)
    return pawl_device_lookup_installer (job->device, serial, error);
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_ARGUMENT,
               "the update %s has no target for the ECU %s", pawl_update_get_id (job->update),
               serial);
  return NULL;
}

/* An installer that does not say gets the reboot: one too many does no harm. */
static void
note_answer (Job *job, GVariant *answer)
{
  gboolean needed = TRUE;

  g_variant_lookup (answer, "reboot-needed", "b", &needed);
  job->reboot_needed = job->reboot_needed || needed;
}

static gboolean
finish (GAsyncResult *result, gboolean *out_reboot_needed, GError **error)
{
  Job *job = g_task_get_task_data (G_TASK (result));

  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  *out_reboot_needed = job->reboot_needed;
  return TRUE;
}

/* ---- forward ---- */

static void activate_first (GTask *task);

static void
on_activated (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Job *job = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GVariant) answer =
    pawl_installer_activate_finish (PAWL_INSTALLER (source), result, &error);

  if (answer == NULL)
    {
      g_task_return_error (task, error);
      return;
    }
  note_answer (job, answer);
  g_ptr_array_remove_index (job->left, 0);
  activate_first (g_steal_pointer (&task));
}

static void
activate_first (GTask *data)
{
  g_autoptr (GTask) task = data;
  Job *job = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autoptr (PawlTarget) target = NULL;
  PawlInstaller *installer;
  GError *error = NULL;

  if (job->left->len == 0)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  installer = get_first (job, &target, &error);
  if (installer == NULL)
    g_task_return_error (task, error);
  else
    pawl_installer_activate_async (installer, target, NULL, 0, cancellable, on_activated,
                                   g_steal_pointer (&task));
}

static void
on_armed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  g_autoptr (GVariant) answer =
    pawl_boot_control_arm_finish (PAWL_BOOT_CONTROL (source), result, &error);

  /* An answer may be nothing at all; only the error tells. */
  if (error != NULL)
    g_task_return_error (task, error);
  else
    activate_first (g_steal_pointer (&task));
}

void
pawl_activate_async (PawlDevice *device,
                     PawlUpdate *update,
                     const char *const *serials,
                     guint tries,
                     GCancellable *cancellable,
                     GAsyncReadyCallback callback,
                     gpointer user_data)
{
  GTask *task = make_task (device, update, serials, cancellable, callback, user_data);
  PawlBootControl *boot_control = pawl_device_get_boot_control (device);

  g_task_set_source_tag (task, pawl_activate_async);
  if (boot_control != NULL)
    pawl_boot_control_arm_async (boot_control, tries, NULL, 0, cancellable, on_armed, task);
  else
    activate_first (task);
}

gboolean
pawl_activate_finish (GAsyncResult *result, gboolean *out_reboot_needed, GError **error)
{
  return finish (result, out_reboot_needed, error);
}

/* ---- back ---- */

static void revert_first (GTask *task);

/* Takes @error. */
static void
end_first (GTask *task, GError *error)
{
  Job *job = g_task_get_task_data (task);

  if (error != NULL && job->first_error == NULL)
    job->first_error = error;
  else if (error != NULL)
    {
      g_warning ("%s", error->message);
      g_error_free (error);
    }
  g_ptr_array_remove_index (job->left, 0);
  revert_first (task);
}

static void
on_reverted (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  g_autoptr (GVariant) answer =
    pawl_installer_revert_finish (PAWL_INSTALLER (source), result, &error);

  if (answer != NULL)
    note_answer (g_task_get_task_data (task), answer);
  end_first (g_steal_pointer (&task), error);
}

static void
revert_first (GTask *data)
{
  g_autoptr (GTask) task = data;
  Job *job = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autoptr (PawlTarget) target = NULL;
  PawlInstaller *installer;
  GError *error = NULL;

  if (job->left->len == 0)
    {
      if (job->first_error != NULL)
        g_task_return_error (task, g_steal_pointer (&job->first_error));
      else
        g_task_return_boolean (task, TRUE);
      return;
    }
  installer = get_first (job, &target, &error);
  if (installer == NULL)
    end_first (g_steal_pointer (&task), error);
  else
    pawl_installer_revert_async (installer, target, NULL, 0, cancellable, on_reverted,
                                 g_steal_pointer (&task));
}

void
pawl_revert_async (PawlDevice *device,
                   PawlUpdate *update,
                   const char *const *serials,
                   GCancellable *cancellable,
                   GAsyncReadyCallback callback,
                   gpointer user_data)
{
  GTask *task = make_task (device, update, serials, cancellable, callback, user_data);
  Job *job = g_task_get_task_data (task);
  GPtrArray *left = job->left;

  g_task_set_source_tag (task, pawl_revert_async);
  for (guint i = 0; i < left->len / 2; i++)
    {
      gpointer last = left->pdata[left->len - 1 - i];

      left->pdata[left->len - 1 - i] = left->pdata[i];
      left->pdata[i] = last;
    }
  revert_first (task);
}

gboolean
pawl_revert_finish (GAsyncResult *result, gboolean *out_reboot_needed, GError **error)
{
  return finish (result, out_reboot_needed, error);
}
