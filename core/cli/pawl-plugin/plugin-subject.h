/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-plugin-tool.h"

G_BEGIN_DECLS

/* What is checked: one interface of a plugin, and how its process is started. */
typedef struct
{
  char *program;   /* (owned): the pawl-plugin-host */
  char *scripts;   /* (owned) (nullable) */
  char **settings; /* (owned) (nullable): KEY=VALUE each */
  char **grants;   /* (owned) (nullable): words of Needs= */
  char *world;     /* (owned) (nullable): the program that is the plugin's surroundings */
  char *path;      /* (owned): of the keyfile */
  char *word;      /* (owned): of the interface */
} PluginSubject;

void plugin_subject_clear (PluginSubject *self);

/* A context for the plugin: its state folder is below @folder, and what @more (nullable) sets comes
 * before the settings of @self. */
PawlContext *plugin_subject_make_context (const PluginSubject *self,
                                          const char *folder,
                                          char **more,
                                          GError **error);

/* Starts a process that may write to @folder, and sets the plugin up in it. */
GObject *plugin_subject_open (const PluginSubject *self,
                              PawlContext *context,
                              const char *folder,
                              guint timeout_ms,
                              GError **error);

/* What a plugin was given to write into, and all that is there. */
void plugin_subject_remove_folder (const char *folder);

G_END_DECLS
