/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-rehearsal.h"

typedef struct
{
  PawlUpdate *update;    /* (owned) */
  GPtrArray *confirmers; /* (owned) (element-type PawlInstance): of the device */
  guint next;
} Job;

static void
job_free (gpointer data)
{
  Job *job = data;

  g_object_unref (job->update);
  g_ptr_array_unref (job->confirmers);
  g_free (job);
}

static void ask_next (GTask *task);

static void
on_rehearsed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Job *job = g_task_get_task_data (task);
  PawlInstance *instance = job->confirmers->pdata[job->next++];
  g_autoptr (GError) error = NULL;
  g_autoptr (GVariant) answer =
    pawl_confirmer_begin_trial_finish (PAWL_CONFIRMER (source), result, &error);

  if (error != NULL && instance->required)
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  if (error != NULL)
    g_message ("%s", error->message);
  ask_next (g_steal_pointer (&task));
}

static void
ask_next (GTask *data)
{
  g_autoptr (GTask) task = data;
  Job *job = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_auto (GVariantDict) options = G_VARIANT_DICT_INIT (NULL);
  PawlInstance *instance;

  if (job->next == job->confirmers->len)
    {
      g_task_return_boolean (task, TRUE);
      return;
    }
  instance = job->confirmers->pdata[job->next];
  g_variant_dict_insert (&options, "rehearse", "b", TRUE);
  pawl_confirmer_begin_trial_async (PAWL_CONFIRMER (instance->object), job->update,
                                    g_variant_dict_end (&options), 0, cancellable, on_rehearsed,
                                    g_steal_pointer (&task));
}

void
pawl_rehearsal_async (PawlDevice *device,
                      PawlUpdate *update,
                      GCancellable *cancellable,
                      GAsyncReadyCallback callback,
                      gpointer user_data)
{
  GTask *task = g_task_new (device, cancellable, callback, user_data);
  Job *job = g_new0 (Job, 1);

  job->update = g_object_ref (update);
  job->confirmers = pawl_device_list (device, PAWL_TYPE_CONFIRMER);
  g_task_set_source_tag (task, pawl_rehearsal_async);
  g_task_set_task_data (task, job, job_free);
  ask_next (task);
}

gboolean
pawl_rehearsal_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
