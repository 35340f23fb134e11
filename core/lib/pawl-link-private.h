/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-remote-private.h"

G_BEGIN_DECLS

/* The host's side of one connection to one process, set up. */
typedef struct
{
  GDBusConnection *connection; /* (owned): closed with the link */
  PawlServant *transports;     /* (owned) (nullable): what the context lends */
  PawlPeer *peer;              /* (owned) */
  GVariant *constants;         /* (owned) */
} PawlLink;

/* @fd is taken over, also on failure. */
void pawl_link_new_async (GType interface,
                          int fd,
                          PawlContext *context,
                          guint timeout_ms,
                          GCancellable *cancellable,
                          GAsyncReadyCallback callback,
                          gpointer user_data);
PawlLink *pawl_link_new_finish (GAsyncResult *result, GError **error);
void pawl_link_free (PawlLink *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PawlLink, pawl_link_free)

GIOStream *pawl_link_stream_new (int fd, GError **error);

G_END_DECLS
