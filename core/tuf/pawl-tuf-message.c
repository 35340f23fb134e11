/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-tuf-message.h"

#include "pawl-tuf-scanner.h"

struct _PawlTufMessage
{
  GBytes *bytes;             /* (owned) (nullable): until they are asked for */
  PawlTufDocument *document; /* (owned) (nullable) */
  PawlTufValue value;        /* of @document */
  PawlTufForm form;
  GHashTable *digests; /* (owned) (element-type int GBytes): by algorithm */
};

static PawlTufMessage *
make (void)
{
  PawlTufMessage *self = g_new0 (PawlTufMessage, 1);

  self->digests = g_hash_table_new_full (NULL, NULL, NULL, (GDestroyNotify) g_bytes_unref);
  return self;
}

PawlTufMessage *
pawl_tuf_message_new (GBytes *bytes)
{
  PawlTufMessage *self = make ();

  self->bytes = g_bytes_ref (bytes);
  return self;
}

PawlTufMessage *
pawl_tuf_message_new_canonical (PawlTufDocument *document, PawlTufValue value, PawlTufForm form)
{
  PawlTufMessage *self = make ();

  self->document = g_object_ref (document);
  self->value = value;
  self->form = form;
  return self;
}

void
pawl_tuf_message_free (PawlTufMessage *self)
{
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_object (&self->document);
  g_hash_table_unref (self->digests);
  g_free (self);
}

GBytes *
pawl_tuf_message_get_bytes (PawlTufMessage *self)
{
  if (self->bytes == NULL)
    self->bytes = pawl_tuf_document_canonicalize (self->document, self->value, self->form);
  return self->bytes;
}

static void
hash_more (gconstpointer data, gsize size, gpointer hash)
{
  gnutls_hash (hash, data, size);
}

static GBytes *
hash_document (PawlTufDocument *document,
               PawlTufValue value,
               PawlTufForm form,
               gnutls_digest_algorithm_t algorithm)
{
  guint8 digest[64];
  gnutls_hash_hd_t hash;

  if (gnutls_hash_init (&hash, algorithm) < 0)
    return g_bytes_new (NULL, 0);
  pawl_tuf_document_write_canonical (document, value, form, hash_more, hash);
  gnutls_hash_deinit (hash, digest);
  return g_bytes_new (digest, gnutls_hash_get_len (algorithm));
}

static GBytes *
hash_bytes (GBytes *bytes, gnutls_digest_algorithm_t algorithm)
{
  guint8 digest[64];
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);

  if (gnutls_hash_fast (algorithm, data, size, digest) < 0)
    return g_bytes_new (NULL, 0);
  return g_bytes_new (digest, gnutls_hash_get_len (algorithm));
}

GBytes *
pawl_tuf_message_get_digest (PawlTufMessage *self, gnutls_digest_algorithm_t algorithm)
{
  GBytes *digest = g_hash_table_lookup (self->digests, GINT_TO_POINTER (algorithm));

  if (digest != NULL)
    return digest;
  digest = self->bytes != NULL ? hash_bytes (self->bytes, algorithm)
                               : hash_document (self->document, self->value, self->form, algorithm);
  g_hash_table_insert (self->digests, GINT_TO_POINTER (algorithm), digest);
  return digest;
}

/* ---- hashes as text ---- */

static gnutls_digest_algorithm_t
parse_algorithm (const char *algorithm)
{
  if (g_str_equal (algorithm, "sha256"))
    return GNUTLS_DIG_SHA256;
  return g_str_equal (algorithm, "sha512") ? GNUTLS_DIG_SHA512 : GNUTLS_DIG_UNKNOWN;
}

static char *
encode (GBytes *digest)
{
  return g_bytes_get_size (digest) > 0 ? pawl_tuf_encode_hex (digest) : NULL;
}

/**
 * pawl_tuf_hash:
 * @algorithm: `sha256` or `sha512`
 * @bytes: bytes
 *
 * Returns: (transfer full) (nullable): the hash in lower-case hex; %NULL for another algorithm
 *
 * Since: 1.0
 */
char *
pawl_tuf_hash (const char *algorithm, GBytes *bytes)
{
  g_autoptr (GBytes) digest = hash_bytes (bytes, parse_algorithm (algorithm));

  return encode (digest);
}

char *
pawl_tuf_hash_canonical (const char *algorithm,
                         PawlTufDocument *document,
                         PawlTufValue value,
                         PawlTufForm form)
{
  g_autoptr (GBytes) digest = hash_document (document, value, form, parse_algorithm (algorithm));

  return encode (digest);
}
