/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-repo-ostree.h"

#include "pawl-repo-error.h"
#include "pawl-repo-file.h"

#include <gio/gio.h>
#include <string.h>

static char *
run (const char *const *argv, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GSubprocess) process =
    g_subprocess_newv (argv, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE,
                       &local_error);
  g_autofree char *out = NULL;
  g_autofree char *err = NULL;

  if (process != NULL &&
      g_subprocess_communicate_utf8 (process, NULL, NULL, &out, &err, &local_error) &&
      g_subprocess_get_successful (process))
    return g_strchomp (g_steal_pointer (&out));
  pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED, "%s %s: %s", argv[0], argv[1],
                  local_error != NULL ? local_error->message : g_strchomp (err));
  return NULL;
}

static gboolean
is_checksum (const char *text)
{
  return strlen (text) == 64 && strspn (text, "0123456789abcdef") == 64;
}

/*< private >
 * pawl_repo_ostree_resolve:
 * @repository: a repository's folder
 * @commit_or_ref: what to look for
 * @error: return location
 *
 * Returns: (transfer full): the commit's id; the commit is there
 */
char *
pawl_repo_ostree_resolve (const char *repository, const char *commit_or_ref, GError **error)
{
  g_autofree char *option = g_strconcat ("--repo=", repository, NULL);
  const char *const parse[] = {"ostree", "rev-parse", option, commit_or_ref, NULL};
  g_autofree char *commit = run (parse, error);
  const char *const show[] = {"ostree", "show", option, commit, NULL};
  g_autofree char *shown = NULL;

  if (commit == NULL)
    return NULL;
  if (!is_checksum (commit))
    {
      pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED, "%s: %s is “%s”, wanted a commit", repository,
                      commit_or_ref, commit);
      return NULL;
    }
  shown = run (show, error);
  return shown != NULL ? g_steal_pointer (&commit) : NULL;
}

static gboolean
runs (const char *const *argv, GError **error)
{
  g_autofree char *out = run (argv, error);

  return out != NULL;
}

static gboolean
ensure_repository (const char *option, const char *folder, GError **error)
{
  const char *const init[] = {"ostree", "init", option, "--mode=archive", NULL};
  g_autofree char *config = g_build_filename (folder, "config", NULL);

  return g_file_test (config, G_FILE_TEST_EXISTS) || runs (init, error);
}

/*< private >
 * pawl_repo_ostree_copy:
 * @source: a repository
 * @destination: another one, made when it is not there
 * @commit: what to bring
 * @error: return location
 *
 * Returns: %TRUE if @destination has the commit, without a ref
 */
gboolean
pawl_repo_ostree_copy (const char *source,
                       const char *destination,
                       const char *commit,
                       GError **error)
{
  g_autofree char *option = g_strconcat ("--repo=", destination, NULL);
  const char *const pull[] = {"ostree", "pull-local", option, source, commit, NULL};

  return pawl_repo_file_make_parent (destination, error) &&
         ensure_repository (option, destination, error) && runs (pull, error);
}

/* From what @ref is at the destination, when it is something else there. */
static gboolean
make_delta (const char *option, const char *ref, const char *commit, GError **error)
{
  const char *const parse[] = {"ostree", "rev-parse", option, ref, NULL};
  g_autofree char *former = run (parse, NULL);
  g_autofree char *from = g_strconcat ("--from=", former, NULL);
  g_autofree char *to = g_strconcat ("--to=", commit, NULL);
  const char *const generate[] = {"ostree", "static-delta", "generate", option, from, to, NULL};

  return former == NULL || g_str_equal (former, commit) || runs (generate, error);
}

/*< private >
 * pawl_repo_ostree_push:
 * @source: a repository
 * @destination: another one, made when it is not there
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
pawl_repo_ostree_push (const char *source,
                       const char *destination,
                       const char *ref,
                       gboolean delta,
                       char **out_commit,
                       GError **error)
{
  g_autofree char *option = g_strconcat ("--repo=", destination, NULL);
  g_autofree char *commit = pawl_repo_ostree_resolve (source, ref, error);
  const char *const objects[] = {"ostree", "pull-local", option, source, commit, NULL};
  const char *const refs[] = {"ostree", "pull-local", option, source, ref, NULL};
  const char *const summary[] = {"ostree", "summary", option, "--update", NULL};

  if (commit == NULL || !ensure_repository (option, destination, error) || !runs (objects, error) ||
      (delta && !make_delta (option, ref, commit, error)) || !runs (refs, error) ||
      !runs (summary, error))
    return FALSE;
  *out_commit = g_steal_pointer (&commit);
  return TRUE;
}
