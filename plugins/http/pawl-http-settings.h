/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

G_BEGIN_DECLS

/* What is configured, read once. */
typedef struct
{
  char *ca_path;         /* (owned): empty for the system's store */
  char *cert_path;       /* (owned): a file or a pkcs11: URI; empty for none */
  char *key_path;        /* (owned): the same; empty when @cert_path names it, too */
  char *pin;             /* (owned): of the token */
  char *proxy;           /* (owned): empty to ask the system */
  char *provision_url;   /* (owned): empty when the credentials are there */
  char *shared_path;     /* (owned): a PKCS#12 file that a series of devices has in common */
  char *shared_password; /* (owned) */
  char *device_id;       /* (owned): empty for one of chance */
  char *own_path;        /* (owned) (nullable): where what @provision_url answers is kept */
  guint stall_timeout_s;
  guint retries;
  guint retry_delay_ms;
  guint64 max_rate; /* bytes per second; 0: no limit */
} PawlHttpSettings;

PawlHttpSettings *pawl_http_settings_new (PawlContext *context, GError **error);
void pawl_http_settings_free (PawlHttpSettings *self);
gboolean pawl_http_settings_is_token (const PawlHttpSettings *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PawlHttpSettings, pawl_http_settings_free)

G_END_DECLS
