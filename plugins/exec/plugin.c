/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include <pawl/pawl.h>

#include "pawl-exec-boot-control.h"
#include "pawl-exec-installer.h"

static void
register_types (PawlPluginRegistrar *registrar)
{
  pawl_plugin_registrar_add (registrar, PAWL_TYPE_INSTALLER, PAWL_TYPE_EXEC_INSTALLER);
  pawl_plugin_registrar_add (registrar, PAWL_TYPE_BOOT_CONTROL, PAWL_TYPE_EXEC_BOOT_CONTROL);
}

PAWL_DEFINE_PLUGIN ("exec", register_types);
