/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl-tuf/pawl-tuf.h>
#include <pawl/pawl.h>

G_BEGIN_DECLS

/**
 * PawlTufBridge:
 *
 * Fetches and sends for the worker thread of a verifier plugin: each request goes to the main
 * thread, where the host's transports are, and the worker waits for it. Made and freed on the main
 * thread.
 *
 * Since: 1.0
 */
typedef struct _PawlTufBridge PawlTufBridge;

PAWL_TUF_AVAILABLE_IN_ALL
PawlTufBridge *
pawl_tuf_bridge_new (PawlContext *context, const char *const *bases, GCancellable *cancellable);
PAWL_TUF_AVAILABLE_IN_ALL
void pawl_tuf_bridge_free (PawlTufBridge *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PawlTufBridge, pawl_tuf_bridge_free)
PAWL_TUF_AVAILABLE_IN_ALL
GBytes *pawl_tuf_bridge_fetch (const char *path,
                               gsize max_size,
                               gboolean *out_missing,
                               gpointer bridge,
                               GError **error);
PAWL_TUF_AVAILABLE_IN_ALL
GVariant *pawl_tuf_bridge_send (PawlTufBridge *self,
                                const char *uri,
                                const char *method,
                                const char *json,
                                GError **error);
PAWL_TUF_AVAILABLE_IN_ALL
PawlTufClient *pawl_tuf_bridge_make_client (PawlTufBridge *self,
                                            const char *name,
                                            const char *folder,
                                            const char *root_file,
                                            PawlTufClientFlags flags,
                                            GError **error);
PAWL_TUF_AVAILABLE_IN_ALL
GStrv pawl_tuf_plugin_make_uris (const char *const *bases, const char *path);

/* Between the host's values and what is trusted. */
PAWL_TUF_AVAILABLE_IN_ALL
GPtrArray *pawl_tuf_plugin_dup_ecus (PawlContext *context);
PAWL_TUF_AVAILABLE_IN_ALL
char *pawl_tuf_plugin_dup_source (GVariant *options);
PAWL_TUF_AVAILABLE_IN_ALL
char *pawl_tuf_plugin_dup_uri (PawlTufMetadata *metadata, PawlTufValue target);
PAWL_TUF_AVAILABLE_IN_ALL
PawlTarget *pawl_tuf_plugin_make_target (PawlTufMetadata *metadata,
                                         PawlTufValue target,
                                         const char *name,
                                         const char *const *uris,
                                         GError **error);
PAWL_TUF_AVAILABLE_IN_ALL
gboolean pawl_tuf_plugin_check_target (PawlTufMetadata *metadata,
                                       PawlTufValue target,
                                       PawlTarget *claimed,
                                       GError **error);
PAWL_TUF_AVAILABLE_IN_ALL
PawlUpdate *pawl_tuf_plugin_make_update (GVariant *targets,
                                         const char *correlation_id,
                                         const char *title,
                                         GError **error);

/* Answers to the host, on the main thread. */
PAWL_TUF_AVAILABLE_IN_ALL
void pawl_tuf_plugin_answer_verified (PawlOperation *op, PawlTarget *target);
PAWL_TUF_AVAILABLE_IN_ALL
void
pawl_tuf_plugin_answer_failure (PawlOperation *op, PawlContext *context, const GError *failure);

G_END_DECLS
