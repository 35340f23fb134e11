/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl-monitor.h>
#include <pawl/pawl-operation.h>

G_BEGIN_DECLS

/* What a call may answer with, and how long it may take. One for each method, `static const`. */
typedef struct
{
  const char *method;              /* for messages: “install” */
  guint default_timeout_ms;        /* for a timeout of 0 */
  gboolean nothing_is_fine;        /* may complete without a result */
  GType (*get_object_type) (void); /* answers with an object of this type; NULL: with an a{sv} */
} PawlCallSpec;

/* After a cancel or the deadline, a plugin has this long for an answer of its own: measured, an
 * isolated plugin in Python answers within 45 ms, and one that ignores the cancel must not hold its
 * caller for long. */
#define PAWL_OPERATION_GRACE_MS 300

/* The runner's side. begin() returns NULL when the call has its answer already: it was cancelled
 * before. */
PawlOperation *pawl_operation_begin (GObject *instance,
                                     const PawlCallSpec *spec,
                                     guint timeout_ms,
                                     PawlMonitor *monitor,
                                     GCancellable *cancellable,
                                     GAsyncReadyCallback callback,
                                     gpointer user_data);
/* Whether the slot is to be called. One that is not @implemented has its answer with this: the
 * @fallback (floating), or a refusal when there is none. @self may be what begin() returned. */
gboolean pawl_operation_may_start (PawlOperation *self, gboolean implemented, GVariant *fallback);
/* What the slot returned. @error is read after it was called. */
void pawl_operation_started (PawlOperation *self, gboolean started, GError **error);
void pawl_operation_set_subject (PawlOperation *self, const char *key, const char *subject);

GVariant *pawl_call_finish_variant (GObject *instance,
                                    const PawlCallSpec *spec,
                                    GAsyncResult *result,
                                    GError **error);
gpointer pawl_call_finish_object (GObject *instance,
                                  const PawlCallSpec *spec,
                                  GAsyncResult *result,
                                  GError **error);
gboolean pawl_call_check_set_up (GObject *instance, gboolean ok, GError **error);
GStrv pawl_call_check_strv (GObject *instance, const char *method, GStrv answer, GError **error);
gboolean pawl_call_lookup_enum (GObject *instance,
                                const PawlCallSpec *spec,
                                GVariant *answer,
                                const char *member,
                                GType type,
                                int *out_value,
                                GError **error);
GVariant *pawl_call_options (GVariant *options);
/* (transfer floating): an `a{sv}` without members. */
GVariant *pawl_call_nothing (void);

/* The name that stands before every error of an instance; empty for one whose errors are prefixed
 * elsewhere. */
void pawl_instance_set_name (GObject *instance, const char *name);
const char *pawl_instance_get_name (GObject *instance);
void pawl_instance_prefix_error (GObject *instance, GError **error);
/* For pawl_plugin_dup_last_error(). From any thread. */
void pawl_instance_note_error (GObject *instance, const GError *error);

G_END_DECLS
