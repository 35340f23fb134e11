/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* Commits to another host, with what every host has: a shell, tar and ostree. The commit is brought
 * into a repository of its own here, the host says which of its objects it lacks, and gets those
 * in one archive beside its own, from where ostree takes them after it has checked each one. */
#include "pawl-repo-ostree.h"

#include "pawl-repo-error.h"
#include "pawl-repo-file.h"

#include <gio/gio.h>
#include <string.h>

typedef struct
{
  char *host; /* (owned): with the user */
  char *port; /* (owned): for ssh's -p */
  char *path; /* (owned): quoted for the shell there */
  char *here; /* (owned) (nullable): a folder for what is on its way */
} Host;

static void
host_clear (Host *self)
{
  if (self->here != NULL)
    pawl_repo_file_remove_tree (self->here, NULL);
  g_free (self->host);
  g_free (self->port);
  g_free (self->path);
  g_free (self->here);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Host, host_clear)

static gboolean
parse (Host *self, const char *text, GError **error)
{
  g_autoptr (GUri) uri = g_uri_parse (text, G_URI_FLAGS_NONE, NULL);
  const char *host = uri != NULL ? g_uri_get_host (uri) : NULL;
  const char *user = uri != NULL ? g_uri_get_userinfo (uri) : NULL;

  /* What begins with a dash is an option for ssh. */
  if (host == NULL || *host == '\0' || *host == '-' || (user != NULL && *user == '-') ||
      strlen (g_uri_get_path (uri)) < 2)
    return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE, "%s: wanted ssh://[USER@]HOST[:PORT]/PATH",
                           text);
  self->host = user != NULL ? g_strdup_printf ("%s@%s", user, host) : g_strdup (host);
  self->port = g_strdup_printf ("%d", g_uri_get_port (uri) > 0 ? g_uri_get_port (uri) : 22);
  self->path = g_shell_quote (g_uri_get_path (uri));
  return TRUE;
}

/* ---- running ---- */

/* @input: (nullable): a file that is its standard input */
static char *
run (const char *const *argv, const char *what, const char *input, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GSubprocess) process = NULL;
  g_autoptr (GError) local_error = NULL;
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;

  if (input != NULL)
    g_subprocess_launcher_set_stdin_file_path (launcher, input);
  process = g_subprocess_launcher_spawnv (launcher, argv, &local_error);
  if (process != NULL &&
      g_subprocess_communicate_utf8 (process, NULL, NULL, &out, &err, &local_error) &&
      g_subprocess_get_successful (process))
    return g_strchomp (g_steal_pointer (&out));
  pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED, "%s: %s", what,
                  local_error != NULL ? local_error->message : g_strchomp (err));
  return NULL;
}

/* Runs @script there, in the repository, and with `$repo` its path. */
static char *
run_there (Host *self, const char *what, const char *script, const char *input, GError **error)
{
  g_autofree char *command = g_strdup_printf ("set -e; repo=%s; %s", self->path, script);
  g_autofree char *full = g_strdup_printf ("%s: %s", self->host, what);
  const char *const argv[] = {"ssh", "-o",       "BatchMode=yes", "-p", self->port,
                              "--",  self->host, command,         NULL};

  return run (argv, full, input, error);
}

/* ---- objects ---- */

static gboolean
list_folder (const char *objects, const char *folder, GString *out, GError **error)
{
  g_autofree char *path = g_build_filename (objects, folder, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, error);
  const char *name;

  if (dir == NULL)
    return FALSE;
  while ((name = g_dir_read_name (dir)) != NULL)
    g_string_append_printf (out, "objects/%s/%s\n", folder, name);
  return TRUE;
}

/* One path in each line, from the repository's folder. */
static GBytes *
list_objects (const char *repository, GError **error)
{
  g_autofree char *objects = g_build_filename (repository, "objects", NULL);
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (GDir) dir = g_dir_open (objects, 0, error);
  const char *name;

  if (dir == NULL)
    return NULL;
  while ((name = g_dir_read_name (dir)) != NULL)
    if (strlen (name) == 2 && !list_folder (objects, name, out, error))
      return NULL;
  return g_string_free_to_bytes (g_steal_pointer (&out));
}

static guint
count_lines (const char *text)
{
  guint n = *text != '\0' ? 1 : 0;

  for (; *text != '\0'; text++)
    n += *text == '\n';
  return n;
}

/* Returns: (transfer full): what the host has not */
static char *
ask_missing (Host *self, const char *repository, GError **error)
{
  g_autofree char *list = g_build_filename (self->here, "objects", NULL);
  g_autoptr (GBytes) names = list_objects (repository, error);

  if (names == NULL || !pawl_repo_file_write (list, names, 0600, error))
    return NULL;
  return run_there (self, "look for objects",
                    "[ -e \"$repo/config\" ] || { mkdir -p \"$repo\"; "
                    "ostree --repo=\"$repo\" init --mode=archive; }; cd \"$repo\"; "
                    "while read -r name; do [ -e \"$name\" ] || echo \"$name\"; done",
                    list, error);
}

static gboolean
send (Host *self, const char *repository, const char *missing, const char *commit, GError **error)
{
  g_autofree char *list = g_build_filename (self->here, "missing", NULL);
  g_autofree char *archive = g_build_filename (self->here, "missing.tar", NULL);
  g_autoptr (GBytes) names = g_bytes_new (missing, strlen (missing));
  const char *const pack[] = {"tar", "-C", repository, "-cf", archive, "-T", list, NULL};
  g_autofree char *script =
    g_strdup_printf ("there=$(mktemp -d \"$repo/tmp/pawl-push.XXXXXX\"); "
                     "trap 'rm -rf \"$there\"' EXIT; "
                     "ostree --repo=\"$there\" init --mode=archive; tar -C \"$there\" -xf -; "
                     "ostree --repo=\"$repo\" pull-local --untrusted \"$there\" %s >/dev/null",
                     commit);
  g_autofree char *packed = NULL;
  g_autofree char *taken = NULL;

  if (!pawl_repo_file_write (list, names, 0600, error))
    return FALSE;
  packed = run (pack, "pack objects with tar", NULL, error);
  taken = packed != NULL ? run_there (self, "take objects", script, archive, error) : NULL;
  return taken != NULL;
}

static gboolean
push_objects (Host *self, const char *source, const char *commit, GError **error)
{
  g_autofree char *repository = g_build_filename (self->here, "repo", NULL);
  g_autofree char *missing = NULL;

  if (!pawl_repo_ostree_copy (source, repository, commit, error))
    return FALSE;
  missing = ask_missing (self, repository, error);
  if (missing == NULL)
    return FALSE;
  g_print ("%s lacks %u objects\n", self->host, count_lines (missing));
  return *missing == '\0' || send (self, repository, missing, commit, error);
}

/* ---- the rest ---- */

static gboolean
push_delta (Host *self, const char *ref, const char *commit, GError **error)
{
  g_autofree char *quoted = g_shell_quote (ref);
  g_autofree char *script =
    g_strdup_printf ("former=$(ostree --repo=\"$repo\" rev-parse %s 2>/dev/null || :); "
                     "[ -z \"$former\" ] || [ \"$former\" = %s ] || "
                     "ostree --repo=\"$repo\" static-delta generate --from=\"$former\" --to=%s",
                     quoted, commit, commit);
  g_autofree char *done = run_there (self, "make a static delta", script, NULL, error);

  return done != NULL;
}

static gboolean
push_ref (Host *self, const char *ref, const char *commit, GError **error)
{
  g_autofree char *quoted = g_shell_quote (ref);
  g_autofree char *script = g_strdup_printf ("ostree --repo=\"$repo\" refs --force --create=%s %s; "
                                             "ostree --repo=\"$repo\" summary --update",
                                             quoted, commit);
  g_autofree char *done = run_there (self, "set the ref", script, NULL, error);

  return done != NULL;
}

/*< private >
 * pawl_repo_ostree_push_ssh:
 * @source: a repository
 * @destination: `ssh://[USER@]HOST[:PORT]/PATH`; made when it is not there
 * @ref: what to bring
 * @delta: whether to make a static delta from what @destination had
 * @out_commit: (out) (transfer full): what @ref is
 * @error: return location
 *
 * Brings objects first, then the delta, then the ref: nobody is shown what is not there.
 *
 * Returns: %TRUE if @destination has it
 */
gboolean
pawl_repo_ostree_push_ssh (const char *source,
                           const char *destination,
                           const char *ref,
                           gboolean delta,
                           char **out_commit,
                           GError **error)
{
  g_auto (Host) host = {NULL, NULL, NULL, NULL};
  g_autofree char *commit = NULL;

  if (!parse (&host, destination, error))
    return FALSE;
  commit = pawl_repo_ostree_resolve (source, ref, error);
  if (commit == NULL)
    return FALSE;
  host.here = g_dir_make_tmp ("pawl-repo-push-XXXXXX", error);
  if (host.here == NULL || !push_objects (&host, source, commit, error) ||
      (delta && !push_delta (&host, ref, commit, error)) || !push_ref (&host, ref, commit, error))
    return FALSE;
  *out_commit = g_steal_pointer (&commit);
  return TRUE;
}
