/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* libgpiod 1.6 and 2.x behind one table. The two have no function in common; nothing else in this
 * room knows which one it is. */
#include "pawl-gpio-system.h"

#include <errno.h>
#include <gpiod.h>
#include <pawl/pawl.h>
#include <string.h>

#define CONSUMER "pawl"

typedef struct
{
  struct gpiod_chip *chip; /* (owned) */
  guint offset;
#ifdef PAWL_GPIOD_2
  struct gpiod_line_request *request;     /* (owned) */
  struct gpiod_edge_event_buffer *buffer; /* (owned) */
#else
  struct gpiod_line *line; /* (unowned): the chip's */
#endif
} Line;

static gpointer
fail (Line *line, const PawlGpioSpec *spec, const char *what, PawlError code, GError **error);

static gboolean
parse_offset (const char *text, guint *out_offset)
{
  guint64 offset = 0;

  if (!g_ascii_string_to_unsigned (text, 10, 0, G_MAXINT32, &offset, NULL))
    return FALSE;
  *out_offset = (guint) offset;
  return TRUE;
}

#ifdef PAWL_GPIOD_2

static gboolean
is_called (struct gpiod_chip *chip, const char *name)
{
  struct gpiod_chip_info *info = gpiod_chip_get_info (chip);
  gboolean called = info != NULL && (g_str_equal (gpiod_chip_info_get_name (info), name) ||
                                     g_str_equal (gpiod_chip_info_get_label (info), name));

  if (info != NULL)
    gpiod_chip_info_free (info);
  return called;
}

static struct gpiod_chip *
open_chip (const char *name)
{
  g_autoptr (GDir) dir = NULL;
  const char *entry;

  if (*name == '/')
    return gpiod_chip_open (name);
  dir = g_dir_open ("/dev", 0, NULL);
  while (dir != NULL && (entry = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/dev", entry, NULL);
      struct gpiod_chip *chip =
        g_str_has_prefix (entry, "gpiochip") ? gpiod_chip_open (path) : NULL;

      if (chip != NULL && is_called (chip, name))
        return chip;
      if (chip != NULL)
        gpiod_chip_close (chip);
    }
  errno = ENODEV;
  return NULL;
}

static gboolean
find_line (Line *line, const char *name)
{
  int offset;

  if (parse_offset (name, &line->offset))
    return TRUE;
  offset = gpiod_chip_get_line_offset_from_name (line->chip, name);
  line->offset = (guint) MAX (offset, 0);
  return offset >= 0;
}

static struct gpiod_line_settings *
make_settings (const PawlGpioSpec *spec, PawlGpioUse use)
{
  static const enum gpiod_line_bias biases[] = {GPIOD_LINE_BIAS_AS_IS, GPIOD_LINE_BIAS_PULL_UP,
                                                GPIOD_LINE_BIAS_PULL_DOWN,
                                                GPIOD_LINE_BIAS_DISABLED};
  struct gpiod_line_settings *settings = gpiod_line_settings_new ();

  gpiod_line_settings_set_active_low (settings, spec->active_low);
  if (use == PAWL_GPIO_OUTPUT)
    {
      gpiod_line_settings_set_direction (settings, GPIOD_LINE_DIRECTION_OUTPUT);
      gpiod_line_settings_set_output_value (settings, GPIOD_LINE_VALUE_INACTIVE);
      return settings;
    }
  gpiod_line_settings_set_direction (settings, GPIOD_LINE_DIRECTION_INPUT);
  gpiod_line_settings_set_edge_detection (settings, GPIOD_LINE_EDGE_BOTH);
  gpiod_line_settings_set_bias (settings, biases[spec->bias]);
  return settings;
}

static gboolean
take_line (Line *line, const PawlGpioSpec *spec, PawlGpioUse use)
{
  struct gpiod_line_settings *settings = make_settings (spec, use);
  struct gpiod_line_config *lines = gpiod_line_config_new ();
  struct gpiod_request_config *config = gpiod_request_config_new ();
  int number;

  gpiod_request_config_set_consumer (config, CONSUMER);
  gpiod_line_config_add_line_settings (lines, &line->offset, 1, settings);
  line->request = gpiod_chip_request_lines (line->chip, config, lines);
  number = errno;
  gpiod_request_config_free (config);
  gpiod_line_config_free (lines);
  gpiod_line_settings_free (settings);
  line->buffer = gpiod_edge_event_buffer_new (16);
  errno = number;
  return line->request != NULL;
}

static void
give_line (Line *line)
{
  if (line->request != NULL)
    gpiod_line_request_release (line->request);
  if (line->buffer != NULL)
    gpiod_edge_event_buffer_free (line->buffer);
}

static int
get_fd (gpointer data)
{
  return gpiod_line_request_get_fd (((Line *) data)->request);
}

static void
drain (gpointer data)
{
  Line *line = data;

  gpiod_line_request_read_edge_events (line->request, line->buffer, 16);
}

static int
get (gpointer data)
{
  Line *line = data;

  return (int) gpiod_line_request_get_value (line->request, line->offset);
}

static gboolean
set (gpointer data, gboolean active)
{
  Line *line = data;

  return gpiod_line_request_set_value (line->request, line->offset,
                                       active ? GPIOD_LINE_VALUE_ACTIVE
                                              : GPIOD_LINE_VALUE_INACTIVE) == 0;
}

#else

static struct gpiod_chip *
open_chip (const char *name)
{
  return gpiod_chip_open_lookup (name);
}

static gboolean
find_line (Line *line, const char *name)
{
  line->line = parse_offset (name, &line->offset) ? gpiod_chip_get_line (line->chip, line->offset)
                                                  : gpiod_chip_find_line (line->chip, name);
  return line->line != NULL;
}

static gboolean
take_line (Line *line, const PawlGpioSpec *spec, PawlGpioUse use)
{
  static const int biases[] = {0, GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP,
                               GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_DOWN,
                               GPIOD_LINE_REQUEST_FLAG_BIAS_DISABLE};
  struct gpiod_line_request_config config = {
    .consumer = CONSUMER,
    .request_type = use == PAWL_GPIO_OUTPUT ? GPIOD_LINE_REQUEST_DIRECTION_OUTPUT
                                            : GPIOD_LINE_REQUEST_EVENT_BOTH_EDGES,
    .flags = (spec->active_low ? GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW : 0) |
             (use == PAWL_GPIO_INPUT ? biases[spec->bias] : 0),
  };

  return gpiod_line_request (line->line, &config, 0) == 0;
}

/* The chip gives its lines back when it is closed. */
static void
give_line (Line *line)
{
}

static int
get_fd (gpointer data)
{
  return gpiod_line_event_get_fd (((Line *) data)->line);
}

/* One event: with more, the descriptor stays readable. */
static void
drain (gpointer data)
{
  struct gpiod_line_event event;

  gpiod_line_event_read (((Line *) data)->line, &event);
}

static int
get (gpointer data)
{
  return gpiod_line_get_value (((Line *) data)->line);
}

static gboolean
set (gpointer data, gboolean active)
{
  return gpiod_line_set_value (((Line *) data)->line, active ? 1 : 0) == 0;
}

#endif

static void
release (gpointer data)
{
  Line *line = data;

  give_line (line);
  if (line->chip != NULL)
    gpiod_chip_close (line->chip);
  g_free (line);
}

static gpointer
fail (Line *line, const PawlGpioSpec *spec, const char *what, PawlError code, GError **error)
{
  g_set_error (error, PAWL_ERROR, code, "%s:%s: %s: %s", spec->chip, spec->line, what,
               g_strerror (errno));
  release (line);
  return NULL;
}

static gpointer
request (const PawlGpioSpec *spec, PawlGpioUse use, GError **error)
{
  Line *line = g_new0 (Line, 1);

  line->chip = open_chip (spec->chip);
  if (line->chip == NULL)
    return fail (line, spec, "the chip cannot be opened",
                 errno == EACCES || errno == EPERM ? PAWL_ERROR_ACCESS_DENIED
                                                   : PAWL_ERROR_NOT_SUPPORTED,
                 error);
  if (!find_line (line, spec->line))
    return fail (line, spec, "the chip has no such line", PAWL_ERROR_NOT_SUPPORTED, error);
  if (!take_line (line, spec, use))
    return fail (line, spec, "the line cannot be taken",
                 errno == EBUSY ? PAWL_ERROR_BUSY : PAWL_ERROR_NOT_SUPPORTED, error);
  return line;
}

const PawlGpioSystem pawl_gpio_libgpiod = {
  request, get_fd, drain, get, set, release, g_get_monotonic_time};
