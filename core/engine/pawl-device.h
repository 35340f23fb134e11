/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

#include "pawl-config.h"
#include "pawl-decision-log.h"
#include "pawl-plugin-host.h"
#include "pawl-time-floor.h"

G_BEGIN_DECLS

/**
 * PawlInstance:
 * @name: (owned): the group after the colon, or the plugin's id; stands before its errors
 * @plugin: (owned): the plugin's id
 * @interface: which of the five it is
 * @required: of a confirmer: whether it has to say yes
 * @object: (owned) (nullable): absent until the device is loaded
 *
 * One instance of a plugin, because the configuration wants it.
 */
typedef struct
{
  char *name;
  char *plugin;
  GType interface;
  gboolean required;
  GObject *object;
} PawlInstance;

#define PAWL_TYPE_DEVICE (pawl_device_get_type ())

/**
 * PawlDevice:
 *
 * This device as its configuration describes it: the instances of plugins, and the ECUs with what
 * each runs.
 *
 * Signals: `attack` (PawlAttack, message s): a plugin suspects one; `activity`: a plugin is still
 * making progress; `retry-after` (seconds t): the other side of one wants to be left alone;
 * `installed-changed`: another list of ECUs.
 */
G_DECLARE_FINAL_TYPE (PawlDevice, pawl_device, PAWL, DEVICE, GObject)

PawlDevice *pawl_device_new (PawlConfig *config,
                             PawlPluginHost *host,
                             PawlTimeFloor *floor,
                             PawlDecisionLog *decisions);

/* Makes all instances. Fails with the first error; the device is then of no use. */
void pawl_device_load_async (PawlDevice *self,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
gboolean pawl_device_load_finish (PawlDevice *self, GAsyncResult *result, GError **error);

/* Asks every installer what runs. An ECU whose installer fails runs something unknown, and the
 * decision of rule `installed` says why. */
void pawl_device_look_async (PawlDevice *self,
                             GCancellable *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer user_data);
gboolean pawl_device_look_finish (PawlDevice *self, GAsyncResult *result, GError **error);

/* (nullable): a device without one cannot check. */
PawlVerifier *pawl_device_get_verifier (PawlDevice *self);
/* (nullable): a device without one has nothing that counts boots. */
PawlBootControl *pawl_device_get_boot_control (PawlDevice *self);
/* (element-type PawlInstance) (transfer container): in the order of the configuration. */
GPtrArray *pawl_device_list (PawlDevice *self, GType interface);
/* PAWL_ERROR_NOT_FOUND when no ECU has that serial. */
PawlInstaller *pawl_device_lookup_installer (PawlDevice *self, const char *serial, GError **error);
/* (nullable) (transfer full): what the ECU ran when it was last asked. */
PawlTarget *pawl_device_dup_installed (PawlDevice *self, const char *serial);
/* The PawlEcu objects, primary first: a snapshot. */
GListModel *pawl_device_dup_ecus (PawlDevice *self);
/* PAWL_ERROR_NOT_SUPPORTED when no transport serves it. */
PawlTransport *pawl_device_dup_transport (PawlDevice *self, const char *uri, GError **error);
/* The transport for the bytes of @target, and whether it keeps them in a store of its own. */
PawlTransport *pawl_device_dup_payload_transport (PawlDevice *self,
                                                  PawlTarget *target,
                                                  gboolean *out_own_store,
                                                  GError **error);
const char *pawl_device_get_id (PawlDevice *self);
PawlTimeFloor *pawl_device_get_time_floor (PawlDevice *self);
PawlDecisionLog *pawl_device_get_decisions (PawlDevice *self);

G_END_DECLS
