/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include <pawl-tuf/pawl-tuf-client.h>

/**
 * pawl_tuf_found_free:
 * @found: (transfer full): where a target was found
 *
 * Since: 1.0
 */
void
pawl_tuf_found_free (PawlTufFound *found)
{
  g_free (found->role);
  g_object_unref (found->metadata);
  g_free (found);
}

/**
 * pawl_tuf_found_copy:
 * @found: where a target was found
 *
 * Returns: (transfer full): the same
 *
 * Since: 1.0
 */
PawlTufFound *
pawl_tuf_found_copy (PawlTufFound *found)
{
  PawlTufFound *copy = g_new0 (PawlTufFound, 1);

  copy->role = g_strdup (found->role);
  copy->metadata = g_object_ref (found->metadata);
  copy->target = found->target;
  return copy;
}

static gint64
get_length (PawlTufFound *found)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (found->metadata);
  gint64 length = -1;

  pawl_tuf_document_get_int (document,
                             pawl_tuf_document_get_member (document, found->target, "length"),
                             &length);
  return length;
}

/* One hash that both give, and none that differs. */
static gboolean
has_same_hashes (PawlTufDocument *ours,
                 PawlTufValue hashes,
                 PawlTufDocument *theirs,
                 PawlTufValue others)
{
  guint equal = 0;
  PawlTufIter iter;
  PawlTufValue name, value;

  pawl_tuf_iter_init (&iter, ours, hashes);
  while (pawl_tuf_iter_next (&iter, &name, &value))
    {
      g_autofree char *algorithm = pawl_tuf_document_dup_string (ours, name);
      g_autofree char *hash = pawl_tuf_document_dup_string (ours, value);
      g_autofree char *other =
        pawl_tuf_document_dup_string (theirs,
                                      pawl_tuf_document_get_member (theirs, others, algorithm));

      if (other == NULL)
        continue;
      if (hash == NULL || g_ascii_strcasecmp (hash, other) != 0)
        return FALSE;
      equal++;
    }
  return equal > 0;
}

/**
 * pawl_tuf_found_is_same:
 * @found: where a target was found
 * @other: where else it was found
 *
 * Returns: whether both are about the same bytes: the same length, a hash that both give, and none
 * that differs. What is in `custom` does not count.
 *
 * Since: 1.0
 */
gboolean
pawl_tuf_found_is_same (PawlTufFound *found, PawlTufFound *other)
{
  PawlTufDocument *ours = pawl_tuf_metadata_get_document (found->metadata);
  PawlTufDocument *theirs = pawl_tuf_metadata_get_document (other->metadata);

  return get_length (found) == get_length (other) &&
         has_same_hashes (ours, pawl_tuf_document_get_member (ours, found->target, "hashes"),
                          theirs, pawl_tuf_document_get_member (theirs, other->target, "hashes"));
}
