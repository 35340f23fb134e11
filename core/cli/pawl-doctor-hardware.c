/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* What a trial boot stands on: the boot loader's counter, the watchdog, the lines of the board. */

#include "pawl-doctor.h"

#include <string.h>

#define GRUB_BLOCK_SIZE 1024
#define GRUB_SIGNATURE  "# GRUB Environment Block\n"

static gboolean
exists (PawlDoctor *self, const char *path)
{
  g_autofree char *full = pawl_doctor_path (self, path);

  return g_file_test (full, G_FILE_TEST_EXISTS);
}

/* Each line of fw_env.config begins with the device or file that holds a copy. */
static void
check_uboot_devices (PawlDoctor *self, const char *path, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint copies = 0;

  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *device = NULL;

      g_strstrip (lines[i]);
      if (*lines[i] != '/')
        continue;
      copies++;
      device = g_strndup (lines[i], strcspn (lines[i], " \t"));
      if (self->running && !exists (self, device))
        pawl_doctor_find (self, PAWL_SEVERITY_ERROR, "name the device that holds the environment",
                          "%s names %s, which does not exist", path, device);
    }
  if (copies == 0)
    pawl_doctor_find (self, PAWL_SEVERITY_ERROR, "write a line for each copy of the environment",
                      "%s names no device", path);
  if (copies == 1)
    pawl_doctor_find (
      self, PAWL_SEVERITY_WARNING, "build U-Boot with CONFIG_SYS_REDUNDAND_ENVIRONMENT",
      "U-Boot's environment has one copy: a power cut while it is written loses it");
}

static void
check_uboot (PawlDoctor *self)
{
  g_autofree char *config = pawl_doctor_get (self, "plugin:uboot", "config", "/etc/fw_env.config");
  g_autofree char *path = pawl_doctor_path (self, config);
  g_autofree char *text = NULL;

  if (g_file_get_contents (path, &text, NULL, NULL))
    check_uboot_devices (self, path, text);
  else
    pawl_doctor_find (self, PAWL_SEVERITY_ERROR, "write it: where U-Boot keeps its environment",
                      "%s cannot be read", path);
}

static void
check_grub (PawlDoctor *self)
{
  g_autofree char *env = pawl_doctor_get (self, "plugin:grub", "env", "/boot/grub/grubenv");
  g_autofree char *path = pawl_doctor_path (self, env);
  g_autofree char *fix = g_strdup_printf ("grub-editenv %s create", env);
  g_autofree char *text = NULL;
  gsize length = 0;

  if (!g_file_get_contents (path, &text, &length, NULL))
    pawl_doctor_find (self, PAWL_SEVERITY_ERROR, fix, "%s cannot be read", path);
  else if (length != GRUB_BLOCK_SIZE || !g_str_has_prefix (text, GRUB_SIGNATURE))
    pawl_doctor_find (self, PAWL_SEVERITY_ERROR, fix,
                      "%s is no environment block: %" G_GSIZE_FORMAT " bytes, wanted %d", path,
                      length, GRUB_BLOCK_SIZE);
}

static void
check_efi (PawlDoctor *self)
{
  if (self->running && !exists (self, "/sys/firmware/efi"))
    pawl_doctor_find (self, PAWL_SEVERITY_ERROR, "boot in EFI mode, or use another boot control",
                      "this system was not booted by EFI");
}

void
pawl_doctor_check_boot (PawlDoctor *self)
{
  g_autofree char *boot_control = pawl_doctor_get (self, "daemon", "boot-control", "");

  if (g_str_equal (boot_control, "uboot"))
    check_uboot (self);
  else if (g_str_equal (boot_control, "grub"))
    check_grub (self);
  else if (g_str_equal (boot_control, "efi") || g_str_equal (boot_control, "systemd-boot"))
    check_efi (self);
  else if (g_str_equal (boot_control, "file"))
    pawl_doctor_find (self, PAWL_SEVERITY_NOTE, "on a board: use its boot loader's plugin",
                      "the boot control “file” counts only what reads its file: containers, tests");
}

void
pawl_doctor_check_watchdog (PawlDoctor *self)
{
  g_autofree char *device = pawl_doctor_get (self, "plugin:watchdog", "device", "/dev/watchdog0");
  gboolean used = pawl_doctor_uses (self, "watchdog");

  if (!self->running)
    return;
  if (used && !exists (self, device))
    pawl_doctor_find (self, PAWL_SEVERITY_ERROR, "load the driver of the board's watchdog",
                      "there is no %s", device);
  if (!used && exists (self, device))
    pawl_doctor_find (self, PAWL_SEVERITY_NOTE, "add watchdog to [trial] required=",
                      "there is a watchdog, and a new version that hangs is not reset by it");
}
