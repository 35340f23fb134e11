/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include <pawl/pawl.h>

#include "pawl-gpio-confirmer.h"

static void
register_types (PawlPluginRegistrar *registrar)
{
  pawl_plugin_registrar_add (registrar, PAWL_TYPE_CONFIRMER, PAWL_TYPE_GPIO_CONFIRMER);
}

PAWL_DEFINE_PLUGIN ("gpio", register_types);
