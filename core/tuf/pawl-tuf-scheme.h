/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <gio/gio.h>
#include <gnutls/abstract.h>
#include <pawl-tuf/pawl-tuf-metadata.h>

G_BEGIN_DECLS

/* What one scheme means: the names of both dialects, and what GnuTLS calls it. */
typedef struct
{
  const char *scheme;
  gnutls_pk_algorithm_t algorithm;
  gnutls_ecc_curve_t curve; /* GNUTLS_ECC_CURVE_INVALID for RSA */
  gnutls_sign_algorithm_t signature;
  const char *keytype;     /* as TUF writes it; NULL where it has no such scheme */
  const char *ats_keytype; /* as the ATS dialect writes it; NULL likewise */
  const char *ats_method;
} PawlTufScheme;

const PawlTufScheme *pawl_tuf_scheme_for_name (const char *scheme);
const PawlTufScheme *pawl_tuf_scheme_for_key (gnutls_pubkey_t key, PawlTufDialect dialect);
gboolean pawl_tuf_scheme_fits (const PawlTufScheme *scheme, gnutls_pubkey_t key);

/* Salt lengths that signers of PSS use: the hash's, and the longest there is room for. */
#define PAWL_TUF_PSS_SALT 32
guint pawl_tuf_pss_longest_salt (gnutls_pubkey_t key);

/* The keys of @scheme are written as the hex of their DER form. */
gboolean pawl_tuf_scheme_writes_der (const PawlTufScheme *scheme);

/* The DER SubjectPublicKeyInfo, or NULL. */
GBytes *pawl_tuf_pubkey_dup_der (gnutls_pubkey_t key);
char *pawl_tuf_pubkey_dup_public (gnutls_pubkey_t key, const PawlTufScheme *scheme, GError **error);

G_END_DECLS
