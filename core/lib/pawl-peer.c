/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-remote-private.h"

#include <pawl/pawl-confirmer.h>
#include <pawl/pawl-error.h>
#include <pawl/pawl-transport.h>
#include <pawl/pawl-value.h>
#include <pawl/pawl-verifier.h>

/* The calling side of one connection. Whoever answers is not trusted: serials that were not given
 * out, answers of other types and floods of signals change nothing but the call that they belong
 * to. */

struct _PawlPeer
{
  grefcount references;
  GDBusConnection *connection; /* (owned) */
  char *path;                  /* (owned) */
  PawlContext *context;        /* (owned) (nullable) */
  GHashTable *calls;           /* (owned) (element-type guint PawlCalled): unowned, by serial */
  GType interface;             /* of what is called */
  gboolean in_trial;           /* a confirmer may hold something until the trial ends */
  guint subscription;
  guint last_serial;
};

typedef struct
{
  PawlPeer *peer;       /* (owned) */
  PawlOperation *op;    /* (owned) */
  GSource *hung_source; /* (owned) (nullable) */
  GType answer_type;
  guint serial;
} PawlCalled;

/* The other side answers within its own grace time after a cancel, 300 ms, when its main loop
 * turns. One that is silent for this long hangs, and would hold whatever it holds for ever. */
#define HUNG_MS 5000

static void
on_progress (PawlPeer *self, GVariant *parameters)
{
  PawlCalled *called;
  guint64 done;
  guint64 total;
  guint serial;

  g_variant_get (parameters, "(utt)", &serial, &done, &total);
  called = g_hash_table_lookup (self->calls, GUINT_TO_POINTER (serial));
  if (called != NULL)
    pawl_operation_progress (called->op, done, total);
}

static void
on_attack (PawlPeer *self, GVariant *parameters)
{
  const char *nick;
  const char *message;
  int attack;

  g_variant_get (parameters, "(&s&s)", &nick, &message);
  if (pawl_enum_from_nick (PAWL_TYPE_ATTACK, nick, &attack, NULL))
    pawl_context_note_attack (self->context, (PawlAttack) attack, message);
}

static void
on_decision (PawlPeer *self, GVariant *parameters)
{
  g_autoptr (GVariant) wire = g_variant_get_child_value (parameters, 0);
  g_autoptr (PawlDecision) decision = pawl_decision_new_from_variant (wire, NULL);

  if (decision != NULL)
    pawl_context_note_decision (self->context, decision);
}

static void
on_time_floor (PawlPeer *self, GVariant *parameters)
{
  gint64 time_us;

  /* Only who proves metadata proves a time. */
  if (self->interface != PAWL_TYPE_VERIFIER)
    return;
  g_variant_get (parameters, "(x)", &time_us);
  pawl_context_raise_time_floor (self->context, time_us);
}

static void
on_activity (PawlPeer *self, GVariant *parameters)
{
  pawl_context_note_activity (self->context);
}

static void
on_retry_after (PawlPeer *self, GVariant *parameters)
{
  guint64 wait_s;

  /* Only who talks to another side knows what it wants. */
  if (self->interface != PAWL_TYPE_TRANSPORT && self->interface != PAWL_TYPE_VERIFIER)
    return;
  g_variant_get (parameters, "(t)", &wait_s);
  pawl_context_note_retry_after (self->context, wait_s);
}

static const struct
{
  const char *name;
  const char *signature;
  gboolean needs_context;
  void (*handle) (PawlPeer *self, GVariant *parameters);
} signals[] = {
  {"Progress",   "(utt)",   FALSE, on_progress   },
  {"Attack",     "(ss)",    TRUE,  on_attack     },
  {"Decision",   "(a{sv})", TRUE,  on_decision   },
  {"TimeFloor",  "(x)",     TRUE,  on_time_floor },
  {"Activity",   "()",      TRUE,  on_activity   },
  {"RetryAfter", "(t)",     TRUE,  on_retry_after},
};

static void
on_signal (GDBusConnection *connection,
           const char *sender,
           const char *path,
           const char *interface,
           const char *name,
           GVariant *parameters,
           gpointer data)
{
  PawlPeer *self = data;

  for (gsize i = 0; i < G_N_ELEMENTS (signals); i++)
    if (g_str_equal (signals[i].name, name) &&
        g_variant_is_of_type (parameters, G_VARIANT_TYPE (signals[i].signature)) &&
        (self->context != NULL || !signals[i].needs_context))
      signals[i].handle (self, parameters);
}

PawlPeer *
pawl_peer_new (GDBusConnection *connection, const char *path, GType interface, PawlContext *context)
{
  PawlPeer *self = g_new0 (PawlPeer, 1);

  g_ref_count_init (&self->references);
  self->connection = g_object_ref (connection);
  self->path = g_strdup (path);
  g_set_object (&self->context, context);
  self->interface = interface;
  self->calls = g_hash_table_new (NULL, NULL);
  self->subscription =
    g_dbus_connection_signal_subscribe (connection, NULL, PAWL_REMOTE_INTERFACE, NULL, path, NULL,
                                        G_DBUS_SIGNAL_FLAGS_NONE, on_signal, self, NULL);
  return self;
}

PawlPeer *
pawl_peer_ref (PawlPeer *self)
{
  g_ref_count_inc (&self->references);
  return self;
}

void
pawl_peer_unref (PawlPeer *self)
{
  if (!g_ref_count_dec (&self->references))
    return;
  g_dbus_connection_signal_unsubscribe (self->connection, self->subscription);
  g_clear_pointer (&self->calls, g_hash_table_unref);
  g_clear_object (&self->context);
  g_clear_object (&self->connection);
  g_free (self->path);
  g_free (self);
}

GDBusConnection *
pawl_peer_get_connection (PawlPeer *self)
{
  return self->connection;
}

/* Nothing runs, nothing is held, and nothing was called since @inout_serial was last set. */
gboolean
pawl_peer_check_idle (PawlPeer *self, guint *inout_serial)
{
  gboolean idle =
    g_hash_table_size (self->calls) == 0 && !self->in_trial && *inout_serial == self->last_serial;

  *inout_serial = self->last_serial;
  return idle;
}

GError *
pawl_remote_translate_error (GError *error)
{
  GError *translated;

  if (g_dbus_error_is_remote_error (error))
    {
      g_dbus_error_strip_remote_error (error);
      /* GDBus's own: the other side does not speak as agreed. */
      if (error->domain != G_DBUS_ERROR)
        return error;
    }
  translated = g_error_new (PAWL_ERROR, PAWL_ERROR_PLUGIN,
                            "the plugin's process did not answer: %s", error->message);
  g_error_free (error);
  return translated;
}

static void
complete_with_value (PawlCalled *called, GVariant *answer)
{
  g_autoptr (PawlValue) value = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) failure = NULL;

  value = pawl_value_new_from_variant (called->answer_type, answer, &error);
  if (value != NULL)
    {
      pawl_operation_complete_object (called->op, G_OBJECT (value));
      return;
    }
  failure = g_error_new (PAWL_ERROR, PAWL_ERROR_PLUGIN, "the plugin's answer makes no sense: %s",
                         error->message);
  pawl_operation_fail (called->op, failure);
}

static void
take_answer (PawlCalled *called, GVariant *reply)
{
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GError) error = NULL;

  g_variant_get (reply, "(v)", &answer);
  if (g_variant_get_size (answer) > PAWL_REMOTE_MAX_ANSWER)
    error = g_error_new (PAWL_ERROR, PAWL_ERROR_PLUGIN,
                         "the plugin's answer has %" G_GSIZE_FORMAT " bytes, wanted at most %d",
                         g_variant_get_size (answer), PAWL_REMOTE_MAX_ANSWER);
  else if (!g_variant_is_of_type (answer, G_VARIANT_TYPE_VARDICT))
    error =
      g_error_new (PAWL_ERROR, PAWL_ERROR_PLUGIN, "the plugin's answer is of type %s, wanted a{sv}",
                   g_variant_get_type_string (answer));
  if (error != NULL)
    pawl_operation_fail (called->op, error);
  else if (called->answer_type != G_TYPE_NONE)
    complete_with_value (called, answer);
  else
    pawl_operation_complete (called->op, answer);
}

static gboolean
on_hung (gpointer data)
{
  PawlCalled *called = data;

  g_warning ("%s: a plugin's process does not answer any more; it is given up", called->peer->path);
  g_dbus_connection_close (called->peer->connection, NULL, NULL, NULL);
  return G_SOURCE_REMOVE;
}

static void
on_cancelled (PawlOperation *op, gpointer data)
{
  PawlCalled *called = data;

  if (called->hung_source != NULL)
    return;
  called->hung_source = g_timeout_source_new (HUNG_MS);
  g_source_set_callback (called->hung_source, on_hung, called, NULL);
  g_source_attach (called->hung_source, g_main_context_get_thread_default ());

  g_dbus_connection_call (called->peer->connection, NULL, called->peer->path, PAWL_REMOTE_INTERFACE,
                          "Cancel", g_variant_new ("(u)", called->serial), NULL,
                          G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL, NULL);
}

static void
on_reply (GObject *source, GAsyncResult *result, gpointer data)
{
  PawlCalled *called = data;
  GError *error = NULL;
  g_autoptr (GVariant) reply =
    g_dbus_connection_call_with_unix_fd_list_finish (G_DBUS_CONNECTION (source), NULL, result,
                                                     &error);

  g_signal_handlers_disconnect_by_data (called->op, called);
  g_hash_table_remove (called->peer->calls, GUINT_TO_POINTER (called->serial));
  if (reply != NULL)
    take_answer (called, reply);
  else
    {
      error = pawl_remote_translate_error (error);
      pawl_operation_fail (called->op, error);
      g_error_free (error);
    }
  if (called->hung_source != NULL)
    g_source_destroy (called->hung_source);
  g_clear_pointer (&called->hung_source, g_source_unref);
  g_object_unref (called->op);
  pawl_peer_unref (called->peer);
  g_free (called);
}

static guint
get_left_ms (PawlOperation *op)
{
  const gint64 left_us = pawl_operation_get_deadline_us (op) - g_get_monotonic_time ();

  return (guint) CLAMP (left_us / 1000, 1, G_MAXUINT);
}

void
pawl_peer_call (PawlPeer *self,
                const char *method,
                GVariant *arguments,
                GUnixFDList *fds,
                GType answer_type,
                PawlOperation *op)
{
  PawlCalled *called = g_new0 (PawlCalled, 1);
  GVariant *news = pawl_remote_context_get_news (self->context, self->interface);

  if (self->interface == PAWL_TYPE_CONFIRMER)
    self->in_trial = !g_str_equal (method, "end_trial");
  called->peer = pawl_peer_ref (self);
  called->op = g_object_ref (op);
  called->answer_type = answer_type;
  called->serial = ++self->last_serial;
  g_hash_table_insert (self->calls, GUINT_TO_POINTER (called->serial), called);
  g_signal_connect (op, "cancelled", G_CALLBACK (on_cancelled), called);
  /* The deadline is the operation's, so GDBus has none. */
  g_dbus_connection_call_with_unix_fd_list (
    self->connection, NULL, self->path, PAWL_REMOTE_INTERFACE, "Call",
    g_variant_new ("(usvu@a{sv})", called->serial, method, arguments, get_left_ms (op), news),
    G_VARIANT_TYPE ("(v)"), G_DBUS_CALL_FLAGS_NO_AUTO_START, G_MAXINT, fds, NULL, on_reply, called);
  if (pawl_operation_get_cancelled (op))
    on_cancelled (op, called);
}
