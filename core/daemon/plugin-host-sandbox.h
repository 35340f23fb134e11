/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* What a plugin's process may do. Strings are owned by whoever fills it. */
typedef struct
{
  char *state_dir; /* (nullable): the one folder that may always be written to */
  char **grants;   /* (nullable): words of the keyfile's Needs that were granted */
  char **reads;    /* (nullable): what may be read beside the system's own libraries and data */
  char **writes;   /* (nullable): what else may be written to */
  char *user;      /* (nullable): who to become when started as root */
  gboolean is_js;  /* whose interpreter reserves more than it needs */
  gboolean off;
} PluginHostSandbox;

/* Shuts this process in, for good; what it runs from here on is shut in too. */
gboolean plugin_host_sandbox_enter (const PluginHostSandbox *self, GError **error);

/* ---- its parts ---- */

gboolean plugin_host_sandbox_is_granted (const PluginHostSandbox *self, const char *need);
/* Whether what was granted is root's alone. */
gboolean plugin_host_sandbox_needs_root (const PluginHostSandbox *self);
/* FALSE, and an error with @what and errno. */
gboolean plugin_host_sandbox_fail (GError **error, const char *what);

/* Who it is, and what that may do: user, capabilities, limits. */
gboolean plugin_host_become (const PluginHostSandbox *self, GError **error);
/* Landlock: which files there are. TRUE, and a line in the journal, on a kernel without it. */
gboolean plugin_host_close_files (const PluginHostSandbox *self, GError **error);
/* seccomp: which calls there are. */
gboolean plugin_host_filter_calls (const PluginHostSandbox *self, GError **error);

G_END_DECLS
