/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl-tuf/pawl-tuf-metadata.h>

G_BEGIN_DECLS

/**
 * PawlTufSecretFunc:
 * @what: what is asked for, for people: a file or a token
 * @attempt: 0 at first; more when the last answer was wrong
 * @user_data: what was given with the function
 *
 * Asks for a passphrase or a PIN.
 *
 * Returns: (transfer full) (nullable): the secret; %NULL gives up
 *
 * Since: 1.0
 */
typedef char *(*PawlTufSecretFunc) (const char *what, guint attempt, gpointer user_data);

/**
 * PawlTufSigner:
 *
 * A private key: a PKCS#8 file, a `pkcs11:` URI (HSM, TPM, smart card), or `exec:` a program that
 * gets the bytes on its standard input and gives the signature, in base64, on its standard output.
 * Signing may block, on a card or on a person.
 *
 * Since: 1.0
 */
#define PAWL_TUF_TYPE_SIGNER (pawl_tuf_signer_get_type ())
PAWL_TUF_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (PawlTufSigner, pawl_tuf_signer, PAWL_TUF, SIGNER, GObject)

PAWL_TUF_AVAILABLE_IN_ALL
PawlTufSigner *
pawl_tuf_signer_new (const char *uri, PawlTufSecretFunc secret, gpointer user_data, GError **error);
PAWL_TUF_AVAILABLE_IN_ALL
PawlTufSigner *pawl_tuf_signer_generate (const char *type, GError **error);
PAWL_TUF_AVAILABLE_IN_ALL
GBytes *pawl_tuf_signer_export (PawlTufSigner *self, const char *passphrase, GError **error);

PAWL_TUF_AVAILABLE_IN_ALL
gboolean pawl_tuf_signer_set_dialect (PawlTufSigner *self, PawlTufDialect dialect, GError **error);
PAWL_TUF_AVAILABLE_IN_ALL
const char *pawl_tuf_signer_get_keytype (PawlTufSigner *self);
PAWL_TUF_AVAILABLE_IN_ALL
const char *pawl_tuf_signer_get_scheme (PawlTufSigner *self);
PAWL_TUF_AVAILABLE_IN_ALL
const char *pawl_tuf_signer_get_public (PawlTufSigner *self);
PAWL_TUF_AVAILABLE_IN_ALL
const char *pawl_tuf_signer_get_ats_method (PawlTufSigner *self);
PAWL_TUF_AVAILABLE_IN_ALL
GBytes *pawl_tuf_signer_sign (PawlTufSigner *self, GBytes *message, GError **error);

G_END_DECLS
