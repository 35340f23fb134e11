/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-repo-work.h"

#include "pawl-repo-envelope.h"
#include "pawl-repo-error.h"
#include "pawl-repo-file.h"
#include "pawl-repo-profile.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#define FORMAT "1"

static const char ignored[] = "# The targets' bytes are large: keep them where large files are "
                              "kept, or take this line out.\ncontent/\n.lock\n";

void
pawl_repo_work_free (PawlRepoWork *self)
{
  g_free (self->folder);
  g_clear_pointer (&self->config, g_key_file_unref);
  if (self->lock >= 0)
    close (self->lock);
  g_free (self);
}

/* ---- where things are ---- */

/*< private >
 * pawl_repo_work_dup_path:
 * @self: a work folder
 * @first: a name in it, and more of them
 *
 * Returns: (transfer full): the path
 */
char *
pawl_repo_work_dup_path (PawlRepoWork *self, const char *first, ...)
{
  GString *path = g_string_new (self->folder);
  va_list args;

  va_start (args, first);
  for (const char *name = first; name != NULL; name = va_arg (args, const char *))
    g_string_append_printf (path, "/%s", name);
  va_end (args);
  return g_string_free (path, FALSE);
}

static char *
dup_file_name (const char *name)
{
  g_autofree char *escaped = g_uri_escape_string (name, NULL, FALSE);

  return g_strconcat (escaped, ".json", NULL);
}

char *
pawl_repo_work_dup_key_path (PawlRepoWork *self, const char *name)
{
  g_autofree char *file = dup_file_name (name);

  return pawl_repo_work_dup_path (self, "keys", file, NULL);
}

char *
pawl_repo_work_dup_staged_path (PawlRepoWork *self, const char *role)
{
  g_autofree char *file = dup_file_name (role);

  return pawl_repo_work_dup_path (self, "staged", file, NULL);
}

char *
pawl_repo_work_dup_content_path (PawlRepoWork *self, const char *sha256)
{
  return pawl_repo_work_dup_path (self, "content", sha256, NULL);
}

static gboolean
is_top_level (const char *role)
{
  return pawl_repo_type_of_role (role) != PAWL_TUF_TYPE_TARGETS || g_str_equal (role, "targets");
}

/*< private >
 * pawl_repo_work_dup_role_path:
 * @self: a work folder
 * @role: a role
 * @version: of a root; of no importance for others
 *
 * Returns: (transfer full): where the signed file is
 */
char *
pawl_repo_work_dup_role_path (PawlRepoWork *self, const char *role, gint64 version)
{
  g_autofree char *file = NULL;

  if (g_str_equal (role, "root"))
    {
      file = g_strdup_printf ("%" G_GINT64_FORMAT ".root.json", version);
      return pawl_repo_work_dup_path (self, "root", file, NULL);
    }
  file = dup_file_name (role);
  return is_top_level (role) ? pawl_repo_work_dup_path (self, "roles", file, NULL)
                             : pawl_repo_work_dup_path (self, "roles", "delegations", file, NULL);
}

/* ---- making and opening ---- */

static void
fill_config (PawlRepoWork *self, const char *name, const PawlRepoProfile *profile)
{
  g_key_file_set_string (self->config, "repository", "format", FORMAT);
  g_key_file_set_string (self->config, "repository", "name", name);
  g_key_file_set_string (self->config, "repository", "profile", profile->name);
  g_key_file_set_string (self->config, "repository", "dialect",
                         self->dialect == PAWL_TUF_DIALECT_ATS ? "ats" : "tuf");
  for (guint i = 0; i < G_N_ELEMENTS (profile->roles); i++)
    g_key_file_set_string (self->config, "lifetime", profile->roles[i].role,
                           profile->roles[i].lifetime);
}

/*< private >
 * pawl_repo_work_create:
 * @folder: where; made when it is not there
 * @name: what the repository is called
 * @profile: one of #PawlRepoProfile
 * @dialect: how its metadata is written
 * @error: return location
 *
 * Returns: %TRUE when there is a work folder without roles
 */
gboolean
pawl_repo_work_create (const char *folder,
                       const char *name,
                       const char *profile_name,
                       PawlTufDialect dialect,
                       GError **error)
{
  const PawlRepoProfile *profile = pawl_repo_profile_find (profile_name, error);
  g_autoptr (PawlRepoWork) self = g_new0 (PawlRepoWork, 1);
  g_autoptr (GBytes) bytes = g_bytes_new_static (ignored, strlen (ignored));
  g_autofree char *config = NULL;
  g_autofree char *ignore = NULL;

  self->lock = -1;
  self->folder = g_strdup (folder);
  self->dialect = dialect;
  self->config = g_key_file_new ();
  if (profile == NULL)
    return FALSE;
  config = pawl_repo_work_dup_path (self, "repo.conf", NULL);
  ignore = pawl_repo_work_dup_path (self, ".gitignore", NULL);
  if (g_file_test (config, G_FILE_TEST_EXISTS))
    return pawl_repo_fail (error, PAWL_REPO_ERROR_CONFLICT, "%s: there is a repository already",
                           config);
  fill_config (self, name, profile);
  /* The configuration comes last: with it, the folder is a repository. */
  return pawl_repo_file_write_changed (ignore, bytes, error) &&
         pawl_repo_work_save_config (self, error);
}

static gboolean
take_lock (PawlRepoWork *self, GError **error)
{
  g_autofree char *path = pawl_repo_work_dup_path (self, ".lock", NULL);

  self->lock = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (self->lock < 0)
    return pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED, "open %s: %s", path, g_strerror (errno));
  if (flock (self->lock, LOCK_EX | LOCK_NB) == 0)
    return TRUE;
  return pawl_repo_fail (error, PAWL_REPO_ERROR_CONFLICT,
                         "%s: another pawl-repo is at work here: wait for it", self->folder);
}

static gboolean
read_config (PawlRepoWork *self, GError **error)
{
  g_autofree char *path = pawl_repo_work_dup_path (self, "repo.conf", NULL);
  g_autofree char *format = NULL;
  g_autofree char *dialect = NULL;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return pawl_repo_fail (error, PAWL_REPO_ERROR_USAGE,
                           "%s: there is no repository here: run “pawl-repo init”, or name its "
                           "folder with -C",
                           self->folder);
  if (!g_key_file_load_from_file (self->config, path, G_KEY_FILE_KEEP_COMMENTS, error))
    {
      g_prefix_error (error, "%s: ", path);
      return FALSE;
    }
  format = g_key_file_get_string (self->config, "repository", "format", NULL);
  dialect = g_key_file_get_string (self->config, "repository", "dialect", NULL);
  if (g_strcmp0 (format, FORMAT) != 0)
    return pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED,
                           "%s: format is “%s”, wanted " FORMAT ": use the pawl-repo that made it",
                           path, format != NULL ? format : "");
  self->dialect = g_strcmp0 (dialect, "ats") == 0 ? PAWL_TUF_DIALECT_ATS : PAWL_TUF_DIALECT_TUF;
  return self->dialect == PAWL_TUF_DIALECT_ATS || g_strcmp0 (dialect, "tuf") == 0 ||
         pawl_repo_fail (error, PAWL_REPO_ERROR_FAILED, "%s: dialect is “%s”, wanted tuf or ats",
                         path, dialect != NULL ? dialect : "");
}

/*< private >
 * pawl_repo_work_open:
 * @folder: a work folder
 * @error: return location
 *
 * Returns: (transfer full): the work folder, locked
 */
PawlRepoWork *
pawl_repo_work_open (const char *folder, GError **error)
{
  g_autoptr (PawlRepoWork) self = g_new0 (PawlRepoWork, 1);

  self->lock = -1;
  self->folder = g_strdup (folder);
  self->config = g_key_file_new ();
  return read_config (self, error) && take_lock (self, error) ? g_steal_pointer (&self) : NULL;
}
