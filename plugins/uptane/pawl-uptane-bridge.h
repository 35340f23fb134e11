/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl-tuf/pawl-tuf.h>
#include <pawl/pawl.h>

G_BEGIN_DECLS

/* Fetches and sends for a worker thread: each request goes to the main thread, where the host's
 * transports are, and the worker waits for it. */
typedef struct _PawlUptaneBridge PawlUptaneBridge;

PawlUptaneBridge *
pawl_uptane_bridge_new (PawlContext *context, const char *const *bases, GCancellable *cancellable);
void pawl_uptane_bridge_free (PawlUptaneBridge *self);
GBytes *pawl_uptane_bridge_fetch (const char *path,
                                  gsize max_size,
                                  gboolean *out_missing,
                                  gpointer bridge,
                                  GError **error);
GVariant *pawl_uptane_bridge_send (PawlUptaneBridge *self,
                                   const char *uri,
                                   const char *method,
                                   const char *json,
                                   GError **error);
GStrv pawl_uptane_bridge_make_uris (const char *const *bases, const char *path);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PawlUptaneBridge, pawl_uptane_bridge_free)

G_END_DECLS
