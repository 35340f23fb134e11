/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* seccomp (seccomp_init(3)): which calls of the kernel there are. Refused with an error, not with
 * the process's end, so that the plugin can say what it lacks. */
#include "plugin-host-sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/socket.h>
#include <unistd.h>

/* What no plugin has any business with, whoever it runs as. Messages, semaphores and memory of
 * System V and POSIX queues would outlive its process, and its limits with it. */
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
  "kcmp",
  "kexec_file_load",
  "kexec_load",
  "keyctl",
  "mount",
  "mount_setattr",
  "move_mount",
  "mq_open",
  "msgget",
  "open_by_handle_at",
  "open_tree",
  "perf_event_open",
  "pidfd_getfd",
  "pivot_root",
  "process_madvise",
  "process_mrelease",
  "process_vm_readv",
  "process_vm_writev",
  "ptrace",
  "quotactl",
  "reboot",
  "request_key",
  "semget",
  "setdomainname",
  "sethostname",
  "setns",
  "settimeofday",
  "shmget",
  "swapoff",
  "swapon",
  "syslog",
  "umount2",
  "unshare",
  "userfaultfd",
  "vhangup",
};

/* Calls that this architecture does not have need no rule. */
static int
refuse (scmp_filter_ctx filter, const char *name, int code)
{
  const int number = seccomp_syscall_resolve_name (name);

  return number == __NR_SCMP_ERROR
           ? 0
           : seccomp_rule_add (filter, SCMP_ACT_ERRNO ((guint32) code), number, 0);
}

static int
refuse_forbidden (scmp_filter_ctx filter)
{
  int status = 0;

  for (gsize i = 0; i < G_N_ELEMENTS (forbidden) && status == 0; i++)
    status = refuse (filter, forbidden[i], EPERM);
  return status;
}

/* A kernel without Landlock's right to truncate would leave a way to empty what can be read. */
static int
refuse_to_empty (scmp_filter_ctx filter)
{
  int status = refuse (filter, "truncate", EACCES);

  if (status == 0)
    status =
      seccomp_rule_add (filter, SCMP_ACT_ERRNO (EACCES), SCMP_SYS (openat), 1,
                        SCMP_A2 (SCMP_CMP_MASKED_EQ, O_ACCMODE | O_TRUNC, O_RDONLY | O_TRUNC));
  return status;
}

static gboolean
is_open (const PluginHostSandbox *self, int family)
{
  switch (family)
    {
    case AF_INET:
    case AF_INET6:
    case AF_NETLINK:
      return plugin_host_sandbox_is_granted (self, "network");
    case AF_UNIX:
      return plugin_host_sandbox_is_granted (self, "systemd");
    default:
      return FALSE;
    }
}

/* The socket to the daemon is open already. */
static int
refuse_sockets (scmp_filter_ctx filter, const PluginHostSandbox *self)
{
  const guint32 action = SCMP_ACT_ERRNO (EACCES);
  int status =
    seccomp_rule_add (filter, action, SCMP_SYS (socket), 1, SCMP_A0 (SCMP_CMP_GE, AF_MAX));

  for (int family = 0; family < AF_MAX && status == 0; family++)
    if (!is_open (self, family))
      status = seccomp_rule_add (filter, action, SCMP_SYS (socket), 1,
                                 SCMP_A0 (SCMP_CMP_EQ, (scmp_datum_t) family));
  return status;
}

/* Threads are no processes. The flags of clone3() cannot be seen here; the C library does without
 * that call when it is not there. */
static int
refuse_processes (scmp_filter_ctx filter, const PluginHostSandbox *self)
{
  int status;

  if (plugin_host_sandbox_is_granted (self, "processes"))
    return 0;
  status = refuse (filter, "fork", EPERM);
  if (status == 0)
    status = refuse (filter, "vfork", EPERM);
  if (status == 0)
    status = refuse (filter, "clone3", ENOSYS);
  if (status == 0)
    status = seccomp_rule_add (filter, SCMP_ACT_ERRNO (EPERM), SCMP_SYS (clone), 1,
#ifdef __s390__
                               SCMP_A1 (SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));
#else
                               SCMP_A0 (SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));
#endif
  return status;
}

/* The kernel lets a process send signals to all of its user, and set their limits; the user may be
 * the daemon's. Landlock closes the first on a kernel of 6.12. Whoever may start processes has to
 * be able to end them. */
static int
refuse_others (scmp_filter_ctx filter, const PluginHostSandbox *self)
{
  static const char *const to_a_process[] = {"kill", "rt_sigqueueinfo", "rt_tgsigqueueinfo",
                                             "tgkill"};
  const guint32 action = SCMP_ACT_ERRNO (EPERM);
  int status = seccomp_rule_add (filter, action, SCMP_SYS (prlimit64), 1, SCMP_A0 (SCMP_CMP_NE, 0));

  if (status != 0 || plugin_host_sandbox_is_granted (self, "processes"))
    return status;
  for (gsize i = 0; i < G_N_ELEMENTS (to_a_process) && status == 0; i++)
    status = seccomp_rule_add (filter, action, seccomp_syscall_resolve_name (to_a_process[i]), 1,
                               SCMP_A0 (SCMP_CMP_NE, (scmp_datum_t) getpid ()));
  if (status == 0)
    status = refuse (filter, "pidfd_send_signal", EPERM);
  return status == 0 ? refuse (filter, "tkill", EPERM) : status;
}

gboolean
plugin_host_filter_calls (const PluginHostSandbox *self, GError **error)
{
  scmp_filter_ctx filter = seccomp_init (SCMP_ACT_ALLOW);
  int status = filter != NULL ? 0 : -ENOMEM;

  if (status == 0)
    status = refuse_forbidden (filter);
  if (status == 0)
    status = refuse_to_empty (filter);
  if (status == 0)
    status = refuse_sockets (filter, self);
  if (status == 0)
    status = refuse_processes (filter, self);
  if (status == 0)
    status = refuse_others (filter, self);
  if (status == 0)
    status = seccomp_load (filter);
  seccomp_release (filter);
  errno = -status;
  return status == 0 || plugin_host_sandbox_fail (error, "seccomp");
}
