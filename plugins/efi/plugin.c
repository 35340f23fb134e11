/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SPDX-FileCopyrightText: The Pawl authors */

#include <pawl/pawl.h>

#include "pawl-efi-boot-control.h"

static void
register_types (PawlPluginRegistrar *registrar)
{
  pawl_plugin_registrar_add (registrar, PAWL_TYPE_BOOT_CONTROL, PAWL_TYPE_EFI_BOOT_CONTROL);
}

PAWL_DEFINE_PLUGIN ("efi", register_types);
