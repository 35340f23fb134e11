/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Which delegations of a targets file lead to a target (TUF 1.0.34, 4.5; Uptane 2.1, 5.4.4.7). */
#include <pawl-tuf/pawl-tuf-metadata.h>

#include "pawl-tuf-bins.h"

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
  g_free (delegation);
}

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
is_same (const char *element, const char *text)
{
  return g_str_equal (element, text);
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
         has_element (document, ids, is_same, hardware_id);
}

static PawlTufDelegation *
make_delegation (PawlTufDocument *document, PawlTufValue role)
{
  PawlTufDelegation *delegation = g_new0 (PawlTufDelegation, 1);

  delegation->role =
    pawl_tuf_document_dup_string (document, pawl_tuf_document_get_member (document, role, "name"));
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
  PawlTufValue delegations = pawl_tuf_metadata_get_member (self, "delegations");
  g_autoptr (GBytes) name = g_bytes_new_static (target, strlen (target));
  g_autofree char *hash = pawl_tuf_hash ("sha256", name);
  PawlTufValue bins = pawl_tuf_bins_find (self);
  PawlTufIter iter;
  PawlTufValue role;

  pawl_tuf_iter_init (&iter, document,
                      pawl_tuf_document_get_member (document, delegations, "roles"));
  while (pawl_tuf_iter_next (&iter, NULL, &role))
    if (matches_path (document, role, target, hash) &&
        matches_hardware (document, role, hardware_id))
      g_ptr_array_add (found, make_delegation (document, role));
  if (pawl_tuf_value_exists (bins))
    g_ptr_array_add (found, make_bin (document, bins, target));
  return found;
}
