/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "ats-device.h"
#include "ats-identity.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

#define ATS_TYPE_SERVER (ats_server_get_type ())

/* The gateway of the ATS family and what stands behind it, for one device, as strict as its rules.
 * Its files are a folder; whatever it refuses it counts. */
G_DECLARE_FINAL_TYPE (AtsServer, ats_server, ATS, SERVER, GObject)

/* @log gets one line of JSON for each request. */
AtsServer *ats_server_new (const char *files, GOutputStream *log);
/* Without an authority nobody gets certificates. */
void ats_server_set_identity (AtsServer *self, AtsIdentity *identity);
/* The certificate of the server, and who may come; without them it is plain HTTP. */
void ats_server_set_tls (AtsServer *self, GTlsCertificate *certificate, GTlsDatabase *clients);
/* Both on 127.0.0.1, on free ports: for the device, and for the test. */
gboolean ats_server_listen (AtsServer *self, char **out_uri, char **out_control, GError **error);

G_END_DECLS
