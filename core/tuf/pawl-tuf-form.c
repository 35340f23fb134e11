/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What each type of metadata has to contain (TUF 1.0.34, 4.2 to 4.6). */
#include "pawl-tuf-form.h"

#include <pawl-tuf/pawl-tuf-error.h>

#include <string.h>

gboolean
pawl_tuf_form_refuse (GError **error, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list args;

  va_start (args, format);
  message = g_strdup_vprintf (format, args);
  va_end (args);
  g_set_error_literal (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_INVALID_METADATA, message);
  return FALSE;
}

static char
kind_of_member (PawlTufDocument *document, PawlTufValue object, const char *name)
{
  return pawl_tuf_document_get_kind (document,
                                     pawl_tuf_document_get_member (document, object, name));
}

/* ---- signatures ---- */

static gboolean
check_signature (PawlTufDocument *document,
                 PawlTufValue signature,
                 PawlTufDialect dialect,
                 GHashTable *seen,
                 GError **error)
{
  char *key_id =
    pawl_tuf_document_dup_string (document,
                                  pawl_tuf_document_get_member (document, signature, "keyid"));

  if (key_id == NULL)
    return pawl_tuf_form_refuse (error, "signatures: wanted a keyid in each");
  if (!g_hash_table_add (seen, key_id))
    {
      g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_NON_UNIQUE_SIGNATURES,
                   "signatures: found two of key id %s, wanted one of each", key_id);
      return FALSE;
    }
  if (kind_of_member (document, signature, "sig") != '"')
    return pawl_tuf_form_refuse (error, "signatures: wanted a sig of key id %s", key_id);
  if (dialect == PAWL_TUF_DIALECT_ATS && kind_of_member (document, signature, "method") != '"')
    return pawl_tuf_form_refuse (error, "signatures: wanted a method of key id %s", key_id);
  return TRUE;
}

/*< private >
 * pawl_tuf_form_check_signatures:
 * @document: a metadata file
 * @dialect: how it is written
 * @error: return location
 *
 * Returns: %TRUE if `signatures` is a list of signatures by different key ids
 */
gboolean
pawl_tuf_form_check_signatures (PawlTufDocument *document, PawlTufDialect dialect, GError **error)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  PawlTufValue list =
    pawl_tuf_document_get_member (document, pawl_tuf_document_get_root (document), "signatures");
  PawlTufIter iter;
  PawlTufValue signature;

  if (pawl_tuf_document_get_kind (document, list) != '[')
    return pawl_tuf_form_refuse (error, "signatures: wanted an array");
  pawl_tuf_iter_init (&iter, document, list);
  while (pawl_tuf_iter_next (&iter, NULL, &signature))
    if (!check_signature (document, signature, dialect, seen, error))
      return FALSE;
  return TRUE;
}

/* ---- parts that several types have ---- */

gboolean
pawl_tuf_form_check_strings (PawlTufDocument *document,
                             PawlTufValue list,
                             const char *what,
                             GError **error)
{
  PawlTufIter iter;
  PawlTufValue element;

  if (pawl_tuf_document_get_kind (document, list) != '[')
    return pawl_tuf_form_refuse (error, "%s: wanted an array", what);
  pawl_tuf_iter_init (&iter, document, list);
  while (pawl_tuf_iter_next (&iter, NULL, &element))
    if (pawl_tuf_document_get_kind (document, element) != '"')
      return pawl_tuf_form_refuse (error, "%s: wanted only strings", what);
  return TRUE;
}

/* Key ids and threshold, of a role of the root or of a delegation. */
gboolean
pawl_tuf_form_check_role (PawlTufDocument *document,
                          PawlTufValue role,
                          const char *name,
                          GError **error)
{
  PawlTufValue key_ids = pawl_tuf_document_get_member (document, role, "keyids");
  PawlTufValue value = pawl_tuf_document_get_member (document, role, "threshold");
  gint64 threshold = 0;

  if (pawl_tuf_document_get_kind (document, role) != '{')
    return pawl_tuf_form_refuse (error, "role %s: wanted an object", name);
  if (!pawl_tuf_form_check_strings (document, key_ids, "keyids", error))
    return FALSE;
  if (!pawl_tuf_document_get_int (document, value, &threshold))
    return pawl_tuf_form_refuse (error, "role %s: wanted an integer threshold", name);
  if (threshold >= 1)
    return TRUE;
  g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_ILLEGAL_THRESHOLD,
               "role %s: found threshold %" G_GINT64_FORMAT ", wanted at least 1", name, threshold);
  return FALSE;
}

static gboolean
check_hashes (PawlTufDocument *document, PawlTufValue hashes, const char *name, GError **error)
{
  PawlTufIter iter;
  PawlTufValue algorithm, hash;

  if (pawl_tuf_document_get_kind (document, hashes) != '{')
    return pawl_tuf_form_refuse (error, "%s: wanted an object of hashes", name);
  pawl_tuf_iter_init (&iter, document, hashes);
  while (pawl_tuf_iter_next (&iter, &algorithm, &hash))
    if (pawl_tuf_document_get_kind (document, hash) != '"')
      return pawl_tuf_form_refuse (error, "%s: wanted hashes as strings", name);
  return TRUE;
}

/* ---- root ---- */

static gboolean
check_root (PawlTufDocument *document,
            PawlTufValue signed_part,
            PawlTufDialect dialect,
            GError **error)
{
  static const char *const names[] = {"root",     "targets",         "timestamp",
                                      "snapshot", "offline-updates", "offline-snapshot"};
  /* The Director of the ATS dialect may do without timestamp and snapshot. */
  gsize required = dialect == PAWL_TUF_DIALECT_ATS ? 2 : 4;
  PawlTufValue roles = pawl_tuf_document_get_member (document, signed_part, "roles");
  char consistent = kind_of_member (document, signed_part, "consistent_snapshot");

  if (kind_of_member (document, signed_part, "keys") != '{')
    return pawl_tuf_form_refuse (error, "keys: wanted an object");
  if (consistent != 0 && consistent != 't' && consistent != 'f')
    return pawl_tuf_form_refuse (error, "consistent_snapshot: wanted true or false");
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      PawlTufValue role = pawl_tuf_document_get_member (document, roles, names[i]);

      if ((i < required || pawl_tuf_value_exists (role)) &&
          !pawl_tuf_form_check_role (document, role, names[i], error))
        return FALSE;
    }
  return TRUE;
}

/* ---- timestamp and snapshot ---- */

static gboolean
check_meta (PawlTufDocument *document, PawlTufValue entry, const char *name, GError **error)
{
  PawlTufValue length = pawl_tuf_document_get_member (document, entry, "length");
  PawlTufValue hashes = pawl_tuf_document_get_member (document, entry, "hashes");
  gint64 number = 0;

  if (!pawl_tuf_document_get_int (document,
                                  pawl_tuf_document_get_member (document, entry, "version"),
                                  &number) ||
      number < 1)
    return pawl_tuf_form_refuse (error, "meta of %s: wanted a version of at least 1", name);
  if (pawl_tuf_value_exists (length) &&
      (!pawl_tuf_document_get_int (document, length, &number) || number < 1))
    return pawl_tuf_form_refuse (error, "meta of %s: wanted a length of at least 1", name);
  return !pawl_tuf_value_exists (hashes) || check_hashes (document, hashes, name, error);
}

static gboolean
check_all_meta (PawlTufDocument *document, PawlTufValue signed_part, GError **error)
{
  PawlTufIter iter;
  PawlTufValue meta = pawl_tuf_document_get_member (document, signed_part, "meta");
  PawlTufValue name, entry;

  if (pawl_tuf_document_get_kind (document, meta) != '{')
    return pawl_tuf_form_refuse (error, "meta: wanted an object");
  pawl_tuf_iter_init (&iter, document, meta);
  while (pawl_tuf_iter_next (&iter, &name, &entry))
    {
      g_autofree char *text = pawl_tuf_document_dup_string (document, name);

      if (!check_meta (document, entry, text, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_snapshot (PawlTufDocument *document, PawlTufValue signed_part, GError **error)
{
  PawlTufValue meta = pawl_tuf_document_get_member (document, signed_part, "meta");

  if (kind_of_member (document, meta, "targets.json") != '{')
    return pawl_tuf_form_refuse (error, "meta: wanted an object with targets.json");
  return check_all_meta (document, signed_part, error);
}

/* A timestamp describes the snapshot and nothing else (4.6). */
static gboolean
describes_one_file (PawlTufDocument *document, PawlTufValue meta)
{
  PawlTufIter iter;
  PawlTufValue entry;

  pawl_tuf_iter_init (&iter, document, meta);
  return pawl_tuf_iter_next (&iter, NULL, &entry) && !pawl_tuf_iter_next (&iter, NULL, &entry);
}

/* The ATS dialect leaves nothing out of a timestamp, and its clients insist on it; what else they
 * find there they do not look at. */
static gboolean
check_timestamp (PawlTufDocument *document,
                 PawlTufValue signed_part,
                 PawlTufDialect dialect,
                 GError **error)
{
  PawlTufValue meta = pawl_tuf_document_get_member (document, signed_part, "meta");
  PawlTufValue entry = pawl_tuf_document_get_member (document, meta, "snapshot.json");

  if (pawl_tuf_document_get_kind (document, entry) != '{')
    return pawl_tuf_form_refuse (error, "meta: wanted an object with snapshot.json");
  if (dialect == PAWL_TUF_DIALECT_ATS && (kind_of_member (document, entry, "length") == 0 ||
                                          kind_of_member (document, entry, "hashes") == 0))
    return pawl_tuf_form_refuse (error, "meta of snapshot.json: wanted a length and hashes");
  if (dialect == PAWL_TUF_DIALECT_TUF && !describes_one_file (document, meta))
    return pawl_tuf_form_refuse (error, "meta: wanted snapshot.json and no other file");
  return check_meta (document, entry, "snapshot.json", error);
}

/* ---- targets ---- */

static gboolean
check_target (PawlTufDocument *document, PawlTufValue name, PawlTufValue target, GError **error)
{
  PawlTufValue hashes = {0, 0};
  PawlTufValue size = {0, 0};
  gint64 length = -1;
  g_autofree char *text = NULL;
  PawlTufIter iter;
  PawlTufValue member, value;

  /* Once through each of 100,000. */
  pawl_tuf_iter_init (&iter, document, target);
  while (pawl_tuf_iter_next (&iter, &member, &value))
    if (pawl_tuf_document_is_string (document, member, "hashes"))
      hashes = value;
    else if (pawl_tuf_document_is_string (document, member, "length"))
      size = value;
  if (pawl_tuf_document_get_int (document, size, &length) && length >= 0 &&
      check_hashes (document, hashes, "target", NULL) && hashes.end - hashes.start > 2)
    return TRUE;
  text = pawl_tuf_document_dup_string (document, name);
  return pawl_tuf_form_refuse (error, "target %s: wanted a length of at least 0, and hashes", text);
}

static gboolean
check_targets (PawlTufDocument *document,
               PawlTufValue signed_part,
               PawlTufDialect dialect,
               GError **error)
{
  PawlTufValue targets = pawl_tuf_document_get_member (document, signed_part, "targets");
  PawlTufValue delegations = pawl_tuf_document_get_member (document, signed_part, "delegations");
  PawlTufIter iter;
  PawlTufValue name, target;

  if (pawl_tuf_document_get_kind (document, targets) != '{')
    return pawl_tuf_form_refuse (error, "targets: wanted an object");
  pawl_tuf_iter_init (&iter, document, targets);
  while (pawl_tuf_iter_next (&iter, &name, &target))
    if (!check_target (document, name, target, error))
      return FALSE;
  return !pawl_tuf_value_exists (delegations) ||
         pawl_tuf_form_check_delegations (document, signed_part, dialect, error);
}

/*< private >
 * pawl_tuf_form_check_body:
 * @document: a metadata file
 * @signed_part: its object `signed`
 * @type: its type
 * @dialect: how it is written
 * @error: return location
 *
 * Returns: %TRUE if @signed_part has what its type asks for
 */
gboolean
pawl_tuf_form_check_body (PawlTufDocument *document,
                          PawlTufValue signed_part,
                          PawlTufType type,
                          PawlTufDialect dialect,
                          GError **error)
{
  switch (type)
    {
    case PAWL_TUF_TYPE_ROOT:
      return check_root (document, signed_part, dialect, error);
    case PAWL_TUF_TYPE_TIMESTAMP:
      return check_timestamp (document, signed_part, dialect, error);
    case PAWL_TUF_TYPE_SNAPSHOT:
      return check_snapshot (document, signed_part, error);
    case PAWL_TUF_TYPE_OFFLINE_SNAPSHOT:
      return check_all_meta (document, signed_part, error);
    case PAWL_TUF_TYPE_TARGETS:
    case PAWL_TUF_TYPE_OFFLINE_UPDATES:
      return check_targets (document, signed_part, dialect, error);
    }
  return pawl_tuf_form_refuse (error, "type %d: unknown", (int) type);
}
