/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Preloaded into a program: kills it, as a power cut would, before or after one of the calls by
 * which it changes a disk. PAWL_KILL_AT is the number of the point, from 1; each call has two. With
 * PAWL_KILL_COUNT the number of points that were passed is written to that file at the end. With
 * PAWL_KILL_WRITES writing to a file counts too, and one of more than a sector has a third point,
 * at which half of it is written: a disk writes a sector whole or not at all. */
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

#define SECTOR_SIZE 512

static atomic_long passed;
static long kill_at;
static int writes_count;

__attribute__ ((constructor)) static void
begin (void)
{
  const char *at = getenv ("PAWL_KILL_AT");

  kill_at = at != NULL ? atol (at) : 0;
  writes_count = getenv ("PAWL_KILL_WRITES") != NULL;
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

static int
is_counted (int fd)
{
  struct stat found;

  return writes_count && fstat (fd, &found) == 0 && S_ISREG (found.st_mode);
}

/* The two ways to write, as one: @offset is -1 where the file's own position counts. */
static ssize_t
write_really (int fd, const void *data, size_t size, off_t offset)
{
  static ssize_t (*real_write) (int fd, const void *data, size_t size);
  static ssize_t (*real_pwrite) (int fd, const void *data, size_t size, off_t offset);

  if (real_write == NULL || real_pwrite == NULL)
    {
      real_write = (ssize_t (*) (int, const void *, size_t)) dlsym (RTLD_NEXT, "write");
      real_pwrite = (ssize_t (*) (int, const void *, size_t, off_t)) dlsym (RTLD_NEXT, "pwrite64");
    }
  return offset < 0 ? real_write (fd, data, size) : real_pwrite (fd, data, size, offset);
}

static ssize_t
write_in_halves (int fd, const void *data, size_t size, off_t offset)
{
  size_t half = is_counted (fd) ? size / 2 / SECTOR_SIZE * SECTOR_SIZE : 0;
  ssize_t written;

  if (half == 0)
    return write_really (fd, data, size, offset);
  written = write_really (fd, data, half, offset);
  pass ();
  if (written != (ssize_t) half)
    return written;
  written = write_really (fd, (const char *) data + half, size - half,
                          offset < 0 ? offset : offset + (off_t) half);
  return written < 0 ? (ssize_t) half : (ssize_t) half + written;
}

static ssize_t
write_with_points (int fd, const void *data, size_t size, off_t offset)
{
  int counted = is_counted (fd);
  ssize_t written;

  if (counted)
    pass ();
  written = write_in_halves (fd, data, size, offset);
  if (counted)
    pass ();
  return written;
}

ssize_t
write (int fd, const void *data, size_t size)
{
  return write_with_points (fd, data, size, -1);
}

ssize_t
pwrite (int fd, const void *data, size_t size, off_t offset)
{
  return write_with_points (fd, data, size, offset);
}
