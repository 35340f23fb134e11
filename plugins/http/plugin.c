/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include <pawl/pawl.h>

#include "pawl-http-transport.h"

static void
register_types (PawlPluginRegistrar *registrar)
{
  pawl_plugin_registrar_add (registrar, PAWL_TYPE_TRANSPORT, PAWL_TYPE_HTTP_TRANSPORT);
}

PAWL_DEFINE_PLUGIN ("http", register_types);
