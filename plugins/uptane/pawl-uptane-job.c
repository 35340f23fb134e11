/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-uptane-job.h"

#include <string.h>

void
pawl_uptane_job_free (PawlUptaneJob *self)
{
  g_object_unref (self->context);
  g_object_unref (self->op);
  pawl_tuf_bridge_free (self->director);
  pawl_tuf_bridge_free (self->image);
  g_strfreev (self->image_urls);
  g_free (self->source);
  g_free (self->director_url);
  g_free (self->events_url);
  g_free (self->gateway);
  g_strfreev (self->report_fields);
  g_free (self->packages_file);
  g_free (self->state_dir);
  g_free (self->lockbox_dir);
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

/* (transfer full): what is configured, or @path below the gateway; empty without both. */
static char *
choose_url (PawlContext *context, const char *key, const char *path)
{
  const char *url = pawl_context_get_string (context, key);
  const char *const gateway[] = {pawl_context_get_string (context, "server-url"), NULL};
  g_auto (GStrv) below = NULL;

  if (*url != '\0' || *gateway[0] == '\0')
    return g_strdup (url);
  below = pawl_tuf_plugin_make_uris (gateway, path);
  return g_strdup (below[0]);
}

static GStrv
choose_image_urls (PawlContext *context)
{
  g_auto (GStrv) urls = pawl_context_dup_strv (context, "image-urls");
  const char *const gateway[] = {pawl_context_get_string (context, "server-url"), NULL};

  return urls[0] != NULL ? g_steal_pointer (&urls) : pawl_tuf_plugin_make_uris (gateway, "repo");
}

/* A medium has a folder for each device of the Director, or one for this device alone; or it is a
 * lockbox. Each is a place where a file may be. */
static GStrv
make_director_bases (PawlContext *context, const char *source)
{
  const char *const bases[] = {source, NULL};
  const char *vehicle_id = pawl_context_get_string (context, "vehicle-id");
  g_autofree char *name =
    g_uri_escape_string (*vehicle_id != '\0' ? vehicle_id : pawl_context_get_device_id (context),
                         NULL, FALSE);
  g_autofree char *own = g_strconcat ("director/", name, NULL);
  const char *const paths[] = {"metadata/director", own, "director"};
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (gsize i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_auto (GStrv) below = pawl_tuf_plugin_make_uris (bases, paths[i]);

      g_strv_builder_addv (builder, (const char **) below);
    }
  return g_strv_builder_end (builder);
}

/* Where both repositories are: at their servers, or on a medium. */
static void
choose_repositories (PawlUptaneJob *self, GCancellable *cancellable)
{
  const char *const source[] = {self->source, NULL};
  const char *const server[] = {self->director_url, NULL};
  g_auto (GStrv) director = self->source != NULL ? make_director_bases (self->context, self->source)
                                                 : g_strdupv ((char **) server);
  g_auto (GStrv) lockbox = pawl_tuf_plugin_make_uris (source, "metadata/image-repo");
  g_auto (GStrv) folder = pawl_tuf_plugin_make_uris (source, "repo");
  const char *both[] = {lockbox[0], folder[0], NULL};
  const char *const *image = self->source != NULL ? both : (const char *const *) self->image_urls;

  self->director = pawl_tuf_bridge_new (self->context, (const char *const *) director, cancellable);
  self->image = pawl_tuf_bridge_new (self->context, image, cancellable);
}

/*< private >
 * pawl_uptane_job_new:
 * @context: what the host offers
 * @op: is answered
 * @source: (nullable): the address of a medium, to be read instead of asking the servers
 *
 * Gathers what a worker needs. Call it on the main thread.
 *
 * Returns: (transfer full): the job
 */
PawlUptaneJob *
pawl_uptane_job_new (PawlContext *context, PawlOperation *op, const char *source)
{
  PawlUptaneJob *self = g_new0 (PawlUptaneJob, 1);

  self->context = g_object_ref (context);
  self->op = g_object_ref (op);
  self->image_urls = choose_image_urls (context);
  self->source = g_strdup (source);
  self->director_url = choose_url (context, "director-url", "director");
  choose_repositories (self, pawl_operation_get_cancellable (op));
  self->events_url = choose_url (context, "events-url", "events");
  self->gateway = g_strdup (pawl_context_get_string (context, "server-url"));
  self->report_fields = pawl_context_dup_strv (context, "report-fields");
  self->packages_file = g_strdup (pawl_context_get_string (context, "packages-file"));
  self->state_dir = g_strdup (pawl_context_get_state_dir (context));
  self->lockbox_dir = g_build_filename (self->state_dir, "offline", NULL);
  self->director_root = g_strdup (pawl_context_get_string (context, "director-root-file"));
  self->image_root = g_strdup (pawl_context_get_string (context, "image-root-file"));
  self->vehicle_id = g_strdup (pawl_context_get_string (context, "vehicle-id"));
  self->key = g_strdup (pawl_context_get_string (context, "ecu-key"));
  self->pin = g_strdup (pawl_context_get_string (context, "ecu-key-pin"));
  self->manifest_hash = pawl_context_get_boolean (context, "manifest-hash");
  self->now_us = pawl_context_get_time_us (context);
  self->ecus = pawl_tuf_plugin_dup_ecus (context);
  return self;
}

static PawlTufClient *
make_client (PawlUptaneJob *self,
             const char *name,
             const char *root,
             PawlTufBridge *bridge,
             PawlTufClientFlags flags,
             GError **error)
{
  g_autofree char *folder = g_build_filename (self->state_dir, name, NULL);

  return pawl_tuf_bridge_make_client (bridge, name, folder, root, flags, error);
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
