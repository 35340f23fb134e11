/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Arms the watchdog from the initramfs, when the kernel's command line has
 * `pawl.watchdog=SECONDS[,DEVICE]`: from then on a root file system that cannot be mounted, a
 * kernel that hangs and an init that does not come up end in a reset. Closing without the magic
 * character leaves it running; systemd or pawld takes it over.
 *
 * It is plain C, because it goes into every initramfs. It never stops the boot: what goes wrong is
 * a line on standard error, and status 1. */
#include <errno.h>
#include <fcntl.h>
#include <linux/watchdog.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define PARAMETER "pawl.watchdog="
#define DEVICE    "/dev/watchdog0"

/* The kernel's limit on its command line is 4 KiB at most. */
#define MAX_CMDLINE 4096

static int
fail (const char *thing, const char *what)
{
  fprintf (stderr, "pawl-arm-watchdog: %s: %s: %s\n", thing, what, strerror (errno));
  return 1;
}

/* The value of the parameter, in @text; NULL when it is not there. */
static char *
find_parameter (char *text)
{
  char *rest = NULL;

  for (char *word = strtok_r (text, " \t\n", &rest); word != NULL;
       word = strtok_r (NULL, " \t\n", &rest))
    if (strncmp (word, PARAMETER, strlen (PARAMETER)) == 0)
      return word + strlen (PARAMETER);
  return NULL;
}

static int
arm (const char *device, int timeout_s)
{
  int fd = open (device, O_WRONLY | O_CLOEXEC);
  int found_s = timeout_s;

  if (fd < 0)
    return fail (device, "the watchdog cannot be opened");
  if (ioctl (fd, WDIOC_SETTIMEOUT, &found_s) < 0)
    {
      int status = fail (device, "the watchdog takes no timeout, and is stopped");

      /* With a timeout that nobody chose a slow boot would be reset. */
      if (write (fd, "V", 1) != 1)
        fail (device, "the watchdog cannot be stopped");
      close (fd);
      return status;
    }
  ioctl (fd, WDIOC_KEEPALIVE, 0);
  close (fd);
  printf ("pawl-arm-watchdog: %s: armed with %d s\n", device, found_s);
  return 0;
}

int
main (int argc, char **argv)
{
  const char *path = argc > 1 ? argv[1] : "/proc/cmdline";
  char text[MAX_CMDLINE + 1] = "";
  FILE *file = fopen (path, "re");
  const char *device = DEVICE;
  char *value;
  char *end = NULL;
  long timeout_s;

  if (file == NULL)
    return fail (path, "it cannot be read");
  text[fread (text, 1, MAX_CMDLINE, file)] = '\0';
  fclose (file);
  value = find_parameter (text);
  if (value == NULL)
    return 0;
  timeout_s = strtol (value, &end, 10);
  if (end == value || (*end != '\0' && *end != ',') || timeout_s < 2 || timeout_s > 3600)
    {
      fprintf (stderr,
               "pawl-arm-watchdog: found " PARAMETER "%s, wanted " PARAMETER
               "SECONDS[,DEVICE] with 2 to 3600\n",
               value);
      return 1;
    }
  if (*end == ',' && end[1] != '\0')
    device = end + 1;
  return arm (device, (int) timeout_s);
}
