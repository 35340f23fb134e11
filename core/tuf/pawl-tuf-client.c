/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The client object: what it is made of, and how one file gets in. The order of the steps is in
 * pawl-tuf-refresh.c, the search for a target in pawl-tuf-search.c. */
#include "pawl-tuf-client-private.h"

#include <pawl-tuf/pawl-tuf-error.h>

/* python-tuf's and aktualizr's, whose repositories have to be read; but for targets of the TUF
 * dialect, where python-tuf's 5,000,000 bytes are too few for 100,000 targets. */
static const struct
{
  gsize tuf;
  gsize ats;
} default_limits[] = {
  [PAWL_TUF_TYPE_ROOT] = {512000,   64 << 10},
  [PAWL_TUF_TYPE_TIMESTAMP] = {16384,    64 << 10},
  [PAWL_TUF_TYPE_SNAPSHOT] = {2000000,  64 << 10},
  [PAWL_TUF_TYPE_TARGETS] = {64 << 20, 8 << 20 },
 /* aktualizr's limit for a Director's files. */
  [PAWL_TUF_TYPE_OFFLINE_SNAPSHOT] = {64 << 10, 64 << 10},
  [PAWL_TUF_TYPE_OFFLINE_UPDATES] = {64 << 10, 64 << 10},
};
#define ATS_DIRECTOR_TARGETS (64 << 10)

G_DEFINE_FINAL_TYPE (PawlTufClient, pawl_tuf_client, G_TYPE_OBJECT)

static void
pawl_tuf_client_finalize (GObject *object)
{
  PawlTufClient *self = PAWL_TUF_CLIENT (object);

  g_clear_pointer (&self->name, g_free);
  g_clear_object (&self->store);
  g_clear_object (&self->root);
  g_clear_object (&self->timestamp);
  g_clear_object (&self->snapshot);
  g_clear_pointer (&self->roles, g_hash_table_unref);
  G_OBJECT_CLASS (pawl_tuf_client_parent_class)->finalize (object);
}

static void
pawl_tuf_client_class_init (PawlTufClientClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pawl_tuf_client_finalize;
}

static void
known_free (gpointer data)
{
  PawlTufKnown *known = data;

  g_object_unref (known->metadata);
  g_object_unref (known->delegator);
  g_free (known);
}

static void
pawl_tuf_client_init (PawlTufClient *self)
{
  self->roles = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, known_free);
}

/**
 * pawl_tuf_client_new:
 * @name: the repository's name, for messages
 * @store: where trusted files are kept
 * @flags: what is special about it
 *
 * Returns: (transfer full): the client
 *
 * Since: 1.0
 */
PawlTufClient *
pawl_tuf_client_new (const char *name, PawlTufStore *store, PawlTufClientFlags flags)
{
  PawlTufClient *self = g_object_new (PAWL_TUF_TYPE_CLIENT, NULL);

  self->name = g_strdup (name);
  self->store = g_object_ref (store);
  self->flags = flags;
  return self;
}

/**
 * pawl_tuf_client_set_limits:
 * @self: a client
 * @limits: what no repository may exceed
 *
 * Since: 1.0
 */
void
pawl_tuf_client_set_limits (PawlTufClient *self, const PawlTufLimits *limits)
{
  self->limits = *limits;
}

/**
 * pawl_tuf_client_set_fetch:
 * @self: a client
 * @fetch: (scope forever): gets files
 * @user_data: given to @fetch
 *
 * Since: 1.0
 */
void
pawl_tuf_client_set_fetch (PawlTufClient *self, PawlTufFetchFunc fetch, gpointer user_data)
{
  self->fetch = fetch;
  self->fetch_data = user_data;
}

/**
 * pawl_tuf_client_get_name:
 * @self: a client
 *
 * Returns: (transfer none): the repository's name
 *
 * Since: 1.0
 */
const char *
pawl_tuf_client_get_name (PawlTufClient *self)
{
  return self->name;
}

/**
 * pawl_tuf_client_get_root:
 * @self: a client
 *
 * Returns: (transfer none) (nullable): the trusted root
 *
 * Since: 1.0
 */
PawlTufMetadata *
pawl_tuf_client_get_root (PawlTufClient *self)
{
  return self->root;
}

/**
 * pawl_tuf_client_get_timestamp:
 * @self: a client
 *
 * Returns: (transfer none) (nullable): the trusted timestamp
 *
 * Since: 1.0
 */
PawlTufMetadata *
pawl_tuf_client_get_timestamp (PawlTufClient *self)
{
  return self->timestamp;
}

/**
 * pawl_tuf_client_get_snapshot:
 * @self: a client
 *
 * Returns: (transfer none) (nullable): the trusted snapshot
 *
 * Since: 1.0
 */
PawlTufMetadata *
pawl_tuf_client_get_snapshot (PawlTufClient *self)
{
  return self->snapshot;
}

/**
 * pawl_tuf_client_get_targets:
 * @self: a client
 *
 * Returns: (transfer none) (nullable): the trusted top-level targets file
 *
 * Since: 1.0
 */
PawlTufMetadata *
pawl_tuf_client_get_targets (PawlTufClient *self)
{
  PawlTufKnown *known = g_hash_table_lookup (self->roles, "targets");

  return known != NULL ? known->metadata : NULL;
}

gboolean
pawl_tuf_client_is_ats (PawlTufClient *self)
{
  return self->root != NULL && pawl_tuf_metadata_get_dialect (self->root) == PAWL_TUF_DIALECT_ATS;
}

PawlTufKeyFlags
pawl_tuf_client_get_key_flags (PawlTufClient *self)
{
  PawlTufKeyFlags flags = PAWL_TUF_KEY_FLAGS_NONE;

  if (self->flags & PAWL_TUF_CLIENT_FLAGS_ALLOW_PKCS1)
    flags |= PAWL_TUF_KEY_FLAGS_ALLOW_PKCS1;
  if (self->flags & PAWL_TUF_CLIENT_FLAGS_RELAX_KEY_IDS)
    flags |= PAWL_TUF_KEY_FLAGS_RELAX_IDS;
  return flags;
}

gsize
pawl_tuf_client_get_limit (PawlTufClient *self, PawlTufType type)
{
  const gsize own[] = {
    [PAWL_TUF_TYPE_ROOT] = self->limits.root,
    [PAWL_TUF_TYPE_TIMESTAMP] = self->limits.timestamp,
    [PAWL_TUF_TYPE_SNAPSHOT] = self->limits.snapshot,
    [PAWL_TUF_TYPE_TARGETS] = self->limits.targets,
    [PAWL_TUF_TYPE_OFFLINE_SNAPSHOT] = self->limits.snapshot,
    [PAWL_TUF_TYPE_OFFLINE_UPDATES] = self->limits.targets,
  };

  if (own[type] > 0)
    return own[type];
  if (!pawl_tuf_client_is_ats (self))
    return default_limits[type].tuf;
  if (type == PAWL_TUF_TYPE_TARGETS && self->flags & PAWL_TUF_CLIENT_FLAGS_DIRECTOR)
    return ATS_DIRECTOR_TARGETS;
  return default_limits[type].ats;
}

GBytes *
pawl_tuf_client_fetch (PawlTufClient *self,
                       const char *path,
                       gsize max_size,
                       gboolean *out_missing,
                       GError **error)
{
  gboolean missing = self->fetch == NULL || self->offline;
  g_autoptr (GBytes) bytes =
    missing ? NULL : self->fetch (path, max_size, &missing, self->fetch_data, error);

  if (out_missing != NULL)
    *out_missing = bytes == NULL && missing;
  if (bytes == NULL)
    {
      if (missing && out_missing == NULL)
        g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_FETCH, "%s has no %s",
                     self->offline ? "the store" : "the repository", path);
      return NULL;
    }
  if (g_bytes_get_size (bytes) <= max_size)
    return g_steal_pointer (&bytes);
  g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_TOO_LARGE,
               "%s: found more than the allowed %" G_GSIZE_FORMAT " bytes", path, max_size);
  return NULL;
}

PawlTufMetadata *
pawl_tuf_client_read (PawlTufClient *self,
                      PawlTufType type,
                      const char *role,
                      PawlTufMetadata *delegator,
                      GBytes *bytes,
                      GError **error)
{
  g_autoptr (PawlTufMetadata) metadata = pawl_tuf_metadata_new (type, bytes, error);

  if (metadata == NULL ||
      !pawl_tuf_metadata_verify (metadata, delegator != NULL ? delegator : metadata, role,
                                 pawl_tuf_client_get_key_flags (self), error))
    return NULL;
  return g_steal_pointer (&metadata);
}

PawlTufMetadata *
pawl_tuf_client_load_local (PawlTufClient *self,
                            PawlTufType type,
                            const char *role,
                            PawlTufMetadata *delegator)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = pawl_tuf_store_load (self->store, role, &error);
  g_autoptr (PawlTufMetadata) metadata = NULL;

  if (bytes != NULL)
    metadata = pawl_tuf_client_read (self, type, role, delegator, bytes, &error);
  if (error != NULL)
    g_info ("%s: the stored file is not used: %s", self->name, error->message);
  return g_steal_pointer (&metadata);
}

gboolean
pawl_tuf_client_save (PawlTufClient *self,
                      const char *role,
                      PawlTufMetadata *metadata,
                      GError **error)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (metadata);

  return pawl_tuf_store_save (self->store, role, pawl_tuf_document_get_bytes (document), error);
}

/**
 * pawl_tuf_client_init_root:
 * @self: a client
 * @root: the root that the device was made with
 * @error: return location
 *
 * Makes @root the trusted one, unless the store has one already: trust only moves forward, so a
 * factory's file never replaces what grew out of it.
 *
 * Errors: of pawl_tuf_metadata_new() and pawl_tuf_metadata_verify(); %PAWL_TUF_ERROR_STORE.
 *
 * Returns: %TRUE if there is a trusted root
 *
 * Since: 1.0
 */
gboolean
pawl_tuf_client_init_root (PawlTufClient *self, GBytes *root, GError **error)
{
  g_autoptr (PawlTufMetadata) metadata =
    pawl_tuf_client_load_local (self, PAWL_TUF_TYPE_ROOT, "root", NULL);

  if (metadata == NULL)
    {
      metadata = pawl_tuf_client_read (self, PAWL_TUF_TYPE_ROOT, "root", NULL, root, error);
      if (metadata == NULL || !pawl_tuf_client_save (self, "root", metadata, error))
        {
          g_prefix_error (error, "%s: ", self->name);
          return FALSE;
        }
    }
  g_set_object (&self->root, metadata);
  return TRUE;
}
