/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <gio/gunixfdlist.h>
#include <pawl/pawl-context.h>
#include <pawl/pawl-monitor.h>
#include <pawl/pawl-operation.h>
#include <pawl/pawl-payload.h>

G_BEGIN_DECLS

/* The five interfaces across a private D-Bus connection. One side serves an instance, the other
 * holds a proxy that implements the same interface; for transports that a context lends, the roles
 * are the other way round on the same connection.
 *
 *   SetUp (s interface, a{sv} context) -> (a{sv} constants)
 *   Call (u serial, s method, v arguments, u timeout_ms, a{sv} news) -> (v answer)
 *   Cancel (u serial)
 *   Progress (u serial, t done, t total)            signal, before the answer
 *   Decision (a{sv}), Attack (s nick, s message), Activity (), TimeFloor (x),
 *   RetryAfter (t seconds)                          signals
 *
 * An answer is the a{sv} of the method, or that of the object that it answers with. Payloads cross
 * as descriptors. Errors keep domain and code. The caller's side owns the deadline; the served side
 * gets what is left of it and runs the same runner. */

#define PAWL_REMOTE_INTERFACE      "org.pawl.Plugin1"
#define PAWL_REMOTE_PLUGIN_PATH    "/org/pawl/Plugin1"
#define PAWL_REMOTE_TRANSPORT_PATH "/org/pawl/Transport1"

/* An answer of more bytes than this is the plugin's mistake: metadata files are at most half of
 * it. */
#define PAWL_REMOTE_MAX_ANSWER (64 * 1024 * 1024)

GDBusInterfaceInfo *pawl_remote_get_interface_info (void);

/* ---- the served side ---- */

typedef struct _PawlServant PawlServant;

/* Answers calls at @path with @instance; with a NULL @instance, with the transports of @context. */
PawlServant *pawl_servant_new (GDBusConnection *connection,
                               const char *path,
                               GObject *instance,
                               PawlContext *context,
                               GError **error);
void pawl_servant_free (PawlServant *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PawlServant, pawl_servant_free)

/* A call as it came in. */
typedef struct
{
  GVariant *arguments; /* (unowned) */
  GUnixFDList *fds;    /* (unowned) (nullable) */
  guint timeout_ms;
  PawlMonitor *monitor;      /* (unowned) */
  GCancellable *cancellable; /* (unowned) */
} PawlRemoteRequest;

typedef struct
{
  GType (*get_interface) (void);
  const char *method;
  const char *signature;
  /* FALSE with an error when the call was not made. */
  gboolean (*start) (GObject *instance,
                     const PawlRemoteRequest *request,
                     GAsyncReadyCallback callback,
                     gpointer user_data,
                     GError **error);
} PawlRemoteMethod;

const PawlRemoteMethod *pawl_remote_method_lookup (GObject *instance, const char *method);
/* The first address that the arguments of a transport's method name; NULL when there is none. */
const char *pawl_remote_method_peek_uri (const char *method, GVariant *arguments);

/* What the interface of @instance answers at once and for ever. */
GVariant *pawl_remote_get_constants (GObject *instance);
gboolean pawl_remote_set_up (GObject *instance, PawlContext *context, GError **error);

/* ---- the calling side ---- */

typedef struct _PawlPeer PawlPeer;

PawlPeer *pawl_peer_new (GDBusConnection *connection,
                         const char *path,
                         GType interface,
                         PawlContext *context);
PawlPeer *pawl_peer_ref (PawlPeer *self);
void pawl_peer_unref (PawlPeer *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (PawlPeer, pawl_peer_unref)
GDBusConnection *pawl_peer_get_connection (PawlPeer *self);
gboolean pawl_peer_check_idle (PawlPeer *self, guint *inout_serial);

/* @answer_type: the class of the object that answers, or G_TYPE_NONE for an a{sv}. Takes a floating
 * @arguments. */
void pawl_peer_call (PawlPeer *self,
                     const char *method,
                     GVariant *arguments,
                     GUnixFDList *fds,
                     GType answer_type,
                     PawlOperation *op);

/* Turns what GDBus says into what a caller of a plugin can use. Takes and returns @error. */
GError *pawl_remote_translate_error (GError *error);

/* ---- proxies ---- */

/* Asked for a peer whenever there is none; answers with pawl_proxy_take_peer(). */
typedef void (*PawlProxyConnect) (GObject *proxy, gpointer user_data);

/* An object that implements @interface by calling. @peer may be NULL when @connect is not. */
GObject *pawl_proxy_new (GType interface,
                         PawlPeer *peer,
                         GVariant *constants,
                         PawlProxyConnect connect,
                         gpointer user_data,
                         GDestroyNotify destroy);
/* What waits goes on: with @peer, or failing with @error. */
void pawl_proxy_take_peer (GObject *proxy, PawlPeer *peer, const GError *error);
/* The connection is gone; the next call asks for another. */
void pawl_proxy_drop_peer (GObject *proxy);

/* ---- contexts ---- */

/* What a context is on the other side. */
GVariant *pawl_remote_context_to_variant (PawlContext *context, GType interface);
/* What of it may have changed since. */
GVariant *pawl_remote_context_get_news (PawlContext *context, GType interface);

PawlContext *pawl_remote_context_new (GDBusConnection *connection, GVariant *variant);
void pawl_remote_context_take_news (PawlContext *context, GVariant *news);

G_END_DECLS
