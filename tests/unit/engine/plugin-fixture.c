/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include <pawl/pawl.h>

#ifndef FIXTURE_ABI
#define FIXTURE_ABI PAWL_PLUGIN_ABI
#endif
#ifndef FIXTURE_SIZE
#define FIXTURE_SIZE sizeof (PawlPluginDescriptor)
#endif
#ifndef FIXTURE_VERSION
#define FIXTURE_VERSION "1"
#endif
#ifdef FIXTURE_OTHER_ID
#define EXPORTED_ID "somebody-else"
#else
#define EXPORTED_ID FIXTURE_ID
#endif

#ifndef FIXTURE_NO_REGISTER
static void
register_types (PawlPluginRegistrar *registrar)
{
#ifndef FIXTURE_NO_TYPE
  const GInterfaceInfo info = {NULL, NULL, NULL};
  GType type =
    g_type_register_static_simple (G_TYPE_OBJECT, "Fixture-" FIXTURE_ID, sizeof (GObjectClass),
                                   NULL, sizeof (GObject), NULL, G_TYPE_FLAG_NONE);

  g_type_add_interface_static (type, PAWL_TYPE_CONFIRMER, &info);
  pawl_plugin_registrar_add (registrar, PAWL_TYPE_CONFIRMER, type);
#endif
}
#else
#define register_types NULL
#endif

#ifdef FIXTURE_NO_SYMBOL
#define SYMBOL some_other_symbol
#else
#define SYMBOL pawl_plugin
#endif

extern const PawlPluginDescriptor SYMBOL;
__attribute__ ((visibility ("default")))
const PawlPluginDescriptor SYMBOL = {FIXTURE_ABI, FIXTURE_SIZE, EXPORTED_ID, FIXTURE_VERSION,
                                     register_types};
