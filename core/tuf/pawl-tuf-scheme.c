/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-tuf-scheme.h"

#include <pawl-tuf/pawl-tuf-error.h>
#include <pawl-tuf/pawl-tuf-key.h>

/* The first row that fits a key in a dialect is how we sign with it. P-256 has two: the servers of
 * the ATS dialect sign with SHA-512 (ota-tuf, TufCrypto.scala), TUF with SHA-256. */
static const PawlTufScheme schemes[] = {
  {"ed25519",             GNUTLS_PK_EDDSA_ED25519, GNUTLS_ECC_CURVE_ED25519,   GNUTLS_SIGN_EDDSA_ED25519,
   "ed25519",                                                                                                     "ED25519", "ed25519"          },
  {"ecdsa-sha2-nistp256", GNUTLS_PK_ECDSA,         GNUTLS_ECC_CURVE_SECP256R1, GNUTLS_SIGN_ECDSA_SHA256,
   "ecdsa",                                                                                                       NULL,      NULL               },
  {"ecPrime256v1",        GNUTLS_PK_ECDSA,         GNUTLS_ECC_CURVE_SECP256R1, GNUTLS_SIGN_ECDSA_SHA512,   NULL,
   "ECPRIME256V1",                                                                                                           "ecPrime256v1"     },
  {"ecdsa-sha2-nistp384", GNUTLS_PK_ECDSA,         GNUTLS_ECC_CURVE_SECP384R1, GNUTLS_SIGN_ECDSA_SHA384,
   "ecdsa",                                                                                                       NULL,      NULL               },
  {"rsassa-pss-sha256",   GNUTLS_PK_RSA,           GNUTLS_ECC_CURVE_INVALID,   GNUTLS_SIGN_RSA_PSS_SHA256, "rsa",
   "RSA",                                                                                                                    "rsassa-pss-sha256"},
  {"rsa-pkcs1v15-sha256", GNUTLS_PK_RSA,           GNUTLS_ECC_CURVE_INVALID,   GNUTLS_SIGN_RSA_SHA256,     "rsa",
   NULL,                                                                                                                     NULL               },
};

const PawlTufScheme *
pawl_tuf_scheme_for_name (const char *scheme)
{
  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (g_str_equal (schemes[i].scheme, scheme))
      return &schemes[i];
  return NULL;
}

gboolean
pawl_tuf_scheme_fits (const PawlTufScheme *scheme, gnutls_pubkey_t key)
{
  int algorithm = gnutls_pubkey_get_pk_algorithm (key, NULL);
  gnutls_ecc_curve_t curve = GNUTLS_ECC_CURVE_INVALID;

  if (algorithm != (int) scheme->algorithm)
    return FALSE;
  if (scheme->curve == GNUTLS_ECC_CURVE_INVALID)
    return TRUE;
  return gnutls_pubkey_export_ecc_raw2 (key, &curve, NULL, NULL, 0) == 0 && curve == scheme->curve;
}

static gboolean
is_of_dialect (const PawlTufScheme *scheme, PawlTufDialect dialect)
{
  return (dialect == PAWL_TUF_DIALECT_ATS ? scheme->ats_method : scheme->keytype) != NULL;
}

const PawlTufScheme *
pawl_tuf_scheme_for_key (gnutls_pubkey_t key, PawlTufDialect dialect)
{
  for (guint i = 0; i < G_N_ELEMENTS (schemes); i++)
    if (is_of_dialect (&schemes[i], dialect) && pawl_tuf_scheme_fits (&schemes[i], key))
      return &schemes[i];
  return NULL;
}

gboolean
pawl_tuf_scheme_writes_der (const PawlTufScheme *scheme)
{
  return scheme->signature == GNUTLS_SIGN_ECDSA_SHA512;
}

/* RFC 8017, 9.1.1: the salt has what the modulus leaves after the hash and two bytes. */
guint
pawl_tuf_pss_longest_salt (gnutls_pubkey_t key)
{
  unsigned bits = 0;

  gnutls_pubkey_get_pk_algorithm (key, &bits);
  return (bits + 7) / 8 - 32 - 2;
}

static char *
dup_ed25519 (gnutls_pubkey_t key)
{
  gnutls_datum_t x = {NULL, 0};
  gnutls_ecc_curve_t curve;
  g_autoptr (GBytes) bytes = NULL;

  if (gnutls_pubkey_export_ecc_raw2 (key, &curve, &x, NULL, 0) < 0)
    return NULL;
  bytes = g_bytes_new (x.data, x.size);
  gnutls_free (x.data);
  return pawl_tuf_encode_hex (bytes);
}

GBytes *
pawl_tuf_pubkey_dup_der (gnutls_pubkey_t key)
{
  gnutls_datum_t der = {NULL, 0};
  GBytes *bytes;

  if (gnutls_pubkey_export2 (key, GNUTLS_X509_FMT_DER, &der) < 0)
    return NULL;
  bytes = g_bytes_new (der.data, der.size);
  gnutls_free (der.data);
  return bytes;
}

static char *
dup_der_hex (gnutls_pubkey_t key)
{
  g_autoptr (GBytes) der = pawl_tuf_pubkey_dup_der (key);

  return der != NULL ? pawl_tuf_encode_hex (der) : NULL;
}

static char *
dup_pem (gnutls_pubkey_t key)
{
  gnutls_datum_t pem = {NULL, 0};
  char *text;

  if (gnutls_pubkey_export2 (key, GNUTLS_X509_FMT_PEM, &pem) < 0)
    return NULL;
  text = g_strndup ((const char *) pem.data, pem.size);
  gnutls_free (pem.data);
  return text;
}

/* The public text of a key object: hex of the key for Ed25519, a SubjectPublicKeyInfo for the
 * others: hex of its DER form for P-256 in the ATS dialect, PEM elsewhere. */
char *
pawl_tuf_pubkey_dup_public (gnutls_pubkey_t key, const PawlTufScheme *scheme, GError **error)
{
  char *text;

  if (scheme->algorithm == GNUTLS_PK_EDDSA_ED25519)
    text = dup_ed25519 (key);
  else
    text = pawl_tuf_scheme_writes_der (scheme) ? dup_der_hex (key) : dup_pem (key);
  if (text == NULL)
    g_set_error_literal (error, PAWL_TUF_ERROR, PAWL_TUF_ERROR_KEY,
                         "the public key cannot be exported");
  return text;
}
