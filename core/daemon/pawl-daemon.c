/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-daemon-private.h"

#include "pawl-dbus.h"
#include "pawl-event-log.h"
#include "pawl-reboot.h"

/* A reboot that failed is tried again: the device must not stay between two versions for ever. */
#define REBOOT_AGAIN_S 60

enum
{
  SIGNAL_LEAVE,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (PawlDaemon, pawl_daemon, G_TYPE_OBJECT)

/* ---- nothing to do ---- */

static gboolean
on_idle (gpointer data)
{
  PawlDaemon *self = data;

  self->idle_source = 0;
  g_signal_emit (self, signals[SIGNAL_LEAVE], 0);
  return G_SOURCE_REMOVE;
}

void
pawl_daemon_watch_idleness (PawlDaemon *self)
{
  guint idle_exit_s =
    (guint) pawl_config_get_int (pawl_engine_get_config (self->engine), "daemon", "idle-exit-s");

  g_clear_handle_id (&self->idle_source, g_source_remove);
  if (idle_exit_s > 0 && self->calls == 0 && !self->rebooting &&
      pawl_engine_get_may_exit (self->engine))
    self->idle_source = g_timeout_add_seconds (idle_exit_s, on_idle, self);
}

static void
on_may_exit (GObject *engine, GParamSpec *pspec, gpointer data)
{
  pawl_daemon_watch_idleness (data);
}

/* ---- what the engine says ---- */

static void
on_event (PawlEngine *engine, const char *name, GVariant *fields, gpointer data)
{
  PawlDaemon *self = data;

  pawl_event_log_write (name, fields);
  pawl_daemon_tell_changes (self);
  if (self->connection != NULL)
    g_dbus_connection_emit_signal (self->connection, NULL, PAWL_BUS_PATH, PAWL_BUS_INTERFACE,
                                   "Happened", g_variant_new ("(s@a{sv})", name, fields), NULL);
}

static void reboot (PawlDaemon *self);

static gboolean
on_reboot_again (gpointer data)
{
  reboot (data);
  return G_SOURCE_REMOVE;
}

static void
on_reboot_answered (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (PawlDaemon) self = data;
  g_autoptr (GError) error = NULL;

  if (pawl_reboot_finish (result, &error))
    return;
  g_warning ("%s; it is tried again in %d seconds", error->message, REBOOT_AGAIN_S);
  g_timeout_add_seconds_full (G_PRIORITY_DEFAULT, REBOOT_AGAIN_S, on_reboot_again,
                              g_object_ref (self), g_object_unref);
}

static void
reboot (PawlDaemon *self)
{
  const char *command =
    pawl_config_get_string (pawl_engine_get_config (self->engine), "daemon", "reboot-command");

  if (pawl_engine_get_reboot_pending (self->engine))
    pawl_reboot_async (command, on_reboot_answered, g_object_ref (self));
  else
    self->rebooting = FALSE;
}

static void
on_reboot_requested (PawlEngine *engine, const char *reason, gpointer data)
{
  PawlDaemon *self = data;

  if (self->rebooting)
    return;
  self->rebooting = TRUE;
  reboot (self);
}

/* ---- on the bus ---- */

static void
on_method_call (GDBusConnection *connection,
                const char *sender,
                const char *path,
                const char *interface,
                const char *method,
                GVariant *arguments,
                GDBusMethodInvocation *invocation,
                gpointer data)
{
  pawl_daemon_call_method (data, method, arguments, invocation);
}

static GVariant *
on_get_property (GDBusConnection *connection,
                 const char *sender,
                 const char *path,
                 const char *interface,
                 const char *name,
                 GError **error,
                 gpointer data)
{
  GVariant *value = pawl_daemon_get_property (data, name);

  if (value == NULL)
    g_set_error (error, G_DBUS_ERROR, G_DBUS_ERROR_UNKNOWN_PROPERTY, "there is no property %s",
                 name);
  return value;
}

static const GDBusInterfaceVTable vtable = {on_method_call, on_get_property, NULL, {0}};

gboolean
pawl_daemon_export (PawlDaemon *self, GDBusConnection *connection, GError **error)
{
  guint id = g_dbus_connection_register_object (connection, PAWL_BUS_PATH,
                                                pawl_dbus_update1_interface_info (), &vtable, self,
                                                NULL, error);

  if (id == 0)
    return FALSE;
  self->connection = g_object_ref (connection);
  self->registration = id;
  return TRUE;
}

static void
pawl_daemon_dispose (GObject *object)
{
  PawlDaemon *self = PAWL_DAEMON (object);

  g_clear_handle_id (&self->tell_source, g_source_remove);
  g_clear_handle_id (&self->idle_source, g_source_remove);
  if (self->registration != 0)
    g_dbus_connection_unregister_object (self->connection, self->registration);
  self->registration = 0;
  g_clear_object (&self->connection);
  g_clear_object (&self->engine);
  g_clear_pointer (&self->changed, g_hash_table_unref);
  G_OBJECT_CLASS (pawl_daemon_parent_class)->dispose (object);
}

static void
pawl_daemon_class_init (PawlDaemonClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = pawl_daemon_dispose;
  signals[SIGNAL_LEAVE] = g_signal_new ("leave", PAWL_TYPE_DAEMON, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                        NULL, G_TYPE_NONE, 0);
}

static void
pawl_daemon_init (PawlDaemon *self)
{
  self->changed = g_hash_table_new (g_str_hash, g_str_equal);
}

PawlDaemon *
pawl_daemon_new (PawlEngine *engine)
{
  PawlDaemon *self = g_object_new (PAWL_TYPE_DAEMON, NULL);

  self->engine = g_object_ref (engine);
  pawl_daemon_follow_engine (self);
  g_signal_connect_object (engine, "notify::may-exit", G_CALLBACK (on_may_exit), self,
                           G_CONNECT_DEFAULT);
  g_signal_connect_object (engine, "event", G_CALLBACK (on_event), self, G_CONNECT_DEFAULT);
  g_signal_connect_object (engine, "reboot-requested", G_CALLBACK (on_reboot_requested), self,
                           G_CONNECT_DEFAULT);
  return self;
}
