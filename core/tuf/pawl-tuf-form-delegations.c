/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What a targets file that delegates has to contain (TUF 1.0.34, 4.5; TAP 3 and TAP 15). */
#include "pawl-tuf-form.h"

#include "pawl-tuf-bins.h"
#include "pawl-tuf-delegation.h"

static gboolean
check_paths (PawlTufDocument *document, PawlTufValue role, const char *name, GError **error)
{
  PawlTufValue paths = pawl_tuf_document_get_member (document, role, "paths");
  PawlTufValue prefixes = pawl_tuf_document_get_member (document, role, "path_hash_prefixes");

  if (pawl_tuf_value_exists (paths) == pawl_tuf_value_exists (prefixes))
    return pawl_tuf_form_refuse (error, "role %s: wanted one of paths and path_hash_prefixes",
                                 name);
  return pawl_tuf_value_exists (paths)
           ? pawl_tuf_form_check_strings (document, paths, "paths", error)
           : pawl_tuf_form_check_strings (document, prefixes, "path_hash_prefixes", error);
}

/* A delegated role must not pass for a top-level one: their files share a folder. */
static gboolean
is_top_level (const char *name)
{
  return g_strv_contains ((const char *const[]){"root", "timestamp", "snapshot", "targets", NULL},
                          name);
}

/* Takes the name of a role, and says it in @out_name. One name has one set of keys, so it stands
 * once in all delegations of a file. */
static gboolean
take_name (PawlTufDocument *document,
           PawlTufValue value,
           GHashTable *seen,
           const char **out_name,
           GError **error)
{
  char *name = pawl_tuf_document_dup_string (document, value);

  if (name == NULL || *name == '\0' || is_top_level (name))
    {
      g_free (name);
      return pawl_tuf_form_refuse (error, "delegations: wanted a name of its own for each role");
    }
  *out_name = name;
  return g_hash_table_add (seen, name) ||
         pawl_tuf_form_refuse (error, "delegations: two roles are called %s", name);
}

static gboolean
check_agreement (PawlTufDocument *document,
                 PawlTufValue delegation,
                 const char *name,
                 guint roles,
                 GError **error)
{
  PawlTufValue value =
    pawl_tuf_document_get_member (document, delegation, "min_roles_in_agreement");
  gint64 agreement = 0;

  if (pawl_tuf_document_get_int (document, value, &agreement) && agreement >= 1 &&
      agreement <= roles)
    return TRUE;
  return pawl_tuf_form_refuse (error, "%s: min_roles_in_agreement: wanted 1 to %u", name, roles);
}

/* TAP 3: several roles, each with keys of its own. */
static gboolean
check_several (PawlTufDocument *document,
               PawlTufValue delegation,
               const char *name,
               GHashTable *seen,
               GError **error)
{
  PawlTufValue several = pawl_tuf_document_get_member (document, delegation, "roleinfo");
  guint roles = 0;
  PawlTufIter iter;
  PawlTufValue info;

  if (pawl_tuf_document_get_kind (document, several) != '[')
    return pawl_tuf_form_refuse (error, "%s: roleinfo: wanted an array", name);
  pawl_tuf_iter_init (&iter, document, several);
  while (pawl_tuf_iter_next (&iter, NULL, &info))
    {
      PawlTufValue role_name = pawl_tuf_document_get_member (document, info, "rolename");
      const char *role = NULL;

      if (!take_name (document, role_name, seen, &role, error) ||
          !pawl_tuf_form_check_role (document, info, role, error))
        return FALSE;
      roles++;
    }
  return check_agreement (document, delegation, name, roles, error);
}

static gboolean
check_terminating (PawlTufDocument *document,
                   PawlTufValue delegation,
                   const char *name,
                   GError **error)
{
  PawlTufValue value = pawl_tuf_document_get_member (document, delegation, "terminating");
  char kind = pawl_tuf_document_get_kind (document, value);

  return kind == 0 || kind == 't' || kind == 'f' ||
         pawl_tuf_form_refuse (error, "role %s: terminating: wanted true or false", name);
}

static gboolean
check_delegation (PawlTufDocument *document,
                  PawlTufValue delegation,
                  GHashTable *seen,
                  GError **error)
{
  PawlTufValue several = pawl_tuf_document_get_member (document, delegation, "roleinfo");
  PawlTufValue value = pawl_tuf_document_get_member (document, delegation, "name");
  g_autofree char *own = NULL;
  const char *name = NULL;

  if (pawl_tuf_value_exists (several))
    {
      own = pawl_tuf_document_dup_string (document, value);
      name = own != NULL ? own : "a multi-role delegation";
      if (!check_several (document, delegation, name, seen, error))
        return FALSE;
    }
  else if (!take_name (document, value, seen, &name, error) ||
           !pawl_tuf_form_check_role (document, delegation, name, error))
    return FALSE;
  return check_terminating (document, delegation, name, error) &&
         check_paths (document, delegation, name, error);
}

/* Writers of the ATS dialect leave an empty object behind. */
static gboolean
is_left_over (PawlTufDocument *document, PawlTufValue delegations, PawlTufDialect dialect)
{
  return dialect == PAWL_TUF_DIALECT_ATS &&
         pawl_tuf_document_get_kind (document, delegations) == '{' &&
         !pawl_tuf_value_exists (pawl_tuf_document_get_member (document, delegations, "keys")) &&
         !pawl_tuf_value_exists (pawl_tuf_document_get_member (document, delegations, "roles"));
}

/*< private >
 * pawl_tuf_form_check_delegations:
 * @document: a targets file
 * @signed_part: its object `signed`, with a member `delegations`
 * @dialect: how it is written
 * @error: return location
 *
 * Returns: %TRUE if the delegations can be walked over
 */
gboolean
pawl_tuf_form_check_delegations (PawlTufDocument *document,
                                 PawlTufValue signed_part,
                                 PawlTufDialect dialect,
                                 GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  PawlTufValue delegations = pawl_tuf_document_get_member (document, signed_part, "delegations");
  PawlTufValue list = pawl_tuf_delegations_find_list (document, signed_part);
  PawlTufValue keys = pawl_tuf_delegations_find_keys (document, signed_part);
  PawlTufValue bins = pawl_tuf_document_get_member (document, delegations, "succinct_roles");
  PawlTufIter iter;
  PawlTufValue delegation;

  if (is_left_over (document, delegations, dialect))
    return TRUE;
  if (pawl_tuf_document_get_kind (document, keys) != '{')
    return pawl_tuf_form_refuse (error, "delegations: wanted keys");
  if (pawl_tuf_value_exists (bins) && !pawl_tuf_value_exists (list))
    return pawl_tuf_form_check_role (document, bins, "succinct_roles", error) &&
           pawl_tuf_bins_check (document, bins, error);
  if (pawl_tuf_document_get_kind (document, list) != '[' || pawl_tuf_value_exists (bins))
    return pawl_tuf_form_refuse (error, "delegations: wanted roles or succinct_roles");
  pawl_tuf_iter_init (&iter, document, list);
  while (pawl_tuf_iter_next (&iter, NULL, &delegation))
    if (!check_delegation (document, delegation, seen, error))
      return FALSE;
  return TRUE;
}
