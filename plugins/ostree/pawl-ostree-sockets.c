/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The connections of this process. libostree waits for its first answers (the configuration of the
 * repository, its summary) in a main context that nobody else can reach, and until release 2025.2
 * for as long as it takes; what it waits for can only be found from outside, among all that the
 * process has open. */
#include "pawl-ostree-sockets.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>

/* Many times what a daemon has open. */
#define FDS_MAX 4096

static gboolean
is_tcp (int fd)
{
  int protocol = 0, listens = 0;
  socklen_t length = sizeof protocol, listens_length = sizeof listens;

  return getsockopt (fd, SOL_SOCKET, SO_PROTOCOL, &protocol, &length) == 0 &&
         protocol == IPPROTO_TCP &&
         getsockopt (fd, SOL_SOCKET, SO_ACCEPTCONN, &listens, &listens_length) == 0 && !listens;
}

typedef void (*VisitFunc) (int fd, guint64 inode, gpointer data);

static void
visit_all (VisitFunc visit, gpointer data)
{
  for (int fd = 0; fd < FDS_MAX; fd++)
    {
      struct stat info;

      if (fstat (fd, &info) == 0 && S_ISSOCK (info.st_mode) && is_tcp (fd))
        visit (fd, info.st_ino, data);
    }
}

static void
add (int fd, guint64 inode, gpointer data)
{
  g_hash_table_add (data, g_memdup2 (&inode, sizeof inode));
}

/*< private >
 * pawl_ostree_sockets_list:
 *
 * Returns: (transfer full) (element-type guint64): the TCP connections of this process
 */
GHashTable *
pawl_ostree_sockets_list (void)
{
  GHashTable *inodes = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);

  visit_all (add, inodes);
  return inodes;
}

typedef struct
{
  GHashTable *but; /* (unowned) */
  guint silent_ms;
  guint hung_up;
} HangUp;

static void
hang_up (int fd, guint64 inode, gpointer data)
{
  HangUp *self = data;
  struct tcp_info info = {0};
  socklen_t length = sizeof info;

  if (g_hash_table_contains (self->but, &inode) ||
      getsockopt (fd, IPPROTO_TCP, TCP_INFO, &info, &length) < 0 ||
      info.tcpi_last_data_recv < self->silent_ms)
    return;
  self->hung_up += shutdown (fd, SHUT_RDWR) == 0;
}

/*< private >
 * pawl_ostree_sockets_hang_up:
 * @but: (element-type guint64): connections to leave alone
 * @silent_ms: how long nothing came
 *
 * Ends those TCP connections of this process on which nothing came for @silent_ms. Whoever waits
 * for one hears at once that it ended. May be called from any thread.
 *
 * Returns: how many there were
 */
guint
pawl_ostree_sockets_hang_up (GHashTable *but, guint silent_ms)
{
  HangUp self = {.but = but, .silent_ms = silent_ms};

  visit_all (hang_up, &self);
  return self.hung_up;
}
