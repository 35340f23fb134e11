/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-tuf-job.h"

#include "pawl-tuf-select.h"

/* One worker at a time: they share the trusted store. */
static GMutex work_lock;

static void
job_free (gpointer data)
{
  PawlTufJob *self = data;

  g_object_unref (self->context);
  g_object_unref (self->op);
  pawl_tuf_bridge_free (self->bridge);
  g_free (self->state_dir);
  g_free (self->root_file);
  g_free (self->channel);
  g_free (self->device_id);
  g_strfreev (self->targets_urls);
  g_ptr_array_unref (self->ecus);
  g_ptr_array_unref (self->decisions);
  g_clear_object (&self->target);
  g_clear_object (&self->payload);
  g_free (self);
}

static PawlTufClientFlags
get_flags (PawlContext *context)
{
  PawlTufClientFlags flags = PAWL_TUF_CLIENT_FLAGS_NONE;

  if (pawl_context_get_boolean (context, "allow-pkcs1"))
    flags |= PAWL_TUF_CLIENT_FLAGS_ALLOW_PKCS1;
  if (pawl_context_get_boolean (context, "relax-key-ids"))
    flags |= PAWL_TUF_CLIENT_FLAGS_RELAX_KEY_IDS;
  return flags;
}

/*< private >
 * pawl_tuf_job_new:
 * @context: what the host offers
 * @op: is answered
 * @source: (nullable): a folder's or repository's address instead of the configured ones
 *
 * Gathers what a worker needs. Call it on the main thread.
 *
 * Returns: (transfer full): the job; given to one of the functions below
 */
PawlTufJob *
pawl_tuf_job_new (PawlContext *context, PawlOperation *op, const char *source)
{
  PawlTufJob *self = g_new0 (PawlTufJob, 1);
  g_auto (GStrv) bases = pawl_context_dup_strv (context, "metadata-urls");

  if (source != NULL)
    {
      g_strfreev (bases);
      bases = g_strdupv ((char *[]){(char *) source, NULL});
    }
  else
    self->targets_urls = pawl_context_dup_strv (context, "targets-urls");
  if (self->targets_urls == NULL || self->targets_urls[0] == NULL)
    {
      g_strfreev (self->targets_urls);
      self->targets_urls = pawl_tuf_plugin_make_uris ((const char *const *) bases, "targets");
    }
  self->context = g_object_ref (context);
  self->op = g_object_ref (op);
  self->bridge =
    pawl_tuf_bridge_new (context, (const char *const *) bases, pawl_operation_get_cancellable (op));
  self->state_dir = g_strdup (pawl_context_get_state_dir (context));
  self->root_file = g_strdup (pawl_context_get_string (context, "root-file"));
  self->channel = g_strdup (pawl_context_get_string (context, "channel"));
  self->device_id = g_strdup (pawl_context_get_device_id (context));
  self->flags = get_flags (context);
  self->now_us = pawl_context_get_time_us (context);
  self->ecus = pawl_tuf_plugin_dup_ecus (context);
  self->decisions = g_ptr_array_new_with_free_func (g_object_unref);
  return self;
}

/* ---- check ---- */

static PawlUpdate *
select_all (PawlTufJob *self, PawlTufClient *client, GError **error)
{
  PawlTufChoice choice = {client,          self->targets_urls, self->channel,
                          self->device_id, self->now_us,       self->decisions};
  GVariantBuilder builder;
  g_autoptr (GVariant) targets = NULL;
  g_autoptr (GString) title = g_string_new (NULL);
  gboolean done = TRUE;

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a{sa{sv}}"));
  for (guint i = 0; i < self->ecus->len && done; i++)
    {
      g_autoptr (GVariant) target = NULL;
      const char *name = NULL;

      done = pawl_tuf_select (&choice, self->ecus->pdata[i], &target, error);
      if (target == NULL)
        continue;
      g_variant_lookup (target, "name", "&s", &name);
      g_string_append_printf (title, "%s%s", title->len > 0 ? ", " : "", name);
      g_variant_builder_add (&builder, "{s@a{sv}}", pawl_ecu_get_serial (self->ecus->pdata[i]),
                             target);
    }
  targets = g_variant_ref_sink (g_variant_builder_end (&builder));
  return done ? pawl_tuf_plugin_make_update (targets, NULL, title->str, error) : NULL;
}

static void
check_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  PawlTufJob *self = data;
  GError *error = NULL;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&work_lock);
  g_autoptr (PawlTufClient) client =
    pawl_tuf_bridge_make_client (self->bridge, "repository", self->state_dir, self->root_file,
                                 self->flags, &error);
  g_autoptr (PawlUpdate) update = NULL;

  if (client != NULL && pawl_tuf_client_refresh (client, self->now_us, &error))
    update = select_all (self, client, &error);
  if (update != NULL)
    g_task_return_pointer (task, g_steal_pointer (&update), g_object_unref);
  else
    g_task_return_error (task, error);
}

static void
on_checked (GObject *source, GAsyncResult *result, gpointer data)
{
  PawlTufJob *self = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlUpdate) update = g_task_propagate_pointer (G_TASK (result), &error);

  for (guint i = 0; i < self->decisions->len; i++)
    pawl_context_note_decision (self->context, self->decisions->pdata[i]);
  if (update != NULL)
    {
      /* Metadata that is fresh at this time proves it, as far as it lives. */
      pawl_context_raise_time_floor (self->context, self->now_us);
      pawl_operation_complete_object (self->op, G_OBJECT (update));
    }
  else
    pawl_tuf_plugin_answer_failure (self->op, self->context, error);
}

/*< private >
 * pawl_tuf_job_check:
 * @self: (transfer full): a job
 *
 * Refreshes the metadata and chooses a target for each ECU.
 */
void
pawl_tuf_job_check (PawlTufJob *self)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, on_checked, NULL);

  g_task_set_source_tag (task, pawl_tuf_job_check);
  g_task_set_task_data (task, self, job_free);
  g_task_run_in_thread (task, check_in_thread);
}

/* ---- verify ---- */

static gboolean
is_for_this_device (PawlTufJob *self, PawlTufFound *found, GError **error)
{
  for (guint i = 0; i < self->ecus->len; i++)
    if (pawl_tuf_target_has_hardware (found->metadata, found->target,
                                      pawl_ecu_get_hardware_id (self->ecus->pdata[i])))
      return TRUE;
  g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_BAD_HARDWARE,
               "%s: no ECU of this device is of the hardware that it is for",
               pawl_target_get_name (self->target));
  return FALSE;
}

static gboolean
verify (PawlTufJob *self, GError **error)
{
  g_autoptr (PawlTufStore) store = pawl_tuf_store_new (self->state_dir);
  g_autoptr (PawlTufClient) client = pawl_tuf_client_new ("repository", store, self->flags);
  const char *name = pawl_target_get_name (self->target);
  g_autoptr (PawlTufFound) found = NULL;
  g_autoptr (GInputStream) stream = NULL;

  if (!pawl_tuf_client_load_trusted (client, self->now_us, error))
    return FALSE;
  found = pawl_tuf_client_find_target (client, name, NULL, error);
  if (found == NULL ||
      !pawl_tuf_plugin_check_target (found->metadata, found->target, self->target, error) ||
      !is_for_this_device (self, found, error))
    return FALSE;
  if (self->payload == NULL)
    return TRUE;
  stream = pawl_payload_open (self->payload);
  return pawl_tuf_check_artifact (found->metadata, found->target, name, stream,
                                  pawl_operation_get_cancellable (self->op), error);
}

static void
verify_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&work_lock);
  GError *error = NULL;

  if (verify (data, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
on_verified (GObject *source, GAsyncResult *result, gpointer data)
{
  PawlTufJob *self = g_task_get_task_data (G_TASK (result));
  g_autoptr (GError) error = NULL;

  if (g_task_propagate_boolean (G_TASK (result), &error))
    pawl_tuf_plugin_answer_verified (self->op, self->target);
  else
    pawl_tuf_plugin_answer_failure (self->op, self->context, error);
}

/*< private >
 * pawl_tuf_job_verify:
 * @self: (transfer full): a job
 * @target: what is said to be genuine
 * @payload: (nullable): its bytes
 *
 * Proves it from the trusted store, without fetching anything.
 */
void
pawl_tuf_job_verify (PawlTufJob *self, PawlTarget *target, PawlPayload *payload)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, on_verified, NULL);

  self->target = g_object_ref (target);
  self->payload = payload != NULL ? g_object_ref (payload) : NULL;
  g_task_set_source_tag (task, pawl_tuf_job_verify);
  g_task_set_task_data (task, self, job_free);
  g_task_run_in_thread (task, verify_in_thread);
}
