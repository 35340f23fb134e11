/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <gnutls/crypto.h>
#include <pawl-tuf/pawl-tuf-document.h>
#include <pawl-tuf/pawl-tuf-key.h>

G_BEGIN_DECLS

/* What was signed. Several signatures are about one message, and most schemes want no more of it
 * than its hash, so neither the bytes nor a hash are made before somebody asks, nor twice. */
typedef struct _PawlTufMessage PawlTufMessage;

PawlTufMessage *pawl_tuf_message_new (GBytes *bytes);
PawlTufMessage *
pawl_tuf_message_new_canonical (PawlTufDocument *document, PawlTufValue value, PawlTufForm form);
void pawl_tuf_message_free (PawlTufMessage *self);

/* (transfer none) */
GBytes *pawl_tuf_message_get_bytes (PawlTufMessage *self);
/* (transfer none) */
GBytes *pawl_tuf_message_get_digest (PawlTufMessage *self, gnutls_digest_algorithm_t algorithm);

/* As pawl_tuf_key_verify(). */
gboolean
pawl_tuf_key_verify_message (PawlTufKey *self, PawlTufMessage *message, const char *signature);

/* The hash of the canonical form, as pawl_tuf_hash() gives it. */
char *pawl_tuf_hash_canonical (const char *algorithm,
                               PawlTufDocument *document,
                               PawlTufValue value,
                               PawlTufForm form);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PawlTufMessage, pawl_tuf_message_free)

G_END_DECLS
