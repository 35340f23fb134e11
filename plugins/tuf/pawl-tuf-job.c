/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-tuf-job.h"

#include "pawl-tuf-failure.h"
#include "pawl-tuf-select.h"

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

static GPtrArray *
list_ecus (PawlContext *context)
{
  g_autoptr (GListModel) list = pawl_context_dup_ecus (context);
  GPtrArray *ecus = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    g_ptr_array_add (ecus, g_list_model_get_item (list, i));
  return ecus;
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
      self->targets_urls = pawl_tuf_bridge_make_uris ((const char *const *) bases, "targets");
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
  self->ecus = list_ecus (context);
  self->decisions = g_ptr_array_new_with_free_func (g_object_unref);
  return self;
}

static PawlTufClient *
make_client (PawlTufJob *self)
{
  g_autoptr (PawlTufStore) store = pawl_tuf_store_new (self->state_dir);
  PawlTufClient *client = pawl_tuf_client_new ("repository", store, self->flags);

  pawl_tuf_client_set_fetch (client, pawl_tuf_bridge_fetch, self->bridge);
  return client;
}

/* ---- check ---- */

/* The first root comes with the device: whoever answers first is not trusted. The file may be
 * missing once the device has grown out of it. */
static gboolean
init_root (PawlTufJob *self, PawlTufClient *client, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  char *data = NULL;
  gsize size = 0;

  if (!g_file_get_contents (self->root_file, &data, &size, &local_error))
    {
      g_info ("%s", local_error->message);
      return TRUE;
    }
  bytes = g_bytes_new_take (data, size);
  return pawl_tuf_client_init_root (client, bytes, error);
}

static char *
make_id (GVariant *targets)
{
  g_autofree char *text = g_variant_print (targets, FALSE);
  char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);

  sum[32] = '\0';
  return sum;
}

static PawlUpdate *
make_update (GVariant *targets, const char *title, GError **error)
{
  g_auto (GVariantDict) members = G_VARIANT_DICT_INIT (NULL);
  g_autofree char *id = make_id (targets);
  g_autoptr (GVariant) variant = NULL;

  g_variant_dict_insert (&members, "id", "s", id);
  g_variant_dict_insert_value (&members, "targets", targets);
  g_variant_dict_insert (&members, "title", "s", title);
  variant = g_variant_ref_sink (g_variant_dict_end (&members));
  return pawl_update_new_from_variant (variant, error);
}

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
  return done ? make_update (targets, title->str, error) : NULL;
}

static void
check_in_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  PawlTufJob *self = data;
  g_autoptr (PawlTufClient) client = make_client (self);
  g_autoptr (PawlUpdate) update = NULL;
  GError *error = NULL;

  if (init_root (self, client, &error) && pawl_tuf_client_refresh (client, self->now_us, &error))
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
    pawl_operation_complete_object (self->op, G_OBJECT (update));
  else
    pawl_tuf_failure_answer (self->op, self->context, error);
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

/* What is asked about has to be what the metadata says, hash by hash. */
static gboolean
is_described (PawlTufJob *self, PawlTufFound *found, GError **error)
{
  g_autoptr (GVariant) members =
    pawl_tuf_target_to_variant (found->metadata, found->target, pawl_target_get_name (self->target),
                                NULL);
  g_autoptr (PawlTarget) genuine = pawl_target_new_from_variant (members, error);

  if (genuine == NULL)
    return FALSE;
  if (pawl_target_get_length (genuine) == pawl_target_get_length (self->target) &&
      g_variant_equal (pawl_target_get_hashes (genuine), pawl_target_get_hashes (self->target)))
    return TRUE;
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_NOT_TRUSTED,
               "%s: its length or hashes are not those of the metadata",
               pawl_target_get_name (self->target));
  return FALSE;
}

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
  g_autoptr (PawlTufClient) client = make_client (self);
  const char *name = pawl_target_get_name (self->target);
  g_autoptr (PawlTufFound) found = NULL;
  g_autoptr (GInputStream) stream = NULL;

  pawl_tuf_client_set_fetch (client, NULL, NULL);
  if (!pawl_tuf_client_load_trusted (client, self->now_us, error))
    return FALSE;
  found = pawl_tuf_client_find_target (client, name, NULL, error);
  if (found == NULL || !is_described (self, found, error) ||
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
  g_auto (GVariantDict) answer = G_VARIANT_DICT_INIT (NULL);
  g_autoptr (GError) error = NULL;

  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      pawl_tuf_failure_answer (self->op, self->context, error);
      return;
    }
  g_variant_dict_insert (&answer, "verified", "b", TRUE);
  g_variant_dict_insert (&answer, "target", "s", pawl_target_get_name (self->target));
  pawl_operation_complete (self->op, g_variant_dict_end (&answer));
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
