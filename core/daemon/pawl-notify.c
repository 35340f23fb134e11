/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The protocol is one datagram to the socket that the environment names; a library for it would
 * weigh more than the daemon. */
#include "pawl-notify.h"

#include <errno.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* A leading `@` stands for the abstract namespace of unix(7). */
static gboolean
make_address (const char *name, struct sockaddr_un *out_address, socklen_t *out_length)
{
  gsize length = strlen (name);

  if (length < 2 || length >= sizeof out_address->sun_path || (*name != '/' && *name != '@'))
    return FALSE;
  memset (out_address, 0, sizeof *out_address);
  out_address->sun_family = AF_UNIX;
  memcpy (out_address->sun_path, name, length);
  if (*name == '@')
    out_address->sun_path[0] = '\0';
  *out_length = (socklen_t) (offsetof (struct sockaddr_un, sun_path) + length);
  return TRUE;
}

void
pawl_notify (const char *text)
{
  const char *name = g_getenv ("NOTIFY_SOCKET");
  struct sockaddr_un address;
  socklen_t length;
  int fd;

  if (name == NULL || !make_address (name, &address, &length))
    return;
  fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (fd < 0 || sendto (fd, text, strlen (text), MSG_NOSIGNAL, (const struct sockaddr *) &address,
                        length) < 0)
    g_message ("%s: the service manager cannot be told: %s", name, g_strerror (errno));
  if (fd >= 0)
    close (fd);
}

guint64
pawl_notify_get_watchdog_us (void)
{
  const char *usec = g_getenv ("WATCHDOG_USEC");
  const char *pid = g_getenv ("WATCHDOG_PID");
  guint64 value = 0;

  if (usec == NULL || !g_ascii_string_to_unsigned (usec, 10, 1, G_MAXINT64, &value, NULL))
    return 0;
  /* Meant for another process that left its environment behind. */
  if (pid != NULL && g_ascii_strtoull (pid, NULL, 10) != (guint64) getpid ())
    return 0;
  return value / 2;
}
