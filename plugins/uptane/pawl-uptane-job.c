/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-uptane-job.h"

#include <string.h>

void
pawl_uptane_job_free (PawlUptaneJob *self)
{
  g_object_unref (self->context);
  g_object_unref (self->op);
  pawl_uptane_bridge_free (self->director);
  pawl_uptane_bridge_free (self->image);
  g_strfreev (self->image_urls);
  g_free (self->director_url);
  g_free (self->events_url);
  g_free (self->state_dir);
  g_free (self->director_root);
  g_free (self->image_root);
  g_free (self->vehicle_id);
  g_free (self->key);
  memset (self->pin, 0, strlen (self->pin));
  g_free (self->pin);
  g_ptr_array_unref (self->ecus);
  g_clear_object (&self->target);
  g_clear_object (&self->payload);
  g_clear_object (&self->report);
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

/*< private >
 * pawl_uptane_job_new:
 * @context: what the host offers
 * @op: is answered
 *
 * Gathers what a worker needs. Call it on the main thread.
 *
 * Returns: (transfer full): the job
 */
PawlUptaneJob *
pawl_uptane_job_new (PawlContext *context, PawlOperation *op)
{
  PawlUptaneJob *self = g_new0 (PawlUptaneJob, 1);
  GCancellable *cancellable = pawl_operation_get_cancellable (op);
  const char *director_urls[] = {pawl_context_get_string (context, "director-url"), NULL};

  self->context = g_object_ref (context);
  self->op = g_object_ref (op);
  self->image_urls = pawl_context_dup_strv (context, "image-urls");
  self->director = pawl_uptane_bridge_new (context, director_urls, cancellable);
  self->image =
    pawl_uptane_bridge_new (context, (const char *const *) self->image_urls, cancellable);
  self->director_url = g_strdup (director_urls[0]);
  self->events_url = g_strdup (pawl_context_get_string (context, "events-url"));
  self->state_dir = g_strdup (pawl_context_get_state_dir (context));
  self->director_root = g_strdup (pawl_context_get_string (context, "director-root-file"));
  self->image_root = g_strdup (pawl_context_get_string (context, "image-root-file"));
  self->vehicle_id = g_strdup (pawl_context_get_string (context, "vehicle-id"));
  self->key = g_strdup (pawl_context_get_string (context, "ecu-key"));
  self->pin = g_strdup (pawl_context_get_string (context, "ecu-key-pin"));
  self->now_us = pawl_context_get_time_us (context);
  self->ecus = list_ecus (context);
  return self;
}

/* The first root comes with the device: whoever answers first is not trusted. The file may be
 * missing once the device has grown out of it. */
static gboolean
init_root (PawlTufClient *client, const char *file, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GBytes) bytes = NULL;
  char *data = NULL;
  gsize size = 0;

  if (!g_file_get_contents (file, &data, &size, &local_error))
    {
      g_info ("%s", local_error->message);
      return TRUE;
    }
  bytes = g_bytes_new_take (data, size);
  return pawl_tuf_client_init_root (client, bytes, error);
}

static PawlTufClient *
make_client (PawlUptaneJob *self,
             const char *name,
             const char *root,
             PawlUptaneBridge *bridge,
             PawlTufClientFlags flags,
             GError **error)
{
  g_autofree char *folder = g_build_filename (self->state_dir, name, NULL);
  g_autoptr (PawlTufStore) store = pawl_tuf_store_new (folder);
  g_autoptr (PawlTufClient) client = pawl_tuf_client_new (name, store, flags);

  pawl_tuf_client_set_fetch (client, pawl_uptane_bridge_fetch, bridge);
  return init_root (client, root, error) ? g_steal_pointer (&client) : NULL;
}

static void
add_ecu (PawlTufUptane *uptane, PawlUptaneState *state, PawlEcu *ecu)
{
  const char *serial = pawl_ecu_get_serial (ecu);
  g_autoptr (PawlTarget) installed = pawl_ecu_dup_installed (ecu);
  g_autofree char *group = g_strconcat ("ecu ", serial, NULL);

  pawl_tuf_uptane_add_ecu (uptane, serial, pawl_ecu_get_hardware_id (ecu));
  pawl_tuf_uptane_set_installed (uptane, serial,
                                 installed != NULL ? pawl_target_get_name (installed) : NULL,
                                 installed != NULL ? pawl_target_get_hash (installed, "sha256")
                                                   : NULL,
                                 pawl_uptane_state_get_int (state, group, "release-counter"));
}

/*< private >
 * pawl_uptane_job_make_uptane:
 * @self: a job
 * @state: what is remembered
 * @out_image: (out) (transfer full): the Image repository
 * @error: return location
 *
 * Returns: (transfer full): the verification of this device
 */
PawlTufUptane *
pawl_uptane_job_make_uptane (PawlUptaneJob *self,
                             PawlUptaneState *state,
                             PawlTufClient **out_image,
                             GError **error)
{
  g_autoptr (PawlTufClient) director =
    make_client (self, "director", self->director_root, self->director,
                 PAWL_TUF_CLIENT_FLAGS_DIRECTOR, error);
  g_autoptr (PawlTufClient) image = director != NULL
                                      ? make_client (self, "image", self->image_root, self->image,
                                                     PAWL_TUF_CLIENT_FLAGS_NONE, error)
                                      : NULL;
  PawlTufUptane *uptane;

  if (image == NULL)
    return NULL;
  uptane = pawl_tuf_uptane_new (director, image);
  pawl_tuf_uptane_set_vehicle_id (uptane, *self->vehicle_id != '\0' ? self->vehicle_id : NULL);
  for (guint i = 0; i < self->ecus->len; i++)
    add_ecu (uptane, state, self->ecus->pdata[i]);
  *out_image = g_steal_pointer (&image);
  return uptane;
}
