/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Executables in required.d and wanted.d of the configured folders, one after the other in the
 * order of their names: 0 is a yes, 75 is "ask again", anything else is a no. What they say goes to
 * a file in memory rather than a pipe, because a daemon that a check leaves behind would keep a
 * pipe open for ever. */
#include "pawl-health-scripts.h"

#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Ask again later (sysexits.h, EX_TEMPFAIL). */
#define EX_TEMPFAIL 75

/* The last line is looked for in this much of the end. */
#define MAX_TAIL 1024

typedef struct
{
  char *path; /* (owned) */
  gboolean required;
} Check;

typedef struct
{
  PawlHealthRound *round; /* (owned) */
  GHashTable *passed;     /* (owned) (element-type utf8 utf8): a set */
  GStrv dirs;             /* (owned) */
  GPtrArray *checks;      /* (owned) (nullable) (element-type Check): until they are found */
  guint next;
  GSubprocess *child; /* (owned) (nullable): what runs */
  int output;         /* what it says, or -1 */
  gboolean timed_out;
  guint timer;
  GSource *cancelled; /* (owned) (nullable) */
} Job;

static void
check_free (gpointer data)
{
  Check *check = data;

  g_free (check->path);
  g_free (check);
}

static void
job_free (Job *job)
{
  pawl_health_round_unref (job->round);
  g_hash_table_unref (job->passed);
  g_strfreev (job->dirs);
  g_clear_pointer (&job->checks, g_ptr_array_unref);
  g_free (job);
}

/* ---- which ones; in a thread ---- */

static void
list_dir (GPtrArray *checks, const char *path, gboolean required)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (path, name, NULL);
      Check *check;

      if (!g_file_test (file, G_FILE_TEST_IS_REGULAR) ||
          !g_file_test (file, G_FILE_TEST_IS_EXECUTABLE))
        continue;
      check = g_new0 (Check, 1);
      check->path = g_steal_pointer (&file);
      check->required = required;
      g_ptr_array_add (checks, check);
    }
}

static gint
compare_checks (gconstpointer a, gconstpointer b)
{
  const Check *left = *(const Check *const *) a;
  const Check *right = *(const Check *const *) b;
  g_autofree char *left_name = g_path_get_basename (left->path);
  g_autofree char *right_name = g_path_get_basename (right->path);
  int order = right->required - left->required;

  return order != 0 ? order : strcmp (left_name, right_name);
}

static void
list_checks (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Job *job = data;
  GPtrArray *checks = g_ptr_array_new_with_free_func (check_free);

  for (guint i = 0; job->dirs[i] != NULL; i++)
    {
      g_autofree char *required = g_build_filename (job->dirs[i], "required.d", NULL);
      g_autofree char *wanted = g_build_filename (job->dirs[i], "wanted.d", NULL);

      list_dir (checks, required, TRUE);
      list_dir (checks, wanted, FALSE);
    }
  g_ptr_array_sort (checks, compare_checks);
  g_task_return_pointer (task, checks, (GDestroyNotify) g_ptr_array_unref);
}

/* ---- one run ---- */

static void run_next (Job *job);

static char *
read_last_line (int fd)
{
  char tail[MAX_TAIL + 1];
  off_t size = lseek (fd, 0, SEEK_END);
  off_t offset = size > MAX_TAIL ? size - MAX_TAIL : 0;
  gssize length = size > 0 ? pread (fd, tail, MAX_TAIL, offset) : 0;
  g_autofree char *text = g_utf8_make_valid (tail, MAX (length, 0));
  const char *newline;

  g_strchomp (text);
  newline = strrchr (text, '\n');
  return g_strdup (newline != NULL ? newline + 1 : text);
}

static void
kill_group (Job *job)
{
  const char *id = g_subprocess_get_identifier (job->child);

  if (id != NULL)
    kill (-(pid_t) g_ascii_strtoll (id, NULL, 10), SIGKILL);
}

static void
on_time_over (gpointer data)
{
  Job *job = data;

  job->timer = 0;
  job->timed_out = TRUE;
  kill_group (job);
}

static gboolean
on_cancelled (GCancellable *cancellable, gpointer data)
{
  kill_group (data);
  return G_SOURCE_REMOVE;
}

static void
judge (Job *job, const Check *check, const char *line)
{
  const char *words = *line != '\0' ? line : "it gave no reason";
  PawlVerdict verdict = PAWL_VERDICT_FAIL;

  if (job->timed_out)
    pawl_health_round_add (job->round, "check", check->path, check->required, verdict,
                           "it took longer than check-timeout-s: %s", words);
  else if (g_subprocess_get_if_signaled (job->child))
    pawl_health_round_add (job->round, "check", check->path, check->required, verdict,
                           "ended by signal %d: %s", g_subprocess_get_term_sig (job->child), words);
  else
    {
      int status = g_subprocess_get_exit_status (job->child);

      if (status == 0)
        verdict = PAWL_VERDICT_PASS;
      else if (status == EX_TEMPFAIL)
        verdict = PAWL_VERDICT_NOT_YET;
      if (status == 0)
        g_hash_table_add (job->passed, g_strdup (check->path));
      pawl_health_round_add (job->round, "check", check->path, check->required, verdict,
                             "ended with status %d: %s", status, words);
    }
}

static void
on_ended (GObject *source, GAsyncResult *result, gpointer data)
{
  Job *job = data;
  g_autofree char *line = read_last_line (job->output);

  g_subprocess_wait_finish (G_SUBPROCESS (source), result, NULL);
  g_clear_handle_id (&job->timer, g_source_remove);
  g_source_destroy (job->cancelled);
  g_clear_pointer (&job->cancelled, g_source_unref);
  judge (job, job->checks->pdata[job->next], line);
  close (job->output);
  g_clear_object (&job->child);
  job->next++;
  run_next (job);
}

static void
prepare_child (gpointer data)
{
  setpgid (0, 0);
  prctl (PR_SET_PDEATHSIG, SIGKILL);
}

static GSubprocess *
spawn (const char *path, int output, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_NONE);
  const char *argv[] = {path, NULL};
  const char *environment[] = {"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8", NULL};

  g_subprocess_launcher_set_environ (launcher, (char **) environment);
  g_subprocess_launcher_set_child_setup (launcher, prepare_child, NULL, NULL);
  g_subprocess_launcher_take_stdout_fd (launcher, dup (output));
  g_subprocess_launcher_take_stderr_fd (launcher, dup (output));
  return g_subprocess_launcher_spawnv (launcher, argv, error);
}

static gboolean
run (Job *job, const Check *check)
{
  PawlContext *context = pawl_health_round_get_context (job->round);
  GCancellable *cancellable = pawl_health_round_get_cancellable (job->round);
  g_autoptr (GError) error = NULL;

  job->timed_out = FALSE;
  job->output = memfd_create ("pawl-health-check", MFD_CLOEXEC);
  job->child = spawn (check->path, job->output, &error);
  if (job->child == NULL)
    {
      close (job->output);
      pawl_health_round_add (job->round, "check", check->path, check->required, PAWL_VERDICT_FAIL,
                             "it cannot be run: %s", error->message);
      return FALSE;
    }
  job->timer = g_timeout_add_once ((guint) pawl_context_get_int (context, "check-timeout-s") * 1000,
                                   on_time_over, job);
  job->cancelled = g_cancellable_source_new (cancellable);
  g_source_set_callback (job->cancelled, G_SOURCE_FUNC (on_cancelled), job, NULL);
  g_source_attach (job->cancelled, NULL);
  g_subprocess_wait_async (job->child, NULL, on_ended, job);
  return TRUE;
}

static void
run_next (Job *job)
{
  GCancellable *cancellable = pawl_health_round_get_cancellable (job->round);

  for (; job->next < job->checks->len && !g_cancellable_is_cancelled (cancellable); job->next++)
    {
      const Check *check = job->checks->pdata[job->next];

      if (!g_hash_table_contains (job->passed, check->path) && run (job, check))
        return;
      if (g_hash_table_contains (job->passed, check->path))
        pawl_health_round_add (job->round, "check", check->path, check->required, PAWL_VERDICT_PASS,
                               "it has said yes in this trial");
    }
  job_free (job);
}

static void
on_listed (GObject *source, GAsyncResult *result, gpointer data)
{
  Job *job = data;

  job->checks = g_task_propagate_pointer (G_TASK (result), NULL);
  run_next (job);
}

void
pawl_health_check_scripts (PawlHealthRound *round, GHashTable *passed)
{
  Job *job = g_new0 (Job, 1);
  g_autoptr (GTask) task = g_task_new (NULL, NULL, on_listed, job);

  job->round = pawl_health_round_ref (round);
  job->passed = g_hash_table_ref (passed);
  job->dirs = pawl_context_dup_strv (pawl_health_round_get_context (round), "check-dirs");
  job->output = -1;
  g_task_set_source_tag (task, pawl_health_check_scripts);
  g_task_set_task_data (task, job, NULL);
  g_task_run_in_thread (task, list_checks);
}
