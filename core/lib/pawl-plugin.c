/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include <pawl/pawl-plugin.h>

#include "pawl-operation-private.h"

G_DEFINE_INTERFACE (PawlPluginRegistrar, pawl_plugin_registrar, G_TYPE_OBJECT)

static void
pawl_plugin_registrar_default_init (PawlPluginRegistrarInterface *iface)
{
}

/**
 * pawl_plugin_registrar_add:
 * @self: the registrar that the module was called with
 * @interface: one of the five interfaces, for example #PAWL_TYPE_TRANSPORT
 * @implementation: a class that implements it
 *
 * Offers @implementation. One plugin can offer several interfaces, each once.
 *
 * Since: 1.0
 */
void
pawl_plugin_registrar_add (PawlPluginRegistrar *self, GType interface, GType implementation)
{
  g_return_if_fail (PAWL_IS_PLUGIN_REGISTRAR (self));
  g_return_if_fail (g_type_is_a (implementation, interface));

  PAWL_PLUGIN_REGISTRAR_GET_IFACE (self)->add (self, interface, implementation);
}

/* ---- what went wrong last ---- */

typedef struct
{
  char *message; /* (owned) */
  gint64 at_us;
} PawlLastError;

static GQuark
last_error_quark (void)
{
  return g_quark_from_static_string ("pawl-instance-last-error");
}

static void
last_error_free (gpointer data)
{
  PawlLastError *last = data;

  g_free (last->message);
  g_free (last);
}

/* Called under the lock of qdata: another thread may replace it meanwhile. */
static gpointer
last_error_copy (gpointer data, gpointer user_data)
{
  const PawlLastError *last = data;
  PawlLastError *copy;

  if (last == NULL)
    return NULL;
  copy = g_new0 (PawlLastError, 1);
  copy->message = g_strdup (last->message);
  copy->at_us = last->at_us;
  return copy;
}

void
pawl_instance_note_error (GObject *instance, const GError *error)
{
  PawlLastError *last;

  /* Whoever cancelled knows why. */
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  last = g_new0 (PawlLastError, 1);
  last->message = g_strdup (error->message);
  last->at_us = g_get_real_time ();
  g_object_set_qdata_full (instance, last_error_quark (), last, last_error_free);
}

/**
 * pawl_plugin_dup_last_error:
 * @instance: an instance of a plugin
 * @out_at_us: (out) (optional): when it was, in microseconds since 1970, UTC
 *
 * Gets what the last call of @instance that failed said, also when it said so to somebody else.
 * Calls that were cancelled do not count. For whoever shows the plugins to a person.
 *
 * Returns: (transfer full) (nullable): the message, or %NULL when no call failed yet
 *
 * Since: 1.0
 */
char *
pawl_plugin_dup_last_error (GObject *instance, gint64 *out_at_us)
{
  PawlLastError *last;
  char *message;

  g_return_val_if_fail (G_IS_OBJECT (instance), NULL);

  last = g_object_dup_qdata (instance, last_error_quark (), last_error_copy, NULL);
  if (last == NULL)
    return NULL;
  if (out_at_us != NULL)
    *out_at_us = last->at_us;
  message = g_steal_pointer (&last->message);
  last_error_free (last);
  return message;
}
