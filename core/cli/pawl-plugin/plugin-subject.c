/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "plugin-subject.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <sys/socket.h>
#include <unistd.h>

void
plugin_subject_clear (PluginSubject *self)
{
  g_free (self->program);
  g_free (self->scripts);
  g_strfreev (self->settings);
  g_strfreev (self->grants);
  g_free (self->world);
  g_free (self->path);
  g_free (self->word);
}

PawlContext *
plugin_subject_make_context (const PluginSubject *self,
                             const char *folder,
                             char **more,
                             GError **error)
{
  g_autoptr (GKeyFile) keyfile = pawl_plugin_tool_load (self->path, error);
  g_autoptr (GStrvBuilder) settings = g_strv_builder_new ();
  g_auto (GStrv) all = NULL;
  g_autofree char *state_dir = g_build_filename (folder, "state", NULL);

  if (keyfile == NULL)
    return NULL;
  if (more != NULL)
    g_strv_builder_addv (settings, (const char **) more);
  if (self->settings != NULL)
    g_strv_builder_addv (settings, (const char **) self->settings);
  all = g_strv_builder_end (settings);
  if (g_mkdir_with_parents (state_dir, 0700) < 0)
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_STORAGE, "%s: cannot make the folder: %s",
                   state_dir, g_strerror (errno));
      return NULL;
    }
  return pawl_plugin_tool_context_new (keyfile, state_dir, all, error);
}

static GStrv
make_argv (const PluginSubject *self, PawlContext *context, const char *folder)
{
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (argv, g_strdup (self->program));
  g_ptr_array_add (argv, g_strconcat ("--state-dir=", pawl_context_get_state_dir (context), NULL));
  g_ptr_array_add (argv, g_strconcat ("--write=", folder, NULL));
  if (self->scripts != NULL)
    g_ptr_array_add (argv, g_strconcat ("--scripts=", self->scripts, NULL));
  for (guint i = 0; self->grants != NULL && self->grants[i] != NULL; i++)
    g_ptr_array_add (argv, g_strconcat ("--grant=", self->grants[i], NULL));
  g_ptr_array_add (argv, g_strdup (self->path));
  g_ptr_array_add (argv, g_strdup (self->word));
  g_ptr_array_add (argv, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&argv), FALSE);
}

static int
spawn (const PluginSubject *self, PawlContext *context, const char *folder, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  g_auto (GStrv) argv = make_argv (self, context, folder);
  g_autoptr (GSubprocess) subprocess = NULL;
  int fds[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_FAILED, "there is no socket pair: %s",
                   g_strerror (errno));
      return -1;
    }
  g_subprocess_launcher_take_fd (launcher, fds[0], 3);
  /* As the daemon does it. */
  g_subprocess_launcher_setenv (launcher, "GSETTINGS_BACKEND", "memory", TRUE);
  g_subprocess_launcher_setenv (launcher, "TMPDIR", pawl_context_get_state_dir (context), TRUE);
  subprocess = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv, error);
  g_subprocess_launcher_close (launcher);
  if (subprocess != NULL)
    return fds[1];
  close (fds[1]);
  return -1;
}

static void
keep (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

GObject *
plugin_subject_open (const PluginSubject *self,
                     PawlContext *context,
                     const char *folder,
                     guint timeout_ms,
                     GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  const int fd = spawn (self, context, folder, error);

  if (fd < 0)
    return NULL;
  pawl_proxy_new_async (pawl_plugin_tool_interface (self->word), fd, context, timeout_ms, NULL,
                        keep, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return pawl_proxy_new_finish (result, error);
}

/* A plugin's scripts may leave folders in folders. */
void
plugin_subject_remove_folder (const char *folder)
{
  const char *const argv[] = {"rm", "-rf", "--", folder, NULL};

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL,
                NULL);
}
