/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "plugin-host-sandbox.h"

#include <errno.h>
#include <pawl/pawl-error.h>
#include <signal.h>
#include <sys/prctl.h>

gboolean
plugin_host_sandbox_fail (GError **error, const char *what)
{
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_PLUGIN, "sandbox: %s: %s", what, g_strerror (errno));
  return FALSE;
}

gboolean
plugin_host_sandbox_is_granted (const PluginHostSandbox *self, const char *need)
{
  return self->grants != NULL && g_strv_contains ((const char *const *) self->grants, need);
}

gboolean
plugin_host_sandbox_needs_root (const PluginHostSandbox *self)
{
  static const char *const needs[] = {"block",   "gpio",    "watchdog", "efi",
                                      "systemd", "secrets", "files"};

  for (gsize i = 0; i < G_N_ELEMENTS (needs); i++)
    if (plugin_host_sandbox_is_granted (self, needs[i]))
      return TRUE;
  return FALSE;
}

gboolean
plugin_host_sandbox_enter (const PluginHostSandbox *self, GError **error)
{
  if (!self->off && !plugin_host_become (self, error))
    return FALSE;
  /* Whoever started this is its only reason to be. A change of user forgets it, so it comes after
   * that. */
  if (prctl (PR_SET_PDEATHSIG, SIGKILL) < 0)
    return plugin_host_sandbox_fail (error, "cannot follow the daemon");
  if (self->off)
    return TRUE;
  if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
    return plugin_host_sandbox_fail (error, "cannot give up new privileges");
  return plugin_host_close_files (self, error) && plugin_host_filter_calls (self, error);
}
