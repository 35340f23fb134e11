/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "pawl-remote-private.h"

#include "pawl-operation-private.h"

#include <pawl/pawl-error.h>
#include <pawl/pawl-value.h>

/* The served side of one connection: calls come in, run through the same wrappers as in process,
 * and their answers go back. */

struct _PawlServant
{
  grefcount references;        /* its owner's, and one for each running call */
  GDBusConnection *connection; /* (owned) */
  char *path;                  /* (owned) */
  GObject *instance;           /* (owned) (nullable): a transport is looked up when there is none */
  PawlContext *context;        /* (owned) (nullable): of the instance once set up; or the lender */
  GHashTable *running;         /* (owned) (element-type guint GCancellable): by serial */
  guint registration;
};

typedef struct
{
  PawlServant *servant;              /* (owned) */
  GDBusMethodInvocation *invocation; /* (owned) */
  PawlMonitor *monitor;              /* (owned) */
  GCancellable *cancellable;         /* (owned) */
  guint serial;
} PawlServed;

static const char introspection_xml[] =
  "<node><interface name='" PAWL_REMOTE_INTERFACE "'>"
  "<method name='SetUp'><arg type='s' direction='in'/><arg type='a{sv}' direction='in'/>"
  "<arg type='a{sv}' direction='out'/></method>"
  "<method name='Call'><arg type='u' direction='in'/><arg type='s' direction='in'/>"
  "<arg type='v' direction='in'/><arg type='u' direction='in'/><arg type='a{sv}' direction='in'/>"
  "<arg type='v' direction='out'/></method>"
  "<method name='Cancel'><arg type='u' direction='in'/></method>"
  "<signal name='Progress'><arg type='u'/><arg type='t'/><arg type='t'/></signal>"
  "</interface></node>";

GDBusInterfaceInfo *
pawl_remote_get_interface_info (void)
{
  static GDBusNodeInfo *info;

  if (g_once_init_enter (&info))
    g_once_init_leave (&info, g_dbus_node_info_new_for_xml (introspection_xml, NULL));
  return info->interfaces[0];
}

static void
servant_unref (PawlServant *self)
{
  if (!g_ref_count_dec (&self->references))
    return;
  g_clear_pointer (&self->running, g_hash_table_unref);
  g_clear_object (&self->instance);
  g_clear_object (&self->context);
  g_clear_object (&self->connection);
  g_free (self->path);
  g_free (self);
}

static void
served_free (PawlServed *self)
{
  g_hash_table_remove (self->servant->running, GUINT_TO_POINTER (self->serial));
  servant_unref (self->servant);
  g_clear_object (&self->invocation);
  g_signal_handlers_disconnect_by_data (self->monitor, self);
  g_clear_object (&self->monitor);
  g_clear_object (&self->cancellable);
  g_free (self);
}

static void
on_progress (PawlMonitor *monitor, guint64 done, guint64 total, gpointer data)
{
  PawlServed *served = data;

  g_dbus_connection_emit_signal (g_dbus_method_invocation_get_connection (served->invocation), NULL,
                                 g_dbus_method_invocation_get_object_path (served->invocation),
                                 PAWL_REMOTE_INTERFACE, "Progress",
                                 g_variant_new ("(utt)", served->serial, done, total), NULL);
}

/* The wrappers return a value, or an a{sv}; what their finish functions check is checked by the
 * other side. */
static GVariant *
answer_to_variant (GTask *task, GError **error)
{
  g_autoptr (GError) failure = NULL;
  gpointer answer = g_task_propagate_pointer (task, &failure);
  const PawlCallSpec *spec;
  GVariant *variant;

  if (failure != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return NULL;
    }
  spec = g_task_get_source_tag (task);
  if (spec->get_object_type == NULL)
    return answer;
  variant = g_variant_ref (pawl_value_to_variant (PAWL_VALUE (answer)));
  g_object_unref (answer);
  return variant;
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer data)
{
  PawlServed *served = data;
  g_autoptr (GVariant) answer = NULL;
  g_autoptr (GError) error = NULL;
  GDBusMethodInvocation *invocation = g_steal_pointer (&served->invocation);

  answer = answer_to_variant (G_TASK (result), &error);
  if (answer != NULL)
    g_dbus_method_invocation_return_value (invocation, g_variant_new ("(v)", answer));
  else
    g_dbus_method_invocation_return_gerror (invocation, error);
  served_free (served);
}

static GObject *
find_instance (PawlServant *self, const char *method, GVariant *arguments, GError **error)
{
  const char *uri;

  if (self->instance != NULL)
    return g_object_ref (self->instance);
  uri = pawl_remote_method_peek_uri (method, arguments);
  if (uri != NULL)
    return (GObject *) pawl_context_dup_transport (self->context, uri, error);
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_ARGUMENT, "%s: no address is given", method);
  return NULL;
}

static gboolean
start (PawlServant *self, PawlServed *served, GVariant *parameters, GError **error)
{
  GDBusMessage *message = g_dbus_method_invocation_get_message (served->invocation);
  g_autoptr (GVariant) arguments = NULL;
  g_autoptr (GVariant) news = NULL;
  g_autoptr (GObject) instance = NULL;
  const PawlRemoteMethod *method;
  PawlRemoteRequest request = {.monitor = served->monitor, .cancellable = served->cancellable};
  const char *name;

  g_variant_get (parameters, "(u&svu@a{sv})", &served->serial, &name, &arguments,
                 &request.timeout_ms, &news);
  instance = find_instance (self, name, arguments, error);
  if (instance == NULL)
    return FALSE;
  method = pawl_remote_method_lookup (instance, name);
  if (method == NULL || !g_variant_is_of_type (arguments, G_VARIANT_TYPE (method->signature)))
    {
      g_set_error (error, PAWL_ERROR, PAWL_ERROR_INVALID_ARGUMENT,
                   "%s: there is no such method with arguments %s", name,
                   g_variant_get_type_string (arguments));
      return FALSE;
    }
  if (self->instance != NULL && self->context != NULL)
    pawl_remote_context_take_news (self->context, news);
  request.arguments = arguments;
  request.fds = g_dbus_message_get_unix_fd_list (message);
  g_hash_table_insert (self->running, GUINT_TO_POINTER (served->serial),
                       g_object_ref (served->cancellable));
  return method->start (instance, &request, on_answer, served, error);
}

static void
handle_call (PawlServant *self, GVariant *parameters, GDBusMethodInvocation *invocation)
{
  PawlServed *served = g_new0 (PawlServed, 1);
  g_autoptr (GError) error = NULL;

  g_ref_count_inc (&self->references);
  served->servant = self;
  served->invocation = invocation;
  served->monitor = pawl_monitor_new ();
  served->cancellable = g_cancellable_new ();
  g_signal_connect (served->monitor, "progress", G_CALLBACK (on_progress), served);
  if (start (self, served, parameters, &error))
    return;
  g_dbus_method_invocation_return_gerror (g_steal_pointer (&served->invocation), error);
  served_free (served);
}

static void
handle_set_up (PawlServant *self, GVariant *parameters, GDBusMethodInvocation *invocation)
{
  g_autoptr (GVariant) wire = NULL;
  g_autoptr (PawlContext) context = NULL;
  g_autoptr (GError) error = NULL;
  const char *interface;
  GType type;

  g_variant_get (parameters, "(&s@a{sv})", &interface, &wire);
  type = g_type_from_name (interface);
  if (self->instance == NULL || type == G_TYPE_INVALID ||
      !G_TYPE_CHECK_INSTANCE_TYPE (self->instance, type))
    {
      g_dbus_method_invocation_return_error (invocation, PAWL_ERROR, PAWL_ERROR_PLUGIN,
                                             "the plugin has no %s", interface);
      return;
    }
  context = pawl_remote_context_new (self->connection, wire);
  if (!pawl_remote_set_up (self->instance, context, &error))
    {
      g_dbus_method_invocation_return_gerror (invocation, error);
      return;
    }
  /* The other side puts the name before an error, once. */
  pawl_instance_set_name (self->instance, "");
  g_set_object (&self->context, context);
  g_dbus_method_invocation_return_value (
    invocation, g_variant_new ("(@a{sv})", pawl_remote_get_constants (self->instance)));
}

static void
handle_cancel (PawlServant *self, GVariant *parameters, GDBusMethodInvocation *invocation)
{
  GCancellable *cancellable;
  guint serial;

  g_variant_get (parameters, "(u)", &serial);
  cancellable = g_hash_table_lookup (self->running, GUINT_TO_POINTER (serial));
  if (cancellable != NULL)
    g_cancellable_cancel (cancellable);
  g_dbus_method_invocation_return_value (invocation, NULL);
}

static void
on_method_call (GDBusConnection *connection,
                const char *sender,
                const char *path,
                const char *interface,
                const char *method,
                GVariant *parameters,
                GDBusMethodInvocation *invocation,
                gpointer data)
{
  PawlServant *self = data;

  if (g_str_equal (method, "Call"))
    handle_call (self, parameters, invocation);
  else if (g_str_equal (method, "SetUp"))
    handle_set_up (self, parameters, invocation);
  else
    handle_cancel (self, parameters, invocation);
}

PawlServant *
pawl_servant_new (GDBusConnection *connection,
                  const char *path,
                  GObject *instance,
                  PawlContext *context,
                  GError **error)
{
  static const GDBusInterfaceVTable vtable = {.method_call = on_method_call};
  g_autoptr (PawlServant) self = g_new0 (PawlServant, 1);

  g_ref_count_init (&self->references);
  self->connection = g_object_ref (connection);
  self->path = g_strdup (path);
  self->running = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
  g_set_object (&self->instance, instance);
  g_set_object (&self->context, context);
  self->registration =
    g_dbus_connection_register_object (connection, path, pawl_remote_get_interface_info (), &vtable,
                                       self, NULL, error);
  return self->registration != 0 ? g_steal_pointer (&self) : NULL;
}

/* Nobody waits for what still runs: it is cancelled. */
void
pawl_servant_free (PawlServant *self)
{
  GHashTableIter iter;
  gpointer cancellable;

  if (self->registration != 0)
    g_dbus_connection_unregister_object (self->connection, self->registration);
  self->registration = 0;
  g_hash_table_iter_init (&iter, self->running);
  while (g_hash_table_iter_next (&iter, NULL, &cancellable))
    g_cancellable_cancel (cancellable);
  servant_unref (self);
}
