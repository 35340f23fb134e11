/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-plugin-process.h"

#include <sys/socket.h>
#include <unistd.h>

/* From the spawn to set_up: an interpreter on a cold, slow disk takes seconds. */
#define CONNECT_MS (30 * 1000)
/* Longer than the pauses within one update, so that a plugin is started once for it. */
#define IDLE_MS (30 * 1000)
/* A process whose connection is closed has nothing left to do. */
#define LEAVE_MS       2000
#define MAX_BACK_OFF_S 300

typedef struct
{
  PawlPluginInfo *info; /* (owned) */
  GType interface;
  char *state_dir;         /* (owned) (nullable) */
  char *program;           /* (owned) */
  GStrv options;           /* (owned) */
  GStrv grants;            /* (owned): `ID:NEED` */
  GSubprocess *subprocess; /* (owned) (nullable) */
  GCancellable *gone;      /* (owned): cancelled when nobody is interested any more */
  guint leave_source;
  guint crashes;        /* in a row */
  gint64 not_before_us; /* of the monotonic clock */
} PawlPluginProcess;

static void
end_subprocess (PawlPluginProcess *self)
{
  g_clear_handle_id (&self->leave_source, g_source_remove);
  if (self->subprocess != NULL)
    g_subprocess_force_exit (self->subprocess);
  g_clear_object (&self->subprocess);
}

static void
process_free (gpointer data)
{
  PawlPluginProcess *self = data;

  g_cancellable_cancel (self->gone);
  end_subprocess (self);
  g_clear_object (&self->gone);
  g_clear_object (&self->info);
  g_strfreev (self->options);
  g_strfreev (self->grants);
  g_free (self->program);
  g_free (self->state_dir);
  g_free (self);
}

static void
note_crash (PawlPluginProcess *self)
{
  guint wait_s;

  self->crashes++;
  /* Once may be chance. */
  wait_s = self->crashes > 1 ? MIN (1u << MIN (self->crashes - 1, 10), MAX_BACK_OFF_S) : 0;
  self->not_before_us = g_get_monotonic_time () + (gint64) wait_s * G_USEC_PER_SEC;
  g_message ("plugin %s: its process crashed, %u times in a row; it rests for %u s",
             pawl_plugin_info_get_id (self->info), self->crashes, wait_s);
}

static void
on_exited (GObject *source, GAsyncResult *result, gpointer data)
{
  GSubprocess *subprocess = G_SUBPROCESS (source);
  PawlPluginProcess *self = data;

  /* Cancelled: @self is gone. */
  if (!g_subprocess_wait_finish (subprocess, result, NULL))
    return;
  if (g_subprocess_get_successful (subprocess))
    self->crashes = 0;
  else
    note_crash (self);
  if (self->subprocess == subprocess)
    {
      g_clear_handle_id (&self->leave_source, g_source_remove);
      g_clear_object (&self->subprocess);
    }
}

/* A plugin asks in its keyfile; the administrator gives. */
static gboolean
is_granted (PawlPluginProcess *self, const char *need)
{
  const char *id = pawl_plugin_info_get_id (self->info);
  g_autofree char *grant = g_strconcat (id, ":", need, NULL);

  if (g_strv_contains ((const char *const *) self->grants, grant))
    return TRUE;
  g_message ("plugin %s: it asks for %s and does not get it: add %s to plugin-grants= in the group "
             "[daemon] to allow that",
             id, need, grant);
  return FALSE;
}

static GStrv
make_argv (PawlPluginProcess *self)
{
  const char *const *needs = pawl_plugin_info_get_needs (self->info);
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (argv, g_strdup (self->program));
  for (guint i = 0; self->options[i] != NULL; i++)
    g_ptr_array_add (argv, g_strdup (self->options[i]));
  if (geteuid () == 0 && g_str_equal (self->program, PAWL_PLUGIN_HOST_PROGRAM))
    g_ptr_array_add (argv, g_strdup ("--user=pawl-plugin"));
  if (self->state_dir != NULL)
    g_ptr_array_add (argv, g_strconcat ("--state-dir=", self->state_dir, NULL));
  for (guint i = 0; needs[i] != NULL; i++)
    if (is_granted (self, needs[i]))
      g_ptr_array_add (argv, g_strconcat ("--grant=", needs[i], NULL));
  g_ptr_array_add (argv, g_strdup (pawl_plugin_info_get_path (self->info)));
  g_ptr_array_add (argv, g_strdup (pawl_plugin_interface_to_word (self->interface)));
  g_ptr_array_add (argv, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&argv), FALSE);
}

/* What the service manager says to the daemon is not for its plugins. */
static void
clean_environment (GSubprocessLauncher *launcher)
{
  static const char *const ours[] = {
    "NOTIFY_SOCKET", "WATCHDOG_USEC",  "WATCHDOG_PID",          "LISTEN_FDS", "LISTEN_PID",
    "INVOCATION_ID", "JOURNAL_STREAM", "CREDENTIALS_DIRECTORY", "MAINPID",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (ours); i++)
    g_subprocess_launcher_unsetenv (launcher, ours[i]);
}

static int
spawn (PawlPluginProcess *self, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  g_auto (GStrv) argv = make_argv (self);
  int fds[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_FAILED, "plugin %s: there is no socket pair",
                   pawl_plugin_info_get_id (self->info));
      return -1;
    }
  clean_environment (launcher);
  g_subprocess_launcher_take_fd (launcher, fds[0], 3);
  self->subprocess = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv, error);
  /* Without this the other end would stay open here, and a crash be noticed at the deadline only.
   */
  g_subprocess_launcher_close (launcher);
  if (self->subprocess == NULL)
    {
      g_prefix_error (error, "plugin %s: ", pawl_plugin_info_get_id (self->info));
      close (fds[1]);
      return -1;
    }
  g_subprocess_wait_async (self->subprocess, self->gone, on_exited, self);
  return fds[1];
}

static int
open_process (gpointer data, GError **error)
{
  PawlPluginProcess *self = data;
  const gint64 left_us = self->not_before_us - g_get_monotonic_time ();

  end_subprocess (self);
  if (left_us <= 0)
    return spawn (self, error);
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_BUSY,
               "plugin %s: its process crashed %u times in a row; the next try is in %u s",
               pawl_plugin_info_get_id (self->info), self->crashes,
               (guint) (left_us / G_USEC_PER_SEC + 1));
  return -1;
}

static gboolean
on_leave (gpointer data)
{
  PawlPluginProcess *self = data;

  self->leave_source = 0;
  end_subprocess (self);
  return G_SOURCE_REMOVE;
}

static void
on_closed (GObject *proxy, gpointer data)
{
  PawlPluginProcess *self = data;

  if (self->subprocess != NULL && self->leave_source == 0)
    self->leave_source = g_timeout_add (LEAVE_MS, on_leave, self);
}

static void
on_proxy (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = data;
  PawlPluginProcess **holder = g_task_get_task_data (task);
  GError *error = NULL;
  GObject *proxy = pawl_proxy_new_finish (result, &error);

  if (proxy == NULL)
    {
      g_prefix_error (&error, "plugin %s: ", pawl_plugin_info_get_id ((*holder)->info));
      g_task_return_error (task, error);
      return;
    }
  g_signal_connect (proxy, "closed", G_CALLBACK (on_closed), *holder);
  pawl_proxy_set_reopen (proxy, IDLE_MS, open_process, g_steal_pointer (holder), process_free);
  g_task_return_pointer (task, proxy, g_object_unref);
}

static void
holder_free (gpointer data)
{
  PawlPluginProcess **holder = data;

  g_clear_pointer (holder, process_free);
  g_free (holder);
}

static PawlPluginProcess *
process_new (PawlPluginInfo *info,
             GType interface,
             PawlContext *context,
             const PawlPluginProcessConfig *config)
{
  PawlPluginProcess *self = g_new0 (PawlPluginProcess, 1);
  g_autoptr (GStrvBuilder) options = g_strv_builder_new ();

  if (config->options != NULL)
    g_strv_builder_addv (options, (const char **) config->options);
  if (config->check_owner)
    g_strv_builder_add (options, "--check-owner");
  self->info = g_object_ref (info);
  self->interface = interface;
  self->state_dir = g_strdup (pawl_context_get_state_dir (context));
  self->program = g_strdup (config->program != NULL ? config->program : PAWL_PLUGIN_HOST_PROGRAM);
  self->options = g_strv_builder_end (options);
  self->grants = config->grants != NULL ? g_strdupv ((GStrv) config->grants) : g_new0 (char *, 1);
  self->gone = g_cancellable_new ();
  return self;
}

void
pawl_plugin_process_create_async (PawlPluginInfo *info,
                                  GType interface,
                                  PawlContext *context,
                                  const PawlPluginProcessConfig *config,
                                  GCancellable *cancellable,
                                  GAsyncReadyCallback callback,
                                  gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  PawlPluginProcess **holder = g_new0 (PawlPluginProcess *, 1);
  GError *error = NULL;
  int fd;

  g_task_set_source_tag (task, pawl_plugin_process_create_async);
  g_task_set_task_data (task, holder, holder_free);
  *holder = process_new (info, interface, context, config);
  fd = open_process (*holder, &error);
  if (fd < 0)
    g_task_return_error (task, error);
  else
    pawl_proxy_new_async (interface, fd, context, CONNECT_MS, cancellable, on_proxy,
                          g_steal_pointer (&task));
}

GObject *
pawl_plugin_process_create_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}
