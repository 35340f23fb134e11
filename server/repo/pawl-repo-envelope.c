/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-repo-envelope.h"

#include "pawl-repo-error.h"

static const struct
{
  PawlTufType type;
  const char *tuf; /* also the role */
  const char *ats;
} types[] = {
  {PAWL_TUF_TYPE_ROOT,      "root",      "Root"     },
  {PAWL_TUF_TYPE_TIMESTAMP, "timestamp", "Timestamp"},
  {PAWL_TUF_TYPE_SNAPSHOT,  "snapshot",  "Snapshot" },
  {PAWL_TUF_TYPE_TARGETS,   "targets",   "Targets"  },
};

/*< private >
 * pawl_repo_type_of_role:
 * @role: a role
 *
 * Returns: the type of its file; delegated roles have targets
 */
PawlTufType
pawl_repo_type_of_role (const char *role)
{
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (g_str_equal (types[i].tuf, role))
      return types[i].type;
  return PAWL_TUF_TYPE_TARGETS;
}

const char *
pawl_repo_type_name (PawlTufType type, PawlTufDialect dialect)
{
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    if (types[i].type == type)
      return dialect == PAWL_TUF_DIALECT_ATS ? types[i].ats : types[i].tuf;
  g_return_val_if_reached ("");
}

/* OLPC's form is no JSON: a PEM key has raw newlines in it. So files are in a form that every
 * parser takes; in the ATS dialect it is also the one that is hashed. */
static PawlTufForm
get_file_form (PawlTufDialect dialect)
{
  return dialect == PAWL_TUF_DIALECT_ATS ? PAWL_TUF_FORM_ATS : PAWL_TUF_FORM_ATS_RAW;
}

static GBytes *
wrap (const char *signatures, GBytes *signed_bytes)
{
  GString *text = g_string_new ("{\"signatures\":[");
  gsize size;
  const char *data = g_bytes_get_data (signed_bytes, &size);

  g_string_append (text, signatures);
  g_string_append (text, "],\"signed\":");
  g_string_append_len (text, data, (gssize) size);
  g_string_append_c (text, '}');
  return g_string_free_to_bytes (text);
}

/*< private >
 * pawl_repo_envelope_new:
 * @signed_part: what is going to be signed
 * @dialect: how it is written
 * @error: return location
 *
 * Returns: (transfer full): the file, without a signature
 */
GBytes *
pawl_repo_envelope_new (JsonObject *signed_part, PawlTufDialect dialect, GError **error)
{
  g_autoptr (GBytes) bytes =
    pawl_repo_json_canonicalize (signed_part, get_file_form (dialect), error);

  return bytes != NULL ? wrap ("", bytes) : NULL;
}

/*< private >
 * pawl_repo_envelope_dup_signed:
 * @bytes: a metadata file
 * @what: its name, for messages
 * @error: return location
 *
 * Returns: (transfer full): a tree of its `signed`, to be edited
 */
JsonObject *
pawl_repo_envelope_dup_signed (GBytes *bytes, const char *what, GError **error)
{
  g_autoptr (JsonObject) file = pawl_repo_json_parse (bytes, what, error);
  JsonObject *signed_part;

  if (file == NULL)
    return NULL;
  signed_part = pawl_repo_json_get_object (file, "signed");
  if (signed_part == NULL)
    {
      pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED, "%s: wanted an object “signed”", what);
      return NULL;
    }
  return json_object_ref (signed_part);
}

/*< private >
 * pawl_repo_envelope_read:
 * @role: the role whose file it is
 * @bytes: a metadata file
 * @error: return location
 *
 * Returns: (transfer full): the file, its form checked as a device checks it
 */
PawlTufMetadata *
pawl_repo_envelope_read (const char *role, GBytes *bytes, GError **error)
{
  PawlTufMetadata *metadata = pawl_tuf_metadata_new (pawl_repo_type_of_role (role), bytes, error);

  if (metadata == NULL)
    g_prefix_error (error, "role %s: ", role);
  return metadata;
}

/*< private >
 * pawl_repo_envelope_dup_message:
 * @metadata: a file
 *
 * Returns: (transfer full): the bytes that its signatures are about
 */
GBytes *
pawl_repo_envelope_dup_message (PawlTufMetadata *metadata)
{
  PawlTufForm form = pawl_tuf_metadata_get_dialect (metadata) == PAWL_TUF_DIALECT_ATS
                       ? PAWL_TUF_FORM_ATS
                       : PAWL_TUF_FORM_OLPC;

  return pawl_tuf_document_canonicalize (pawl_tuf_metadata_get_document (metadata),
                                         pawl_tuf_metadata_get_signed (metadata), form);
}

static PawlTufValue
find_signatures (PawlTufDocument *document)
{
  return pawl_tuf_document_get_member (document, pawl_tuf_document_get_root (document),
                                       "signatures");
}

/*< private >
 * pawl_repo_envelope_list_key_ids:
 * @metadata: a file
 *
 * Returns: (transfer full) (element-type utf8): whose signatures it says to have, true or not
 */
GPtrArray *
pawl_repo_envelope_list_key_ids (PawlTufMetadata *metadata)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (metadata);
  GPtrArray *ids = g_ptr_array_new_with_free_func (g_free);
  PawlTufIter iter;
  PawlTufValue value;

  pawl_tuf_iter_init (&iter, document, find_signatures (document));
  while (pawl_tuf_iter_next (&iter, NULL, &value))
    g_ptr_array_add (ids, pawl_tuf_document_dup_string (
                            document, pawl_tuf_document_get_member (document, value, "keyid")));
  return ids;
}

gboolean
pawl_repo_envelope_has_signature (PawlTufMetadata *metadata, const char *key_id)
{
  g_autoptr (GPtrArray) ids = pawl_repo_envelope_list_key_ids (metadata);

  return g_ptr_array_find_with_equal_func (ids, key_id, g_str_equal, NULL);
}

static void
append_others (GString *text, PawlTufDocument *document, const char *key_id)
{
  PawlTufIter iter;
  PawlTufValue value;

  pawl_tuf_iter_init (&iter, document, find_signatures (document));
  while (pawl_tuf_iter_next (&iter, NULL, &value))
    {
      PawlTufValue id = pawl_tuf_document_get_member (document, value, "keyid");
      g_autoptr (GBytes) bytes = NULL;
      gsize size;
      const char *data;

      if (pawl_tuf_document_is_string (document, id, key_id))
        continue;
      bytes = pawl_tuf_document_canonicalize (document, value, PAWL_TUF_FORM_ATS);
      data = g_bytes_get_data (bytes, &size);
      g_string_append_len (text, data, (gssize) size);
      g_string_append_c (text, ',');
    }
}

/*< private >
 * pawl_repo_envelope_add_signature:
 * @metadata: a file
 * @key_id: whose signature it is; hex
 * @signature: hex or base64, as the dialect has it
 * @method: (nullable): in the ATS dialect
 *
 * Returns: (transfer full): the file with that signature, in place of an earlier one of the key
 */
GBytes *
pawl_repo_envelope_add_signature (PawlTufMetadata *metadata,
                                  const char *key_id,
                                  const char *signature,
                                  const char *method)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (metadata);
  PawlTufForm form = get_file_form (pawl_tuf_metadata_get_dialect (metadata));
  g_autoptr (GBytes) signed_bytes =
    pawl_tuf_document_canonicalize (document, pawl_tuf_metadata_get_signed (metadata), form);
  g_autoptr (GString) text = g_string_new (NULL);

  append_others (text, document, key_id);
  g_string_append_printf (text, "{\"keyid\":\"%s\",", key_id);
  if (method != NULL)
    g_string_append_printf (text, "\"method\":\"%s\",", method);
  g_string_append_printf (text, "\"sig\":\"%s\"}", signature);
  return wrap (text->str, signed_bytes);
}

/*< private >
 * pawl_repo_envelope_copy_signature:
 * @to: a file
 * @from: another one that says the same
 * @key_id: whose signature is in @from
 *
 * Returns: (transfer full): @to with that signature
 */
GBytes *
pawl_repo_envelope_copy_signature (PawlTufMetadata *to, PawlTufMetadata *from, const char *key_id)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (from);
  PawlTufIter iter;
  PawlTufValue value;

  pawl_tuf_iter_init (&iter, document, find_signatures (document));
  while (pawl_tuf_iter_next (&iter, NULL, &value))
    {
      PawlTufValue id = pawl_tuf_document_get_member (document, value, "keyid");
      g_autofree char *sig = NULL;
      g_autofree char *method = NULL;

      if (!pawl_tuf_document_is_string (document, id, key_id))
        continue;
      sig = pawl_tuf_document_dup_string (document,
                                          pawl_tuf_document_get_member (document, value, "sig"));
      method =
        pawl_tuf_document_dup_string (document,
                                      pawl_tuf_document_get_member (document, value, "method"));
      return pawl_repo_envelope_add_signature (to, key_id, sig, method);
    }
  return g_bytes_ref (pawl_tuf_document_get_bytes (pawl_tuf_metadata_get_document (to)));
}
