/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* The authority that gives devices their certificates. */
typedef struct _AtsIdentity AtsIdentity;

AtsIdentity *ats_identity_new (const char *ca_file, const char *ca_key_file, GError **error);
void ats_identity_free (AtsIdentity *self);
/* How long what is issued from here on is good for; it begins a moment before now. */
void ats_identity_set_lifetime (AtsIdentity *self, gint64 seconds);

/* `POST /devices`: a PKCS#12 with an empty password: key, certificate, and the authority's. */
GBytes *ats_identity_make_pkcs12 (AtsIdentity *self, const char *device_id, GError **error);
/* RFC 7030: base64 of a PKCS#10 request becomes base64 of a PKCS#7 with the certificate. @subject
 * is whose certificate it has to be, or NULL when anybody may become one. */
GBytes *
ats_identity_enroll (AtsIdentity *self, GBytes *request, const char *subject, GError **error);

/* (transfer full) (nullable): the common name of a peer. */
char *ats_identity_dup_common_name (GTlsCertificate *peer);

G_END_DECLS
