/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Fetching, as one operation: for each ECU ask the installer, look at the disk, fetch, verify. The
 * steps are in this order in the file; each one's callback starts the next. */
#include "pawl-fetch.h"

#include <glib/gstdio.h>

typedef struct
{
  PawlDevice *device; /* (owned) */
  PawlUpdate *update; /* (owned) */
  GStrv serials;      /* (owned) */
  char *folder;       /* (owned) */
  guint64 reserve_bytes;
  PawlProgressMeter *meter; /* (owned) */
  guint index;              /* of the ECU that is worked for */
  PawlTarget *target;       /* (owned) (nullable): its target */
  PawlTransport *transport; /* (owned) (nullable) */
  PawlPayload *payload;     /* (owned) (nullable): absent when the transport keeps the bytes */
} Job;

static void
job_clear_target (Job *job)
{
  g_clear_object (&job->target);
  g_clear_object (&job->transport);
  g_clear_object (&job->payload);
}

static void
job_free (gpointer data)
{
  Job *job = data;

  job_clear_target (job);
  g_object_unref (job->device);
  g_object_unref (job->update);
  g_object_unref (job->meter);
  g_strfreev (job->serials);
  g_free (job->folder);
  g_free (job);
}

char *
pawl_fetch_make_path (const char *folder, PawlTarget *target)
{
  static const char *const algorithms[] = {"sha256", "sha512"};
  g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA256);

  g_checksum_update (sum, (const guchar *) pawl_target_get_name (target), -1);
  for (gsize i = 0; i < G_N_ELEMENTS (algorithms); i++)
    {
      const char *hash = pawl_target_get_hash (target, algorithms[i]);

      /* With its end, so that no two lists of words read the same. */
      g_checksum_update (sum, (const guchar *) "", 1);
      g_checksum_update (sum, (const guchar *) (hash != NULL ? hash : ""), -1);
    }
  return g_build_filename (folder, g_checksum_get_string (sum), NULL);
}

static void
fail (GTask *task, GError *error)
{
  Job *job = g_task_get_task_data (task);

  pawl_progress_meter_end (job->meter);
  g_task_return_error (task, error);
}

static void ask_installer (GTask *task);

/* ---- verify ---- */

/* Bytes that are wrong must not be gone on with. */
static void
drop_payload (Job *job)
{
  g_autofree char *path = pawl_fetch_make_path (job->folder, job->target);

  if (job->payload != NULL)
    g_unlink (path);
}

static void
on_verified (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Job *job = g_task_get_task_data (task);
  GError *error = NULL;

  if (pawl_verifier_verify_finish (PAWL_VERIFIER (source), result, &error))
    {
      job->index++;
      ask_installer (g_steal_pointer (&task));
      return;
    }
  if (g_error_matches (error, PAWL_ERROR, PAWL_ERROR_NOT_TRUSTED))
    drop_payload (job);
  fail (task, error);
}

/* ---- fetch ---- */

static void
on_fetched (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Job *job = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autoptr (PawlMonitor) monitor = NULL;
  GError *error = NULL;
  g_autoptr (GVariant) answer =
    pawl_transport_fetch_payload_finish (PAWL_TRANSPORT (source), result, &error);

  if (answer == NULL)
    {
      fail (task, error);
      return;
    }
  monitor =
    pawl_progress_meter_watch (job->meter, PAWL_PHASE_VERIFY, pawl_target_get_name (job->target));
  pawl_verifier_verify_async (pawl_device_get_verifier (job->device), job->target, job->payload,
                              NULL, 0, monitor, cancellable, on_verified, g_steal_pointer (&task));
}

static void
fetch (GTask *data)
{
  g_autoptr (GTask) task = data;
  Job *job = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autoptr (PawlMonitor) monitor =
    pawl_progress_meter_watch (job->meter, PAWL_PHASE_DOWNLOAD, pawl_target_get_name (job->target));

  pawl_transport_fetch_payload_async (job->transport, job->target,
                                      pawl_target_get_uris (job->target), job->payload, NULL, 0,
                                      monitor, cancellable, on_fetched, g_steal_pointer (&task));
}

/* ---- look at the disk ---- */

static gboolean
has_room (Job *job, guint64 free_bytes, GError **error)
{
  guint64 length = pawl_target_get_length (job->target);
  guint64 here = MIN (pawl_payload_get_length (job->payload), length);
  guint64 needed = length - here;

  if (needed <= free_bytes && free_bytes - needed >= job->reserve_bytes)
    return TRUE;
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_NO_SPACE,
               "%s: %s needs %" G_GUINT64_FORMAT " bytes and %" G_GUINT64_FORMAT
               " in reserve, and %" G_GUINT64_FORMAT " are free; make room, then it goes on",
               job->folder, pawl_target_get_name (job->target), needed, job->reserve_bytes,
               free_bytes);
  return FALSE;
}

static void
on_disk_seen (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Job *job = g_task_get_task_data (task);
  GError *error = NULL;
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GFileInfo) info =
    g_file_query_filesystem_info_finish (G_FILE (source), result, &local_error);

  if (info == NULL)
    g_set_error (&error, PAWL_ERROR, PAWL_ERROR_STORAGE, "%s: %s", job->folder,
                 local_error->message);
  else
    has_room (job, g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE),
              &error);
  if (error != NULL)
    fail (task, error);
  else
    fetch (g_steal_pointer (&task));
}

/* A transport with a store of its own looks at its own disk. */
static void
look_at_disk (GTask *data)
{
  g_autoptr (GTask) task = data;
  Job *job = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  g_autoptr (GFile) folder = g_file_new_for_path (job->folder);
  g_autofree char *path = pawl_fetch_make_path (job->folder, job->target);
  gboolean own_store = FALSE;
  GError *error = NULL;

  job->transport = pawl_device_dup_payload_transport (job->device, job->target, &own_store, &error);
  if (job->transport != NULL && !own_store)
    job->payload = pawl_payload_new_for_path (path, TRUE, &error);
  if (error != NULL)
    fail (task, error);
  else if (own_store)
    fetch (g_steal_pointer (&task));
  else
    g_file_query_filesystem_info_async (folder, G_FILE_ATTRIBUTE_FILESYSTEM_FREE,
                                        G_PRIORITY_DEFAULT, cancellable, on_disk_seen,
                                        g_steal_pointer (&task));
}

/* ---- ask the installer ---- */

static void
on_can_install (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  GError *error = NULL;
  g_autoptr (GVariant) answer =
    pawl_installer_can_install_finish (PAWL_INSTALLER (source), result, &error);

  if (answer != NULL)
    look_at_disk (g_steal_pointer (&task));
  else
    fail (task, error);
}

static PawlInstaller *
begin_target (Job *job, const char *serial, GError **error)
{
  job_clear_target (job);
  job->target = pawl_update_dup_target (job->update, serial);
  if (job->target != NULL)
    return pawl_device_lookup_installer (job->device, serial, error);
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_ARGUMENT,
               "the update %s has no target for the ECU %s", pawl_update_get_id (job->update),
               serial);
  return NULL;
}

static void
ask_installer (GTask *data)
{
  g_autoptr (GTask) task = data;
  Job *job = g_task_get_task_data (task);
  GCancellable *cancellable = g_task_get_cancellable (task);
  const char *serial = job->serials[job->index];
  PawlInstaller *installer;
  GError *error = NULL;

  if (serial == NULL)
    {
      pawl_progress_meter_end (job->meter);
      g_task_return_boolean (task, TRUE);
      return;
    }
  installer = begin_target (job, serial, &error);
  if (installer == NULL)
    fail (task, error);
  else
    pawl_installer_can_install_async (installer, job->target, NULL, 0, cancellable, on_can_install,
                                      g_steal_pointer (&task));
}

void
pawl_fetch_async (const PawlFetchRequest *request,
                  GCancellable *cancellable,
                  GAsyncReadyCallback callback,
                  gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  Job *job = g_new0 (Job, 1);

  g_task_set_source_tag (task, pawl_fetch_async);
  job->device = g_object_ref (request->device);
  job->update = g_object_ref (request->update);
  job->meter = g_object_ref (request->meter);
  job->serials = g_strdupv ((GStrv) request->serials);
  job->folder = g_strdup (request->folder);
  job->reserve_bytes = request->reserve_bytes;
  g_task_set_task_data (task, job, job_free);
  if (pawl_device_get_verifier (job->device) != NULL)
    ask_installer (g_steal_pointer (&task));
  else
    g_task_return_new_error (task, PAWL_ERROR, PAWL_ERROR_NOT_SUPPORTED,
                             "nothing can be verified: set verifier= in the group [daemon]");
}

gboolean
pawl_fetch_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_boolean (G_TASK (result), error);
}
