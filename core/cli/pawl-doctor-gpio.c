/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The lines of the plugin gpio, asked of the kernel itself: a chip is known by its name, its label
 * or its path, a line by its name or its offset. */

#include "pawl-doctor.h"

#include <fcntl.h>
#include <linux/gpio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* The keys that name a line. */
static const char *const LINE_KEYS[] = {"consent",   "refuse",    "health",
                                        "heartbeat", "trial-led", "failed-led"};

typedef struct
{
  char *name;  /* (owned) */
  char *label; /* (owned): empty when the kernel does not tell */
  guint lines; /* 0 when the kernel does not tell */
  int fd;      /* -1 when it may not be opened */
} Chip;

static void
chip_free (gpointer data)
{
  Chip *chip = data;

  if (chip->fd >= 0)
    close (chip->fd);
  g_free (chip->name);
  g_free (chip->label);
  g_free (chip);
}

static Chip *
chip_new (const char *folder, const char *name)
{
  Chip *chip = g_new0 (Chip, 1);
  g_autofree char *path = g_build_filename (folder, name, NULL);
  struct gpiochip_info info = {0};

  chip->name = g_strdup (name);
  chip->fd = open (path, O_RDWR | O_CLOEXEC);
  if (chip->fd >= 0 && ioctl (chip->fd, GPIO_GET_CHIPINFO_IOCTL, &info) == 0)
    chip->lines = info.lines;
  chip->label = g_strndup (info.label, sizeof info.label);
  return chip;
}

static GPtrArray *
list_chips (PawlDoctor *self)
{
  GPtrArray *chips = g_ptr_array_new_with_free_func (chip_free);
  g_autofree char *folder = pawl_doctor_path (self, "/dev");
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_prefix (name, "gpiochip"))
      g_ptr_array_add (chips, chip_new (folder, name));
  return chips;
}

static Chip *
find_chip (GPtrArray *chips, const char *text)
{
  const char *name = g_str_has_prefix (text, "/dev/") ? text + strlen ("/dev/") : text;

  for (guint i = 0; i < chips->len; i++)
    {
      Chip *chip = chips->pdata[i];

      if (g_str_equal (chip->name, name) || g_str_equal (chip->label, text))
        return chip;
    }
  return NULL;
}

/* FALSE when the chip has no such line. */
static gboolean
find_line (Chip *chip, const char *text, struct gpio_v2_line_info *out_info)
{
  guint64 wanted = G_MAXUINT64;
  gboolean numbered = g_ascii_string_to_unsigned (text, 10, 0, G_MAXUINT32, &wanted, NULL);

  for (guint offset = 0; offset < chip->lines; offset++)
    {
      struct gpio_v2_line_info info = {.offset = offset};

      if (ioctl (chip->fd, GPIO_V2_GET_LINEINFO_IOCTL, &info) == 0 &&
          (numbered ? offset == wanted : strncmp (info.name, text, sizeof info.name) == 0))
        {
          *out_info = info;
          return TRUE;
        }
    }
  return FALSE;
}

static void
check_line (PawlDoctor *self, GPtrArray *chips, const char *key, const char *text)
{
  g_autofree char *words = g_strndup (text, strcspn (text, ","));
  char *colon = strrchr (words, ':');
  struct gpio_v2_line_info info = {0};
  Chip *chip;

  /* What is no line at all pawld says itself. */
  if (colon == NULL)
    return;
  *colon = '\0';
  chip = find_chip (chips, words);
  if (chip == NULL)
    pawl_doctor_find (self, PAWL_SEVERITY_ERROR, "name one that gpiodetect lists",
                      "%s=%s: there is no chip “%s”", key, text, words);
  else if (chip->lines > 0 && !find_line (chip, colon + 1, &info))
    pawl_doctor_find (self, PAWL_SEVERITY_ERROR, "name one that gpioinfo lists",
                      "%s=%s: %s has %u lines, and none is “%s”", key, text, chip->name,
                      chip->lines, colon + 1);
  /* During a trial it is pawld that holds it. */
  else if ((info.flags & GPIO_V2_LINE_FLAG_USED) != 0 &&
           strncmp (info.consumer, "pawl", strlen ("pawl")) != 0)
    pawl_doctor_find (self, PAWL_SEVERITY_WARNING, "stop what uses it, or name another line",
                      "%s=%s: the line is in use by %.32s", key, text, info.consumer);
}

void
pawl_doctor_check_gpio (PawlDoctor *self)
{
  g_autoptr (GPtrArray) chips = NULL;
  g_auto (GStrv) groups = g_key_file_get_groups (self->config, NULL);

  if (!self->running || !pawl_doctor_uses (self, "gpio"))
    return;
  chips = list_chips (self);
  if (chips->len == 0)
    pawl_doctor_find (self, PAWL_SEVERITY_ERROR, "load the driver of the board's GPIO controller",
                      "there is no /dev/gpiochip0");
  for (guint i = 0; chips->len > 0 && groups[i] != NULL; i++)
    for (gsize k = 0; k < G_N_ELEMENTS (LINE_KEYS); k++)
      {
        g_autofree char *text = pawl_doctor_get (self, groups[i], LINE_KEYS[k], "");

        if (g_str_has_prefix (groups[i], "plugin:gpio") && *text != '\0')
          check_line (self, chips, LINE_KEYS[k], text);
      }
}
