/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The search for a target through the delegations: pre-order, depth first, each role once (TUF
 * 1.0.34, 5.6.7). */
#include "pawl-tuf-client-private.h"

#include <pawl-tuf/pawl-tuf-error.h>

#include <string.h>

#define MAX_DELEGATIONS 32

typedef struct
{
  PawlTufClient *client; /* (unowned) */
  const char *target;
  const char *hardware_id; /* (nullable) */
  GHashTable *visited;     /* (owned) */
  guint left;              /* how many more roles may be visited */
  PawlTufFound *found;     /* (owned) (nullable) */
} Search;

static gboolean visit (Search *self,
                       const char *role,
                       PawlTufMetadata *delegator,
                       gboolean *out_end,
                       GError **error);

static gboolean
look_into (Search *self, const char *role, PawlTufMetadata *metadata)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (metadata);
  PawlTufValue target =
    pawl_tuf_document_get_member (document, pawl_tuf_metadata_get_member (metadata, "targets"),
                                  self->target);

  if (!pawl_tuf_value_exists (target))
    return FALSE;
  self->found = g_new0 (PawlTufFound, 1);
  self->found->role = g_strdup (role);
  self->found->metadata = g_object_ref (metadata);
  self->found->target = target;
  return TRUE;
}

/* ---- multi-role delegations (TAP 3; Uptane 2.1, 5.4.4.8) ---- */

static void
clear_found (gpointer found)
{
  if (found != NULL)
    pawl_tuf_found_free (found);
}

/* What one of several roles, or a role behind it, says. Each searches for itself: what another one
 * visited does not hide anything from it. */
static gboolean
ask_role (Search *self,
          const char *role,
          PawlTufMetadata *delegator,
          PawlTufFound **out_found,
          GError **error)
{
  g_autoptr (GHashTable) visited = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Search own = *self;
  gboolean end = FALSE;
  gboolean done;
  GHashTableIter iter;
  gpointer known;

  g_hash_table_iter_init (&iter, self->visited);
  while (g_hash_table_iter_next (&iter, &known, NULL))
    g_hash_table_add (visited, g_strdup (known));
  own.visited = visited;
  own.found = NULL;
  done = visit (&own, role, delegator, &end, error);
  self->left = own.left;
  *out_found = own.found;
  return done;
}

/* The earliest of those that enough roles agree with, or NULL. */
static PawlTufFound *
dup_agreed (GPtrArray *answers, guint agreement)
{
  for (guint i = 0; i < answers->len; i++)
    {
      PawlTufFound *one = answers->pdata[i];
      guint same = 0;

      for (guint j = 0; one != NULL && j < answers->len; j++)
        same += answers->pdata[j] != NULL && pawl_tuf_found_is_same (one, answers->pdata[j]);
      if (one != NULL && same >= agreement)
        return pawl_tuf_found_copy (one);
    }
  return NULL;
}

/* A role that cannot be asked ends the search: whoever holds it back must not decide who wins. */
static gboolean
visit_several (Search *self,
               PawlTufDelegation *delegation,
               PawlTufMetadata *metadata,
               gboolean *out_end,
               GError **error)
{
  g_autoptr (GPtrArray) answers = g_ptr_array_new_with_free_func (clear_found);
  guint said = 0;

  for (guint i = 0; delegation->roles[i] != NULL; i++)
    {
      PawlTufFound *found = NULL;

      if (!ask_role (self, delegation->roles[i], metadata, &found, error))
        return FALSE;
      said += found != NULL;
      g_ptr_array_add (answers, found);
    }
  self->found = dup_agreed (answers, delegation->agreement);
  *out_end = self->found != NULL;
  if (*out_end || said == 0 || !delegation->terminating)
    return TRUE;
  g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_TARGET_MISMATCH,
               "%s: %u roles list it, and not %u of them say the same", delegation->role, said,
               delegation->agreement);
  return FALSE;
}

/* ---- one role after the other ---- */

/* 5.6.7.2: behind a terminating delegation nothing is searched, found or not. */
static gboolean
descend (Search *self, PawlTufMetadata *metadata, gboolean *out_end, GError **error)
{
  g_autoptr (GPtrArray) delegations =
    pawl_tuf_metadata_find_delegations (metadata, self->target, self->hardware_id);

  for (guint i = 0; i < delegations->len && !*out_end; i++)
    {
      PawlTufDelegation *delegation = delegations->pdata[i];
      gboolean done = delegation->roles != NULL
                        ? visit_several (self, delegation, metadata, out_end, error)
                        : visit (self, delegation->role, metadata, out_end, error);

      if (!done)
        return FALSE;
      *out_end |= delegation->terminating;
    }
  return TRUE;
}

/* Sets @out_end when nothing behind this role may be searched. */
static gboolean
visit (Search *self,
       const char *role,
       PawlTufMetadata *delegator,
       gboolean *out_end,
       GError **error)
{
  PawlTufMetadata *metadata;

  if (self->left == 0 || !g_hash_table_add (self->visited, g_strdup (role)))
    return TRUE;
  self->left--;
  metadata = pawl_tuf_client_load_role (self->client, role, delegator, error);
  if (metadata == NULL)
    return FALSE;
  if (look_into (self, role, metadata))
    {
      *out_end = TRUE;
      return TRUE;
    }
  return descend (self, metadata, out_end, error);
}

/**
 * pawl_tuf_client_find_target:
 * @self: a client after a refresh
 * @target: a target's name
 * @hardware_id: (nullable): leaves out delegations for other hardware (Uptane 2.1, 5.4.4.7)
 * @error: return location
 *
 * Searches @target, fetching delegated roles as they are needed. A role that cannot be loaded or
 * verified ends the search: what is behind it might have had precedence.
 *
 * Errors: %PAWL_TUF_ERROR_TARGET_NOT_FOUND when no role that may speak about it lists it; what
 * loading a role gives.
 *
 * Returns: (transfer full): where it was found
 *
 * Since: 1.0
 */
PawlTufFound *
pawl_tuf_client_find_target (PawlTufClient *self,
                             const char *target,
                             const char *hardware_id,
                             GError **error)
{
  g_autoptr (GHashTable) visited = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Search search = {.client = self, .target = target, .hardware_id = hardware_id};
  gboolean end = FALSE;

  g_return_val_if_fail (PAWL_TUF_IS_CLIENT (self) && self->root != NULL, NULL);

  search.visited = visited;
  search.left = self->limits.delegations > 0 ? self->limits.delegations : MAX_DELEGATIONS;
  if (!visit (&search, "targets", self->root, &end, error))
    {
      g_prefix_error (error, "%s: search for %s: ", self->name, target);
      return NULL;
    }
  if (search.found == NULL)
    g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_TARGET_NOT_FOUND,
                 "%s: no role lists %s for it; %u roles were searched", self->name, target,
                 g_hash_table_size (visited));
  return search.found;
}

static char *
dup_best_hash (PawlTufFound *found)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (found->metadata);
  PawlTufValue hashes = pawl_tuf_document_get_member (document, found->target, "hashes");
  char *sha256 =
    pawl_tuf_document_dup_string (document,
                                  pawl_tuf_document_get_member (document, hashes, "sha256"));

  if (sha256 != NULL)
    return sha256;
  return pawl_tuf_document_dup_string (document,
                                       pawl_tuf_document_get_member (document, hashes, "sha512"));
}

/**
 * pawl_tuf_client_dup_target_path:
 * @self: a client
 * @target: a target's name
 * @found: where it was found
 *
 * Returns: (transfer full): where its bytes are, relative to the address of the targets and
 * percent-encoded; with the hash before the file's name in a repository with consistent snapshots
 * (TUF 1.0.34, 5.7.3)
 *
 * Since: 1.0
 */
char *
pawl_tuf_client_dup_target_path (PawlTufClient *self, const char *target, PawlTufFound *found)
{
  const char *slash = strrchr (target, '/');
  const char *base = slash != NULL ? slash + 1 : target;
  g_autofree char *folder = g_strndup (target, (gsize) (base - target));
  g_autofree char *hash = NULL;
  g_autofree char *path = NULL;

  if (pawl_tuf_metadata_get_consistent_snapshot (self->root))
    hash = dup_best_hash (found);
  path = hash != NULL ? g_strconcat (folder, hash, ".", base, NULL) : g_strdup (target);
  return g_uri_escape_string (path, "/", FALSE);
}
