/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The order of the steps (Uptane 2.1, 5.4.4.2). What a step means is in pawl-tuf-uptane-rules.c. */
#include "pawl-tuf-uptane-private.h"

#include "pawl-tuf-client-private.h"

#include <pawl-tuf/pawl-tuf-error.h>

#include <string.h>

G_DEFINE_FINAL_TYPE (PawlTufUptane, pawl_tuf_uptane, G_TYPE_OBJECT)

static void
pawl_tuf_uptane_finalize (GObject *object)
{
  PawlTufUptane *self = PAWL_TUF_UPTANE (object);

  g_clear_object (&self->director);
  g_clear_object (&self->image);
  g_clear_pointer (&self->vehicle_id, g_free);
  g_clear_pointer (&self->ecus, g_hash_table_unref);
  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->lockbox_id, g_free);
  G_OBJECT_CLASS (pawl_tuf_uptane_parent_class)->finalize (object);
}

static void
pawl_tuf_uptane_class_init (PawlTufUptaneClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pawl_tuf_uptane_finalize;
}

static void
pawl_tuf_uptane_init (PawlTufUptane *self)
{
  self->ecus = pawl_tuf_uptane_ecus_new ();
}

/**
 * pawl_tuf_uptane_new:
 * @director: the Director, with %PAWL_TUF_CLIENT_FLAGS_DIRECTOR
 * @image: the Image repository
 *
 * Returns: (transfer full): the verification
 *
 * Since: 1.0
 */
PawlTufUptane *
pawl_tuf_uptane_new (PawlTufClient *director, PawlTufClient *image)
{
  PawlTufUptane *self;

  g_return_val_if_fail (director->flags & PAWL_TUF_CLIENT_FLAGS_DIRECTOR, NULL);

  self = g_object_new (PAWL_TUF_TYPE_UPTANE, NULL);
  self->director = g_object_ref (director);
  self->image = g_object_ref (image);
  return self;
}

/**
 * pawl_tuf_uptane_set_vehicle_id:
 * @self: a verification
 * @vehicle_id: (nullable): what the Director calls this vehicle; %NULL when it does not
 *
 * Since: 1.0
 */
void
pawl_tuf_uptane_set_vehicle_id (PawlTufUptane *self, const char *vehicle_id)
{
  g_free (self->vehicle_id);
  self->vehicle_id = g_strdup (vehicle_id);
}

/**
 * pawl_tuf_uptane_add_ecu:
 * @self: a verification
 * @serial: an ECU of this vehicle
 * @hardware_id: its hardware
 *
 * Since: 1.0
 */
void
pawl_tuf_uptane_add_ecu (PawlTufUptane *self, const char *serial, const char *hardware_id)
{
  pawl_tuf_uptane_ecus_add (self->ecus, serial, hardware_id);
}

/**
 * pawl_tuf_uptane_set_installed:
 * @self: a verification
 * @serial: an ECU that was added
 * @name: (nullable): the image that it runs
 * @sha256: (nullable): that image's hash
 * @counter: the highest release counter that it ever had; 0 for none
 *
 * Since: 1.0
 */
void
pawl_tuf_uptane_set_installed (PawlTufUptane *self,
                               const char *serial,
                               const char *name,
                               const char *sha256,
                               gint64 counter)
{
  PawlTufUptaneEcu *ecu = pawl_tuf_uptane_ecus_find (self->ecus, serial);

  g_return_if_fail (ecu != NULL);

  g_free (ecu->name);
  g_free (ecu->sha256);
  ecu->name = g_strdup (name);
  ecu->sha256 = g_strdup (sha256);
  ecu->counter = counter;
}

/* ---- watching ---- */

static GBytes *
fetch_watched (const char *path,
               gsize max_size,
               gboolean *out_missing,
               gpointer data,
               GError **error)
{
  PawlTufWatch *watch = data;
  PawlTufUptane *self = watch->owner;
  GBytes *bytes;

  g_free (self->path);
  self->path = g_strdup (path);
  self->current = watch->client;
  self->missing = FALSE;
  bytes = watch->fetch (path, max_size, out_missing, watch->data, error);
  self->missing = bytes == NULL && *out_missing;
  return bytes;
}

/* Without the network nothing may be fetched later on either, when delegations are searched. */
static void
begin_watch (PawlTufUptane *self, PawlTufWatch *watch, PawlTufClient *client, gboolean online)
{
  *watch = (PawlTufWatch){self, client, client->fetch, client->fetch_data};
  if (online && client->fetch != NULL)
    pawl_tuf_client_set_fetch (client, fetch_watched, watch);
  else
    pawl_tuf_client_set_fetch (client, NULL, NULL);
}

static void
end_watch (PawlTufWatch *watch)
{
  pawl_tuf_client_set_fetch (watch->client, watch->fetch, watch->data);
}

/**
 * pawl_tuf_uptane_get_repository:
 * @self: a verification that failed
 *
 * Returns: (transfer none) (nullable): the name of the repository whose step failed
 *
 * Since: 1.0
 */
const char *
pawl_tuf_uptane_get_repository (PawlTufUptane *self)
{
  return self->current != NULL ? pawl_tuf_client_get_name (self->current) : NULL;
}

/**
 * pawl_tuf_uptane_dup_role:
 * @self: a verification that failed
 *
 * Returns: (transfer full) (nullable): the role whose file was asked for last
 *
 * Since: 1.0
 */
char *
pawl_tuf_uptane_dup_role (PawlTufUptane *self)
{
  const char *base = self->path != NULL ? strrchr (self->path, '/') : NULL;
  g_autofree char *role = NULL;

  if (self->path == NULL)
    return NULL;
  base = base != NULL ? base + 1 : self->path;
  /* The version that stands before the name of a file. */
  if (strspn (base, "0123456789") > 0 && base[strspn (base, "0123456789")] == '.')
    base += strspn (base, "0123456789") + 1;
  role = g_str_has_suffix (base, ".json") ? g_strndup (base, strlen (base) - strlen (".json"))
                                          : g_strdup (base);
  return g_uri_unescape_string (role, NULL);
}

/* ---- the Director ---- */

/* Servers of the ATS dialect may have no timestamp; one that had one has to go on having it. */
static gboolean
refresh_ats_timestamp (PawlTufUptane *self, gint64 now_us, gboolean *out_offered, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GBytes) before = pawl_tuf_store_load (self->director->store, "timestamp", NULL);

  self->missing = FALSE;
  *out_offered = pawl_tuf_client_refresh_timestamp (self->director, now_us, &local_error);
  if (*out_offered || (self->missing && before == NULL))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&local_error));
  return FALSE;
}

/* Steps 2 to 5. */
static gboolean
refresh_director (PawlTufUptane *self, gint64 now_us, GError **error)
{
  PawlTufClient *client = self->director;
  gboolean offered = TRUE;

  if (!pawl_tuf_client_refresh_root (client, now_us, error))
    return FALSE;
  if (!pawl_tuf_client_is_ats (client))
    {
      if (!pawl_tuf_client_refresh_timestamp (client, now_us, error))
        return FALSE;
    }
  else if (!refresh_ats_timestamp (self, now_us, &offered, error))
    return FALSE;
  return (!offered || pawl_tuf_client_refresh_snapshot (client, now_us, error)) &&
         pawl_tuf_client_refresh_targets (client, now_us, error);
}

/* Steps 6 to 8 of 5.4.4.6. */
static GPtrArray *
read_director (PawlTufUptane *self, GError **error)
{
  PawlTufMetadata *targets = pawl_tuf_client_get_targets (self->director);
  GPtrArray *assignments = NULL;

  if (pawl_tuf_uptane_check_vehicle (targets, self->vehicle_id, error))
    assignments = pawl_tuf_uptane_read_director (targets, self->ecus, error);
  if (assignments == NULL)
    g_prefix_error (error, "%s: ", pawl_tuf_client_get_name (self->director));
  return assignments;
}

/* ---- the Image repository ---- */

/* Delegations may be for some hardware only, so each kind of it searches for itself. */
static gboolean
match_one (PawlTufUptane *self,
           PawlTufClient *image,
           PawlTufAssignment *assignment,
           const char *serial,
           GError **error)
{
  PawlTufUptaneEcu *ecu = pawl_tuf_uptane_ecus_find (self->ecus, serial);
  g_autoptr (PawlTufFound) found =
    pawl_tuf_client_find_target (image, assignment->name, ecu->hardware_id, error);

  if (found == NULL)
    return FALSE;
  g_clear_pointer (&assignment->found, pawl_tuf_found_free);
  assignment->found = g_steal_pointer (&found);
  if (pawl_tuf_uptane_compare (assignment, ecu->hardware_id, error))
    return TRUE;
  g_prefix_error (error, "%s: ", pawl_tuf_client_get_name (image));
  return FALSE;
}

gboolean
pawl_tuf_uptane_match (PawlTufUptane *self,
                       PawlTufClient *image,
                       GPtrArray *assignments,
                       GError **error)
{
  self->current = self->image;
  for (guint i = 0; i < assignments->len; i++)
    {
      PawlTufAssignment *assignment = assignments->pdata[i];

      for (guint j = 0; assignment->serials[j] != NULL; j++)
        if (!match_one (self, image, assignment, assignment->serials[j], error))
          return FALSE;
    }
  return TRUE;
}

/* ---- all of it ---- */

static GPtrArray *
verify (PawlTufUptane *self, gboolean online, gint64 now_us, GError **error)
{
  g_autoptr (GPtrArray) assignments = NULL;
  gboolean done;

  self->current = self->director;
  done = online ? refresh_director (self, now_us, error)
                : pawl_tuf_client_load_trusted (self->director, now_us, error);
  if (!done)
    return NULL;
  assignments = read_director (self, error);
  if (assignments == NULL)
    return NULL;
  /* 5.4.4.2, step 5: nothing new, so the Image repository is not even asked. */
  if (online && pawl_tuf_uptane_is_nothing_new (assignments, self->ecus))
    {
      g_ptr_array_set_size (assignments, 0);
      return g_steal_pointer (&assignments);
    }
  self->current = self->image;
  done = online ? pawl_tuf_client_refresh (self->image, now_us, error)
                : pawl_tuf_client_load_trusted (self->image, now_us, error);
  if (!done || !pawl_tuf_uptane_match (self, self->image, assignments, error))
    return NULL;
  return g_steal_pointer (&assignments);
}

static GPtrArray *
verify_watched (PawlTufUptane *self, gboolean online, gint64 now_us, GError **error)
{
  GPtrArray *assignments;

  g_clear_pointer (&self->path, g_free);
  g_clear_pointer (&self->lockbox_id, g_free);
  begin_watch (self, &self->watches[0], self->director, online);
  begin_watch (self, &self->watches[1], self->image, online);
  assignments = verify (self, online, now_us, error);
  end_watch (&self->watches[0]);
  end_watch (&self->watches[1]);
  return assignments;
}

/**
 * pawl_tuf_uptane_check:
 * @self: a verification
 * @now_us: the time, in microseconds since 1970, UTC
 * @error: return location
 *
 * One full verification. Whatever fails, nothing of what it would have assigned is known afterwards
 * but what an earlier one proved.
 *
 * Errors: every one of #PawlTufError, and what the fetch functions say.
 *
 * Returns: (transfer full) (element-type PawlTufAssignment): what the ECUs have to run; empty when
 * there is nothing new
 *
 * Since: 1.0
 */
GPtrArray *
pawl_tuf_uptane_check (PawlTufUptane *self, gint64 now_us, GError **error)
{
  g_return_val_if_fail (PAWL_TUF_IS_UPTANE (self), NULL);

  return verify_watched (self, TRUE, now_us, error);
}

/**
 * pawl_tuf_uptane_load_trusted:
 * @self: a verification
 * @now_us: the time, in microseconds since 1970, UTC
 * @error: return location
 *
 * The same from the two stores, without fetching, and without leaving out what runs already.
 *
 * Errors: those of pawl_tuf_client_load_trusted(), and of the checks.
 *
 * Returns: (transfer full) (element-type PawlTufAssignment): what the ECUs have to run
 *
 * Since: 1.0
 */
GPtrArray *
pawl_tuf_uptane_load_trusted (PawlTufUptane *self, gint64 now_us, GError **error)
{
  g_return_val_if_fail (PAWL_TUF_IS_UPTANE (self), NULL);

  return verify_watched (self, FALSE, now_us, error);
}

/**
 * pawl_tuf_uptane_dup_correlation_id:
 * @self: a verification after a check
 *
 * Returns: (transfer full) (nullable): what the Director wants to see in reports about it
 *
 * Since: 1.0
 */
char *
pawl_tuf_uptane_dup_correlation_id (PawlTufUptane *self)
{
  PawlTufMetadata *targets = pawl_tuf_client_get_targets (self->director);
  PawlTufDocument *document;

  if (self->lockbox_id != NULL)
    return g_strdup (self->lockbox_id);
  if (targets == NULL)
    return NULL;
  document = pawl_tuf_metadata_get_document (targets);
  return pawl_tuf_document_dup_string (
    document,
    pawl_tuf_document_get_member (document, pawl_tuf_metadata_get_member (targets, "custom"),
                                  "correlationId"));
}
