/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include <pawl-tuf/pawl-tuf-key.h>

#include "pawl-tuf-message.h"
#include "pawl-tuf-scheme.h"

#include <pawl-tuf/pawl-tuf-error.h>

#include <string.h>

/* TUF 1.0.34, 4.2.2: RSA keys have at least 2048 bits. */
#define RSA_MIN_BITS 2048
/* RFC 8032, 5.1.5: bytes of a public key. */
#define ED25519_SIZE 32

struct _PawlTufKey
{
  GObject parent_instance;

  gnutls_pubkey_t key;         /* (owned) */
  const PawlTufScheme *scheme; /* (unowned): static */
  char *material;              /* (owned) */
};

G_DEFINE_FINAL_TYPE (PawlTufKey, pawl_tuf_key, G_TYPE_OBJECT)

static void
pawl_tuf_key_finalize (GObject *object)
{
  PawlTufKey *self = PAWL_TUF_KEY (object);

  gnutls_pubkey_deinit (self->key);
  g_clear_pointer (&self->material, g_free);
  G_OBJECT_CLASS (pawl_tuf_key_parent_class)->finalize (object);
}

static void
pawl_tuf_key_class_init (PawlTufKeyClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = pawl_tuf_key_finalize;
}

static void
pawl_tuf_key_init (PawlTufKey *self)
{
  gnutls_pubkey_init (&self->key);
}

/* ---- reading a key ---- */

/* What a key object calls its scheme; the ATS dialect has none, and its keytype says it all. */
static const char *
scheme_for_keytype (const char *keytype)
{
  if (g_ascii_strcasecmp (keytype, "ed25519") == 0)
    return "ed25519";
  if (g_ascii_strcasecmp (keytype, "rsa") == 0)
    return "rsassa-pss-sha256";
  return g_ascii_strcasecmp (keytype, "ecprime256v1") == 0 ? "ecPrime256v1" : "";
}

/* `ecdsa` is today's keytype; old repositories repeat the scheme there. */
static gboolean
is_keytype_for (const char *keytype, const PawlTufScheme *scheme)
{
  if (scheme->keytype != NULL && g_ascii_strcasecmp (keytype, scheme->keytype) == 0)
    return TRUE;
  if (scheme->ats_keytype != NULL && g_ascii_strcasecmp (keytype, scheme->ats_keytype) == 0)
    return TRUE;
  return scheme->keytype != NULL && scheme->algorithm == GNUTLS_PK_ECDSA &&
         g_str_equal (keytype, scheme->scheme);
}

static int
import_point (gnutls_pubkey_t key, const PawlTufScheme *scheme, GBytes *bytes)
{
  gsize size;
  guint8 *data = (guint8 *) g_bytes_get_data (bytes, &size);
  gsize half = (size - 1) / 2;
  gnutls_datum_t x = {data, (unsigned) size};
  gnutls_datum_t y;

  if (scheme->algorithm == GNUTLS_PK_EDDSA_ED25519)
    return size == ED25519_SIZE ? gnutls_pubkey_import_ecc_raw (key, scheme->curve, &x, NULL) : -1;
  /* SEC 1, 2.3.3: 4, then both coordinates. */
  if (scheme->algorithm != GNUTLS_PK_ECDSA || size % 2 == 0 || data[0] != 4 ||
      half != (gsize) gnutls_ecc_curve_get_size (scheme->curve))
    return -1;
  x.data = data + 1;
  x.size = y.size = (unsigned) half;
  y.data = data + 1 + half;
  return gnutls_pubkey_import_ecc_raw (key, scheme->curve, &x, &y);
}

static int
import_der (gnutls_pubkey_t key, GBytes *bytes)
{
  gsize size;
  guint8 *data = (guint8 *) g_bytes_get_data (bytes, &size);
  gnutls_datum_t der = {data, (unsigned) size};

  return gnutls_pubkey_import (key, &der, GNUTLS_X509_FMT_DER);
}

static int
import_public (gnutls_pubkey_t key, const PawlTufScheme *scheme, const char *text)
{
  gnutls_datum_t pem = {(guint8 *) text, (unsigned) strlen (text)};
  g_autoptr (GBytes) bytes = pawl_tuf_decode_hex (text);

  if (pawl_tuf_scheme_writes_der (scheme))
    return bytes != NULL ? import_der (key, bytes) : -1;
  if (bytes != NULL)
    return import_point (key, scheme, bytes);
  return gnutls_pubkey_import (key, &pem, GNUTLS_X509_FMT_PEM);
}

static gboolean
is_strong_enough (gnutls_pubkey_t key)
{
  unsigned bits = 0;

  return gnutls_pubkey_get_pk_algorithm (key, &bits) != GNUTLS_PK_RSA || bits >= RSA_MIN_BITS;
}

/* The DER form is one for each key, however its PEM was wrapped. */
static char *
compute_material (gnutls_pubkey_t key)
{
  g_autoptr (GBytes) der = pawl_tuf_pubkey_dup_der (key);

  return der != NULL ? pawl_tuf_hash ("sha256", der) : NULL;
}

static gboolean
refuse (GError **error, const char *keytype, const char *scheme, const char *why)
{
  g_set_error (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_KEY, "key of type “%s”, scheme “%s”: %s",
               keytype, scheme, why);
  return FALSE;
}

static gboolean
read_key (PawlTufKey *self,
          const char *keytype,
          const char *scheme_name,
          const char *public_text,
          PawlTufKeyFlags flags,
          GError **error)
{
  const PawlTufScheme *scheme = pawl_tuf_scheme_for_name (scheme_name);

  if (scheme == NULL ||
      (scheme->signature == GNUTLS_SIGN_RSA_SHA256 && !(flags & PAWL_TUF_KEY_FLAGS_ALLOW_PKCS1)))
    return refuse (error, keytype, scheme_name, "the scheme is not supported");
  if (!is_keytype_for (keytype, scheme))
    return refuse (error, keytype, scheme_name, "the scheme does not go with the type");
  if (import_public (self->key, scheme, public_text) < 0)
    return refuse (error, keytype, scheme_name, "the public key cannot be read");
  if (!pawl_tuf_scheme_fits (scheme, self->key))
    return refuse (error, keytype, scheme_name, "the public key is of another algorithm or curve");
  if (!is_strong_enough (self->key))
    return refuse (error, keytype, scheme_name, "the key has fewer than 2048 bits");
  self->scheme = scheme;
  self->material = compute_material (self->key);
  return self->material != NULL ||
         refuse (error, keytype, scheme_name, "the public key cannot be read");
}

/**
 * pawl_tuf_key_new:
 * @keytype: `ed25519`, `ecdsa`, `rsa` or one of their older and ATS spellings
 * @scheme: (nullable): the signature scheme; %NULL in the ATS dialect
 * @public_text: hex or PEM
 * @flags: what else is accepted
 * @error: return location
 *
 * Errors: %PAWL_TUF_ERROR_KEY. A key that cannot be used does not count for a threshold, and breaks
 * no other key.
 *
 * Returns: (transfer full): the key
 *
 * Since: 1.0
 */
PawlTufKey *
pawl_tuf_key_new (const char *keytype,
                  const char *scheme,
                  const char *public_text,
                  PawlTufKeyFlags flags,
                  GError **error)
{
  g_autoptr (PawlTufKey) self = g_object_new (PAWL_TUF_TYPE_KEY, NULL);

  if (!read_key (self, keytype, scheme != NULL ? scheme : scheme_for_keytype (keytype), public_text,
                 flags, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * pawl_tuf_key_new_from_value:
 * @document: a document
 * @value: a key object of it
 * @flags: what else is accepted
 * @error: return location
 *
 * Errors: %PAWL_TUF_ERROR_KEY.
 *
 * Returns: (transfer full): the key
 *
 * Since: 1.0
 */
PawlTufKey *
pawl_tuf_key_new_from_value (PawlTufDocument *document,
                             PawlTufValue value,
                             PawlTufKeyFlags flags,
                             GError **error)
{
  PawlTufValue keyval = pawl_tuf_document_get_member (document, value, "keyval");
  g_autofree char *keytype =
    pawl_tuf_document_dup_string (document,
                                  pawl_tuf_document_get_member (document, value, "keytype"));
  g_autofree char *scheme =
    pawl_tuf_document_dup_string (document,
                                  pawl_tuf_document_get_member (document, value, "scheme"));
  g_autofree char *public_text =
    pawl_tuf_document_dup_string (document,
                                  pawl_tuf_document_get_member (document, keyval, "public"));

  if (keytype == NULL || public_text == NULL)
    {
      g_set_error_literal (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_KEY,
                           "key object without keytype or keyval.public");
      return NULL;
    }
  return pawl_tuf_key_new (keytype, scheme, public_text, flags, error);
}

/**
 * pawl_tuf_key_get_material:
 * @self: a key
 *
 * Returns: (transfer none): a name of the public key itself, the same for every way to write it
 *
 * Since: 1.0
 */
const char *
pawl_tuf_key_get_material (PawlTufKey *self)
{
  return self->material;
}

/**
 * pawl_tuf_key_get_scheme:
 * @self: a key
 *
 * Returns: (transfer none): its signature scheme
 *
 * Since: 1.0
 */
const char *
pawl_tuf_key_get_scheme (PawlTufKey *self)
{
  return self->scheme->scheme;
}

/* ---- verifying ---- */

static gnutls_datum_t
to_datum (GBytes *bytes)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);

  return (gnutls_datum_t){(guint8 *) data, (unsigned) size};
}

/* Ed25519 is the one scheme that signs the message itself, and wants it in one piece. */
static gboolean
verify_once (gnutls_pubkey_t key,
             const PawlTufScheme *scheme,
             PawlTufMessage *message,
             GBytes *signature)
{
  const gnutls_datum_t words = to_datum (signature);
  gnutls_datum_t data;

  if (scheme->algorithm == GNUTLS_PK_EDDSA_ED25519)
    {
      data = to_datum (pawl_tuf_message_get_bytes (message));
      return gnutls_pubkey_verify_data2 (key, scheme->signature, 0, &data, &words) >= 0;
    }
  data = to_datum (
    pawl_tuf_message_get_digest (message, gnutls_sign_get_hash_algorithm (scheme->signature)));
  return gnutls_pubkey_verify_hash2 (key, scheme->signature, 0, &data, &words) >= 0;
}

/* GnuTLS wants to be told the salt's length by the key, so a copy of the key says it. */
static gboolean
verify_with_salt (PawlTufKey *self, guint salt, PawlTufMessage *message, GBytes *signature)
{
  gnutls_datum_t der = {NULL, 0};
  gnutls_x509_spki_t spki = NULL;
  gnutls_pubkey_t copy = NULL;
  gboolean ok;

  ok = gnutls_pubkey_export2 (self->key, GNUTLS_X509_FMT_DER, &der) >= 0 &&
       gnutls_pubkey_init (&copy) >= 0 &&
       gnutls_pubkey_import (copy, &der, GNUTLS_X509_FMT_DER) >= 0 &&
       gnutls_x509_spki_init (&spki) >= 0;
  if (ok)
    {
      gnutls_x509_spki_set_rsa_pss_params (spki, GNUTLS_DIG_SHA256, salt);
      ok = gnutls_pubkey_set_spki (copy, spki, 0) >= 0 &&
           verify_once (copy, self->scheme, message, signature);
    }
  gnutls_free (der.data);
  if (spki != NULL)
    gnutls_x509_spki_deinit (spki);
  if (copy != NULL)
    gnutls_pubkey_deinit (copy);
  return ok;
}

static gboolean
verify_bytes (PawlTufKey *self, PawlTufMessage *message, GBytes *signature)
{
  if (signature == NULL)
    return FALSE;
  if (verify_once (self->key, self->scheme, message, signature))
    return TRUE;
  return self->scheme->signature == GNUTLS_SIGN_RSA_PSS_SHA256 &&
         verify_with_salt (self, pawl_tuf_pss_longest_salt (self->key), message, signature);
}

gboolean
pawl_tuf_key_verify_message (PawlTufKey *self, PawlTufMessage *message, const char *signature)
{
  g_autoptr (GBytes) hex = pawl_tuf_decode_hex (signature);
  g_autoptr (GBytes) base64 = NULL;

  if (hex != NULL && verify_bytes (self, message, hex))
    return TRUE;
  /* A base64 text may consist of hex digits by chance. */
  base64 = pawl_tuf_decode_base64 (signature);
  return verify_bytes (self, message, base64);
}

/**
 * pawl_tuf_key_verify:
 * @self: a key
 * @message: what was signed: canonical bytes
 * @signature: hex (TUF) or base64 (ATS)
 *
 * Returns: whether @signature over @message was made with the private half of @self
 *
 * Since: 1.0
 */
gboolean
pawl_tuf_key_verify (PawlTufKey *self, GBytes *message, const char *signature)
{
  g_autoptr (PawlTufMessage) signed_message = NULL;

  g_return_val_if_fail (PAWL_TUF_IS_KEY (self), FALSE);
  g_return_val_if_fail (message != NULL && signature != NULL, FALSE);

  signed_message = pawl_tuf_message_new (message);
  return pawl_tuf_key_verify_message (self, signed_message, signature);
}

/**
 * pawl_tuf_key_compute_id:
 * @document: a document
 * @key: a key object of it
 *
 * Returns: (transfer full): the key's id by TUF's rule (TUF 1.0.34, 4.2.1): SHA-256 of the
 * canonical key object
 *
 * Since: 1.0
 */
char *
pawl_tuf_key_compute_id (PawlTufDocument *document, PawlTufValue key)
{
  return pawl_tuf_hash_canonical ("sha256", document, key, PAWL_TUF_FORM_OLPC);
}

/**
 * pawl_tuf_key_compute_ats_id:
 * @public_text: hex or PEM
 *
 * Returns: (transfer full): the id that the ATS tools give a key: SHA-256 of the canonical JSON
 * string of its public text, without newlines at its end; for `ECPRIME256V1`, which only the
 * servers know, their own: SHA-256 of the DER SubjectPublicKeyInfo
 *
 * Since: 1.0
 */
char *
pawl_tuf_key_compute_ats_id (const char *public_text)
{
  g_autofree char *trimmed = g_strchomp (g_strdup (public_text));
  g_autoptr (GBytes) raw = pawl_tuf_decode_hex (trimmed);
  g_autoptr (GString) quoted = g_string_new ("\"");
  g_autoptr (GBytes) bytes = NULL;

  if (raw != NULL && g_bytes_get_size (raw) > ED25519_SIZE)
    return pawl_tuf_hash ("sha256", raw);
  for (const char *c = trimmed; *c != '\0'; c++)
    if (*c == '\n')
      g_string_append (quoted, "\\n");
    else
      g_string_append_c (quoted, *c);
  g_string_append_c (quoted, '"');
  bytes = g_string_free_to_bytes (g_steal_pointer (&quoted));
  return pawl_tuf_hash ("sha256", bytes);
}
