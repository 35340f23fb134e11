/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-repo-ostree.h"

#include "pawl-repo-error.h"

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
