/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The methods of the bus: whether the caller may, then the engine, then the answer. */
#include "pawl-daemon-private.h"

#include "pawl-authority.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixfdlist.h>
#include <glib-unix.h>
#include <unistd.h>

typedef struct _Method Method;

typedef struct
{
  PawlDaemon *daemon;                /* (owned) */
  const Method *method;              /* (unowned) */
  GVariant *arguments;               /* (owned) */
  GDBusMethodInvocation *invocation; /* (owned) (nullable): NULL when it has its answer */
} Call;

struct _Method
{
  const char *name;
  const char *action; /* NULL: open to everybody */
  gboolean force;     /* what it means when the caller does not say */
  void (*run) (Call *call);
  void (*begin) (PawlEngine *engine,
                 GVariant *options,
                 GCancellable *cancellable,
                 GAsyncReadyCallback callback,
                 gpointer user_data);
};

/* ---- answers ---- */

static void
take_answer (Call *call, GVariant *answer, const GError *error)
{
  GDBusMethodInvocation *invocation = g_steal_pointer (&call->invocation);

  if (invocation == NULL)
    return;
  call->daemon->calls--;
  pawl_daemon_tell_changes (call->daemon);
  if (error != NULL)
    g_dbus_method_invocation_return_gerror (invocation, error);
  else
    g_dbus_method_invocation_return_value (invocation, answer);
  pawl_daemon_watch_idleness (call->daemon);
}

static void
call_free (gpointer data)
{
  Call *call = data;

  take_answer (call, NULL, NULL);
  g_variant_unref (call->arguments);
  g_object_unref (call->daemon);
}

static void
call_unref (Call *call)
{
  g_rc_box_release_full (call, (GDestroyNotify) call_free);
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  Call *call = data;
  g_autoptr (GError) error = NULL;

  g_task_propagate_boolean (G_TASK (result), &error);
  take_answer (call, NULL, error);
  call_unref (call);
}

/* ---- steps ---- */

static gboolean
on_accepted (gpointer data)
{
  Call *call = data;

  take_answer (call, NULL, NULL);
  call_unref (call);
  return G_SOURCE_REMOVE;
}

/* The options are the last argument of every method. */
static GVariant *
dup_options (Call *call)
{
  return g_variant_get_child_value (call->arguments, g_variant_n_children (call->arguments) - 1);
}

/* Who does not wait hears of what is refused at once, and of nothing later: a refusal comes before
 * the main loop is idle. */
static void
answer_early (Call *call)
{
  g_autoptr (GVariant) options = dup_options (call);
  gboolean wait = TRUE;

  g_variant_lookup (options, "wait", "b", &wait);
  if (!wait)
    g_idle_add (on_accepted, g_rc_box_acquire (call));
}

static GVariant *
make_options (Call *call)
{
  g_autoptr (GVariant) options = dup_options (call);
  g_auto (GVariantDict) all = G_VARIANT_DICT_INIT (options);

  if (!g_variant_dict_contains (&all, "force"))
    g_variant_dict_insert (&all, "force", "b", call->method->force);
  return g_variant_dict_end (&all);
}

static void
run_step (Call *call)
{
  call->method->begin (call->daemon->engine, make_options (call), NULL, on_done,
                       g_rc_box_acquire (call));
  answer_early (call);
}

static void
run_reject (Call *call)
{
  const char *reason = NULL;

  g_variant_get_child (call->arguments, 0, "&s", &reason);
  pawl_engine_reject_async (call->daemon->engine, reason, NULL, NULL, on_done,
                            g_rc_box_acquire (call));
  answer_early (call);
}

/* ---- what a person sets ---- */

static void
run_approve (Call *call)
{
  const char *step = NULL;

  g_variant_get_child (call->arguments, 0, "&s", &step);
  pawl_engine_approve_async (call->daemon->engine, step, on_done, g_rc_box_acquire (call));
}

static void
run_defer (Call *call)
{
  const char *step = NULL;
  gint64 until_us = 0;

  g_variant_get_child (call->arguments, 0, "&s", &step);
  g_variant_get_child (call->arguments, 1, "x", &until_us);
  pawl_engine_defer_async (call->daemon->engine, step, until_us, on_done, g_rc_box_acquire (call));
}

static void
run_forget (Call *call)
{
  const char *name = NULL;

  g_variant_get_child (call->arguments, 0, "&s", &name);
  pawl_engine_forget_failed_async (call->daemon->engine, *name != '\0' ? name : NULL, on_done,
                                   g_rc_box_acquire (call));
}

/* ---- inhibitors ---- */

typedef struct
{
  PawlDaemon *daemon; /* (owned) */
  guint id;
} Inhibitor;

static void
inhibitor_free (gpointer data)
{
  Inhibitor *inhibitor = data;

  g_object_unref (inhibitor->daemon);
  g_free (inhibitor);
}

/* Nothing is ever written: the pipe only tells that its other end is gone. */
static gboolean
on_released (int fd, GIOCondition condition, gpointer data)
{
  Inhibitor *inhibitor = data;

  close (fd);
  pawl_engine_remove_inhibitor (inhibitor->daemon->engine, inhibitor->id);
  return G_SOURCE_REMOVE;
}

static void
watch (PawlDaemon *self, int fd, guint id)
{
  Inhibitor *inhibitor = g_new (Inhibitor, 1);

  inhibitor->daemon = g_object_ref (self);
  inhibitor->id = id;
  g_unix_fd_add_full (G_PRIORITY_DEFAULT, fd, G_IO_HUP | G_IO_ERR, on_released, inhibitor,
                      inhibitor_free);
}

static void
answer_with_fd (Call *call, int fd)
{
  GDBusMethodInvocation *invocation = g_steal_pointer (&call->invocation);
  g_autoptr (GUnixFDList) list = g_unix_fd_list_new_from_array (&fd, 1);

  call->daemon->calls--;
  pawl_daemon_tell_changes (call->daemon);
  g_dbus_method_invocation_return_value_with_unix_fd_list (invocation, g_variant_new ("(h)", 0),
                                                           list);
}

static void
run_inhibit (Call *call)
{
  PawlEngine *engine = call->daemon->engine;
  const char *what = NULL;
  const char *who = NULL;
  const char *why = NULL;
  g_autoptr (GError) error = NULL;
  int fds[2];
  guint id;

  g_variant_get (call->arguments, "(&s&s&s@a{sv})", &what, &who, &why, NULL);
  id = pawl_engine_add_inhibitor (engine, what, who, why, &error);
  if (id != 0 && !g_unix_open_pipe (fds, FD_CLOEXEC, &error))
    pawl_engine_remove_inhibitor (engine, id);
  if (error != NULL)
    {
      take_answer (call, NULL, error);
      return;
    }
  watch (call->daemon, fds[0], id);
  answer_with_fd (call, fds[1]);
}

/* ---- lists ---- */

static void
run_list_plugins (Call *call)
{
  g_autoptr (GVariant) plugins = g_variant_take_ref (
    pawl_plugin_host_describe (pawl_engine_get_plugin_host (call->daemon->engine)));

  take_answer (call, g_variant_new ("(@aa{sv})", plugins), NULL);
}

static void
run_get_config (Call *call)
{
  PawlEngine *engine = call->daemon->engine;
  g_autoptr (GVariant) keys = g_variant_take_ref (
    pawl_config_describe (pawl_engine_get_config (engine), pawl_engine_get_plugin_host (engine)));

  take_answer (call, g_variant_new ("(@aa{sv})", keys), NULL);
}

static void
run_get_history (Call *call)
{
  take_answer (call, g_variant_new ("(@aa{sv})", pawl_engine_get_history (call->daemon->engine)),
               NULL);
}

/* ---- all of them ---- */

#define ACTION(word) "org.pawl.update1." word

static const Method methods[] = {
  {"Check",       ACTION ("check"),    TRUE,  run_step,         pawl_engine_check_async   },
  {"Fetch",       ACTION ("fetch"),    TRUE,  run_step,         pawl_engine_fetch_async   },
  {"Install",     ACTION ("install"),  TRUE,  run_step,         pawl_engine_install_async },
  {"Activate",    ACTION ("activate"), TRUE,  run_step,         pawl_engine_activate_async},
  {"Update",      ACTION ("update"),   FALSE, run_step,         pawl_engine_update_async  },
  {"Cancel",      ACTION ("cancel"),   TRUE,  run_step,         pawl_engine_cancel_async  },
  {"Confirm",     ACTION ("confirm"),  TRUE,  run_step,         pawl_engine_confirm_async },
  {"Rollback",    ACTION ("rollback"), TRUE,  run_step,         pawl_engine_rollback_async},
  {"Reject",      ACTION ("reject"),   TRUE,  run_reject,       NULL                      },
  {"Approve",     ACTION ("approve"),  TRUE,  run_approve,      NULL                      },
  {"Defer",       ACTION ("defer"),    TRUE,  run_defer,        NULL                      },
  {"Inhibit",     ACTION ("inhibit"),  TRUE,  run_inhibit,      NULL                      },
  {"Forget",      ACTION ("forget"),   TRUE,  run_forget,       NULL                      },
  {"ListPlugins", NULL,                TRUE,  run_list_plugins, NULL                      },
  {"GetConfig",   NULL,                TRUE,  run_get_config,   NULL                      },
  {"GetHistory",  NULL,                TRUE,  run_get_history,  NULL                      },
};

static void
on_authorized (GObject *source, GAsyncResult *result, gpointer data)
{
  Call *call = data;
  g_autoptr (GError) error = NULL;

  if (pawl_authority_check_finish (result, &error))
    call->method->run (call);
  else
    take_answer (call, NULL, error);
  call_unref (call);
}

static const Method *
find_method (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (methods); i++)
    if (g_str_equal (methods[i].name, name))
      return &methods[i];
  return NULL;
}

void
pawl_daemon_call_method (PawlDaemon *self,
                         const char *method,
                         GVariant *arguments,
                         GDBusMethodInvocation *invocation)
{
  Call *call = g_rc_box_new0 (Call);

  call->daemon = g_object_ref (self);
  call->method = find_method (method);
  call->arguments = g_variant_ref (arguments);
  call->invocation = invocation;
  self->calls++;
  pawl_daemon_watch_idleness (self);
  if (call->method->action != NULL)
    {
      pawl_authority_check_async (invocation, call->method->action, on_authorized, call);
      return;
    }
  call->method->run (call);
  call_unref (call);
}
