/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include <pawl/pawl-plugin.h>

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
