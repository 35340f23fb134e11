/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Whether bytes are what a targets file says (TUF 1.0.34, 5.7.3). */
#include <pawl-tuf/pawl-tuf-client.h>

#include <pawl-tuf/pawl-tuf-error.h>

#include <gnutls/crypto.h>
#include <string.h>

#define CHUNK (64 * 1024)

typedef struct
{
  const char *name;
  gnutls_digest_algorithm_t algorithm;
  char *wanted;        /* (owned) (nullable): absent in the targets file */
  gnutls_hash_hd_t hd; /* (owned) (nullable) */
} Hash;

static void
hash_finish (Hash *hash, guint8 *digest)
{
  if (hash->hd != NULL)
    gnutls_hash_deinit (hash->hd, digest);
  hash->hd = NULL;
}

static gboolean
read_hashed (GInputStream *stream,
             Hash *hashes,
             gsize n,
             guint64 length,
             const char *name,
             GCancellable *cancellable,
             GError **error)
{
  g_autofree guint8 *buffer = g_malloc (CHUNK);
  guint64 done = 0;

  while (TRUE)
    {
      gssize size = g_input_stream_read (stream, buffer, CHUNK, cancellable, error);

      if (size < 0)
        return FALSE;
      if (size == 0)
        break;
      done += (guint64) size;
      if (done > length)
        {
          g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_OVERSIZED_TARGET,
                       "%s: found more bytes than its length of %" G_GUINT64_FORMAT, name, length);
          return FALSE;
        }
      for (gsize i = 0; i < n; i++)
        if (hashes[i].hd != NULL)
          gnutls_hash (hashes[i].hd, buffer, (gsize) size);
    }
  if (done == length)
    return TRUE;
  g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_TARGET_HASH_MISMATCH,
               "%s: found %" G_GUINT64_FORMAT " bytes, wanted %" G_GUINT64_FORMAT, name, done,
               length);
  return FALSE;
}

static gboolean
compare (Hash *hash, const char *name, GError **error)
{
  guint8 digest[64];
  g_autoptr (GBytes) bytes = NULL;
  g_autofree char *found = NULL;

  hash_finish (hash, digest);
  bytes = g_bytes_new (digest, gnutls_hash_get_len (hash->algorithm));
  found = pawl_tuf_encode_hex (bytes);
  if (g_ascii_strcasecmp (found, hash->wanted) == 0)
    return TRUE;
  g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_TARGET_HASH_MISMATCH,
               "%s: found %s %s, wanted %s", name, hash->name, found, hash->wanted);
  return FALSE;
}

/* Takes the hashes that are known; says how many. */
static guint
begin (PawlTufDocument *document, PawlTufValue target, Hash *hashes, gsize n)
{
  PawlTufValue wanted = pawl_tuf_document_get_member (document, target, "hashes");
  guint known = 0;

  for (gsize i = 0; i < n; i++)
    {
      hashes[i].wanted =
        pawl_tuf_document_dup_string (document, pawl_tuf_document_get_member (document, wanted,
                                                                              hashes[i].name));
      if (hashes[i].wanted != NULL && gnutls_hash_init (&hashes[i].hd, hashes[i].algorithm) >= 0)
        known++;
    }
  return known;
}

/**
 * pawl_tuf_check_artifact:
 * @metadata: a trusted targets file
 * @target: a target's object in it
 * @name: the target's name, for messages
 * @stream: its bytes; read to their end, or to one byte more than its length
 * @cancellable: (nullable): cancels
 * @error: return location
 *
 * Compares length and every known hash. At least one hash has to be known.
 *
 * Errors: %PAWL_TUF_ERROR_OVERSIZED_TARGET, %PAWL_TUF_ERROR_TARGET_HASH_MISMATCH, and what @stream
 * says.
 *
 * Returns: %TRUE if these are the target's bytes
 *
 * Since: 1.0
 */
gboolean
pawl_tuf_check_artifact (PawlTufMetadata *metadata,
                         PawlTufValue target,
                         const char *name,
                         GInputStream *stream,
                         GCancellable *cancellable,
                         GError **error)
{
  PawlTufDocument *document = pawl_tuf_metadata_get_document (metadata);
  Hash hashes[] = {
    {"sha256", GNUTLS_DIG_SHA256, NULL, NULL},
    {"sha512", GNUTLS_DIG_SHA512, NULL, NULL},
  };
  gint64 length = 0;
  gboolean same;

  pawl_tuf_document_get_int (document, pawl_tuf_document_get_member (document, target, "length"),
                             &length);
  same = begin (document, target, hashes, G_N_ELEMENTS (hashes)) > 0;
  if (!same)
    g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_TARGET_HASH_MISMATCH,
                 "%s: its metadata has no hash of a known algorithm, wanted sha256 or sha512",
                 name);
  same = same && read_hashed (stream, hashes, G_N_ELEMENTS (hashes), (guint64) length, name,
                              cancellable, error);
  for (gsize i = 0; i < G_N_ELEMENTS (hashes); i++)
    {
      same = same && (hashes[i].wanted == NULL || compare (&hashes[i], name, error));
      hash_finish (&hashes[i], NULL);
      g_free (hashes[i].wanted);
    }
  return same;
}
