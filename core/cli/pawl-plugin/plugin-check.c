/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-plugin-tool.h"

#include <sys/socket.h>
#include <unistd.h>

/* Runs a plugin as the daemon would run a stranger's, calls every method of its interfaces, and
 * says for each whether the contract was kept. What the methods do is not known here, so an error
 * is as good as success; a wrong answer, a crash and a silence are not. The contract suites of
 * pawl-testing-1, in the plugin's own tests, know more. */

#define TIMEOUT_MS (20 * 1000)

typedef struct
{
  char *program;   /* (owned) */
  char *scripts;   /* (owned) (nullable) */
  char **settings; /* (owned) (nullable) */
  const char *path;
  const char *word;
  PawlContext *context;
  GSubprocess *subprocess; /* (owned) (nullable) */
  GObject *proxy;          /* (owned) (nullable) */
  guint broken;
} Check;

/* With each: what it needs is made up here. */
typedef void (*Start) (GObject *proxy, guint timeout_ms, GCancellable *cancel, gpointer result);

static void
keep (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static GAsyncResult *
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return *result;
}

static PawlTarget *
make_target (void)
{
  return pawl_target_new_from_variant (
    g_variant_new_parsed ("{'name': <'check.bin'>, 'length': <uint64 5>, 'version': <'1'>}"), NULL);
}

static PawlPayload *
make_payload (void)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("hello", 5);

  return pawl_payload_new_for_bytes (bytes, NULL);
}

static const char *const nowhere[] = {"check:/nowhere", NULL};

#define START(name, ...)                                                                           \
  static void start_##name (GObject *proxy, guint timeout_ms, GCancellable *cancel,                \
                            gpointer result)                                                       \
  {                                                                                                \
    g_autoptr (PawlTarget) target = make_target ();                                                \
    g_autoptr (PawlPayload) payload = make_payload ();                                             \
                                                                                                   \
    pawl_##name##_async ((gpointer) proxy, __VA_ARGS__);                                           \
  }
#define TAIL   timeout_ms, cancel, keep, result
#define TAIL_M timeout_ms, NULL, cancel, keep, result

START (transport_fetch, nowhere, 1024, NULL, TAIL)
START (transport_estimate, target, nowhere, NULL, TAIL)
START (verifier_check, NULL, TAIL_M)
START (verifier_verify, target, payload, NULL, TAIL_M)
START (installer_describe_installed, NULL, TAIL)
START (installer_can_install, target, NULL, TAIL)
START (installer_install, target, payload, NULL, TAIL_M)
START (installer_revert, target, NULL, TAIL)
START (installer_clean_up, NULL, TAIL)
START (boot_control_get_status, NULL, TAIL)
START (confirmer_check, NULL, TAIL)
START (confirmer_end_trial, PAWL_VERDICT_FAIL, NULL, TAIL)

static const struct
{
  const char *word;
  const char *method;
  Start start;
} methods[] = {
  {"transport",    "fetch",              start_transport_fetch             },
  {"transport",    "estimate",           start_transport_estimate          },
  {"verifier",     "check",              start_verifier_check              },
  {"verifier",     "verify",             start_verifier_verify             },
  {"installer",    "describe_installed", start_installer_describe_installed},
  {"installer",    "can_install",        start_installer_can_install       },
  {"installer",    "install",            start_installer_install           },
  {"installer",    "revert",             start_installer_revert            },
  {"installer",    "clean_up",           start_installer_clean_up          },
  {"boot-control", "get_status",         start_boot_control_get_status     },
  {"confirmer",    "check",              start_confirmer_check             },
  {"confirmer",    "end_trial",          start_confirmer_end_trial         },
};

static int
spawn (Check *self, GError **error)
{
  g_autoptr (GSubprocessLauncher) launcher =
    g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_SILENCE);
  g_autofree char *state =
    g_strconcat ("--state-dir=", pawl_context_get_state_dir (self->context), NULL);
  g_autofree char *scripts = g_strconcat ("--scripts=", self->scripts, NULL);
  const char *argv[] = {self->program, state, self->path, self->word, NULL, NULL};
  int fds[2];

  if (self->scripts != NULL)
    argv[4] = scripts;
  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, fds) < 0)
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_FAILED, "there is no socket pair");
      return -1;
    }
  g_subprocess_launcher_take_fd (launcher, fds[0], 3);
  self->subprocess = g_subprocess_launcher_spawnv (launcher, argv, error);
  g_subprocess_launcher_close (launcher);
  if (self->subprocess != NULL)
    return fds[1];
  close (fds[1]);
  return -1;
}

static gboolean
open_plugin (Check *self, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  int fd;

  g_clear_object (&self->proxy);
  g_clear_object (&self->subprocess);
  fd = spawn (self, error);
  if (fd < 0)
    return FALSE;
  pawl_proxy_new_async (pawl_plugin_tool_interface (self->word), fd, self->context, TIMEOUT_MS,
                        NULL, keep, &result);
  self->proxy = pawl_proxy_new_finish (wait_for (&result), error);
  return self->proxy != NULL;
}

static void
judge (Check *self, const char *method, const char *how, const GError *error, gboolean patient)
{
  const gboolean broken = g_error_matches (error, PAWL_ERROR, PAWL_ERROR_PLUGIN) ||
                          (patient && g_error_matches (error, PAWL_ERROR, PAWL_ERROR_TIMED_OUT));

  if (broken)
    self->broken++;
  g_print ("  %-6s %-20s %s%s%s\n", broken ? "BROKEN" : "ok", method, how,
           error != NULL ? ": " : "", error != NULL ? error->message : "");
}

/* The answer itself, before any finish function: what those check is the daemon's business. */
static GError *
call (Check *self, Start start, guint timeout_ms, GCancellable *cancel, guint turns)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) open_error = NULL;
  GError *error = NULL;

  if (!open_plugin (self, &open_error))
    return g_steal_pointer (&open_error);
  start (self->proxy, timeout_ms, cancel, &result);
  for (guint i = 0; i < turns && result == NULL; i++)
    g_main_context_iteration (NULL, TRUE);
  if (turns > 0)
    g_cancellable_cancel (cancel);
  g_task_propagate_pointer (G_TASK (wait_for (&result)), &error);
  return error;
}

static void
check_method (Check *self, const char *method, Start start)
{
  g_autoptr (GError) plain = call (self, start, TIMEOUT_MS, NULL, 0);
  g_autoptr (GError) late = NULL;

  judge (self, method, plain == NULL ? "answers" : "refuses", plain, TRUE);
  late = call (self, start, 1, NULL, 0);
  judge (self, method, "with a deadline of 1 ms", late, FALSE);
  for (guint turns = 1; turns <= 3; turns++)
    {
      g_autoptr (GCancellable) cancel = g_cancellable_new ();
      g_autoptr (GError) error = call (self, start, TIMEOUT_MS, cancel, turns);

      judge (self, method, "cancelled", error, TRUE);
    }
}

static void
check_interface (Check *self)
{
  g_autoptr (GError) error = NULL;

  g_print ("%s\n", self->word);
  if (!open_plugin (self, &error))
    {
      judge (self, "set_up", "does not come up", error, TRUE);
      self->broken += g_error_matches (error, PAWL_ERROR, PAWL_ERROR_PLUGIN) ? 0 : 1;
      return;
    }
  judge (self, "set_up", "comes up", NULL, TRUE);
  for (gsize i = 0; i < G_N_ELEMENTS (methods); i++)
    if (g_str_equal (methods[i].word, self->word))
      check_method (self, methods[i].method, methods[i].start);
}

static gboolean
check_all (Check *self, GError **error)
{
  g_autoptr (GKeyFile) keyfile = pawl_plugin_tool_load (self->path, error);
  g_autofree char *folder = NULL;
  g_auto (GStrv) provides = NULL;

  if (keyfile == NULL)
    return FALSE;
  folder = g_dir_make_tmp ("pawl-check-XXXXXX", error);
  if (folder == NULL)
    return FALSE;
  self->context = pawl_plugin_tool_context_new (keyfile, folder, self->settings, error);
  if (self->context == NULL)
    return FALSE;
  provides = g_key_file_get_string_list (keyfile, "Plugin", "Provides", NULL, NULL);
  for (guint i = 0; provides[i] != NULL; i++)
    {
      self->word = provides[i];
      check_interface (self);
    }
  if (rmdir (folder) < 0)
    g_print ("What it kept is in %s\n", folder);
  return TRUE;
}

int
pawl_plugin_tool_check (int argc, char **argv)
{
  Check self = {NULL};
  const GOptionEntry entries[] = {
    {"host",         0, 0, G_OPTION_ARG_FILENAME, &self.program, "The pawl-plugin-host to use", "PROGRAM"},
    {"scripts",             0, 0, G_OPTION_ARG_FILENAME, &self.scripts, "Its folder of scripts", "FOLDER"},
    {"set", 0, 0, G_OPTION_ARG_STRING_ARRAY, &self.settings, "A setting of the plugin",
     "KEY=VALUE"},
    {NULL    },
  };
  g_autoptr (GOptionContext) options = g_option_context_new ("FILE.plugin");
  g_autoptr (GError) error = NULL;
  gboolean done;

  g_option_context_add_main_entries (options, entries, NULL);
  if (!g_option_context_parse (options, &argc, &argv, &error) || argc != 2)
    {
      g_printerr ("pawl-plugin: %s\n", error != NULL ? error->message : "see --help");
      return 2;
    }
  if (self.program == NULL)
    self.program = g_strdup (PAWL_PLUGIN_HOST_PROGRAM);
  self.path = argv[1];
  done = check_all (&self, &error);
  g_clear_object (&self.proxy);
  g_clear_object (&self.subprocess);
  g_clear_object (&self.context);
  if (!done)
    g_printerr ("pawl-plugin: %s\n", error->message);
  else if (self.broken > 0)
    g_print ("%s breaks the contract %u times\n", self.path, self.broken);
  else
    g_print ("%s keeps the contract\n", self.path);
  return done && self.broken == 0 ? 0 : 1;
}
