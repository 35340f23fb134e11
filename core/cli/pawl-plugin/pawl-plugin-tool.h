/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl.h>

G_BEGIN_DECLS

/* Each command gets its own arguments, its name first, and returns the exit status: 0 fine, 1 not
 * fine, 2 asked wrongly. */
int pawl_plugin_tool_new (int argc, char **argv);
int pawl_plugin_tool_check (int argc, char **argv);
int pawl_plugin_tool_list (int argc, char **argv);
int pawl_plugin_tool_info (int argc, char **argv);

/* What the methods of a stamped plugin say, and what a check knows them by. */
#define PLUGIN_NOT_WRITTEN "is not written yet"

/* The words of Provides= and what they stand for. */
GType pawl_plugin_tool_interface (const char *word);

/* The group of a keyfile that tells of the plugin as a whole. */
#define PAWL_PLUGIN_TOOL_GROUP "Plugin"

/* Reads a keyfile `<id>.plugin`; the daemon checks more. */
GKeyFile *pawl_plugin_tool_load (const char *path, GError **error);

/* What the keyfile at @path says, as an `a{sv}` for JSON (transfer full). */
GVariant *pawl_plugin_tool_describe (GKeyFile *keyfile, const char *path);

/* What a plugin gets when there is no daemon: the defaults of its keyfile, what @settings
 * (`KEY=VALUE`, (nullable)) says, and a folder of its own. */
PawlContext *pawl_plugin_tool_context_new (GKeyFile *keyfile,
                                           const char *state_dir,
                                           char **settings,
                                           GError **error);

G_END_DECLS
