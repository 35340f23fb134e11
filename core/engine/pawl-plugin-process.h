/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

#include "pawl-plugin-entry.h"

G_BEGIN_DECLS

/* How an isolated plugin's processes are started. */
typedef struct
{
  const char *program;        /* (nullable): NULL for the installed pawl-plugin-host */
  const char *const *options; /* (nullable): before all others */
  const char *const *grants;  /* (nullable): `ID:NEED` each; a need without one is not given */
  guint idle_ms;
  gboolean check_owner;
} PawlPluginProcessConfig;

/* Makes an instance of @interface in a process of its own, and a proxy for it. The process leaves
 * after the idle time without a call and is started again for the next one; one that crashes again
 * and again is kept away for longer each time, up to five minutes, with PAWL_ERROR_BUSY. @entry is
 * told about each crash. */
void pawl_plugin_process_create_async (PawlPluginEntry *entry,
                                       GType interface,
                                       PawlContext *context,
                                       const PawlPluginProcessConfig *config,
                                       GCancellable *cancellable,
                                       GAsyncReadyCallback callback,
                                       gpointer user_data);
GObject *pawl_plugin_process_create_finish (GAsyncResult *result, GError **error);

/* Those of the plugin's needs that @grants (nullable) gives it. */
GStrv pawl_plugin_process_dup_granted (PawlPluginInfo *info, const char *const *grants);

G_END_DECLS
