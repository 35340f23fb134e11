/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl-context.h>
#include <pawl/pawl-monitor.h>
#include <pawl/pawl-operation.h>
#include <pawl/pawl-payload.h>
#include <pawl/pawl-target.h>

G_BEGIN_DECLS

#define PAWL_TYPE_TRANSPORT (pawl_transport_get_type ())

/**
 * PawlTransport:
 *
 * How do bytes come here, and reports go there? It moves bytes and believes none of them: what is
 * genuine is the verifier's to say.
 *
 * Since: 1.0
 */
PAWL_AVAILABLE_IN_ALL
G_DECLARE_INTERFACE (PawlTransport, pawl_transport, PAWL, TRANSPORT, GObject)

/**
 * PawlTransportInterface:
 * @g_iface: the parent interface
 *
 * How bytes come to this device, and how reports leave it. A transport trusts nobody and judges
 * nothing: whether bytes are genuine is the verifier's business.
 *
 * Grows at its end only. Every slot is called on the main thread and must not block.
 *
 * Since: 1.0
 */
struct _PawlTransportInterface
{
  GTypeInterface g_iface;

  /**
   * PawlTransportInterface::set_up:
   * @self: the new instance
   * @context: what the host offers to this instance; may be kept
   * @error: return location
   *
   * Called once, before any other slot. Reads its settings and remembers @context; touches no disk
   * and no device. Optional.
   *
   * Returns: %TRUE if the instance can be used
   */
  gboolean (*set_up) (PawlTransport *self, PawlContext *context, GError **error);

  /**
   * PawlTransportInterface::list_schemes:
   * @self: the instance
   *
   * The URI schemes that it serves, in lower case. Constant for the life of @self. Mandatory.
   *
   * Returns: (transfer full): the schemes, never %NULL
   */
  GStrv (*list_schemes) (PawlTransport *self);

  /**
   * PawlTransportInterface::list_formats:
   * @self: the instance
   *
   * The target formats that it keeps in a store of its own (for example `OSTREE`), for which
   * start_fetch_payload() gets no destination. Constant for the life of @self. Optional: none.
   *
   * Returns: (transfer full): the formats, never %NULL
   */
  GStrv (*list_formats) (PawlTransport *self);

  /**
   * PawlTransportInterface::start_fetch:
   * @self: the instance
   * @uris: (array zero-terminated=1): the same small file at several places, in order of preference
   * @max_size: more bytes than this are an error (#PAWL_ERROR_TOO_LARGE), noticed while
   * streaming
   * @options: an `a{sv}`, never %NULL; `etag` s: answer `not-modified` when the source still
   * has that; `headers` a{ss}: extra request headers; `priority` i
   * @op: complete with an `a{sv}`: `data` ay (absent when not modified), `etag` s,
   * `not-modified` b, `uri` s (the source that answered)
   * @error: return location
   *
   * Fetches a small file into memory, for example a metadata file. Fails with
   * #PAWL_ERROR_NOT_FOUND or #PAWL_ERROR_ACCESS_DENIED when every source says so; with
   * #PAWL_ERROR_NETWORK when a source could not be asked after all retries, so that "not there"
   * is never concluded from silence. Mandatory.
   *
   * Returns: %TRUE if @op will be completed, or already is
   */
  gboolean (*start_fetch) (PawlTransport *self,
                           const char *const *uris,
                           guint64 max_size,
                           GVariant *options,
                           PawlOperation *op,
                           GError **error);

  /**
   * PawlTransportInterface::start_fetch_payload:
   * @self: the instance
   * @target: what to fetch
   * @uris: (array zero-terminated=1): where it can be found, in order of preference
   * @destination: (nullable): a writable payload that is appended to from its present length
   * on; %NULL for a format of list_formats()
   * @options: an `a{sv}`, never %NULL; `max-rate` t: bytes per second, 0 for no limit;
   * `headers` a{ss}
   * @op: complete with an `a{sv}`: `bytes-transferred` t, `requests` u, `uri` s
   * @error: return location
   *
   * Fetches a large payload, going on where an earlier fetch ended, and failing over to the
   * next source without starting again. More bytes than the target's length are an error.
   * Mandatory.
   *
   * Returns: %TRUE if @op will be completed, or already is
   */
  gboolean (*start_fetch_payload) (PawlTransport *self,
                                   PawlTarget *target,
                                   const char *const *uris,
                                   PawlPayload *destination,
                                   GVariant *options,
                                   PawlOperation *op,
                                   GError **error);

  /**
   * PawlTransportInterface::start_estimate:
   * @self: the instance
   * @target: what would be fetched
   * @uris: (array zero-terminated=1): where it can be found, in order of preference
   * @options: an `a{sv}`, never %NULL
   * @op: complete with an `a{sv}`: `download-bytes` t, `disk-bytes` t; a member is absent when
   * unknown
   * @error: return location
   *
   * Says what fetching would cost before the first byte of it. Optional: the default answers
   * with the target's length.
   *
   * Returns: %TRUE if @op will be completed, or already is
   */
  gboolean (*start_estimate) (PawlTransport *self,
                              PawlTarget *target,
                              const char *const *uris,
                              GVariant *options,
                              PawlOperation *op,
                              GError **error);

  /**
   * PawlTransportInterface::start_send:
   * @self: the instance
   * @uri: where to
   * @method: `PUT` or `POST`
   * @body: what to send
   * @options: an `a{sv}`, never %NULL; `content-type` s; `headers` a{ss}; `max-answer` t:
   * bytes, default 65536
   * @op: complete with an `a{sv}`: `status` u (for http the status code; any answer of the
   * server completes), `data` ay, `retry-after-s` u
   * @error: return location
   *
   * Sends a report. Completes with whatever the server answered, and fails only when there was
   * no answer. Optional: without it reports are kept.
   *
   * Returns: %TRUE if @op will be completed, or already is
   */
  gboolean (*start_send) (PawlTransport *self,
                          const char *uri,
                          const char *method,
                          GBytes *body,
                          GVariant *options,
                          PawlOperation *op,
                          GError **error);
};

PAWL_AVAILABLE_IN_ALL
gboolean pawl_transport_set_up (PawlTransport *self, PawlContext *context, GError **error);
PAWL_AVAILABLE_IN_ALL
GStrv pawl_transport_list_schemes (PawlTransport *self, GError **error);
PAWL_AVAILABLE_IN_ALL
GStrv pawl_transport_list_formats (PawlTransport *self, GError **error);
PAWL_AVAILABLE_IN_ALL
void pawl_transport_fetch_async (PawlTransport *self,
                                 const char *const *uris,
                                 guint64 max_size,
                                 GVariant *options,
                                 guint timeout_ms,
                                 GCancellable *cancellable,
                                 GAsyncReadyCallback callback,
                                 gpointer user_data);
PAWL_AVAILABLE_IN_ALL
GBytes *pawl_transport_fetch_finish (PawlTransport *self,
                                     GAsyncResult *result,
                                     GVariant **out_info,
                                     GError **error);
PAWL_AVAILABLE_IN_ALL
void pawl_transport_fetch_payload_async (PawlTransport *self,
                                         PawlTarget *target,
                                         const char *const *uris,
                                         PawlPayload *destination,
                                         GVariant *options,
                                         guint timeout_ms,
                                         PawlMonitor *monitor,
                                         GCancellable *cancellable,
                                         GAsyncReadyCallback callback,
                                         gpointer user_data);
PAWL_AVAILABLE_IN_ALL
GVariant *
pawl_transport_fetch_payload_finish (PawlTransport *self, GAsyncResult *result, GError **error);
PAWL_AVAILABLE_IN_ALL
void pawl_transport_estimate_async (PawlTransport *self,
                                    PawlTarget *target,
                                    const char *const *uris,
                                    GVariant *options,
                                    guint timeout_ms,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data);
PAWL_AVAILABLE_IN_ALL
GVariant *
pawl_transport_estimate_finish (PawlTransport *self, GAsyncResult *result, GError **error);
PAWL_AVAILABLE_IN_ALL
void pawl_transport_send_async (PawlTransport *self,
                                const char *uri,
                                const char *method,
                                GBytes *body,
                                GVariant *options,
                                guint timeout_ms,
                                GCancellable *cancellable,
                                GAsyncReadyCallback callback,
                                gpointer user_data);
PAWL_AVAILABLE_IN_ALL
GVariant *pawl_transport_send_finish (PawlTransport *self, GAsyncResult *result, GError **error);

G_END_DECLS
