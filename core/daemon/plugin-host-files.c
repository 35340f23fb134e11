/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Landlock (landlock(7)): what is not named here cannot be opened, by whomever. */
#include "plugin-host-sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <glob.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Of kernels that are younger than the headers of the oldest system that this is built on. */
#define REFER        (1ULL << 13) /* 2: 5.19 */
#define TRUNCATE     (1ULL << 14) /* 3: 6.2 */
#define IOCTL_DEVICE (1ULL << 15) /* 5: 6.10 */
#define SCOPES       3ULL         /* 6: 6.12: abstract sockets and signals of others */

#define READS                                                                                      \
  (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR)
#define WRITES                                                                                     \
  (LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |                                 \
   LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR | LANDLOCK_ACCESS_FS_MAKE_REG |    \
   LANDLOCK_ACCESS_FS_MAKE_SOCK | LANDLOCK_ACCESS_FS_MAKE_FIFO | LANDLOCK_ACCESS_FS_MAKE_SYM |     \
   REFER | TRUNCATE)
/* Devices are made by nobody. */
#define OTHERS (LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_BLOCK | IOCTL_DEVICE)
#define FILES_ONLY                                                                                 \
  (LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE |     \
   TRUNCATE | IOCTL_DEVICE)

/* linux/landlock.h of 6.12; an older kernel takes the beginning. */
typedef struct
{
  guint64 handled_access_fs;
  guint64 handled_access_net;
  guint64 scoped;
} Ruleset;

typedef struct
{
  int fd;
  guint64 handled;
} Rules;

/* Code, and what libraries and interpreters read at their start. Nothing here is a secret. */
static const char *const system_paths[] = {
  "/usr",
  "/lib",
  "/lib32",
  "/lib64",
  "/libx32",
  "/bin",
  "/sbin",
  /* the linker, names, time, certificates */
  "/etc/ld.so.cache",
  "/etc/ld.so.conf",
  "/etc/ld.so.conf.d",
  "/etc/ld.so.preload",
  "/etc/alternatives",
  "/etc/passwd",
  "/etc/group",
  "/etc/nsswitch.conf",
  "/etc/host.conf",
  "/etc/hosts",
  "/etc/resolv.conf",
  "/etc/gai.conf",
  "/etc/services",
  "/etc/protocols",
  "/run/systemd/resolve",
  "/etc/localtime",
  "/etc/timezone",
  "/etc/os-release",
  "/etc/locale.alias",
  "/etc/ssl/certs",
  "/etc/ssl/openssl.cnf",
  "/etc/ca-certificates",
  "/etc/gnutls",
  "/etc/pkcs11",
  "/etc/python3",
  "/etc/python3.11",
  "/etc/python3.13",
  /* the machine, and the process itself */
  "/proc/self",
  "/proc/cmdline",
  "/proc/cpuinfo",
  "/proc/devices",
  "/proc/filesystems",
  "/proc/meminfo",
  "/proc/mounts",
  "/proc/partitions",
  "/proc/stat",
  "/proc/sys/kernel",
  "/proc/sys/vm",
  "/proc/uptime",
  "/proc/version",
  "/sys/devices/system/cpu",
  "/dev/full",
  "/dev/null",
  "/dev/random",
  "/dev/urandom",
  "/dev/zero",
};

/* Where the daemon's environment says that code is. */
static const char *const code_variables[] = {"LD_LIBRARY_PATH", "GI_TYPELIB_PATH", "PYTHONPATH",
                                             "GJS_PATH"};

/* What a need opens. Devices can be written to. */
static const struct
{
  const char *need;
  const char *pattern;
  gboolean writable;
} need_paths[] = {
  {"block",    "/dev",              TRUE },
  {"block",    "/sys",              FALSE},
  {"gpio",     "/dev/gpiochip*",    TRUE },
  {"gpio",     "/sys",              FALSE},
  {"watchdog", "/dev/watchdog*",    TRUE },
  {"watchdog", "/sys",              FALSE},
  {"efi",      "/sys/firmware/efi", TRUE },
  {"files",    "/",                 FALSE},
};

/* What is not there needs no rule. */
static gboolean
allow (const Rules *rules, const char *path, guint64 access, GError **error)
{
  struct landlock_path_beneath_attr rule = {.allowed_access = access & rules->handled};
  struct stat info;
  int failed;

  rule.parent_fd = open (path, O_PATH | O_CLOEXEC);
  if (rule.parent_fd < 0)
    return errno == ENOENT || errno == EACCES || plugin_host_sandbox_fail (error, path);
  if (fstat (rule.parent_fd, &info) == 0 && !S_ISDIR (info.st_mode))
    rule.allowed_access &= FILES_ONLY;
  failed = (int) syscall (SYS_landlock_add_rule, rules->fd, LANDLOCK_RULE_PATH_BENEATH, &rule, 0);
  g_close (rule.parent_fd, NULL);
  return failed == 0 || plugin_host_sandbox_fail (error, path);
}

static gboolean
allow_each (const Rules *rules, const char *const *paths, gsize n, guint64 access, GError **error)
{
  for (gsize i = 0; i < n; i++)
    if (!allow (rules, paths[i], access, error))
      return FALSE;
  return TRUE;
}

static gboolean
allow_list (const Rules *rules, char **paths, guint64 access, GError **error)
{
  return paths == NULL ||
         allow_each (rules, (const char *const *) paths, g_strv_length (paths), access, error);
}

static gboolean
allow_code (const Rules *rules, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (code_variables); i++)
    {
      const char *value = g_getenv (code_variables[i]);
      g_auto (GStrv) folders = g_strsplit (value != NULL ? value : "", ":", -1);

      for (guint j = 0; folders[j] != NULL; j++)
        if (*folders[j] != '\0' && !allow (rules, folders[j], READS, error))
          return FALSE;
    }
  return TRUE;
}

static gboolean
allow_needs (const Rules *rules, const PluginHostSandbox *self, GError **error)
{
  for (gsize i = 0; i < G_N_ELEMENTS (need_paths); i++)
    {
      const guint64 access =
        need_paths[i].writable ? READS | LANDLOCK_ACCESS_FS_WRITE_FILE | IOCTL_DEVICE : READS;
      glob_t found = {0};
      gboolean ok = TRUE;

      if (!plugin_host_sandbox_is_granted (self, need_paths[i].need))
        continue;
      if (glob (need_paths[i].pattern, 0, NULL, &found) == 0)
        ok =
          allow_each (rules, (const char *const *) found.gl_pathv, found.gl_pathc, access, error);
      globfree (&found);
      if (!ok)
        return FALSE;
    }
  return !plugin_host_sandbox_is_granted (self, "efi") ||
         allow (rules, "/sys/firmware/efi", READS | WRITES, error);
}

static gboolean
allow_all (const Rules *rules, const PluginHostSandbox *self, GError **error)
{
  return allow_each (rules, system_paths, G_N_ELEMENTS (system_paths), READS, error) &&
         allow (rules, "/dev/null", LANDLOCK_ACCESS_FS_WRITE_FILE, error) &&
         allow_code (rules, error) && allow_needs (rules, self, error) &&
         allow_list (rules, self->reads, READS, error) &&
         allow_list (rules, self->writes, READS | WRITES, error) &&
         (self->state_dir == NULL || allow (rules, self->state_dir, READS | WRITES, error));
}

/* A right that the kernel does not know is not asked for. */
static guint64
get_handled (int abi)
{
  guint64 handled = READS | WRITES | OTHERS;

  if (abi < 2)
    handled &= ~REFER;
  if (abi < 3)
    handled &= ~TRUNCATE;
  if (abi < 5)
    handled &= ~IOCTL_DEVICE;
  return handled;
}

static int
create_ruleset (int abi, guint64 handled)
{
  const Ruleset ruleset = {.handled_access_fs = handled, .scoped = SCOPES};
  const gsize size = abi < 4 ? sizeof (guint64) : abi < 6 ? 2 * sizeof (guint64) : sizeof ruleset;

  return (int) syscall (SYS_landlock_create_ruleset, &ruleset, size, 0);
}

gboolean
plugin_host_close_files (const PluginHostSandbox *self, GError **error)
{
  const int abi =
    (int) syscall (SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
  Rules rules = {.handled = get_handled (abi)};
  gboolean ok;

  if (abi < 0)
    {
      g_printerr (
        "pawl-plugin-host: Landlock cannot be used here (%s): the plugin reads and writes "
        "every file that its user may; a kernel with CONFIG_SECURITY_LANDLOCK closes "
        "them\n",
        g_strerror (errno));
      return TRUE;
    }
  rules.fd = create_ruleset (abi, rules.handled);
  if (rules.fd < 0)
    return plugin_host_sandbox_fail (error, "landlock");
  ok = allow_all (&rules, self, error) && (syscall (SYS_landlock_restrict_self, rules.fd, 0) == 0 ||
                                           plugin_host_sandbox_fail (error, "landlock"));
  g_close (rules.fd, NULL);
  return ok;
}
