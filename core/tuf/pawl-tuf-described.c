/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Whether a metadata file is the one that a timestamp or a snapshot announces. */
#include <pawl-tuf/pawl-tuf-metadata.h>

#include "pawl-tuf-message.h"

#include <pawl-tuf/pawl-tuf-error.h>

static gboolean
has_hash (PawlTufMetadata *self, const char *algorithm, const char *wanted)
{
  static const PawlTufForm forms[] = {PAWL_TUF_FORM_ATS, PAWL_TUF_FORM_ATS_RAW};
  PawlTufDocument *document = pawl_tuf_metadata_get_document (self);
  g_autofree char *plain = pawl_tuf_hash (algorithm, pawl_tuf_document_get_bytes (document));

  if (g_ascii_strcasecmp (plain, wanted) == 0)
    return TRUE;
  if (pawl_tuf_metadata_get_dialect (self) == PAWL_TUF_DIALECT_TUF)
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (forms); i++)
    {
      g_autofree char *hash =
        pawl_tuf_hash_canonical (algorithm, document, pawl_tuf_document_get_root (document),
                                 forms[i]);

      if (g_ascii_strcasecmp (hash, wanted) == 0)
        return TRUE;
    }
  return FALSE;
}

/* All hashes that are known have to match, and one has to be known (TUF 1.0.34, 5.5.2). */
static gboolean
check_hashes (PawlTufMetadata *self,
              PawlTufDocument *describer,
              PawlTufValue hashes,
              GError **error)
{
  guint known = 0;
  PawlTufIter iter;
  PawlTufValue name, value;

  if (!pawl_tuf_value_exists (hashes))
    return TRUE;
  pawl_tuf_iter_init (&iter, describer, hashes);
  while (pawl_tuf_iter_next (&iter, &name, &value))
    {
      g_autofree char *algorithm = pawl_tuf_document_dup_string (describer, name);
      g_autofree char *wanted = pawl_tuf_document_dup_string (describer, value);

      if (!g_str_equal (algorithm, "sha256") && !g_str_equal (algorithm, "sha512"))
        continue;
      known++;
      if (has_hash (self, algorithm, wanted))
        continue;
      g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_HASH_MISMATCH,
                   "found another %s than the announced %s", algorithm, wanted);
      return FALSE;
    }
  if (known > 0)
    return TRUE;
  g_set_error_literal (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_HASH_MISMATCH,
                       "found no hash of a known algorithm, wanted sha256 or sha512");
  return FALSE;
}

/* The ATS dialect gives the length of whichever form its writer had: an upper bound. */
static gboolean
check_length (PawlTufMetadata *self, PawlTufDocument *describer, PawlTufValue value, GError **error)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (self);
  gint64 size = (gint64) g_bytes_get_size (pawl_tuf_document_get_bytes (document));
  gint64 length = 0;

  if (!pawl_tuf_document_get_int (describer, value, &length) || size == length ||
      pawl_tuf_metadata_get_dialect (self) == PAWL_TUF_DIALECT_ATS)
    return TRUE;
  g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_HASH_MISMATCH,
               "found %" G_GINT64_FORMAT " bytes, wanted the announced %" G_GINT64_FORMAT, size,
               length);
  return FALSE;
}

/**
 * pawl_tuf_metadata_check_described:
 * @self: a metadata file
 * @describer: the timestamp or snapshot that announces it
 * @entry: what @describer says about it
 * @error: return location
 *
 * Compares length, hashes and version with what was announced; what was not, is not compared. In
 * the TUF dialect hashes are of the bytes, in the ATS dialect of the canonical form.
 *
 * Errors: %PAWL_TUF_ERROR_HASH_MISMATCH, %PAWL_TUF_ERROR_VERSION_MISMATCH.
 *
 * Returns: %TRUE if it is the announced file
 *
 * Since: 1.0
 */
gboolean
pawl_tuf_metadata_check_described (PawlTufMetadata *self,
                                   PawlTufMetadata *describer,
                                   PawlTufValue entry,
                                   GError **error)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (describer);
  gint64 version = 0;

  if (!check_length (self, document, pawl_tuf_document_get_member (document, entry, "length"),
                     error) ||
      !check_hashes (self, document, pawl_tuf_document_get_member (document, entry, "hashes"),
                     error))
    return FALSE;
  pawl_tuf_document_get_int (document, pawl_tuf_document_get_member (document, entry, "version"),
                             &version);
  if (version == pawl_tuf_metadata_get_version (self))
    return TRUE;
  g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_VERSION_MISMATCH,
               "found version %" G_GINT64_FORMAT ", wanted the announced %" G_GINT64_FORMAT,
               pawl_tuf_metadata_get_version (self), version);
  return FALSE;
}
