/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-plugin-process.h"

#include <sys/socket.h>
#include <unistd.h>

/* From the spawn to set_up: an interpreter on a cold, slow disk takes seconds. */
#define CONNECT_MS (30 * 1000)
/* A process whose connection is closed has nothing left to do. */
#define LEAVE_MS       2000
#define MAX_BACK_OFF_S 300

typedef struct
{
  PawlPluginEntry *entry; /* (owned) */
  GType interface;
  char *state_dir;         /* (owned) (nullable) */
  GStrv files;             /* (owned): `--read=` or `--write=` of what the settings name */
  char *program;           /* (owned) */
  GStrv options;           /* (owned) */
  GStrv grants;            /* (owned): `ID:NEED` */
  GSubprocess *subprocess; /* (owned) (nullable) */
  GCancellable *gone;      /* (owned): cancelled when nobody is interested any more */
  guint idle_ms;
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
  g_clear_pointer (&self->entry, pawl_plugin_entry_unref);
  g_strfreev (self->options);
  g_strfreev (self->grants);
  g_free (self->program);
  g_strfreev (self->files);
  g_free (self->state_dir);
  g_free (self);
}

static char *
describe_end (GSubprocess *subprocess)
{
  if (g_subprocess_get_if_signaled (subprocess))
    return g_strdup_printf ("its process was ended by signal %d (%s)",
                            g_subprocess_get_term_sig (subprocess),
                            g_strsignal (g_subprocess_get_term_sig (subprocess)));
  return g_strdup_printf ("its process ended with status %d",
                          g_subprocess_get_exit_status (subprocess));
}

static void
note_crash (PawlPluginProcess *self, GSubprocess *subprocess)
{
  g_autofree char *how = describe_end (subprocess);
  guint wait_s;

  pawl_plugin_entry_note_crash (self->entry, how);
  self->crashes++;
  /* Once may be chance. */
  wait_s = self->crashes > 1 ? MIN (1u << MIN (self->crashes - 1, 10), MAX_BACK_OFF_S) : 0;
  self->not_before_us = g_get_monotonic_time () + (gint64) wait_s * G_USEC_PER_SEC;
  g_message ("plugin %s: %s, %u times in a row; it rests for %u s", self->entry->id, how,
             self->crashes, wait_s);
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
    note_crash (self, subprocess);
  if (self->subprocess == subprocess)
    {
      g_clear_handle_id (&self->leave_source, g_source_remove);
      g_clear_object (&self->subprocess);
    }
}

/* A plugin asks in its keyfile; the administrator gives. */
static gboolean
is_granted (PawlPluginInfo *info, const char *const *grants, const char *need)
{
  g_autofree char *grant = g_strconcat (pawl_plugin_info_get_id (info), ":", need, NULL);

  return grants != NULL && g_strv_contains (grants, grant);
}

GStrv
pawl_plugin_process_dup_granted (PawlPluginInfo *info, const char *const *grants)
{
  const char *const *needs = pawl_plugin_info_get_needs (info);
  g_autoptr (GStrvBuilder) granted = g_strv_builder_new ();

  for (guint i = 0; needs[i] != NULL; i++)
    if (is_granted (info, grants, needs[i]))
      g_strv_builder_add (granted, needs[i]);
  return g_strv_builder_end (granted);
}

static void
tell_what_is_not_granted (PawlPluginProcess *self)
{
  const char *const *needs = pawl_plugin_info_get_needs (self->entry->info);

  for (guint i = 0; needs[i] != NULL; i++)
    if (!is_granted (self->entry->info, (const char *const *) self->grants, needs[i]))
      g_message ("plugin %s: it asks for %s and does not get it: add %s:%s to plugin-grants= in "
                 "the group [daemon] to allow that",
                 self->entry->id, needs[i], self->entry->id, needs[i]);
}

static GStrv
make_argv (PawlPluginProcess *self)
{
  g_auto (GStrv) granted =
    pawl_plugin_process_dup_granted (self->entry->info, (const char *const *) self->grants);
  g_autoptr (GPtrArray) argv = g_ptr_array_new_with_free_func (g_free);

  g_ptr_array_add (argv, g_strdup (self->program));
  for (guint i = 0; self->options[i] != NULL; i++)
    g_ptr_array_add (argv, g_strdup (self->options[i]));
  if (geteuid () == 0 && g_str_equal (self->program, PAWL_PLUGIN_HOST_PROGRAM))
    g_ptr_array_add (argv, g_strdup ("--user=pawl-plugin"));
  if (self->state_dir != NULL)
    g_ptr_array_add (argv, g_strconcat ("--state-dir=", self->state_dir, NULL));
  for (guint i = 0; self->files[i] != NULL; i++)
    g_ptr_array_add (argv, g_strdup (self->files[i]));
  for (guint i = 0; granted[i] != NULL; i++)
    g_ptr_array_add (argv, g_strconcat ("--grant=", granted[i], NULL));
  g_ptr_array_add (argv, g_strdup (pawl_plugin_info_get_path (self->entry->info)));
  g_ptr_array_add (argv, g_strdup (pawl_plugin_interface_to_word (self->interface)));
  g_ptr_array_add (argv, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&argv), FALSE);
}

/* A file that is written is replaced, which is a matter of its folder. */
static char *
dup_write_option (const char *path)
{
  g_autofree char *folder = NULL;

  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    return g_strconcat ("--write=", path, NULL);
  folder = g_path_get_dirname (path);
  return g_strconcat ("--write=", folder, NULL);
}

/* Who configures a path for a plugin wants it to be used: it can be read, and written to by whom
 * the administrator gave that. */
static GStrv
dup_file_options (PawlPluginInfo *info, PawlContext *context, const char *const *grants)
{
  const gboolean writes = is_granted (info, grants, "files") ||
                          is_granted (info, grants, "block") || is_granted (info, grants, "efi");
  g_autoptr (GPtrArray) options = g_ptr_array_new_with_free_func (g_free);
  GVariant *settings = pawl_context_get_settings (context);

  for (const PawlKey *key = pawl_plugin_info_get_keys (info); key->name != NULL; key++)
    {
      const char *path;

      if (key->type == PAWL_KEY_PATH && g_variant_lookup (settings, key->name, "&s", &path) &&
          g_path_is_absolute (path))
        g_ptr_array_add (options,
                         writes ? dup_write_option (path) : g_strconcat ("--read=", path, NULL));
    }
  g_ptr_array_add (options, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&options), FALSE);
}

/* What the service manager says to the daemon is not for its plugins. */
static void
set_environment (PawlPluginProcess *self, GSubprocessLauncher *launcher)
{
  static const char *const ours[] = {
    "NOTIFY_SOCKET", "WATCHDOG_USEC",  "WATCHDOG_PID",          "LISTEN_FDS", "LISTEN_PID",
    "INVOCATION_ID", "JOURNAL_STREAM", "CREDENTIALS_DIRECTORY", "MAINPID",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (ours); i++)
    g_subprocess_launcher_unsetenv (launcher, ours[i]);
  /* Libraries ask for a desktop's settings, and the usual place of these is closed to the process.
   */
  g_subprocess_launcher_setenv (launcher, "GSETTINGS_BACKEND", "memory", TRUE);
  /* Temporary files are written where anything is. */
  if (self->state_dir != NULL)
    g_subprocess_launcher_setenv (launcher, "TMPDIR", self->state_dir, TRUE);
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
                   self->entry->id);
      return -1;
    }
  set_environment (self, launcher);
  g_subprocess_launcher_take_fd (launcher, fds[0], 3);
  self->subprocess = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv, error);
  /* Without this the other end would stay open here, and a crash be noticed at the deadline only.
   */
  g_subprocess_launcher_close (launcher);
  if (self->subprocess == NULL)
    {
      g_prefix_error (error, "plugin %s: ", self->entry->id);
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
               self->entry->id, self->crashes, (guint) (left_us / G_USEC_PER_SEC + 1));
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
      g_prefix_error (&error, "plugin %s: ", (*holder)->entry->id);
      g_task_return_error (task, error);
      return;
    }
  g_signal_connect (proxy, "closed", G_CALLBACK (on_closed), *holder);
  pawl_proxy_set_reopen (proxy, (*holder)->idle_ms, open_process, *holder, process_free);
  *holder = NULL;
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
process_new (PawlPluginEntry *entry,
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
  self->entry = pawl_plugin_entry_ref (entry);
  self->interface = interface;
  self->state_dir = g_strdup (pawl_context_get_state_dir (context));
  self->program = g_strdup (config->program != NULL ? config->program : PAWL_PLUGIN_HOST_PROGRAM);
  self->options = g_strv_builder_end (options);
  self->grants = config->grants != NULL ? g_strdupv ((GStrv) config->grants) : g_new0 (char *, 1);
  self->files = dup_file_options (entry->info, context, (const char *const *) self->grants);
  self->idle_ms = config->idle_ms;
  self->gone = g_cancellable_new ();
  return self;
}

void
pawl_plugin_process_create_async (PawlPluginEntry *entry,
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
  *holder = process_new (entry, interface, context, config);
  tell_what_is_not_granted (*holder);
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
