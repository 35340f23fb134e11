/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-ostree-target.h"

#include <ostree.h>

static gboolean
is_format (PawlTarget *target)
{
  const char *format = pawl_target_get_format (target);

  /* The wire dialect of the field says nothing for old targets, which then have no bytes. */
  return g_ascii_strcasecmp (format, PAWL_OSTREE_FORMAT) == 0 ||
         (*format == '\0' && pawl_target_get_length (target) == 0);
}

/*< private >
 * pawl_ostree_target_dup_commit:
 * @target: a target
 * @error: return location; #PAWL_ERROR_INCOMPATIBLE
 *
 * Returns: (transfer full): the OSTree commit that @target stands for, in lower case
 */
char *
pawl_ostree_target_dup_commit (PawlTarget *target, GError **error)
{
  const char *hash = pawl_target_get_hash (target, "sha256");
  g_autofree char *commit = hash != NULL ? g_ascii_strdown (hash, -1) : NULL;

  if (!is_format (target))
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_INCOMPATIBLE,
                   "%s: its format is \"%s\", wanted %s", pawl_target_get_name (target),
                   pawl_target_get_format (target), PAWL_OSTREE_FORMAT);
      return NULL;
    }
  if (commit == NULL || !ostree_validate_checksum_string (commit, NULL))
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_INCOMPATIBLE,
                   "%s: its sha256 is \"%s\", wanted the 64 digits of an OSTree commit",
                   pawl_target_get_name (target), hash != NULL ? hash : "");
      return NULL;
    }
  return g_steal_pointer (&commit);
}
