/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Without a Director a device chooses for itself: of all targets for its hardware and channel the
 * newest that its rollout policy lets through. All roles are read for that, so the one that is
 * chosen is searched once more by its name: what counts is what the delegations say about it (TUF
 * 1.0.34, 5.6.7), not where it was seen. */
#include "pawl-tuf-select.h"

#include "pawl-tuf-rollout.h"
#include "pawl-tuf-version.h"

/* As many as there can be hash bins, and some roles around them. */
#define MAX_ROLES (PAWL_TUF_MAX_BINS + 256)

typedef struct
{
  PawlTufMetadata *metadata; /* (owned) */
  PawlTufValue value;
  char *name;    /* (owned) */
  char *version; /* (owned) */
} Candidate;

typedef struct
{
  PawlTufChoice *choice;
  PawlEcu *ecu;
  GHashTable *visited;   /* (owned): roles */
  GPtrArray *candidates; /* (owned) */
} Walk;

static void
candidate_free (gpointer data)
{
  Candidate *candidate = data;

  g_object_unref (candidate->metadata);
  g_free (candidate->name);
  g_free (candidate->version);
  g_free (candidate);
}

/* ---- collecting ---- */

/* A target that lists channels is for those only. */
static gboolean
fits_channel (PawlTufDocument *document, PawlTufValue custom, const char *channel)
{
  PawlTufValue channels = pawl_tuf_document_get_member (document, custom, "channels");
  PawlTufIter iter;
  PawlTufValue value;

  if (!pawl_tuf_value_exists (channels))
    return TRUE;
  if (*channel == '\0' || pawl_tuf_document_get_kind (document, channels) != '[')
    return FALSE;
  pawl_tuf_iter_init (&iter, document, channels);
  while (pawl_tuf_iter_next (&iter, NULL, &value))
    if (pawl_tuf_document_is_string (document, value, channel))
      return TRUE;
  return FALSE;
}

static void
consider (Walk *walk, PawlTufMetadata *metadata, PawlTufValue name, PawlTufValue value)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (metadata);
  PawlTufValue custom = pawl_tuf_document_get_member (document, value, "custom");
  g_autofree char *version = NULL;
  Candidate *candidate;

  if (!pawl_tuf_target_has_hardware (metadata, value, pawl_ecu_get_hardware_id (walk->ecu)) ||
      !fits_channel (document, custom, walk->choice->channel))
    return;
  version = pawl_tuf_document_dup_string (document, pawl_tuf_document_get_member (document, custom,
                                                                                  "version"));
  /* What has no version is newer than nothing. */
  if (version == NULL || *version == '\0')
    return;
  candidate = g_new0 (Candidate, 1);
  candidate->metadata = g_object_ref (metadata);
  candidate->value = value;
  candidate->name = pawl_tuf_document_dup_string (document, name);
  candidate->version = g_steal_pointer (&version);
  g_ptr_array_add (walk->candidates, candidate);
}

static void
consider_all (Walk *walk, PawlTufMetadata *metadata)
{
  PawlTufIter iter;
  PawlTufValue name, value;

  pawl_tuf_iter_init (&iter, pawl_tuf_metadata_get_document (metadata),
                      pawl_tuf_metadata_get_member (metadata, "targets"));
  while (pawl_tuf_iter_next (&iter, &name, &value))
    consider (walk, metadata, name, value);
}

static gboolean visit (Walk *walk, PawlTufMetadata *metadata, GError **error);

/* Each role once. What is left out unseen might be newer than all that was seen. */
static gboolean
visit_role (Walk *walk, const char *role, PawlTufMetadata *delegator, GError **error)
{
  PawlTufMetadata *delegated;

  if (!g_hash_table_add (walk->visited, g_strdup (role)))
    return TRUE;
  if (g_hash_table_size (walk->visited) > MAX_ROLES)
    {
      g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_TOO_LARGE,
                   "%s: the repository has more than %d roles to look at", role, MAX_ROLES);
      return FALSE;
    }
  delegated = pawl_tuf_client_load_role (walk->choice->client, role, delegator, error);
  return delegated != NULL && visit (walk, delegated, error);
}

static gboolean
visit (Walk *walk, PawlTufMetadata *metadata, GError **error)
{
  g_auto (GStrv) roles = pawl_tuf_metadata_dup_delegated_roles (metadata);

  consider_all (walk, metadata);
  for (gsize i = 0; roles[i] != NULL; i++)
    if (!visit_role (walk, roles[i], metadata, error))
      return FALSE;
  return TRUE;
}

/* ---- choosing ---- */

/* Newest first; of equal ones the order of the names, so that all devices choose alike. */
static int
compare_candidates (gconstpointer a, gconstpointer b)
{
  const Candidate *left = *(const Candidate *const *) a;
  const Candidate *right = *(const Candidate *const *) b;
  int order = pawl_tuf_version_compare (right->version, left->version);

  return order != 0 ? order : g_strcmp0 (left->name, right->name);
}

static void
note (PawlTufChoice *choice, PawlVerdict verdict, const char *reason, const char *message)
{
  g_ptr_array_add (choice->decisions, pawl_decision_new ("version", verdict, reason, message));
}

static GVariant *
dup_custom (const Candidate *candidate)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (candidate->metadata);

  return pawl_tuf_document_to_variant (document,
                                       pawl_tuf_document_get_member (document, candidate->value,
                                                                     "custom"));
}

/* Against what the ECU runs: only forward, unless the signed policy says otherwise. */
static gboolean
moves_forward (Walk *walk, const Candidate *candidate, GVariant *custom)
{
  g_autoptr (PawlTarget) installed = pawl_ecu_dup_installed (walk->ecu);
  const char *version = installed != NULL ? pawl_target_get_version (installed) : "";
  gboolean allowed = FALSE;
  int order = *version != '\0' ? pawl_tuf_version_compare (candidate->version, version) : 1;

  if (order == 0 ||
      (installed != NULL && g_str_equal (pawl_target_get_name (installed), candidate->name)))
    {
      note (walk->choice, PAWL_VERDICT_PASS, "up-to-date", candidate->name);
      return FALSE;
    }
  if (order > 0 || (g_variant_lookup (custom, "allowDowngrade", "b", &allowed) && allowed))
    return TRUE;
  note (walk->choice, PAWL_VERDICT_FAIL, "downgrade", candidate->name);
  return FALSE;
}

static GStrv
make_uris (PawlTufChoice *choice, const char *name, PawlTufFound *found, GVariant *custom)
{
  g_autofree char *path = pawl_tuf_client_dup_target_path (choice->client, name, found);
  g_auto (GStrv) places =
    pawl_tuf_plugin_make_uris ((const char *const *) choice->targets_urls, path);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autofree char *uri = pawl_tuf_plugin_dup_uri (found->metadata, found->target);
  const char *format = "";

  g_variant_lookup (custom, "targetFormat", "&s", &format);
  if (uri != NULL)
    g_strv_builder_add (builder, uri);
  /* A commit is no file of the repository. */
  if (g_ascii_strcasecmp (format, "OSTREE") != 0)
    g_strv_builder_addv (builder, (const char **) places);
  return g_strv_builder_end (builder);
}

static GVariant *
offer (Walk *walk, const Candidate *candidate, GVariant *custom, GError **error)
{
  const char *hardware_id = pawl_ecu_get_hardware_id (walk->ecu);
  g_autoptr (PawlTufFound) found =
    pawl_tuf_client_find_target (walk->choice->client, candidate->name, hardware_id, error);
  g_auto (GStrv) uris = NULL;

  if (found == NULL)
    return NULL;
  if (found->metadata != candidate->metadata || found->target.start != candidate->value.start)
    {
      g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_TARGET_NOT_FOUND,
                   "%s: another role than the one that lists version %s speaks about it",
                   candidate->name, candidate->version);
      return NULL;
    }
  uris = make_uris (walk->choice, candidate->name, found, custom);
  return pawl_tuf_target_to_variant (found->metadata, found->target, candidate->name,
                                     (const char *const *) uris);
}

/* Says in @out_end that no older candidate needs to be looked at. */
static gboolean
try_candidate (Walk *walk,
               const Candidate *candidate,
               gboolean *out_end,
               GVariant **out_target,
               GError **error)
{
  g_autoptr (GVariant) custom = dup_custom (candidate);
  g_autoptr (PawlDecision) decision =
    pawl_tuf_rollout_judge (custom, candidate->name, walk->choice->device_id, walk->choice->now_us);
  g_autoptr (GError) local_error = NULL;

  g_ptr_array_add (walk->choice->decisions, g_object_ref (decision));
  if (pawl_decision_get_verdict (decision) != PAWL_VERDICT_PASS)
    return TRUE;
  *out_end = TRUE;
  if (!moves_forward (walk, candidate, custom))
    return TRUE;
  *out_target = offer (walk, candidate, custom, &local_error);
  /* A role may not speak about what it lists: that is no candidate, and no failure. */
  *out_end = !g_error_matches (local_error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_TARGET_NOT_FOUND);
  if (local_error != NULL && *out_end)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return TRUE;
}

static gboolean
choose (Walk *walk, GVariant **out_target, GError **error)
{
  gboolean end = FALSE;

  g_ptr_array_sort (walk->candidates, compare_candidates);
  if (walk->candidates->len == 0)
    note (walk->choice, PAWL_VERDICT_PASS, "no-target", pawl_ecu_get_hardware_id (walk->ecu));
  for (guint i = 0; i < walk->candidates->len && !end; i++)
    if (!try_candidate (walk, walk->candidates->pdata[i], &end, out_target, error))
      return FALSE;
  return TRUE;
}

/*< private >
 * pawl_tuf_select:
 * @choice: what to choose from
 * @ecu: for which ECU
 * @out_target: (out) (nullable) (transfer full): the members of a #PawlTarget; %NULL when there is
 *   nothing to do
 * @error: return location
 *
 * For a worker thread: roles may have to be fetched.
 *
 * Returns: %TRUE if the choice could be made
 */
gboolean
pawl_tuf_select (PawlTufChoice *choice, PawlEcu *ecu, GVariant **out_target, GError **error)
{
  g_autoptr (GHashTable) visited = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GPtrArray) candidates = g_ptr_array_new_with_free_func (candidate_free);
  Walk walk = {choice, ecu, visited, candidates};

  *out_target = NULL;
  g_hash_table_add (visited, g_strdup ("targets"));
  return visit (&walk, pawl_tuf_client_get_targets (choice->client), error) &&
         choose (&walk, out_target, error);
}
