/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-repo-diff.h"

#include "pawl-repo-envelope.h"
#include "pawl-repo-error.h"

/* A value in one line. */
static char *
dup_text (PawlTufDocument *document, PawlTufValue value)
{
  g_autoptr (GBytes) bytes =
    pawl_tuf_document_canonicalize (document, value, PAWL_TUF_FORM_ATS_RAW);

  return g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
}

static GHashTable *
collect (PawlTufMetadata *metadata, PawlTufValue container, const char *name_member)
{
  GHashTable *table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  PawlTufDocument *document = metadata != NULL ? pawl_tuf_metadata_get_document (metadata) : NULL;
  PawlTufIter iter;
  PawlTufValue name, value;

  if (document == NULL)
    return table;
  pawl_tuf_iter_init (&iter, document, container);
  while (pawl_tuf_iter_next (&iter, &name, &value))
    {
      if (name_member != NULL)
        name = pawl_tuf_document_get_member (document, value, name_member);
      g_hash_table_replace (table, pawl_tuf_document_dup_string (document, name),
                            dup_text (document, value));
    }
  return table;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (a, b);
}

static void
print_changes (GString *out, const char *what, GHashTable *before, GHashTable *after)
{
  g_autoptr (GList) gone = g_list_sort (g_hash_table_get_keys (before), compare_names);
  g_autoptr (GList) there = g_list_sort (g_hash_table_get_keys (after), compare_names);

  for (GList *l = gone; l != NULL; l = l->next)
    if (!g_hash_table_contains (after, l->data))
      g_string_append_printf (out, "  - %s %s\n", what, (char *) l->data);
  for (GList *l = there; l != NULL; l = l->next)
    {
      const char *former = g_hash_table_lookup (before, l->data);
      const char *text = g_hash_table_lookup (after, l->data);

      if (former == NULL)
        g_string_append_printf (out, "  + %s %s %s\n", what, (char *) l->data, text);
      else if (!g_str_equal (former, text))
        g_string_append_printf (out, "  ~ %s %s %s\n      was %s\n", what, (char *) l->data, text,
                                former);
    }
}

/* Which member of each type is compared, and what its elements are. */
static const struct
{
  const char *outer; /* (nullable) */
  const char *member;
  const char *what;
  const char *name_member; /* (nullable): of an array's elements */
} parts[] = {
  /* The first one is what `target diff` is about. */
  {NULL,          "targets", "target",     NULL  },
  {NULL,          "roles",   "role",       NULL  },
  {NULL,          "keys",    "key",        NULL  },
  {NULL,          "meta",    "file",       NULL  },
  {"delegations", "roles",   "delegation", "name"},
  {"delegations", "keys",    "key",        NULL  },
};

static PawlTufValue
find_part (PawlTufMetadata *metadata, guint i)
{
  const PawlTufValue none = {0, 0};

  if (metadata == NULL)
    return none;
  if (parts[i].outer == NULL)
    return pawl_tuf_metadata_get_member (metadata, parts[i].member);
  return pawl_tuf_document_get_member (pawl_tuf_metadata_get_document (metadata),
                                       pawl_tuf_metadata_get_member (metadata, parts[i].outer),
                                       parts[i].member);
}

/*< private >
 * pawl_repo_diff:
 * @work: a work folder
 * @role: a staged role
 * @out: gets the lines
 * @error: return location
 *
 * Returns: %TRUE if both versions can be read
 */
gboolean
pawl_repo_diff (PawlRepoWork *work, const char *role, GString *out, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (PawlTufMetadata) staged = pawl_repo_work_load_staged (work, role, &local_error);
  g_autoptr (PawlTufMetadata) current = NULL;

  if (staged == NULL && local_error == NULL)
    pawl_repo_fail (&local_error, PAWL_REPO_ERROR_USAGE, "role %s: nothing is staged", role);
  if (local_error == NULL)
    current = pawl_repo_work_load_current (work, role, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  g_string_append_printf (out, "%s: version %" G_GINT64_FORMAT " → %" G_GINT64_FORMAT "\n", role,
                          current != NULL ? pawl_tuf_metadata_get_version (current) : 0,
                          pawl_tuf_metadata_get_version (staged));
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      g_autoptr (GHashTable) before =
        collect (current, find_part (current, i), parts[i].name_member);
      g_autoptr (GHashTable) after = collect (staged, find_part (staged, i), parts[i].name_member);

      print_changes (out, parts[i].what, before, after);
    }
  return TRUE;
}

/*< private >
 * pawl_repo_diff_targets:
 * @work: a work folder
 * @baseline: (nullable): another one, or a backup; what is signed in @work without it
 * @role: a role that lists targets
 * @out: gets the lines, if there are any
 * @error: return location
 *
 * Returns: %TRUE if both versions can be read
 */
gboolean
pawl_repo_diff_targets (PawlRepoWork *work,
                        PawlRepoWork *baseline,
                        const char *role,
                        GString *out,
                        GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (PawlTufMetadata) newest = pawl_repo_work_load_newest (work, role, &local_error);
  g_autoptr (PawlTufMetadata) former = NULL;
  g_autoptr (GHashTable) before = NULL;
  g_autoptr (GHashTable) after = NULL;
  g_autoptr (GString) lines = g_string_new (NULL);

  if (local_error == NULL)
    former = baseline != NULL ? pawl_repo_work_load_newest (baseline, role, &local_error)
                              : pawl_repo_work_load_current (work, role, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  before = collect (former, find_part (former, 0), NULL);
  after = collect (newest, find_part (newest, 0), NULL);
  print_changes (lines, "target", before, after);
  if (lines->len > 0)
    g_string_append_printf (out, "%s:\n%s", role, lines->str);
  return TRUE;
}
