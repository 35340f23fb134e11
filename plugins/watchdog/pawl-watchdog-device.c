/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-watchdog-device.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/watchdog.h>
#include <pawl/pawl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

struct _PawlWatchdogDevice
{
  const PawlWatchdogSystem *system;
  char *path; /* (owned) */
  int fd;
  guint options;  /* WDIOF_ bits of what it can */
  char *identity; /* (owned) */
  guint boot_status;
  guint timeout_s;
  guint pretimeout_s;
};

static int
kernel_open (const char *path)
{
  return open (path, O_WRONLY | O_CLOEXEC);
}

static int
kernel_ioctl (int fd, unsigned long request, void *argument)
{
  return ioctl (fd, request, argument);
}

const PawlWatchdogSystem pawl_watchdog_kernel = {kernel_open, kernel_ioctl, write, close,
                                                 g_get_monotonic_time};

static gboolean
call (PawlWatchdogDevice *self, unsigned long request, void *argument)
{
  int result;

  do
    result = self->system->ioctl (self->fd, request, argument);
  while (result < 0 && errno == EINTR);
  return result >= 0;
}

/* ---- opening ---- */

static void
read_abilities (PawlWatchdogDevice *self)
{
  struct watchdog_info info = {0};
  int bits = 0;

  if (call (self, WDIOC_GETSUPPORT, &info))
    {
      g_autofree char *name = g_strndup ((const char *) info.identity, sizeof info.identity);

      self->options = info.options;
      self->identity = g_utf8_make_valid (name, -1);
    }
  else
    self->identity = g_strdup ("unknown");
  if (call (self, WDIOC_GETBOOTSTATUS, &bits) && bits > 0)
    self->boot_status = (guint) bits;
}

/* The hardware may round, clamp, or have only one timeout; what it really has is asked for. */
static gboolean
set_timeout (PawlWatchdogDevice *self, guint wanted_s, GError **error)
{
  int timeout_s = (int) wanted_s;
  int found_s = 0;

  if (!call (self, WDIOC_SETTIMEOUT, &timeout_s))
    timeout_s = 0;
  if (call (self, WDIOC_GETTIMEOUT, &found_s) && found_s > 0)
    timeout_s = found_s;
  if (timeout_s <= 0)
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_NOT_SUPPORTED,
                   "%s: the watchdog (%s) takes no timeout and does not say which one it has",
                   self->path, self->identity);
      return FALSE;
    }
  self->timeout_s = (guint) timeout_s;
  return TRUE;
}

static void
set_pretimeout (PawlWatchdogDevice *self, guint wanted_s)
{
  int pretimeout_s = (int) MIN (wanted_s, self->timeout_s - 1);

  if (pretimeout_s > 0 && (self->options & WDIOF_PRETIMEOUT) != 0 &&
      call (self, WDIOC_SETPRETIMEOUT, &pretimeout_s))
    self->pretimeout_s = (guint) MAX (pretimeout_s, 0);
}

static gboolean
open_it (PawlWatchdogDevice *self, GError **error)
{
  self->fd = self->system->open (self->path);
  if (self->fd >= 0)
    return TRUE;
  if (errno == EBUSY)
    g_set_error (error, PAWL_ERROR, PAWL_ERROR_BUSY, "%s: another program feeds the watchdog",
                 self->path);
  else
    g_set_error (error, PAWL_ERROR,
                 errno == EACCES || errno == EPERM ? PAWL_ERROR_ACCESS_DENIED
                                                   : PAWL_ERROR_NOT_SUPPORTED,
                 "%s: the watchdog cannot be opened: %s", self->path, g_strerror (errno));
  return FALSE;
}

PawlWatchdogDevice *
pawl_watchdog_device_open (const PawlWatchdogSystem *system,
                           const char *path,
                           guint timeout_s,
                           guint pretimeout_s,
                           GError **error)
{
  PawlWatchdogDevice *self = g_new0 (PawlWatchdogDevice, 1);

  self->system = system;
  self->path = g_strdup (path);
  if (open_it (self, error))
    {
      read_abilities (self);
      if (set_timeout (self, timeout_s, error))
        {
          set_pretimeout (self, pretimeout_s);
          return self;
        }
    }
  pawl_watchdog_device_close (self, TRUE);
  return NULL;
}

/* ---- while it runs ---- */

gboolean
pawl_watchdog_device_feed (PawlWatchdogDevice *self, GError **error)
{
  int ignored = 0;

  /* Any write but the magic one feeds, too; for drivers without the call. */
  if (call (self, WDIOC_KEEPALIVE, &ignored) || self->system->write (self->fd, "\0", 1) == 1)
    return TRUE;
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_FAILED, "%s: the watchdog cannot be fed: %s",
               self->path, g_strerror (errno));
  return FALSE;
}

guint
pawl_watchdog_device_get_timeout_s (PawlWatchdogDevice *self)
{
  return self->timeout_s;
}

guint
pawl_watchdog_device_get_pretimeout_s (PawlWatchdogDevice *self)
{
  return self->pretimeout_s;
}

const char *
pawl_watchdog_device_get_identity (PawlWatchdogDevice *self)
{
  return self->identity;
}

guint
pawl_watchdog_device_get_boot_status (PawlWatchdogDevice *self)
{
  return self->boot_status;
}

gboolean
pawl_watchdog_device_can_stop (PawlWatchdogDevice *self)
{
  return (self->options & WDIOF_MAGICCLOSE) != 0;
}

void
pawl_watchdog_device_close (PawlWatchdogDevice *self, gboolean stop)
{
  if (self->fd >= 0)
    {
      if (stop && self->system->write (self->fd, "V", 1) != 1)
        g_warning ("%s: the watchdog cannot be stopped: %s", self->path, g_strerror (errno));
      self->system->close (self->fd);
    }
  g_free (self->identity);
  g_free (self->path);
  g_free (self);
}

const char *
pawl_watchdog_describe_reset (guint boot_status)
{
  static const struct
  {
    guint bit;
    const char *word;
  } words[] = {
    {WDIOF_CARDRESET,  "watchdog"  },
    {WDIOF_OVERHEAT,   "overheat"  },
    {WDIOF_POWERUNDER, "power low" },
    {WDIOF_POWEROVER,  "power high"},
    {WDIOF_FANFAULT,   "fan"       },
    {WDIOF_EXTERN1,    "external"  },
    {WDIOF_EXTERN2,    "external"  },
  };

  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if ((boot_status & words[i].bit) != 0)
      return words[i].word;
  return NULL;
}
