/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl-tuf/pawl-tuf-document.h>

G_BEGIN_DECLS

/**
 * PawlTufKeyFlags:
 * @PAWL_TUF_KEY_FLAGS_NONE: nothing special
 * @PAWL_TUF_KEY_FLAGS_ALLOW_PKCS1: the scheme `rsa-pkcs1v15-sha256` of old repositories is
 * accepted, too
 * @PAWL_TUF_KEY_FLAGS_RELAX_IDS: a key id need not be the hash of its key
 *
 * Since: 1.0
 */
typedef enum
{
  PAWL_TUF_KEY_FLAGS_NONE = 0,
  PAWL_TUF_KEY_FLAGS_ALLOW_PKCS1 = 1 << 0,
  PAWL_TUF_KEY_FLAGS_RELAX_IDS = 1 << 1,
} PawlTufKeyFlags;

/**
 * PawlTufKey:
 *
 * A public key of a metadata file. Two keys with the same material are one holder, whatever they
 * are called: thresholds count material.
 *
 * Since: 1.0
 */
#define PAWL_TUF_TYPE_KEY (pawl_tuf_key_get_type ())
PAWL_TUF_AVAILABLE_IN_ALL
G_DECLARE_FINAL_TYPE (PawlTufKey, pawl_tuf_key, PAWL_TUF, KEY, GObject)

PAWL_TUF_AVAILABLE_IN_ALL
PawlTufKey *pawl_tuf_key_new (const char *keytype,
                              const char *scheme,
                              const char *public_text,
                              PawlTufKeyFlags flags,
                              GError **error);
PAWL_TUF_AVAILABLE_IN_ALL
PawlTufKey *pawl_tuf_key_new_from_value (PawlTufDocument *document,
                                         PawlTufValue value,
                                         PawlTufKeyFlags flags,
                                         GError **error);
PAWL_TUF_AVAILABLE_IN_ALL
const char *pawl_tuf_key_get_material (PawlTufKey *self);
PAWL_TUF_AVAILABLE_IN_ALL
const char *pawl_tuf_key_get_scheme (PawlTufKey *self);
PAWL_TUF_AVAILABLE_IN_ALL
gboolean pawl_tuf_key_verify (PawlTufKey *self, GBytes *message, const char *signature);

/* Key ids. TUF: the hash of the canonical key object. ATS: opaque to readers; this is what its
 * tools write. */
PAWL_TUF_AVAILABLE_IN_ALL
char *pawl_tuf_key_compute_id (PawlTufDocument *document, PawlTufValue key);
PAWL_TUF_AVAILABLE_IN_ALL
char *pawl_tuf_key_compute_ats_id (const char *public_text);

/* Strict decoders, NULL for anything else. */
PAWL_TUF_AVAILABLE_IN_ALL
GBytes *pawl_tuf_decode_hex (const char *text);
PAWL_TUF_AVAILABLE_IN_ALL
GBytes *pawl_tuf_decode_base64 (const char *text);
PAWL_TUF_AVAILABLE_IN_ALL
char *pawl_tuf_encode_hex (GBytes *bytes);

/* Hashing with GnuTLS, several times as fast as GChecksum. */
PAWL_TUF_AVAILABLE_IN_ALL
char *pawl_tuf_hash (const char *algorithm, GBytes *bytes);

G_END_DECLS
