/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Preloaded into a program: kills it, as a power cut would, before or after one of the calls by
 * which it changes a disk. PAWL_KILL_AT is the number of the point, from 1; each call has two. With
 * PAWL_KILL_COUNT the number of points that were passed is written to that file at the end. */
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

static atomic_long passed;
static long kill_at;

__attribute__ ((constructor)) static void
begin (void)
{
  const char *at = getenv ("PAWL_KILL_AT");

  kill_at = at != NULL ? atol (at) : 0;
}

__attribute__ ((destructor)) static void
end (void)
{
  const char *path = getenv ("PAWL_KILL_COUNT");
  FILE *file = path != NULL ? fopen (path, "we") : NULL;

  if (file == NULL)
    return;
  fprintf (file, "%ld\n", atomic_load (&passed));
  fclose (file);
}

static void
pass (void)
{
  if (atomic_fetch_add (&passed, 1) + 1 == kill_at)
    kill (getpid (), SIGKILL);
}

/* The real function is looked up once; two threads that do it together find the same. */
#define WRAP(type, name, parameters, arguments)                                                    \
  type name parameters;                                                                            \
  type name parameters                                                                             \
  {                                                                                                \
    static type (*real) parameters;                                                                \
    type result;                                                                                   \
                                                                                                   \
    if (real == NULL)                                                                              \
      real = (type (*) parameters) dlsym (RTLD_NEXT, #name);                                       \
    pass ();                                                                                       \
    result = real arguments;                                                                       \
    pass ();                                                                                       \
    return result;                                                                                 \
  }

WRAP (int, fsync, (int fd), (fd))
WRAP (int, fdatasync, (int fd), (fd))
WRAP (int, rename, (const char *from, const char *to), (from, to))
WRAP (int,
      renameat,
      (int from_fd, const char *from, int to_fd, const char *to),
      (from_fd, from, to_fd, to))
WRAP (int, unlink, (const char *path), (path))
WRAP (int, unlinkat, (int fd, const char *path, int flags), (fd, path, flags))
WRAP (int, mkdir, (const char *path, mode_t mode), (path, mode))
WRAP (int, mkdirat, (int fd, const char *path, mode_t mode), (fd, path, mode))
WRAP (int, symlink, (const char *target, const char *path), (target, path))
WRAP (int, ftruncate, (int fd, off_t length), (fd, length))
