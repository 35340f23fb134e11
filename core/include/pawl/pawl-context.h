/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl-decision.h>
#include <pawl/pawl-macros.h>

G_BEGIN_DECLS

typedef struct _PawlTransport PawlTransport;

#define PAWL_TYPE_CONTEXT (pawl_context_get_type ())

/**
 * PawlContext:
 *
 * What the host offers to one instance of a plugin. The host implements it, in process or on the
 * other side of a socket; plugins only call it.
 *
 * Since: 1.0
 */
PAWL_AVAILABLE_IN_ALL
G_DECLARE_INTERFACE (PawlContext, pawl_context, PAWL, CONTEXT, GObject)

/**
 * PawlContextInterface:
 * @g_iface: the parent interface
 * @get_name: see pawl_context_get_name()
 * @get_settings: see pawl_context_get_settings()
 * @get_state_dir: see pawl_context_get_state_dir()
 * @get_time_us: see pawl_context_get_time_us()
 * @raise_time_floor: see pawl_context_raise_time_floor()
 * @dup_transport: see pawl_context_dup_transport()
 * @dup_ecus: see pawl_context_dup_ecus()
 * @get_device_id: see pawl_context_get_device_id()
 * @note_decision: see pawl_context_note_decision()
 * @note_attack: see pawl_context_note_attack()
 * @note_activity: see pawl_context_note_activity()
 * @note_retry_after: see pawl_context_note_retry_after()
 *
 * Grows at its end only. Nothing here blocks; all of it is called on the main thread.
 *
 * Since: 1.0
 */
struct _PawlContextInterface
{
  GTypeInterface g_iface;

  const char *(*get_name) (PawlContext *self);
  GVariant *(*get_settings) (PawlContext *self);
  const char *(*get_state_dir) (PawlContext *self);
  gint64 (*get_time_us) (PawlContext *self);
  void (*raise_time_floor) (PawlContext *self, gint64 time_us);
  PawlTransport *(*dup_transport) (PawlContext *self, const char *uri, GError **error);
  GListModel *(*dup_ecus) (PawlContext *self);
  const char *(*get_device_id) (PawlContext *self);
  void (*note_decision) (PawlContext *self, PawlDecision *decision);
  void (*note_attack) (PawlContext *self, PawlAttack attack, const char *message);
  void (*note_activity) (PawlContext *self);
  void (*note_retry_after) (PawlContext *self, guint64 wait_s);
};

/* The name of the instance: the configuration group after the colon, or the plugin's id. */
PAWL_AVAILABLE_IN_ALL
const char *pawl_context_get_name (PawlContext *self);
/* a{sv}: every key that the plugin's keyfile declares, with the configured value or the default. */
PAWL_AVAILABLE_IN_ALL
GVariant *pawl_context_get_settings (PawlContext *self);
/* A folder that is this instance's own, mode 0700; it exists. A verifier's is its trusted metadata
 * store. */
PAWL_AVAILABLE_IN_ALL
const char *pawl_context_get_state_dir (PawlContext *self);
/* Now, in microseconds since 1970, UTC: the later of the clock and the time floor. Use it for every
 * expiry. */
PAWL_AVAILABLE_IN_ALL
gint64 pawl_context_get_time_us (PawlContext *self);
/* It is proven to be at least this late. The floor never goes down, and never above what was
 * proven. */
PAWL_AVAILABLE_IN_ALL
void pawl_context_raise_time_floor (PawlContext *self, gint64 time_us);
/* The transport for a URI's scheme. */
PAWL_AVAILABLE_IN_ALL
PawlTransport *pawl_context_dup_transport (PawlContext *self, const char *uri, GError **error);
/* The PawlEcu objects of this device, primary first, each with what it runs. */
PAWL_AVAILABLE_IN_ALL
GListModel *pawl_context_dup_ecus (PawlContext *self);
/* A stable name of this device, for rollout percentages and reports; never a secret. */
PAWL_AVAILABLE_IN_ALL
const char *pawl_context_get_device_id (PawlContext *self);
/* Records why something is or is not done. */
PAWL_AVAILABLE_IN_ALL
void pawl_context_note_decision (PawlContext *self, PawlDecision *decision);
/* A refused update looks like an attack of this kind; it is reported to the server. */
PAWL_AVAILABLE_IN_ALL
void pawl_context_note_attack (PawlContext *self, PawlAttack attack, const char *message);
/* "I am still making progress", for long work without byte counts; feeds the service watchdog. */
PAWL_AVAILABLE_IN_ALL
void pawl_context_note_activity (PawlContext *self);
/* The other side wants to be left alone for so many seconds; said before the operation fails. */
PAWL_AVAILABLE_IN_ALL
void pawl_context_note_retry_after (PawlContext *self, guint64 wait_s);

/* Settings, looked up; a key that the keyfile does not declare is a programmer's error. */
PAWL_AVAILABLE_IN_ALL
const char *pawl_context_get_string (PawlContext *self, const char *key);
PAWL_AVAILABLE_IN_ALL
gboolean pawl_context_get_boolean (PawlContext *self, const char *key);
PAWL_AVAILABLE_IN_ALL
gint64 pawl_context_get_int (PawlContext *self, const char *key);
PAWL_AVAILABLE_IN_ALL
GStrv pawl_context_dup_strv (PawlContext *self, const char *key);

G_END_DECLS
