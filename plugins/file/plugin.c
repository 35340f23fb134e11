/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include <pawl/pawl.h>

#include "pawl-file-boot-control.h"
#include "pawl-file-transport.h"

static void
register_types (PawlPluginRegistrar *registrar)
{
  pawl_plugin_registrar_add (registrar, PAWL_TYPE_TRANSPORT, PAWL_TYPE_FILE_TRANSPORT);
  pawl_plugin_registrar_add (registrar, PAWL_TYPE_BOOT_CONTROL, PAWL_TYPE_FILE_BOOT_CONTROL);
}

PAWL_DEFINE_PLUGIN ("file", register_types);
