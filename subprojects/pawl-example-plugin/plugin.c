/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include "example-confirmer.h"

static void
register_types (PawlPluginRegistrar *registrar)
{
  pawl_plugin_registrar_add (registrar, PAWL_TYPE_CONFIRMER, EXAMPLE_TYPE_CONFIRMER);
}

PAWL_DEFINE_PLUGIN ("example", register_types);
