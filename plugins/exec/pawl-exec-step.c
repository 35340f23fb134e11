/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* One run of the device maker's executable. It is a process group of its own, so that a cancel
 * reaches what it started, and it dies with the daemon, so that the same step never runs twice at
 * once. It gets an environment of our making: nothing of the daemon's own leaks to it. */
#include "pawl-exec-step.h"

#include "pawl-exec-pipe.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define MAX_ANSWERS   64
#define KILL_AFTER_MS (10 * 1000)

/* What the child finds where. */
#define PAYLOAD_FD  3
#define PROGRESS_FD 4

typedef struct
{
  char *command;     /* (owned) */
  char *step;        /* (owned) */
  PawlOperation *op; /* (owned) */
  gboolean optional;
  PawlError failure;
  GSubprocess *child;  /* (owned) (nullable): until it runs */
  GHashTable *answers; /* (owned) (element-type utf8 utf8) */
  char *last_words;    /* (owned) (nullable): the last line of its standard error */
  PawlExecPipe output;
  PawlExecPipe errors;
  PawlExecPipe progress;
  gulong cancelled; /* handler */
  guint kill_timer;
} Step;

static void
step_free (gpointer data)
{
  Step *step = data;

  pawl_exec_pipe_close (&step->output);
  pawl_exec_pipe_close (&step->errors);
  pawl_exec_pipe_close (&step->progress);
  g_clear_signal_handler (&step->cancelled, step->op);
  g_clear_handle_id (&step->kill_timer, g_source_remove);
  g_clear_object (&step->child);
  g_clear_object (&step->op);
  g_hash_table_unref (step->answers);
  g_free (step->last_words);
  g_free (step->command);
  g_free (step->step);
  g_free (step);
}

/* ---- what it says ---- */

static void
on_output (const char *line, gpointer data)
{
  Step *step = data;
  const char *equals = strchr (line, '=');

  if (equals != NULL && equals != line && g_hash_table_size (step->answers) < MAX_ANSWERS)
    g_hash_table_replace (step->answers, g_strndup (line, (gsize) (equals - line)),
                          g_strdup (equals + 1));
}

static void
on_error_line (const char *line, gpointer data)
{
  Step *step = data;

  if (*line == '\0')
    return;
  g_info ("%s %s: %s", step->command, step->step, line);
  g_free (step->last_words);
  step->last_words = g_strdup (line);
}

/* `DONE TOTAL`, both in bytes; other lines still show that it lives. */
static void
on_progress (const char *line, gpointer data)
{
  Step *step = data;
  char *rest = NULL;
  guint64 done = g_ascii_strtoull (line, &rest, 10);
  guint64 total = g_ascii_strtoull (rest, NULL, 10);

  pawl_operation_progress (step->op, done, total);
}

/* ---- how it ends ---- */

static void
set_failure (Step *step, GError **error)
{
  const char *words = step->last_words != NULL ? step->last_words : "it gave no reason";

  if (g_cancellable_set_error_if_cancelled (pawl_operation_get_cancellable (step->op), error))
    return;
  if (g_subprocess_get_if_signaled (step->child))
    g_set_error (error, PAWL_ERROR, (int) step->failure, "%s %s: ended by signal %d: %s",
                 step->command, step->step, g_subprocess_get_term_sig (step->child), words);
  else if (g_subprocess_get_exit_status (step->child) == PAWL_EXEC_RETRY_LATER)
    g_set_error (error, PAWL_ERROR, PAWL_ERROR_RETRY_LATER, "%s %s: asks to come back later: %s",
                 step->command, step->step, words);
  else
    g_set_error (error, PAWL_ERROR, (int) step->failure, "%s %s: ended with status %d: %s",
                 step->command, step->step, g_subprocess_get_exit_status (step->child), words);
}

static gboolean
has_succeeded (Step *step)
{
  if (!g_subprocess_get_if_exited (step->child))
    return FALSE;
  return g_subprocess_get_exit_status (step->child) == 0 ||
         (step->optional && g_subprocess_get_exit_status (step->child) == PAWL_EXEC_UNKNOWN_STEP);
}

static void
on_ended (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  Step *step = g_task_get_task_data (task);
  GError *error = NULL;

  g_subprocess_wait_finish (G_SUBPROCESS (source), result, NULL);
  pawl_exec_pipe_close (&step->output);
  pawl_exec_pipe_close (&step->errors);
  pawl_exec_pipe_close (&step->progress);
  if (has_succeeded (step))
    {
      g_task_return_pointer (task, g_hash_table_ref (step->answers),
                             (GDestroyNotify) g_hash_table_unref);
      return;
    }
  set_failure (step, &error);
  g_task_return_error (task, error);
}

/* The group, which has the number of its leader. */
static void
send_signal (Step *step, int number)
{
  const char *id = g_subprocess_get_identifier (step->child);

  if (id != NULL)
    kill (-(pid_t) g_ascii_strtoll (id, NULL, 10), number);
}

static void
on_patience_over (gpointer data)
{
  Step *step = data;

  step->kill_timer = 0;
  send_signal (step, SIGKILL);
}

static void
on_cancelled (PawlOperation *op, gpointer data)
{
  Step *step = data;

  if (step->kill_timer != 0)
    return;
  send_signal (step, SIGTERM);
  step->kill_timer = g_timeout_add_once (KILL_AFTER_MS, on_patience_over, step);
}

/* ---- how it begins ---- */

static void
prepare_child (gpointer data)
{
  setpgid (0, 0);
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

/* Opened again, so that it is for reading only and begins at its first byte for every step: what is
 * duplicated shares its position. */
static int
open_payload (PawlPayload *payload, GError **error)
{
  int shared = pawl_payload_dup_fd (payload, error);
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", shared);
  int fd;

  if (shared < 0)
    return -1;
  fd = open (path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    g_set_error (error, PAWL_ERROR, PAWL_ERROR_STORAGE, "the payload cannot be opened again: %s",
                 g_strerror (errno));
  close (shared);
  return fd;
}

static gboolean
take_fds (Step *step, GSubprocessLauncher *launcher, PawlPayload *payload, GError **error)
{
  int fd = pawl_exec_pipe_open (&step->output, on_output, step, error);

  if (fd < 0)
    return FALSE;
  g_subprocess_launcher_take_stdout_fd (launcher, fd);
  fd = pawl_exec_pipe_open (&step->errors, on_error_line, step, error);
  if (fd < 0)
    return FALSE;
  g_subprocess_launcher_take_stderr_fd (launcher, fd);
  fd = pawl_exec_pipe_open (&step->progress, on_progress, step, error);
  if (fd < 0)
    return FALSE;
  g_subprocess_launcher_take_fd (launcher, fd, PROGRESS_FD);
  fd = payload != NULL ? open_payload (payload, error) : -1;
  if (fd >= 0)
    g_subprocess_launcher_take_fd (launcher, fd, PAYLOAD_FD);
  return payload == NULL || fd >= 0;
}

static gboolean
start (Step *step, const PawlExecRequest *request, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  const char *argv[] = {request->command, request->step, NULL};
  g_auto (GStrv) environment = g_new0 (char *, request->environment->len + 3);
  g_autoptr (GError) local_error = NULL;

  environment[0] = g_strdup ("PATH=/usr/sbin:/usr/bin:/sbin:/bin");
  environment[1] = g_strdup ("LANG=C.UTF-8");
  for (guint i = 0; i < request->environment->len; i++)
    environment[i + 2] = g_strdup (request->environment->pdata[i]);
  g_subprocess_launcher_set_environ (launcher, environment);
  g_subprocess_launcher_set_child_setup (launcher, prepare_child, NULL, NULL);
  if (take_fds (step, launcher, request->payload, &local_error))
    step->child = g_subprocess_launcher_spawnv (launcher, argv, &local_error);
  /* Our copies of the child's ends have to go, or the pipes never end. */
  g_subprocess_launcher_close (launcher);
  if (step->child != NULL)
    return TRUE;
  g_set_error (error, PAWL_ERROR, (int) request->failure, "%s %s: it cannot be run: %s",
               request->command, request->step, local_error->message);
  return FALSE;
}

static Step *
step_new (const PawlExecRequest *request)
{
  Step *step = g_new0 (Step, 1);

  step->command = g_strdup (request->command);
  step->step = g_strdup (request->step);
  step->op = g_object_ref (request->op);
  step->optional = request->optional;
  step->failure = request->failure;
  step->answers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return step;
}

/*< private >
 * pawl_exec_step_async:
 * @request: what to run
 * @callback: called in the main context
 * @data: for @callback
 *
 * Errors: the request's @failure when it cannot be run, ends with another status than 0 or by a
 * signal, with the last line of its standard error; #PAWL_ERROR_RETRY_LATER when it asks for that;
 * #G_IO_ERROR_CANCELLED.
 */
void
pawl_exec_step_async (const PawlExecRequest *request, GAsyncReadyCallback callback, gpointer data)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, callback, data);
  Step *step = step_new (request);
  GError *error = NULL;

  g_task_set_source_tag (task, pawl_exec_step_async);
  g_task_set_task_data (task, step, step_free);
  if (!start (step, request, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  step->cancelled = g_signal_connect (step->op, "cancelled", G_CALLBACK (on_cancelled), step);
  if (pawl_operation_get_cancelled (step->op))
    on_cancelled (step->op, step);
  g_subprocess_wait_async (step->child, NULL, on_ended, g_steal_pointer (&task));
}

GHashTable *
pawl_exec_step_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
