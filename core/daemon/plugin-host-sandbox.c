/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "plugin-host-sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <grp.h>
#include <linux/landlock.h>
#include <pawl/pawl-error.h>
#include <pwd.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Private writable memory: ten times what the largest interpreter needs with a plugin. */
#define MAX_MEMORY    (512UL * 1024 * 1024)
#define MAX_PROCESSES 64
#define MAX_FILES     256

static gboolean
fail (GError **error, const char *what)
{
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_PLUGIN, "sandbox: %s: %s", what, g_strerror (errno));
  return FALSE;
}

static gboolean
is_granted (const PluginHostSandbox *self, const char *need)
{
  return self->grants != NULL && g_strv_contains ((const char *const *) self->grants, need);
}

/* Devices are root's. */
static gboolean
needs_root (const PluginHostSandbox *self)
{
  static const char *const needs[] = {"block", "gpio", "watchdog", "efi", "systemd", "secrets"};

  for (gsize i = 0; i < G_N_ELEMENTS (needs); i++)
    if (is_granted (self, needs[i]))
      return TRUE;
  return FALSE;
}

static gboolean
become_user (const PluginHostSandbox *self, GError **error)
{
  struct passwd *user;

  if (self->user == NULL || geteuid () != 0 || needs_root (self))
    return TRUE;
  user = getpwnam (self->user);
  if (user == NULL)
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_PLUGIN, "sandbox: there is no user %s",
                   self->user);
      return FALSE;
    }
  if (self->state_dir != NULL && chown (self->state_dir, user->pw_uid, user->pw_gid) < 0)
    return fail (error, self->state_dir);
  if (setgroups (0, NULL) < 0 || setresgid (user->pw_gid, user->pw_gid, user->pw_gid) < 0 ||
      setresuid (user->pw_uid, user->pw_uid, user->pw_uid) < 0)
    return fail (error, self->user);
  return TRUE;
}

static gboolean
set_limits (GError **error)
{
  static const struct
  {
    int resource;
    rlim_t limit;
  } limits[] = {
    {RLIMIT_DATA,   MAX_MEMORY   },
    {RLIMIT_NPROC,  MAX_PROCESSES},
    {RLIMIT_NOFILE, MAX_FILES    },
    {RLIMIT_CORE,   0            },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (limits); i++)
    {
      const struct rlimit limit = {limits[i].limit, limits[i].limit};

      if (setrlimit ((__rlimit_resource_t) limits[i].resource, &limit) < 0)
        return fail (error, "cannot set a limit");
    }
  return TRUE;
}

#define WRITES                                                                                     \
  (LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |                                 \
   LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_DIR |   \
   LANDLOCK_ACCESS_FS_MAKE_REG | LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO |     \
   LANDLOCK_ACCESS_FS_MAKE_BLOCK | LANDLOCK_ACCESS_FS_MAKE_SYM)

static gboolean
allow_writes (int rules, const char *path, guint64 access, GError **error)
{
  struct landlock_path_beneath_attr rule = {.allowed_access = access};
  int failed;

  rule.parent_fd = open (path, O_PATH | O_CLOEXEC);
  if (rule.parent_fd < 0)
    return fail (error, path);
  failed = (int) syscall (SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
  g_close (rule.parent_fd, NULL);
  return failed == 0 || fail (error, path);
}

/* Reads are left open: a plugin needs libraries, time zones, certificates. Secrets are protected by
 * their mode and by the user that the process became. */
static gboolean
close_files (const PluginHostSandbox *self, GError **error)
{
  const struct landlock_ruleset_attr handled = {.handled_access_fs = WRITES};
  int rules = (int) syscall (SYS_landlock_create_ruleset, &handled, sizeof handled, 0);
  gboolean ok;

  if (rules < 0 && (errno == ENOSYS || errno == EOPNOTSUPP))
    {
      g_printerr ("pawl-plugin-host: this kernel has no Landlock: the file system stays writable "
                  "for whom it is\n");
      return TRUE;
    }
  if (rules < 0)
    return fail (error, "landlock");
  ok = allow_writes (rules, "/dev/null", LANDLOCK_ACCESS_FS_WRITE_FILE, error) &&
       (!needs_root (self) || allow_writes (rules, "/dev", LANDLOCK_ACCESS_FS_WRITE_FILE, error)) &&
       (!is_granted (self, "efi") || allow_writes (rules, "/sys/firmware/efi", WRITES, error)) &&
       (self->state_dir == NULL || allow_writes (rules, self->state_dir, WRITES, error)) &&
       (syscall (SYS_landlock_restrict_self, rules, 0) == 0 || fail (error, "landlock"));
  g_close (rules, NULL);
  return ok;
}

/* What no plugin has any business with, whoever it runs as. */
static const char *const forbidden[] = {
  "acct",
  "add_key",
  "adjtimex",
  "bpf",
  "chroot",
  "clock_adjtime",
  "clock_settime",
  "delete_module",
  "fanotify_init",
  "finit_module",
  "init_module",
  "io_uring_setup",
  "kexec_file_load",
  "kexec_load",
  "keyctl",
  "mount",
  "mount_setattr",
  "move_mount",
  "open_by_handle_at",
  "open_tree",
  "perf_event_open",
  "pivot_root",
  "process_vm_readv",
  "process_vm_writev",
  "ptrace",
  "quotactl",
  "reboot",
  "request_key",
  "setdomainname",
  "sethostname",
  "setns",
  "settimeofday",
  "swapoff",
  "swapon",
  "syslog",
  "umount2",
  "unshare",
  "userfaultfd",
  "vhangup",
};

static int
forbid (scmp_filter_ctx filter, const char *name)
{
  const int number = seccomp_syscall_resolve_name (name);

  return number == __NR_SCMP_ERROR ? 0
                                   : seccomp_rule_add (filter, SCMP_ACT_ERRNO (EPERM), number, 0);
}

/* Without `network` there are no sockets at all, but the one to the daemon, which is open. */
static int
forbid_sockets (scmp_filter_ctx filter, const PluginHostSandbox *self)
{
  if (is_granted (self, "network"))
    return 0;
  if (is_granted (self, "systemd"))
    return seccomp_rule_add (filter, SCMP_ACT_ERRNO (EACCES), SCMP_SYS (socket), 1,
                             SCMP_A0 (SCMP_CMP_NE, AF_UNIX));
  return seccomp_rule_add (filter, SCMP_ACT_ERRNO (EACCES), SCMP_SYS (socket), 0);
}

static gboolean
filter_calls (const PluginHostSandbox *self, GError **error)
{
  scmp_filter_ctx filter = seccomp_init (SCMP_ACT_ALLOW);
  int status = filter != NULL ? 0 : -ENOMEM;

  for (gsize i = 0; i < G_N_ELEMENTS (forbidden) && status == 0; i++)
    status = forbid (filter, forbidden[i]);
  if (status == 0)
    status = forbid_sockets (filter, self);
  if (status == 0)
    status = seccomp_load (filter);
  seccomp_release (filter);
  errno = -status;
  return status == 0 || fail (error, "seccomp");
}

gboolean
plugin_host_sandbox_enter (const PluginHostSandbox *self, GError **error)
{
  if (!self->off && !become_user (self, error))
    return FALSE;
  /* Whoever started this is its only reason to be. A change of user forgets it, so it comes after
   * that. */
  if (prctl (PR_SET_PDEATHSIG, SIGKILL) < 0)
    return fail (error, "cannot follow the daemon");
  if (self->off)
    return TRUE;
  if (!set_limits (error))
    return FALSE;
  if (prctl (PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0)
    return fail (error, "cannot give up new privileges");
  return close_files (self, error) && filter_calls (self, error);
}
