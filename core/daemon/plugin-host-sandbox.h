/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What a plugin's process may do. Strings are owned by whoever fills it. */
typedef struct
{
  char *state_dir; /* (nullable): the one folder that may be written to */
  char **grants;   /* (nullable): words of the keyfile's Needs that were granted */
  char *user;      /* (nullable): who to become when started as root */
  gboolean off;
} PluginHostSandbox;

/* Shuts this process in, for good; what it runs from here on is shut in too. */
gboolean plugin_host_sandbox_enter (const PluginHostSandbox *self, GError **error);

G_END_DECLS
