/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Whether a metadata file is genuine: signed by those whom another, trusted file names. */
#include <pawl-tuf/pawl-tuf-metadata.h>

#include "pawl-tuf-message.h"
#include "pawl-tuf-role.h"
#include "pawl-tuf-scanner.h"

#include <pawl-tuf/pawl-tuf-error.h>

typedef struct
{
  PawlTufMetadata *metadata;  /* (unowned): the file to be verified */
  PawlTufMetadata *delegator; /* (unowned): who says which keys count */
  PawlTufValue role;          /* of @delegator */
  PawlTufKeyFlags flags;
  GPtrArray *messages;   /* (owned) (element-type PawlTufMessage): what may have been signed */
  GHashTable *materials; /* (owned): of the keys that signed */
  guint bad_ids;
} Count;

static gboolean
has_key_id (PawlTufDocument *document, PawlTufValue role, const char *key_id)
{
  PawlTufIter iter;
  PawlTufValue element;

  pawl_tuf_iter_init (&iter, document, pawl_tuf_document_get_member (document, role, "keyids"));
  while (pawl_tuf_iter_next (&iter, NULL, &element))
    if (pawl_tuf_document_is_string (document, element, key_id))
      return TRUE;
  return FALSE;
}

static void
append_canonical (GString *out, PawlTufDocument *document, PawlTufValue object, const char *name)
{
  PawlTufValue value = pawl_tuf_document_get_member (document, object, name);
  g_autoptr (GBytes) bytes = NULL;
  gsize size;
  const char *data;

  if (!pawl_tuf_value_exists (value))
    return;
  bytes = pawl_tuf_document_canonicalize (document, value, PAWL_TUF_FORM_OLPC);
  data = g_bytes_get_data (bytes, &size);
  g_string_append_len (out, data, size);
}

/* Key objects may carry more members than the specification has; some tools hash them and some do
 * not, and both name the same key. */
static char *
compute_reduced_id (PawlTufDocument *document, PawlTufValue key)
{
  GString *text = g_string_new ("{\"keytype\":");
  g_autoptr (GBytes) bytes = NULL;

  append_canonical (text, document, key, "keytype");
  g_string_append (text, ",\"keyval\":{\"public\":");
  append_canonical (text, document, pawl_tuf_document_get_member (document, key, "keyval"),
                    "public");
  g_string_append (text, "},\"scheme\":");
  append_canonical (text, document, key, "scheme");
  g_string_append_c (text, '}');
  bytes = g_string_free_to_bytes (text);
  return pawl_tuf_hash ("sha256", bytes);
}

/* TUF 1.0.34, 4.2.1: clients calculate each id. In the ATS dialect ids are opaque. */
static gboolean
is_id_of (Count *self, PawlTufDocument *document, PawlTufValue key, const char *key_id)
{
  g_autofree char *whole = NULL;
  g_autofree char *reduced = NULL;

  if (self->flags & PAWL_TUF_KEY_FLAGS_RELAX_IDS ||
      pawl_tuf_metadata_get_dialect (self->delegator) == PAWL_TUF_DIALECT_ATS)
    return TRUE;
  whole = pawl_tuf_key_compute_id (document, key);
  if (g_str_equal (whole, key_id))
    return TRUE;
  reduced = compute_reduced_id (document, key);
  return g_str_equal (reduced, key_id);
}

/* An id that a role names and no key has leads nowhere. In the ATS dialect the same is said of
 * every signature by an unknown key. */
static gboolean
is_dangling (Count *self, PawlTufValue key, gboolean is_named)
{
  return !pawl_tuf_value_exists (key) &&
         (is_named || pawl_tuf_metadata_get_dialect (self->delegator) == PAWL_TUF_DIALECT_ATS);
}

/* The key of @key_id, if it may sign for the role and can be used. */
static PawlTufKey *
dup_key (Count *self, const char *key_id)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (self->delegator);
  PawlTufValue value =
    pawl_tuf_document_get_member (document, pawl_tuf_role_find_keys (self->delegator), key_id);
  gboolean is_named = has_key_id (document, self->role, key_id);
  g_autoptr (GError) error = NULL;
  PawlTufKey *key;

  if (is_dangling (self, value, is_named) ||
      (is_named && !is_id_of (self, document, value, key_id)))
    {
      self->bad_ids++;
      return NULL;
    }
  if (!is_named)
    return NULL;
  key = pawl_tuf_key_new_from_value (document, value, self->flags, &error);
  if (key == NULL)
    g_info ("key id %s: %s", key_id, error->message);
  return key;
}

static gboolean
is_signed_by (Count *self, PawlTufKey *key, const char *signature)
{
  for (guint i = 0; i < self->messages->len; i++)
    if (pawl_tuf_key_verify_message (key, self->messages->pdata[i], signature))
      return TRUE;
  return FALSE;
}

static void
count_signature (Count *self, PawlTufValue signature)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (self->metadata);
  g_autofree char *key_id =
    pawl_tuf_document_dup_string (document,
                                  pawl_tuf_document_get_member (document, signature, "keyid"));
  g_autofree char *text =
    pawl_tuf_document_dup_string (document,
                                  pawl_tuf_document_get_member (document, signature, "sig"));
  g_autoptr (PawlTufKey) key = dup_key (self, key_id);

  if (key != NULL && is_signed_by (self, key, text))
    g_hash_table_add (self->materials, g_strdup (pawl_tuf_key_get_material (key)));
}

static GPtrArray *
collect_messages (PawlTufMetadata *self)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (self);
  PawlTufValue value = pawl_tuf_metadata_get_signed (self);
  gboolean ats = pawl_tuf_metadata_get_dialect (self) == PAWL_TUF_DIALECT_ATS;
  GPtrArray *messages = g_ptr_array_new_with_free_func ((GDestroyNotify) pawl_tuf_message_free);

  g_ptr_array_add (messages,
                   pawl_tuf_message_new_canonical (document, value,
                                                   ats ? PAWL_TUF_FORM_ATS : PAWL_TUF_FORM_OLPC));
  if (ats && !pawl_tuf_document_is_ascii (document))
    g_ptr_array_add (messages,
                     pawl_tuf_message_new_canonical (document, value, PAWL_TUF_FORM_ATS_RAW));
  return messages;
}

static void
count_clear (Count *self)
{
  g_clear_pointer (&self->messages, g_ptr_array_unref);
  g_clear_pointer (&self->materials, g_hash_table_unref);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Count, count_clear)

static gboolean
judge (Count *self, const char *role, GError **error)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (self->delegator);
  guint signers = g_hash_table_size (self->materials);
  gint64 threshold = G_MAXINT64;

  pawl_tuf_document_get_int (document,
                             pawl_tuf_document_get_member (document, self->role, "threshold"),
                             &threshold);
  if (signers >= threshold)
    return TRUE;
  if (self->bad_ids > 0)
    {
      g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_BAD_KEY_ID,
                   "%s: %u key ids name no key, or are not the hash of theirs, and without these "
                   "signatures %u of %" G_GINT64_FORMAT " are valid",
                   role, self->bad_ids, signers, threshold);
      return FALSE;
    }
  g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_UNMET_THRESHOLD,
               "%s: found valid signatures of %u keys, wanted %" G_GINT64_FORMAT, role, signers,
               threshold);
  return FALSE;
}

/**
 * pawl_tuf_metadata_verify:
 * @self: a metadata file
 * @delegator: a trusted root, or a trusted targets file that delegates; may be @self for a root
 * @role: the role whose keys have to have signed
 * @flags: what else is accepted
 * @error: return location
 *
 * Counts valid signatures by different keys (TUF 1.0.34, 5.3.4, 5.4.2, 5.5.3 and 5.6.3). Keys are
 * told apart by what they are, not by what they are called.
 *
 * Errors: %PAWL_TUF_ERROR_UNMET_THRESHOLD, %PAWL_TUF_ERROR_BAD_KEY_ID.
 *
 * Returns: %TRUE if there are as many as the threshold asks for
 *
 * Since: 1.0
 */
gboolean
pawl_tuf_metadata_verify (PawlTufMetadata *self,
                          PawlTufMetadata *delegator,
                          const char *role,
                          PawlTufKeyFlags flags,
                          GError **error)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (self);
  g_auto (Count) count = {.metadata = self, .delegator = delegator, .flags = flags};
  PawlTufIter iter;
  PawlTufValue signature;

  count.role = pawl_tuf_metadata_find_role (delegator, role);
  if (!pawl_tuf_value_exists (count.role))
    {
      g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_UNMET_THRESHOLD,
                   "%s: nobody may sign for this role", role);
      return FALSE;
    }
  count.messages = collect_messages (self);
  count.materials = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  pawl_tuf_iter_init (&iter, document,
                      pawl_tuf_document_get_member (document, pawl_tuf_document_get_root (document),
                                                    "signatures"));
  while (pawl_tuf_iter_next (&iter, NULL, &signature))
    count_signature (&count, signature);
  return judge (&count, role, error);
}
