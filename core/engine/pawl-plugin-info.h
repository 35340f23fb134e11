/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <gio/gio.h>

#include "pawl-config.h"

G_BEGIN_DECLS

#define PAWL_TYPE_PLUGIN_INFO (pawl_plugin_info_get_type ())

/**
 * PawlPluginInfo:
 *
 * What a plugin says about itself in its keyfile `<id>.plugin`, read and checked before any of its
 * code. Immutable.
 */
G_DECLARE_FINAL_TYPE (PawlPluginInfo, pawl_plugin_info, PAWL, PLUGIN_INFO, GObject)

/* Reads @path. Fails with PAWL_ERROR_PLUGIN naming the file and the reason. */
PawlPluginInfo *pawl_plugin_info_load (const char *path, GError **error);
/* The same for a plugin that is linked in; @name stands for the file's name. */
PawlPluginInfo *pawl_plugin_info_load_data (const char *text, const char *name, GError **error);

const char *pawl_plugin_info_get_path (PawlPluginInfo *self);
const char *pawl_plugin_info_get_id (PawlPluginInfo *self);
const char *pawl_plugin_info_get_module (PawlPluginInfo *self);
/* `c`, `python` or `js`. */
const char *pawl_plugin_info_get_language (PawlPluginInfo *self);
const char *pawl_plugin_info_get_version (PawlPluginInfo *self);
const char *pawl_plugin_info_get_description (PawlPluginInfo *self);
const char *pawl_plugin_info_get_licence (PawlPluginInfo *self);
/* Words of `transport`, `verifier`, `installer`, `boot-control`, `confirmer`. */
const char *const *pawl_plugin_info_get_provides (PawlPluginInfo *self);
/* What the sandbox has to leave open: `network`, `block`, `gpio`, `watchdog`, `efi`, `systemd`,
 * `secrets`. */
const char *const *pawl_plugin_info_get_needs (PawlPluginInfo *self);
/* Whether it has to run in a process of its own: `Isolation=process`, or not written in C. */
gboolean pawl_plugin_info_get_isolated (PawlPluginInfo *self);
gboolean pawl_plugin_info_has_interface (PawlPluginInfo *self, const char *interface);
/* The keys of its configuration; ends with a NULL name. */
const PawlKey *pawl_plugin_info_get_keys (PawlPluginInfo *self);

/* The word for one of the five interfaces, or NULL. */
const char *pawl_plugin_interface_to_word (GType interface);
GType pawl_plugin_interface_from_word (const char *word);

G_END_DECLS
