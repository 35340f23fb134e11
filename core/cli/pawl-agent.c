/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* polkit asks the agent of a person's session. Over a serial line or ssh there is none, and
 * pkttyagent(1) stands in: it serves its parent, and steps back when there is a better one. */

#include "pawl-agent.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <signal.h>
#include <unistd.h>

/* Where the agent finds the descriptor that it closes when polkit knows it. */
#define NOTIFY_FD 3

struct _PawlAgent
{
  GSubprocess *process; /* (owned) */
};

/* Nobody has to ask root, and without a terminal nobody can be asked. NULL when there is no agent:
 * the daemon says then who may do it. */
PawlAgent *
pawl_agent_new_if_needed (void)
{
  g_autofree char *program = NULL;

  if (geteuid () == 0 || !isatty (STDIN_FILENO))
    return NULL;
  program = g_find_program_in_path ("pkttyagent");
  return program != NULL ? pawl_agent_new (program) : NULL;
}

static void
wait_until_known (int fd)
{
  char byte;

  while (read (fd, &byte, 1) > 0)
    ;
  close (fd);
}

/**
 * pawl_agent_new:
 * @program: path of the agent
 *
 * Starts it, and waits until polkit knows it or it has ended.
 *
 * Returns: (transfer full) (nullable): the agent; %NULL when it cannot be started
 */
PawlAgent *
pawl_agent_new (const char *program)
{
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_INHERIT);
  g_autoptr (GSubprocess) process = NULL;
  PawlAgent *self;
  int ends[2];

  if (!g_unix_open_pipe (ends, FD_CLOEXEC, NULL))
    return NULL;
  g_subprocess_launcher_take_fd (launcher, ends[1], NOTIFY_FD);
  process = g_subprocess_launcher_spawn (launcher, NULL, program, "--notify-fd",
                                         G_STRINGIFY (NOTIFY_FD), "--fallback", NULL);
  /* The launcher holds the writing end, which would keep the pipe open for ever. */
  g_subprocess_launcher_close (launcher);
  wait_until_known (ends[0]);
  if (process == NULL)
    return NULL;
  self = g_new0 (PawlAgent, 1);
  self->process = g_steal_pointer (&process);
  return self;
}

/* It gives the terminal back before anything else is printed. */
void
pawl_agent_free (PawlAgent *self)
{
  g_subprocess_send_signal (self->process, SIGTERM);
  g_subprocess_wait (self->process, NULL, NULL);
  g_object_unref (self->process);
  g_free (self);
}
