/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Targets files, of the top-level role and of those that it delegates to (TUF 1.0.34, 5.6). */
#include "pawl-tuf-announced.h"
#include "pawl-tuf-delegation.h"
#include "pawl-tuf-role.h"

#include <pawl-tuf/pawl-tuf-error.h>

static gboolean
check_director (PawlTufClient *self, PawlTufMetadata *targets, GError **error)
{
  if (!(self->flags & PAWL_TUF_CLIENT_FLAGS_DIRECTOR) || !pawl_tuf_delegations_exist (targets))
    return TRUE;
  g_set_error_literal (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_DIRECTOR_DELEGATION,
                       "targets: found delegations, wanted none of a Director");
  return FALSE;
}

/* 4.3: one key for each key id, in all files together. */
static gboolean
check_key_ids (PawlTufClient *self, PawlTufMetadata *targets, GError **error)
{
  PawlTufKeyFlags flags = pawl_tuf_client_get_key_flags (self);
  GHashTableIter iter;
  gpointer known;

  if (!pawl_tuf_delegations_exist (targets))
    return TRUE;
  if (!pawl_tuf_role_check_key_ids (targets, self->root, flags, error))
    return FALSE;
  g_hash_table_iter_init (&iter, self->roles);
  while (g_hash_table_iter_next (&iter, NULL, &known))
    if (!pawl_tuf_role_check_key_ids (targets, ((PawlTufKnown *) known)->metadata, flags, error))
      return FALSE;
  return TRUE;
}

/* The Director of the ATS dialect has no snapshot: its targets file stands for itself. */
static PawlTufMetadata *
load_alone (PawlTufClient *self, gboolean *out_stored, GError **error)
{
  g_autoptr (PawlTufMetadata) stored =
    pawl_tuf_client_load_local (self, PAWL_TUF_TYPE_TARGETS, "targets", self->root);
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (PawlTufMetadata) fetched = NULL;

  *out_stored = self->offline && stored != NULL;
  if (*out_stored)
    return g_steal_pointer (&stored);
  bytes =
    pawl_tuf_client_fetch (self, "targets.json",
                           pawl_tuf_client_get_limit (self, PAWL_TUF_TYPE_TARGETS), NULL, error);
  if (bytes == NULL)
    return NULL;
  fetched = pawl_tuf_client_read (self, PAWL_TUF_TYPE_TARGETS, "targets", self->root, bytes, error);
  if (fetched == NULL)
    return NULL;
  if (stored != NULL && !pawl_tuf_announced_check_version ("targets", stored, fetched, error))
    return NULL;
  *out_stored = pawl_tuf_announced_is_same (stored, bytes);
  return g_steal_pointer (&fetched);
}

/* What aktualizr's clients call a version that is not the listed one. */
static void
fail_unlisted (PawlTufClient *self, const char *file_name, GError **error)
{
  g_set_error (error, PAWL_TUF_ERROR,
               pawl_tuf_client_is_ats (self) ? PAWL_TUF_ERROR_VERSION_MISMATCH
                                             : PAWL_TUF_ERROR_DELEGATION_MISSING,
               "snapshot: it does not list %s", file_name);
}

static PawlTufMetadata *
load_described (PawlTufClient *self,
                const char *role,
                PawlTufMetadata *delegator,
                gboolean *out_stored,
                GError **error)
{
  g_autofree char *file_name = g_strconcat (role, ".json", NULL);
  PawlTufValue entry = pawl_tuf_metadata_find_meta (self->snapshot, file_name);
  g_autoptr (PawlTufMetadata) stored = NULL;

  if (!pawl_tuf_value_exists (entry))
    {
      fail_unlisted (self, file_name, error);
      return NULL;
    }
  stored = pawl_tuf_client_load_local (self, PAWL_TUF_TYPE_TARGETS, role, delegator);
  *out_stored = pawl_tuf_announced_is_still_good (self, stored, self->snapshot, entry);
  if (*out_stored)
    return g_steal_pointer (&stored);
  return pawl_tuf_announced_fetch (self, PAWL_TUF_TYPE_TARGETS, role, delegator, self->snapshot,
                                   entry, error);
}

/* Two delegators may share a role, and each has keys of its own for it (4.3, 5.6.7). */
static PawlTufMetadata *
find_known (PawlTufClient *self, const char *role, PawlTufMetadata *delegator)
{
  PawlTufKnown *known = g_hash_table_lookup (self->roles, role);

  if (known != NULL && (known->delegator == delegator ||
                        pawl_tuf_metadata_verify (known->metadata, delegator, role,
                                                  pawl_tuf_client_get_key_flags (self), NULL)))
    return known->metadata;
  return NULL;
}

static PawlTufMetadata *
remember (PawlTufClient *self,
          const char *role,
          PawlTufMetadata *delegator,
          PawlTufMetadata *metadata)
{
  PawlTufKnown *known = g_new (PawlTufKnown, 1);

  known->metadata = g_object_ref (metadata);
  known->delegator = g_object_ref (delegator);
  g_hash_table_replace (self->roles, g_strdup (role), known);
  return metadata;
}

/**
 * pawl_tuf_client_load_role:
 * @self: a client with a trusted snapshot
 * @role: `targets`, or a delegated role
 * @delegator: who delegates to it: the root, or a trusted targets file
 * @error: return location
 *
 * Gets a targets file: the stored one if the snapshot still lists it, else from the repository.
 * Fetches each role once in a refresh.
 *
 * Errors: every one of #PawlTufError that a metadata file can have, and what the fetch function
 * says.
 *
 * Returns: (transfer none): the trusted file
 *
 * Since: 1.0
 */
PawlTufMetadata *
pawl_tuf_client_load_role (PawlTufClient *self,
                           const char *role,
                           PawlTufMetadata *delegator,
                           GError **error)
{
  g_autoptr (PawlTufMetadata) loaded = NULL;
  PawlTufMetadata *known = find_known (self, role, delegator);
  gboolean stored = FALSE;

  if (known != NULL)
    return known;
  loaded = self->snapshot != NULL ? load_described (self, role, delegator, &stored, error)
                                  : load_alone (self, &stored, error);
  if (loaded == NULL || !check_director (self, loaded, error) ||
      !check_key_ids (self, loaded, error) ||
      !pawl_tuf_metadata_check_expiry (loaded, self->now_us, error) ||
      (!stored && !pawl_tuf_client_save (self, role, loaded, error)))
    return NULL;
  return remember (self, role, delegator, loaded);
}
