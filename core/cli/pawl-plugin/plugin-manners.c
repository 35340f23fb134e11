/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "plugin-promises.h"

#include <string.h>

#define TIMEOUT_MS (20 * 1000)

typedef struct
{
  const PluginSubject *subject; /* (unowned) */
  const char *folder;           /* (unowned) */
  PawlContext *context;         /* (owned) */
  GObject *proxy;               /* (owned) (nullable) */
  PluginVerdict *verdict;       /* (unowned) */
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

typedef struct
{
  const char *word;
  const char *name;
  Start start;
} Method;

static const Method methods[] = {
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

static gboolean
open_plugin (Check *self, GError **error)
{
  g_clear_object (&self->proxy);
  self->proxy = plugin_subject_open (self->subject, self->context, self->folder, TIMEOUT_MS, error);
  return self->proxy != NULL;
}

static void
judge (Check *self, const char *method, const char *how, const GError *error, gboolean patient)
{
  const gboolean broken = g_error_matches (error, PAWL_ERROR, PAWL_ERROR_PLUGIN) ||
                          (patient && g_error_matches (error, PAWL_ERROR, PAWL_ERROR_TIMED_OUT));

  if (broken)
    self->verdict->broken++;
  else
    self->verdict->kept++;
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
check_method (Check *self, const Method *method)
{
  g_autoptr (GError) plain = call (self, method->start, TIMEOUT_MS, NULL, 0);
  g_autoptr (GError) late = NULL;

  judge (self, method->name, plain == NULL ? "answers" : "refuses", plain, TRUE);
  if (plain != NULL && strstr (plain->message, PLUGIN_NOT_WRITTEN) != NULL)
    self->verdict->unwritten++;
  late = call (self, method->start, 1, NULL, 0);
  judge (self, method->name, "with a deadline of 1 ms", late, FALSE);
  for (guint turns = 1; turns <= 3; turns++)
    {
      g_autoptr (GCancellable) cancel = g_cancellable_new ();
      g_autoptr (GError) error = call (self, method->start, TIMEOUT_MS, cancel, turns);

      judge (self, method->name, "cancelled", error, TRUE);
    }
}

void
plugin_manners_check (const PluginSubject *subject, const char *folder, PluginVerdict *verdict)
{
  g_autoptr (GError) error = NULL;
  Check self = {subject, folder, plugin_subject_make_context (subject, folder, NULL, &error), NULL,
                verdict};

  if (self.context == NULL || !open_plugin (&self, &error))
    {
      judge (&self, "set_up", "does not come up", error, TRUE);
      verdict->broken += g_error_matches (error, PAWL_ERROR, PAWL_ERROR_PLUGIN) ? 0 : 1;
    }
  else
    {
      judge (&self, "set_up", "comes up", NULL, TRUE);
      for (gsize i = 0; i < G_N_ELEMENTS (methods); i++)
        if (g_str_equal (methods[i].word, subject->word))
          check_method (&self, &methods[i]);
    }
  g_clear_object (&self.proxy);
  g_clear_object (&self.context);
}
