/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "fake-watchdog.h"

#include <errno.h>
#include <linux/watchdog.h>
#include <string.h>

#define FAKE_FD 1000

FakeWatchdog fake_watchdog;

void
fake_watchdog_reset (void)
{
  fake_watchdog = (FakeWatchdog){
    .options = WDIOF_SETTIMEOUT | WDIOF_MAGICCLOSE | WDIOF_KEEPALIVEPING,
    .maximum_s = 3600,
    .timeout_s = 30,
    .now_us = G_USEC_PER_SEC,
  };
}

static int
fail (int number)
{
  errno = number;
  return -1;
}

static int
fake_open (const char *path)
{
  if (fake_watchdog.open_errno != 0)
    return fail (fake_watchdog.open_errno);
  if (fake_watchdog.is_open)
    return fail (EBUSY);
  fake_watchdog.is_open = TRUE;
  fake_watchdog.running = TRUE;
  fake_watchdog.magic = FALSE;
  fake_watchdog.opened++;
  return FAKE_FD;
}

static int
get_support (struct watchdog_info *info)
{
  info->options = fake_watchdog.options;
  strcpy ((char *) info->identity, "fake");
  return 0;
}

static int
set_timeout (int *timeout_s)
{
  if (fake_watchdog.fixed)
    return fail (EOPNOTSUPP);
  fake_watchdog.timeout_s = *timeout_s = MIN (*timeout_s, fake_watchdog.maximum_s);
  return 0;
}

static int
keep_alive (void)
{
  if (fake_watchdog.no_keepalive || fake_watchdog.deaf)
    return fail (ENOTTY);
  fake_watchdog.fed++;
  return 0;
}

static int
fake_ioctl (int fd, unsigned long request, void *argument)
{
  g_assert_cmpint (fd, ==, FAKE_FD);
  g_assert_true (fake_watchdog.is_open);
  switch (request)
    {
    case WDIOC_GETSUPPORT:
      return get_support (argument);
    case WDIOC_GETBOOTSTATUS:
      *(int *) argument = (int) fake_watchdog.boot_status;
      return 0;
    case WDIOC_SETTIMEOUT:
      return set_timeout (argument);
    case WDIOC_GETTIMEOUT:
      *(int *) argument = fake_watchdog.timeout_s;
      return fake_watchdog.silent ? fail (EOPNOTSUPP) : 0;
    case WDIOC_SETPRETIMEOUT:
      if ((fake_watchdog.options & WDIOF_PRETIMEOUT) == 0)
        return fail (EOPNOTSUPP);
      fake_watchdog.pretimeout_s = *(int *) argument;
      return 0;
    case WDIOC_KEEPALIVE:
      return keep_alive ();
    default:
      return fail (ENOTTY);
    }
}

static gssize
fake_write (int fd, const void *data, gsize size)
{
  g_assert_cmpint (fd, ==, FAKE_FD);
  if (fake_watchdog.deaf)
    return fail (EIO);
  fake_watchdog.magic = memchr (data, 'V', size) != NULL;
  fake_watchdog.fed += !fake_watchdog.magic;
  return (gssize) size;
}

static int
fake_close (int fd)
{
  g_assert_cmpint (fd, ==, FAKE_FD);
  g_assert_true (fake_watchdog.is_open);
  fake_watchdog.is_open = FALSE;
  if (fake_watchdog.magic && (fake_watchdog.options & WDIOF_MAGICCLOSE) != 0)
    fake_watchdog.running = FALSE;
  return 0;
}

static gint64
fake_time (void)
{
  return fake_watchdog.now_us;
}

const PawlWatchdogSystem fake_watchdog_system = {fake_open, fake_ioctl, fake_write, fake_close,
                                                 fake_time};
