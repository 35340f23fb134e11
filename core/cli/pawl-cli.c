/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

/* The daemon, as a command sees it: calls that wait for their answer in the main loop, so that
 * Ctrl-C and what the daemon tells meanwhile are heard. */

#include "pawl-cli.h"

#include <glib-unix.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

/* s: four times what a bus takes to give up starting a service */
#define CONNECT_TIMEOUT_S 100

/* What the bus calls a property, and what JSON does. An empty a{sv} of the bus is null in JSON. */
static const struct
{
  const char *bus_name;
  const char *name;
  const char *type;
} PROPERTIES[] = {
  {"State",         "state",          "s"     },
  {"Progress",      "progress",       "a{sv}" },
  {"Available",     "available",      "a{sv}" },
  {"Installed",     "installed",      "aa{sv}"},
  {"LastResult",    "last-result",    "a{sv}" },
  {"NextCheck",     "next-check",     "x"     },
  {"Decisions",     "decisions",      "aa{sv}"},
  {"Inhibitors",    "inhibitors",     "aa{sv}"},
  {"Trial",         "trial",          "a{sv}" },
  {"RebootPending", "reboot-pending", "b"     },
  {"Version",       "version",        "s"     },
};

static gboolean
take_signal (PawlCli *self, int signal_number)
{
  if (self->on_interrupt != NULL &&
      self->on_interrupt (self, signal_number, self->on_interrupt_data))
    return G_SOURCE_CONTINUE;
  self->interrupted = TRUE;
  g_cancellable_cancel (self->cancellable);
  return G_SOURCE_CONTINUE;
}

static gboolean
on_interrupt (gpointer data)
{
  return take_signal (data, SIGINT);
}

static gboolean
on_terminate (gpointer data)
{
  return take_signal (data, SIGTERM);
}

PawlCli *
pawl_cli_new (void)
{
  PawlCli *self = g_new0 (PawlCli, 1);

  self->cancellable = g_cancellable_new ();
  self->terminal = pawl_print_is_terminal (STDOUT_FILENO);
  self->colour = pawl_print_wants_colour (STDOUT_FILENO);
  return self;
}

void
pawl_cli_free (PawlCli *self)
{
  for (gsize i = 0; i < G_N_ELEMENTS (self->signal_ids); i++)
    g_clear_handle_id (&self->signal_ids[i], g_source_remove);
  g_clear_object (&self->client);
  g_clear_object (&self->connection);
  g_clear_object (&self->cancellable);
  g_free (self->address);
  g_free (self);
}

/* A GAsyncReadyCallback for pawl_cli_wait(). */
void
pawl_cli_on_ready (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

/**
 * pawl_cli_wait:
 * @self: the run
 * @result: what pawl_cli_on_ready() fills
 *
 * Runs the main loop until @result is there.
 */
void
pawl_cli_wait (PawlCli *self, GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
}

/* The bus decides whether an end of the wait was ours. */
static void
take_interrupt (PawlCli *self, GError *error)
{
  if (!self->interrupted || !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  error->domain = PAWL_EXIT_ERROR;
  error->code = PAWL_EXIT_INTERRUPTED;
  g_free (error->message);
  error->message = g_strdup ("interrupted");
}

/* Until it answered once, whatever goes wrong means that the daemon is out of reach. */
static void
take_unreachable (PawlCli *self, GError *error)
{
  take_interrupt (self, error);
  if (error->domain == PAWL_EXIT_ERROR ||
      g_error_matches (error, PAWL_ERROR, PAWL_ERROR_ACCESS_DENIED))
    return;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_free (error->message);
      error->message = g_strdup_printf ("pawld: no answer within %d s", CONNECT_TIMEOUT_S);
    }
  g_dbus_error_strip_remote_error (error);
  error->domain = PAWL_EXIT_ERROR;
  error->code = PAWL_EXIT_UNREACHABLE;
}

static gboolean
open_bus (PawlCli *self, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  if (self->address != NULL)
    {
      g_dbus_connection_new_for_address (self->address,
                                         G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT |
                                           G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                         NULL, self->cancellable, pawl_cli_on_ready, &result);
      pawl_cli_wait (self, &result);
      self->connection = g_dbus_connection_new_for_address_finish (result, error);
      return self->connection != NULL;
    }
  g_bus_get (self->session ? G_BUS_TYPE_SESSION : G_BUS_TYPE_SYSTEM, self->cancellable,
             pawl_cli_on_ready, &result);
  pawl_cli_wait (self, &result);
  self->connection = g_bus_get_finish (result, error);
  if (self->connection != NULL)
    g_dbus_connection_set_exit_on_close (self->connection, FALSE);
  return self->connection != NULL;
}

static gboolean
make_client (PawlCli *self, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;

  if (!open_bus (self, error))
    return FALSE;
  pawl_client_new_async (self->connection, self->cancellable, pawl_cli_on_ready, &result);
  pawl_cli_wait (self, &result);
  self->client = pawl_client_new_finish (result, error);
  return self->client != NULL;
}

/**
 * pawl_cli_connect:
 * @self: the run
 * @error: return location
 *
 * Opens the bus, once. Does not start the daemon.
 *
 * Errors: %PAWL_EXIT_UNREACHABLE, %PAWL_EXIT_INTERRUPTED, %PAWL_ERROR_ACCESS_DENIED.
 *
 * Returns: %TRUE if there is a client
 */
gboolean
pawl_cli_connect (PawlCli *self, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (self->client != NULL)
    return TRUE;
  self->signal_ids[0] = g_unix_signal_add (SIGINT, on_interrupt, self);
  self->signal_ids[1] = g_unix_signal_add (SIGTERM, on_terminate, self);
  if (make_client (self, &local))
    return TRUE;
  take_unreachable (self, local);
  g_prefix_error (&local, "the bus: ");
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

/**
 * pawl_cli_call:
 * @self: a run with a client
 * @method: the method
 * @parameters: its arguments, a tuple; a floating one is consumed
 * @error: return location
 *
 * Calls a method of the daemon and waits for its answer, however long that takes.
 *
 * Errors: those of the method, %PAWL_EXIT_INTERRUPTED, %PAWL_EXIT_UNREACHABLE when the daemon went
 * away.
 *
 * Returns: (transfer full): the answer
 */
GVariant *
pawl_cli_call (PawlCli *self, const char *method, GVariant *parameters, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) local = NULL;
  g_autoptr (GVariant) reply = NULL;

  pawl_client_call_async (self->client, method, parameters, self->cancellable, pawl_cli_on_ready,
                          &result);
  pawl_cli_wait (self, &result);
  reply = pawl_client_call_finish (self->client, result, &local);
  if (reply != NULL)
    return g_steal_pointer (&reply);
  take_interrupt (self, local);
  if (g_error_matches (local, PAWL_ERROR, PAWL_ERROR_NETWORK) &&
      !pawl_client_get_running (self->client))
    take_unreachable (self, local);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

static gboolean
on_connect_timeout (gpointer data)
{
  g_cancellable_cancel (G_CANCELLABLE (data));
  return G_SOURCE_REMOVE;
}

static GVariant *
get_all (PawlCli *self, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GError) local = NULL;
  g_autoptr (GSource) timeout = g_timeout_source_new_seconds (CONNECT_TIMEOUT_S);
  GVariant *reply;

  g_source_set_callback (timeout, on_connect_timeout, self->cancellable, NULL);
  g_source_attach (timeout, NULL);
  pawl_client_call_async (self->client, "org.freedesktop.DBus.Properties.GetAll",
                          g_variant_new ("(s)", "org.pawl.Update1"), self->cancellable,
                          pawl_cli_on_ready, &result);
  pawl_cli_wait (self, &result);
  g_source_destroy (timeout);
  reply = pawl_client_call_finish (self->client, result, &local);
  if (reply != NULL)
    return reply;
  take_unreachable (self, local);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

static GVariant *
property_value (GVariant *all, gsize i)
{
  const GVariantType *type = G_VARIANT_TYPE (PROPERTIES[i].type);
  g_autoptr (GVariant) value = g_variant_lookup_value (all, PROPERTIES[i].bus_name, type);
  gboolean none = value == NULL || (g_variant_type_equal (type, G_VARIANT_TYPE_VARDICT) &&
                                    g_variant_n_children (value) == 0);

  return g_variant_new_variant (none ? g_variant_new_maybe (type, NULL) : value);
}

/**
 * pawl_cli_read:
 * @self: the run
 * @error: return location
 *
 * Asks the daemon for all of its properties, and starts it when it does not run.
 *
 * Errors: as pawl_cli_connect().
 *
 * Returns: (transfer full): an `a{sv}` with every property under its name in JSON; what there is
 * not is nothing of its type
 */
GVariant *
pawl_cli_read (PawlCli *self, GError **error)
{
  g_autoptr (GVariant) reply = NULL;
  g_autoptr (GVariant) all = NULL;
  GVariantBuilder properties;

  if (!pawl_cli_connect (self, error))
    return NULL;
  reply = get_all (self, error);
  if (reply == NULL)
    return NULL;
  all = g_variant_get_child_value (reply, 0);
  g_variant_builder_init (&properties, G_VARIANT_TYPE_VARDICT);
  for (gsize i = 0; i < G_N_ELEMENTS (PROPERTIES); i++)
    g_variant_builder_add (&properties, "{s@v}", PROPERTIES[i].name, property_value (all, i));
  return g_variant_ref_sink (g_variant_builder_end (&properties));
}

/**
 * pawl_cli_ask:
 * @self: the run
 * @method: a method that takes options only and answers with a list
 * @error: return location
 *
 * Asks a question that every local user may ask.
 *
 * Errors: those of the method and of pawl_cli_read().
 *
 * Returns: (transfer full): the list, an `aa{sv}`
 */
GVariant *
pawl_cli_ask (PawlCli *self, const char *method, GError **error)
{
  g_autoptr (GVariant) properties = pawl_cli_read (self, error);
  g_autoptr (GVariant) reply = NULL;

  if (properties == NULL)
    return NULL;
  reply = pawl_cli_call (self, method, g_variant_new ("(a{sv})", NULL), error);
  if (reply == NULL)
    return NULL;
  if (g_variant_is_of_type (reply, G_VARIANT_TYPE ("(aa{sv})")))
    return g_variant_get_child_value (reply, 0);
  g_set_error (error, PAWL_ERROR, PAWL_ERROR_FAILED, "%s: the answer is %s, wanted (aa{sv})",
               method, g_variant_get_type_string (reply));
  return NULL;
}

/**
 * pawl_cli_print:
 * @self: the run
 * @tone: what it means
 * @format: a format, then its arguments; strangers' words need pawl_format_clean()
 *
 * Prints to standard output, for people: with --json nothing.
 */
void
pawl_cli_print (PawlCli *self, PawlTone tone, const char *format, ...)
{
  g_autofree char *text = NULL;
  g_autofree char *toned = NULL;
  va_list arguments;

  if (self->json)
    return;
  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  toned = pawl_print_tone (text, tone, self->colour);
  fputs (toned, stdout);
}

void
pawl_cli_print_table (PawlCli *self, PawlTable *table)
{
  g_autofree char *text = pawl_table_to_text (table, self->colour);

  if (!self->json)
    fputs (text, stdout);
}

/* Consumes a floating @value. */
void
pawl_cli_print_json (PawlCli *self, GVariant *value, PawlJsonForm form)
{
  g_autofree char *text = pawl_json_from_variant (value, form);

  puts (text);
  fflush (stdout);
}
