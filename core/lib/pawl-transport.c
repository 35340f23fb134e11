/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include <pawl/pawl-transport.h>

#include "pawl-operation-private.h"

#include <pawl/pawl-error.h>

G_DEFINE_INTERFACE (PawlTransport, pawl_transport, G_TYPE_OBJECT)

static void
pawl_transport_default_init (PawlTransportInterface *iface)
{
}

/* Two minutes: a metadata file with all retries. */
static const PawlCallSpec fetch_spec = {"fetch", 2 * 60 * 1000, FALSE, NULL};
/* A day: an image over a slow line. */
static const PawlCallSpec fetch_payload_spec = {"fetch_payload", 24 * 3600 * 1000, FALSE, NULL};
/* A minute. */
static const PawlCallSpec estimate_spec = {"estimate", 60 * 1000, FALSE, NULL};
/* Two minutes. */
static const PawlCallSpec send_spec = {"send", 2 * 60 * 1000, FALSE, NULL};

/**
 * pawl_transport_set_up:
 * @self: a new instance
 * @context: what the host offers to it
 * @error: return location
 *
 * Gives an instance its context and its settings. Called once, by the host.
 *
 * Errors: %PAWL_ERROR_INVALID_CONFIG when the settings make no sense together; others as the plugin
 * says.
 *
 * Returns: %TRUE if the instance can be used
 *
 * Since: 1.0
 */
gboolean
pawl_transport_set_up (PawlTransport *self, PawlContext *context, GError **error)
{
  PawlTransportInterface *iface;

  g_return_val_if_fail (PAWL_IS_TRANSPORT (self), FALSE);
  g_return_val_if_fail (PAWL_IS_CONTEXT (context), FALSE);

  iface = PAWL_TRANSPORT_GET_IFACE (self);
  pawl_instance_set_name (G_OBJECT (self), pawl_context_get_name (context));
  if (iface->set_up == NULL)
    return TRUE;
  return pawl_call_check_set_up (G_OBJECT (self), iface->set_up (self, context, error), error);
}

/**
 * pawl_transport_list_schemes:
 * @self: an instance
 * @error: return location
 *
 * The URI schemes that it serves, in lower case. Constant for the life of @self.
 *
 * Errors: %PAWL_ERROR_PLUGIN when the plugin answers with nothing.
 *
 * Returns: (transfer full): the schemes, never %NULL
 *
 * Since: 1.0
 */
GStrv
pawl_transport_list_schemes (PawlTransport *self, GError **error)
{
  PawlTransportInterface *iface;

  g_return_val_if_fail (PAWL_IS_TRANSPORT (self), NULL);

  iface = PAWL_TRANSPORT_GET_IFACE (self);
  if (iface->list_schemes == NULL)
    return g_new0 (char *, 1);
  return pawl_call_check_strv (G_OBJECT (self), "list_schemes", iface->list_schemes (self), error);
}

/**
 * pawl_transport_list_formats:
 * @self: an instance
 * @error: return location
 *
 * The target formats that it keeps in a store of its own (for example `OSTREE`), for which
 * start_fetch_payload() gets no destination. Constant for the life of @self.
 *
 * Errors: %PAWL_ERROR_PLUGIN when the plugin answers with nothing.
 *
 * Returns: (transfer full): the formats, never %NULL
 *
 * Since: 1.0
 */
GStrv
pawl_transport_list_formats (PawlTransport *self, GError **error)
{
  PawlTransportInterface *iface;

  g_return_val_if_fail (PAWL_IS_TRANSPORT (self), NULL);

  iface = PAWL_TRANSPORT_GET_IFACE (self);
  if (iface->list_formats == NULL)
    return g_new0 (char *, 1);
  return pawl_call_check_strv (G_OBJECT (self), "list_formats", iface->list_formats (self), error);
}

/**
 * pawl_transport_fetch_async:
 * @self: an instance
 * @uris: (array zero-terminated=1): the same small file at several places, in order of preference
 * @max_size: more bytes than this are an error (#PAWL_ERROR_TOO_LARGE), noticed while streaming
 * @options: (nullable): an `a{sv}`; `etag` s: answer `not-modified` when the source still has
 * that; `headers` a{ss}: extra request headers; `priority` i; a floating one is consumed
 * @timeout_ms: milliseconds until the deadline; 0 for the default of this method, which is 120
 * seconds
 * @cancellable: (nullable): to cancel
 * @callback: called in the thread-default main context of this call
 * @user_data: for @callback
 *
 * Fetches a small file into memory, for example a metadata file. Fails with #PAWL_ERROR_NOT_FOUND
 * or #PAWL_ERROR_ACCESS_DENIED when every source says so; with #PAWL_ERROR_NETWORK when a source
 * could not be asked after all retries, so that "not there" is never concluded from silence.
 *
 * Since: 1.0
 */
void
pawl_transport_fetch_async (PawlTransport *self,
                            const char *const *uris,
                            guint64 max_size,
                            GVariant *options,
                            guint timeout_ms,
                            GCancellable *cancellable,
                            GAsyncReadyCallback callback,
                            gpointer user_data)
{
  g_autoptr (GVariant) all = pawl_call_options (options);
  g_autoptr (PawlOperation) op = NULL;
  g_autoptr (GError) error = NULL;
  PawlTransportInterface *iface;

  g_return_if_fail (PAWL_IS_TRANSPORT (self));

  iface = PAWL_TRANSPORT_GET_IFACE (self);
  op = pawl_operation_begin (G_OBJECT (self), &fetch_spec, timeout_ms, NULL, cancellable, callback,
                             user_data);
  if (pawl_operation_may_start (op, iface->start_fetch != NULL, NULL))
    pawl_operation_started (op, iface->start_fetch (self, uris, max_size, all, op, &error), &error);
}

/**
 * pawl_transport_fetch_finish:
 * @self: a transport
 * @result: the result
 * @out_info: (out) (optional) (transfer full): return location for the whole answer, an `a{sv}`
 * @error: return location
 *
 * Errors: those of the slot, see #PawlTransportInterface.
 *
 * Returns: (transfer full): the bytes; empty when `not-modified` is true in @out_info
 *
 * Since: 1.0
 */
GBytes *
pawl_transport_fetch_finish (PawlTransport *self,
                             GAsyncResult *result,
                             GVariant **out_info,
                             GError **error)
{
  g_autoptr (GVariant) info =
    pawl_call_finish_variant (G_OBJECT (self), &fetch_spec, result, error);
  g_autoptr (GVariant) data = NULL;
  gboolean not_modified = FALSE;

  if (info == NULL)
    return NULL;
  data = g_variant_lookup_value (info, "data", G_VARIANT_TYPE_BYTESTRING);
  g_variant_lookup (info, "not-modified", "b", &not_modified);
  if (data == NULL && !not_modified)
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_PLUGIN,
                   "%s: fetch: the plugin succeeded without data",
                   pawl_instance_get_name (G_OBJECT (self)));
      return NULL;
    }
  if (out_info != NULL)
    *out_info = g_steal_pointer (&info);
  return data != NULL ? g_variant_get_data_as_bytes (data) : g_bytes_new_static ("", 0);
}

/**
 * pawl_transport_fetch_payload_async:
 * @self: an instance
 * @target: what to fetch
 * @uris: (array zero-terminated=1): where it can be found, in order of preference
 * @destination: (nullable): a writable payload that is appended to from its present length on;
 * %NULL for a format of list_formats()
 * @options: (nullable): an `a{sv}`; `max-rate` t: bytes per second, 0 for no limit; `headers`
 * a{ss}; a floating one is consumed
 * @timeout_ms: milliseconds until the deadline; 0 for the default of this method, which is 86400
 * seconds
 * @monitor: (nullable): told about progress
 * @cancellable: (nullable): to cancel
 * @callback: called in the thread-default main context of this call
 * @user_data: for @callback
 *
 * Fetches a large payload, going on where an earlier fetch ended, and failing over to the next
 * source without starting again. More bytes than the target's length are an error.
 *
 * Since: 1.0
 */
void
pawl_transport_fetch_payload_async (PawlTransport *self,
                                    PawlTarget *target,
                                    const char *const *uris,
                                    PawlPayload *destination,
                                    GVariant *options,
                                    guint timeout_ms,
                                    PawlMonitor *monitor,
                                    GCancellable *cancellable,
                                    GAsyncReadyCallback callback,
                                    gpointer user_data)
{
  g_autoptr (GVariant) all = pawl_call_options (options);
  g_autoptr (PawlOperation) op = NULL;
  g_autoptr (GError) error = NULL;
  PawlTransportInterface *iface;

  g_return_if_fail (PAWL_IS_TRANSPORT (self));

  iface = PAWL_TRANSPORT_GET_IFACE (self);
  op = pawl_operation_begin (G_OBJECT (self), &fetch_payload_spec, timeout_ms, monitor, cancellable,
                             callback, user_data);
  if (pawl_operation_may_start (op, iface->start_fetch_payload != NULL, NULL))
    pawl_operation_started (
      op, iface->start_fetch_payload (self, target, uris, destination, all, op, &error), &error);
}

/**
 * pawl_transport_fetch_payload_finish:
 * @self: an instance
 * @result: the result
 * @error: return location
 *
 * Errors: those of the slot, see #PawlTransportInterface; %PAWL_ERROR_PLUGIN when the plugin breaks
 * its contract, %PAWL_ERROR_TIMED_OUT at the deadline, %G_IO_ERROR_CANCELLED after a cancel.
 *
 * Returns: (transfer full): an `a{sv}`: `bytes-transferred` t, `requests` u, `uri` s
 *
 * Since: 1.0
 */
GVariant *
pawl_transport_fetch_payload_finish (PawlTransport *self, GAsyncResult *result, GError **error)
{
  return pawl_call_finish_variant (G_OBJECT (self), &fetch_payload_spec, result, error);
}

/* Without an estimate of the plugin's own, a payload costs its length. */
static GVariant *
estimate_default (PawlTarget *target)
{
  return g_variant_new_parsed ("{'download-bytes': <%t>, 'disk-bytes': <%t>}",
                               pawl_target_get_length (target), pawl_target_get_length (target));
}

/**
 * pawl_transport_estimate_async:
 * @self: an instance
 * @target: what would be fetched
 * @uris: (array zero-terminated=1): where it can be found, in order of preference
 * @options: (nullable): an `a{sv}`; a floating one is consumed
 * @timeout_ms: milliseconds until the deadline; 0 for the default of this method, which is 60
 * seconds
 * @cancellable: (nullable): to cancel
 * @callback: called in the thread-default main context of this call
 * @user_data: for @callback
 *
 * Says what fetching would cost before the first byte of it. Optional: the default answers with
 * the target's length.
 *
 * Since: 1.0
 */
void
pawl_transport_estimate_async (PawlTransport *self,
                               PawlTarget *target,
                               const char *const *uris,
                               GVariant *options,
                               guint timeout_ms,
                               GCancellable *cancellable,
                               GAsyncReadyCallback callback,
                               gpointer user_data)
{
  g_autoptr (GVariant) all = pawl_call_options (options);
  g_autoptr (PawlOperation) op = NULL;
  g_autoptr (GError) error = NULL;
  PawlTransportInterface *iface;

  g_return_if_fail (PAWL_IS_TRANSPORT (self));

  iface = PAWL_TRANSPORT_GET_IFACE (self);
  op = pawl_operation_begin (G_OBJECT (self), &estimate_spec, timeout_ms, NULL, cancellable,
                             callback, user_data);
  if (pawl_operation_may_start (op, iface->start_estimate != NULL, estimate_default (target)))
    pawl_operation_started (op, iface->start_estimate (self, target, uris, all, op, &error),
                            &error);
}

/**
 * pawl_transport_estimate_finish:
 * @self: an instance
 * @result: the result
 * @error: return location
 *
 * Errors: those of the slot, see #PawlTransportInterface; %PAWL_ERROR_PLUGIN when the plugin breaks
 * its contract, %PAWL_ERROR_TIMED_OUT at the deadline, %G_IO_ERROR_CANCELLED after a cancel.
 *
 * Returns: (transfer full): an `a{sv}`: `download-bytes` t, `disk-bytes` t; a member is absent when
 * unknown
 *
 * Since: 1.0
 */
GVariant *
pawl_transport_estimate_finish (PawlTransport *self, GAsyncResult *result, GError **error)
{
  return pawl_call_finish_variant (G_OBJECT (self), &estimate_spec, result, error);
}

/**
 * pawl_transport_send_async:
 * @self: an instance
 * @uri: where to
 * @method: `PUT` or `POST`
 * @body: what to send
 * @options: (nullable): an `a{sv}`; `content-type` s; `headers` a{ss}; `max-answer` t: bytes,
 * default 65536; a floating one is consumed
 * @timeout_ms: milliseconds until the deadline; 0 for the default of this method, which is 120
 * seconds
 * @cancellable: (nullable): to cancel
 * @callback: called in the thread-default main context of this call
 * @user_data: for @callback
 *
 * Sends a report. Completes with whatever the server answered, and fails only when there was no
 * answer. Optional: without it reports are kept.
 *
 * Since: 1.0
 */
void
pawl_transport_send_async (PawlTransport *self,
                           const char *uri,
                           const char *method,
                           GBytes *body,
                           GVariant *options,
                           guint timeout_ms,
                           GCancellable *cancellable,
                           GAsyncReadyCallback callback,
                           gpointer user_data)
{
  g_autoptr (GVariant) all = pawl_call_options (options);
  g_autoptr (PawlOperation) op = NULL;
  g_autoptr (GError) error = NULL;
  PawlTransportInterface *iface;

  g_return_if_fail (PAWL_IS_TRANSPORT (self));

  iface = PAWL_TRANSPORT_GET_IFACE (self);
  op = pawl_operation_begin (G_OBJECT (self), &send_spec, timeout_ms, NULL, cancellable, callback,
                             user_data);
  if (pawl_operation_may_start (op, iface->start_send != NULL, NULL))
    pawl_operation_started (op, iface->start_send (self, uri, method, body, all, op, &error),
                            &error);
}

/**
 * pawl_transport_send_finish:
 * @self: an instance
 * @result: the result
 * @error: return location
 *
 * Errors: those of the slot, see #PawlTransportInterface; %PAWL_ERROR_PLUGIN when the plugin breaks
 * its contract, %PAWL_ERROR_TIMED_OUT at the deadline, %G_IO_ERROR_CANCELLED after a cancel.
 *
 * Returns: (transfer full): an `a{sv}`: `status` u (for http the status code; any answer of the
 * server completes), `data` ay, `retry-after-s` u
 *
 * Since: 1.0
 */
GVariant *
pawl_transport_send_finish (PawlTransport *self, GAsyncResult *result, GError **error)
{
  return pawl_call_finish_variant (G_OBJECT (self), &send_spec, result, error);
}
