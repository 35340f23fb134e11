/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Which delegations of a targets file lead to a target (TUF 1.0.34, 4.5; Uptane 2.1, 5.4.4.7). */
#include "pawl-tuf-delegation.h"

#include "pawl-tuf-bins.h"
#include "pawl-tuf-text.h"

#include <string.h>

/**
 * pawl_tuf_delegation_free:
 * @delegation: (transfer full): a delegation
 *
 * Since: 1.0
 */
void
pawl_tuf_delegation_free (PawlTufDelegation *delegation)
{
  g_free (delegation->role);
  g_strfreev (delegation->roles);
  g_free (delegation);
}

/* ---- finding ---- */

PawlTufValue
pawl_tuf_delegations_find_list (PawlTufDocument *document, PawlTufValue signed_part)
{
  PawlTufValue delegations = pawl_tuf_document_get_member (document, signed_part, "delegations");

  if (pawl_tuf_document_get_kind (document, delegations) == '[')
    return delegations;
  return pawl_tuf_document_get_member (document, delegations, "roles");
}

PawlTufValue
pawl_tuf_delegations_find_keys (PawlTufDocument *document, PawlTufValue signed_part)
{
  PawlTufValue delegations = pawl_tuf_document_get_member (document, signed_part, "delegations");

  if (pawl_tuf_document_get_kind (document, delegations) == '[')
    return pawl_tuf_document_get_member (document, signed_part, "keys_for_delegations");
  return pawl_tuf_document_get_member (document, delegations, "keys");
}

static PawlTufValue
find_named (PawlTufDocument *document, PawlTufValue list, const char *member, const char *name)
{
  const PawlTufValue none = {0, 0};
  PawlTufIter iter;
  PawlTufValue element;

  pawl_tuf_iter_init (&iter, document, list);
  while (pawl_tuf_iter_next (&iter, NULL, &element))
    if (pawl_tuf_document_is_string (document,
                                     pawl_tuf_document_get_member (document, element, member),
                                     name))
      return element;
  return none;
}

/* The name of a multi-role delegation is nobody's. */
static PawlTufValue
find_in (PawlTufDocument *document, PawlTufValue delegation, const char *role)
{
  const PawlTufValue none = {0, 0};
  PawlTufValue several = pawl_tuf_document_get_member (document, delegation, "roleinfo");

  if (pawl_tuf_value_exists (several))
    return find_named (document, several, "rolename", role);
  return pawl_tuf_document_is_string (document,
                                      pawl_tuf_document_get_member (document, delegation, "name"),
                                      role)
           ? delegation
           : none;
}

PawlTufValue
pawl_tuf_delegations_find_role (PawlTufMetadata *metadata, const char *role)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (metadata);
  PawlTufValue bins = pawl_tuf_bins_find (metadata);
  const PawlTufValue none = {0, 0};
  PawlTufIter iter;
  PawlTufValue delegation;

  pawl_tuf_iter_init (&iter, document,
                      pawl_tuf_delegations_find_list (document,
                                                      pawl_tuf_metadata_get_signed (metadata)));
  while (pawl_tuf_iter_next (&iter, NULL, &delegation))
    {
      PawlTufValue found = find_in (document, delegation, role);

      if (pawl_tuf_value_exists (found))
        return found;
    }
  return pawl_tuf_value_exists (bins) && pawl_tuf_bins_has_role (document, bins, role) ? bins
                                                                                       : none;
}

gboolean
pawl_tuf_delegations_exist (PawlTufMetadata *metadata)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (metadata);
  PawlTufIter iter;
  PawlTufValue delegation;

  pawl_tuf_iter_init (&iter, document,
                      pawl_tuf_delegations_find_list (document,
                                                      pawl_tuf_metadata_get_signed (metadata)));
  return pawl_tuf_iter_next (&iter, NULL, &delegation) ||
         pawl_tuf_value_exists (pawl_tuf_bins_find (metadata));
}

/* ---- matching ---- */

static gboolean
has_element (PawlTufDocument *document,
             PawlTufValue list,
             gboolean (*fits) (const char *element, const char *text),
             const char *text)
{
  PawlTufIter iter;
  PawlTufValue value;

  pawl_tuf_iter_init (&iter, document, list);
  while (pawl_tuf_iter_next (&iter, NULL, &value))
    {
      g_autofree char *element = pawl_tuf_document_dup_string (document, value);

      if (element != NULL && fits (element, text))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_prefix (const char *element, const char *text)
{
  return g_str_has_prefix (text, element);
}

static gboolean
matches_path (PawlTufDocument *document, PawlTufValue role, const char *target, const char *hash)
{
  PawlTufValue paths = pawl_tuf_document_get_member (document, role, "paths");

  if (pawl_tuf_value_exists (paths))
    return has_element (document, paths, pawl_tuf_glob_match, target);
  return has_element (document, pawl_tuf_document_get_member (document, role, "path_hash_prefixes"),
                      is_prefix, hash);
}

/* A delegation that names no hardware is for all. */
static gboolean
matches_hardware (PawlTufDocument *document, PawlTufValue role, const char *hardware_id)
{
  PawlTufValue ids = pawl_tuf_document_get_member (document, role, "hardware_ids");

  return hardware_id == NULL || !pawl_tuf_value_exists (ids) ||
         has_element (document, ids, pawl_tuf_text_is_same, hardware_id);
}

static GStrv
dup_several (PawlTufDocument *document, PawlTufValue several)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  PawlTufIter iter;
  PawlTufValue info;

  pawl_tuf_iter_init (&iter, document, several);
  while (pawl_tuf_iter_next (&iter, NULL, &info))
    {
      g_autofree char *role =
        pawl_tuf_document_dup_string (document,
                                      pawl_tuf_document_get_member (document, info, "rolename"));

      g_strv_builder_add (builder, role);
    }
  return g_strv_builder_end (builder);
}

static PawlTufDelegation *
make_delegation (PawlTufDocument *document, PawlTufValue role)
{
  PawlTufDelegation *delegation = g_new0 (PawlTufDelegation, 1);
  PawlTufValue several = pawl_tuf_document_get_member (document, role, "roleinfo");
  gint64 agreement = 1;

  delegation->role =
    pawl_tuf_document_dup_string (document, pawl_tuf_document_get_member (document, role, "name"));
  if (pawl_tuf_value_exists (several))
    {
      delegation->roles = dup_several (document, several);
      pawl_tuf_document_get_int (document,
                                 pawl_tuf_document_get_member (document, role,
                                                               "min_roles_in_agreement"),
                                 &agreement);
    }
  if (delegation->role == NULL)
    delegation->role = g_strdup ("");
  delegation->agreement = (guint) agreement;
  pawl_tuf_document_get_boolean (document,
                                 pawl_tuf_document_get_member (document, role, "terminating"),
                                 &delegation->terminating);
  return delegation;
}

/* There is one bin for each target, so nothing is searched behind it. */
static PawlTufDelegation *
make_bin (PawlTufDocument *document, PawlTufValue bins, const char *target)
{
  PawlTufDelegation *delegation = g_new0 (PawlTufDelegation, 1);

  delegation->role = pawl_tuf_bins_dup_role (document, bins, target);
  delegation->agreement = 1;
  delegation->terminating = TRUE;
  return delegation;
}

/**
 * pawl_tuf_metadata_find_delegations:
 * @self: a targets file
 * @target: a target's name
 * @hardware_id: (nullable): the hardware that it is for; %NULL for any
 *
 * Returns: (transfer full) (element-type PawlTufDelegation): the roles that may speak about
 * @target, in order of their priority
 *
 * Since: 1.0
 */
GPtrArray *
pawl_tuf_metadata_find_delegations (PawlTufMetadata *self,
                                    const char *target,
                                    const char *hardware_id)
{
  GPtrArray *found = g_ptr_array_new_with_free_func ((GDestroyNotify) pawl_tuf_delegation_free);
  PawlTufDocument *document = pawl_tuf_metadata_get_document (self);
  g_autoptr (GBytes) name = g_bytes_new_static (target, strlen (target));
  g_autofree char *hash = pawl_tuf_hash ("sha256", name);
  PawlTufValue bins = pawl_tuf_bins_find (self);
  PawlTufIter iter;
  PawlTufValue role;

  pawl_tuf_iter_init (&iter, document,
                      pawl_tuf_delegations_find_list (document,
                                                      pawl_tuf_metadata_get_signed (self)));
  while (pawl_tuf_iter_next (&iter, NULL, &role))
    if (matches_path (document, role, target, hash) &&
        matches_hardware (document, role, hardware_id))
      g_ptr_array_add (found, make_delegation (document, role));
  if (pawl_tuf_value_exists (bins))
    g_ptr_array_add (found, make_bin (document, bins, target));
  return found;
}

static void
add_roles (GStrvBuilder *builder, PawlTufDelegation *delegation)
{
  if (delegation->roles != NULL)
    g_strv_builder_addv (builder, (const char **) delegation->roles);
  else
    g_strv_builder_add (builder, delegation->role);
}

/**
 * pawl_tuf_metadata_dup_delegated_roles:
 * @self: a targets file
 *
 * For looking at everything there is. Who wants one target searches it by its name.
 *
 * Returns: (transfer full): the roles that @self delegates to, in order of their priority; of hash
 * bins all, unless there are more than %PAWL_TUF_MAX_BINS: then none
 *
 * Since: 1.0
 */
GStrv
pawl_tuf_metadata_dup_delegated_roles (PawlTufMetadata *self)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (self);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  PawlTufValue bins = pawl_tuf_bins_find (self);
  PawlTufIter iter;
  PawlTufValue role;

  pawl_tuf_iter_init (&iter, document,
                      pawl_tuf_delegations_find_list (document,
                                                      pawl_tuf_metadata_get_signed (self)));
  while (pawl_tuf_iter_next (&iter, NULL, &role))
    {
      PawlTufDelegation *delegation = make_delegation (document, role);

      add_roles (builder, delegation);
      pawl_tuf_delegation_free (delegation);
    }
  if (pawl_tuf_value_exists (bins))
    pawl_tuf_bins_add_roles (document, bins, builder);
  return g_strv_builder_end (builder);
}
