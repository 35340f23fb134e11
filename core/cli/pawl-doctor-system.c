/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The system that pawld runs in: who may write its files, its space, its clock, its kernel. */

#include "pawl-doctor.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "pawl-format.h"

#define STATE_DIR "/var/lib/pawl"
#define MIB       (G_GUINT64_CONSTANT (1024) * 1024)

/* Whoever else may write there decides what this device runs. */
static void
check_writers (PawlDoctor *self, const char *path)
{
  g_autofree char *full = pawl_doctor_path (self, path);
  g_autofree char *chown_fix = g_strdup_printf ("chown root:root %s", path);
  g_autofree char *chmod_fix = g_strdup_printf ("chmod go-w %s", path);
  struct stat info;

  if (stat (full, &info) != 0)
    return;
  if (info.st_uid != 0 && info.st_uid != self->owner)
    pawl_doctor_find (self, PAWL_SEVERITY_ERROR, chown_fix,
                      "%s belongs to the user %u, wanted root", full, info.st_uid);
  if ((info.st_mode & (S_IWGRP | S_IWOTH)) != 0)
    pawl_doctor_find (self, PAWL_SEVERITY_ERROR, chmod_fix,
                      "%s may be written by others: its mode is %04o", full, info.st_mode & 07777);
}

static void
check_folder (PawlDoctor *self, const char *folder)
{
  g_autofree char *full = pawl_doctor_path (self, folder);
  g_autoptr (GDir) dir = g_dir_open (full, 0, NULL);
  const char *name;

  check_writers (self, folder);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      check_writers (self, path);
    }
}

/* A key that others can read is everybody's key. */
static void
check_secret (PawlDoctor *self, const char *path)
{
  g_autofree char *full = pawl_doctor_path (self, path);
  g_autofree char *fix = g_strdup_printf ("chmod 0600 %s", path);
  struct stat info;

  if (stat (full, &info) == 0 && (info.st_mode & (S_IRGRP | S_IROTH | S_IWGRP | S_IWOTH)) != 0)
    pawl_doctor_find (self, PAWL_SEVERITY_ERROR, fix,
                      "the private key %s may be read by others: its mode is %04o", full,
                      info.st_mode & 07777);
}

static void
check_secrets (PawlDoctor *self)
{
  g_auto (GStrv) groups = g_key_file_get_groups (self->config, NULL);

  for (guint i = 0; groups[i] != NULL; i++)
    {
      g_auto (GStrv) keys = g_key_file_get_keys (self->config, groups[i], NULL, NULL);

      for (guint k = 0; keys[k] != NULL; k++)
        {
          g_autofree char *value = pawl_doctor_get (self, groups[i], keys[k], "");

          if (g_str_has_suffix (keys[k], "-key-path") && *value == '/')
            check_secret (self, value);
        }
    }
}

void
pawl_doctor_check_permissions (PawlDoctor *self)
{
  g_autofree char *state_dir = pawl_doctor_get (self, "daemon", "state-dir", STATE_DIR);

  check_folder (self, PAWL_VENDOR_CONFIG_DIR);
  check_folder (self, PAWL_CONFIG_DIR);
  check_folder (self, PAWL_CONFIG_DIR "/pawld.conf.d");
  check_folder (self, PAWL_PLUGINDIR);
  check_writers (self, state_dir);
  check_secrets (self);
}

/* What the update that is known still has to fetch, at most. */
static guint64
get_update_size (PawlDoctor *self)
{
  g_autoptr (GVariant) targets = NULL;
  guint64 size = 0;

  if (self->available != NULL)
    targets = g_variant_lookup_value (self->available, "targets", G_VARIANT_TYPE ("a{sa{sv}}"));
  for (gsize i = 0; targets != NULL && i < g_variant_n_children (targets); i++)
    {
      g_autoptr (GVariant) target = NULL;
      guint64 length = 0;

      g_variant_get_child (targets, i, "{&s@a{sv}}", NULL, &target);
      g_variant_lookup (target, "length", "t", &length);
      size += MIN (length, G_MAXUINT64 / 2 - size);
    }
  return size;
}

void
pawl_doctor_judge_space (PawlDoctor *self, const char *folder, const struct statvfs *info)
{
  g_autofree char *reserve = pawl_doctor_get (self, "policy", "reserve-mib", "16");
  guint64 wanted = g_ascii_strtoull (reserve, NULL, 10) * MIB + get_update_size (self);
  guint64 free_bytes = (guint64) info->f_bavail * info->f_frsize;
  g_autofree char *free_text = pawl_format_size (free_bytes);
  g_autofree char *wanted_text = pawl_format_size (wanted);

  if ((info->f_flag & ST_RDONLY) != 0)
    pawl_doctor_find (self, PAWL_SEVERITY_ERROR, "mount it writable, or set [daemon] state-dir=",
                      "%s cannot be written: its file system is read-only", folder);
  if (free_bytes < wanted)
    pawl_doctor_find (self, PAWL_SEVERITY_ERROR,
                      "make room, or lower [policy] reserve-mib=", "%s has %s free, wanted %s",
                      folder, free_text, wanted_text);
  if (info->f_files > 0 && info->f_favail < 64)
    pawl_doctor_find (self, PAWL_SEVERITY_ERROR, "delete files on that file system",
                      "%s has room for %" G_GUINT64_FORMAT " more files, wanted 64", folder,
                      (guint64) info->f_favail);
}

void
pawl_doctor_check_space (PawlDoctor *self)
{
  g_autofree char *state_dir = pawl_doctor_get (self, "daemon", "state-dir", STATE_DIR);
  g_autofree char *folder = pawl_doctor_path (self, state_dir);
  struct statvfs info;

  if (statvfs (folder, &info) == 0)
    pawl_doctor_judge_space (self, folder, &info);
  else
    pawl_doctor_find (self, PAWL_SEVERITY_WARNING, "systemd-tmpfiles --create pawl.conf", "%s: %s",
                      folder, g_strerror (errno));
}

/* The latest time that is known to have passed, as the daemon keeps it; 0 when there is none. */
static gint64
read_time_floor (PawlDoctor *self)
{
  g_autofree char *state_dir = pawl_doctor_get (self, "daemon", "state-dir", STATE_DIR);
  g_autofree char *path = g_strdup_printf ("%s%s/time-floor", self->root, state_dir);
  g_autofree char *text = NULL;
  g_autoptr (GVariant) record = NULL;
  gint64 floor_us = 0;

  if (!g_file_get_contents (path, &text, NULL, NULL) || strchr (text, '{') == NULL)
    return 0;
  record = g_variant_parse (G_VARIANT_TYPE_VARDICT, strchr (text, '{'), NULL, NULL, NULL);
  if (record != NULL)
    g_variant_lookup (record, "time", "x", &floor_us);
  return floor_us;
}

void
pawl_doctor_check_clock (PawlDoctor *self)
{
  gint64 floor_us = MAX (read_time_floor (self), (gint64) PAWL_BUILD_TIME * G_USEC_PER_SEC);
  gint64 now_us = g_get_real_time ();
  g_autofree char *floor = pawl_format_time (floor_us);
  g_autofree char *now = pawl_format_time (now_us);
  g_autofree char *synchronized = pawl_doctor_path (self, "/run/systemd/timesync/synchronized");

  if (now_us < floor_us)
    pawl_doctor_find (self, PAWL_SEVERITY_ERROR, "set the clock: timedatectl set-ntp true",
                      "the clock says %s, and it is known to be later than %s", now, floor);
  if (self->running && !g_file_test (synchronized, G_FILE_TEST_EXISTS))
    pawl_doctor_find (self, PAWL_SEVERITY_NOTE, "timedatectl set-ntp true",
                      "no time server has set the clock since the boot, as far as systemd knows");
}

/* The kernel's own configuration, when it tells. */
static char *
read_kernel_config (PawlDoctor *self)
{
  g_autofree char *compressed = pawl_doctor_path (self, "/proc/config.gz");
  g_autoptr (GFile) file = g_file_new_for_path (compressed);
  g_autoptr (GFileInputStream) raw = g_file_read (file, NULL, NULL);
  g_autoptr (GString) text = g_string_new (NULL);
  struct utsname name;
  char *contents = NULL;

  if (raw != NULL)
    {
      g_autoptr (GZlibDecompressor) gzip = g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP);
      g_autoptr (GInputStream) stream =
        g_converter_input_stream_new (G_INPUT_STREAM (raw), G_CONVERTER (gzip));
      char buffer[4096];
      gssize n;

      while ((n = g_input_stream_read (stream, buffer, sizeof buffer, NULL, NULL)) > 0)
        g_string_append_len (text, buffer, n);
      return g_strdup (text->str);
    }
  if (self->running && uname (&name) == 0)
    {
      g_autofree char *path = g_strdup_printf ("%s/boot/config-%s", self->root, name.release);

      g_file_get_contents (path, &contents, NULL, NULL);
    }
  return contents;
}

static gboolean
is_enabled (const char *config, const char *option)
{
  g_autofree char *built_in = g_strdup_printf ("\n%s=y", option);
  g_autofree char *module = g_strdup_printf ("\n%s=m", option);

  return strstr (config, built_in) != NULL || strstr (config, module) != NULL;
}

void
pawl_doctor_check_kernel (PawlDoctor *self)
{
  static const struct
  {
    const char *plugin; /* NULL: every device */
    const char *option;
    PawlSeverity severity;
    const char *why;
  } OPTIONS[] = {
    {NULL,           "CONFIG_SECCOMP_FILTER", PAWL_SEVERITY_WARNING, "the sandbox needs it"            },
    {NULL,           "CONFIG_CGROUP_BPF",     PAWL_SEVERITY_NOTE,    "the sandbox closes devices by it"},
    {"watchdog",     "CONFIG_WATCHDOG",       PAWL_SEVERITY_ERROR,   "the plugin watchdog needs it"    },
    {"gpio",         "CONFIG_GPIO_CDEV",      PAWL_SEVERITY_ERROR,   "the plugin gpio needs it"        },
    {"efi",          "CONFIG_EFIVAR_FS",      PAWL_SEVERITY_ERROR,   "the plugin efi needs it"         },
    {"systemd-boot", "CONFIG_EFI_STUB",       PAWL_SEVERITY_ERROR,   "systemd-boot starts it by that"  },
  };
  g_autofree char *config = read_kernel_config (self);

  if (config == NULL && self->running)
    pawl_doctor_find (self, PAWL_SEVERITY_NOTE, "enable CONFIG_IKCONFIG_PROC",
                      "the kernel does not tell how it was configured");
  for (gsize i = 0; config != NULL && i < G_N_ELEMENTS (OPTIONS); i++)
    if ((OPTIONS[i].plugin == NULL || pawl_doctor_uses (self, OPTIONS[i].plugin)) &&
        !is_enabled (config, OPTIONS[i].option))
      pawl_doctor_find (self, OPTIONS[i].severity, "enable it in the kernel's configuration",
                        "the kernel has no %s: %s", OPTIONS[i].option, OPTIONS[i].why);
}
