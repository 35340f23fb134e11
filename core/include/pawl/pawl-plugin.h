/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#pragma once

#include <pawl/pawl-macros.h>
#include <glib-object.h>

G_BEGIN_DECLS

/**
 * PAWL_PLUGIN_ABI:
 *
 * The number of the plugin contract. It moves when an interface changes in any way but growing at
 * its end, and with it the folder that plugins are loaded from.
 *
 * Since: 1.0
 */
#define PAWL_PLUGIN_ABI 1

#define PAWL_TYPE_PLUGIN_REGISTRAR (pawl_plugin_registrar_get_type ())

/**
 * PawlPluginRegistrar:
 *
 * Takes the types that a module implements. The host implements it.
 *
 * Since: 1.0
 */
PAWL_AVAILABLE_IN_ALL
G_DECLARE_INTERFACE (PawlPluginRegistrar, pawl_plugin_registrar, PAWL, PLUGIN_REGISTRAR, GObject)

/**
 * PawlPluginRegistrarInterface:
 * @g_iface: the parent interface
 * @add: see pawl_plugin_registrar_add()
 *
 * Grows at its end only.
 *
 * Since: 1.0
 */
struct _PawlPluginRegistrarInterface
{
  GTypeInterface g_iface;

  void (*add) (PawlPluginRegistrar *self, GType interface, GType implementation);
};

PAWL_AVAILABLE_IN_ALL
void pawl_plugin_registrar_add (PawlPluginRegistrar *self, GType interface, GType implementation);

PAWL_AVAILABLE_IN_ALL
char *pawl_plugin_dup_last_error (GObject *instance, gint64 *out_at_us);

/**
 * PawlPluginDescriptor: (skip)
 * @abi: #PAWL_PLUGIN_ABI of the headers that the module was compiled with
 * @size: the size of this struct in those headers
 * @id: the plugin's id, the same as in its keyfile
 * @version: the plugin's own version
 * @register_types: called once, on the main thread
 *
 * The one symbol that a module exports, called `pawl_plugin`.
 *
 * Since: 1.0
 */
typedef struct
{
  guint32 abi;
  guint32 size;
  const char *id;
  const char *version;
  void (*register_types) (PawlPluginRegistrar *registrar);
} PawlPluginDescriptor;

/**
 * PAWL_PLUGIN_VERSION:
 *
 * The version of the plugin that is compiled, for its descriptor. Define it on the command line of
 * the compiler.
 *
 * Since: 1.0
 */
#ifndef PAWL_PLUGIN_VERSION
#define PAWL_PLUGIN_VERSION "0"
#endif

/**
 * PAWL_DEFINE_PLUGIN: (skip)
 * @ID: the plugin's id, a string literal
 * @register_types: a function that adds the module's types to a #PawlPluginRegistrar
 *
 * Defines the module's descriptor. The version is the macro PAWL_PLUGIN_VERSION. With
 * PAWL_PLUGIN_STATIC defined as an identifier, the symbol gets that name, so that several plugins
 * can be linked into one program.
 *
 * Since: 1.0
 */
#ifdef PAWL_PLUGIN_STATIC
#define PAWL_PLUGIN_SYMBOL PAWL_PLUGIN_STATIC
#else
#define PAWL_PLUGIN_SYMBOL pawl_plugin
#endif

#define PAWL_DEFINE_PLUGIN(ID, register_types)                                                     \
  extern const PawlPluginDescriptor PAWL_PLUGIN_SYMBOL;                                            \
  __attribute__ ((visibility ("default")))                                                         \
  const PawlPluginDescriptor PAWL_PLUGIN_SYMBOL = {PAWL_PLUGIN_ABI, sizeof (PawlPluginDescriptor), \
                                                   ID, PAWL_PLUGIN_VERSION, register_types}

G_END_DECLS
