/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Who the plugin's process is, what that may do, and how much of it. */
#include "plugin-host-sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <grp.h>
#include <linux/capability.h>
#include <pawl/pawl-error.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Private writable memory: ten times what the largest interpreter needs with a plugin. */
#define MAX_MEMORY (512UL * 1024 * 1024)
/* With what is shared. SpiderMonkey reserves 2 GiB at its start, for code, and uses little of it.
 */
#define MAX_ADDRESS_SPACE    (1UL * 1024 * 1024 * 1024)
#define MAX_ADDRESS_SPACE_JS (3UL * 1024 * 1024 * 1024)
#define MAX_PROCESSES        64
#define MAX_FILES            256
/* Before anybody else's process, when the kernel has to end one. */
#define OOM_SCORE "500"

static gboolean
set_limits (const PluginHostSandbox *self, GError **error)
{
  const struct
  {
    int resource;
    rlim_t limit;
  } limits[] = {
    {RLIMIT_DATA,   MAX_MEMORY                                            },
#if GLIB_SIZEOF_VOID_P > 4
    {RLIMIT_AS,     self->is_js ? MAX_ADDRESS_SPACE_JS : MAX_ADDRESS_SPACE},
#endif
    {RLIMIT_NPROC,  MAX_PROCESSES                                         },
    {RLIMIT_NOFILE, MAX_FILES                                             },
    {RLIMIT_CORE,   0                                                     },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (limits); i++)
    {
      const struct rlimit limit = {limits[i].limit, limits[i].limit};

      if (setrlimit ((__rlimit_resource_t) limits[i].resource, &limit) < 0)
        return plugin_host_sandbox_fail (error, "cannot set a limit");
    }
  return TRUE;
}

static void
offer_to_the_oom_killer (void)
{
  const int fd = open ("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

  if (fd < 0 || write (fd, OOM_SCORE, strlen (OOM_SCORE)) < 0)
    g_printerr ("pawl-plugin-host: the kernel ends it no earlier than others: %s\n",
                g_strerror (errno));
  if (fd >= 0)
    g_close (fd, NULL);
}

/* The folder's parents are the daemon's; whoever cannot pass them would fail at its first write,
 * far from the reason. */
static gboolean
check_reach (const PluginHostSandbox *self, GError **error)
{
  if (self->state_dir == NULL || access (self->state_dir, R_OK | W_OK | X_OK) == 0)
    return TRUE;
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_PLUGIN,
               "sandbox: %s: the user %s does not get there: the folders above need mode 0711",
               self->state_dir, self->user);
  return FALSE;
}

static gboolean
become_user (const PluginHostSandbox *self, GError **error)
{
  struct passwd *user = getpwnam (self->user);

  if (user == NULL)
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_PLUGIN, "sandbox: there is no user %s",
                   self->user);
      return FALSE;
    }
  if (self->state_dir != NULL && chown (self->state_dir, user->pw_uid, user->pw_gid) < 0)
    return plugin_host_sandbox_fail (error, self->state_dir);
  if (setgroups (0, NULL) < 0 || setresgid (user->pw_gid, user->pw_gid, user->pw_gid) < 0 ||
      setresuid (user->pw_uid, user->pw_uid, user->pw_uid) < 0)
    return plugin_host_sandbox_fail (error, self->user);
  return check_reach (self, error);
}

/* What root may do to files stays: they are the reason for being root. */
static gboolean
drop_capabilities (GError **error)
{
  static const int kept[] = {CAP_CHOWN,  CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH,
                             CAP_FOWNER, CAP_FSETID,       CAP_LINUX_IMMUTABLE};
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {{0}};
  guint64 mask = 0;
  gboolean changed = FALSE;

  for (gsize i = 0; i < G_N_ELEMENTS (kept); i++)
    mask |= G_GUINT64_CONSTANT (1) << kept[i];
  for (int capability = 0; prctl (PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++)
    if ((mask & (G_GUINT64_CONSTANT (1) << capability)) == 0)
      prctl (PR_CAPBSET_DROP, capability, 0, 0, 0);
  if (syscall (SYS_capget, &header, data) < 0)
    return plugin_host_sandbox_fail (error, "capabilities");
  for (guint i = 0; i < _LINUX_CAPABILITY_U32S_3; i++)
    {
      const guint32 keep = data[i].permitted & (guint32) (mask >> (32 * i));

      changed = changed || keep != data[i].permitted;
      data[i] = (struct __user_cap_data_struct){.permitted = keep, .effective = keep};
    }
  /* A service that has none may not even be allowed to ask. */
  return !changed || syscall (SYS_capset, &header, data) == 0 ||
         plugin_host_sandbox_fail (error, "capabilities");
}

/* A service without the capability to change the user has none of root's others either. */
static gboolean
may_change_user (void)
{
  if (prctl (PR_CAPBSET_READ, CAP_SETUID, 0, 0, 0) == 1)
    return TRUE;
  g_printerr (
    "pawl-plugin-host: the daemon may not change the user: the plugin runs as root, "
    "without capabilities; the drop-in for isolated plugins of pawld.service allows it\n");
  return FALSE;
}

gboolean
plugin_host_become (const PluginHostSandbox *self, GError **error)
{
  offer_to_the_oom_killer ();
  if (!set_limits (self, error))
    return FALSE;
  if (geteuid () != 0)
    return TRUE;
  if (self->user != NULL && !plugin_host_sandbox_needs_root (self) && may_change_user ())
    return become_user (self, error);
  return drop_capabilities (error);
}
