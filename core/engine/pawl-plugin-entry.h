/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include "pawl-plugin-info.h"
#include "pawl-plugin-module.h"

G_BEGIN_DECLS

/* One plugin that was found: what its keyfile says, what became of it, and how it fared. Counted,
 * because its processes report to it for as long as they live. */
typedef struct
{
  grefcount references;
  char *id;                 /* (owned) */
  char *path;               /* (owned) */
  PawlPluginInfo *info;     /* (owned) (nullable): absent when the keyfile was refused */
  PawlPluginModule *module; /* (owned) (nullable): present once it was loaded */
  const PawlPluginDescriptor *descriptor; /* (nullable): linked in */
  GError *refusal;                        /* (owned) (nullable) */
  GPtrArray *instances;                   /* (owned): of GWeakRef, every one that was made */
  guint crashes;                          /* of its processes, since the daemon started */
  char *last_error;     /* (owned) (nullable): of making an instance, or a crash */
  gint64 last_error_us; /* microseconds since 1970 */
} PawlPluginEntry;

PawlPluginEntry *pawl_plugin_entry_new (const char *id, const char *path);
PawlPluginEntry *pawl_plugin_entry_ref (PawlPluginEntry *self);
void pawl_plugin_entry_unref (gpointer self);

/* Whether the plugin comes with this build of Pawl. */
gboolean pawl_plugin_entry_is_ours (const PawlPluginEntry *self);
/* Whether anything of it runs or ran: it must not be forgotten by a scan. */
gboolean pawl_plugin_entry_is_used (const PawlPluginEntry *self);

void pawl_plugin_entry_add_instance (PawlPluginEntry *self, GObject *instance);
void pawl_plugin_entry_note_error (PawlPluginEntry *self, const char *message);
void pawl_plugin_entry_note_crash (PawlPluginEntry *self, const char *how);

/* What `ListPlugins` of the bus says, but `isolated` and `granted`. */
void pawl_plugin_entry_describe (const PawlPluginEntry *self, GVariantDict *row);

G_END_DECLS
