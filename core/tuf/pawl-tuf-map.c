/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include <pawl-tuf/pawl-tuf-map.h>

#include "pawl-tuf-form.h"

#include <pawl-tuf/pawl-tuf-error.h>

#include <string.h>

struct _PawlTufMap
{
  GObject parent_instance;

  PawlTufDocument *document; /* (owned) */
  PawlTufValue repositories; /* an object of lists of addresses */
  PawlTufValue mapping;      /* a list, in order of priority */
};

G_DEFINE_FINAL_TYPE (PawlTufMap, pawl_tuf_map, G_TYPE_OBJECT)

static void
pawl_tuf_map_finalize (GObject *object)
{
  g_clear_object (&PAWL_TUF_MAP (object)->document);
  G_OBJECT_CLASS (pawl_tuf_map_parent_class)->finalize (object);
}

static void
pawl_tuf_map_class_init (PawlTufMapClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pawl_tuf_map_finalize;
}

static void
pawl_tuf_map_init (PawlTufMap *self)
{
}

/* ---- the form ---- */

static guint
count (PawlTufDocument *document, PawlTufValue list)
{
  PawlTufIter iter;
  PawlTufValue element;
  guint n = 0;

  pawl_tuf_iter_init (&iter, document, list);
  while (pawl_tuf_iter_next (&iter, NULL, &element))
    n++;
  return n;
}

/* The name is a folder's, too. */
static gboolean
is_folder_name (const char *name)
{
  return *name != '\0' && *name != '.' && strpbrk (name, "/\\") == NULL;
}

static gboolean
check_repositories (PawlTufMap *self, GError **error)
{
  PawlTufIter iter;
  PawlTufValue name, urls;

  if (pawl_tuf_document_get_kind (self->document, self->repositories) != '{')
    return pawl_tuf_form_refuse (error, "repositories: wanted an object");
  pawl_tuf_iter_init (&iter, self->document, self->repositories);
  while (pawl_tuf_iter_next (&iter, &name, &urls))
    {
      g_autofree char *text = pawl_tuf_document_dup_string (self->document, name);

      if (!is_folder_name (text))
        return pawl_tuf_form_refuse (error, "repositories: “%s” is no name for a folder", text);
      if (!pawl_tuf_form_check_strings (self->document, urls, text, error))
        return FALSE;
    }
  return TRUE;
}

/* Known ones, each once: a repository that is named twice would vote twice. */
static gboolean
check_named (PawlTufMap *self, PawlTufValue names, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  PawlTufIter iter;
  PawlTufValue name;

  if (!pawl_tuf_form_check_strings (self->document, names, "mapping: repositories", error))
    return FALSE;
  pawl_tuf_iter_init (&iter, self->document, names);
  while (pawl_tuf_iter_next (&iter, NULL, &name))
    {
      char *text = pawl_tuf_document_dup_string (self->document, name);
      PawlTufValue urls = pawl_tuf_document_get_member (self->document, self->repositories, text);

      if (!g_hash_table_add (seen, text) || !pawl_tuf_value_exists (urls))
        return pawl_tuf_form_refuse (error, "mapping: repository “%s” is not known, or named twice",
                                     text);
    }
  return TRUE;
}

static gboolean
check_mapping (PawlTufMap *self, PawlTufValue mapping, GError **error)
{
  PawlTufDocument *document = self->document;
  PawlTufValue paths = pawl_tuf_document_get_member (document, mapping, "paths");
  PawlTufValue names = pawl_tuf_document_get_member (document, mapping, "repositories");
  PawlTufValue terminating = pawl_tuf_document_get_member (document, mapping, "terminating");
  PawlTufValue value = pawl_tuf_document_get_member (document, mapping, "threshold");
  gint64 threshold = 0;
  gboolean ends;

  if (!pawl_tuf_form_check_strings (document, paths, "mapping: paths", error) ||
      !check_named (self, names, error))
    return FALSE;
  if (count (document, paths) == 0)
    return pawl_tuf_form_refuse (error, "mapping: paths: wanted at least one");
  if (!pawl_tuf_document_get_int (document, value, &threshold) || threshold < 1 ||
      threshold > count (document, names))
    return pawl_tuf_form_refuse (error,
                                 "mapping: threshold: wanted 1 to %u, as many as there are "
                                 "repositories",
                                 count (document, names));
  return !pawl_tuf_value_exists (terminating) ||
         pawl_tuf_document_get_boolean (document, terminating, &ends) ||
         pawl_tuf_form_refuse (error, "mapping: terminating: wanted true or false");
}

static gboolean
check (PawlTufMap *self, GError **error)
{
  PawlTufIter iter;
  PawlTufValue mapping;

  if (!check_repositories (self, error))
    return FALSE;
  if (pawl_tuf_document_get_kind (self->document, self->mapping) != '[')
    return pawl_tuf_form_refuse (error, "mapping: wanted an array");
  pawl_tuf_iter_init (&iter, self->document, self->mapping);
  while (pawl_tuf_iter_next (&iter, NULL, &mapping))
    if (!check_mapping (self, mapping, error))
      return FALSE;
  return TRUE;
}

/**
 * pawl_tuf_map_new:
 * @bytes: the file
 * @error: return location
 *
 * Errors: %PAWL_TUF_ERROR_INVALID_METADATA, naming what is wrong.
 *
 * Returns: (transfer full): the map
 *
 * Since: 1.0
 */
PawlTufMap *
pawl_tuf_map_new (GBytes *bytes, GError **error)
{
  g_autoptr (PawlTufMap) self = g_object_new (PAWL_TUF_TYPE_MAP, NULL);
  PawlTufValue root;

  self->document = pawl_tuf_document_new (bytes, error);
  if (self->document != NULL)
    {
      root = pawl_tuf_document_get_root (self->document);
      self->repositories = pawl_tuf_document_get_member (self->document, root, "repositories");
      self->mapping = pawl_tuf_document_get_member (self->document, root, "mapping");
      if (check (self, error))
        return g_steal_pointer (&self);
    }
  g_prefix_error (error, "map: ");
  return NULL;
}

static GStrv
dup_strings (PawlTufDocument *document, PawlTufValue container)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  PawlTufIter iter;
  PawlTufValue name, value;

  pawl_tuf_iter_init (&iter, document, container);
  while (pawl_tuf_iter_next (&iter, &name, &value))
    {
      g_autofree char *text =
        pawl_tuf_document_dup_string (document, pawl_tuf_value_exists (name) ? name : value);

      g_strv_builder_add (builder, text);
    }
  return g_strv_builder_end (builder);
}

/**
 * pawl_tuf_map_dup_repositories:
 * @self: a map
 *
 * Returns: (transfer full): the names of its repositories; each is good for a folder
 *
 * Since: 1.0
 */
GStrv
pawl_tuf_map_dup_repositories (PawlTufMap *self)
{
  return dup_strings (self->document, self->repositories);
}

/**
 * pawl_tuf_map_dup_urls:
 * @self: a map
 * @repository: a name of the map
 *
 * Returns: (transfer full): where the repository is, in order of preference; empty for one that is
 * not known
 *
 * Since: 1.0
 */
GStrv
pawl_tuf_map_dup_urls (PawlTufMap *self, const char *repository)
{
  return dup_strings (self->document,
                      pawl_tuf_document_get_member (self->document, self->repositories,
                                                    repository));
}

/* ---- the search ---- */

typedef struct
{
  const char *target;
  const char *hardware_id; /* (nullable) */
  PawlTufMapFunc get_client;
  gpointer user_data;
} Question;

/**
 * pawl_tuf_vote_free:
 * @vote: (transfer full): a vote
 *
 * Since: 1.0
 */
void
pawl_tuf_vote_free (PawlTufVote *vote)
{
  g_object_unref (vote->client);
  pawl_tuf_found_free (vote->found);
  g_free (vote);
}

static gboolean
matches (PawlTufMap *self, PawlTufValue mapping, const char *target)
{
  g_auto (GStrv) paths =
    dup_strings (self->document, pawl_tuf_document_get_member (self->document, mapping, "paths"));

  for (guint i = 0; paths[i] != NULL; i++)
    if (pawl_tuf_glob_match (paths[i], target))
      return TRUE;
  return FALSE;
}

/* That a repository does not list the target is an answer; that it cannot be asked is none. */
static gboolean
ask (const Question *question, const char *repository, GPtrArray *votes, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  PawlTufClient *client = question->get_client (repository, question->user_data, error);
  PawlTufFound *found;
  PawlTufVote *vote;

  if (client == NULL)
    return FALSE;
  found =
    pawl_tuf_client_find_target (client, question->target, question->hardware_id, &local_error);
  if (found != NULL)
    {
      vote = g_new0 (PawlTufVote, 1);
      vote->client = g_object_ref (client);
      vote->found = found;
      g_ptr_array_add (votes, vote);
    }
  else if (!g_error_matches (local_error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_TARGET_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  return TRUE;
}

/* Those that say the same as the earliest that enough agree with. */
static GPtrArray *
take_agreed (GPtrArray *votes, gint64 threshold)
{
  for (guint i = 0; i < votes->len; i++)
    {
      g_autoptr (GPtrArray) same =
        g_ptr_array_new_with_free_func ((GDestroyNotify) pawl_tuf_vote_free);

      for (guint j = 0; j < votes->len; j++)
        {
          PawlTufVote *other = votes->pdata[j];
          PawlTufVote *copy;

          if (!pawl_tuf_found_is_same (((PawlTufVote *) votes->pdata[i])->found, other->found))
            continue;
          copy = g_new0 (PawlTufVote, 1);
          copy->client = g_object_ref (other->client);
          copy->found = pawl_tuf_found_copy (other->found);
          g_ptr_array_add (same, copy);
        }
      if (same->len >= threshold)
        return g_steal_pointer (&same);
    }
  return NULL;
}

static gboolean
ask_all (PawlTufMap *self,
         PawlTufValue mapping,
         const Question *question,
         GPtrArray *votes,
         GError **error)
{
  g_auto (GStrv) names =
    dup_strings (self->document,
                 pawl_tuf_document_get_member (self->document, mapping, "repositories"));

  for (guint i = 0; names[i] != NULL; i++)
    if (!ask (question, names[i], votes, error))
      return FALSE;
  return TRUE;
}

/* Sets @out_end when no later mapping may be asked. */
static gboolean
consult (PawlTufMap *self,
         PawlTufValue mapping,
         const Question *question,
         GPtrArray **out_agreed,
         gboolean *out_end,
         GError **error)
{
  g_autoptr (GPtrArray) votes =
    g_ptr_array_new_with_free_func ((GDestroyNotify) pawl_tuf_vote_free);
  PawlTufDocument *document = self->document;
  gint64 threshold = 1;

  pawl_tuf_document_get_int (document,
                             pawl_tuf_document_get_member (document, mapping, "threshold"),
                             &threshold);
  pawl_tuf_document_get_boolean (document,
                                 pawl_tuf_document_get_member (document, mapping, "terminating"),
                                 out_end);
  if (!ask_all (self, mapping, question, votes, error))
    return FALSE;
  *out_agreed = take_agreed (votes, threshold);
  if (*out_agreed != NULL || votes->len == 0 || !*out_end)
    return TRUE;
  g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_TARGET_MISMATCH,
               "map: %u repositories list %s, and not %" G_GINT64_FORMAT " of them say the same",
               votes->len, question->target, threshold);
  return FALSE;
}

/**
 * pawl_tuf_map_find_target:
 * @self: a map
 * @target: a target's name
 * @hardware_id: (nullable): leaves out delegations for other hardware
 * @get_client: (scope call): gives a repository's client
 * @user_data: given to @get_client
 * @error: return location
 *
 * Asks the repositories of each mapping that matches, in order, until enough of one say the same
 * length and hashes. A repository that cannot be asked ends the search: whoever holds it back must
 * not decide which mapping counts.
 *
 * Errors: %PAWL_TUF_ERROR_TARGET_NOT_FOUND, %PAWL_TUF_ERROR_TARGET_MISMATCH, and what the
 * repositories give.
 *
 * Returns: (transfer full) (element-type PawlTufVote): the repositories that agree, in the order of
 * the mapping; at least one
 *
 * Since: 1.0
 */
GPtrArray *
pawl_tuf_map_find_target (PawlTufMap *self,
                          const char *target,
                          const char *hardware_id,
                          PawlTufMapFunc get_client,
                          gpointer user_data,
                          GError **error)
{
  const Question question = {target, hardware_id, get_client, user_data};
  GPtrArray *agreed = NULL;
  gboolean end = FALSE;
  PawlTufIter iter;
  PawlTufValue mapping;

  pawl_tuf_iter_init (&iter, self->document, self->mapping);
  while (agreed == NULL && !end && pawl_tuf_iter_next (&iter, NULL, &mapping))
    if (matches (self, mapping, target) &&
        !consult (self, mapping, &question, &agreed, &end, error))
      return NULL;
  if (agreed == NULL)
    g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_TARGET_NOT_FOUND,
                 "map: no mapping leads to %s", target);
  return agreed;
}
