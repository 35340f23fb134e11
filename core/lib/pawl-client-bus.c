/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* How a client follows the bus. A GDBusProxy caches what the daemon says; here it becomes typed
 * values, once for each change, which are kept when the daemon leaves: it leaves only when nothing
 * is going on, so what it said last is still true. Runs in the main context it was made in; blocks
 * nowhere. */

#include <pawl/pawl-client.h>

#include <pawl/pawl-error.h>

#include "pawl-client-private.h"

/* What the bus calls a property. Without an entry a property of the bus is not shown here. */
static const struct
{
  const char *bus_name;
  const char *type;
  PawlClientProperty property;
} BUS_PROPERTIES[] = {
  {"State",         "s",      PROP_STATE         },
  {"Progress",      "a{sv}",  PROP_PROGRESS      },
  {"Available",     "a{sv}",  PROP_AVAILABLE     },
  {"Installed",     "aa{sv}", PROP_INSTALLED     },
  {"LastResult",    "a{sv}",  PROP_LAST_RESULT   },
  {"NextCheck",     "x",      PROP_NEXT_CHECK    },
  {"Decisions",     "aa{sv}", PROP_DECISIONS     },
  {"Inhibitors",    "aa{sv}", PROP_INHIBITORS    },
  {"Trial",         "a{sv}",  PROP_TRIAL         },
  {"RebootPending", "b",      PROP_REBOOT_PENDING},
  {"Version",       "s",      PROP_VERSION       },
};

/* An empty a{sv} is how the bus says that there is none. */
static void
take_value (gpointer field, GType type, GVariant *variant)
{
  g_autoptr (GError) error = NULL;
  GObject **value = field;

  g_clear_object (value);
  if (g_variant_n_children (variant) == 0)
    return;
  *value = (GObject *) pawl_value_new_from_variant (type, variant, &error);
  if (error != NULL)
    g_warning ("%s: a value that this library does not understand: %s", PAWL_BUS_NAME,
               error->message);
}

/* The model stays the same object, so that a view can stay bound to it. */
static void
take_list (GListStore *store, GVariant *variant)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GListModel) list = NULL;
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func (g_object_unref);

  list = pawl_value_list_from_variant (g_list_model_get_item_type (G_LIST_MODEL (store)), variant,
                                       &error);
  if (list == NULL)
    {
      g_warning ("%s: a list that this library does not understand: %s", PAWL_BUS_NAME,
                 error->message);
      return;
    }
  for (guint i = 0; i < g_list_model_get_n_items (list); i++)
    g_ptr_array_add (items, g_list_model_get_item (list, i));
  g_list_store_splice (store, 0, g_list_model_get_n_items (G_LIST_MODEL (store)), items->pdata,
                       items->len);
}

static void
take_state (PawlClient *self, const char *nick)
{
  g_autoptr (GError) error = NULL;
  int state = PAWL_STATE_IDLE;

  if (!pawl_enum_from_nick (PAWL_TYPE_STATE, nick, &state, &error))
    g_warning ("%s: State: %s", PAWL_BUS_NAME, error->message);
  self->state = state;
}

static void
take_variant (GVariant **field, GVariant *variant)
{
  g_clear_pointer (field, g_variant_unref);
  *field = g_variant_ref (variant);
}

static void
take_property (PawlClient *self, PawlClientProperty property, GVariant *variant)
{
  switch (property)
    {
    case PROP_STATE:
      take_state (self, g_variant_get_string (variant, NULL));
      break;
    case PROP_PROGRESS:
      take_value (&self->progress, PAWL_TYPE_PROGRESS, variant);
      break;
    case PROP_AVAILABLE:
      take_value (&self->available, PAWL_TYPE_UPDATE, variant);
      break;
    case PROP_INSTALLED:
      take_list (self->installed, variant);
      break;
    case PROP_LAST_RESULT:
      take_value (&self->last_result, PAWL_TYPE_REPORT, variant);
      break;
    case PROP_NEXT_CHECK:
      self->next_check_us = g_variant_get_int64 (variant);
      break;
    case PROP_DECISIONS:
      take_list (self->decisions, variant);
      break;
    case PROP_INHIBITORS:
      take_variant (&self->inhibitors, variant);
      break;
    case PROP_TRIAL:
      take_variant (&self->trial, variant);
      break;
    case PROP_REBOOT_PENDING:
      self->reboot_pending = g_variant_get_boolean (variant);
      break;
    case PROP_VERSION:
      g_free (self->version);
      self->version = g_variant_dup_string (variant, NULL);
      break;
    case PROP_RUNNING:
    default:
      g_assert_not_reached ();
    }
  pawl_client_notify (self, property);
}

static void
take_properties (PawlClient *self, GVariant *changed)
{
  g_object_freeze_notify (G_OBJECT (self));
  for (gsize i = 0; i < G_N_ELEMENTS (BUS_PROPERTIES); i++)
    {
      g_autoptr (GVariant) value = g_variant_lookup_value (changed, BUS_PROPERTIES[i].bus_name,
                                                           G_VARIANT_TYPE (BUS_PROPERTIES[i].type));

      if (value != NULL)
        take_property (self, BUS_PROPERTIES[i].property, value);
    }
  g_object_thaw_notify (G_OBJECT (self));
}

static void
on_properties_changed (GDBusProxy *proxy,
                       GVariant *changed,
                       const char *const *invalidated,
                       gpointer data)
{
  take_properties (PAWL_CLIENT (data), changed);
}

static void
update_running (PawlClient *self)
{
  g_autofree char *owner = g_dbus_proxy_get_name_owner (self->proxy);
  gboolean running = owner != NULL;

  if (running == self->running)
    return;
  self->running = running;
  pawl_client_notify (self, PROP_RUNNING);
}

static void
on_name_owner_changed (GDBusProxy *proxy, GParamSpec *pspec, gpointer data)
{
  update_running (PAWL_CLIENT (data));
}

static void
on_bus_signal (GDBusProxy *proxy,
               const char *sender,
               const char *name,
               GVariant *parameters,
               gpointer data)
{
  PawlClient *self = PAWL_CLIENT (data);
  g_autoptr (GVariant) fields = NULL;
  const char *event;

  if (!g_str_equal (name, "Happened") ||
      !g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(sa{sv})")))
    return;
  g_variant_get (parameters, "(&s@a{sv})", &event, &fields);
  pawl_client_emit_happened (self, event, fields);
}

/* What the proxy learned while it was being made. */
static void
take_cached_properties (PawlClient *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (BUS_PROPERTIES); i++)
    {
      g_autoptr (GVariant) value =
        g_dbus_proxy_get_cached_property (self->proxy, BUS_PROPERTIES[i].bus_name);

      if (value != NULL && g_variant_is_of_type (value, G_VARIANT_TYPE (BUS_PROPERTIES[i].type)))
        take_property (self, BUS_PROPERTIES[i].property, value);
    }
}

static void
on_proxy_made (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = G_TASK (data);
  g_autoptr (GError) error = NULL;
  g_autoptr (PawlClient) self = g_object_new (PAWL_TYPE_CLIENT, NULL);

  self->proxy = g_dbus_proxy_new_finish (result, &error);
  if (self->proxy == NULL)
    {
      pawl_client_translate_error (error);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  g_dbus_proxy_set_default_timeout (self->proxy, G_MAXINT);
  g_signal_connect (self->proxy, "g-properties-changed", G_CALLBACK (on_properties_changed), self);
  g_signal_connect (self->proxy, "g-signal", G_CALLBACK (on_bus_signal), self);
  g_signal_connect (self->proxy, "notify::g-name-owner", G_CALLBACK (on_name_owner_changed), self);
  take_cached_properties (self);
  update_running (self);
  g_task_return_pointer (task, g_steal_pointer (&self), g_object_unref);
}

static void
make_proxy (GTask *task, GDBusConnection *connection)
{
  GCancellable *cancellable = g_task_get_cancellable (task);

  g_dbus_proxy_new (connection, G_DBUS_PROXY_FLAGS_DO_NOT_AUTO_START_AT_CONSTRUCTION, NULL,
                    PAWL_BUS_NAME, PAWL_BUS_PATH, PAWL_BUS_INTERFACE, cancellable, on_proxy_made,
                    g_object_ref (task));
}

static void
on_bus (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GTask) task = G_TASK (data);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDBusConnection) connection = g_bus_get_finish (result, &error);

  if (connection == NULL)
    {
      pawl_client_translate_error (error);
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  make_proxy (task, connection);
}

/**
 * pawl_client_new_async:
 * @connection: (nullable): the bus; %NULL: the system bus
 * @cancellable: (nullable): ends the wait
 * @callback: called when it is done
 * @user_data: for @callback
 *
 * Makes a client, with every property filled in when the daemon runs already. Does not start it.
 *
 * Since: 1.0
 */
void
pawl_client_new_async (GDBusConnection *connection,
                       GCancellable *cancellable,
                       GAsyncReadyCallback callback,
                       gpointer user_data)
{
  g_autoptr (GTask) task = NULL;

  g_return_if_fail (connection == NULL || G_IS_DBUS_CONNECTION (connection));

  task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, pawl_client_new_async);
  if (connection != NULL)
    make_proxy (task, connection);
  else
    g_bus_get (G_BUS_TYPE_SYSTEM, cancellable, on_bus, g_object_ref (task));
}

/**
 * pawl_client_new_finish: (constructor)
 * @result: what the callback got
 * @error: return location
 *
 * Ends pawl_client_new_async().
 *
 * Errors: %PAWL_ERROR_NETWORK when the bus cannot be reached, %PAWL_ERROR_ACCESS_DENIED when it
 * refuses, %G_IO_ERROR_CANCELLED.
 *
 * Returns: (transfer full): the client
 *
 * Since: 1.0
 */
PawlClient *
pawl_client_new_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
