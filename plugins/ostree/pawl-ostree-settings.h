/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

G_BEGIN_DECLS

/* What `[plugin:ostree]` (and for an installer `[ecu:NAME]`) says, read once on the main thread and
 * never changed, so that worker threads can share it. */
typedef struct
{
  char *name;                 /* (owned): the instance */
  char *sysroot;              /* (owned) */
  char *os;                   /* (owned): empty means what runs */
  char *remote;               /* (owned) */
  char *uri;                  /* (owned): empty means that targets say where */
  char *tls_ca_path;          /* (owned): empty means the system's store */
  char *tls_client_cert_path; /* (owned): a file, a `pkcs11:` URI, or empty */
  char *tls_client_key_path;  /* (owned): a file, a `pkcs11:` URI, or empty */
  GStrv localcache_repos;     /* (owned) */
  gboolean forward;
  guint stall_timeout_s;
  guint retries;
  guint retry_delay_ms;
  guint64 reserve_bytes;
  guint keep;
  guint lock_timeout_s;
  gboolean stage;
  gboolean verify_objects;
} PawlOstreeSettings;

PawlOstreeSettings *pawl_ostree_settings_new (PawlContext *context, GError **error);
PawlOstreeSettings *pawl_ostree_settings_ref (PawlOstreeSettings *self);
void pawl_ostree_settings_unref (PawlOstreeSettings *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (PawlOstreeSettings, pawl_ostree_settings_unref)

gboolean pawl_ostree_settings_has_token_key (const PawlOstreeSettings *self);

G_END_DECLS
