/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

#include "pawl-plugin-info.h"

G_BEGIN_DECLS

#define PAWL_TYPE_PLUGIN_MODULE (pawl_plugin_module_get_type ())

/* A plugin's code in this process: loaded, checked against its keyfile, and its types. It stays for
 * as long as the process does. */
G_DECLARE_FINAL_TYPE (PawlPluginModule, pawl_plugin_module, PAWL, PLUGIN_MODULE, GObject)

PawlPluginModule *
pawl_plugin_module_open (PawlPluginInfo *info, gboolean check_owner, GError **error);
PawlPluginModule *pawl_plugin_module_new (PawlPluginInfo *info,
                                          const PawlPluginDescriptor *descriptor,
                                          GError **error);
GObject *pawl_plugin_module_new_instance (PawlPluginModule *self, GType interface, GError **error);
GObject *pawl_plugin_module_create (PawlPluginModule *self,
                                    GType interface,
                                    PawlContext *context,
                                    GError **error);

G_END_DECLS
